using System.Text.Json.Nodes;
using Countersign.Decisions;

namespace Countersign.Inbox.Rules;

/// <summary>A rule of the inbox through all its versions: one of them, or none, is live.</summary>
public sealed class InboxRule : IGoverned
{
    /// <summary>Of an installation.</summary>
    public const int Most = 100;

    /// <summary>For how long a dry run counts.</summary>
    public static readonly TimeSpan TrialCounts = TimeSpan.FromDays(7);

    public required Guid Id { get; init; }

    /// <summary>Only on accounts of this site; null for the whole organisation.</summary>
    public required Guid? SiteId { get; init; }

    public required Guid CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Its place in the order: the lowest first.</summary>
    public int Place { get; set; }

    public int Latest { get; set; }

    /// <summary>The version that acts; null where none does.</summary>
    public int? Live { get; set; }

    public DateTimeOffset? LiveSince { get; set; }

    public Guid? LiveBy { get; set; }

    public int Revision { get; set; }

    public string Object => $"rule/{Id}";

    JsonObject IGoverned.State() => new()
    {
        ["site"] = SiteId?.ToString(),
        ["createdBy"] = CreatedBy.ToString(),
        ["createdAt"] = CreatedAt.ToUnixTimeMilliseconds(),
        ["place"] = Place,
        ["latest"] = Latest,
        ["live"] = Live,
        ["liveSince"] = LiveSince?.ToUnixTimeMilliseconds(),
        ["liveBy"] = LiveBy?.ToString(),
    };

    /// <summary>Whoever leads there, or administers, writes rules and puts them live: for the whole organisation, or for a site.</summary>
    public static bool MayKeep(Actor by, Guid? site) => keepers.Any(role => by.HoldsEverywhere(role) || (site is { } one && by.Grants.Any(grant => grant.Role == role && grant.SiteId == one)));

    /// <summary>May keep the rules of something.</summary>
    public static bool MayKeepSome(Actor by) => by.Grants.Any(grant => keepers.Contains(grant.Role) && grant.AccountId is null);

    /// <summary>Whoever takes part in an inbox may know what rules do there.</summary>
    public static bool MayRead(Actor by) => by.Grants.Count > 0;

    /// <summary>Saves it as a new version, which does nothing until it is put live. What is live stays so.</summary>
    /// <param name="seen">The newest version that was on the screen; 0 for a new rule.</param>
    /// <param name="others">How many rules there are besides.</param>
    /// <param name="unknown">What it names that is not there, or not for this rule, in a sentence; null where nothing.</param>
    public Decision<RuleComposed> Compose(RuleContent content, int seen, int others, string? unknown, Actor by, DateTimeOffset now) => this switch
    {
        _ when !MayKeep(by, SiteId) => Deny("compose", by, now),
        _ when seen != Latest => new Refusal("version-changed", $"Somebody saved version {Latest} while you were writing. What you typed is still here; compare before you save."),
        _ when Latest == 0 && others >= Most => new Refusal("many-rules", $"There are {Most} rules, and more are not kept. Change one that is off."),
        _ when content.Check() is { } wrong => wrong,
        _ when unknown is not null => new Refusal("not-there", unknown),
        _ => new RuleComposed { Subject = Id, By = by.Id, At = now, Version = Latest + 1, Content = content, Words = Sealed.New("rule", content.Write()) },
    };

    /// <summary>Somebody had it look at what came in.</summary>
    public Decision<RuleTried> Try(InboxRuleVersion version, RuleTrial trial, Actor by, DateTimeOffset now) => this switch
    {
        _ when !MayKeep(by, SiteId) => Deny("try", by, now),
        _ when version.Version != Latest => changed,
        _ => new RuleTried { Subject = Id, By = by.Id, At = now, Version = version.Version, Trial = trial },
    };

    /// <summary>From now on it acts on what comes in.</summary>
    /// <param name="seen">The version that was on the screen.</param>
    public Decision<RulePutLive> PutLive(InboxRuleVersion version, int seen, string? unknown, Actor by, DateTimeOffset now) => this switch
    {
        _ when !MayKeep(by, SiteId) => Deny("go-live", by, now),
        _ when seen != Latest || version.Version != Latest => changed,
        _ when Live == Latest => new Refusal("live", "This version is live already."),
        { } when version.Trial is null => new Refusal("no-trial", "Do a dry run of this version first, and look at what it would have done."),
        { } when version.Trial.At + TrialCounts < now => new Refusal("old-trial", $"The dry run is older than {TrialCounts.Days} days. Do another, and look at what it would have done."),
        _ when unknown is not null => new Refusal("not-there", unknown),
        _ => new RulePutLive { Subject = Id, By = by.Id, At = now, Version = version.Version },
    };

    public Decision<RuleSwitchedOff> SwitchOff(Actor by, DateTimeOffset now) => this switch
    {
        _ when !MayKeep(by, SiteId) => Deny("switch-off", by, now),
        { Live: null } => new Refusal("off", "This rule is off already."),
        _ => new RuleSwitchedOff { Subject = Id, By = by.Id, At = now },
    };

    /// <param name="other">The one whose place it takes, and which takes its own; null where there is none.</param>
    public Decision<RuleMoved> Move(InboxRule? other, Actor by, DateTimeOffset now) => this switch
    {
        _ when !MayKeep(by, SiteId) || (other is not null && !MayKeep(by, other.SiteId)) => Deny("move", by, now),
        _ when other is null => new Refusal("at-the-end", "It is there already."),
        _ => new RuleMoved { Subject = Id, By = by.Id, At = now },
    };

    public void Apply(RuleComposed composed) => Latest = composed.Version;

    public void Apply(RulePutLive live) => (Live, LiveSince, LiveBy) = (live.Version, live.At, live.By);

    public void Apply(RuleSwitchedOff off) => (Live, LiveSince, LiveBy) = (null, null, null);

    public void Swap(InboxRule other) => (Place, other.Place) = (other.Place, Place);

    private static readonly Role[] keepers = [Role.CareLead, Role.Comms, Role.Administrator];

    private static readonly Refusal changed = new("version-changed", "Somebody saved another version meanwhile. Look at it first.");

    private Refusal Deny(string act, Actor by, DateTimeOffset now) =>
        new("not-entitled", SiteId is null ? "Rules for the whole organisation are kept by those who hold Care lead, Comms or Administrator for all of it." : "Rules of a site are kept by those who hold Care lead, Comms or Administrator there.") { Attempt = new Attempt($"rule.{act}", Object, by.Id, now) };
}

/// <summary>A rule as it was saved once; what it says never changes.</summary>
public sealed class InboxRuleVersion : IGoverned
{
    public required Guid RuleId { get; init; }

    public required int Version { get; init; }

    public required RuleContent Content { get; init; }

    public required string ContentCommitment { get; init; }

    public required Guid EditorId { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>What the last dry run found; null before the first.</summary>
    public RuleTrial? Trial { get; set; }

    public int Revision { get; set; }

    public string Object => $"ruleVersion/{RuleId}/{Version}";

    JsonObject IGoverned.State() => new()
    {
        ["content"] = ContentCommitment,
        ["editor"] = EditorId.ToString(),
        ["at"] = At.ToUnixTimeMilliseconds(),
        ["trial"] = Trial?.Describe(),
    };

    IEnumerable<Spoken> IGoverned.Words => [new("content", ContentCommitment, Content.Write())];
}

/// <summary>What a rule would have done to what came in.</summary>
/// <param name="From">Messages read from here on were looked at.</param>
/// <param name="Read">How many that were.</param>
/// <param name="Matched">How many of them it would have acted on.</param>
/// <param name="Against">Of how many of these people had decided otherwise by hand.</param>
/// <param name="IsCut">There were more; the newest were looked at.</param>
/// <param name="Examples">Some of those that it matched: those decided otherwise first, then the newest.</param>
public sealed record RuleTrial(DateTimeOffset At, Guid By, DateTimeOffset From, int Read, int Matched, int Against, bool IsCut, IReadOnlyList<RuleExample> Examples)
{
    internal static readonly RuleTrial None = new(default, default, default, 0, 0, 0, IsCut: false, []);

    internal JsonObject Describe() => new()
    {
        ["at"] = At.ToUnixTimeMilliseconds(),
        ["by"] = By.ToString(),
        ["from"] = From.ToUnixTimeMilliseconds(),
        ["read"] = Read,
        ["matched"] = Matched,
        ["against"] = Against,
        ["cut"] = IsCut,
        ["examples"] = new JsonArray([.. Examples.Select(example => (JsonNode)$"{example.Message} {example.Conversation} {example.Against}")]),
    };
}

/// <param name="Against">What people did otherwise: "label", "priority", "owner", "reply"; null where they did not.</param>
public sealed record RuleExample(Guid Message, Guid Conversation, string? Against);

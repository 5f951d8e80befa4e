using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Parts;

namespace Countersign.Web.Evidence;

/// <summary>What one entry says, turned into words with the names and the sealed content that the reader may see.</summary>
/// <param name="names">Of people, accounts, sites, drafts, by identifier.</param>
/// <param name="words">Sealed content by commitment; empty for a reader who may not read it.</param>
/// <param name="erased">What is said in place of content that was erased, by commitment.</param>
public sealed partial class EntryReading(JsonObject entry, IReadOnlyDictionary<Guid, string> names, IReadOnlyDictionary<string, string> words, IReadOnlyDictionary<string, string> erased)
{
    /// <summary>Fields that hold the commitment to something sealed.</summary>
    private static readonly HashSet<string> committed = ["text", "note", "person", "reason", "remark", "matter", "alts", "warning", "details"];

    /// <summary>Fields that hold milliseconds since 1970.</summary>
    private static readonly HashSet<string> instants =
    [
        "due", "paused", "approveBy", "createdAt", "editedAt", "sentAt", "until", "intentAt", "settledAt", "lockedAt", "proposedAt", "releasedAt",
        "connectedAt", "joined", "inviteUntil", "setUp", "started", "endedAt", "from", "at", "placedAt", "askedAt", "decidedAt", "firstSeenAt", "goneAt", "replacedAt", "openedAt", "closedAt", "orderedAt",
        "setAt", "liftedAt", "addedAt", "changedAt", "revokedAt", "followedAt",
    ];

    private static readonly Dictionary<string, string> labels = new(StringComparer.Ordinal)
    {
        ["lastEditor"] = "Last editor",
        ["connectedBy"] = "Connected by",
        ["lockedBy"] = "Locked by",
        ["proposedBy"] = "Release proposed by",
        ["releasedBy"] = "Released by",
        ["person"] = "Name and address",
        ["grants"] = "Roles",
        ["paused"] = "Paused until",
        ["text"] = "Words",
        ["slot"] = "Time",
        ["zoneRules"] = "Time zone rules",
        ["due"] = "Due",
        ["held"] = "Held because",
        ["remote"] = "Network’s id",
        ["finds"] = "Look-ups",
        ["approveBy"] = "Sign by",
        ["withWords"] = "With words",
        ["createdAt"] = "Begun",
        ["editedAt"] = "Edited",
        ["sentAt"] = "Sent",
        ["sentBy"] = "Sent by",
        ["until"] = "Not after",
        ["intentAt"] = "Began to send",
        ["settledAt"] = "Settled",
        ["remoteVersion"] = "Network’s version",
        ["lockedAt"] = "Locked",
        ["proposedAt"] = "Release proposed",
        ["releasedAt"] = "Released",
        ["took"] = "Milliseconds it took",
        ["connectedAt"] = "Connected",
        ["secret"] = "What opens it",
        ["inviteUntil"] = "Invitation ends",
        ["failures"] = "Wrong passwords",
        ["setUp"] = "Set up",
        ["endedAt"] = "Ended",
        ["placedAt"] = "Placed",
        ["placedBy"] = "Placed by",
        ["askedBy"] = "Asked by",
        ["askedAt"] = "Asked",
        ["decidedBy"] = "Decided by",
        ["decidedAt"] = "Decided",
        ["confirmedBy"] = "Confirmed by",
        ["begins"] = "First day",
        ["ends"] = "Last day",
        ["utmSource"] = "utm_source",
        ["utmMedium"] = "utm_medium",
        ["utmCampaign"] = "utm_campaign",
        ["sha256"] = "Picture",
        ["details"] = "What is said of it",
        ["source"] = "Where it is from",
        ["licenceUntil"] = "Licence ends after",
        ["people"] = "People shown",
        ["consentUntil"] = "Consent ends after",
        ["children"] = "Children shown",
        ["generated"] = "Made by a machine",
        ["retired"] = "Out of use",
        ["changedBy"] = "Changed by",
        ["changedAt"] = "Changed",
        ["hands"] = "Who had a hand in it",
        ["zone"] = "Time zone",
        ["voided"] = "Signatures that no longer count",
        ["perWeek"] = "Posts a week",
        ["minutesApart"] = "Minutes between posts",
        ["quietFrom"] = "Quiet from",
        ["quietUntil"] = "Quiet until",
        ["setBy"] = "Set by",
        ["setAt"] = "Set",
        ["liftedBy"] = "Lifted by",
        ["liftedAt"] = "Lifted",
        ["addedBy"] = "Added by",
        ["addedAt"] = "Added",
        ["revokedAt"] = "Taken back",
        ["followedAt"] = "Followed",
        ["followedBy"] = "Followed by",
        ["tries"] = "Times it was told",
        ["route"] = "Decision",
        ["approvals"] = "Asks for",
        ["cleared"] = "Suppressed findings",
        ["failed"] = "Rules that could not judge",
        ["firstSeenAt"] = "First seen",
        ["goneAt"] = "Gone",
        ["replacedAt"] = "Replaced",
        ["openedAt"] = "Opened",
        ["openedBy"] = "Opened by",
        ["closedAt"] = "Closed",
        ["orderedAt"] = "Ordered",
        ["orderedBy"] = "Ordered by",
        ["takeDown"] = "Order to take it down",
        ["standing"] = "Post",
        ["alts"] = "What pictures show",
        ["replyTo"] = "Answers",
        ["owner"] = "Answers for it",
        ["told"] = "Told",
        ["toldCount"] = "People told",
        ["choice"] = "How they are told",
        ["findingCount"] = "Number of findings",
    };

    /// <summary>What a row is called where its kind alone would not say.</summary>
    private static readonly Dictionary<string, string> things = new(StringComparer.Ordinal)
    {
        ["standing"] = "Post that stands",
        ["standingVersion"] = "Earlier edition of",
        ["takedown"] = "Order to take down",
        ["review"] = "Screening of all that stands",
        ["source"] = "Feed of others",
    };

    /// <summary>Every row that the event changed, in the order of the entry.</summary>
    public IReadOnlyList<RowChange> Changes =>
        [.. (entry["changes"] as JsonArray ?? []).OfType<JsonObject>().Select(change => new RowChange(
            Thing(change["obj"]!.GetValue<string>()),
            change["before"] is null,
            [.. (change["set"] as JsonObject ?? []).Select(pair => new FieldChange(Label(pair.Key), Say(pair.Key, pair.Value?[0]), Say(pair.Key, pair.Value?[1])))]))];

    public IReadOnlyList<(string Label, string Value)> Facts =>
        [.. (entry["facts"] as JsonObject ?? []).Select(fact => (Label(fact.Key), Say(fact.Key, fact.Value)))];

    /// <summary>What is sealed with the event: its words where they may be read, its fingerprint where not.</summary>
    public IReadOnlyList<(string Label, string Value)> Sealed =>
        [.. (entry["c"] as JsonObject ?? []).Select(item => (Label(item.Key), Say("text", item.Value)))];

    public string? Why => entry["why"]?.GetValue<string>() is { } code ? AuditWords.Why(code) : null;

    public bool ByAutomation => entry["via"]?.GetValue<string>() == "automation";

    /// <summary>Every identifier in an entry: names are asked for once per page.</summary>
    public static IEnumerable<Guid> Ids(string json) => Identifier().Matches(json).Select(match => Guid.Parse(match.Value));

    /// <summary>Everything in an entry that could be a commitment.</summary>
    public static IReadOnlyCollection<string> Commitments(string json) => [.. Digest().Matches(json).Select(match => match.Value).Distinct(StringComparer.Ordinal)];

    /// <summary>"draft/0192…" as "draft “We open on Saturday”".</summary>
    private string Thing(string subject)
    {
        var (kind, id) = subject.Split('/', 2) is [var before, var after] ? (before, after) : (subject, "");
        var thing = things.GetValueOrDefault(kind) ?? English.Capital(kind);
        return Guid.TryParse(id.Split('/')[0], out var guid) && names.TryGetValue(guid, out var name) ? $"{thing} “{name}”" : thing;
    }

    private static string Label(string key) => labels.GetValueOrDefault(key) ?? English.Capital(key);

    private string Say(string key, JsonNode? value) => value switch
    {
        null => "–",
        JsonArray { Count: 0 } => "none",
        JsonArray list => string.Join(key is "findings" or "cleared" ? "; " : ", ", list.Select(item => Say(key, item))),
        JsonObject nested => string.Join(", ", nested.Select(pair => $"{Label(pair.Key).ToLowerInvariant()} {Say(pair.Key, pair.Value)}")),
        JsonValue plain when plain.TryGetValue<bool>(out var yes) => yes ? "yes" : "no",
        JsonValue plain when plain.TryGetValue<long>(out var number) => instants.Contains(key) ? LocalTime.Exact(DateTimeOffset.FromUnixTimeMilliseconds(number)) : number.ToString(CultureInfo.InvariantCulture),
        _ => Say(key, value.ToString()),
    };

    private string Say(string key, string text)
    {
        if (committed.Contains(key) && Digest().IsMatch(text))
            return words.TryGetValue(text, out var content) ? Unfold(content) : erased.TryGetValue(text, out var gone) ? gone : $"sealed content {Short(text)}";
        if (Camel().IsMatch(text))
            return English.Capital(Hump().Replace(text, " $0").Trim().ToLowerInvariant());
        if (Found().Match(text) is { Success: true } found)
            return Say(found);
        text = Instant().Replace(text, match => LocalTime.Exact(DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(match.Value, CultureInfo.InvariantCulture))));
        return Digest().Replace(
            Identifier().Replace(text.Replace("account/", "", StringComparison.Ordinal).Replace("site/", "", StringComparison.Ordinal), match => names.GetValueOrDefault(Guid.Parse(match.Value)) ?? $"{match.Value[..8]}…"),
            match => Short(match.Value));
    }

    /// <summary>"ADV-07, version 1.0.0, serious: own words, characters 53 to 60".</summary>
    private static string Say(Match found)
    {
        string Part(string name) => found.Groups[name].Value;
        int Number(string name) => int.Parse(Part(name), CultureInfo.InvariantCulture);
        var where = Part("segment") switch { "Own" => "own words", "Quoted" => "quoted words", "Alt" => $"alternative text {Number("index") + 1}", "MediaText" => $"words in picture {Number("index") + 1}", _ => "words answered" };
        var span = Number("start") == Number("end") ? "as a whole" : $"characters {Number("start") + 1} to {Number("end")}";
        return $"{Part("rule")}, version {Part("version")}, {SeverityMark.Word(Number("severity")).ToLowerInvariant()}: {where}, {span}";
    }

    /// <summary>Sealed content for people to read. A person, a source and their like are sealed as a small object: its values, in order.</summary>
    internal static string Unfold(string content)
    {
        if (content is not ['{', .., '}'])
            return $"“{content}”";
        try
        {
            return string.Join(", ", JsonNode.Parse(content)!.AsObject().Select(pair => pair.Value?.ToString()).Where(part => !string.IsNullOrEmpty(part)));
        }
        catch (System.Text.Json.JsonException)
        {
            return $"“{content}”";
        }
    }

    private static string Short(string digest) => $"{digest[..4]} {digest[4..8]}";

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Identifier();

    [GeneratedRegex("[0-9a-f]{64}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Digest();

    /// <summary>A finding as an entry names it: "ADV-07 1.0.0 S2 Own0:52-60".</summary>
    [GeneratedRegex(@"^(?<rule>[A-Z]+-\d+) (?<version>\d+\.\d+\.\d+) S(?<severity>\d) (?<segment>Own|Quoted|Alt|MediaText|Parent)(?<index>\d{1,6}):(?<start>\d{1,6})-(?<end>\d{1,6})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Found();

    /// <summary>Milliseconds since 1970, between 2001 and 2286, inside a line.</summary>
    [GeneratedRegex(@"(?<![\w-])[1-9]\d{12}(?![\w-])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Instant();

    /// <summary>A name out of our own code, such as AwaitingApproval.</summary>
    [GeneratedRegex("^(?:[A-Z][a-z]+){2,4}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Camel();

    [GeneratedRegex("[A-Z]", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hump();
}

/// <param name="IsNew">The row did not exist before.</param>
public sealed record RowChange(string Thing, bool IsNew, IReadOnlyList<FieldChange> Fields);

public sealed record FieldChange(string Label, string Before, string After);

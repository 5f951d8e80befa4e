using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Countersign.Channels;
using Countersign.Channels.Text;
using Countersign.Decisions;
using Countersign.Inbox.Rules;
using Countersign.Publishing;

namespace Countersign.Inbox;

/// <summary>What somebody wrote to us, by where; the channel contract's own words, for pages that do not know it.</summary>
public enum MessageKind
{
    Comment,
    Mention,
    Reply,
    Direct,
    Review,
    Quote,
}

/// <summary>How the network has it.</summary>
public enum MessageState
{
    Shown,

    /// <summary>The network shows it to nobody until somebody lets it through.</summary>
    Held,
    Spam,

    /// <summary>It is not there any more; the copy here is kept.</summary>
    Gone,
}

/// <summary>Where a message stands and who wrote it, as the network says. Sealed as one: an identifier can name a person as well as words can.</summary>
/// <param name="Id">The network's identifier.</param>
/// <param name="AuthorId">Null for somebody without an account there.</param>
/// <param name="About">The post of ours it is written under.</param>
/// <param name="ReplyTo">What it answers.</param>
public sealed record MessageSource(string Id, string? Address, string? Version, string? AuthorId, string AuthorName, string? About, string? ReplyTo)
{
    public static readonly MessageSource None = new(Erased.Marker, null, null, null, "", null, null);

    /// <summary>How they are addressed there, without the @; null where the network has no such names.</summary>
    public string? AuthorHandle { get; init; }

    /// <summary>Pictures and films that came with it. None is fetched.</summary>
    public IReadOnlyList<MessageMedia> Media { get; init; } = [];

    [JsonIgnore]
    internal string Content => Id == Erased.Marker ? Erased.Marker : Described().ToJsonString();

    /// <summary>What has no handle and no pictures is sealed as it was before those were kept.</summary>
    private JsonObject Described()
    {
        var source = new JsonObject
        {
            ["id"] = Id,
            ["address"] = Address,
            ["version"] = Version,
            ["authorId"] = AuthorId,
            ["authorName"] = AuthorName,
            ["about"] = About,
            ["replyTo"] = ReplyTo,
        };
        if (AuthorHandle is not null)
            source["authorHandle"] = AuthorHandle;
        if (Media.Count > 0)
            source["media"] = new JsonArray([.. Media.Select(one => (JsonNode)new JsonObject { ["address"] = one.Address, ["alt"] = one.Alt })]);
        return source;
    }
}

/// <summary>A picture or film that came with a message.</summary>
/// <param name="Alt">As its writer described it; empty where they did not.</param>
public sealed record MessageMedia(string? Address, string Alt);

/// <summary>What a message is about, and what says so.</summary>
/// <param name="Name">"complaint", "self-harm"; a category of the policies, or "question", "praise", "spam".</param>
/// <param name="Rule">The rule that saw it, "head" for a learnt judgement, "person" for somebody's correction, "rule" for a rule of the inbox.</param>
/// <param name="Title">In words.</param>
/// <param name="Start">First character of the words that led to it; with <paramref name="End"/> equal: the whole.</param>
public sealed record MessageLabel(string Name, string Rule, string Title, int Start, int End)
{
    public const string Person = "person";

    public const string Head = "head";

    /// <summary>A rule of the inbox gave it; which one, the message's marks say.</summary>
    public const string ByRule = "rule";

    /// <summary>Who put it there, or took it away; null for the program.</summary>
    public Guid? By { get; init; }

    /// <summary>Taken away by a person: kept, so that reading the message again does not bring it back.</summary>
    public bool Denied { get; init; }

    internal string Describe() => string.Create(CultureInfo.InvariantCulture, $"{Name} {Rule} {Start}-{End} {By}{(Denied ? " denied" : "")} {Title}");
}

/// <summary>One thing that was written to an account, or by it on the network's own page. Kept when it is edited or goes.</summary>
public sealed partial class Message : IGoverned
{
    /// <summary>UTF-16 units that are kept; of a longer one the beginning, and how long it was.</summary>
    public const int MaxText = 20_000;

    public required Guid Id { get; init; }

    public required Guid ConversationId { get; init; }

    public required Guid AccountId { get; init; }

    /// <summary>Tells it from every other message of its account, also when its words and source are erased: SHA-256, lower-case hex.</summary>
    public required string RemoteHash { get; init; }

    public required MessageKind Kind { get; init; }

    /// <summary>The account itself wrote it, past Countersign.</summary>
    public bool IsOurs { get; init; }

    public required MessageSource Source { get; set; }

    public string? SourceCommitment { get; set; }

    public required string Text { get; set; }

    public string? TextCommitment { get; set; }

    /// <summary>UTF-16 units that it had on the network; null where all of them are here.</summary>
    public int? WholeLength { get; set; }

    public MessageState State { get; set; }

    /// <summary>Counts what was shown in its place, from 1.</summary>
    public int Version { get; set; } = 1;

    /// <summary>By the network's clock, but never after it was seen.</summary>
    public required DateTimeOffset WrittenAt { get; init; }

    public required DateTimeOffset SeenAt { get; init; }

    public DateTimeOffset? EditedAt { get; set; }

    public DateTimeOffset? GoneAt { get; set; }

    public IReadOnlyList<MessageLabel> Labels { get; set; } = [];

    public Priority Priority { get; set; }

    /// <summary>Rules of the inbox that matched it, in their order.</summary>
    public IReadOnlyList<RuleMark> Rules { get; set; } = [];

    /// <summary>The policy release under which it was read; null for what nobody judges.</summary>
    public int? Release { get; set; }

    public int Revision { get; set; }

    public string Object => $"message/{Id}";

    public IReadOnlyCollection<string> Unrecorded => [nameof(RemoteHash)];

    /// <summary>Not told by its words: anybody can write the marker.</summary>
    public bool IsErased => Source.Id == Erased.Marker;

    /// <summary>Labels that stand.</summary>
    public IEnumerable<MessageLabel> Standing => Labels.Where(label => !label.Denied);

    public IEnumerable<string> Commitments => new[] { TextCommitment, SourceCommitment }.OfType<string>();

    /// <summary>What its labels and its rules come to.</summary>
    internal (Priority Priority, string Reason) Judged => RuleBook.Judge(Labels, Rules);

    JsonObject IGoverned.State()
    {
        var state = Described();

        // Only where one matched: messages from before there were rules are in the log without it.
        if (Rules.Count > 0)
            state["rules"] = new JsonArray([.. Rules.Select(mark => (JsonNode)mark.Describe())]);
        return state;
    }

    private JsonObject Described() => new()
    {
        ["conversation"] = ConversationId.ToString(),
        ["account"] = AccountId.ToString(),
        ["kind"] = Kind.ToString(),
        ["ours"] = IsOurs,
        ["source"] = SourceCommitment,
        ["text"] = TextCommitment,
        ["wholeLength"] = WholeLength,
        ["state"] = State.ToString(),
        ["version"] = Version,
        ["writtenAt"] = WrittenAt.ToUnixTimeMilliseconds(),
        ["seenAt"] = SeenAt.ToUnixTimeMilliseconds(),
        ["editedAt"] = EditedAt?.ToUnixTimeMilliseconds(),
        ["goneAt"] = GoneAt?.ToUnixTimeMilliseconds(),
        ["labels"] = new JsonArray([.. Labels.Select(label => (JsonNode)label.Describe())]),
        ["priority"] = Priority.ToString(),
        ["release"] = Release,
    };

    IEnumerable<Spoken> IGoverned.Words => [new("source", SourceCommitment, Source.Content), new("text", TextCommitment, Text)];

    /// <summary>Words and source are gone; that there was a message, when and what was done about it stays.</summary>
    public void Erase() => (Text, Source) = (Text.Length == 0 ? "" : Erased.Marker, MessageSource.None);

    /// <summary>True where the network shows other words than are kept. Words that were erased are not taken in again.</summary>
    internal bool IsChangedBy(MessageWords shown) => !IsErased && !IsOurs && (shown.Text != Text || shown.WholeLength != WholeLength);

    /// <summary>True where a draft went out from this account as an answer to this message.</summary>
    internal bool IsAnsweredBy(Draft draft, Guid account) =>
        account == AccountId && (IsErased || (draft.Shape is { Kind: PostKind.Reply, Target: { } target } && target.Id == Source.Id));

    /// <summary>True where other words say something that somebody has to see who was done with it.</summary>
    internal bool IsMoreWith(Triage read) =>
        read.Priority < Priority || read.Labels.Any(label => !label.Denied && !quiet.Contains(label.Name) && Labels.All(before => before.Name != label.Name));

    private static readonly string[] quiet = ["praise", "spam"];

    /// <summary>A person corrects what the program saw, or adds to it.</summary>
    /// <param name="stands">False takes it away.</param>
    public Decision<MessageLabelled> Label(string label, bool stands, Actor by, AccountRef account, DateTimeOffset now)
    {
        if (InboxRights.WhyNotHandle(by, account) is { } why)
            return new Refusal("not-entitled", why) { Attempt = new Attempt("message.label", Object, by.Id, now) };
        if (!Priorities.Labels.Contains(label) && Labels.All(one => one.Name != label))
            return new Refusal("no-label", "Choose a label.");
        if (Standing.Any(one => one.Name == label) == stands)
            return new Refusal("as-it-is", stands ? "It has that label already." : "It does not have that label.");
        IReadOnlyList<MessageLabel> labels = stands
            ? [.. Labels.Where(one => one.Name != label), new MessageLabel(label, MessageLabel.Person, "Somebody here said so", 0, 0) { By = by.Id }]
            : [.. Labels.Select(one => one.Name == label ? one with { By = by.Id, Denied = true } : one)];
        var (priority, reason) = RuleBook.Judge(labels, Rules);
        return new MessageLabelled { Subject = Id, By = by.Id, At = now, Labels = labels, Priority = priority, Reason = reason, Label = label, Stands = stands };
    }

    /// <summary>A person says that a rule was wrong here. What it said of the message is taken back; who has the conversation, and who was told, stays.</summary>
    public Decision<MessageRuleDenied> DenyRule(Guid rule, Actor by, AccountRef account, DateTimeOffset now)
    {
        if (InboxRights.WhyNotHandle(by, account) is { } why)
            return new Refusal("not-entitled", why) { Attempt = new Attempt("message.deny-rule", Object, by.Id, now) };
        if (Rules.FirstOrDefault(mark => mark.Rule == rule) is not { } wrong)
            return new Refusal("no-rule", "That rule did nothing here.");
        if (wrong.By is not null)
            return new Refusal("as-it-is", "Somebody said so already.");
        IReadOnlyList<RuleMark> marks = [.. Rules.Select(mark => mark == wrong ? mark with { By = by.Id } : mark)];
        IReadOnlyList<MessageLabel> labels = [.. Labels.Select(label => label is { Rule: MessageLabel.ByRule, Denied: false } && wrong.Labels.Contains(label.Name) ? label with { By = by.Id, Denied = true } : label)];
        return new MessageRuleDenied { Subject = Id, By = by.Id, At = now, Rule = rule, Marks = marks, Labels = labels, Priority = RuleBook.Judge(labels, marks).Priority };
    }

    internal void Apply(MessageRuleDenied denied) => (Rules, Labels, Priority) = (denied.Marks, denied.Labels, denied.Priority);

    internal void Apply(MessageEdited edited)
    {
        (Text, TextCommitment, WholeLength, EditedAt) = (edited.Text?.Content ?? "", edited.Text?.Commitment, edited.WholeLength, edited.At);
        (Labels, Priority, Release, Rules) = (edited.Triage.Labels, edited.Triage.Priority, edited.Triage.Release, edited.Rules);
        Version++;
    }

    internal void Apply(MessageLabelled labelled) => (Labels, Priority) = (labelled.Labels, labelled.Priority);
}

/// <summary>What stood in a message's place until it was edited on the network.</summary>
public sealed class MessageVersion : IGoverned
{
    public required Guid MessageId { get; init; }

    public required int Version { get; init; }

    public required string Text { get; set; }

    public string? TextCommitment { get; init; }

    public required DateTimeOffset ReplacedAt { get; init; }

    public int Revision { get; set; }

    public string Object => $"messageVersion/{MessageId}/{Version}";

    internal static MessageVersion Of(Message message, DateTimeOffset now) =>
        new() { MessageId = message.Id, Version = message.Version, Text = message.Text, TextCommitment = message.TextCommitment, ReplacedAt = now };

    public void Erase() => Text = Text.Length == 0 ? "" : Erased.Marker;

    JsonObject IGoverned.State() => new() { ["text"] = TextCommitment, ["replacedAt"] = ReplacedAt.ToUnixTimeMilliseconds() };

    IEnumerable<Spoken> IGoverned.Words => [new("text", TextCommitment, Text)];
}

/// <summary>The words of a message as they are kept.</summary>
/// <param name="WholeLength">UTF-16 units before it was cut; null where it was not.</param>
public sealed record MessageWords(string Text, int? WholeLength)
{
    /// <summary>Cut where it is too long, never within a character; what no database takes is replaced by the sign for something unreadable.</summary>
    public static MessageWords Of(string text)
    {
        var whole = text.Length;
        var end = Math.Min(whole, Message.MaxText);
        if (end < whole && char.IsHighSurrogate(text[end - 1]))
            end--;
        return new MessageWords(Readable.Of(text[..end]), end < whole ? whole : null);
    }

    internal static MessageSource SourceOf(InboxItem item) => new(
        Readable.Of(item.Remote.Id),
        item.Remote.Address is { } address ? Readable.Of(address) : null,
        item.Remote.Version is { } version ? Readable.Of(version) : null,
        item.AuthorId is { } author ? Readable.Of(author) : null,
        Readable.Of(Short(item.AuthorName)),
        item.About is { } about ? Readable.Of(about) : null,
        item.ReplyTo is { } other ? Readable.Of(other) : null)
    {
        AuthorHandle = item.AuthorHandle is { } handle ? Readable.Of(Short(handle)) : null,
        Media = [.. item.Media.Take(MaxMedia).Select(media => new MessageMedia(media.Address is { } where ? Readable.Of(where) : null, Readable.Of(Short(media.Alt, MaxAlt))))],
    };

    private static string Short(string text, int most = MaxName) => text.Length > most ? text[..most] : text;

    private const int MaxName = 200;

    private const int MaxMedia = 20;

    private const int MaxAlt = 2_000;
}

using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Inbox.Clocks;
using Countersign.Publishing;

namespace Countersign.Web.Inbox;

/// <summary>What was typed, where it was refused.</summary>
public sealed record InboxTyped(Refusal Refusal, string? Reply = null, string? Note = null, Guid? Message = null);

/// <param name="Rows">One page of them.</param>
/// <param name="More">There are more.</param>
/// <param name="Viewer">Who reads.</param>
/// <param name="Detail">The open conversation; null where none is.</param>
public sealed record InboxModel(
    InboxQuestion Question,
    IReadOnlyList<ConversationRow> Rows,
    bool More,
    InboxCounts Counts,
    IReadOnlyList<Account> Accounts,
    IReadOnlyDictionary<Guid, string> Sites,
    IReadOnlyList<ReadingView> Readings,
    Actor Viewer,
    ConversationModel? Detail,
    DateTimeOffset Now)
{
    /// <summary>The address of what is shown now.</summary>
    public string Here => Address(Detail?.Conversation.Id, page: Question.Page, shown: Detail?.Shown);

    /// <summary>An address of the inbox with the same filters.</summary>
    public string Address(Guid? open = null, InboxView? view = null, string? label = null, Guid? site = null, Guid? account = null, string? priority = null, int page = 1, Guid? shown = null, bool clean = false)
    {
        (string Name, string? Value)[] parts =
        [
            ("view", ((view ?? Question.View) is InboxView.Open ? "" : (view ?? Question.View).ToString().ToLowerInvariant())),
            ("label", clean ? label : label ?? Question.Label),
            ("site", (clean ? site : site ?? Question.Site) is { } place && place != Guid.Empty ? place.ToString() : ""),
            ("account", (clean ? account : account ?? Question.Account) is { } one && one != Guid.Empty ? one.ToString() : ""),
            ("priority", clean ? priority : priority ?? Question.Priority?.ToString()),
            ("shown", shown?.ToString()),
            ("page", page > 1 ? page.ToString(System.Globalization.CultureInfo.InvariantCulture) : ""),
        ];
        var set = string.Join('&', parts.Where(part => !string.IsNullOrEmpty(part.Value)).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}"));
        return $"/inbox{(open is null ? "" : $"/{open}")}{(set.Length == 0 ? "" : $"?{set}")}";
    }
}

/// <param name="Shown">The message whose hidden words were asked for.</param>
/// <param name="NewDraft">Under which an answer would be written.</param>
/// <param name="HandleOff">Why this person cannot take part; null where they can.</param>
/// <param name="ReplyOff">Why no answer can be written now; null where it can.</param>
/// <param name="Who">Who else writes an answer now.</param>
/// <param name="Locked">A lock holds what would be published here.</param>
public sealed record ConversationModel(
    ConversationDetail Detail,
    Guid? Shown,
    Guid NewDraft,
    string? HandleOff,
    string? ReplyOff,
    WhoWrites Who,
    bool Locked,
    InboxTyped? Typed)
{
    public required ResponseTargets Targets { get; init; }

    /// <summary>How time is counted until an answer is due, in a sentence.</summary>
    public required string Counted { get; init; }

    public Conversation Conversation => Detail.Conversation;

    /// <summary>What an answer answers: the newest of theirs that stands.</summary>
    public Message? Target => Detail.Messages.LastOrDefault(message => message.Id == Typed?.Message) ?? Detail.Messages.LastOrDefault(message => message is { IsOurs: false, State: not MessageState.Gone, IsErased: false });
}

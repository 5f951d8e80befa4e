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

    public required ResponseTargets Targets { get; init; }

    /// <summary>Who has something now, by name.</summary>
    public required IReadOnlyDictionary<Guid, string> Owners { get; init; }

    /// <summary>An address of the inbox with the same filters, but for those that are given; "" takes one away.</summary>
    public string Address(Guid? open = null, InboxView? view = null, string? label = null, Guid? site = null, Guid? account = null, string? priority = null, string? owner = null, string? words = null, string? from = null, string? to = null, int page = 1, Guid? shown = null, bool clean = false)
    {
        var set = string.Join('&', Parts(view, label, site, account, priority, owner, words, from, to, clean)
            .Append(("shown", shown?.ToString()))
            .Append(("page", page > 1 ? page.ToString(System.Globalization.CultureInfo.InvariantCulture) : ""))
            .Where(part => !string.IsNullOrEmpty(part.Item2)).Select(part => $"{part.Item1}={Uri.EscapeDataString(part.Item2!)}"));
        return $"/inbox{(open is null ? "" : $"/{open}")}{(set.Length == 0 ? "" : $"?{set}")}";
    }

    /// <summary>What the list is narrowed to, by the names of an address.</summary>
    public IReadOnlyList<(string Name, string Value)> Kept =>
        [.. Parts(null, null, null, null, null, null, null, null, null, clean: false).Where(part => !string.IsNullOrEmpty(part.Value)).Select(part => (part.Name, part.Value!))];

    /// <summary>Something besides words narrows the list.</summary>
    public bool Narrows => Kept.Any(part => part.Name != "q");

    /// <summary>There are more than can be paged through.</summary>
    public bool IsLastOfMany => Question.Words is not null && Found > InboxReader.PageSize && Question.Page >= SearchInbox.MostPages;

    /// <summary>Who could be given conversations; empty where whoever reads takes no part.</summary>
    public required IReadOnlyList<Actor> Handlers { get; init; }

    /// <summary>What came of a press on several; null where there was none.</summary>
    public ManyShown? Many { get; init; }

    /// <summary>How many were read, one more than a page where there are more.</summary>
    public required int Found { get; init; }

    private IEnumerable<(string Name, string? Value)> Parts(InboxView? view, string? label, Guid? site, Guid? account, string? priority, string? owner, string? words, string? from, string? to, bool clean)
    {
        var kept = clean ? new InboxQuestion(InboxQuery.UsualView(words)) : Question;
        var looked = words ?? kept.Words?.Text ?? "";
        return
        [
            ("view", (view ?? kept.View) is var one && one == InboxQuery.UsualView(looked) ? "" : one.ToString().ToLowerInvariant()),
            ("q", looked),
            ("label", label ?? kept.Label),
            ("site", (site ?? kept.Site) is { } place && place != Guid.Empty ? place.ToString() : ""),
            ("account", (account ?? kept.Account) is { } chosen && chosen != Guid.Empty ? chosen.ToString() : ""),
            ("priority", priority ?? kept.Priority?.ToString()),
            ("owner", owner ?? InboxQuery.Say(kept.Assignee)),
            ("from", from ?? InboxQuery.Day(kept.From, 0)),
            ("to", to ?? InboxQuery.Day(kept.To, -1)),
        ];
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
    /// <summary>How time is counted until an answer is due, in a sentence.</summary>
    public required string Counted { get; init; }

    public Conversation Conversation => Detail.Conversation;

    /// <summary>What an answer answers: the newest of theirs that stands.</summary>
    public Message? Target => Detail.Messages.LastOrDefault(message => message.Id == Typed?.Message) ?? Detail.Messages.LastOrDefault(message => message is { IsOurs: false, State: not MessageState.Gone, IsErased: false });
}

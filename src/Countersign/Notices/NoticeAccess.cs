using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Notices;

/// <summary>Who is told of what, and who still may be: the rules of the lists in which the thing itself stands, asked again whenever a notice is shown or sent.</summary>
public static class NoticeAccess
{
    /// <summary>Of an account that is shut, those who can do something about it.</summary>
    public static bool MayReconnect(Actor reader, Account account) =>
        account.OwnerId == reader.Id || reader.Holds(Role.Administrator, account.Ref) || reader.Holds(Role.Comms, account.Ref);

    /// <summary>May take part in conversations of the account.</summary>
    public static bool MayAnswer(Actor reader, Account account) =>
        InboxRights.MayRead(reader, account.Ref) && InboxRights.WhyNotHandle(reader, account.Ref) is null;

    /// <summary>Who is told a word about a conversation.</summary>
    /// <param name="owner">Who has it now; null where nobody does.</param>
    /// <param name="named">Whom a rule names.</param>
    public static IEnumerable<Actor> Audience(ConversationWord word, Account account, Guid? owner, Guid? lapsedFrom, IReadOnlyCollection<Guid> named, IEnumerable<Actor> people) => people
        .Where(person => MayAnswer(person, account))
        .Where(person => word switch
        {
            ConversationWord.HandedOver => person.Id == owner,
            ConversationWord.ByRule => named.Contains(person.Id),
            ConversationWord.Lapsed => person.Id == lapsedFrom,
            ConversationWord.NearLimit => owner is null || person.Id == owner,
            ConversationWord.PastLimit or ConversationWord.NearPeriod or ConversationWord.PastPeriod => person.Id == owner || InboxRights.Leads(person, account.Ref),
            _ => true,
        });

    /// <summary>Those of these notices whose thing this person may see now.</summary>
    public static async Task<IReadOnlyList<Notice>> VisibleAsync(CountersignDb db, IReadOnlyList<Notice> notices, IReadOnlyDictionary<Guid, Account> accounts, Actor reader, CancellationToken cancellationToken)
    {
        var drafts = notices.Where(IsOfDraft).Select(notice => notice.Subject).Distinct().ToList();
        var readable = drafts.Count == 0 ? [] : (await db.Drafts.AsNoTracking().Where(draft => drafts.Contains(draft.Id)).ToListAsync(cancellationToken))
            .Where(draft => DraftAccess.MayRead(draft, accounts.Values, reader)).Select(draft => draft.Id).ToHashSet();
        return [.. notices.Where(notice => IsOfDraft(notice)
            ? readable.Contains(notice.Subject)
            : notice.AccountId is { } id && accounts.TryGetValue(id, out var account) && (notice.Kind == NoticeKind.ReconnectAccount ? MayReconnect(reader, account) : InboxRights.MayRead(reader, account.Ref)))];
    }

    public static async Task<IReadOnlyDictionary<Guid, Account>> AccountsAsync(CountersignDb db, CancellationToken cancellationToken) =>
        await db.Accounts.AsNoTracking().ToDictionaryAsync(account => account.Id, cancellationToken);

    private static bool IsOfDraft(Notice notice) => notice.Kind is NoticeKind.ApprovalWaits or NoticeKind.PostStuck;
}

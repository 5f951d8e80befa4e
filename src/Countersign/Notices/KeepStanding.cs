using System.Globalization;
using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Notices;

/// <summary>
/// Tells people of what waits for them as long as it does: posts to sign, posts that are stuck, accounts that are shut. It compares what is
/// with what was told, so nothing is missed by a program that was not running, and what is done with is over for everybody.
/// </summary>
public sealed class KeepStanding(CountersignDb db, NoticeBook book, TimeProvider clock)
{
    /// <summary>A post that was stuck for longer was seen or does not matter; an installation that is brought to this version is not flooded.</summary>
    private static readonly TimeSpan recent = TimeSpan.FromDays(7);

    private const int Most = 500;

    private static readonly NoticeKind[] standing = [NoticeKind.ApprovalWaits, NoticeKind.ReconnectAccount, NoticeKind.PostStuck];

    private static readonly NoticeKind[] ofWaiting = [NoticeKind.NearLimit, NoticeKind.PastLimit, NoticeKind.UrgentMessage, NoticeKind.ByRule];

    private static readonly NoticeKind[] ofPeriods = [NoticeKind.PeriodNear, NoticeKind.PeriodOver];

    private static readonly PublicationState[] stuck = [PublicationState.Missing, PublicationState.HumanReview, PublicationState.Rejected, PublicationState.Missed, PublicationState.Held];

    /// <summary>What waits for whom now, against what they were told.</summary>
    public async Task CompareAsync(CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        var people = await book.PeopleAsync(cancellationToken);
        var accounts = await NoticeAccess.AccountsAsync(db, cancellationToken);
        List<ToTell> wanted =
        [
            .. await ApprovalsAsync(people, accounts, cancellationToken),
            .. accounts.Values.Where(account => account.State == AccountState.NeedsReconnect).SelectMany(account => Reconnect(account, people)),
            .. await StuckAsync(people, accounts, cancellationToken),
        ];
        var rows = (await book.WriteAsync(wanted, cancellationToken)).DistinctBy(row => row.Key).ToDictionary(row => row.Key);
        var subjects = rows.Values.Select(row => row.Subject).Distinct().ToList();
        var told = await db.Notices.Where(notice => standing.Contains(notice.Kind) && (notice.OverAt == null || subjects.Contains(notice.Subject))).ToListAsync(cancellationToken);
        var now = clock.GetUtcNow();
        foreach (var notice in told)
        {
            var waits = rows.Remove(notice.Key);
            if (waits == (notice.OverAt is null))
                continue;
            notice.OverAt = waits ? null : now;
            book.Changed([notice.PersonId]);
        }

        db.Notices.AddRange(rows.Values);
        if (db.ChangeTracker.HasChanges() && await db.KeepAsync(cancellationToken))
            book.Changed(rows.Values.Select(row => row.PersonId));
    }

    /// <summary>What people were told of conversations and what does not hold any more.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        var over = await (
            from notice in db.Notices
            where notice.OverAt == null
            join conversation in db.Conversations on notice.Subject equals conversation.Id
            where (notice.Kind == NoticeKind.HandedOver && (conversation.OwnerId != notice.PersonId || conversation.State == ConversationState.Resolved))
                || (notice.Kind == NoticeKind.ClaimLapsed && (conversation.OwnerId != null || conversation.State != ConversationState.Open))
                || (ofWaiting.Contains(notice.Kind) && conversation.State != ConversationState.Open)
                || (notice.Kind == NoticeKind.NearLimit && conversation.EscalatedFor == conversation.DueAt)
            select notice).Take(Most).ToListAsync(cancellationToken);
        over.AddRange(await OverPeriodsAsync(cancellationToken));
        over.ForEach(notice => notice.OverAt = clock.GetUtcNow());
        if (over.Count > 0 && await db.KeepAsync(cancellationToken))
            book.Changed(over.Select(notice => notice.PersonId));
    }

    /// <summary>Of periods that ended, and of those that were close and are over.</summary>
    private async Task<IEnumerable<Notice>> OverPeriodsAsync(CancellationToken cancellationToken)
    {
        var told = await db.Notices.Where(notice => notice.OverAt == null && ofPeriods.Contains(notice.Kind)).Take(Most).ToListAsync(cancellationToken);
        var subjects = told.Select(notice => notice.Subject).Distinct().ToList();
        var rows = subjects.Count == 0 ? [] : await db.Conversations.AsNoTracking().Where(row => subjects.Contains(row.Id)).ToDictionaryAsync(row => row.Id, cancellationToken);
        var now = clock.GetUtcNow();
        return told.Where(notice => !rows.TryGetValue(notice.Subject, out var row) || !row.Limits.Any(limit =>
            limit.IsRegulatory && notice.Occasion == limit.Due.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) && (notice.Kind == NoticeKind.PeriodOver || limit.Due > now)));
    }

    private async Task<IEnumerable<ToTell>> ApprovalsAsync(IReadOnlyList<Actor> people, IReadOnlyDictionary<Guid, Account> accounts, CancellationToken cancellationToken)
    {
        var drafts = await db.Drafts.AsNoTracking().Where(draft => draft.Stage == DraftStage.AwaitingApproval).ToListAsync(cancellationToken);
        return drafts.SelectMany(draft =>
        {
            var where = draft.AccountIds.Where(accounts.ContainsKey).Select(id => accounts[id]).ToList();
            var occasion = string.Create(CultureInfo.InvariantCulture, $"{draft.Version}/{draft.SentAt?.ToUnixTimeMilliseconds()}");
            return people
                .Where(person => DraftQueue.CanSign(draft, where, person, own: draft.AuthorId == person.Id || draft.Editors.Contains(person.Id)).Count > 0)
                .Select(person => new ToTell(person.Id, NoticeKind.ApprovalWaits, draft.Id, occasion, null));
        });
    }

    private static IEnumerable<ToTell> Reconnect(Account account, IReadOnlyList<Actor> people) => people
        .Where(person => NoticeAccess.MayReconnect(person, account))
        .Select(person => new ToTell(person.Id, NoticeKind.ReconnectAccount, account.Id, account.ConnectedAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), account.Id));

    /// <summary>For whoever wrote it, and for those who decide.</summary>
    private async Task<IEnumerable<ToTell>> StuckAsync(IReadOnlyList<Actor> people, IReadOnlyDictionary<Guid, Account> accounts, CancellationToken cancellationToken)
    {
        var since = clock.GetUtcNow() - recent;
        var posts = await (
            from post in db.Publications.AsNoTracking()
            where stuck.Contains(post.State) && post.SettledAt >= since
            join draft in db.Drafts.AsNoTracking() on post.DraftId equals draft.Id
            select new { post, draft }).ToListAsync(cancellationToken);
        return posts.SelectMany(one => people
            .Where(person => person.Id == one.draft.AuthorId || person.Holds(Role.Comms, accounts[one.post.AccountId].Ref))
            .Where(person => DraftAccess.MayRead(one.draft, accounts.Values, person))
            .Select(person => new ToTell(person.Id, NoticeKind.PostStuck, one.draft.Id, $"{one.post.Id}/{one.post.State}/{one.post.SettledAt!.Value.ToUnixTimeMilliseconds()}", null)));
    }
}

using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Notices;

/// <param name="Account">Where it is; null for a post, which may go to several.</param>
public sealed record NoticeRow(Notice Notice, Account? Account)
{
    /// <summary>There is something to do, and this person has not looked.</summary>
    public bool IsNew => Notice is { ReadAt: null, OverAt: null };
}

public sealed record NoticeList(IReadOnlyList<NoticeRow> Rows, int Page, bool HasMore);

/// <summary>Reads what a person was told, as far as they may still see what it is about.</summary>
public sealed class NoticesReader(CountersignDb db)
{
    /// <summary>More than these are not counted, only said to be more.</summary>
    public const int MostCounted = 99;

    private const int OnPage = 50;

    public async Task<int> CountUnreadAsync(Actor reader, CancellationToken cancellationToken)
    {
        var unread = await Unread(reader).OrderByDescending(notice => notice.At).Take(MostCounted + 1).ToListAsync(cancellationToken);
        return unread.Count == 0 ? 0 : (await NoticeAccess.VisibleAsync(db, unread, await NoticeAccess.AccountsAsync(db, cancellationToken), reader, cancellationToken)).Count;
    }

    /// <param name="onlyNew">Without what was read or is over.</param>
    /// <param name="page">From 1.</param>
    public async Task<NoticeList> ListAsync(Actor reader, bool onlyNew, int page, CancellationToken cancellationToken)
    {
        page = Math.Clamp(page, 1, 1_000);
        var mine = onlyNew ? Unread(reader) : db.Notices.AsNoTracking().Where(notice => notice.PersonId == reader.Id);
        var found = await mine.OrderByDescending(notice => notice.At).ThenByDescending(notice => notice.Id).Skip((page - 1) * OnPage).Take(OnPage + 1).ToListAsync(cancellationToken);
        var accounts = await NoticeAccess.AccountsAsync(db, cancellationToken);
        var visible = await NoticeAccess.VisibleAsync(db, [.. found.Take(OnPage)], accounts, reader, cancellationToken);
        return new NoticeList([.. visible.Select(notice => new NoticeRow(notice, notice.AccountId is { } id ? accounts[id] : null))], page, found.Count > OnPage);
    }

    private IQueryable<Notice> Unread(Actor reader) => db.Notices.AsNoTracking().Where(notice => notice.PersonId == reader.Id && notice.ReadAt == null && notice.OverAt == null);
}

/// <summary>A person has looked: no act of theirs upon anything, so no entry.</summary>
public sealed class ReadNotices(CountersignDb db, NoticeBook book, TimeProvider clock)
{
    /// <summary>Another commit may change the same row, as when it is written into an e-mail.</summary>
    private const int Tries = 5;

    private const int AtOnce = 1_000;

    /// <returns>The notice; null where this person has none of this name that they may still see.</returns>
    public async Task<Notice?> OneAsync(Guid id, Actor reader, CancellationToken cancellationToken)
    {
        if (await db.Notices.AsNoTracking().SingleOrDefaultAsync(notice => notice.Id == id && notice.PersonId == reader.Id, cancellationToken) is not { } found
            || (await NoticeAccess.VisibleAsync(db, [found], await NoticeAccess.AccountsAsync(db, cancellationToken), reader, cancellationToken)).Count == 0)
            return null;
        await MarkAsync(db.Notices.Where(notice => notice.Id == id && notice.ReadAt == null), reader, cancellationToken);
        return found;
    }

    /// <summary>All that there were when the page was shown; what came since stays new.</summary>
    public Task AllAsync(DateTimeOffset until, Actor reader, CancellationToken cancellationToken) =>
        MarkAsync(db.Notices.Where(notice => notice.PersonId == reader.Id && notice.ReadAt == null && notice.At <= until), reader, cancellationToken);

    private async Task MarkAsync(IQueryable<Notice> which, Actor reader, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < Tries; tries++)
        {
            db.ChangeTracker.Clear();
            var rows = await which.OrderBy(notice => notice.Id).Take(AtOnce).ToListAsync(cancellationToken);
            if (rows.Count == 0)
                return;
            rows.ForEach(notice => notice.ReadAt = clock.GetUtcNow());
            if (!await db.KeepAsync(cancellationToken))
                continue;
            book.Changed([reader.Id]);
            await book.TellAsync(cancellationToken);
            if (rows.Count < AtOnce)
                return;
        }
    }
}

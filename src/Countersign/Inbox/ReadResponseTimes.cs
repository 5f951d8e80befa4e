using Countersign.Decisions;
using Countersign.Inbox.Clocks;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Inbox;

/// <summary>How long people waited, for conversations of the accounts that somebody may read.</summary>
public sealed class ReadResponseTimes(CountersignDb db, InboxReader inbox, ReadTargets read, TimeProvider clock)
{
    /// <summary>Longer periods are cut at their beginning.</summary>
    public const int MostDays = 366;

    /// <summary>Clocks that began in the period, whether they ended or not.</summary>
    /// <param name="until">Not in it.</param>
    /// <param name="site">Null for all.</param>
    public async Task<IReadOnlyList<ClockFigures>> RunAsync(DateTimeOffset from, DateTimeOffset until, Guid? site, Actor reader, CancellationToken cancellationToken)
    {
        var accounts = (await inbox.AccountsAsync(reader, cancellationToken)).Where(account => site is null || account.SiteId == site).Select(account => account.Id).ToList();
        var (now, targets) = (clock.GetUtcNow(), await read.RunAsync(cancellationToken));
        from = from < until.AddDays(-MostDays) ? until.AddDays(-MostDays) : from;
        var finished = await db.FinishedClocks.AsNoTracking().Where(row => accounts.Contains(row.AccountId) && row.Since >= from && row.Since < until).OrderBy(row => row.EndedAt).ThenBy(row => row.Id).ToListAsync(cancellationToken);
        var open = await db.Conversations.AsNoTracking()
            .Where(row => accounts.Contains(row.AccountId) && row.State != ConversationState.Resolved && (row.Resolution != null || row.WaitingSince != null)).ToListAsync(cancellationToken);
        return ClockFigures.Of(Times(finished, open, targets, now).Where(one => one.Since >= from && one.Since < until).Select(one => one.Time).ToList());
    }

    /// <summary>What was ended and opened again is one clock that runs; what ended twice took as long as it did the second time.</summary>
    public static IEnumerable<(DateTimeOffset Since, ClockTime Time)> Times(IEnumerable<FinishedClock> finished, IReadOnlyCollection<Conversation> open, ResponseTargets targets, DateTimeOffset now)
    {
        var running = open.SelectMany(row => row.ClocksAt(now, [], targets).Select(view => (row, view))).ToList();
        var again = running.Select(one => (one.row.Id, one.view.Clock, one.view.Since)).ToHashSet();
        foreach (var (row, view) in running)
            yield return (view.Since, new ClockTime(view.Clock, row.Priority, view.Elapsed, view.Counted, IsOpen: true, view.Due < now ? false : null));
        foreach (var same in finished.GroupBy(one => (one.ConversationId, one.Clock, one.Since)).Where(same => !again.Contains(same.Key)))
        {
            var last = same.Last();
            var unanswered = last.How == ClockEnd.Unanswered;
            yield return (last.Since, new ClockTime(last.Clock, last.Priority, last.Elapsed, last.Counted, IsOpen: false, unanswered ? null : last.IsMet, unanswered));
        }
    }
}

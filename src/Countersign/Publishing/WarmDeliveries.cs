using Countersign.Accounts;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>Reads the words of what is due in a moment, so that the door knows them when they are due: after a restart, or under a new policy, nobody has read them yet.</summary>
public sealed class WarmDeliveries(CountersignDb db, DraftScreening screening, TimeProvider clock)
{
    /// <summary>More than twice as long as the watch takes from one round to the next.</summary>
    private static readonly TimeSpan ahead = TimeSpan.FromSeconds(40);

    /// <summary>Of one round; the door reads the rest itself.</summary>
    private const int Most = 2_000;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var until = now + ahead;
        var soon = await db.Publications.AsNoTracking()
            .Where(publication => publication.State == PublicationState.Approved && publication.DueAt > now && publication.DueAt <= until)
            .OrderBy(publication => publication.DueAt).Select(publication => publication.DraftId).Take(Most).ToListAsync(cancellationToken);
        foreach (var some in soon.Distinct().Chunk(100))
        {
            var drafts = await db.Drafts.AsNoTracking().Where(draft => some.Contains(draft.Id)).ToListAsync(cancellationToken);
            var ids = drafts.SelectMany(draft => draft.AccountIds).Distinct().ToList();
            var accounts = await db.Accounts.AsNoTracking().Where(account => ids.Contains(account.Id)).ToDictionaryAsync(account => account.Id, cancellationToken);
            foreach (var draft in drafts)
                _ = await screening.ScreenAsync(draft.Body, [.. draft.AccountIds.Select(accounts.GetValueOrDefault).OfType<Account>()], cancellationToken);
        }
    }
}

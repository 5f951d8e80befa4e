using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>Says where an account has had the same words lately, or has another post at the same time. Stops nothing: some repeats are meant.</summary>
public sealed class Repeats(CountersignDb db, TimeProvider clock)
{
    /// <summary>How long words count as new.</summary>
    private static readonly TimeSpan lately = TimeSpan.FromDays(7);

    private static readonly PublicationState[] cameToNothing = [PublicationState.Void, PublicationState.Abandoned, PublicationState.Missed, PublicationState.Rejected];

    /// <param name="draft">Its own posts are no repeats.</param>
    /// <returns>The same renderings with what their readers should know.</returns>
    public async Task<IReadOnlyList<AccountRendering>> WarnAsync(Guid draft, Slot? slot, IReadOnlyList<AccountRendering> renderings, CancellationToken cancellationToken)
    {
        var accounts = renderings.Select(rendering => rendering.AccountId).ToList();
        var since = clock.GetUtcNow() - lately;
        var others = await db.Publications.AsNoTracking()
            .Where(post => post.DraftId != draft && post.FollowsId == null && accounts.Contains(post.AccountId) && post.DueAt >= since && !cameToNothing.Contains(post.State))
            .ToListAsync(cancellationToken);
        var drafts = others.Select(post => post.DraftId).Distinct().ToList();
        var versions = await db.DraftVersions.AsNoTracking().Where(version => drafts.Contains(version.DraftId)).ToDictionaryAsync(version => (version.DraftId, version.Version), cancellationToken);
        return [.. renderings.Select(rendering => rendering with
        {
            Warnings = [.. others.Where(post => post.AccountId == rendering.AccountId).SelectMany(post => Say(rendering, post, versions[(post.DraftId, post.Version)], slot)).Distinct(StringComparer.Ordinal)],
        })];
    }

    private static IEnumerable<string> Say(AccountRendering rendering, Publication other, DraftVersion version, Slot? slot)
    {
        if (rendering.Text.Trim().Length > 0 && version.Body.For(other.AccountId)[0].Text.Trim() == rendering.Text.Trim())
            yield return $"{rendering.Title} has another post with the same words within {lately.TotalDays:0} days.";
        if (slot is not null && other.DueAt == slot.Instant)
            yield return $"{rendering.Title} has another post at the same time.";
    }
}

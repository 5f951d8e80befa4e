using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>What a delivery does about the one it follows.</summary>
public enum ChainStep
{
    /// <summary>That one stands: this one may leave.</summary>
    Leave,

    /// <summary>It is on its way, or being looked up.</summary>
    Wait,

    /// <summary>It does not stand by itself any more: a person decides on it, and so on this one.</summary>
    Hold,
}

/// <summary>
/// Deliveries that follow one another on one account: the parts of a thread, and the comment after them. Each leaves only when the one
/// before it stands, and answers it. So a thread resumes at the first part that has no place, and nothing of it is there twice.
/// </summary>
public static class Chain
{
    /// <summary>Further parts may leave this much later than the first: a thread that has begun is finished.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromHours(24);

    public static ChainStep After(Publication before) => before switch
    {
        { Stands: true } => ChainStep.Leave,
        { State: PublicationState.Approved or PublicationState.Claimed or PublicationState.Sending or PublicationState.Waiting or PublicationState.Unknown } => ChainStep.Wait,
        _ => ChainStep.Hold,
    };

    /// <summary>Why what follows waits for a person, in a sentence.</summary>
    public static string WhyHeld(Publication before) => before.Differs is null
        ? $"{before.Called} is not there, so this one waits for it."
        : $"{before.Called} does not stand as it was agreed, so this one waits for a decision.";

    /// <summary>Everything that follows this one, nearest first.</summary>
    /// <param name="all">Of the same draft.</param>
    public static IReadOnlyList<Publication> Followers(Publication of, IReadOnlyCollection<Publication> all)
    {
        var found = new List<Publication>();
        for (var next = all.FirstOrDefault(other => other.FollowsId == of.Id); next is not null; next = all.FirstOrDefault(other => other.FollowsId == found[^1].Id))
            found.Add(next);
        return found;
    }

    /// <summary>Makes the job of the next one due, in the commit that lets it go or holds it.</summary>
    /// <returns>To be called inside that commit.</returns>
    internal static async Task<Action<PublicationMoved>> WakingAsync(CountersignDb db, Publication publication, CancellationToken cancellationToken)
    {
        var next = await db.Publications.AsNoTracking().Where(other => other.FollowsId == publication.Id).Select(other => (Guid?)other.Id).FirstOrDefaultAsync(cancellationToken);
        var job = next is null ? null : await db.Jobs.SingleOrDefaultAsync(row => row.Id == next, cancellationToken);
        return moved =>
        {
            if (job is { DoneAt: null } && After(publication) != ChainStep.Wait && job.DueAt > moved.At)
                (job.DueAt, job.Place) = (moved.At, job.Place < moved.At ? job.Place : moved.At);
        };
    }
}

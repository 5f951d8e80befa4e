using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Evidence;

/// <summary>A new key wraps what is sealed from now on, and then all that was sealed before. Broken off half way, both keys are in use and nothing is lost.</summary>
public sealed class TurnContentKey(CountersignDb db, ContentKeys keys, TimeProvider clock)
{
    private const int AtOnce = 200;
    private const int FewAtOnce = 8;

    public async Task<Decision<ContentKeyTurned>> RunAsync(Actor by, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var turned = await db.CommitAsync<ContentKeyTurned>(
            new ContentKeyTurned { Subject = Guid.CreateVersion7(now), By = by.Id, At = now, Number = keys.Turn() },
            _ => { },
            cancellationToken);
        if (turned.IsTaken)
            await RewrapAsync(cancellationToken);
        return turned;
    }

    /// <returns>How many items were brought under the newest key; to be called again after it was broken off.</returns>
    public async Task<int> RewrapAsync(CancellationToken cancellationToken)
    {
        var (count, newest) = (0, keys.Newest);
        while (await db.Set<VaultItem>().Where(item => item.Master < newest).OrderBy(item => item.Commitment).Take(AtOnce).ToListAsync(cancellationToken) is { Count: > 0 } some)
        {
            some.ForEach(keys.Rewrap);
            _ = await db.KeepAsync(cancellationToken);
            db.ChangeTracker.Clear();
            count += some.Count;
        }

        // Pictures are large: a few at once.
        while (await db.Media.Where(media => media.Master < newest).OrderBy(media => media.Sha256).Take(FewAtOnce).ToListAsync(cancellationToken) is { Count: > 0 } some)
        {
            some.ForEach(keys.Rewrap);
            _ = await db.KeepAsync(cancellationToken);
            db.ChangeTracker.Clear();
            count += some.Count;
        }

        return count;
    }
}

public sealed record ContentKeyTurned : DomainEvent
{
    public override string Act => "vault.key-turned";

    public required int Number { get; init; }

    public override JsonObject Facts => new() { ["number"] = Number };
}

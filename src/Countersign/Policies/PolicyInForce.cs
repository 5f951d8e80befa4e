using System.Collections.Concurrent;
using Countersign.Decisions;
using Countersign.Screening;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Policies;

/// <summary>The release that counts now, loaded once per digest.</summary>
public sealed class PolicyInForce(LoadedReleases loaded, CountersignDb db, TimeProvider clock)
{
    /// <exception cref="InvalidOperationException">No release is in force: the organisation was never set up.</exception>
    public async Task<(int Number, PolicyRelease Release)> GetAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var head = await db.Releases
            .Where(release => release.EffectiveFrom <= now)
            .OrderByDescending(release => release.Number)
            .Select(release => new { release.Number, release.Digest })
            .FirstOrDefaultAsync(cancellationToken)
            ?? throw new InvalidOperationException("No policy release is in force.");
        if (loaded.Find(head.Digest) is { } known)
            return (head.Number, known);
        var files = await db.Releases.Where(release => release.Number == head.Number).Select(release => release.Files).SingleAsync(cancellationToken);
        return (head.Number, loaded.Add(files));
    }
}

/// <summary>Compiled releases of this process, by digest.</summary>
public sealed class LoadedReleases
{
    private readonly ConcurrentDictionary<string, PolicyRelease> byDigest = new(StringComparer.Ordinal);

    internal PolicyRelease? Find(string digest) => byDigest.GetValueOrDefault(digest);

    internal PolicyRelease Add(IReadOnlyList<PolicyFile> files)
    {
        var release = PolicyRelease.FromFiles(files);
        return byDigest.GetOrAdd(release.Digest, release);
    }
}

/// <summary>A set of packs takes effect.</summary>
public sealed class IssueRelease(CountersignDb db, LoadedReleases loaded, TimeProvider clock)
{
    /// <returns>Refused "unchanged" when the rules are those in force already.</returns>
    public async Task<Decision<ReleaseIssued>> RunAsync(IReadOnlyList<PolicyFile> files, Actor by, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var release = loaded.Add(files);
        var last = await db.Releases.OrderByDescending(row => row.Number).Select(row => new { row.Number, row.Digest }).FirstOrDefaultAsync(cancellationToken);
        if (last?.Digest == release.Digest)
            return new Refusal("unchanged", "These are the rules in force already.");
        var row = new Release { Number = (last?.Number ?? 0) + 1, Digest = release.Digest, EffectiveFrom = now, IssuedBy = by.Id, Files = files };
        return await db.CommitAsync<ReleaseIssued>(
            new ReleaseIssued { Subject = Guid.CreateVersion7(now), Number = row.Number, By = by.Id, At = now },
            _ => db.Releases.Add(row),
            cancellationToken);
    }
}

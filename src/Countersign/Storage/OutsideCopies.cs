using Countersign.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Storage;

/// <summary>How far somebody outside vouches for the log.</summary>
/// <param name="Size">Entries covered; null where nobody vouches for any.</param>
/// <param name="At">By the outsider's own clock.</param>
/// <param name="By">Who.</param>
public sealed record Anchored(long? Size, DateTimeOffset? At, IReadOnlyList<string> By)
{
    public static readonly Anchored Nowhere = new(null, null, []);
}

/// <summary>What witnesses and time stamp authorities said of our checkpoints.</summary>
public sealed class OutsideCopies(CountersignDb db, WitnessPolicies policies)
{
    /// <summary>Cosigned sizes looked at from the newest on, when asked how far the quorum goes.</summary>
    private const int MostSizes = 64;

    /// <summary>The longest checkpoint with a quorum of witnesses; where the policy asks for none, with any witness.</summary>
    public async Task<Anchored> WitnessedAsync(CancellationToken cancellationToken) =>
        policies.Ours is null ? Anchored.Nowhere : await FindAsync(0, cancellationToken) ?? Anchored.Nowhere;

    /// <summary>True where a checkpoint that holds this entry has its quorum, or none is asked for.</summary>
    public async Task<bool> CoversAsync(long index, CancellationToken cancellationToken) =>
        !policies.Settings.RequiredToPublish || await FindAsync(index, cancellationToken) is not null;

    public async Task<Anchored> StampedAsync(CancellationToken cancellationToken) =>
        await db.Set<CheckpointStamp>().AsNoTracking().OrderByDescending(stamp => stamp.Size).FirstOrDefaultAsync(cancellationToken) is { } stamp
            ? new Anchored(stamp.Size, stamp.At, [stamp.Authority])
            : Anchored.Nowhere;

    /// <summary>The checkpoint with every line that witnesses set under it.</summary>
    public async Task<SignedNote> WithCosignaturesAsync(SignedNote note, long size, CancellationToken cancellationToken)
    {
        var lines = await db.Set<Cosignature>().AsNoTracking().Where(line => line.Size == size).OrderBy(line => line.Witness).ToListAsync(cancellationToken);
        return lines.Aggregate(note, (whole, line) => Take(whole, line.Line));
    }

    private async Task<Anchored?> FindAsync(long after, CancellationToken cancellationToken)
    {
        // What too few cosigned is passed over here, so that a quorum that was met is not forgotten while one of them is away.
        var fewest = policies.Ours!.Fewest;
        var sizes = await db.Set<Cosignature>().AsNoTracking().Where(line => line.Size > after).GroupBy(line => line.Size).Where(lines => lines.Count() >= fewest)
            .Select(lines => lines.Key).OrderByDescending(size => size).Take(MostSizes).ToListAsync(cancellationToken);
        foreach (var size in sizes)
        {
            var text = await db.Set<LedgerCheckpoint>().AsNoTracking().Where(row => row.Size == size).Select(row => row.Note).SingleOrDefaultAsync(cancellationToken);
            if (text is null || !SignedNote.TryParse(text, out var note))
                continue;
            var verdict = policies.Ours!.Judge(await WithCosignaturesAsync(note, size, cancellationToken));
            if (verdict is { QuorumMet: true, Witnessed.Count: > 0 })
                return new Anchored(size, verdict.Witnessed.Max(seen => seen.At), [.. verdict.Witnessed.Select(seen => seen.Witness)]);
        }

        return null;
    }

    private static SignedNote Take(SignedNote note, string line) =>
        SignedNote.TryParse($"{note}{line}\n", out var more) ? more : throw new LogDamagedException("A stored cosignature cannot be read.");
}

using Countersign.Ledger;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Evidence;

/// <summary>How far this process has checked the log by itself.</summary>
/// <param name="Size">Entries checked; null before the first time.</param>
/// <param name="Problem">What does not fit, in a sentence; null when everything did.</param>
public sealed record Verified(long? Size, DateTimeOffset? At, string? Problem);

/// <summary>
/// Recomputes the tree from the entries as they lie in the database and compares it with what was signed: its own memory and its own
/// reading, not the sequencer's. An entry edited in the database shows on every page within the hour, and nothing more is published.
/// </summary>
public sealed class VerifiedLog(LedgerKey key, LogAlarm alarm) : IDisposable
{
    private readonly SemaphoreSlim one = new(1, 1);
    private readonly NoteVerifier verifier = NoteVerifier.Parse(key.VerifierKey);
    private GrowingTree tree = new();

    public void Dispose() => one.Dispose();

    public Verified State { get; private set; } = new(null, null, null);

    /// <param name="fromTheStart">Forgets what was checked before, so that an old entry edited since is found.</param>
    public async Task CheckAsync(CountersignDb db, bool fromTheStart, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken);
        try
        {
            if (fromTheStart || State.Problem is not null)
                tree = new GrowingTree();
            var log = new SignedLog(db, alarm);
            if (await log.LatestAsync(cancellationToken) is not { } latest)
                return;
            State = new Verified(latest.Size, now, await FindProblemAsync(log, latest, cancellationToken));
            alarm.Damage = State.Problem;
        }
        finally
        {
            one.Release();
        }
    }

    private async Task<string?> FindProblemAsync(SignedLog log, LedgerCheckpoint latest, CancellationToken cancellationToken)
    {
        if (!SignedNote.TryParse(latest.Note, out var note) || !verifier.Verifies(note) || !Checkpoint.TryParse(note.Text, out var signed) || signed.Size != latest.Size)
            return "The latest checkpoint does not carry this installation's signature.";
        var from = tree.Size;
        var leaves = log.Index.AsNoTracking()
            .Where(place => place.Index >= from && place.Index < latest.Size)
            .OrderBy(place => place.Index)
            .Join(log.Events.AsNoTracking(), place => place.Seq, entry => entry.Seq, (place, entry) => new { place.Index, entry.Leaf })
            .OrderBy(row => row.Index)
            .AsAsyncEnumerable();
        await foreach (var row in leaves.WithCancellation(cancellationToken))
        {
            if (row.Index != tree.Size)
                return $"Entry {tree.Size:N0} is missing.";
            tree.Append(TreeHash.OfLeaf(row.Leaf));
        }

        _ = tree.ChangedTiles();
        if (tree.Size != latest.Size)
            return $"Entry {tree.Size:N0} is missing.";
        return tree.Root == signed.Root ? null : $"The {latest.Size:N0} entries are not those that were signed: at least one was changed.";
    }
}

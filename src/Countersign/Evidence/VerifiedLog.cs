using Countersign.Ledger;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Evidence;

/// <summary>How far this process has checked the log by itself.</summary>
/// <param name="Size">Entries checked; null before the first time.</param>
/// <param name="Problem">What does not fit, in a sentence; null when everything did.</param>
public sealed record Verified(long? Size, DateTimeOffset? At, string? Problem);

/// <summary>A check that is under way.</summary>
/// <param name="Done">Entries read.</param>
/// <param name="Size">Entries to read.</param>
public sealed record Reading(long Done, long Size);

/// <summary>
/// Recomputes the tree from the entries as they lie in the database and compares it with what was signed: its own memory and its own
/// reading, not the sequencer's. An entry edited in the database shows on every page within the hour, and nothing more is published.
/// </summary>
public sealed class VerifiedLog(LedgerKey key, LogGuard guard, LogAlarm alarm, WitnessPolicies policies) : IDisposable
{
    private readonly SemaphoreSlim one = new(1, 1);
    private GrowingTree tree = new();

    public void Dispose() => one.Dispose();

    public Verified State { get; private set; } = new(null, null, null);

    /// <summary>How far the check has come that runs now, or the last one came.</summary>
    public Reading Reading { get; private set; } = new(0, 0);

    /// <param name="fromTheStart">Forgets what was checked before, so that an old entry edited since is found.</param>
    /// <param name="follows">Takes the guard along. Not for a command, which may be another user's.</param>
    public async Task CheckAsync(CountersignDb db, bool fromTheStart, DateTimeOffset now, CancellationToken cancellationToken, bool follows = true)
    {
        await one.WaitAsync(cancellationToken);
        try
        {
            if (fromTheStart || State.Problem is not null)
                tree = new GrowingTree();
            State = await CheckAsync(new SignedLog(db, alarm, new OutsideCopies(db, policies)), now, follows, cancellationToken);
            alarm.Damage = State.Problem;
        }
        finally
        {
            one.Release();
        }
    }

    private async Task<Verified> CheckAsync(SignedLog log, DateTimeOffset now, bool follows, CancellationToken cancellationToken)
    {
        try
        {
            // Before the database: entries are stored before the guard counts them, so that it is never ahead of an honest one.
            var held = guard.Read();
            var latest = await log.LatestAsync(cancellationToken);
            if (held is null && latest is null)
                return new Verified(null, null, null);
            return new Verified(Math.Max(held?.Size ?? 0, latest?.Size ?? 0), now, await FindProblemAsync(log, latest, held, follows, cancellationToken));
        }
        catch (LogDamagedException damage)
        {
            return new Verified(State.Size, now, damage.Message);
        }
    }

    private async Task<string?> FindProblemAsync(SignedLog log, LedgerCheckpoint? latest, Checkpoint? held, bool follows, CancellationToken cancellationToken)
    {
        var signed = latest is null ? null : SignedIn(latest.Note);
        if (latest is not null && signed?.Size != latest.Size)
            return "The latest checkpoint does not carry this installation's signature.";
        if (guard.WhyMissing(signed) is { } missing)
            return missing;
        var (from, end) = (tree.Size, Math.Max(held?.Size ?? 0, signed?.Size ?? 0));
        var (asHeld, asSigned) = (Fits(held), Fits(signed));
        Reading = new Reading(from, end);
        // What is not searchable yet has no row; before that, an entry that lacks it would be in no list.
        var reach = await LedgerLook.ReachAsync(log.Looks, cancellationToken);
        long? shownDifferently = null;
        string? derived = null;
        await foreach (var portion in log.Places.PortionsAsync(from, end, cancellationToken))
        {
            var (first, last) = (portion[0].Index, portion[^1].Index);
            var looks = await log.Looks.AsNoTracking().Where(look => look.Index >= first && look.Index <= last).ToDictionaryAsync(look => look.Index, cancellationToken);
            var whole = true;
            var signedHere = await log.Checkpoints.AsNoTracking().Where(row => row.Size > first && row.Size <= last + 1).ToDictionaryAsync(row => row.Size, row => row.Note, cancellationToken);
            foreach (var (entry, index) in portion.TakeWhile(one => whole = one.Index == tree.Size))
            {
                if (!EntryHead.Agrees(entry) || !(looks.TryGetValue(index!.Value, out var look) ? look.Agrees(EntryHead.Read(entry.Leaf)) : index >= reach))
                    shownDifferently ??= index;
                tree.Append(TreeHash.OfLeaf(entry.Leaf));
                if (signedHere.TryGetValue(tree.Size, out var earlier) && (SignedIn(earlier) is not { } then || then.Size != tree.Size || then.Root != tree.Root))
                    derived ??= $"The checkpoint of {tree.Size:N0} entries in the database is not of these entries, or not signed by a key of this log.";
                if (tree.Size % 512 == 0)
                    Reading = new Reading(tree.Size, end);
                asHeld &= Fits(held);
                asSigned &= Fits(signed);
            }

            derived ??= await FindTileAsync(log, cancellationToken);
            if (!whole)
                break;
        }

        if (held is not null && tree.Size < held.Size && (latest?.Size ?? 0) < held.Size)
            return LogGuard.Shorter(tree.Size, held);
        if (tree.Size != end)
            return $"Entry {Math.Min(tree.Size, end):N0} is missing.";
        if (!asSigned)
            return $"The {end:N0} entries are not those that were signed: at least one was changed.";
        if (!asHeld)
            return LogGuard.Different(held!);
        if (shownDifferently is { } number)
            return $"Entry {number:N0} is shown differently from what was signed.";
        if (derived is not null)
            return derived;
        if (follows && signed is not null)
            guard.Follow(signed);
        return null;
    }

    /// <summary>A stored tile may have grown since; what it held stays. One that is false makes every proof through it false.</summary>
    private async Task<string?> FindTileAsync(SignedLog log, CancellationToken cancellationToken)
    {
        foreach (var level in tree.ChangedTiles().GroupBy(tile => tile.Level))
        {
            var indices = level.Select(tile => tile.Index).ToList();
            var stored = await log.Tiles.AsNoTracking().Where(row => row.Level == level.Key && indices.Contains(row.Index)).ToDictionaryAsync(row => row.Index, row => row.Hashes, cancellationToken);
            if (level.FirstOrDefault(tile => !stored.TryGetValue(tile.Index, out var hashes) || !hashes.AsSpan().StartsWith(tile.Hashes)) is { } other)
                return $"Tile {other.Index:N0} on level {other.Level} of the stored tree is not what the entries give: proofs through it would be false.";
        }

        return null;
    }

    /// <returns>Null where no key of this log signed it.</returns>
    private Checkpoint? SignedIn(string note) =>
        SignedNote.TryParse(note, out var parsed) && key.Verifies(parsed) && Checkpoint.TryParse(parsed.Text, out var checkpoint) ? checkpoint : null;

    /// <summary>False where the tree has come to exactly this checkpoint and is another one.</summary>
    private bool Fits(Checkpoint? checkpoint) => tree.Size != checkpoint?.Size || tree.Root == checkpoint.Root;
}

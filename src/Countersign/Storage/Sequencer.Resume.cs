using System.Data.Common;
using Countersign.Ledger;

namespace Countersign.Storage;

/// <summary>Where the log goes on: after the start, and after another node placed something. Not before what is stored, the guard and the last checkpoint agree.</summary>
public sealed partial class Sequencer
{
    private async Task<GrowingTree> ResumeAsync(DbConnection connection, long size, CancellationToken cancellationToken)
    {
        var tree = await AgreedTreeAsync(connection, size, cancellationToken);

        // What stood against it, a guard whose volume was away perhaps, is over.
        alarm.ReadOnly = null;
        return tree;
    }

    private async Task<GrowingTree> AgreedTreeAsync(DbConnection connection, long size, CancellationToken cancellationToken)
    {
        var tree = await StoredTreeAsync(connection, size, cancellationToken);
        try
        {
            if (guard.Read() is { } held)
            {
                if (held.Size > size)
                    throw new LogDamagedException(LogGuard.Shorter(size, held));
                if (held.Root != (held.Size == size ? tree : await StoredTreeAsync(connection, held.Size, cancellationToken)).Root)
                    throw new LogDamagedException(LogGuard.Different(held));
            }
        }
        catch (LogDamagedException damage)
        {
            alarm.ReadOnly = damage.Message;
            throw;
        }

        // The last batch may be placed and not signed yet: then the checkpoint before it proves the key, and this step signs.
        var note = await ScalarAsync<string>(connection, "select note from ledger_checkpoint order by size desc limit 1", cancellationToken);
        if (note is null)
            return tree;
        if (!SignedNote.TryParse(note, out var parsed) || !Checkpoint.TryParse(parsed.Text, out var checkpoint))
            throw new LogDamagedException("The last checkpoint cannot be read.");
        if (!key.Verifies(parsed))
            throw new LogDamagedException("The last checkpoint was signed with another key. Every node needs the same keys folder.");
        if (guard.WhyMissing(checkpoint) is { } missing)
        {
            alarm.ReadOnly = missing;
            throw new LogDamagedException(missing);
        }

        if (checkpoint.Size == size && checkpoint.Root != tree.Root)
            throw new LogDamagedException($"The stored tree of {size} entries is not the one that was signed.");
        return tree;
    }

    /// <summary>The tree as it was at this size: tiles only ever grow at their end.</summary>
    private static async Task<GrowingTree> StoredTreeAsync(DbConnection connection, long size, CancellationToken cancellationToken)
    {
        var tiles = new Dictionary<(int Level, long Index), byte[]>();
        for (var level = 0; size >> (8 * level) > 0; level++)
        {
            var index = size >> (8 * level) >> 8;
            if (await ScalarAsync<byte[]>(connection, "select hashes from ledger_tile where level = @a and idx = @b", cancellationToken, level, index) is { } hashes)
                tiles[(level, index)] = hashes;
        }

        try
        {
            return GrowingTree.Resume(size, (level, index) => tiles.GetValueOrDefault((level, index)));
        }
        catch (InvalidDataException damage)
        {
            throw new LogDamagedException($"The tiles of the log are damaged: {damage.Message}", damage);
        }
    }
}

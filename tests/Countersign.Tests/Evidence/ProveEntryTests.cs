using Countersign.Evidence;
using Countersign.Ledger;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Evidence;

public sealed class ProveEntryTests
{
    /// <summary>More than one tile of the tree.</summary>
    private const int Many = Tile.FullWidth + 20;

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Every_entry_leads_to_the_signed_root_and_a_changed_one_does_not(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        await AuditTrailTests.RefuseAsync(here, Many);
        await here.SequenceAsync();
        var size = (await here.UseAsync<SignedLog, LedgerCheckpoint?>(log => log.LatestAsync(default)))!.Size;

        foreach (var index in new[] { 0, 1, Tile.FullWidth - 1, Tile.FullWidth, size - 2, size - 1 })
        {
            var leaf = (await here.UseAsync<AuditTrail, AuditEntry?>(trail => trail.FindAsync(index, default)))!.Leaf;
            var proven = (await ProveAsync(here, index, leaf))!;
            var changed = (await ProveAsync(here, index, [.. leaf[..^1], (byte)' ']))!;

            Assert.True(proven.Verifies, proven.Problem);
            Assert.Equal(proven.Root, proven.Path[^1].Sum);
            Assert.Equal(TreeHash.OfLeaf(leaf).ToHex(), proven.Leaf);
            Assert.StartsWith("c2sp.org/tlog-proof@v1\n", proven.Text, StringComparison.Ordinal);
            Assert.False(changed.Verifies);
            Assert.Null(changed.Text);
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Hashes_changed_in_the_database_are_found(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var leaf = (await here.UseAsync<AuditTrail, AuditEntry?>(trail => trail.FindAsync(3, default)))!.Leaf;
        await here.ReadAsync(async db =>
        {
            var tile = await db.Set<LedgerTile>().SingleAsync(row => row.Level == 0);
            tile.Hashes[0] ^= 1;
            db.Entry(tile).Property(row => row.Hashes).IsModified = true;
            return await db.KeepAsync(default);
        });

        var proven = (await ProveAsync(here, 3, leaf))!;

        Assert.False(proven.Verifies);
        Assert.Contains("changed after the log was signed", proven.Problem, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_entry_that_no_checkpoint_covers_yet_has_no_proof(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var size = (await here.UseAsync<SignedLog, LedgerCheckpoint?>(log => log.LatestAsync(default)))!.Size;

        Assert.Null(await ProveAsync(here, size, [1]));
        Assert.Null(await ProveAsync(here, -1, [1]));
    }

    private static Task<ProvenEntry?> ProveAsync(AnInstallation here, long index, byte[] leaf) =>
        here.UseAsync<ProveEntry, ProvenEntry?>(prove => prove.RunAsync(index, leaf, default));
}

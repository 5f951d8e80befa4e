namespace Countersign.Ledger;

/// <summary>Verifies that the entries in a folder are those that a checkpoint signs. Stored hashes only help to say which are not.</summary>
internal sealed class EntryAudit(LogFiles files, Checkpoint signed, IReadOnlyList<KeptCheckpoint> kept, ContentAudit contents, Findings findings)
{
    /// <summary>Places where entries and their stored hashes differ: the first entry of a bundle that does, and how many do.</summary>
    private readonly List<(long First, int Count)> differing = [];

    /// <summary>False as soon as an entry is missing, so that the later ones have no certain place in the tree.</summary>
    private bool complete = true;

    /// <summary>Set only where every entry was read and together they give the signed root.</summary>
    public bool AreAsSigned { get; private set; }

    public byte[]? LastEntry { get; private set; }

    public void Run()
    {
        var entries = new TreePass(files, kept);
        ForEachTile((index, width) => ReadBundle(index, width, entries));
        if (complete)
            entries.Finish();
        if (complete && entries.Size == signed.Size && entries.Root == signed.Root)
        {
            AreAsSigned = true;
            findings.AddRange(entries.Contradictions);
            findings.AddRange(entries.Tiles);
            return;
        }
        if (!findings.IsFull)
            Blame(entries);
    }

    /// <summary>Stops at the bound of findings, which a log of absurd size without files reaches soon.</summary>
    private void ForEachTile(Action<long, int> read)
    {
        var tiles = (signed.Size >> Tile.Height) + (signed.Size % Tile.FullWidth == 0 ? 0 : 1);
        for (var index = 0L; index < tiles && !findings.IsFull; index++)
            read(index, TilePath.Width(signed.Size, 0, index));
        complete &= !findings.IsFull;
    }

    private void ReadBundle(long index, int width, TreePass tree)
    {
        var path = TilePath.Entries(index, width);
        var first = index * Tile.FullWidth;
        if (!files.TryReadEntries(index, width, out var bytes, out var fault))
        {
            complete = false;
            findings.Add("entries-missing", $"Entries {first:N0} to {first + width - 1:N0} cannot be verified: the file {path} {fault}.", path, first);
            return;
        }
        var hashes = StoredHashes(index, width);
        var (firstDiffering, differences) = (-1L, 0);
        ReadOnlySpan<byte> rest = bytes;
        for (var i = 0; i < width; i++)
        {
            if (!EntryBundle.TryTake(ref rest, out var entry))
            {
                complete = false;
                findings.Add("entries-damaged", $"The file {path} ends before entry {first + i:N0} does; it should hold entries {first:N0} to {first + width - 1:N0}.", path, first + i);
                break;
            }
            var leaf = TreeHash.OfLeaf(entry);
            tree.Take(leaf);
            if (hashes is not null && hashes[i] != leaf && differences++ == 0)
                firstDiffering = first + i;
            contents.Look(entry);
            if (first + i == signed.Size - 1)
                LastEntry = entry.ToArray();
        }
        if (differences > 0 && differing.Count < Findings.Most)
            differing.Add((firstDiffering, differences));
        if (complete && rest.Length > 0)
        {
            complete = false;
            findings.Add("entries-damaged", $"The file {path} holds more than entries {first:N0} to {first + width - 1:N0}: {rest.Length:N0} bytes too many.", path, first);
        }
    }

    /// <summary>Says which entries are at fault: surely, if the stored hashes are those that were signed, and as far as can be seen otherwise.</summary>
    private void Blame(TreePass entries)
    {
        var stored = new TreePass(files, kept);
        var missing = new Findings();
        ForEachStoredTile(stored, missing);
        if (missing.All.Count == 0 && stored.Root == signed.Root)
        {
            foreach (var (first, count) in differing)
                findings.Add("entry-changed", Changed(first, count), TilePathOf(first), first);
            findings.AddRange(stored.Contradictions);
            findings.AddRange(stored.Tiles);
            return;
        }
        if (complete)
        {
            findings.Add("entries-rewritten", "The entries are not those that were signed: together they do not give what the checkpoint says." + BorneOut(entries));
            findings.AddRange(entries.Contradictions);
        }
        foreach (var (first, _) in differing)
            findings.Add("entry-disputed", $"Entry {first:N0} and the hash stored for it do not fit each other: one of them was changed.", TilePathOf(first), first);
        findings.AddRange(missing);
    }

    private void ForEachStoredTile(TreePass stored, Findings missing)
    {
        var tiles = (signed.Size >> Tile.Height) + (signed.Size % Tile.FullWidth == 0 ? 0 : 1);
        for (var index = 0L; index < tiles && !missing.IsFull; index++)
        {
            var width = TilePath.Width(signed.Size, 0, index);
            if (StoredHashes(index, width) is not { } hashes)
            {
                var path = TilePath.Hashes(0, index, width);
                missing.Add("tile-missing", $"The file {path} is missing or not as long as it must be.", path);
                continue;
            }
            for (var i = 0; i < width; i++)
                stored.Take(hashes[i]);
        }
        stored.Finish();
    }

    private Tile? StoredHashes(long index, int width) =>
        files.TryReadHashes(0, index, width, out var bytes, out _) ? new Tile(0, index, bytes) : null;

    private string TilePathOf(long entry) =>
        TilePath.Entries(entry >> Tile.Height, TilePath.Width(signed.Size, 0, entry >> Tile.Height));

    private static string Changed(long first, int count) => count == 1
        ? $"Entry {first:N0} was changed after it was signed."
        : $"Entry {first:N0} was changed after it was signed, and so were {count - 1:N0} more in the same file; an entry may have been put in or taken out there.";

    private static string BorneOut(TreePass entries) => entries.BorneOut > 0
        ? $" The first {entries.BorneOut:N0} are as signed in an earlier checkpoint; the change lies after them."
        : "";
}

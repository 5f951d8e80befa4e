using Countersign.Ledger.Hashing;

namespace Countersign.Ledger;

/// <summary>Verifies that the entries in a folder are those that a checkpoint signs. Stored hashes only help to say which are not.</summary>
internal sealed class EntryAudit(LogFiles files, Checkpoint signed, IReadOnlyList<KeptCheckpoint> kept, ContentAudit contents, Findings findings)
{
    /// <summary>Places where entries and their stored hashes differ: the first entry of a bundle that does, and how many do.</summary>
    private readonly List<(long First, int Count)> differing = [];

    private readonly Hasher hasher = new(Hasher.Fastest);
    private readonly TileTree tile = new(new Hasher(Hasher.Fastest));
    private readonly FileContents bundle = new();
    private readonly FileContents stored = new();
    private readonly Stretch[] entries = new Stretch[Tile.FullWidth];

    /// <summary>False as soon as an entry is missing, so that the later ones have no certain place in the tree.</summary>
    private bool complete = true;

    /// <summary>Set only where every entry was read and together they give the signed root.</summary>
    public bool AreAsSigned { get; private set; }

    public byte[]? LastEntry { get; private set; }

    public List<CompromisedKey> Compromised { get; } = [];

    public void Run()
    {
        var pass = new TreePass(files, kept);
        ForEachTile((index, width) => ReadBundle(index, width, pass));
        if (complete)
            pass.Finish();
        if (complete && pass.Size == signed.Size && pass.Root == signed.Root)
        {
            AreAsSigned = true;
            findings.AddRange(pass.Contradictions);
            findings.AddRange(pass.Tiles);
            return;
        }
        if (!findings.IsFull)
            Blame(pass);
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
        if (!files.TryReadEntries(index, width, bundle, out var fault))
        {
            complete = false;
            findings.Add("entries-missing", $"Entries {first:N0} to {first + width - 1:N0} cannot be verified: the file {path} {fault}.", path, first);
            return;
        }
        var found = Split(path, first, width);
        hasher.Leaves(bundle.Bytes, entries.AsSpan(0, found), tile.Room);
        var areStored = AreStored(index, width, found);
        if (contents.Shown > 0)
        {
            foreach (var (at, length) in entries.AsSpan(0, found))
                contents.Look(bundle.Bytes.Slice(at, length));
        }
        if (CompromisedKey.MayBeIn(bundle.Bytes))
            LookForCompromised(first, found);
        if (found > 0 && first + found == signed.Size)
            LastEntry = bundle.Bytes.Slice(entries[found - 1].At, entries[found - 1].Length).ToArray();
        if (!complete)
            return;
        tile.Build(width);
        tree.Take(tile, areStored);
    }

    private void LookForCompromised(long first, int found)
    {
        for (var i = 0; i < found && Compromised.Count < Findings.Most; i++)
        {
            if (CompromisedKey.TryRead(bundle.Bytes.Slice(entries[i].At, entries[i].Length), first + i, out var compromised))
                Compromised.Add(compromised);
        }
    }

    /// <returns>How many whole entries there are.</returns>
    private int Split(string path, long first, int width)
    {
        var rest = bundle.Bytes;
        for (var i = 0; i < width; i++)
        {
            if (!EntryBundle.TryTake(ref rest, out var entry))
            {
                complete = false;
                findings.Add("entries-damaged", $"The file {path} ends before entry {first + i:N0} does; it should hold entries {first:N0} to {first + width - 1:N0}.", path, first + i);
                return i;
            }
            entries[i] = new Stretch(bundle.Bytes.Length - rest.Length - entry.Length, entry.Length);
        }
        if (rest.Length > 0)
        {
            complete = false;
            findings.Add("entries-damaged", $"The file {path} holds more than entries {first:N0} to {first + width - 1:N0}: {rest.Length:N0} bytes too many.", path, first);
        }
        return width;
    }

    /// <summary>Whether the hashes of the entries are those that are stored; notes where not. Which of the two is at fault is not known yet.</summary>
    private bool AreStored(long index, int width, int found)
    {
        if (differing.Count >= Findings.Most || !files.TryReadHashes(0, index, width, stored, out _))
            return false;
        var ours = tile.Room[..(found * TreeHash.Length)];
        var theirs = stored.Bytes[..ours.Length];
        if (ours.SequenceEqual(theirs))
            return found == width;
        var (firstDiffering, differences) = (-1L, 0);
        for (var i = 0; i < found; i++)
        {
            if (!ours.Slice(i * TreeHash.Length, TreeHash.Length).SequenceEqual(theirs.Slice(i * TreeHash.Length, TreeHash.Length)) && differences++ == 0)
                firstDiffering = (index * Tile.FullWidth) + i;
        }
        differing.Add((firstDiffering, differences));
        return false;
    }

    /// <summary>Says which entries are at fault: surely, if the stored hashes are those that were signed, and as far as can be seen otherwise.</summary>
    private void Blame(TreePass fromEntries)
    {
        var pass = new TreePass(files, kept);
        var missing = new Findings();
        ForEachStoredTile(pass, missing);
        if (missing.All.Count == 0 && pass.Root == signed.Root)
        {
            foreach (var (first, count) in differing)
                findings.Add("entry-changed", Changed(first, count), TilePathOf(first), first);
            findings.AddRange(pass.Contradictions);
            findings.AddRange(pass.Tiles);
            return;
        }
        if (complete)
        {
            findings.Add("entries-rewritten", "The entries are not those that were signed: together they do not give what the checkpoint says." + BorneOut(fromEntries));
            findings.AddRange(fromEntries.Contradictions);
        }
        foreach (var (first, _) in differing)
            findings.Add("entry-disputed", $"Entry {first:N0} and the hash stored for it do not fit each other: one of them was changed.", TilePathOf(first), first);
        findings.AddRange(missing);
    }

    private void ForEachStoredTile(TreePass pass, Findings missing)
    {
        var tiles = (signed.Size >> Tile.Height) + (signed.Size % Tile.FullWidth == 0 ? 0 : 1);
        for (var index = 0L; index < tiles && !missing.IsFull; index++)
        {
            var width = TilePath.Width(signed.Size, 0, index);
            if (!files.TryReadHashes(0, index, width, stored, out _))
            {
                var path = TilePath.Hashes(0, index, width);
                missing.Add("tile-missing", $"The file {path} is missing or not as long as it must be.", path);
                continue;
            }
            if (missing.All.Count > 0)
                continue;
            stored.Bytes.CopyTo(tile.Room);
            tile.Build(width);
            pass.Take(tile, areStored: true);
        }
        if (missing.All.Count == 0)
            pass.Finish();
    }

    private string TilePathOf(long entry) =>
        TilePath.Entries(entry >> Tile.Height, TilePath.Width(signed.Size, 0, entry >> Tile.Height));

    private static string Changed(long first, int count) => count == 1
        ? $"Entry {first:N0} was changed after it was signed."
        : $"Entry {first:N0} was changed after it was signed, and so were {count - 1:N0} more in the same file; an entry may have been put in or taken out there.";

    private static string BorneOut(TreePass pass) => pass.BorneOut > 0
        ? $" The first {pass.BorneOut:N0} are as signed in an earlier checkpoint; the change lies after them."
        : "";
}

using Countersign.Ledger;
using Countersign.Storage;

namespace Countersign.Evidence;

/// <summary>A step from an entry's hash towards the root.</summary>
/// <param name="Beside">The hash it is joined with, lower-case hex.</param>
/// <param name="Left">That hash stands to the left.</param>
/// <param name="Sum">What the two give.</param>
public sealed record PathStep(string Beside, bool Left, string Sum);

/// <summary>How one entry leads to what was signed, computed from what is stored.</summary>
/// <param name="Leaf">Hash of the entry's bytes, lower-case hex.</param>
/// <param name="Size">Entries that the checkpoint covers.</param>
/// <param name="Root">The root in the checkpoint, lower-case hex.</param>
/// <param name="Note">The signed checkpoint as it is exported.</param>
/// <param name="Text">The proof in the format of C2SP tlog-proof, to be handed on; null where it does not verify.</param>
/// <param name="Problem">Why it does not verify, in a sentence; null where it does.</param>
public sealed record ProvenEntry(long Index, string Leaf, IReadOnlyList<PathStep> Path, long Size, string Root, string Note, DateTimeOffset SignedAt, string? Text, string? Problem)
{
    public bool Verifies => Problem is null;
}

/// <summary>Shows that an entry is in the log that the latest checkpoint signs, or that it is not.</summary>
public sealed class ProveEntry(SignedLog log, OutsideCopies outside, LedgerKey key)
{
    /// <returns>Null while no checkpoint covers the entry yet.</returns>
    public async Task<ProvenEntry?> RunAsync(long index, byte[] entry, CancellationToken cancellationToken) =>
        await log.LatestAsync(cancellationToken) is { } latest ? await RunAsync(index, entry, latest, cancellationToken) : null;

    /// <param name="latest">The checkpoint to lead to.</param>
    /// <returns>Null where it does not cover the entry.</returns>
    public async Task<ProvenEntry?> RunAsync(long index, byte[] entry, LedgerCheckpoint latest, CancellationToken cancellationToken)
    {
        if (index < 0 || index >= latest.Size)
            return null;
        var leaf = TreeHash.OfLeaf(entry);
        if (!SignedNote.TryParse(latest.Note, out var note) || !Checkpoint.TryParse(note.Text, out var signed) || signed.Size != latest.Size)
            return new ProvenEntry(index, leaf.ToHex(), [], latest.Size, "", latest.Note, latest.At, null, "The latest checkpoint cannot be read.");

        var proven = new ProvenEntry(index, leaf.ToHex(), [], latest.Size, signed.Root.ToHex(), latest.Note, latest.At, null, null);
        if (!key.Verifies(note))
            return proven with { Problem = "The latest checkpoint does not carry this installation's signature." };
        try
        {
            var inclusion = InclusionProof.Build(index, latest.Size, await log.ReaderAsync([index, latest.Size], latest.Size, cancellationToken));
            note = await outside.WithCosignaturesAsync(note, latest.Size, cancellationToken);
            var proof = new EntryProof(entry, inclusion, note);
            return proven with
            {
                Path = Walk(inclusion, leaf),
                Text = proof.Verifies ? proof.ToText() : null,
                Problem = proof.Verifies ? null : "This entry, or the hashes stored around it, were changed after the log was signed.",
            };
        }
        catch (InvalidDataException damage)
        {
            return proven with { Problem = $"The stored hashes around this entry are damaged: {damage.Message}" };
        }
    }

    /// <summary>The order of joining is that of RFC 9162, section 2.1.3.2.</summary>
    private static List<PathStep> Walk(InclusionProof inclusion, TreeHash leaf)
    {
        var (node, last, hash) = (inclusion.Index, inclusion.Size - 1, leaf);
        var path = new List<PathStep>();
        foreach (var beside in inclusion.Hashes)
        {
            var left = (node & 1) == 1 || node == last;
            hash = left ? TreeHash.OfNode(beside, hash) : TreeHash.OfNode(hash, beside);
            while (left && (node & 1) == 0 && node != 0)
                (node, last) = (node >> 1, last >> 1);
            (node, last) = (node >> 1, last >> 1);
            path.Add(new PathStep(beside.ToHex(), left, hash.ToHex()));
        }

        return path;
    }
}

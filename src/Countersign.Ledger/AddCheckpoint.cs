using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Countersign.Ledger;

/// <summary>What a log asks of a witness: cosign this checkpoint, which continues the last one you cosigned (C2SP tlog-witness, add-checkpoint).</summary>
/// <param name="OldSize">How long the log was when the witness last cosigned it; 0 the first time.</param>
/// <param name="Proof">That the old tree is the beginning of the new one.</param>
public sealed record AddCheckpoint(long OldSize, IReadOnlyList<TreeHash> Proof, SignedNote Note)
{
    public const int MostProofLines = 63;

    /// <summary>In bytes; no request is longer, so a witness need not read on.</summary>
    public const int LargestRequest = SignedNote.LargestNote + (MostProofLines * 45) + 32;

    /// <summary>The type of the body that says how long the log was at the last cosignature, with status 409.</summary>
    public const string SizeContentType = "text/x.tlog.size";

    /// <summary>The body of the request.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"old {OldSize}\n");
        foreach (var hash in Proof)
            text.Append(hash.ToBase64()).Append('\n');
        return text.Append('\n').Append(Note).ToString();
    }

    /// <summary>Reads the body of a request, in the one spelling that the protocol allows. False means status 400.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out AddCheckpoint? request)
    {
        request = null;
        var blank = utf8.IndexOf("\n\n"u8);
        if (utf8.Length > LargestRequest || blank < 0 || !SignedNote.TryParse(utf8[(blank + 2)..], out var note))
            return false;
        var lines = Encoding.UTF8.GetString(utf8[..blank]).Split('\n');
        if (lines.Length > 1 + MostProofLines || !lines[0].StartsWith("old ", StringComparison.Ordinal) || !TrySize(lines[0][4..], out var oldSize))
            return false;
        var proof = new List<TreeHash>();
        foreach (var line in lines[1..])
        {
            if (line.Length != 44 || !TreeHash.TryParse(line, out var hash))
                return false;
            proof.Add(hash);
        }

        request = new AddCheckpoint(oldSize, proof, note);
        return true;
    }

    /// <summary>
    /// What the witness must answer. It may cosign only if this says so; then the caller keeps <see cref="WitnessAnswer.Checkpoint"/> as its
    /// latest, on disk and in one step with comparing its latest to the one given here, and cosigns after that.
    /// </summary>
    /// <param name="log">What the witness knows of the log that <see cref="Origin"/> names; null where it does not know it.</param>
    public WitnessAnswer Decide(WitnessedLog? log)
    {
        if (!Checkpoint.TryParse(Note.Text, out var next))
            return new WitnessAnswer(400, "This is not a checkpoint.");
        if (log is null || log.Origin != next.Origin)
            return new WitnessAnswer(404, "This witness does not know that log.");
        if (new TrustedKeys(log.Keys).Read(Note) is { Checkpoint: null, Fault: var fault })
            return new WitnessAnswer(403, $"The checkpoint {fault}.");
        if (OldSize > next.Size)
            return new WitnessAnswer(400, "The old size is larger than the new one.");
        var last = log.Latest ?? new Checkpoint(next.Origin, 0, TreeHash.Empty);
        if (OldSize != last.Size)
            return new WitnessAnswer(409, "The last checkpoint that was cosigned has another size.") { Size = last.Size };
        if (log.Latest is not null && OldSize == next.Size && last.Root != next.Root)
            return new WitnessAnswer(409, "Another checkpoint of this size was cosigned: the log shows two histories.");
        return new ConsistencyProof(OldSize, next.Size, Proof).Verifies(last.Root, next.Root)
            ? new WitnessAnswer(200, "") { Checkpoint = next }
            : new WitnessAnswer(422, "The proof does not show that the log continues the last checkpoint that was cosigned.");
    }

    /// <summary>The name of the log; null where the note is no checkpoint.</summary>
    public string? Origin => Checkpoint.TryParse(Note.Text, out var checkpoint) ? checkpoint.Origin : null;

    /// <summary>The body of a witness's consent.</summary>
    public static string Consent(params IEnumerable<NoteSignature> cosignatures) => string.Concat(cosignatures.Select(line => $"{line}\n"));

    /// <summary>Takes a witness's consent: the note with the lines that are true and of witnesses relied on; false where there is none.</summary>
    public static bool TryTakeConsent(SignedNote note, ReadOnlySpan<byte> body, IReadOnlyList<CosignatureVerifier> witnesses, [NotNullWhen(true)] out SignedNote? cosigned)
    {
        cosigned = null;
        if (!SignedNote.TryParse([.. Encoding.UTF8.GetBytes($"{note.Text}\n"), .. body], out var answer) || answer.Text != note.Text)
            return false;
        foreach (var line in answer.Signatures)
        {
            if (witnesses.Any(witness => witness.Name == line.Name && witness.KeyId == line.KeyId && witness.Verifies(SignedNote.Of(note.Text, line), out _)))
                cosigned = (cosigned ?? note).With(line);
        }

        return cosigned is not null;
    }

    /// <summary>Reads the body of status 409 with <see cref="SizeContentType"/>.</summary>
    public static bool TryReadSize(string body, out long size)
    {
        size = 0;
        return body.EndsWith('\n') && TrySize(body[..^1], out size);
    }

    private static bool TrySize(string text, out long size) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) && text == size.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What a witness knows of a log.</summary>
/// <param name="Keys">The log's keys as the witness was configured with them.</param>
/// <param name="Latest">The last checkpoint that the witness cosigned; null before the first.</param>
public sealed record WitnessedLog(string Origin, IReadOnlyList<NoteVerifier> Keys, Checkpoint? Latest);

/// <summary>What a witness answers to a request.</summary>
/// <param name="Status">The status of HTTP: 200 to cosign; 400, 403, 404, 409 or 422 otherwise.</param>
/// <param name="Sentence">Why not.</param>
public sealed record WitnessAnswer(int Status, string Sentence)
{
    /// <summary>To be kept before it is cosigned; null where it must not be.</summary>
    public Checkpoint? Checkpoint { get; init; }

    /// <summary>How long the log was at the last cosignature: the body of status 409, one line, as <see cref="AddCheckpoint.SizeContentType"/>. Null where the sentence is the body.</summary>
    public long? Size { get; init; }
}

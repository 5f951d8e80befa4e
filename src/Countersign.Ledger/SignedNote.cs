using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Countersign.Ledger;

/// <summary>A line under a note: who signed it, with which key, and the signature.</summary>
/// <param name="Name">The name of the key.</param>
/// <param name="KeyId">The first four bytes of a digest of the name and the public key, to tell keys of one name apart.</param>
/// <param name="Signature">What follows the key id on the line.</param>
public sealed record NoteSignature(string Name, uint KeyId, byte[] Signature)
{
    internal const string Prefix = "\u2014 ";

    public override string ToString() => $"{Prefix}{Name} {Convert.ToBase64String([.. NoteKey.Bytes(KeyId), .. Signature])}";

    internal static bool TryParse(string line, [NotNullWhen(true)] out NoteSignature? signature)
    {
        signature = null;
        if (!line.StartsWith(Prefix, StringComparison.Ordinal) || line[Prefix.Length..].Split(' ') is not [var name, var base64])
            return false;
        if (!NoteKey.IsName(name) || !NoteKey.TryBase64(base64, out var bytes) || bytes.Length < 5)
            return false;
        signature = new NoteSignature(name, NoteKey.Id(bytes), bytes[4..]);
        return true;
    }
}

/// <summary>A text and the signatures under it, in the format of C2SP signed-note.</summary>
public sealed class SignedNote
{
    /// <summary>In bytes; a checkpoint with a hundred post-quantum signatures is a third of this.</summary>
    public const int LargestNote = 1 << 20;

    /// <summary>The number of lines at which others, too, stop reading.</summary>
    public const int MostSignatures = 100;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private SignedNote(string text, IReadOnlyList<NoteSignature> signatures)
    {
        Text = text;
        Signatures = signatures;
    }

    /// <summary>What was signed, with the end of its last line.</summary>
    public string Text { get; }

    /// <summary>In the order of their lines; nothing has been verified yet.</summary>
    public IReadOnlyList<NoteSignature> Signatures { get; }

    /// <summary>A text together with signatures that were made of it.</summary>
    /// <exception cref="FormatException">A note's text has no control characters but ends of lines, and ends with one.</exception>
    public static SignedNote Of(string text, params IReadOnlyList<NoteSignature> signatures)
    {
        if (!IsText(text) || !text.EndsWith('\n'))
            throw new FormatException("The text of a note has no control characters but ends of lines, and ends with one.");
        if (signatures.Count is 0 or > MostSignatures)
            throw new FormatException($"A note has 1 to {MostSignatures} signatures.");
        return new SignedNote(text, signatures);
    }

    /// <summary>The same text with one more signature, such as that of a witness.</summary>
    public SignedNote With(NoteSignature signature) => Of(Text, [.. Signatures, signature]);

    public static bool TryParse(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out SignedNote? note)
    {
        note = null;
        if (utf8.Length > LargestNote)
            return false;
        try
        {
            return TryParse(Utf8.GetString(utf8), out note);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    public static bool TryParse([NotNullWhen(true)] string? whole, [NotNullWhen(true)] out SignedNote? note)
    {
        note = null;
        if (whole is null || whole.Length > LargestNote || !IsText(whole) || !whole.EndsWith('\n'))
            return false;
        var blank = whole.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (blank < 0 || blank + 2 == whole.Length)
            return false;
        var lines = whole[(blank + 2)..^1].Split('\n');
        if (lines.Length > MostSignatures)
            return false;
        var signatures = new List<NoteSignature>();
        foreach (var line in lines)
        {
            if (!NoteSignature.TryParse(line, out var signature))
                return false;
            signatures.Add(signature);
        }
        note = new SignedNote(whole[..(blank + 1)], signatures);
        return true;
    }

    /// <summary>The note as it is stored, shown and sent.</summary>
    public override string ToString() => $"{Text}\n{string.Concat(Signatures.Select(signature => $"{signature}\n"))}";

    public byte[] ToBytes() => Utf8.GetBytes(ToString());

    /// <summary>Well-formed UTF-16 without control characters other than the end of a line.</summary>
    private static bool IsText(string text)
    {
        foreach (var rune in text.AsSpan().EnumerateRunes())
        {
            if (rune.Value is < ' ' and not '\n')
                return false;
        }
        return Utf8IsLossless(text);
    }

    private static bool Utf8IsLossless(string text)
    {
        try
        {
            return Utf8.GetByteCount(text) >= text.Length;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }
}

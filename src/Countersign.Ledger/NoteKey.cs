using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Countersign.Ledger;

/// <summary>What public and private keys of C2SP signed-note have in common.</summary>
internal static class NoteKey
{
    /// <summary>Signature type 1 of C2SP signed-note: Ed25519 over the text.</summary>
    public const byte Ed25519 = 1;

    /// <summary>Signature type 4: Ed25519 of a witness, with the time (C2SP tlog-cosignature).</summary>
    public const byte Cosignature = 4;

    /// <summary>How Go's sumdb/note begins a private key, and so do we.</summary>
    public const string PrivatePrefix = "PRIVATE+KEY+";

    /// <summary>In bytes, both of a seed and of a public key.</summary>
    public const int Length = 32;

    public static bool IsName(string name) => name.Length > 0 && !name.Any(c => c == '+' || char.IsWhiteSpace(c) || char.IsControl(c));

    /// <summary>SHA-256 of the name, an end of line, the type and the public key, cut to four bytes.</summary>
    public static uint IdOf(string name, byte type, ReadOnlySpan<byte> publicKey) =>
        Id(SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', type, .. publicKey]));

    public static uint Id(ReadOnlySpan<byte> firstFour) => BinaryPrimitives.ReadUInt32BigEndian(firstFour);

    public static byte[] Bytes(uint id)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, id);
        return bytes;
    }

    public static string Write(string name, uint id, byte type, ReadOnlySpan<byte> key) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}+{id:x8}+{Convert.ToBase64String([type, .. key])}");

    /// <summary>Reads name, id and 32 bytes of key of this type; whether the id fits the key is for the caller to say.</summary>
    public static bool TryRead(string text, byte type, out string name, out uint id, [NotNullWhen(true)] out byte[]? key)
    {
        (name, id, key) = ("", 0, null);
        if (text.Split('+', 3) is not [var written, { Length: 8 } hex, var base64] || !IsName(written))
            return false;
        if (!uint.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out id))
            return false;
        if (!TryBase64(base64, out var bytes) || bytes.Length == 0 || bytes[0] != type || bytes.Length != 1 + Length)
            return false;
        (name, key) = (written, bytes[1..]);
        return true;
    }

    /// <summary>Only the one spelling that encoding gives: no blanks, no stray bits at the end.</summary>
    public static bool TryBase64(string text, out byte[] bytes)
    {
        bytes = new byte[(text.Length / 4 * 3) + 3];
        var read = Convert.TryFromBase64String(text, bytes, out var written);
        bytes = bytes[..written];
        return read && Convert.ToBase64String(bytes) == text;
    }
}

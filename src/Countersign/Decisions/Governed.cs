using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Countersign.Decisions;

/// <summary>A row whose every change must stand in the ledger.</summary>
public interface IGoverned
{
    /// <summary>Kind and id, as entries name it: "draft/0192…".</summary>
    string Object { get; }

    /// <summary>Counts commits to this row; two people who change it at once: the second is refused.</summary>
    int Revision { get; set; }

    /// <summary>
    /// The row as entries show it, and as it is compared with them: every column but the key, <see cref="Revision"/> and those that are <see cref="Unrecorded"/>.
    /// Personal content (names, words, reasons) only as its commitment. Strings, whole numbers, booleans, null, arrays and objects of these.
    /// </summary>
    JsonObject State();

    /// <summary>Personal content that the row repeats in clear, beside the commitments in <see cref="State"/>: both are compared with what is sealed.</summary>
    IEnumerable<Spoken> Words => [];

    /// <summary>Properties that are no acts of anybody (last seen, health) and may be kept without an entry. None of them may show in <see cref="State"/>.</summary>
    IReadOnlyCollection<string> Unrecorded => [];
}

/// <summary>Words as a row holds them.</summary>
/// <param name="Field">As <see cref="IGoverned.State"/> calls it.</param>
/// <param name="Commitment">What stands for them in entries; null where no entry ever held them.</param>
public sealed record Spoken(string Field, string? Commitment, string Content);

/// <summary>Stands in an entry for something long or secret that no person wrote: a password's hash, what opens an account.</summary>
public static class Fingerprint
{
    /// <returns>SHA-256 of the text in UTF-8, lower-case hex; null for nothing.</returns>
    public static string? Of(string? text) => text is null ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

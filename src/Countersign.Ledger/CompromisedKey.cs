using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Countersign.Ledger;

/// <summary>An entry says that somebody else may have a key of the log: what it signs proves nothing from then on.</summary>
/// <param name="Entry">The place of the entry that says so.</param>
/// <param name="Size">Entries that were signed when it was said.</param>
public sealed record CompromisedKey(NoteVerifier Key, long Entry, long Size)
{
    private const string Act = "key.compromised";

    private static ReadOnlySpan<byte> Mark => "key.compromised"u8;

    /// <summary>True where one of these entries may say so: the others are not read one by one.</summary>
    internal static bool MayBeIn(ReadOnlySpan<byte> entries) => entries.IndexOf(Mark) >= 0;

    internal static bool TryRead(ReadOnlySpan<byte> entry, long index, [NotNullWhen(true)] out CompromisedKey? compromised)
    {
        compromised = EntryFacts.Find(entry, Mark, Act) is { } facts
            && NoteVerifier.TryParse(EntryFacts.Text(facts, "key"), out var key)
            && facts.TryGetProperty("size", out var told) && told.ValueKind == JsonValueKind.Number && told.TryGetInt64(out var size)
            ? new CompromisedKey(key, index, size)
            : null;
        return compromised is not null;
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Countersign.Ledger;

/// <summary>An entry says that somebody else may have a key of the log: what it signs proves nothing from then on.</summary>
/// <param name="Entry">The place of the entry that says so.</param>
/// <param name="Size">Entries that were signed when it was said.</param>
public sealed record CompromisedKey(NoteVerifier Key, long Entry, long Size)
{
    internal static ReadOnlySpan<byte> Act => "\"key.compromised\""u8;

    internal static bool TryRead(ReadOnlySpan<byte> entry, long index, [NotNullWhen(true)] out CompromisedKey? compromised)
    {
        compromised = null;
        try
        {
            using var json = JsonDocument.Parse(entry.ToArray());
            var root = json.RootElement;
            if (root.GetProperty("act").GetString() == "key.compromised" && root.GetProperty("facts") is var facts && NoteVerifier.TryParse(facts.GetProperty("key").GetString(), out var key) && facts.GetProperty("size").TryGetInt64(out var size))
                compromised = new CompromisedKey(key, index, size);
        }
        catch (Exception notOurs) when (notOurs is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return false;
        }

        return compromised is not null;
    }
}

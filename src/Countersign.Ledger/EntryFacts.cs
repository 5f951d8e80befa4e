using System.Text.Json;

namespace Countersign.Ledger;

/// <summary>What the verifier reads of an entry besides its hash.</summary>
internal static class EntryFacts
{
    /// <summary>What the entry says under <c>facts</c>.</summary>
    /// <param name="mark">Bytes that it holds where it is asked for at all: others are not parsed.</param>
    /// <param name="act">What the entry must say happened; null for anything.</param>
    /// <returns>Null where it is none of those, or not one of ours.</returns>
    public static JsonElement? Find(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> mark, string? act = null)
    {
        if (entry.IndexOf(mark) < 0)
            return null;
        try
        {
            using var json = JsonDocument.Parse(entry.ToArray());
            return json.RootElement is { ValueKind: JsonValueKind.Object } root
                && (act is null || Text(root, "act") == act)
                && root.TryGetProperty("facts", out var facts) && facts.ValueKind == JsonValueKind.Object
                ? facts.Clone()
                : null;
        }
        catch (Exception notOurs) when (notOurs is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <returns>Null where there is no text of this name, or it is not Unicode.</returns>
    public static string? Text(JsonElement from, string name)
    {
        try
        {
            return from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}

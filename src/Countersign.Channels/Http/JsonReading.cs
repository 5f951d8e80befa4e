using System.Text.Json;

namespace Countersign.Channels.Http;

/// <summary>Reads answers that may have any shape: what is not there, or is something else, is null.</summary>
internal static class JsonReading
{
    public static JsonElement? At(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return null;
        }

        return element;
    }

    public static string? TextAt(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static long? NumberAt(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;

    public static IEnumerable<JsonElement> ItemsAt(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : [];
}

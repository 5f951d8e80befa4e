using System.Text.Json;
using Countersign.Screening;

namespace Countersign.Web.Hosting;

/// <summary>One line of the file that `countersign screen` reads.</summary>
internal sealed record ScreenedLine(string Id, ScreeningItem Item)
{
    private static readonly string[] keys = ["id", "direction", "kind", "text", "quoted", "context"];

    /// <param name="number">From 1.</param>
    /// <param name="now">When an item is due that does not say so.</param>
    /// <exception cref="ScreenedLineException">Something on the line is missing or not known; it is named.</exception>
    public static ScreenedLine Read(string line, int number, DateTimeOffset now)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw new FormatException("expected a JSON object.");
            foreach (var property in root.EnumerateObject())
            {
                if (!keys.Contains(property.Name))
                    throw new FormatException($"\"{property.Name}\" is not one of {string.Join(", ", keys)}.");
            }

            var facts = Facts(root);
            if (Text(root, "quoted", required: false) is { } quoted)
                facts["quoted"] = quoted;
            var item = CaseItem.From(Word<Direction>(root, "direction"), Word<ItemKind>(root, "kind"), Text(root, "text", required: true)!, facts, now);
            return new ScreenedLine(Named(root), item);
        }
        catch (JsonException)
        {
            throw new ScreenedLineException(number, "this is not JSON.");
        }
        catch (FormatException fault)
        {
            throw new ScreenedLineException(number, fault.Message);
        }
    }

    private static string Named(JsonElement root) => root.TryGetProperty("id", out var id) && id.ValueKind is JsonValueKind.String or JsonValueKind.Number
        ? id.ToString()
        : throw new FormatException("\"id\" is missing.");

    private static Dictionary<string, string> Facts(JsonElement root)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!root.TryGetProperty("context", out var context) || context.ValueKind == JsonValueKind.Null)
            return facts;
        if (context.ValueKind != JsonValueKind.Object)
            throw new FormatException("\"context\" should be an object of keys and values.");
        foreach (var fact in context.EnumerateObject())
        {
            if (!FactKeys.Known.Contains(fact.Name))
                throw new FormatException($"the context key \"{fact.Name}\" is not known.");
            facts[fact.Name] = fact.Value.ValueKind switch
            {
                JsonValueKind.String or JsonValueKind.Number => fact.Value.ToString(),
                JsonValueKind.True => "true",
                JsonValueKind.False => "false",
                _ => throw new FormatException($"the context key \"{fact.Name}\" should be a text."),
            };
        }

        return facts;
    }

    private static string? Text(JsonElement root, string key, bool required) =>
        root.TryGetProperty(key, out var value) && (required || value.ValueKind != JsonValueKind.Null)
            ? value.ValueKind == JsonValueKind.String ? value.GetString() : throw new FormatException($"\"{key}\" should be a text.")
            : required ? throw new FormatException($"\"{key}\" is missing.") : null;

    private static T Word<T>(JsonElement root, string key)
        where T : struct, Enum
    {
        var word = Text(root, key, required: true)!;
        foreach (var value in Enum.GetValues<T>())
        {
            if (string.Equals(value.ToString(), word, StringComparison.OrdinalIgnoreCase))
                return value;
        }

        throw new FormatException($"\"{key}\" is \"{word}\", not one of {string.Join(", ", Enum.GetValues<T>().Select(value => value.ToString().ToLowerInvariant()))}.");
    }
}

/// <summary>A line that cannot be screened.</summary>
internal sealed class ScreenedLineException(int line, string message) : Exception(message)
{
    /// <summary>From 1.</summary>
    public int Line => line;
}

using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Countersign.Ledger;

/// <summary>
/// The one way to write an entry as bytes: RFC 8785, restricted so that no two readers can disagree about it.
/// Numbers are whole and at most 2^53-1 either way (money and ratios are strings), names are ASCII and occur once.
/// </summary>
public static class CanonicalJson
{
    /// <summary>The largest whole number that every JSON reader keeps exactly (RFC 7493, section 2.2).</summary>
    public const long LargestInteger = (1L << 53) - 1;

    /// <summary>How many objects and arrays may lie within each other; the limit that System.Text.Json reads with.</summary>
    public const int DeepestNesting = 64;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The bytes that are hashed, stored and shown.</summary>
    /// <exception cref="FormatException">Something lies outside the subset; the message names where.</exception>
    public static byte[] Encode(JsonNode? node)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(output, node, "$", 0);
        return output.WrittenSpan.ToArray();
    }

    private static void Write(ArrayBufferWriter<byte> output, JsonNode? node, string path, int depth)
    {
        if (depth > DeepestNesting)
            throw new FormatException($"{path}: nested more than {DeepestNesting} deep.");
        switch (node)
        {
            case null:
                output.Write("null"u8);
                break;
            case JsonObject members:
                WriteObject(output, members, path, depth);
                break;
            case JsonArray items:
                WriteArray(output, items, path, depth);
                break;
            case JsonValue value:
                WriteValue(output, value, path);
                break;
        }
    }

    private static void WriteObject(ArrayBufferWriter<byte> output, JsonObject members, string path, int depth)
    {
        var separator = "{"u8;
        foreach (var (name, value) in InOrder(members, path))
        {
            var here = $"{path}.{name}";
            if (!Ascii.IsValid(name))
                throw new FormatException($"{here}: a name must be ASCII.");
            output.Write(separator);
            WriteString(output, name, here);
            output.Write(":"u8);
            Write(output, value, here, depth + 1);
            separator = ","u8;
        }
        output.Write(members.Count == 0 ? "{}"u8 : "}"u8);
    }

    private static List<KeyValuePair<string, JsonNode?>> InOrder(JsonObject members, string path)
    {
        try
        {
            return [.. members.OrderBy(member => member.Key, StringComparer.Ordinal)];
        }
        catch (ArgumentException twice)
        {
            // A parsed object builds its dictionary on first use, and only then meets the second member of a name.
            throw new FormatException($"{path}: a name occurs twice.", twice);
        }
    }

    private static void WriteArray(ArrayBufferWriter<byte> output, JsonArray items, string path, int depth)
    {
        output.Write("["u8);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
                output.Write(","u8);
            Write(output, items[i], $"{path}[{i}]", depth + 1);
        }
        output.Write("]"u8);
    }

    private static void WriteValue(ArrayBufferWriter<byte> output, JsonValue value, string path)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.True:
                output.Write("true"u8);
                break;
            case JsonValueKind.False:
                output.Write("false"u8);
                break;
            case JsonValueKind.Null:
                output.Write("null"u8);
                break;
            case JsonValueKind.Number:
                WriteInteger(output, value, path);
                break;
            case JsonValueKind.String:
                WriteString(output, TextOf(value, path), path);
                break;
            default:
                throw new FormatException($"{path}: only plain JSON values can be written, not {value.GetType().Name}.");
        }
    }

    private static void WriteInteger(ArrayBufferWriter<byte> output, JsonValue value, string path)
    {
        var text = value.ToJsonString();
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            || number is < -LargestInteger or > LargestInteger)
            throw new FormatException($"{path}: {text} is not a whole number of at most 2^53-1; write it as a string.");
        output.Write(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)));
    }

    private static string TextOf(JsonValue value, string path)
    {
        try
        {
            return value.TryGetValue<string>(out var text) ? text : JsonSerializer.SerializeToElement(value).GetString()!;
        }
        catch (InvalidOperationException half)
        {
            throw new FormatException($"{path}: the text holds half of a character pair.", half);
        }
    }

    private static void WriteString(ArrayBufferWriter<byte> output, string text, string path)
    {
        output.Write("\""u8);
        try
        {
            var from = 0;
            for (var i = 0; i < text.Length; i++)
            {
                if (text[i] is not ('"' or '\\' or < ' '))
                    continue;
                output.Write(Utf8.GetBytes(text[from..i]));
                output.Write(Encoding.ASCII.GetBytes(Escape(text[i])));
                from = i + 1;
            }
            output.Write(Utf8.GetBytes(text[from..]));
        }
        catch (EncoderFallbackException half)
        {
            throw new FormatException($"{path}: the text holds half of a character pair.", half);
        }
        output.Write("\""u8);
    }

    /// <summary>RFC 8785, section 3.2.2.2.</summary>
    private static string Escape(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\f' => "\\f",
        '\r' => "\\r",
        _ => $"\\u{(int)c:x4}",
    };
}

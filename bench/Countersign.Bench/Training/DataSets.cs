using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Countersign.Bench.Training;

/// <summary>Reads the public sets as their authors published them. None of them is in the repository.</summary>
internal static partial class DataSets
{
    /// <summary>One text in a line, and one number in the line of the same number in the other file; or label and text with a tab between.</summary>
    /// <param name="labels">Left out where the text file holds both.</param>
    public static (string[] Texts, int[] Labels) Read(string texts, string? labels)
    {
        if (labels is not null)
        {
            var lines = File.ReadAllLines(texts).Select(Clean).ToArray();
            var numbers = File.ReadLines(labels).Where(line => line.Length > 0).Select(line => int.Parse(line, CultureInfo.InvariantCulture)).ToArray();
            return lines.Length == numbers.Length
                ? (lines, numbers)
                : throw new InvalidDataException($"{texts} has {lines.Length} lines and {labels} has {numbers.Length} labels.");
        }

        var pairs = File.ReadLines(texts).Select(line => line.Split('\t', 2)).Where(parts => parts.Length == 2).ToList();
        return ([.. pairs.Select(pair => Clean(pair[1]))], [.. pairs.Select(pair => pair[0] switch { "negative" => 0, "neutral" => 1, "positive" => 2, var number => int.Parse(number, CultureInfo.InvariantCulture) })]);
    }

    /// <summary>Rows of a comma-separated file by the names in its first line; a quoted field may hold commas and line ends.</summary>
    public static IEnumerable<IReadOnlyDictionary<string, string>> Rows(string path)
    {
        string[]? names = null;
        foreach (var fields in Fields(File.ReadAllText(path)))
        {
            if (names is null)
                names = fields;
            else if (fields.Length == names.Length)
                yield return names.Zip(fields).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        }
    }

    /// <summary>Tweets come with their HTML entities, and some with the escapes of the file they were saved in.</summary>
    public static string Clean(string text)
    {
        if (text.Contains('&', StringComparison.Ordinal))
            text = WebUtility.HtmlDecode(text);
        return text.Contains("\\u", StringComparison.Ordinal)
            ? Escape().Replace(text, found => ((char)ushort.Parse(found.ValueSpan[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString())
            : text;
    }

    private static IEnumerable<string[]> Fields(string text)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var at = 0; at < text.Length; at++)
        {
            var character = text[at];
            if (quoted && character == '"' && at + 1 < text.Length && text[at + 1] == '"')
            {
                field.Append('"');
                at++;
            }
            else if (character == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && character is ',' or '\n')
            {
                fields.Add(field.ToString().TrimEnd('\r'));
                field.Clear();
                if (character == ',')
                    continue;
                yield return [.. fields];
                fields.Clear();
            }
            else
            {
                field.Append(character);
            }
        }

        if (field.Length > 0 || fields.Count > 0)
            yield return [.. fields, field.ToString()];
    }

    [GeneratedRegex("""\\u[0-9a-fA-F]{4}""", RegexOptions.None, 1000)]
    private static partial Regex Escape();
}

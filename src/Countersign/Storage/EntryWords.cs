using System.Text;
using System.Text.Json;

namespace Countersign.Storage;

/// <summary>
/// What an entry can be found by: the words its signed bytes hold. An identifier is one word. Every word is made of a to z and 0 to 9,
/// so that both databases keep it as it is.
/// </summary>
public static class EntryWords
{
    /// <summary>In characters; a digest has 64.</summary>
    private const int Longest = 64;

    /// <summary>Words of one entry; a set-up with all its packs has a few hundred.</summary>
    private const int Most = 2_000;

    /// <param name="head">Null where the bytes are no entry: then only that can be found.</param>
    internal static IReadOnlyCollection<string> Of(byte[] leaf, EntryHead? head)
    {
        if (head is null)
            return [Unreadable];
        var words = new HashSet<string>(StringComparer.Ordinal) { By(head.Actor), About(head.Object), Kind(head.Act), Act(head.Act), head.Ok ? "done" : "refused" };
        using var json = JsonDocument.Parse(leaf);
        Collect(json.RootElement, words);
        return words;
    }

    /// <summary>The words of a text, in its order: runs of letters and digits, without case. An identifier is taken whole.</summary>
    public static IEnumerable<string> In(string text)
    {
        var run = new StringBuilder();
        foreach (var part in text.Split((char[])[' ', '"', ',', ';', '/', '(', ')', '“', '”'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (Guid.TryParseExact(part, "D", out var id))
            {
                yield return id.ToString("N");
                continue;
            }

            foreach (var rune in part.EnumerateRunes())
            {
                if (Rune.IsLetterOrDigit(rune))
                    run.Append(Rune.ToLowerInvariant(rune).ToString());
                else if (Taken(run) is { } word)
                    yield return word;
            }

            if (Taken(run) is { } last)
                yield return last;
        }
    }

    internal const string Unreadable = "kxunreadable";

    internal static string By(Guid actor) => $"by{actor:N}";

    internal static string About(string subject) => $"ox{Plain(subject)}";

    internal static string Act(string act) => $"ax{Plain(act)}";

    /// <summary>What stands before the point: "draft" of "draft.approved".</summary>
    internal static string KindOf(string act) => act.IndexOf('.', StringComparison.Ordinal) is > 0 and var point ? act[..point] : act;

    internal static string Kind(string act) => $"kx{Plain(KindOf(act))}";

    private static string Plain(string text) => Fit(string.Concat(text.Where(char.IsAsciiLetterOrDigit).Select(char.ToLowerInvariant)));

    private static string? Taken(StringBuilder run)
    {
        if (run.Length == 0)
            return null;
        var word = run.ToString();
        run.Clear();
        return Fit(Ascii.IsValid(word) ? word : $"u{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(word))}");
    }

    private static string Fit(string word) => word.Length <= Longest ? word : word[..Longest];

    private static void Collect(JsonElement value, HashSet<string> words)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    // Digests of whole rows: nobody looks for them, and each is a word of its own.
                    if (!member.NameEquals("before") && !member.NameEquals("after") && !member.NameEquals("at") && !member.NameEquals("v"))
                        Collect(member.Value, words);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                    Collect(item, words);
                break;
            case JsonValueKind.String:
                Add(value.GetString()!, words);
                break;
            case JsonValueKind.Number:
                Add(value.GetRawText(), words);
                break;
        }
    }

    private static void Add(string text, HashSet<string> words)
    {
        foreach (var word in In(text))
        {
            if (words.Count >= Most)
                return;
            words.Add(word);
        }
    }
}

namespace Countersign.Storage;

/// <summary>One word that is looked for.</summary>
/// <param name="IsBeginning">Words that begin so are meant as well.</param>
public readonly record struct WantedWord(string Token, bool IsBeginning)
{
    internal bool Fits(string token) => IsBeginning ? token.StartsWith(Token, StringComparison.Ordinal) : token == Token;
}

/// <summary>
/// What somebody typed to search texts by: words that must all be there, "words between quotation marks" next to each other, and beginnings*.
/// Whatever else stands there only separates, so that no typing is a mistake.
/// </summary>
public sealed class WordQuery
{
    /// <summary>UTF-16 units that are read.</summary>
    public const int MaxText = 1_000;

    /// <summary>Different words that are looked for.</summary>
    public const int MostWords = 32;

    /// <summary>A shorter beginning fits too many words to be one.</summary>
    private const int ShortestBeginning = 2;

    private WordQuery(string text, IReadOnlyList<WantedWord> words, IReadOnlyList<string> neighbours, bool isCut) => (Text, Words, Neighbours, IsCut) = (text, words, neighbours, isCut);

    /// <summary>As it was typed.</summary>
    public string Text { get; }

    public IReadOnlyList<WantedWord> Words { get; }

    /// <summary>Runs of words that stand next to each other, each with spaces between.</summary>
    internal IReadOnlyList<string> Neighbours { get; }

    /// <summary>There was more than is looked for.</summary>
    public bool IsCut { get; }

    /// <summary>For SQLite's text index: tokens are a to z and 0 to 9, so nothing in them is a sign of its language.</summary>
    internal string Match => string.Join(" AND ", Words.Select(word => word.IsBeginning ? $"\"{word.Token}\"*" : $"\"{word.Token}\""));

    /// <summary>For PostgreSQL's.</summary>
    internal string Lexemes => string.Join(" & ", Words.Select(word => word.IsBeginning ? $"'{word.Token}':*" : $"'{word.Token}'"));

    /// <returns>Null where nothing was typed; without words where nothing in it is one.</returns>
    public static WordQuery? Of(string? typed)
    {
        var text = (typed ?? "").Trim();
        var read = text.Length > MaxText ? text[..MaxText] : text;
        var (words, neighbours, isCut) = (new List<WantedWord>(), new List<string>(), read.Length < text.Length);
        foreach (var (part, quoted) in Parts(read))
        {
            var found = TextWords.In(part).ToList();
            if (found.Count == 0)
                continue;
            var begins = !quoted && found[^1].End < part.Length && part[found[^1].End..].TrimEnd() == "*" && found[^1].End - found[^1].Start >= ShortestBeginning;
            var wanted = found.Select((word, number) => new WantedWord(word.Token, begins && number == found.Count - 1)).ToList();
            if (words.Union(wanted).Count() > MostWords)
            {
                isCut = true;
                break;
            }

            words.AddRange(wanted.Except(words).ToList());

            // The last of them, where it is a beginning, only has to begin so.
            if (wanted.Count > 1)
                neighbours.Add($" {string.Join(' ', wanted.Select(word => word.Token))}{(begins ? "" : " ")}");
        }

        return text.Length == 0 ? null : new WordQuery(text, words, neighbours, isCut);
    }

    /// <summary>The same question to words that are in hand.</summary>
    /// <param name="words">As <see cref="TextWords.Joined"/> made them.</param>
    public bool IsMetBy(string words)
    {
        var there = words.Split(' ').ToHashSet(StringComparer.Ordinal);
        return Words.Count > 0 && Words.All(word => word.IsBeginning ? there.Any(word.Fits) : there.Contains(word.Token)) && Neighbours.All(run => $" {words} ".Contains(run, StringComparison.Ordinal));
    }

    /// <summary>Where a text has what is looked for, in order.</summary>
    public IEnumerable<TextWord> In(string text) => TextWords.In(text).Where(found => Words.Any(word => word.Fits(found.Token)));

    /// <summary>Between quotation marks, and between spaces elsewhere.</summary>
    private static IEnumerable<(string Text, bool Quoted)> Parts(string typed)
    {
        var pieces = typed.Split('"', '“', '”', '„');
        for (var number = 0; number < pieces.Length; number++)
        {
            // A mark that nothing closes opens nothing.
            if (number % 2 == 1 && number < pieces.Length - 1)
            {
                yield return (pieces[number], true);
                continue;
            }

            foreach (var part in pieces[number].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                yield return (part, false);
        }
    }
}

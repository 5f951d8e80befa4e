using System.Collections.Frozen;
using System.Reflection;

namespace Countersign.Screening.Reading;

/// <summary>The words by which names are told from ordinary speech, and the names that belong to the tenant.</summary>
internal sealed class Vocabulary(IEnumerable<string> ownNames, IEnumerable<string> competitors)
{
    private static readonly FrozenSet<string> Ordinary = Words("ordinary-words.txt");
    private static readonly FrozenSet<string> FirstNames = Words("first-names.txt");
    private static readonly FrozenSet<string> Places = Words("places.txt");

    private static readonly string[] OrdinaryEndings =
        ["ing", "ed", "tion", "sion", "ness", "ment", "ments", "ly", "ity", "ities", "ies", "ous", "ive", "ful", "less", "ance", "ence", "able", "ible", "ising", "ised", "tions"];

    private readonly FrozenSet<string> own = ownNames.SelectMany(Folded).ToFrozenSet(StringComparer.Ordinal);
    private readonly FrozenSet<string> competing = competitors.SelectMany(Folded).ToFrozenSet(StringComparer.Ordinal);

    public static bool IsFirstName(string word) => FirstNames.Contains(word);

    public static bool IsPlace(string word) => Places.Contains(word);

    /// <summary>A word of the language rather than a name: listed, an inflection of a listed word, or with the ending of one.</summary>
    public static bool IsOrdinary(string word) =>
        word.Length < 2
        || Ordinary.Contains(word)
        || (word.EndsWith('s') && Ordinary.Contains(word[..^1]))
        || (word.EndsWith("es", StringComparison.Ordinal) && Ordinary.Contains(word[..^2]))
        || (word.Contains('\'', StringComparison.Ordinal) && !word.StartsWith("o'", StringComparison.Ordinal))
        || (word.Length > 5 && OrdinaryEndings.Any(ending => word.EndsWith(ending, StringComparison.Ordinal)));

    public bool IsOwn(string word) => own.Contains(word.TrimStart('@'));

    public bool IsCompetitor(string word) => competing.Contains(word.TrimStart('@'));

    private static IEnumerable<string> Folded(string name) =>
        Tokeniser.Read(FoldedText.Of(name).Text).Select(t => t.Text.TrimStart('@')).Where(t => t is not ("ltd" or "plc" or "limited" or "the" or "and" or "finance" or "wealth" or "group"));

    private static FrozenSet<string> Words(string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Countersign.Screening.Data.{file}")
            ?? throw new InvalidOperationException($"The word list {file} is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n')
            .Where(line => !line.StartsWith('#'))
            .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .ToFrozenSet(StringComparer.Ordinal);
    }
}

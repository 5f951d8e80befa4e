using System.Reflection;

namespace Countersign.Screening.Reading;

/// <summary>The words by which names are told from ordinary speech, and the names that belong to the tenant.</summary>
internal sealed class Vocabulary(IEnumerable<string> ownNames, IEnumerable<string> competitors)
{
    private static readonly HashSet<string> Ordinary = Words("ordinary-words.txt");
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Listed = Ordinary.GetAlternateLookup<ReadOnlySpan<char>>();
    private static readonly HashSet<string> FirstNames = Words("first-names.txt");
    private static readonly HashSet<string> Places = Words("places.txt");

    private static readonly string[] OrdinaryEndings =
        ["ing", "ed", "tion", "sion", "ness", "ment", "ments", "ly", "ity", "ities", "ies", "ous", "ive", "ful", "less", "ance", "ence", "able", "ible", "ising", "ised", "tions"];

    private static readonly (WordTraits Trait, string Words)[] Further =
    [
        (WordTraits.Title, "mr mrs ms miss mx dr prof professor sir dame cllr councillor"),
        (WordTraits.Organisation,
            "ltd limited plc llp inc bank group holdings council university college trust partners solicitors " +
            "capital insurance academy motors foods airways hotel clinic school brewery builders plumbing logistics energy tools"),
        (WordTraits.Negator,
            "not no never without cannot nobody neither nor none isn't aren't wasn't weren't don't " +
            "doesn't didn't won't wouldn't can't couldn't shouldn't haven't hasn't hadn't ain't untrue false " +
            "deny denies denied denying refutes isnt dont wont cant doesnt nothing hardly"),
        (WordTraits.OpensClause, "but although though whereas yet however because unless"),
        (WordTraits.Subject, "we you i they he she it"),
        (WordTraits.Joining, "and so or while"),
        (WordTraits.Abbreviation, "mr mrs ms dr prof no vs st approx e i g"),
    ];

    /// <summary>A word of the language rather than a name: listed, an inflection of a listed word, or with the ending of one.</summary>
    public static bool IsOrdinary(ReadOnlySpan<char> word) => word.Length < 2 || Listed.Contains(word) || IsInflected(word);

    /// <summary>Whether a word that is not listed is a form of a listed one, or has the ending of a word of the language.</summary>
    public static bool IsInflected(ReadOnlySpan<char> word)
    {
        if (word.Length < 2
            || (word.EndsWith('s') && Listed.Contains(word[..^1]))
            || (word.EndsWith("es", StringComparison.Ordinal) && Listed.Contains(word[..^2]))
            || (word.Contains('\'') && !word.StartsWith("o'", StringComparison.Ordinal)))
            return true;
        if (word.Length <= 5)
            return false;
        foreach (var ending in OrdinaryEndings)
        {
            if (word.EndsWith(ending, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    public static bool IsPluralOfListed(ReadOnlySpan<char> word) =>
        (word.EndsWith('s') && Listed.Contains(word[..^1])) || (word.EndsWith("es", StringComparison.Ordinal) && Listed.Contains(word[..^2]));

    /// <summary>A listed word with a usual ending.</summary>
    public static bool IsFormOfListed(ReadOnlySpan<char> word) =>
        IsPluralOfListed(word)
        || (word.Length > 5 && (word.EndsWith("ed") || word.EndsWith("er") || word.EndsWith("or") || word.EndsWith("ly")) && Listed.Contains(word[..^2]))
        || (word.Length > 6 && word.EndsWith("ing") && Listed.Contains(word[..^3]));

    public static bool IsListed(string word) => Ordinary.Contains(word);

    /// <summary>Every word that something is known of.</summary>
    public IEnumerable<(string Word, WordTraits Trait)> Traits() =>
    [
        .. Ordinary.Select(word => (word, WordTraits.Ordinary)),
        .. FirstNames.Select(word => (word, WordTraits.FirstName)),
        .. Places.Select(word => (word, WordTraits.Place)),
        .. Further.SelectMany(kind => kind.Words.Split(' ').Select(word => (word, kind.Trait))),
        .. ownNames.SelectMany(Names).Select(word => (word, WordTraits.Own)),
        .. competitors.SelectMany(Names).Select(word => (word, WordTraits.Competitor)),
    ];

    /// <summary>The lines of a word list of the assembly, without remarks.</summary>
    public static IEnumerable<string> Lines(string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Countersign.Screening.Data.{file}")
            ?? throw new InvalidOperationException($"The word list {file} is not in the assembly.");
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith('#'))];
    }

    /// <summary>The words of a name, each also as a handle.</summary>
    private static IEnumerable<string> Names(string name) =>
        Wording.Of(name)
            .Select(word => word.Text.TrimStart('@'))
            .Where(word => word is not ("ltd" or "plc" or "limited" or "the" or "and" or "finance" or "wealth" or "group"))
            .SelectMany(word => new[] { word, "@" + word });

    private static HashSet<string> Words(string file) =>
        Lines(file).SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToHashSet(StringComparer.Ordinal);
}

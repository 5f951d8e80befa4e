using System.Text.RegularExpressions;
using Countersign.Screening.Reading;

namespace Countersign.Screening.Rules;

/// <summary>
/// A regular expression that an organisation wrote: `regex:proj-\d{4}`. It is taken only where it cannot become slow, whatever the text:
/// the runtime must be able to run it without going back, and it must hold a row of characters without which no text is looked at.
/// It is matched against the folded text in lower case.
/// </summary>
internal sealed class OwnPattern
{
    public const string Sign = "regex:";

    /// <summary>Shorter rows stand in too many texts.</summary>
    public const int FewestLiteral = 3;

    public const int Longest = 300;

    /// <summary>Of one release.</summary>
    public const int Most = 100;

    /// <summary>Matches of one text beyond these add nothing.</summary>
    private const int MostMatches = 50;

    private readonly Regex expression;
    private readonly string[] literals;

    private OwnPattern(Regex expression, string[] literals)
    {
        this.expression = expression;
        this.literals = literals;
    }

    /// <exception cref="FormatException">Says why it is refused.</exception>
    public static OwnPattern Read(string source)
    {
        if (source.Length > Longest)
            throw new FormatException($"an expression of at most {Longest} characters");
        if (HasOptions(source))
            throw new FormatException("an expression without options in brackets: capitals never count");
        Regex expression;
        try
        {
            expression = new Regex(source, RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        }
        catch (ArgumentException fault)
        {
            throw new FormatException($"an expression that can be read ({fault.Message.TrimEnd('.')})", fault);
        }
        catch (NotSupportedException fault)
        {
            throw new FormatException($"an expression that can be run without going back ({fault.Message.TrimEnd('.')})", fault);
        }

        return MandatoryLiterals.Of(source) is { } literals
            ? new OwnPattern(expression, literals)
            : throw new FormatException($"{FewestLiteral} letters or digits in a row that stand outside brackets in every match of '{source}': without them every text would have to be searched");
    }

    public void FindIn(SegmentText text, HitList hits)
    {
        var lower = text.Lower;
        foreach (var literal in literals)
        {
            if (!lower.Contains(literal, StringComparison.Ordinal))
                continue;
            var left = MostMatches;
            foreach (var match in expression.EnumerateMatches(lower))
            {
                if (match.Length > 0 && text.TokensIn(match.Index, match.Index + match.Length) is { } hit)
                    hits.Add(hit);
                if (--left == 0)
                    break;
            }

            return;
        }
    }

    private static bool HasOptions(string source)
    {
        for (var at = source.IndexOf("(?", StringComparison.Ordinal); at >= 0; at = source.IndexOf("(?", at + 2, StringComparison.Ordinal))
        {
            if (at + 2 < source.Length && source[at + 2] is 'i' or 'm' or 'n' or 's' or 'x' or '-')
                return true;
        }

        return false;
    }
}

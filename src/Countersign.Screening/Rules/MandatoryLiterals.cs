using System.Text;

namespace Countersign.Screening.Rules;

/// <summary>
/// The rows of plain characters of which one stands in every match of an expression. Whatever is not surely part of every match
/// (classes, what may be left out, what stands in brackets) is passed over, so a row that is found can be relied on.
/// </summary>
internal sealed class MandatoryLiterals
{
    /// <summary>Escapes of one letter; others take characters behind them along.</summary>
    private const string Short = "bBdDwWsSAzZG";

    private readonly string source;
    private readonly StringBuilder row = new();
    private string longest = "";
    private bool unclear;
    private int at;

    private MandatoryLiterals(string source) => this.source = source;

    private bool More => at < source.Length;

    /// <summary>One for each alternative of the whole expression; null where an alternative has none that is long enough.</summary>
    public static string[]? Of(string source)
    {
        var reader = new MandatoryLiterals(source);
        var literals = new List<string>();
        do
        {
            reader.longest = "";
            reader.Alternative();
            if (reader.unclear || reader.longest.Length < OwnPattern.FewestLiteral)
                return null;
            literals.Add(reader.longest);
        }
        while (reader.at++ < source.Length);
        return [.. literals];
    }

    private void Alternative()
    {
        while (More && source[at] is not ('|' or ')'))
        {
            switch (source[at])
            {
                case '\\' when at + 1 < source.Length && !char.IsLetterOrDigit(source[at + 1]):
                    at += 2;
                    Take(source[at - 1]);
                    break;
                case '\\':
                    PassEscape();
                    break;
                case '[':
                    PassClass();
                    break;
                case '(':
                    PassGroup();
                    break;
                case '.' or '^' or '$':
                    End();
                    at++;
                    PassQuantifier();
                    break;
                default:
                    Take(source[at++]);
                    break;
            }
        }

        End();
    }

    /// <summary>One plain character, which a quantifier behind it may take away or repeat.</summary>
    private void Take(char plain)
    {
        if (char.IsAscii(plain) && plain != ' ' && !(More && source[at] is '?' or '*' or '{'))
            row.Append(char.ToLowerInvariant(plain));
        else
            End();
        if (More && source[at] is '?' or '*' or '{' or '+')
        {
            End();
            PassQuantifier();
        }
    }

    private void PassQuantifier()
    {
        while (More && source[at] is '?' or '*' or '+' or '{')
        {
            if (source[at] == '{')
                PassBraces("0123456789,");
            else
                at++;
        }
    }

    private void PassEscape()
    {
        End();
        var escape = source[Math.Min(at + 1, source.Length - 1)];
        at = Math.Min(at + 2, source.Length);
        if (More && source[at] == '{' && escape is 'p' or 'P')
            PassBraces("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-");
        while (More && !Short.Contains(escape) && char.IsLetterOrDigit(source[at]))
            at++;
        PassQuantifier();
    }

    /// <param name="allowed">With anything else between them, they are no quantifier and may hide an alternative.</param>
    private void PassBraces(string allowed)
    {
        for (at++; More && source[at] != '}'; at++)
            unclear |= !allowed.Contains(source[at]);
        unclear |= !More;
        at++;
    }

    private void PassClass()
    {
        End();
        at++;
        if (More && source[at] == '^')
            at++;
        for (var first = at; More && (source[at] != ']' || at == first); at++)
        {
            // A class taken from a class ends elsewhere.
            unclear |= source[at] == '[';
            if (source[at] == '\\')
                at++;
        }

        at++;
        PassQuantifier();
    }

    private void PassGroup()
    {
        End();
        at++;
        for (var depth = 1; More && depth > 0;)
        {
            switch (source[at])
            {
                case '\\':
                    at += 2;
                    break;
                case '[':
                    PassClass();
                    break;
                default:
                    depth += source[at] switch { '(' => 1, ')' => -1, _ => 0 };
                    at++;
                    break;
            }
        }

        PassQuantifier();
    }

    private void End()
    {
        if (row.Length > longest.Length)
            longest = row.ToString();
        row.Clear();
    }
}

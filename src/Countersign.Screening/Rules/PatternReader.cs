using Countersign.Screening.Reading;

namespace Countersign.Screening.Rules;

/// <summary>
/// Reads a pattern as it stands in a pack: words, `word*` for a beginning, `(a|b c)` for a choice, `(a)?` where it may be left out,
/// `..3` for up to three other words, `{list}` and `&lt;class&gt;`; or `regex:` and an expression, see <see cref="OwnPattern"/>.
/// </summary>
internal sealed class PatternReader(string source, bool masked, Lexicon lexicon, Func<string, WordList> list)
{
    /// <summary>Places that are read and not yet part of a pattern; those of a choice stand behind those before it.</summary>
    private readonly List<Place> open = [];

    private int at;

    /// <exception cref="FormatException">Says what was expected and at which character.</exception>
    public Pattern Read()
    {
        if (source.StartsWith(OwnPattern.Sign, StringComparison.Ordinal))
            return new Pattern([new Listed(lexicon.NewList(OwnPattern.Read(source[OwnPattern.Sign.Length..])))]);
        Sequence();
        return at < source.Length ? throw Expected("the end of the pattern") : Closed(0);
    }

    private void Sequence()
    {
        var first = open.Count;
        for (SkipSpaces(); at < source.Length && source[at] is not ('|' or ')'); SkipSpaces())
        {
            switch (source[at])
            {
                case '(':
                    open.Add(Group());
                    break;
                case '{':
                    open.Add(new Listed(list(Between('{', '}'))));
                    break;
                case '<' when source.IndexOf('>', at) > at:
                    open.Add(new Classed(Class(Between('<', '>'))));
                    break;
                case '.' when source.AsSpan(at).StartsWith("..") && at + 2 < source.Length && char.IsAsciiDigit(source[at + 2]):
                    open.Add(GapOf());
                    break;
                default:
                    Words();
                    break;
            }
        }

        if (open.Count == first)
            throw Expected("a word, {list}, <class> or (choice)");
    }

    /// <summary>The places from one on as a pattern.</summary>
    private Pattern Closed(int first)
    {
        var places = new Place[open.Count - first];
        open.CopyTo(first, places, 0, places.Length);
        open.RemoveRange(first, places.Length);
        return new Pattern(places);
    }

    private Choice Group()
    {
        var first = open.Count;
        var words = new List<int>();
        var phrases = new List<Pattern>();
        do
        {
            at++;
            Sequence();
            // Most options are one word: they need no pattern of their own.
            if (open.Count == first + 1 && open[first] is Literal literal)
            {
                words.Add(literal.Symbol);
                open.RemoveAt(first);
            }
            else
            {
                phrases.Add(Closed(first));
            }
        }
        while (at < source.Length && source[at] == '|');

        if (at >= source.Length || source[at] != ')')
            throw Expected("')'");
        at++;
        var optional = at < source.Length && source[at] == '?';
        if (optional)
            at++;
        return new Choice([.. words], [.. phrases], optional);
    }

    private Gap GapOf()
    {
        at += 2;
        var start = at;
        while (at < source.Length && char.IsAsciiDigit(source[at]))
            at++;
        return new Gap(int.Parse(source.AsSpan(start, at - start)));
    }

    private void Words()
    {
        var start = at;
        while (at < source.Length && !char.IsWhiteSpace(source[at]) && source[at] is not ('|' or ')' or '('))
            at++;
        var word = source[start..at];
        var prefix = word.Length > 1 && word.EndsWith('*');
        if (prefix)
            word = word[..^1];
        // Nothing would be folded away from these letters; and a possessive is a token of its own, in a text as in a pattern.
        if (word.Length > 0 && (!word.AsSpan().ContainsAnyExceptInRange('a', 'z') || (word == "'s" && !prefix)))
        {
            open.Add(new Literal(lexicon.Number(new Symbol(word, prefix, masked, Hashtag: false))));
            return;
        }

        var words = Wording.Of(word);
        if (words.Count == 0)
        {
            var written = source[start..at];
            at = start;
            throw Expected($"a word instead of '{written}'");
        }

        for (var index = 0; index < words.Count; index++)
        {
            var (text, kind) = words[index];
            open.Add(new Literal(lexicon.Number(new Symbol(text, prefix && index == words.Count - 1, masked, kind == TokenKind.Hashtag))));
        }
    }

    private TokenClass Class(string name) =>
        TokenClass.Named(name) ?? throw Expected($"one of the classes {string.Join(", ", TokenClass.Names)} instead of <{name}>");

    private string Between(char open, char close)
    {
        var end = source.IndexOf(close, at);
        if (end < 0)
            throw Expected($"'{close}' behind '{open}'");
        var name = source[(at + 1)..end];
        at = end + 1;
        return name;
    }

    private void SkipSpaces()
    {
        while (at < source.Length && char.IsWhiteSpace(source[at]))
            at++;
    }

    private FormatException Expected(string what) => new($"{what} at character {at + 1} of the pattern '{source}'");
}

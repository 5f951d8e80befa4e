using Countersign.Screening.Reading;

namespace Countersign.Screening.Rules;

/// <summary>
/// Reads a pattern as it stands in a pack: words, `word*` for a beginning, `(a|b c)` for a choice, `(a)?` where it may be left out,
/// `..3` for up to three other words, `{list}` and `&lt;class&gt;`; or `regex:` and an expression, see <see cref="OwnPattern"/>.
/// </summary>
internal sealed class PatternReader(string source, bool masked, Lexicon lexicon, Func<string, WordList> list)
{
    private int at;

    /// <exception cref="FormatException">Says what was expected and at which character.</exception>
    public Pattern Read()
    {
        if (source.StartsWith(OwnPattern.Sign, StringComparison.Ordinal))
            return new Pattern([new Listed(lexicon.NewList(OwnPattern.Read(source[OwnPattern.Sign.Length..])))]);
        var pattern = Sequence();
        return at < source.Length ? throw Expected("the end of the pattern") : pattern;
    }

    private Pattern Sequence()
    {
        var places = new List<Place>();
        for (SkipSpaces(); at < source.Length && source[at] is not ('|' or ')'); SkipSpaces())
        {
            switch (source[at])
            {
                case '(':
                    places.Add(Group());
                    break;
                case '{':
                    places.Add(new Listed(list(Between('{', '}'))));
                    break;
                case '<' when source.IndexOf('>', at) > at:
                    places.Add(new Classed(Class(Between('<', '>'))));
                    break;
                case '.' when source.AsSpan(at).StartsWith("..") && at + 2 < source.Length && char.IsAsciiDigit(source[at + 2]):
                    places.Add(GapOf());
                    break;
                default:
                    places.AddRange(Words());
                    break;
            }
        }

        return places.Count == 0 ? throw Expected("a word, {list}, <class> or (choice)") : new Pattern(places);
    }

    private Choice Group()
    {
        at++;
        var options = new List<Pattern> { Sequence() };
        while (at < source.Length && source[at] == '|')
        {
            at++;
            options.Add(Sequence());
        }

        if (at >= source.Length || source[at] != ')')
            throw Expected("')'");
        at++;
        var optional = at < source.Length && source[at] == '?';
        if (optional)
            at++;
        return new Choice(options, optional);
    }

    private Gap GapOf()
    {
        at += 2;
        var start = at;
        while (at < source.Length && char.IsAsciiDigit(source[at]))
            at++;
        return new Gap(int.Parse(source.AsSpan(start, at - start)));
    }

    private IEnumerable<Literal> Words()
    {
        var start = at;
        while (at < source.Length && !char.IsWhiteSpace(source[at]) && source[at] is not ('|' or ')' or '('))
            at++;
        var word = source[start..at];
        // A possessive is a token of its own, and so it is in a pattern.
        if (word == "'s")
        {
            yield return new Literal(lexicon.Number(new Symbol(word, Prefix: false, masked, Hashtag: false)));
            yield break;
        }

        // Nothing would be folded away from these letters.
        if (word.Length > 0 && !word.AsSpan().ContainsAnyExceptInRange('a', 'z'))
        {
            yield return new Literal(lexicon.Number(new Symbol(word, Prefix: false, masked, Hashtag: false)));
            yield break;
        }

        var prefix = word.Length > 1 && word.EndsWith('*');
        if (prefix && !word.AsSpan(..^1).ContainsAnyExceptInRange('a', 'z'))
        {
            yield return new Literal(lexicon.Number(new Symbol(word[..^1], Prefix: true, masked, Hashtag: false)));
            yield break;
        }

        var words = Wording.Of(prefix ? word[..^1] : word);
        if (words.Count == 0)
        {
            at = start;
            throw Expected($"a word instead of '{word}'");
        }

        for (var index = 0; index < words.Count; index++)
        {
            var symbol = new Symbol(words[index].Text, prefix && index == words.Count - 1, masked, words[index].Kind == TokenKind.Hashtag);
            yield return new Literal(lexicon.Number(symbol));
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

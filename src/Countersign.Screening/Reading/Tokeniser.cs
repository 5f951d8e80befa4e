using System.Globalization;
using System.Text;

namespace Countersign.Screening.Reading;

/// <summary>Cuts a folded text into tokens once, and marks sentences, clauses and quotations on the way.</summary>
internal sealed class Tokeniser
{
    private readonly string text;
    private readonly List<Token> tokens = [];
    private int at;
    private int sentence;
    private int clause;
    private bool quoted;
    private bool opens = true;
    private bool follows;
    private bool ended;

    private Tokeniser(string text) => this.text = text;

    public static List<Token> Read(string text)
    {
        var tokeniser = new Tokeniser(text);
        while (tokeniser.at < text.Length)
            tokeniser.Next();
        return SpacedLetters.Join(tokeniser.tokens, text);
    }

    private void Next()
    {
        var current = text[at];
        if (char.IsWhiteSpace(current))
            Space(current);
        else if (Addresses.Find(text, at) is { } address)
            Add(address.Kind, address.End);
        else if (current == '#' && IsWordCharacter(at + 1))
            Add(TokenKind.Hashtag, WordEnd(at + 1));
        else if (Numbers.Find(text, at) is { } numberEnd)
            Add(TokenKind.Number, numberEnd);
        else if (char.IsLetter(current) || (current == '$' && IsLetter(at + 1)) || char.IsDigit(current))
            Word();
        else if (Rune.TryGetRuneAt(text, at, out var rune) && Characters.IsEmoji(rune.Value))
            Add(TokenKind.Emoji, at + rune.Utf16SequenceLength);
        else if (CharUnicodeInfo.GetUnicodeCategory(current) == UnicodeCategory.CurrencySymbol)
            Add(TokenKind.Symbol, RunEnd(current));
        else
            Mark(current);
    }

    private void Space(char current)
    {
        if (current is '\n' or '\r')
            EndSentence();
        at++;
    }

    private void Word()
    {
        var end = WordEnd(at + 1);
        if (end - at > 2 && text[end - 1] is 's' or 'S' && text[end - 2] == '\'')
        {
            Add(TokenKind.Word, end - 2);
            Add(TokenKind.Word, end);
            return;
        }

        Add(TokenKind.Word, end);
    }

    /// <summary>Letters and digits, with an apostrophe, star or sign only between letters.</summary>
    private int WordEnd(int from)
    {
        var end = from;
        while (end < text.Length)
        {
            if (IsWordCharacter(end) || (text[end] is '\'' or '*' or '@' or '$' or '!' && IsLetter(end - 1) && IsLetter(end + 1)))
                end++;
            else if (text[end] == '*' && end > 0 && (IsLetter(end - 1) || text[end - 1] == '*') && StarsLeadToALetter(end))
                end++;
            else
                break;
        }

        return end;
    }

    private bool StarsLeadToALetter(int from)
    {
        var end = from;
        while (end < text.Length && text[end] == '*')
            end++;
        return end - from <= 4 && IsLetter(end);
    }

    private void Add(TokenKind kind, int end)
    {
        var first = kind == TokenKind.Hashtag ? at + 1 : at;
        var original = text[first..end];
        var word = original.ToLowerInvariant();
        if (ended && (kind != TokenKind.Emoji))
        {
            sentence++;
            clause++;
            opens = true;
            ended = false;
        }

        if (kind == TokenKind.Word && StartsClause(word))
            clause++;
        // A capital behind an emoji opens a sentence that has no full stop before it.
        if (tokens.Count > 0 && tokens[^1].Kind == TokenKind.Emoji && kind == TokenKind.Word && char.IsUpper(original[0]) && !opens)
        {
            sentence++;
            clause++;
            opens = true;
        }

        tokens.Add(new Token(word, kind, at, end, sentence, clause)
        {
            Capital = char.IsUpper(original[0]),
            AllCapitals = original.Length > 1 && original.All(c => !char.IsLetter(c) || char.IsUpper(c)) && original.Any(char.IsLetter),
            Opens = opens,
            InQuotes = quoted,
            Follows = follows,
            Readings = kind is TokenKind.Word or TokenKind.Hashtag ? Spelling.Readings(word) : [],
        });
        at = end;
        follows = true;
        if (kind != TokenKind.Emoji)
            opens = false;
    }

    private bool StartsClause(string word)
    {
        if (word is "but" or "although" or "though" or "whereas" or "yet" or "however" or "because" or "unless")
            return true;
        var previous = tokens.Count > 0 ? tokens[^1].Text : "";
        return word is "we" or "you" or "i" or "they" or "he" or "she" or "it" && previous is "and" or "so" or "or" or "while";
    }

    private void Mark(char mark)
    {
        follows = false;
        switch (mark)
        {
            case '.' when at + 1 < text.Length && text[at + 1] == '.':
            case ',' or ';' or ':' or '(' or ')' or '\u2014' or '\u2013' or '|' or '\u2022':
                clause++;
                opens |= mark is ':' or '|' or '\u2022';
                break;
            case '.' or '!' or '?' when EndsSentence(mark):
                ended = true;
                break;
            case '"':
                quoted = !quoted;
                opens |= quoted;
                break;
            case '-' when at + 1 < text.Length && char.IsWhiteSpace(text[at + 1]):
                clause++;
                break;
            case '-' or '/' or '\'' or '&':
                follows = true;
                break;
        }

        at++;
    }

    private bool EndsSentence(char mark)
    {
        var next = at + 1;
        while (next < text.Length && text[next] is '"' or '\'' or ')' or '!' or '?' or '.')
            next++;
        if (next >= text.Length || (mark != '.' && !char.IsLetterOrDigit(text[next])))
            return true;
        if (!char.IsWhiteSpace(text[next]))
            return false;
        return mark != '.' || tokens.Count == 0
            || tokens[^1].Text is not ("mr" or "mrs" or "ms" or "dr" or "prof" or "no" or "vs" or "st" or "approx" or "e" or "i" or "g");
    }

    private void EndSentence()
    {
        ended = tokens.Count > 0;
        quoted = false;
        follows = false;
    }

    private int RunEnd(char character)
    {
        var end = at;
        while (end < text.Length && text[end] == character)
            end++;
        return end;
    }

    private bool IsLetter(int index) => index >= 0 && index < text.Length && char.IsLetter(text[index]);

    private bool IsWordCharacter(int index) =>
        index < text.Length && (char.IsLetterOrDigit(text[index]) || text[index] == '_'
            || CharUnicodeInfo.GetUnicodeCategory(text[index]) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark);
}

using System.Globalization;
using System.Text;

namespace Countersign.Screening.Reading;

/// <summary>Cuts a folded text into tokens once, looks each up in the release's words, and marks sentences, clauses and quotations on the way.</summary>
internal ref struct Tokeniser
{
    private const byte Letter = 1;
    private const byte Digit = 2;
    private const byte Space = 4;

    /// <summary>Ends a word of letters for good: nothing behind it can make an address of them.</summary>
    private const byte Break = 8;

    private static readonly byte[] Kinds = MakeKinds();

    private readonly ReadOnlySpan<char> text;
    private readonly ReadOnlySpan<char> lower;
    private readonly SegmentText into;
    private readonly WordTable words;
    private Addresses addresses;
    private Numbers numbers;
    private int at;
    private int sentence;
    private int clause;
    private int closersEnd;
    private int stretchStart;
    private int singles;
    private TokenKind kindBefore;
    private WordTraits traitsBefore;
    private int kindsSeen;
    private TokenMarks marksSeen;
    private WordTraits traitsSeen;
    private bool quoted;
    private bool opens;
    private bool follows;
    private bool ended;

    private Tokeniser(SegmentText into)
    {
        this.into = into;
        text = into.Text;
        lower = into.Lower;
        words = into.Words;
        opens = true;
    }

    public static void Read(SegmentText into)
    {
        var tokeniser = new Tokeniser(into);
        tokeniser.Run();
    }

    private void Run()
    {
        while (at < text.Length)
        {
            var current = text[at];
            var kind = current < 0x80 ? Kinds[current] : (byte)0;
            if (kind == Space)
            {
                PassSpace(current);
            }
            else if (kind == Letter)
            {
                var end = at + 1;
                var seen = kind;
                while (end < text.Length && text[end] < 0x80 && (Kinds[text[end]] & (Letter | Digit)) != 0)
                    seen |= Kinds[text[end++]];
                if (EndsPlainly(end))
                    Add(TokenKind.Word, end, plain: seen == Letter && !into.HasTriples);
                else
                    Next(current);
            }
            else
            {
                Next(current);
            }
        }

        PassStretch();
        into.Finish(kindsSeen, marksSeen, traitsSeen);
    }

    private static byte[] MakeKinds()
    {
        var kinds = new byte[0x80];
        for (var unit = (char)0; unit < 0x80; unit++)
        {
            kinds[unit] = char.IsAsciiLetter(unit) ? Letter
                : char.IsAsciiDigit(unit) || unit == '_' ? Digit
                : char.IsWhiteSpace(unit) ? Space
                : unit is ',' or ';' or '?' or '"' or '(' or ')' or '/' or '[' or ']' or '|' or '&' or '=' or '#' or '%' or '<' or '>' or '~' ? Break
                : (byte)0;
        }

        return kinds;
    }

    private readonly bool EndsPlainly(int end)
    {
        if (end == text.Length)
            return true;
        var next = text[end];
        if (next >= 0x80)
            return false;
        return (Kinds[next] & (Space | Break)) != 0
            || (next is '.' or '!' or ':' && (end + 1 == text.Length || (text[end + 1] < 0x80 && Kinds[text[end + 1]] == Space)));
    }

    private void Next(char current)
    {
        if (char.IsWhiteSpace(current))
            PassSpace(current);
        else if (addresses.Find(text, at) is { } address)
            Add(address.Kind, address.End);
        else if (current == '#' && IsWordCharacter(at + 1))
            Add(TokenKind.Hashtag, WordEnd(at + 1));
        else if (numbers.Find(text, at) is { } numberEnd)
            Add(TokenKind.Number, numberEnd);
        else if (char.IsLetter(current) || (current == '$' && IsWordCharacter(at + 1)) || char.IsDigit(current))
            Word();
        else if (Rune.DecodeFromUtf16(text[at..], out var rune, out var used) == System.Buffers.OperationStatus.Done && Characters.IsEmoji(rune.Value))
            Add(TokenKind.Emoji, at + used);
        else if (CharUnicodeInfo.GetUnicodeCategory(current) == UnicodeCategory.CurrencySymbol)
            Add(TokenKind.Symbol, RunEnd(current));
        else
            Mark(current);
    }

    private void PassSpace(char current)
    {
        if (current is '\n' or '\r')
        {
            ended = into.Tokens.Length > 0;
            quoted = false;
            follows = false;
        }

        PassStretch();
        at++;
        stretchStart = at;
    }

    private readonly void PassStretch()
    {
        if (at - stretchStart > into.LongestStretch)
            into.LongestStretch = at - stretchStart;
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
    private readonly int WordEnd(int from)
    {
        var end = from;
        while (end < text.Length)
        {
            if (IsWordCharacter(end) || (text[end] is '\'' or '*' or '@' or '$' or '!' && IsLetter(end - 1) && IsLetter(end + 1)))
                end++;
            else if (text[end] == '$' && IsSpeltWithSigns(end))
                end++;
            else if (text[end] == '*' && end > 0 && (IsLetter(end - 1) || text[end - 1] == '*') && StarsLeadToALetter(end))
                end++;
            else
                break;
        }

        return end;
    }

    /// <summary>A dollar sign for an s: `l0$$`, `c4$7`. Behind letters alone and before digits it is money: `US$100`.</summary>
    private readonly bool IsSpeltWithSigns(int sign) =>
        sign - at >= 2 && text[sign - 1] is var before && (char.IsLetterOrDigit(before) || before == '$')
        && (sign + 1 >= text.Length || !char.IsDigit(text[sign + 1]) || text[at..sign].ContainsAnyInRange('0', '9'));

    private readonly bool StarsLeadToALetter(int from)
    {
        var end = from;
        while (end < text.Length && text[end] == '*' && end - from <= 4)
            end++;
        return end - from <= 4 && IsLetter(end);
    }

    private void Add(TokenKind kind, int end, bool plain = false)
    {
        var first = kind == TokenKind.Hashtag ? at + 1 : at;
        if (ended && kind != TokenKind.Emoji)
            OpenSentence();

        ref var token = ref into.NewToken();
        token = new Token { Start = at, End = end, Kind = kind };
        var capital = char.IsUpper(text[first]);
        words.Resolve(lower[first..end], plain, capital && IsLikelyName(text[first..end]), ref token, into);
        if (kind == TokenKind.Word)
        {
            if (token.Has(WordTraits.OpensClause) || (token.Has(WordTraits.Subject) && (traitsBefore & WordTraits.Joining) != WordTraits.None))
                clause++;
            // A capital behind an emoji opens a sentence that has no full stop before it.
            if (capital && !opens && kindBefore == TokenKind.Emoji)
                OpenSentence();
        }

        var marks = capital ? TokenMarks.Capital : TokenMarks.None;
        if (opens)
            marks |= TokenMarks.Opens;
        if (quoted)
            marks |= TokenMarks.InQuotes;
        if (follows)
            marks |= TokenMarks.Follows;
        if (!char.IsAsciiLetterLower(text[first]) && IsAllCapitals(text[first..end]))
            marks |= TokenMarks.AllCapitals;
        token.Marks = marks;
        while (into.Sentences <= sentence)
            into.StartSentence(into.Tokens.Length - 1);
        token.Sentence = sentence;
        token.Clause = clause;
        if ((traitsBefore & WordTraits.PairFirst) != WordTraits.None && token.Has(WordTraits.PairSecond))
            words.WakePair(into.Tokens[^2], token, into.Tokens.Length - 2, into);
        kindBefore = kind;
        traitsBefore = token.Traits;
        kindsSeen |= 1 << (int)kind;
        marksSeen |= marks;
        traitsSeen |= token.Traits;
        singles = kind == TokenKind.Word && end - at == 1 ? singles + 1 : 0;
        if (singles == SegmentText.FewestSpacedLetters)
            into.HasSpacedLetters = true;
        at = end;
        follows = true;
        if (kind != TokenKind.Emoji)
            opens = false;
    }

    /// <summary>A capital within a sentence, or three letters that are all capitals.</summary>
    private readonly bool IsLikelyName(ReadOnlySpan<char> word) =>
        word.Length > 1 && (char.IsUpper(word[1]) ? word.Length == 3 && char.IsUpper(word[2]) : !opens);

    private void OpenSentence()
    {
        sentence++;
        clause++;
        opens = true;
        ended = false;
    }

    private static bool IsAllCapitals(ReadOnlySpan<char> word)
    {
        var letters = 0;
        foreach (var character in word)
        {
            if (!char.IsLetter(character))
                continue;
            if (!char.IsUpper(character))
                return false;
            letters++;
        }

        return word.Length > 1 && letters > 0;
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
        // Kept, so that a long row of marks is walked once.
        if (closersEnd <= at)
        {
            closersEnd = at + 1;
            while (closersEnd < text.Length && text[closersEnd] is '"' or '\'' or ')' or '!' or '?' or '.')
                closersEnd++;
        }

        var next = closersEnd;
        if (next >= text.Length || (mark != '.' && !char.IsLetterOrDigit(text[next])))
            return true;
        if (!char.IsWhiteSpace(text[next]))
            return false;
        return mark != '.' || into.Tokens is not [.., var last] || !last.Has(WordTraits.Abbreviation);
    }

    private readonly int RunEnd(char character)
    {
        var end = at;
        while (end < text.Length && text[end] == character)
            end++;
        return end;
    }

    private readonly bool IsLetter(int index) => index >= 0 && index < text.Length && char.IsLetter(text[index]);

    private readonly bool IsWordCharacter(int index) =>
        index < text.Length && (char.IsLetterOrDigit(text[index]) || text[index] == '_'
            || (text[index] >= 0x80 && CharUnicodeInfo.GetUnicodeCategory(text[index]) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark));
}

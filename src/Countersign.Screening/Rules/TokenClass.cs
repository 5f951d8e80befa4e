using Countersign.Screening.Reading;
using Countersign.Screening.Recognisers;

namespace Countersign.Screening.Rules;

/// <summary>What a pattern may ask for by kind instead of by word: `&lt;person&gt;`, `&lt;money&gt;`, `&lt;payment-card&gt;`.</summary>
internal sealed class TokenClass
{
    private static readonly SortedDictionary<string, TokenClass> Known = new(StringComparer.Ordinal);
    private static readonly List<TokenClass> All = [];
    private readonly Finder find;

    static TokenClass()
    {
        Add("name", TextSign.Capital, 4000, Reading.Names.Any);
        Add("person", TextSign.Capital, 2000, Reading.Names.People);
        Add("organisation", TextSign.Capital, 4000, Reading.Names.Organisations);
        Add("competitor", TextSign.Competitor, 20, Tokens((_, in token) => token.Has(WordTraits.Competitor)));
        Add("own", TextSign.Own, 500, Tokens((_, in token) => token.Has(WordTraits.Own)));
        Add("other-handle", TextSign.Handle, 1500, Tokens((_, in token) => token.Kind == TokenKind.Handle && !token.Has(WordTraits.Own)));
        Add("first-name", TextSign.FirstName, 600, Tokens((text, in token) =>
            token.Kind == TokenKind.Word && token.Has(TokenMarks.Capital) && token.Has(WordTraits.FirstName)
            && !(token.Has(TokenMarks.Opens) && Vocabulary.IsOrdinary(text.Word(token)))));
        Add("any", TextSign.Anything, 10_000, Tokens((_, in _) => true));
        Add("word", TextSign.Anything, 10_000, Tokens((_, in token) => token.Kind == TokenKind.Word));
        Add("number", TextSign.Number, 2500, Tokens((_, in token) => token.Kind == TokenKind.Number));
        Add("percent", TextSign.Percent, 150, Tokens((text, in token) => token.Kind == TokenKind.Number && Numbers.IsPercent(text.Word(token))));
        Add("money", TextSign.Money, 400, Tokens((text, in token) => token.Kind == TokenKind.Number && Numbers.IsMoney(text.Word(token))));
        Add("multiple", TextSign.Multiple, 50, Tokens((text, in token) => token.Kind == TokenKind.Number && Numbers.IsMultiple(text.Word(token))));
        Add("ratio", TextSign.Number, 2500, Tokens((text, in token) => token.Kind == TokenKind.Number && Numbers.IsRatio(text.Word(token))));
        Add("gain", TextSign.Number, 2500, Tokens((text, in token) =>
            token.Kind == TokenKind.Number && text.Word(token) is ['+', .. var number] && (Numbers.IsMoney(number) || Numbers.IsPercent(number))));
        Add("ticker", TextSign.CapitalsOrDollar, 2500, Tokens(IsTicker));
        Add("year", TextSign.Number, 2500, Tokens((text, in token) =>
            token.Kind == TokenKind.Number && token.End - token.Start == 4 && text.Word(token)[..2] is "19" or "20"));
        Add("code-word", TextSign.Digit, 3000, Tokens(IsCodeWord));
        Add("pulled-apart", TextSign.SpacedLetters, 10, Tokens(IsPulledApart));
        Add("hashtag", TextSign.Hashtag, 1500, Tokens((_, in token) => token.Kind == TokenKind.Hashtag));
        Add("handle", TextSign.Handle, 1500, Tokens((_, in token) => token.Kind == TokenKind.Handle));
        Add("link", TextSign.Link, 1000, Tokens((_, in token) => token.Kind == TokenKind.Link));
        Add("email", TextSign.Email, 20, Tokens((_, in token) => token.Kind == TokenKind.Email));
        Add("emoji", TextSign.Emoji, 1500, Tokens((_, in token) => token.Kind == TokenKind.Emoji));
        Add("capital", TextSign.Capital, 9000, Tokens((_, in token) => token.Has(TokenMarks.Capital) && token.Kind == TokenKind.Word));
        Add("opening", TextSign.Anything, 10_000, Tokens((_, in token) => token.Has(TokenMarks.Opens)));
        Add("quoted", TextSign.Quoted, 500, Tokens((_, in token) => token.Has(TokenMarks.InQuotes)));
        Add("payment-card", TextSign.ThirteenDigitsInARow, 30, PaymentCards.Find);
        Add("iban", TextSign.LettersThenDigits, 60, BankAccounts.Ibans);
        Add("uk-account", TextSign.FourteenDigits, 30, BankAccounts.SortCodesWithAccounts);
        Add("nino", TextSign.SixDigitsInARow, 400, PersonalNumbers.NationalInsurance);
        Add("nhs-number", TextSign.NineDigitsInARow, 100, PersonalNumbers.Nhs);
        Add("passport", TextSign.NineDigitsInARow, 100, PersonalNumbers.Passport);
        Add("driving-licence", TextSign.SixDigitsInARow, 400, PersonalNumbers.DrivingLicence);
        Add("uk-mobile", TextSign.NineDigitsInARow, 100, Contacts.Mobiles);
        Add("uk-phone", TextSign.NineDigitsInARow, 100, Contacts.Phones);
        Add("postcode", TextSign.TwoDigits, 2200, Contacts.Postcodes);
        Add("street", TextSign.Digit, 3000, Contacts.Streets);
        Add("reference", TextSign.FourDigits, 900, PersonalNumbers.References);
        Add("secret", TextSign.LikeASecret, 300, Secrets.Find);
        Add("placeholder", TextSign.Bracket, 150, Placeholders.Find);
        Add("disguised", TextSign.Disguise, 30, Disguises.Find);
        Add("lower-case-hashtag", TextSign.LongHashtag, 1500, Hashtags.Unreadable);
        Add("shortened-link", TextSign.Link, 1000, Links.Shortened);
        Add("lookalike-link", TextSign.Link, 1000, Links.LookAlike);
        Add("internal-link", TextSign.Link, 1000, InternalLinks.Links);
        Add("private-address", TextSign.FourDigits, 900, InternalLinks.Addresses);
        Add("shared-folder", TextSign.Backslash, 10, InternalLinks.Folders);
        Add("file-name", TextSign.NoSpace, 30, Links.FileNames);
    }

    private TokenClass(TextSign sign, double cost, Finder find)
    {
        Number = Known.Count;
        Sign = sign;
        Cost = cost;
        this.find = find;
    }

    private delegate void Finder(SegmentText text, HitList hits);

    private delegate bool Acceptance(SegmentText text, in Token token);

    public static IEnumerable<string> Names => Known.Keys;

    public static int Count => Known.Count;

    public int Number { get; }

    /// <summary>Where the text does not show this, the class is not in it.</summary>
    public TextSign Sign { get; }

    /// <summary>In how many of ten thousand ordinary posts the sign is to be expected, roughly.</summary>
    public double Cost { get; }

    public static TokenClass Numbered(int number) => All[number];

    public static TokenClass? Named(string name) => Known.GetValueOrDefault(name);

    public void FindIn(SegmentText text, HitList hits) => find(text, hits);

    private static void Add(string name, TextSign sign, double cost, Finder find)
    {
        var added = new TokenClass(sign, cost, find);
        All.Add(added);
        Known.Add(name, added);
    }

    private static Finder Tokens(Acceptance accepts) => (text, hits) =>
    {
        var tokens = text.Tokens;
        for (var at = 0; at < tokens.Length; at++)
        {
            if (accepts(text, tokens[at]))
                hits.Add(new Hit(at, at + 1));
        }
    };

    private static bool IsCodeWord(SegmentText text, in Token token)
    {
        if (token.Kind is not (TokenKind.Word or TokenKind.Number) || token.End - token.Start is < 4 or > 24)
            return false;
        var word = text.Word(token);
        if (!word.ContainsAnyInRange('0', '9'))
            return false;
        foreach (var character in word)
        {
            if (!char.IsLetterOrDigit(character) && character is not ('_' or '!' or '@' or '$'))
                return false;
        }

        return true;
    }

    /// <summary>Shares as traders write them: `$TRNW`, or three or four capitals that are no word.</summary>
    private static bool IsTicker(SegmentText text, in Token token) =>
        token.Kind == TokenKind.Word && text.Word(token) is var word
        && (word[0] == '$' ? word.Length > 2 : token.Has(TokenMarks.AllCapitals) && word.Length is 3 or 4 && !Vocabulary.IsOrdinary(word));

    private static bool IsPulledApart(SegmentText text, in Token token)
    {
        if (!token.Has(TokenMarks.Joined))
            return false;
        var word = text.Word(token);
        if (!word.ContainsAny(' ', '.'))
            return false;
        Span<char> letters = stackalloc char[word.Length];
        var count = 0;
        foreach (var character in word)
        {
            if (char.IsLetter(character))
                letters[count++] = character;
        }

        if (Vocabulary.IsOrdinary(letters[..count]))
            return true;
        Span<char> buffer = stackalloc char[2 * count];
        var readings = new Spelling(letters[..count], buffer);
        while (readings.MoveNext())
        {
            if (Vocabulary.IsOrdinary(readings.Current))
                return true;
        }

        return false;
    }
}

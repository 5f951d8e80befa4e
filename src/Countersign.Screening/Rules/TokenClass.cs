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
        Name = Add("name", "names of people and organisations", TextSign.Capital, 4000, Reading.Names.Any);
        Add("person", "names of people", TextSign.Capital, 2000, Reading.Names.People);
        Add("organisation", "names of organisations", TextSign.Capital, 4000, Reading.Names.Organisations);
        Add("competitor", "names that the profile lists as competitors", TextSign.Competitor, 20, Tokens((_, in token) => token.Has(WordTraits.Competitor)));
        Add("own", "names of the organisation itself", TextSign.Own, 500, Tokens((_, in token) => token.Has(WordTraits.Own)));
        Add("other-handle", "@handles of others", TextSign.Handle, 1500, Tokens((_, in token) => token.Kind == TokenKind.Handle && !token.Has(WordTraits.Own)));
        Add("first-name", "first names", TextSign.FirstName, 600, Tokens((text, in token) =>
            token.Kind == TokenKind.Word && token.Has(TokenMarks.Capital) && token.Has(WordTraits.FirstName)
            && !(token.Has(TokenMarks.Opens) && Vocabulary.IsOrdinary(text.Word(token)))));
        Add("any", "any word, number or sign", TextSign.Anything, 10_000, Tokens((_, in _) => true));
        Add("word", "words", TextSign.Anything, 10_000, Tokens((_, in token) => token.Kind == TokenKind.Word));
        Add("number", "numbers", TextSign.Number, 2500, Tokens((_, in token) => token.Kind == TokenKind.Number));
        Add("percent", "percentages", TextSign.Percent, 150, Tokens((text, in token) => token.Kind == TokenKind.Number && Numbers.IsPercent(text.Word(token))));
        Add("money", "amounts of money", TextSign.Money, 400, Tokens((text, in token) => token.Kind == TokenKind.Number && Numbers.IsMoney(text.Word(token))));
        Add("multiple", "`2x`", TextSign.Multiple, 50, Tokens((text, in token) => token.Kind == TokenKind.Number && Numbers.IsMultiple(text.Word(token))));
        Add("ratio", "`30:1`", TextSign.Number, 2500, Tokens((text, in token) => token.Kind == TokenKind.Number && Numbers.IsRatio(text.Word(token))));
        Add("gain", "amounts and percentages with a plus", TextSign.Number, 2500, Tokens((text, in token) =>
            token.Kind == TokenKind.Number && text.Word(token) is ['+', .. var number] && (Numbers.IsMoney(number) || Numbers.IsPercent(number))));
        Add("ticker", "shares as traders write them", TextSign.CapitalsOrDollar, 2500, Tokens(IsTicker));
        Add("year", "years from 1900 to 2099", TextSign.Number, 2500, Tokens((text, in token) =>
            token.Kind == TokenKind.Number && token.End - token.Start == 4 && text.Word(token)[..2] is "19" or "20"));
        Add("code-word", "words with digits in them", TextSign.Digit, 3000, Tokens(IsCodeWord));
        Add("pulled-apart", "words whose letters stand apart", TextSign.SpacedLetters, 10, Tokens(IsPulledApart));
        Add("hashtag", "hashtags", TextSign.Hashtag, 1500, Tokens((_, in token) => token.Kind == TokenKind.Hashtag));
        Add("handle", "@handles", TextSign.Handle, 1500, Tokens((_, in token) => token.Kind == TokenKind.Handle));
        Add("link", "links", TextSign.Link, 1000, Tokens((_, in token) => token.Kind == TokenKind.Link));
        Add("email", "e-mail addresses", TextSign.Email, 20, Tokens((_, in token) => token.Kind == TokenKind.Email));
        Add("emoji", "emoji", TextSign.Emoji, 1500, Tokens((_, in token) => token.Kind == TokenKind.Emoji));
        Add("capital", "words with a capital", TextSign.Capital, 9000, Tokens((_, in token) => token.Has(TokenMarks.Capital) && token.Kind == TokenKind.Word));
        Add("opening", "the first word of a sentence, quotation or list item", TextSign.Anything, 10_000, Tokens((_, in token) => token.Has(TokenMarks.Opens)));
        Add("quoted", "words in quotation marks", TextSign.Quoted, 500, Tokens((_, in token) => token.Has(TokenMarks.InQuotes)));
        Add("payment-card", "card numbers that pass their check digit", TextSign.ThirteenDigitsInARow, 30, PaymentCards.Find);
        Add("iban", "account numbers of any country that pass their check", TextSign.LettersThenDigits, 60, BankAccounts.Ibans);
        Add("uk-account", "a sort code with an account number", TextSign.FourteenDigits, 30, BankAccounts.SortCodesWithAccounts);
        Add("nino", "National Insurance numbers", TextSign.SixDigitsInARow, 400, PersonalNumbers.NationalInsurance);
        Add("nhs-number", "NHS numbers that pass their check digit", TextSign.NineDigitsInARow, 100, PersonalNumbers.Nhs);
        Add("passport", "passport numbers", TextSign.NineDigitsInARow, 100, PersonalNumbers.Passport);
        Add("driving-licence", "driving licence numbers", TextSign.SixDigitsInARow, 400, PersonalNumbers.DrivingLicence);
        Add("uk-mobile", "mobile numbers", TextSign.NineDigitsInARow, 100, Contacts.Mobiles);
        Add("uk-phone", "telephone numbers", TextSign.NineDigitsInARow, 100, Contacts.Phones);
        Add("postcode", "postcodes", TextSign.TwoDigits, 2200, Contacts.Postcodes);
        Add("street", "a house number and a street", TextSign.Digit, 3000, Contacts.Streets);
        Add("reference", "customer and case numbers", TextSign.FourDigitsInAPiece, 300, PersonalNumbers.References);
        Add("secret", "keys, tokens and passwords", TextSign.LikeASecret, 300, Secrets.Find);
        Add("placeholder", "gaps that nobody filled: `[NAME]`, `{{x}}`", TextSign.Bracket, 150, Placeholders.Find);
        Add("disguised", "words that mix scripts or hide letters", TextSign.Disguise, 30, Disguises.Find);
        Add("lower-case-hashtag", "long hashtags without capitals", TextSign.LongHashtag, 1500, Hashtags.Unreadable);
        Add("shortened-link", "links of shortening services", TextSign.Link, 1000, Links.Shortened);
        Add("lookalike-link", "hosts written to look like others", TextSign.Link, 1000, Links.LookAlike);
        Add("internal-link", "links that only colleagues can open", TextSign.Link, 1000, InternalLinks.Links);
        Add("private-address", "addresses of private networks", TextSign.DottedDigits, 20, InternalLinks.Addresses);
        Add("shared-folder", "shared folders", TextSign.Backslash, 10, InternalLinks.Folders);
        Add("file-name", "a text that is the name of a file", TextSign.NoSpace, 30, Links.FileNames);
    }

    private TokenClass(string says, TextSign sign, double cost, Finder find)
    {
        Number = Known.Count;
        Says = says;
        Sign = sign;
        Cost = cost;
        this.find = find;
    }

    private delegate void Finder(SegmentText text, HitList hits);

    private delegate bool Acceptance(SegmentText text, in Token token);

    /// <summary>Names of anybody, of which people and organisations are told apart.</summary>
    public static TokenClass Name { get; }

    public static IEnumerable<string> Names => Known.Keys;

    public static int Count => Known.Count;

    public int Number { get; }

    /// <summary>What it finds, for the reference page.</summary>
    public string Says { get; }

    /// <summary>Where the text does not show this, the class is not in it.</summary>
    public TextSign Sign { get; }

    /// <summary>In how many of ten thousand ordinary posts the sign is to be expected, roughly.</summary>
    public double Cost { get; }

    public static TokenClass Numbered(int number) => All[number];

    public static TokenClass? Named(string name) => Known.GetValueOrDefault(name);

    public void FindIn(SegmentText text, HitList hits) => find(text, hits);

    private static TokenClass Add(string name, string says, TextSign sign, double cost, Finder find)
    {
        var added = new TokenClass(says, sign, cost, find);
        All.Add(added);
        Known.Add(name, added);
        return added;
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

using Countersign.Screening.Reading;
using Countersign.Screening.Recognisers;

namespace Countersign.Screening.Rules;

/// <summary>What a pattern may ask for by kind instead of by word: `&lt;person&gt;`, `&lt;money&gt;`, `&lt;payment-card&gt;`.</summary>
internal sealed class TokenClass
{
    private static readonly SortedDictionary<string, TokenClass> Known = new(StringComparer.Ordinal);
    private readonly Func<SegmentText, Vocabulary, IReadOnlyList<Hit>> find;

    static TokenClass()
    {
        Add("name", Reading.Names.Any);
        Add("person", Reading.Names.People);
        Add("organisation", Reading.Names.Organisations);
        Add("competitor", Reading.Names.Competitors);
        Add("own", Reading.Names.Own);
        Add("other-handle", Reading.Names.OtherHandles);
        Add("first-name", (text, _) => Reading.Names.FirstNames(text));
        Add("any", Tokens(_ => true));
        Add("word", Tokens(token => token.Kind == TokenKind.Word));
        Add("number", Tokens(token => token.Kind == TokenKind.Number));
        Add("percent", Tokens(token => token.Kind == TokenKind.Number && Numbers.IsPercent(token.Text)));
        Add("money", Tokens(token => token.Kind == TokenKind.Number && Numbers.IsMoney(token.Text)));
        Add("multiple", Tokens(token => token.Kind == TokenKind.Number && Numbers.IsMultiple(token.Text)));
        Add("year", Tokens(token => token.Kind == TokenKind.Number && token.Text.Length == 4 && token.Text[..2] is "19" or "20"));
        Add("code-word", Tokens(token => token.Kind is TokenKind.Word or TokenKind.Number && token.Text.Length is >= 4 and <= 24 && token.Text.Any(char.IsAsciiDigit) && token.Text.All(char.IsLetterOrDigit)));
        Add("pulled-apart", Tokens(token => token.Text.Length > 1 && token.Text.AsSpan().ContainsAny(' ', '.') && token.Kind == TokenKind.Word && token.Readings.Any(Vocabulary.IsOrdinary)));
        Add("hashtag", Tokens(token => token.Kind == TokenKind.Hashtag));
        Add("handle", Tokens(token => token.Kind == TokenKind.Handle));
        Add("link", Tokens(token => token.Kind == TokenKind.Link));
        Add("email", Tokens(token => token.Kind == TokenKind.Email));
        Add("emoji", Tokens(token => token.Kind == TokenKind.Emoji));
        Add("capital", Tokens(token => token.Capital && token.Kind == TokenKind.Word));
        Add("opening", Tokens(token => token.Opens));
        Add("quoted", Tokens(token => token.InQuotes));
        Add("payment-card", (text, _) => PaymentCards.Find(text));
        Add("iban", (text, _) => BankAccounts.Ibans(text));
        Add("uk-account", (text, _) => BankAccounts.SortCodesWithAccounts(text));
        Add("nino", (text, _) => PersonalNumbers.NationalInsurance(text));
        Add("nhs-number", (text, _) => PersonalNumbers.Nhs(text));
        Add("passport", (text, _) => PersonalNumbers.Passport(text));
        Add("driving-licence", (text, _) => PersonalNumbers.DrivingLicence(text));
        Add("uk-mobile", (text, _) => Contacts.Mobiles(text));
        Add("uk-phone", (text, _) => Contacts.Phones(text));
        Add("postcode", (text, _) => Contacts.Postcodes(text));
        Add("street", (text, _) => Contacts.Streets(text));
        Add("reference", (text, _) => PersonalNumbers.References(text));
        Add("secret", (text, _) => Secrets.Find(text));
        Add("placeholder", (text, _) => Placeholders.Find(text));
        Add("disguised", (text, _) => Disguises.Find(text));
        Add("lower-case-hashtag", (text, _) => Hashtags.Unreadable(text));
        Add("shortened-link", (text, _) => Links.Shortened(text));
        Add("lookalike-link", (text, _) => Links.LookAlike(text));
        Add("file-name", (text, _) => Links.FileNames(text));
    }

    private TokenClass(Func<SegmentText, Vocabulary, IReadOnlyList<Hit>> find) => this.find = find;

    public static IEnumerable<string> Names => Known.Keys;

    public static TokenClass? Named(string name) => Known.GetValueOrDefault(name);

    public IReadOnlyList<Hit> FindIn(SegmentText text, Vocabulary vocabulary) => find(text, vocabulary);

    private static void Add(string name, Func<SegmentText, Vocabulary, IReadOnlyList<Hit>> find) => Known.Add(name, new TokenClass(find));

    private static Func<SegmentText, Vocabulary, IReadOnlyList<Hit>> Tokens(Func<Token, bool> accepts) => (text, _) =>
        [.. Enumerable.Range(0, text.Tokens.Count).Where(at => accepts(text.Tokens[at])).Select(at => new Hit(at, at + 1))];
}

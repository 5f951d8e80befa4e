using System.Globalization;
using System.Text;
using Countersign.Decisions;

namespace Countersign.Publishing.Replies;

public enum VariableKind
{
    /// <summary>A name, a place, a day: a few words and no sentence.</summary>
    Words,

    /// <summary>An address on one of the hosts that were agreed.</summary>
    Link,

    /// <summary>A case or order number.</summary>
    Reference,
}

/// <summary>A gap in an approved text, and what may go into it. Those who sign the text sign these bounds.</summary>
/// <param name="Name">As it stands in the text between braces: "name".</param>
/// <param name="Most">UTF-16 units.</param>
/// <param name="Hosts">Of a link: those it may lead to, lower case.</param>
/// <param name="Example">With it the text is screened and shown to those who sign.</param>
public sealed record ReplyVariable(string Name, VariableKind Kind, int Most, IReadOnlyList<string> Hosts, string Example)
{
    public const int MostHosts = 5;

    private const int MostWords = 5;

    /// <summary>Punctuation that names and days have, and no address and no new sentence.</summary>
    private const string InWords = " '’-–&,.";

    /// <summary>What a full stop may stand after, besides a single letter.</summary>
    private static readonly HashSet<string> shortForms = new(["Dr", "Mr", "Mrs", "Ms", "Prof", "Rev", "St", "Jr", "Sr", "Ltd", "Co", "Inc"], StringComparer.Ordinal);

    /// <summary>Letters by their category that nobody sees.</summary>
    private static readonly HashSet<int> blank = [0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0];

    /// <summary>The longest bound that a kind may be given.</summary>
    public static int Longest(VariableKind kind) => kind switch { VariableKind.Words => 60, VariableKind.Reference => 40, _ => 200 };

    /// <summary>What was typed, as it is judged and used.</summary>
    public static string Clean(string? typed) => (typed ?? "").Trim() is var text && text.EnumerateRunes().Contains(Rune.ReplacementChar) ? text : text.Normalize(NormalizationForm.FormC);

    /// <summary>What is wrong with the variable itself; null where nothing is.</summary>
    public Refusal? Check() => this switch
    {
        _ when !IsName(Name) => new Refusal("bad-variable", $"A variable is called by small letters, digits and hyphens, 30 at most: “{Name}” is not."),
        _ when !Enum.IsDefined(Kind) || Most < 1 || Most > Longest(Kind) => new Refusal("bad-bound", $"“{Name}” takes between 1 and {Longest(Kind)} characters."),
        { Kind: VariableKind.Link } when Hosts.Count is 0 or > MostHosts || !Hosts.All(IsHost) => new Refusal("no-host", $"Say to which hosts “{Name}” may lead, {MostHosts} at most, as in “help.northgate.example”."),
        _ when WhyNot(Example) is { } wrong => new Refusal("bad-example", $"The example does not fit. {wrong.Sentence}"),
        _ => null,
    };

    /// <summary>Why this may not go into the gap; null where it may.</summary>
    /// <param name="value">After <see cref="Clean"/>.</param>
    public Refusal? WhyNot(string value) => this switch
    {
        _ when value.Length == 0 => No($"Fill in “{Name}”."),
        _ when value.Length > Most => No($"“{Name}” takes {Most} characters at most."),
        _ when value.Contains('\n') || value.Contains('\r') => No($"“{Name}” takes no line breaks."),
        _ when value.EnumerateRunes().Any(IsHidden) => No($"“{Name}” holds a character that nobody sees or that turns the text about. Type it instead of pasting it."),
        { Kind: VariableKind.Link } => WhyNotLink(value),
        { Kind: VariableKind.Reference } => WhyNotReference(value),
        _ => WhyNotWords(value),
    };

    internal static bool IsName(string name) => name.Length is > 0 and <= 30 && char.IsAsciiLetterLower(name[0]) && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    /// <summary>Controls, marks of direction, what has no width, half characters, private and unknown ones.</summary>
    internal static bool IsHidden(Rune rune) =>
        rune == Rune.ReplacementChar || blank.Contains(rune.Value) || rune.Value is >= 0xFE00 and <= 0xFE0F or >= 0xE0100 and <= 0xE01EF
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    private static bool IsHost(string host) => host.Contains('.') && host.Length <= 253 && host.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '.' or '-') && Uri.CheckHostName(host) == UriHostNameType.Dns;

    private Refusal? WhyNotWords(string value)
    {
        var marks = 0;
        foreach (var rune in value.EnumerateRunes())
        {
            var isMark = Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
            marks = isMark ? marks + 1 : 0;
            if (marks > 2 || !(isMark || Rune.IsLetter(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber || (rune.IsAscii && InWords.Contains((char)rune.Value)) || rune.Value is '’' or '–'))
                return No($"“{Name}” takes letters, digits, spaces, hyphens, apostrophes, commas and full stops. No links, no names of accounts.");
        }

        if (!Rune.IsLetterOrDigit(Rune.GetRuneAt(value, 0)))
            return No($"“{Name}” begins with a letter or a digit.");

        // "J. Smith" and "Dr. Smith" are names; "shop.example" is an address, and "you. Instead pay" begins a sentence.
        for (var at = value.IndexOf('.'); at >= 0; at = value.IndexOf('.', at + 1))
        {
            var word = value[(value.LastIndexOf(' ', at) + 1)..at];
            if (!(word.Length == 1 || shortForms.Contains(word)) || (at + 1 < value.Length && value[at + 1] != ' '))
                return No($"A full stop in “{Name}” ends a short form such as “Dr.” and nothing else: no sentence and no address.");
        }

        return value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length > MostWords ? No($"“{Name}” takes {MostWords} words at most.") : null;
    }

    private Refusal? WhyNotReference(string value) =>
        value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '/') && value.Any(char.IsAsciiDigit) && char.IsAsciiLetterOrDigit(value[0]) && char.IsAsciiLetterOrDigit(value[^1]) && !value.Contains("--", StringComparison.Ordinal) && !value.Contains("//", StringComparison.Ordinal)
            ? null
            : No($"“{Name}” takes a number of a case or an order: letters, digits, hyphens and strokes, with at least one digit.");

    private Refusal? WhyNotLink(string value)
    {
        // Nothing that another program could read as a second address, a user's name or a port.
        const string plain = "-._~/?=&#";
        if (!value.StartsWith("https://", StringComparison.Ordinal) || !value[8..].All(letter => char.IsAsciiLetterOrDigit(letter) || plain.Contains(letter)) || value[8..].Contains("//", StringComparison.Ordinal) || !Uri.TryCreate(value, UriKind.Absolute, out var address))
            return No($"“{Name}” takes one whole address that begins with https:// and has no signs in it but letters, digits and - . _ ~ / ? = & #.");
        return Hosts.Contains(address.Host, StringComparer.Ordinal) && value[8..].Split('/', '?', '#')[0] == address.Host
            ? null
            : No($"“{Name}” leads to {string.Join(" or ", Hosts)} only.");
    }

    private static Refusal No(string sentence) => new("bad-value", sentence);
}

using System.Globalization;
using System.Text;
using Countersign.Channels.Text;

namespace Countersign.Channels.X;

/// <summary>
/// Text as X weighs it (weighting configuration v3): composed (NFC), most letters of Latin, Greek, Cyrillic, Arabic and Indic
/// scripts weigh one, everything else two, an emoji two however it is put together, a web address 23 however long it is.
/// Where it is not certain that X takes something for an address or for one emoji, the higher weight stands.
/// </summary>
internal static class XText
{
    public const int MaxWeight = 280;
    private const int AddressWeight = 23;

    /// <summary>Said to be the most for a description; the lower of the figures found.</summary>
    public const int MaxAltCharacters = 1_000;

    private static readonly ServerLimits limits = new(MaxAltCharacters: MaxAltCharacters);

    public static IReadOnlyList<TextCount> Measure(string text) => [new("characters", Weigh(text), MaxWeight)];

    public static Rendering Render(PostContent content) => new(content.Text, FoldAt: null, Links.In(content.Text), Measure(content.Text));

    public static IReadOnlyList<Objection> Validate(PostContent content) =>
    [
        .. Objections.Against(content, XChannel.Description, Measure(content.Text), limits),

        // X takes moving pictures in pieces, by calls that this connector does not make.
        .. content.Media.Index().Where(media => media.Item.ContentType == "image/gif" && Pictures.TypeOf(media.Item.Bytes.Span) == "image/gif")
            .Select(media => new Objection(RejectKind.MediaInvalid, $"Picture {media.Index + 1} is a GIF, which cannot be sent to X from here; use JPEG, PNG or WebP.")),
    ];

    /// <summary>Two texts that X may show for one another: it composes letters, drops space around the text, and adds a scheme to a bare address.</summary>
    public static string Normal(string text) =>
        text.ReplaceLineEndings("\n").Trim().Normalize(NormalizationForm.FormC).Replace("http://", "", StringComparison.OrdinalIgnoreCase);

    private static int Weigh(string text)
    {
        // Half a character has no composed form; it is refused elsewhere, and weighs as it stands.
        var composed = Composed(text);
        var (weight, from) = (0, 0);
        foreach (var address in XAddresses.In(composed))
        {
            weight += WeighLetters(composed[from..address.Start]);
            weight += address.Certain ? AddressWeight : Math.Max(AddressWeight, WeighLetters(composed[address.Start..address.End]));
            from = address.End;
        }

        return weight + WeighLetters(composed[from..]);
    }

    private static string Composed(string text)
    {
        try
        {
            return text.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            return text;
        }
    }

    private static int WeighLetters(string text)
    {
        var weight = 0;
        for (var at = 0; at < text.Length;)
        {
            var cluster = text.AsSpan(at, StringInfo.GetNextTextElementLength(text, at));
            weight += Emoji.IsOne(cluster) ? 2 : WeighEach(cluster);
            at += cluster.Length;
        }

        return weight;
    }

    private static int WeighEach(ReadOnlySpan<char> letters)
    {
        var weight = 0;
        foreach (var rune in letters.EnumerateRunes())
            weight += rune.Value is <= 4351 or (>= 8192 and <= 8205) or (>= 8208 and <= 8223) or (>= 8242 and <= 8247) ? 1 : 2;
        return weight;
    }
}

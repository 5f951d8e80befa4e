using System.Text;

namespace Countersign.Inbox;

/// <summary>A piece of a message as it is shown.</summary>
/// <param name="IsHidden">Personal data, not shown unless asked for.</param>
public sealed record ShownPart(string Text, bool IsHidden);

/// <summary>How the words of others are shown: what harms whoever reads them, or somebody else, only when asked for; what turns text about never.</summary>
public static class Masking
{
    private static readonly string[] hidden = ["personal-data", "secret"];

    private static readonly string[] abusive = ["hate", "harassment", "threat"];

    private const string Mask = "••••";

    /// <summary>True for labels whose words are masked in place.</summary>
    public static bool Hides(string label) => hidden.Contains(label);

    /// <summary>True for a message that is shown as a whole only when asked for.</summary>
    public static bool IsAbusive(Message message) => message.Standing.Any(label => abusive.Contains(label.Name));

    public static IReadOnlyList<ShownPart> Parts(Message message)
    {
        var (parts, at, text) = (new List<ShownPart>(), 0, message.Text);
        foreach (var label in message.Standing.Where(label => Hides(label.Name) && label.End > label.Start && label.End <= text.Length).OrderBy(label => label.Start))
        {
            if (label.Start > at)
                parts.Add(new ShownPart(Plain(text[at..label.Start]), false));
            if (label.End > at)
                parts.Add(new ShownPart(Mask, true));
            at = Math.Max(at, label.End);
        }

        if (at < text.Length)
            parts.Add(new ShownPart(Plain(text[at..]), false));
        return parts;
    }

    /// <summary>For a list: masked, on one line.</summary>
    public static string Line(Message message) => IsAbusive(message)
        ? "Abusive words, hidden"
        : string.Concat(Parts(message).Select(part => part.Text)).ReplaceLineEndings(" ").Trim();

    /// <summary>Characters that turn text about or cannot be seen are named where they stand, so that what is read is what was written.</summary>
    public static string Plain(string text)
    {
        if (!text.Any(IsTricky))
            return text;
        var plain = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (IsTricky(character))
                plain.Append(System.Globalization.CultureInfo.InvariantCulture, $"[U+{(int)character:X4}]");
            else
                plain.Append(character);
        }

        return plain.ToString();
    }

    /// <summary>Controls but for breaks and tabs, and the marks that override or embed a direction. Joiners stay: emoji and scripts need them.</summary>
    private static bool IsTricky(char character) =>
        character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u200E' or '\u200F' or '\u061C' || (char.IsControl(character) && character is not ('\n' or '\r' or '\t'));
}

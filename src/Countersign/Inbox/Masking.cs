using Countersign.Decisions;
using Countersign.Screening;

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

    /// <summary>Why nothing of a message is shown unless asked for; null where its words are, masked in place.</summary>
    public static string? WhyHidden(Message message) => message.Standing.ToList() switch
    {
        var labels when labels.Exists(label => abusive.Contains(label.Name)) => "Abusive words, hidden",

        // A rule names so many places and no more: there may be others.
        var labels when labels.Where(label => Hides(label.Name)).CountBy(label => label.Rule).Any(rule => rule.Value >= Assessment.MostOfOneRule) => "Much personal data, hidden",
        _ => null,
    };

    public static IReadOnlyList<ShownPart> Parts(Message message)
    {
        var (parts, at, text) = (new List<ShownPart>(), 0, message.Text);
        foreach (var label in message.Standing.Where(label => Hides(label.Name) && label.End > label.Start && label.End <= text.Length).OrderBy(label => label.Start))
        {
            if (label.Start > at)
                parts.Add(new ShownPart(PlainText.Of(text[at..label.Start]), false));
            if (label.End > at)
                parts.Add(new ShownPart(Mask, true));
            at = Math.Max(at, label.End);
        }

        if (at < text.Length)
            parts.Add(new ShownPart(PlainText.Of(text[at..]), false));
        return parts;
    }

    /// <summary>For a list: masked, on one line.</summary>
    public static string Line(Message message) => WhyHidden(message) ?? string.Concat(Parts(message).Select(part => part.Text)).ReplaceLineEndings(" ").Trim();
}

using System.Text;

namespace Countersign.Screening;

/// <summary>Makes an item from a case: a text and its context as `key=value; key="value"`.</summary>
public static class CaseItem
{
    /// <exception cref="ArgumentException">The context states a fact that the engine does not know.</exception>
    public static ScreeningItem From(string context, string text)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        var direction = Direction.Outbound;
        foreach (var part in Parts(context))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (part == "in")
                direction = Direction.Inbound;
            else if (equals > 0)
                facts[part[..equals].Trim()] = part[(equals + 1)..].Trim();
            else
                throw new ArgumentException($"The context has '{part}' where a key=value should stand.", nameof(context));
        }

        FactKeys.Check(facts);
        return new ScreeningItem(direction, Kind(facts.GetValueOrDefault("action")), Segments(text, facts), facts);
    }

    private static List<Segment> Segments(string text, Dictionary<string, string> facts)
    {
        var segments = new List<Segment> { new(SegmentKind.Own, 0, text) };
        foreach (var (key, kind) in new[] { ("quoted", SegmentKind.Quoted), ("image.alt", SegmentKind.Alt), ("image.ocr", SegmentKind.MediaText), ("attachment.text", SegmentKind.MediaText) })
        {
            if (facts.TryGetValue(key, out var words) && words != "none")
                segments.Add(new Segment(kind, segments.Count(s => s.Kind == kind), words));
        }

        return segments;
    }

    private static ItemKind Kind(string? action) => action switch
    {
        "reply" => ItemKind.Reply,
        "dm" => ItemKind.Message,
        "comment" => ItemKind.Comment,
        "quote" or "repost" or "like" or "embed" or "screenshot" => ItemKind.Repost,
        _ => ItemKind.Post,
    };

    /// <summary>Splits at semicolons outside quotation marks, and drops those marks.</summary>
    private static IEnumerable<string> Parts(string context)
    {
        var part = new StringBuilder();
        var quoted = false;
        foreach (var character in context)
        {
            if (character == '"')
            {
                quoted = !quoted;
            }
            else if (character == ';' && !quoted)
            {
                if (part.ToString().Trim() is { Length: > 0 } one)
                    yield return one;
                part.Clear();
            }
            else
            {
                part.Append(character);
            }
        }

        if (part.ToString().Trim() is { Length: > 0 } last)
            yield return last;
    }
}

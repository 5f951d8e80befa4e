using System.Globalization;
using System.Text;

namespace Countersign.Screening;

/// <summary>Makes an item from a text and what is stated about it.</summary>
public static class CaseItem
{
    private static readonly (string Key, SegmentKind Kind)[] factsWithWords =
    [
        ("quoted", SegmentKind.Quoted), ("image.alt", SegmentKind.Alt), ("image.ocr", SegmentKind.MediaText),
        ("attachment.text", SegmentKind.MediaText), ("thread", SegmentKind.Parent),
    ];

    /// <param name="context">As `key=value; key="value"`; `in` alone makes the item inbound.</param>
    /// <param name="at">When it is to be published, where the context does not state it.</param>
    /// <exception cref="ArgumentException">The context states a fact that the engine does not know.</exception>
    public static ScreeningItem From(string context, string text, DateTimeOffset? at = null)
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

        return From(direction, ItemKind.Post, text, facts, at);
    }

    /// <param name="kind">A post that the facts call a reply, a repost or a message is one.</param>
    /// <param name="at">When it is to be published, where the facts do not state it.</param>
    /// <exception cref="ArgumentException">A fact is stated that the engine does not know.</exception>
    public static ScreeningItem From(Direction direction, ItemKind kind, string text, IReadOnlyDictionary<string, string> facts, DateTimeOffset? at = null)
    {
        FactKeys.Check(facts);
        var stated = new Dictionary<string, string>(facts, StringComparer.Ordinal);
        if (at is { } time)
            stated.TryAdd("scheduled", time.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        return new ScreeningItem(direction, kind == ItemKind.Post ? Kind(facts.GetValueOrDefault("action")) : kind, Segments(text, stated), stated);
    }

    private static List<Segment> Segments(string text, Dictionary<string, string> facts)
    {
        var segments = new List<Segment> { new(SegmentKind.Own, 0, text) };
        foreach (var (key, kind) in factsWithWords)
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

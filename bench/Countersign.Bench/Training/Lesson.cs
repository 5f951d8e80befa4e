using System.Globalization;
using System.Reflection;
using Countersign.Screening.Heads;

namespace Countersign.Bench.Training;

/// <summary>A text that heads learn from.</summary>
/// <param name="Ours">Written for this project, rather than taken from a public set.</param>
internal sealed record Lesson(string Text, bool Ours)
{
    /// <summary>For each head that learns from it: whether the text is of its kind, and how much it counts.</summary>
    public Dictionary<Head, (bool Is, double Importance)> Says { get; } = [];

    public Lesson Say(bool positive, double importance, params ReadOnlySpan<Head> heads)
    {
        foreach (var head in heads)
            Says[head] = (positive, importance);
        return this;
    }
}

/// <summary>The texts that the shipped heads learn from: four public sets that may be used so, and our own.</summary>
internal static class Lessons
{
    /// <summary>A text of ours counts as much as this many of a public set: they are few, and each was written to be told from another.</summary>
    private const double OursCount = 4;

    /// <summary>Every so-many-th text of the public sets stands against the heads that only our own texts teach, at this importance.</summary>
    private const int Every = 12;

    private const double Against = 0.15;

    /// <summary>Heads that only our own texts teach.</summary>
    public static readonly Head[] Taught = [Head.SelfHarm, Head.Complaint, Head.Spam, Head.Promotion, Head.GreenClaim, Head.Sentiment];

    /// <summary>Heads whose texts may also be of the other's kind, so that neither is held against the other.</summary>
    private static readonly (Head Of, Head Other)[] Overlapping =
    [
        (Head.Hate, Head.Offensive), (Head.Hate, Head.Harassment), (Head.Hate, Head.Threat), (Head.Harassment, Head.Threat), (Head.Harassment, Head.Offensive),
        (Head.Threat, Head.Offensive), (Head.Promotion, Head.Spam), (Head.Promotion, Head.GreenClaim), (Head.SelfHarm, Head.Threat), (Head.SelfHarm, Head.Complaint),
    ];

    public static List<Lesson> Read(string folder)
    {
        List<Lesson> lessons =
        [
            .. Hatemoji(Path.Combine(folder, "hatemojibuild-train.csv")), .. Hatemoji(Path.Combine(folder, "hatemojibuild-validation.csv")),
            .. Davidson(Path.Combine(folder, "davidson.csv")), .. Edos(Path.Combine(folder, "edos.csv")), .. Toxic(Path.Combine(folder, "toxic-spans-train.csv")),
        ];
        for (var at = 0; at < lessons.Count; at += Every)
            lessons[at].Say(false, Against, [.. Taught.Where(head => head != Head.Sentiment)]);
        lessons.AddRange(Ours());
        return lessons;
    }

    /// <summary>Our own texts: a file for each head, `+` before a text of its kind and `-` before one that only looks like it.</summary>
    public static IEnumerable<Lesson> Ours()
    {
        for (var head = Head.Hate; head <= Head.GreenClaim; head++)
        {
            if (Lines(head) is not { } lines)
                continue;
            foreach (var line in lines)
            {
                var positive = line[0] == '+';
                var lesson = new Lesson(line[2..], Ours: true);
                for (var other = Head.Hate; other <= Head.GreenClaim; other++)
                {
                    var mayBeBoth = Overlapping.Contains((head, other)) || Overlapping.Contains((other, head));
                    if (other != Head.Sentiment && head != Head.Sentiment && !(positive && mayBeBoth))
                        lesson.Say(false, OursCount, other);
                }

                if (head == Head.Sentiment && positive)
                    lesson.Say(false, OursCount, [.. Enum.GetValues<Head>()]);
                if (head is Head.Complaint or Head.Harassment && positive)
                    lesson.Say(false, OursCount, Head.Sentiment);
                if (head is Head.Hate or Head.Harassment or Head.Threat && positive)
                    lesson.Say(true, OursCount, Head.Offensive);
                lesson.Say(positive, OursCount, head);
                yield return lesson;
            }
        }
    }

    private static List<string>? Lines(Head head)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Countersign.Bench.Texts.{HeadScores.Names[(int)head]}.txt");
        if (stream is null)
            return null;
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n').Where(line => line.StartsWith("+ ", StringComparison.Ordinal) || line.StartsWith("- ", StringComparison.Ordinal))];
    }

    private static IEnumerable<Lesson> Hatemoji(string path) => DataSets.Rows(path).Select(row =>
    {
        var hateful = row["label_gold"] == "1";
        var lesson = new Lesson(row["text"], Ours: false).Say(hateful, 1, Head.Hate).Say(row["type"] == "threateninglanguage", 1, Head.Threat);
        return hateful ? lesson.Say(true, 0.5, Head.Offensive) : lesson;
    });

    private static IEnumerable<Lesson> Davidson(string path) => DataSets.Rows(path).Select(row =>
    {
        var kind = row["class"];
        var lesson = new Lesson(DataSets.Clean(row["tweet"]), Ours: false).Say(kind != "2", 1, Head.Offensive).Say(kind == "0", 0.5, Head.Hate);
        return kind == "0" ? lesson : lesson.Say(false, 0.3, Head.Threat);
    });

    private static IEnumerable<Lesson> Edos(string path) => DataSets.Rows(path).Select(row =>
    {
        var sexist = row["label_sexist"] == "sexist";
        var lesson = new Lesson(row["text"], Ours: false)
            .Say(sexist, sexist ? 0.6 : 0.3, Head.Hate)
            .Say(row["label_category"].StartsWith("1.", StringComparison.Ordinal), 0.5, Head.Threat);
        return sexist ? lesson.Say(true, 0.4, Head.Offensive) : lesson;
    });

    /// <summary>Comments sentence by sentence: offensive where marked words stand in it, an attack on a person where it also speaks of one.</summary>
    private static IEnumerable<Lesson> Toxic(string path)
    {
        foreach (var row in DataSets.Rows(path))
        {
            var (text, marked) = SpanText.Of(row);
            foreach (var (start, end) in Sentences(text))
            {
                var toxic = Enumerable.Range(start, end - start).Any(marked.Contains);
                var sentence = text[start..end].Trim();
                if (sentence.Length < 8)
                    continue;
                var lesson = new Lesson(sentence, Ours: false).Say(toxic, 0.6, Head.Offensive);
                yield return !toxic ? lesson.Say(false, 0.2, Head.Harassment) : SpeaksOfAPerson(sentence) ? lesson.Say(true, 0.5, Head.Harassment) : lesson;
            }
        }
    }

    private static bool SpeaksOfAPerson(string sentence) =>
        sentence.Split(' ').Any(word => word.ToLower(CultureInfo.InvariantCulture).Trim('.', ',', '"', '!', '?') is "you" or "you're" or "your" or "he" or "she" or "he's" or "she's" or "him" or "her" or "u" or "ur");

    private static IEnumerable<(int Start, int End)> Sentences(string text)
    {
        var start = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] is not ('.' or '!' or '?' or '\n') || (at + 1 < text.Length && !char.IsWhiteSpace(text[at + 1])))
                continue;
            yield return (start, at + 1);
            start = at + 1;
        }

        if (start < text.Length)
            yield return (start, text.Length);
    }
}

/// <summary>A comment of the toxic spans, with the characters that people marked.</summary>
internal static class SpanText
{
    /// <summary>The set counts characters as code points; they come back as UTF-16 units.</summary>
    public static (string Text, HashSet<int> Marked) Of(IReadOnlyDictionary<string, string> row)
    {
        var text = row["text"];
        var marked = row["spans"].Trim('[', ']').Split(',', StringSplitOptions.RemoveEmptyEntries).Select(at => int.Parse(at, CultureInfo.InvariantCulture)).ToHashSet();
        var units = new HashSet<int>();
        var point = 0;
        for (var at = 0; at < text.Length; at++, point++)
        {
            var wide = char.IsHighSurrogate(text[at]) && at + 1 < text.Length;
            if (marked.Contains(point))
            {
                units.Add(at);
                if (wide)
                    units.Add(at + 1);
            }

            if (wide)
                at++;
        }

        return (text, units);
    }
}

using Countersign.Bench.Measures;

namespace Countersign.Bench.Posts;

/// <summary>Posts to measure with: a file, else public tweets where they lie beside the checkout, else posts made here.</summary>
internal static class Corpus
{
    /// <summary>Posts that a measure takes; a longer file is thinned out evenly.</summary>
    private const int Most = 20_000;

    /// <returns>The posts and a line that says what they are.</returns>
    public static (string[] Posts, string Source) Read(string[] args)
    {
        if (Option(args, "--corpus") is { } file)
            return (Thinned([.. File.ReadLines(file).Where(line => line.Length > 0)]), $"the lines of {Path.GetFileName(file)}");
        var tweets = Path.Combine(Option(args, "--shared") ?? Checkout.Shared(), "screening", "data", "bench", "tweeteval");
        if (!Directory.Exists(tweets))
            return (Made(), "posts made here (the public sets are not beside the checkout)");
        string[] read =
        [
            .. File.ReadLines(Path.Combine(tweets, "sentiment", "train.tsv")).Select(line => line[(line.LastIndexOf('\t') + 1)..]),
            .. File.ReadLines(Path.Combine(tweets, "emotion", "train_text.txt")),
            .. File.ReadLines(Path.Combine(tweets, "irony", "train_text.txt")),
        ];
        return (Thinned([.. read.Where(line => line.Length > 0)]), "public tweets (sentiment, emotion, irony), not in the repository");
    }

    /// <summary>Posts made here, the same on every machine.</summary>
    public static string[] Made() => new PostMaker(1).Make(Most);

    public static string? Option(string[] args, string name) =>
        Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

    private static string[] Thinned(string[] lines) =>
        lines.Length <= Most ? lines : [.. Enumerable.Range(0, Most).Select(at => lines[(long)at * lines.Length / Most])];
}

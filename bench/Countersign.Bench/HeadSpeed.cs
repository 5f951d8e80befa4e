using System.Globalization;
using Countersign.Bench.Measures;
using Countersign.Bench.Training;
using Countersign.Screening.Heads;

namespace Countersign.Bench;

/// <summary>What all heads together cost on a post, beside the least that any reader of a text does: looking at each of its characters.</summary>
internal static class HeadSpeed
{
    private const int Rounds = 9;

    /// <summary>Texts in a round; shorter corpora are repeated.</summary>
    private const int Posts = 100_000;

    public static int Run(string? corpus)
    {
        var lines = corpus is null ? [.. Lessons.Ours().Select(lesson => lesson.Text)] : File.ReadAllLines(corpus);
        var posts = new string[Posts];
        for (var at = 0; at < posts.Length; at++)
            posts[at] = lines[at % lines.Length];
        var (heads, bare, ratio) = Paired.RunOnProcessor(Rounds, () => Score(posts), () => Look(posts));
        var length = posts.Average(post => post.Length);
        Paired.Print(
            string.Create(CultureInfo.InvariantCulture, $"all heads, nanoseconds a post of {length:F0} characters"),
            string.Create(CultureInfo.InvariantCulture, $"{heads * 1e9 / Posts:F0}"),
            "≤ 500–700 at 94 characters");
        Paired.Print(
            "a hash over each character ÷ all heads",
            string.Create(CultureInfo.InvariantCulture, $"{ratio:F2} ({bare * 1e9 / Posts:F0} ns)"),
            "–");
        return 0;
    }

    private static void Score(string[] posts)
    {
        var sum = 0.0;
        foreach (var post in posts)
            sum += HeadModel.Shipped.Score(post)[Head.Hate];
        if (double.IsNaN(sum))
            throw new InvalidOperationException("A score is not a number.");
    }

    private static void Look(string[] posts)
    {
        var hash = 14695981039346656037UL;
        foreach (var post in posts)
        {
            foreach (var character in post)
                hash = (hash ^ character) * 1099511628211UL;
        }

        if (hash == 0)
            throw new InvalidOperationException("The hash came to nothing.");
    }
}

namespace Countersign.Bench.Posts;

/// <summary>Phrases as a customer's lexicon holds them: one to three words in lower case, the same on every machine.</summary>
internal static class Phrases
{
    /// <summary>Phrases taken from the posts, so that some are found: as many whatever the length of the list.</summary>
    private const int FromPosts = 400;

    private static readonly string[] Syllables =
        ["bar", "bel", "cor", "dan", "del", "fen", "gar", "hol", "jun", "kel", "lam", "mar", "nor", "pel", "quin", "ros", "sal", "tor", "ul", "ven", "wex", "yar", "zan", "bri", "cla", "dro", "fli", "gru", "sto", "tri"];

    public static string[] Make(int count, string[] posts)
    {
        var random = new Random(7);
        var common = posts.Take(4000).SelectMany(Words).GroupBy(word => word, StringComparer.Ordinal).Where(word => word.Count() > 2).Select(word => word.Key).Order(StringComparer.Ordinal).ToArray();
        var phrases = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; phrases.Count < FromPosts && at < posts.Length; at++)
        {
            // Three words in a row of every fortieth post or so: rare enough to be a lexicon's, common enough to be met.
            var words = Words(posts[at]).ToArray();
            if (at % 7 == 0 && words.Length > 6)
                phrases.Add(string.Join(' ', words[2..5]));
        }

        while (phrases.Count < count)
        {
            phrases.Add(random.Next(10) switch
            {
                < 4 => Invented(random),
                < 7 => $"{common[random.Next(common.Length)]} {common[random.Next(common.Length)]} {common[random.Next(common.Length)]}",
                < 9 => $"{Invented(random)} {common[random.Next(common.Length)]}",
                _ => $"{common[random.Next(common.Length)]} {Invented(random)} {common[random.Next(common.Length)]}",
            });
        }

        return [.. phrases.Take(count)];
    }

    private static IEnumerable<string> Words(string post) =>
        post.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => word.All(char.IsAsciiLetter)).Select(word => word.ToLowerInvariant());

    private static string Invented(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(2, 5)).Select(_ => Syllables[random.Next(Syllables.Length)]));
}

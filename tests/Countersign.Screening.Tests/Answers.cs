using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Countersign.Screening.Tests;

/// <summary>
/// What the engine answers, byte for byte, as digests in `answers.txt`: one line for the cases of each pack and one for texts made here.
/// A change that should only make it faster changes no line; a change of rules changes those lines that it is about and no others.
/// </summary>
public class Answers
{
    /// <summary>Set to write the lines anew where a change of answers is meant.</summary>
    private const string Record = "COUNTERSIGN_RECORD_ANSWERS";

    private const int Made = 3000;

    /// <summary>Pieces that are hard on one part of the reader each.</summary>
    private static readonly string[] Pieces =
    [
        "Guaranteed returns", " in our fund ", "Brocklow are crooks", "e\u0301", "\uD83D", "ＦＲＥＥ", "Frее", "\u200B", "s c a m", ". ", "! ", "\n", " ", "\"", "4242 4242 4242 4242",
        "@wendlebyhomes", "#ad", "[FIRSTNAME]", "sh1t", "f**k", "don't ", "not ", "£1,000", "8.5%", "x", "Dana Orrell ", "lied to customers", "GB82 WEST 1234 5698 7654 32", "nhs 943 476 5919",
        "https://bit.ly/x", "12 Hill Street", "photo.jpg", "#thisisfartoolong", "-----", "M1 1AA", "QK 12 34 56 C", "aaa", "postgres://u:pw@h", "👨‍👩‍👧‍👦", "𝐠𝐮𝐚𝐫𝐚𝐧𝐭𝐞𝐞𝐝", "Привет", "1,1x", "We ", " and our ", "…", "guarnateed ", "garanteed ",
    ];

    [Fact]
    public void Every_answer_is_the_one_that_was_recorded()
    {
        string[] lines = [.. OfPacks(), $"made {DigestOf(Texts())}"];
        var file = Path.Combine(Here(), "answers.txt");
        if (Environment.GetEnvironmentVariable(Record) is not null)
            File.WriteAllLines(file, lines);

        Assert.Equal(File.ReadAllLines(file), lines);
    }

    private static IEnumerable<string> OfPacks() =>
        from rule in Packs.Release.Rules
        group rule by rule.Pack into pack
        select $"{pack.Key} {DigestOf(pack.SelectMany(rule => rule.Cases).Select(one => CaseItem.From(one.Context, Packs.Filled(one.Text), Packs.Day)))}";

    private static IEnumerable<ScreeningItem> Texts()
    {
        var random = new Random(20);
        string[] cases = [.. Packs.Release.Rules.SelectMany(rule => rule.Cases).Select(one => Packs.Filled(one.Text))];
        foreach (var post in OrdinaryPosts.All().Select(row => row.Data))
            yield return ScreeningItem.Post(post);
        for (var at = 0; at < Made; at++)
        {
            var text = string.Join(random.Next(3) == 0 ? "\n" : " ", Enumerable.Range(0, random.Next(1, 4)).Select(_ => cases[random.Next(cases.Length)]));
            for (var pieces = random.Next(4); pieces > 0; pieces--)
                text = text.Insert(random.Next(text.Length + 1), Pieces[random.Next(Pieces.Length)]);
            yield return new ScreeningItem(
                (Direction)random.Next(2), (ItemKind)random.Next(5), [new Segment((SegmentKind)random.Next(5), 0, text), new Segment(SegmentKind.Own, 1, cases[random.Next(cases.Length)])], new Dictionary<string, string>());
        }
    }

    private static string DigestOf(IEnumerable<ScreeningItem> items)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var item in items)
        {
            // The release's own digest changes with every comma of a pack.
            var assessment = Screener.Screen(item, Packs.Release) with { Release = "" };
            digest.AppendData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(assessment)));
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}

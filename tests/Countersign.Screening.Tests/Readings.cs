using Countersign.Screening.Reading;
using FsCheck;
using FsCheck.Fluent;

namespace Countersign.Screening.Tests;

/// <summary>What holds for the reading of any text, before any rule looks at it.</summary>
public class Readings
{
    private static readonly string[] Pieces =
    [
        "Guaranteed returns", "👨‍👩‍👧‍👦", "e\u0301", "\uD83D", "\uDE00", "ＦＲＥＥ", "Frее", "a\u200B\u200Bb", "s c a m", "s.c.a.m.", ". ", "\r\n", " ", "4242 4242", "🇬🇧", "ﬃ", "½", "sh1t", "f**k", "\u0301", "Привет", "ß", "𝗚𝘂𝗮", "Æ", "™",
    ];

    private static readonly Arbitrary<string> Texts = Gen.OneOf(
        Gen.Elements(Pieces).ArrayOf().Select(string.Concat),
        Gen.Choose(0, 0xFFFF).Select(unit => (char)unit).ArrayOf().Select(units => new string(units))).ToArbitrary();

    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(400);

    [Fact]
    public void Every_folded_character_knows_where_it_comes_from_and_they_stand_in_order() => Check.One(Many, Prop.ForAll(Texts, text =>
    {
        var folded = Folded(text);
        var before = new Span(0, 0);
        for (var at = 0; at < folded.Text.Length; at++)
        {
            var origin = folded.ToOriginal(at, at + 1);
            Assert.True(origin.Start >= before.Start && origin.End >= before.End && origin.Start < origin.End && origin.End <= text.Length);
            Assert.False(origin.Start > 0 && char.IsLowSurrogate(text[origin.Start]) && char.IsHighSurrogate(text[origin.Start - 1]));
            before = origin;
        }
    }));

    [Fact]
    public void The_words_of_a_finding_read_alone_are_found_again()
    {
        foreach (var piece in new[] { "Gu\u200Baranteed profits for all", "Ｇｕａｒａｎｔｅｅｄ profits for all", "g u a r a n t e e d profits for all", "gauranteed profits for all", "guaraneed profits for all" })
        {
            var finding = Assert.Single(Screener.Screen(ScreeningItem.Post(piece), Packs.Release).Findings, finding => finding.Rule == "FP-01");
            Assert.Contains(Screener.Screen(ScreeningItem.Post(finding.Words + " profits for all"), Packs.Release).Findings, again => again.Rule == "FP-01");
        }
    }

    [Fact]
    public void An_item_in_which_nothing_is_found_allocates_nothing()
    {
        string[] texts = ["Our library in Leeds opens at ten.", "The kettle is on 🍞 and the door is open…", "Doors at 18:00, bring a book #Leeds", "Good luck to everyone sitting exams this week 🍀"];
        var items = texts.Select(ScreeningItem.Post).Where(item => Screener.Screen(item, Packs.Release, out _) is { Findings.Count: 0, Cleared.Count: 0 }).ToArray();
        Assert.InRange(items.Length, 3, texts.Length);

        // Until the runtime has compiled a method well, its vectors are boxed; it does so after some thirty calls and a pause.
        var least = long.MaxValue;
        for (var round = 0; round < 200 && least > 0; round++)
        {
            for (var warm = 0; warm < 50; warm++)
                Array.ForEach(items, item => Screener.Screen(item, Packs.Release, out _));
            Thread.Sleep(50);
            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var item in items)
                Screener.Screen(item, Packs.Release, out _);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    private static FoldedText Folded(string text)
    {
        var folded = new FoldedText();
        folded.Read(text);
        return folded;
    }
}

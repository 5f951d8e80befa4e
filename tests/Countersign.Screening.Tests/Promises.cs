using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Countersign.Screening.Tests;

/// <summary>What holds for any text.</summary>
public class Promises
{
    /// <summary>Pieces that are hard on a reader of text: half characters, joined emoji, marks, disguises, and words that rules look for.</summary>
    private static readonly string[] Pieces =
    [
        "Guaranteed returns", " in our income fund", "Brocklow are crooks", "👨‍👩‍👧‍👦", "e\u0301", "\uD83D", "\uDE00", "ＦＲＥＥ", "Frее", "\u200B", "s c a m", ". ", "! ", "\r\n", "\n", " ", "\"",
        "4242 4242 4242 4242", "🇬🇧", "@wendlebyhomes", "#ad", "[FIRSTNAME]", "sh1t", "f**k", "don't", "not ", "£1,000", "8.5%", "\u0301", "\u202E", "Привет", "…", "x", "Dana Orrell ", "lied to customers", "\0", "𝗚𝘂𝗮", "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    ];

    private static readonly Arbitrary<string> Texts = Gen.OneOf(
        Gen.Elements(Pieces).ArrayOf().Select(string.Concat),
        Gen.Choose(0, 0xFFFF).Select(unit => (char)unit).ArrayOf().Select(units => new string(units)),
        Gen.Elements(Packs.Release.Rules.SelectMany(rule => rule.Cases).Select(one => Packs.Filled(one.Text)).ToArray())
            .Zip(Gen.Elements(Pieces)).Zip(Gen.Choose(0, 400)).Select(drawn => drawn.Item1.Item1.Insert(Math.Min(drawn.Item2, drawn.Item1.Item1.Length), drawn.Item1.Item2))).ToArbitrary();

    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(400);

    [Fact]
    public void No_text_makes_a_rule_fail() =>
        Check.One(Many, Prop.ForAll(Texts, text => Assert.Empty(Screen(text).Failed)));

    [Fact]
    public void No_code_point_makes_a_rule_fail()
    {
        for (var first = 0; first <= 0x10FFFF; first += 0x200)
        {
            var text = string.Concat(Enumerable.Range(first, 0x200).Select(value => value is >= 0xD800 and < 0xE000 ? ((char)value).ToString() : char.ConvertFromUtf32(value)));
            Assert.Empty(Screen(text).Failed);
        }
    }

    [Fact]
    public void A_finding_quotes_the_original_and_cuts_no_visible_character_in_two() => Check.One(Many, Prop.ForAll(Texts, text =>
    {
        var boundaries = StringInfo.ParseCombiningCharacters(text).Append(text.Length).ToHashSet();
        var assessment = Screen(text);
        foreach (var finding in assessment.Findings.Concat(assessment.Cleared))
        {
            Assert.InRange(finding.Start, 0, finding.End);
            Assert.InRange(finding.End, finding.Start, text.Length);
            Assert.Contains(finding.Start, boundaries);
            Assert.Contains(finding.End, boundaries);
            Assert.Equal(text[finding.Start..finding.End], finding.Words);
        }
    }));

    [Fact]
    public void Folding_what_was_folded_changes_nothing() => Check.One(Many, Prop.ForAll(
        Gen.OneOf(Texts.Generator, Gen.Elements("а", "р", "с", "АВС", "рас", "cap", "Рrivet", "привет", "οικ", "ŉ", "¼", "﷼", " ", "Å", "ﬁ", "´", "е́").ArrayOf().Select(string.Concat)).ToArbitrary(),
        text => Assert.Equal(Folded(text), Folded(Folded(text)))));

    [Fact]
    public void Folding_any_character_twice_is_folding_it_once()
    {
        for (var value = 0; value <= 0x10FFFF; value++)
        {
            if (value is >= 0xD800 and < 0xE000)
                continue;
            var once = Folded($"x {char.ConvertFromUtf32(value)} x");
            Assert.True(once == Folded(once), $"U+{value:X4}");
        }
    }

    [Fact]
    public void The_same_item_gives_the_same_bytes() =>
        Check.One(Many, Prop.ForAll(Texts, text => Assert.Equal(JsonSerializer.Serialize(Screen(text)), JsonSerializer.Serialize(Screen(text)))));

    [Fact]
    public void No_finding_is_lost_when_a_clean_sentence_follows()
    {
        foreach (var (rule, one) in Packs.Release.Rules.SelectMany(rule => rule.Cases.Where(one => one.Fires).Select(one => (rule, one))))
        {
            var longer = CaseItem.From(one.Context, Packs.Filled(one.Text) + ". The library in Whitby has green shutters.", Packs.Day);
            if (rule.Id is "FP-19")
                continue; // A meme is a text with nothing else in it: a sentence that describes something ends it.

            Assert.True(Screener.Screen(longer, Packs.Release).Findings.Any(finding => finding.Rule == rule.Id), $"{rule.Id}: {one.Text}");
        }
    }

    [Theory]
    [InlineData("Gu\u200Baranteed 9% returns", "FP-01")]
    [InlineData("Ｇｕａｒａｎｔｅｅｄ profits for all", "FP-01")]
    [InlineData("Guаrаntееd profits for all", "FP-01")]
    [InlineData("gu4rant33d profits for all", "FP-01")]
    [InlineData("g u a r a n t e e d profits for all", "FP-01")]
    [InlineData("guaranteeeeed profits for all", "FP-01")]
    [InlineData("g u a r a n t e e d p r o f i t s for all", "FP-01")]
    [InlineData("o u r i n c o m e f u n d f o r e v e r y b o d y w h o j o i n s u s t h i s w e e k b r i n g s g u a r a n t e e d p r o f i t s", "FP-01")]
    [InlineData("gauranteed profits for all", "FP-01")]
    [InlineData("guaraneed profits for all", "FP-01")]
    [InlineData("Weekend breaks frmo £49", "ADV-07")]
    [InlineData("Weekend breaks frm £49", "ADV-07")]
    [InlineData("𝐠𝐮𝐚𝐫𝐚𝐧𝐭𝐞𝐞𝐝 profits for all", "FP-01")]
    [InlineData("GUARANTEED PROFITS FOR ALL", "FP-01")]
    public void A_disguised_word_is_read_as_what_it_says(string text, string rule) =>
        Assert.Contains(Screen(text).Findings, finding => finding.Rule == rule);

    [Fact]
    public void What_a_safe_harbour_stopped_is_reported_with_its_reason()
    {
        var assessment = Screen("Returns are not guaranteed and you may get back less than you put in.");

        var cleared = Assert.Single(assessment.Cleared, finding => finding.Rule == "FP-01");
        Assert.Equal("The promise is denied in the same clause.", cleared.ClearedBecause);
        Assert.DoesNotContain(assessment.Route.Because, reason => reason.Rule == "FP-01");
    }

    [Fact]
    public void Harmless_words_by_the_dozen_do_not_hide_the_one_that_counts()
    {
        var text = string.Concat(Enumerable.Repeat("Our income is not guaranteed. ", 30)) + "Guaranteed profits for all.";

        Assert.Contains(Screen(text).Findings, finding => finding.Rule == "FP-01" && finding.Start > 800);
    }

    [Theory]
    [InlineData("Guaranteed returns from Brocklow, they lied to customers. ")]
    [InlineData("bust not ")]
    [InlineData("4242 4242 ")]
    [InlineData("[x {{ < ")]
    [InlineData("a1b2c3d4e5f6")]
    public void A_text_of_a_hundred_thousand_characters_is_read_in_seconds(string piece)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Screen(string.Concat(Enumerable.Repeat(piece, 100_000 / piece.Length)));

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
    }

    [Fact]
    public void A_safe_harbour_in_our_words_does_not_clear_what_we_quote()
    {
        var item = CaseItem.From("action=quote; quoted=\"Guaranteed returns of 9% a year in this fund\"", "Returns are not guaranteed and can fall.");

        Assert.Contains(Screener.Screen(item, Packs.Release).Findings, finding => finding is { Rule: "FP-01", Segment: SegmentKind.Quoted });
    }

    [Fact]
    public void Thousands_of_posts_pass_in_a_second_or_so()
    {
        string[] posts = [.. Packs.Release.Rules.SelectMany(rule => rule.Cases).Select(one => Packs.Filled(one.Text))];
        foreach (var post in posts)
            Screen(post);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        foreach (var post in posts)
            Screen(post);

        TestContext.Current.TestOutputHelper?.WriteLine($"{posts.Length / watch.Elapsed.TotalSeconds:N0} posts a second, {posts.Average(post => post.Length):N0} characters each");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30));
    }

    private static string Folded(string text)
    {
        var folded = new Reading.FoldedText();
        folded.Read(text);
        return folded.Text.ToString();
    }

    private static Assessment Screen(string text) => Screener.Screen(ScreeningItem.Post(text), Packs.Release);
}

using Countersign.Screening.Heads;
using FsCheck;
using FsCheck.Fluent;

namespace Countersign.Screening.Tests.Heads;

public class HeadTests
{
    private static readonly string[] Pieces =
    [
        "I ordered the blue one", " and you sent", " the green one", "!!!", " not happy", "😡", "👩🏽", "\uD83D", "e\u0301", " ", "\n", "@tarnwell", " https://example.org/a?b=c", "#SummerSale",
        "isn’t", "sooooooo", "Привет", "\0", "antidisestablishmentarianism-antidisestablishmentarianism", "20%", "…", "women", " are", " great", ".", "❤️", "ı", "𝗚𝘂𝗮",
    ];

    private static readonly Arbitrary<string> Texts = Gen.OneOf(
        Gen.Elements(Pieces).ArrayOf().Select(string.Concat),
        Gen.Choose(0, 0xFFFF).Select(unit => (char)unit).ArrayOf().Select(units => new string(units))).ToArbitrary();

    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(400);

    [Fact]
    public void What_the_words_contribute_adds_up_to_the_score() => Check.One(Many, Prop.ForAll(Texts, text =>
    {
        Span<double> scores = stackalloc double[HeadScores.Count];
        HeadModel.Shipped.RawScores(text, scores);
        for (var head = Head.Hate; head <= Head.GreenClaim; head++)
        {
            var parts = HeadModel.Shipped.Explain(text, head);
            Assert.Equal(scores[(int)head], HeadModel.Shipped.Scales[(int)head].Bias + parts.Sum(part => part.Score), 9);
            Assert.All(parts, part => Assert.True(part.Start >= 0 && part.Start < part.End && part.End <= text.Length));
        }
    }));

    [Fact]
    public void The_loudest_words_are_those_that_the_explanation_names_first() => Check.One(Many, Prop.ForAll(Texts, text =>
    {
        for (var head = Head.Hate; head <= Head.GreenClaim; head++)
        {
            var first = HeadModel.Shipped.Explain(text, head).Where(part => part.Score > 0).Select(part => ((int, int)?)(part.Start, part.End)).FirstOrDefault();
            Assert.Equal(first, HeadModel.Shipped.Loudest(text, head));
        }
    }));

    [Fact]
    public void A_text_scores_the_same_whatever_was_scored_before_it()
    {
        var others = Packs.Release.Rules.SelectMany(rule => rule.Cases).Take(100).ToList();
        var readAgain = HeadModel.Read(HeadModel.Shipped.ToFile());
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(50), Prop.ForAll(Texts, text =>
        {
            var before = HeadModel.Shipped.Score(text).ByName();
            foreach (var one in others)
                HeadModel.Shipped.Score(one.Text);
            Assert.Equal(before, HeadModel.Shipped.Score(text).ByName());
            Assert.Equal(before, readAgain.Score(text).ByName());
        }));
    }

    [Fact]
    public void Scoring_allocates_nothing()
    {
        const string Text = "I ordered the blue one, got the green one, and your returns page crashes every time 😡";
        HeadModel.Shipped.Score(Text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++)
            HeadModel.Shipped.Score(Text);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_head_takes_no_more_than_256_kilobytes() =>
        Assert.InRange(HeadModel.Shipped.ToFile().Length / HeadModel.Shipped.Scales.Count, 1, 256 * 1024);

    [Theory]
    [InlineData("Third time this month that the engineer has not turned up. Where is my refund?", Head.Complaint)]
    [InlineData("I can't go on like this, I just want to die", Head.SelfHarm)]
    [InlineData("I'll be waiting for you outside and I will break your legs", Head.Threat)]
    [InlineData("CLICK the link to claim your FREE £500 gift card now!!!", Head.Spam)]
    [InlineData("Half price sofas until Sunday, shop now and spread the cost", Head.Promotion)]
    [InlineData("Our bottles are made of recycled ocean plastic and our delivery is carbon neutral", Head.GreenClaim)]
    [InlineData("All immigrants are vermin and should be drowned", Head.Hate)]
    [InlineData("You're a stupid pathetic idiot", Head.Harassment)]
    [InlineData("What a fucking bitch", Head.Offensive)]
    [InlineData("Brilliant evening, lovely food and the kindest staff", Head.Sentiment)]
    public void A_head_tells_its_kind_of_text_from_an_ordinary_one(string text, Head head)
    {
        var ordinary = HeadModel.Shipped.Score("The library in Whitby opens at ten on Tuesday.");

        Assert.True(HeadModel.Shipped.Score(text)[head] > ordinary[head] + 0.2, $"{HeadModel.Shipped.Score(text)[head]} {ordinary[head]}");
    }

    [Fact]
    public void The_assessment_gives_every_head_its_probability()
    {
        var scores = Screener.Screen(ScreeningItem.Post("Half price sofas until Sunday"), Packs.Release).Scores;

        Assert.Equal(HeadScores.Names, scores.Keys);
        Assert.All(scores.Values, score => Assert.InRange(score, 0, 1));
    }

    [Fact]
    public void A_rule_may_ask_for_a_score_and_shows_the_words_that_speak_loudest()
    {
        const string Text = "Doors open at ten. All immigrants are vermin and should be drowned.";
        var release = PolicyRelease.FromFiles([new PolicyFile("T/1.yaml", Rule("score: { hate: 0.3 }"))]);

        var finding = Assert.Single(Screener.Screen(ScreeningItem.Post(Text), release).Findings);
        Assert.Equal(HeadModel.Shipped.Score(Text)[Head.Hate], finding.Confidence, 3);
        Assert.InRange(finding.Start, 19, Text.Length);
        Assert.Empty(Screener.Screen(ScreeningItem.Post("Doors open at ten."), release).Findings);
    }

    [Theory]
    [InlineData("score: { spite: 0.5 }", "instead of 'spite'")]
    [InlineData("score: { hate: 2 }", "a number between 0 and 1")]
    public void A_score_that_cannot_be_read_says_what_was_expected(string score, string expected) =>
        Assert.Contains(expected, Assert.Throws<PolicyFileException>(() => PolicyRelease.FromFiles([new PolicyFile("T/1.yaml", Rule(score))])).Message);

    private static string Rule(string firing) => $"""
        id: TST-01
        version: 1.0.0
        title: Hateful words
        category: hate
        owner: Compliance
        basis: House rule
        severity: S3
        decision: require
        approvals: (Compliance: 1)
        applies: (segments: [own])
        fires:
          - {firing}
        message: The words read like hate.
        fix: Look again.
        cases:
          must: [a]
          must-not: [b]
        """.Replace("(Compliance: 1)", "{ Compliance: 1 }", StringComparison.Ordinal).Replace("(segments: [own])", "{ segments: [own] }", StringComparison.Ordinal);
}

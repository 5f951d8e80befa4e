using System.Text;
using Countersign.Channels.X;
using FsCheck;
using FsCheck.Fluent;

namespace Countersign.Channels.Tests.X;

/// <summary>Weights from the facts that X publishes (weighting configuration v3), in examples of ours and in general.</summary>
public sealed class XTextTests
{
    [Theory]
    [InlineData(0, "")]
    [InlineData(5, "hello")]
    [InlineData(1, "é")]
    [InlineData(1, "e\u0301")]
    [InlineData(2, "漢")]
    [InlineData(2, "ア")]
    [InlineData(2, "한")]
    [InlineData(2, "\u1112\u1161\u11ab")]
    [InlineData(1, "\u10ff")]
    [InlineData(2, "ᅐ")]
    [InlineData(1, "–")]
    [InlineData(1, "“")]
    [InlineData(2, "…")]
    [InlineData(2, "€")]
    [InlineData(2, "‰")]
    [InlineData(1, "′")]
    [InlineData(2, "😀")]
    [InlineData(2, "👍🏽")]
    [InlineData(2, "👨‍👩‍👧‍👦")]
    [InlineData(2, "👩🏽‍⚕️")]
    [InlineData(2, "🏳️‍🌈")]
    [InlineData(2, "🏴󠁧󠁢󠁷󠁬󠁳󠁿")]
    [InlineData(2, "🇬🇧")]
    [InlineData(4, "🇬🇧🇫🇷")]
    [InlineData(2, "7️⃣")]
    [InlineData(2, "❤️")]
    [InlineData(1, "7")]
    [InlineData(1, "#")]
    [InlineData(23, "https://a.co")]
    [InlineData(23, "example.com")]
    [InlineData(23, "https://example.com/a/very/long/path?that=goes&on=and#on")]
    [InlineData(24, "example.com.")]
    [InlineData(25, "(example.com)")]
    [InlineData(24, "https://example.com/a_(b))")]
    [InlineData(47, "example.com example.org")]
    [InlineData(16, "news@example.com")]
    [InlineData(12, "@example.com")]
    [InlineData(9, "a.b, 3.14")]
    public void A_text_weighs(int weight, string text) => Assert.Equal(weight, Weigh(text));

    [Fact]
    public void An_address_under_an_ending_that_may_be_none_weighs_the_more_of_both() =>
        Assert.Equal([23, 60], new[] { "readme.txt", "a." + new string('b', 58) }.Select(Weigh));

    [Fact]
    public void Texts_apart_weigh_what_they_weigh_together() =>
        Prop.ForAll(Words().ToArbitrary(), Words().ToArbitrary(), (a, b) => Weigh(a + " " + b) == Weigh(a) + 1 + Weigh(b)).QuickCheckThrowOnFailure();

    [Fact]
    public void Letters_weigh_the_same_composed_and_taken_apart() =>
        Prop.ForAll(Words().ToArbitrary(), text => Weigh(text.Normalize(NormalizationForm.FormD)) == Weigh(text.Normalize(NormalizationForm.FormC))).QuickCheckThrowOnFailure();

    [Fact]
    public void The_connector_and_the_other_way_of_weighing_agree() =>
        Prop.ForAll(Words().ToArbitrary(), text => Weigh(text) == XWeights.Of(text)).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_text_whatever_it_holds_has_a_weight()
    {
        Assert.Equal(4, Weigh("\ud83d \udc00") - 1);
        Prop.ForAll(ArbMap.Default.ArbFor<string?>(), text => Weigh(text ?? "") >= 0).QuickCheckThrowOnFailure();
    }

    /// <summary>What people write: words of several scripts, emoji and addresses, with spaces between.</summary>
    private static Gen<string> Words() =>
        Gen.Elements("hello", "Grüße", "naïve", "漢字", "かな", "안녕", "привет", "שלום", "नमस्ते", "👍🏽", "👨‍👩‍👧", "🇬🇧", "❤️", "example.com", "https://example.org/x?y=z", "“so”", "—", "10%").ListOf().Select(words => string.Join(' ', words));

    private static int Weigh(string text) => Assert.Single(XText.Measure(text)).Used;
}

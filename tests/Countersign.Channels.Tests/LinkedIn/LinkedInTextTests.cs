using Countersign.Channels.LinkedIn;
using FsCheck;
using FsCheck.Fluent;

namespace Countersign.Channels.Tests.LinkedIn;

/// <summary>Little text, there and back.</summary>
public sealed class LinkedInTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a_b (c)", @"a\_b \(c\)")]
    [InlineData("#jobs", @"{hashtag|\#|jobs}")]
    [InlineData("#a_b", @"{hashtag|\#|a\_b}")]
    [InlineData("# and #1 and a#b", @"\# and \#1 and a\#b")]
    [InlineData(@"\", @"\\")]
    public void Signs_that_mean_something_are_written_so_that_they_do_not(string text, string written) => Assert.Equal(written, LinkedInText.Escape(text));

    [Fact]
    public void Every_text_comes_back_as_it_was() =>
        Prop.ForAll(Texts().ToArbitrary(), text => LinkedInText.Unescape(LinkedInText.Escape(text)) == text).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_text_at_all_comes_back_as_it_was() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string?>(), text => LinkedInText.Unescape(LinkedInText.Escape(text ?? "")) == (text ?? "")).QuickCheckThrowOnFailure();

    /// <summary>Mostly of signs that mean something.</summary>
    private static Gen<string> Texts() =>
        Gen.Elements("\\", "|", "{", "}", "@", "[", "]", "(", ")", "<", ">", "#", "*", "_", "~", "a", "hashtag", " ", "#tag", "{hashtag|\\#|x}").ListOf().Select(string.Concat);
}

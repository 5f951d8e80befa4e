using System.Net;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Publishing;

/// <summary>Words per account, threads and what goes with a post, on pages without script.</summary>
public sealed class ComposeShapeTests(ADemo demo) : IClassFixture<ADemo>
{
    private const string Form = "form#compose";

    [Fact]
    public async Task An_account_has_its_own_words_a_warning_and_a_comment_and_they_come_back_as_typed()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        var page = await hannah.OpenAsync("/compose");
        var account = page.One("input[name=accounts]").GetAttribute("value")!;

        var saved = await hannah.SubmitAsync(page, Form, ("text", "Common words."), ("accounts", account), ($"words-{account}", "Own words, for here."), ("comment", "Come early."), ("warning", "Opening hours"), ("do", "save"));

        Assert.Equal(HttpStatusCode.OK, saved.Status);
        Assert.Equal(("Common words.", "Own words, for here.", "Come early.", "Opening hours"), (saved.Value("#text"), saved.Value($"textarea[name='words-{account}']"), saved.Value("#comment"), saved.Value("[name=warning]")));
        var preview = saved.One("#preview-box").TextContent;
        Assert.All((string[])["Own words, for here.", "First comment", "Come early.", "Content warning", "takes no content warnings"], words => Assert.Contains(words, preview, StringComparison.Ordinal));
        Assert.DoesNotContain("Common words.", preview, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Splitting_fills_the_fields_of_the_account_and_saves_nothing()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        var page = await hannah.OpenAsync("/compose");
        var account = page.One("input[name=accounts]").GetAttribute("value")!;

        var cut = await hannah.SubmitAsync(page, Form, ("text", "We open on Saturday."), ("accounts", account), ("do", $"split:{account}"));

        Assert.Equal("We open on Saturday.", cut.Value($"textarea[name='words-{account}']"));
        Assert.Contains("Not saved yet", cut.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_post_of_ours_that_is_not_there_cannot_be_answered_and_the_page_says_so()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);

        var page = await hannah.OpenAsync($"/compose?reply={Guid.NewGuid()}");
        var refused = await hannah.SubmitAsync(page, Form, ("text", "As we said."), ("do", "save"));
        var own = await hannah.SubmitAsync(refused, Form, ("text", "As we said."), ("do", "no-target"));

        Assert.Contains("The other post is not here any more.", page.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.DoesNotContain("The other post is not here any more.", own.Text, StringComparison.Ordinal);
        Assert.Equal("As we said.", own.Value("#text"));
    }
}

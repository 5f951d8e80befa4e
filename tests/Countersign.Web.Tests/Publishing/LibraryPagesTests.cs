using System.Globalization;
using System.Net;
using Countersign.Tests.Shared;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Publishing;

/// <summary>The library of pictures and what a draft takes from it, with forms alone.</summary>
public sealed class LibraryPagesTests(ADemo demo) : IClassFixture<ADemo>
{
    [Fact]
    public async Task A_picture_is_added_described_and_found_again()
    {
        using var fiona = await demo.Program.SignInAsync("fiona.drummond@northgate.example");

        var record = await fiona.SubmitAsync(await fiona.OpenAsync("/library"), "form[data-upload]", ("file", Png(1), "Spring open day.png"), ("folder", " Events / Spring/"));
        Assert.Equal("Spring open day", record.Value("#title"));
        var saved = await fiona.SubmitAsync(record, "form#record", ("source", "Own"), ("people", "None"), ("alt", "A tent on a lawn"));

        Assert.Contains("Saved.", saved.Text, StringComparison.Ordinal);
        Assert.Contains("May be shown", saved.One(".page-sub").TextContent, StringComparison.Ordinal);
        var found = await fiona.OpenAsync("/library?folder=Events&q=tent");
        Assert.Equal("Spring open day", found.One("a.lib-title").TextContent);
    }

    [Fact]
    public async Task A_record_that_somebody_changed_meanwhile_is_shown_beside_mine_and_nothing_is_lost()
    {
        using var fiona = await demo.Program.SignInAsync("fiona.drummond@northgate.example");
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        var record = await fiona.SubmitAsync(await fiona.OpenAsync("/library"), "form[data-upload]", ("file", Png(2), "A gate.png"));
        var hers = await hannah.OpenAsync(record.PathOnly);
        await fiona.SubmitAsync(record, "form#record", ("holder", "Calder Studio"));

        var refused = await hannah.SubmitAsync(hers, "form#record", ("holder", "Northgate"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Equal("Northgate", refused.Value("#holder"));
        var row = Assert.Single(refused.Document.QuerySelectorAll(".before-after tbody tr"));
        Assert.Equal(["Whose right it is", "Calder Studio", "Northgate"], row.Children.Select(cell => cell.TextContent));
        var over = await hannah.SubmitAsync(refused, "form#record", ("over", refused.One("button[name=over]").GetAttribute("value")));
        Assert.Equal("Northgate", over.Value("#holder"));
        Assert.Contains("Saved.", over.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_taken_from_the_library_brings_its_words_and_its_end_keeps_the_draft_from_being_sent()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        var record = await hannah.SubmitAsync(await hannah.OpenAsync("/library"), "form[data-upload]", ("file", Png(3), "A door.png"));
        record = await hannah.SubmitAsync(record, "form#record", ("source", "Own"), ("people", "None"), ("alt", "A blue door"));
        var compose = await hannah.OpenAsync("/compose");
        var sandbox = compose.Document.QuerySelectorAll("label.pick").Single(label => label.TextContent.Trim() == "Sandbox").QuerySelector("input")!.GetAttribute("value");
        var pick = await hannah.SubmitAsync(compose, "form#compose", ("formaction", $"{compose.PathOnly}/library"), ("text", "The door is open."), ("accounts", sandbox));
        var button = pick.Document.QuerySelectorAll("button[name=pick]").Single(use => use.GetAttribute("aria-label") == "Use “A door”");
        var chosen = await hannah.SubmitAsync(pick, $"form[action='{compose.PathOnly}/picture']", ("pick", button.GetAttribute("value")));
        Assert.Equal(("The door is open.", "A blue door"), (chosen.Value("#text"), chosen.Value("#alt-1")));

        await hannah.SubmitAsync(await hannah.OpenAsync(record.PathOnly), "form#record", ("licence-until", TimeProvider.System.GetUtcNow().AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
        var refused = await hannah.SubmitAsync(chosen, "form#compose", ("do", "send"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.StartsWith("The licence of “A door” ends on", refused.One("#refusal b").TextContent, StringComparison.Ordinal);
        Assert.Contains("The licence of “A door” ends on", refused.One("#picture-notes").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reason_for_no_alt_text_is_kept_and_shown_to_whoever_signs()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        using var fiona = await demo.Program.SignInAsync("fiona.drummond@northgate.example");
        var compose = await hannah.OpenAsync("/compose");
        var sandbox = compose.Document.QuerySelectorAll("label.pick").Single(label => label.TextContent.Trim() == "Sandbox").QuerySelector("input")!.GetAttribute("value");
        var with = await hannah.SubmitAsync(compose, "form#compose", ("file", Png(4), "stripes.png"), ("formaction", $"{compose.PathOnly}/picture"), ("text", "The kitchen is open."), ("accounts", sandbox));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await hannah.SubmitAsync(with, "form#compose", ("do", "send"))).Status);
        with = await hannah.OpenAsync(compose.PathOnly);

        var sent = await hannah.SubmitAsync(with, "form#compose", ("do", "send"), ("noAlt", "Decorative: plain stripes."));

        Assert.StartsWith("/posts/", sent.Path, StringComparison.Ordinal);
        var review = await fiona.OpenAsync(sent.PathOnly.Replace("/posts/", "/approvals/", StringComparison.Ordinal));
        Assert.Contains("none, because: Decorative: plain stripes.", review.Text, StringComparison.Ordinal);
        Assert.Contains("Nothing is recorded about where this picture is from", review.Text, StringComparison.Ordinal);
    }

    /// <summary>A picture of its own for each test: the bytes after the end belong to no chunk.</summary>
    private static byte[] Png(byte different) => [.. File.ReadAllBytes(Path.Combine(Run.Root, "src", "Countersign.Web", "Setup", "Pictures", "crew.png")), different];
}

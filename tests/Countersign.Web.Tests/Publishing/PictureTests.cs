using System.Net;
using Countersign.Tests.Shared;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Publishing;

public sealed class PictureTests(ADemo demo) : IClassFixture<ADemo>
{
    private static readonly byte[] picture = File.ReadAllBytes(Path.Combine(Run.Root, "src", "Countersign.Web", "Setup", "Pictures", "crew.png"));

    [Fact]
    public async Task A_picture_is_added_without_losing_a_word_and_removed_again()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);

        var added = await AddAsync(hannah, picture, "crew.png");
        var name = added.One(".media-item").GetAttribute("data-sha")!;
        var shown = await hannah.Http.GetAsync(new Uri($"/media/{name}", UriKind.Relative));
        var small = await hannah.Http.GetAsync(new Uri(added.One(".media-item img").GetAttribute("src")!, UriKind.Relative));
        var removed = await hannah.SubmitAsync(added, "form#compose", ("formaction", $"{added.PathOnly}/picture"), ("remove", name));

        Assert.Equal("Words beside a picture.", added.Value("#text"));
        Assert.Equal("image/png", shown.Content.Headers.ContentType?.MediaType);
        Assert.Equal(picture, await shown.Content.ReadAsByteArrayAsync());
        Assert.StartsWith("image/", small.Content.Headers.ContentType?.MediaType, StringComparison.Ordinal);
        Assert.Null(removed.Document.QuerySelector(".media-item"));
        Assert.Equal("Words beside a picture.", removed.Value("#text"));
    }

    [Fact]
    public async Task A_file_that_is_no_picture_is_refused_whatever_its_name_says()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);

        var page = await AddAsync(hannah, "<svg onload=\"alert(1)\"/>"u8.ToArray(), "crew.png");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains("not a picture a network would take", page.One("#picture-error").TextContent, StringComparison.Ordinal);
        Assert.Equal("Words beside a picture.", page.Value("#text"));
    }

    [Fact]
    public async Task A_50_MB_upload_is_refused_with_its_size_and_the_words_stay()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);

        var page = await AddAsync(hannah, new byte[50 * 1024 * 1024], "crew.png");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains("That file has 50.0 MB; 10 MB is the most.", page.One("#picture-error").TextContent, StringComparison.Ordinal);
        Assert.Equal("Words beside a picture.", page.Value("#text"));
    }

    [Fact]
    public async Task Pictures_of_drafts_are_not_for_the_public()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        using var anybody = demo.Program.Visit();
        var source = (await AddAsync(hannah, picture, "crew.png")).One(".media-item img").GetAttribute("src")!;

        Assert.StartsWith("/sign-in", (await anybody.OpenAsync(source)).Path, StringComparison.Ordinal);
    }

    private static async Task<Page> AddAsync(Visitor visitor, byte[] bytes, string name)
    {
        var page = await visitor.OpenAsync("/compose");
        return await visitor.SubmitAsync(page, "form#compose", ("file", bytes, name), ("formaction", $"{page.PathOnly}/picture"), ("text", "Words beside a picture."));
    }
}

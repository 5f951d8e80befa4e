using System.Net;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Publishing;

public sealed class PostTests(ADemo demo) : IClassFixture<ADemo>
{
    /// <summary>The delivery worker takes a second; a busy machine longer.</summary>
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_post_that_somebody_else_signs_goes_out_and_its_page_names_the_address()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        using var fiona = await demo.Program.SignInAsync(ADemo.Fiona);
        var words = "The open evening is on Thursday, from six o'clock.";
        var page = await hannah.OpenAsync("/compose");
        var sent = await hannah.SubmitAsync(page, "form#compose", ("text", words), ("accounts", page.One("input[name=accounts]").GetAttribute("value")), ("do", "send"));

        var work = await fiona.OpenAsync($"/approvals/{sent.Path.Split('/')[^1]}");
        await fiona.SubmitAsync(work, $"form[action='{work.Path}/approve']");
        var published = await WaitAsync(hannah, sent.Path, ".address");
        var address = published.One(".address").GetAttribute("href")!;
        using var anybody = demo.Program.Visit();
        var permalink = await anybody.OpenAsync(new Uri(address).AbsolutePath);

        Assert.StartsWith($"{demo.Program.Address}newsroom/posts/", address, StringComparison.Ordinal);
        Assert.Equal(words, permalink.One(".news-text").TextContent);
        Assert.Contains("Signed", published.One("#slip-heading").TextContent, StringComparison.Ordinal);
        Assert.Equal(published.Path, (await hannah.OpenAsync(page.Path)).Path);
    }

    [Fact]
    public async Task A_post_that_is_not_there_is_not_found()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);

        Assert.Equal(HttpStatusCode.NotFound, (await hannah.OpenAsync($"/posts/{Guid.NewGuid()}")).Status);
    }

    private static async Task<Page> WaitAsync(Visitor visitor, string path, string selector)
    {
        using var limit = new CancellationTokenSource(patience);
        while (true)
        {
            var page = await visitor.OpenAsync(path);
            if (page.Document.QuerySelector(selector) is not null)
                return page;
            await Task.Delay(TimeSpan.FromMilliseconds(200), limit.Token);
        }
    }
}

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

    [Fact]
    public async Task A_post_that_would_be_held_or_waits_for_a_release_is_not_said_to_go_out()
    {
        await using var program = await TheProgram.StartDemoAsync();
        using var marek = await program.SignInAsync(ADemo.Marek);
        using var fiona = await program.SignInAsync(ADemo.Fiona);
        using var ruth = await program.SignInAsync(ADemo.Ruth);
        var approved = await FindAsync(fiona, "/calendar?view=month", "Meet Skye");
        var waiting = (await FindAsync(fiona, "/approvals?show=all", "Flow school")).Split('?')[0];

        // The day was chosen when the demo was made; where midnight lies between, it has come.
        Assert.Matches("It goes out (tomorrow|today), 11:00\\.", (await fiona.OpenAsync(approved)).Text);

        await LetGoAsync(marek, "Northgate Livingston");
        var held = await fiona.OpenAsync(approved);
        var review = await fiona.OpenAsync(waiting);
        Assert.Contains("as things stand it does not go out everywhere. Northgate Livingston is disconnected: at its time it would be held, not sent.", held.Text, StringComparison.Ordinal);
        Assert.Contains("The account is disconnected: at its time it would be held", held.Text, StringComparison.Ordinal);
        Assert.Contains("Northgate Livingston is disconnected: at its time it would be held, not sent.", review.One("aside[aria-label=Decision] .banner").TextContent, StringComparison.Ordinal);
        Assert.Contains("Northgate Livingston is disconnected. Your signature counts", review.Text, StringComparison.Ordinal);
        Assert.Contains("is disconnected: at its time it would be held", (await fiona.OpenAsync(waiting.Replace("/approvals/", "/posts/", StringComparison.Ordinal))).Text, StringComparison.Ordinal);

        await ruth.SubmitAsync(await ruth.OpenAsync("/lockdown"), "form[action='/lockdown']", ("scope", "Everything"), ("reason", "Incident"), ("note", "Looking into it."));
        var locked = await fiona.OpenAsync(approved);
        Assert.Contains("as things stand it does not go out. Northgate", locked.Text, StringComparison.Ordinal);
        Assert.Contains("Locked: it waits for the release", locked.Text, StringComparison.Ordinal);
        Assert.DoesNotMatch("It goes out (tomorrow|today)", locked.Text);
        Assert.Contains("waits there for the release", (await fiona.OpenAsync(waiting)).One("aside[aria-label=Decision] .banner").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slip_says_what_is_missing_and_what_is_done_wherever_it_stands()
    {
        using var daniel = await demo.Program.SignInAsync(ADemo.Daniel);
        var review = (await FindAsync(daniel, "/approvals?show=all", "Kestrel 3: test")).Split('?')[0];

        foreach (var page in new[] { await daniel.OpenAsync(review), await daniel.OpenAsync(review.Replace("/approvals/", "/posts/", StringComparison.Ordinal)) })
        {
            Assert.Equal("Needs 1 Compliance", page.One("#slip-heading").TextContent);
            Assert.StartsWith("Legal has signed.", page.One(".slip-head p").TextContent, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Authors_find_what_they_sent_and_with_whom_it_is()
    {
        using var tom = await demo.Program.SignInAsync(ADemo.Tom);

        var today = await tom.OpenAsync("/");

        var card = today.Document.QuerySelectorAll(".card").Single(one => one.QuerySelector("h2")?.TextContent.StartsWith("Yours, with others", StringComparison.Ordinal) == true);
        var heaters = card.QuerySelectorAll("a.row").Single(row => row.TextContent.Contains("Harcastle heaters", StringComparison.Ordinal));
        Assert.Contains("Waits for 1 Compliance + 1 Legal", heaters.TextContent, StringComparison.Ordinal);
        Assert.StartsWith("/posts/", heaters.GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_shut_account_held_asks_for_the_account_and_not_for_a_time()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        using var limit = new CancellationTokenSource(patience);
        while (true)
        {
            var today = await hannah.OpenAsync("/");
            if (today.Document.QuerySelectorAll("a.row").SingleOrDefault(row => row.TextContent.Contains("Stand B14", StringComparison.Ordinal)) is { } row)
            {
                Assert.Contains("Trade fair wall has to be connected again", row.TextContent, StringComparison.Ordinal);
                Assert.DoesNotContain("Choose a time", row.TextContent, StringComparison.Ordinal);
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), limit.Token);
        }
    }

    private static async Task<string> FindAsync(Visitor visitor, string list, string title)
    {
        var page = await visitor.OpenAsync(list);
        return page.Document.QuerySelectorAll("a[href]").First(link => link.TextContent.Contains(title, StringComparison.Ordinal)).GetAttribute("href")!;
    }

    private static async Task LetGoAsync(Visitor administrator, string account)
    {
        var address = (await administrator.OpenAsync("/accounts")).Document.QuerySelectorAll("th a").Single(link => link.TextContent == account).GetAttribute("href");
        await administrator.SubmitAsync(await administrator.OpenAsync($"{address}/disconnect"), "form[action$='/disconnect']");
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

using System.Text.Json;
using Countersign.Tests.Shared;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Newsroom;

/// <summary>The running program and a hub of ours: what the hub is told, what it then fetches, and what a reader that other people wrote makes of it.</summary>
public sealed class NewsroomHubTests
{
    [Fact]
    public async Task A_hub_is_told_of_the_demos_posts_and_finds_them_where_it_was_sent()
    {
        await using var hub = new AHub();
        await using var program = await TheProgram.SetUpDemoAsync(settings: Naming(hub));
        using var anybody = program.Visit();
        await UntilAsync(async () => await PostsAsync(anybody) == 2);
        using var marek = await program.SignInAsync(ADemo.Marek);
        var account = (await marek.OpenAsync("/accounts")).Document.QuerySelectorAll("th a").First(link => link.TextContent == "Northgate Instruments").GetAttribute("href")!;
        await UntilAsync(async () => (await marek.OpenAsync(account)).Text.Contains("Knows what stands here, told", StringComparison.Ordinal));

        var told = hub.Calls.Select(call => call.Topic!).Distinct().ToList();
        Assert.Equal(9, told.Count);
        foreach (var topic in told.Where(topic => !topic.Contains("/newsroom/newsroom/", StringComparison.Ordinal) && !topic.Contains("livingston", StringComparison.OrdinalIgnoreCase)))
        {
            using var answer = await anybody.Http.GetAsync(new Uri(topic));
            Assert.Equal($"<{hub.Address.AbsoluteUri}>; rel=\"hub\", <{topic}>; rel=\"self\"", Assert.Single(answer.Headers.GetValues("Link")));
            Assert.Contains(hub.Address.AbsoluteUri, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        foreach (var format in (string[])["rss", "atom"])
            Assert.Equal(2, await EntriesAsync(new Uri(program.Address, $"newsroom/feed.{format}")));
        await UntilAsync(async () => (await marek.OpenAsync("/audit?act=account.")).Text.Contains("told the hub of news from", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_hub_that_hears_and_never_answers_keeps_no_post_from_going_out()
    {
        await using var hub = new AHub { Silent = true };
        await using var program = await TheProgram.SetUpDemoAsync(settings: Naming(hub));
        using var anybody = program.Visit();

        await UntilAsync(async () => await PostsAsync(anybody) == 2);
        await UntilAsync(() => Task.FromResult(!hub.Calls.IsEmpty));
    }

    private static Dictionary<string, string> Naming(AHub hub) => new() { ["Newsroom__Hub"] = hub.Address.AbsoluteUri };

    private static async Task<int> PostsAsync(Visitor anybody) => (await anybody.OpenAsync("/newsroom")).Document.QuerySelectorAll(".news-post").Length;

    /// <returns>How many entries feedparser reads there, without complaint.</returns>
    private static async Task<int> EntriesAsync(Uri feed)
    {
        if (!File.Exists("/usr/lib/python3/dist-packages/feedparser/__init__.py") || !File.Exists("/usr/bin/python3"))
            Run.Lacks("feedparser is not installed (Debian: python3-feedparser).");
        const string program = "import feedparser, json, sys\nd = feedparser.parse(sys.argv[1])\nprint(json.dumps([bool(d.bozo), d.status, len([e for e in d.entries if e.title and e.link and e.id and e.published_parsed])]))";
        var read = JsonDocument.Parse(await Installed.RunAsync("/usr/bin/python3", ["-c", program, feed.AbsoluteUri], TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal((false, 200), (read[0].GetBoolean(), read[1].GetInt32()));
        return read[2].GetInt32();
    }

    private static async Task UntilAsync(Func<Task<bool>> look)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await look())
            await Task.Delay(TimeSpan.FromMilliseconds(200), limit.Token);
    }
}

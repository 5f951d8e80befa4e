using System.Text.Json;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.Playwright;

namespace Countersign.Web.Tests.Browser;

/// <summary>The second main job, on a real site: a reader writes, the right person takes it, the answer takes the road of every post and stands under what it answers.</summary>
public sealed class InboxJobTests(TheBrowser browser)
{
    private const string Site = "Northgate’s site";
    private const string Question = "The detector you sold me has failed twice and nobody calls me back. I am going to the Ombudsman.";
    private const string Answer = "We are sorry about this. Please call the service desk on the number in your contract, and we will look into it today.";

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_readers_complaint_is_collected_judged_taken_answered_and_counts_as_answered_when_the_answer_stands(DatabaseKind kind)
    {
        var site = await WordPressServer.SharedAsync();
        var author = $"Pat Reader {kind}";
        var article = (await site.AskAsync("edith", HttpMethod.Post, "wp/v2/posts", new { title = $"Open day {kind}", content = "We open on Saturday.", status = "publish" })).GetProperty("id").GetInt64();
        await site.CommentAsync(article, author, Question);
        var comment = (await site.AskAsync("admin", HttpMethod.Get, $"wp/v2/comments?post={article}&status=hold&context=edit")).EnumerateArray().Single().GetProperty("id").GetInt64();
        await site.AskAsync("admin", HttpMethod.Post, $"wp/v2/comments/{comment}", new { status = "approved" });
        await using var team = await ATeam.GatherAsync(
            browser,
            kind == DatabaseKind.Postgres ? await PostgresServer.CreateDatabaseAsync() : null,
            ("Hannah Okafor", ["Author"]),
            ("Callum Reid", ["Author"]),
            ("Fiona Drummond", ["Brand"]));
        await ConnectAsync(team, site);
        var (hannah, callum) = (team.Of("Hannah Okafor"), team.Of("Callum Reid"));

        await hannah.OpenAsync("/inbox?priority=P1");
        await hannah.SeesInTimeAsync(author);
        await hannah.Page.Locator(".queue-item", new() { HasText = author }).ClickAsync();
        await hannah.SeesAsync("An ombudsman, regulator, court or MP is named.");
        var conversation = new Uri(hannah.Page.Url).AbsolutePath;
        await callum.OpenAsync(conversation);
        await hannah.Page.Keyboard.PressAsync("a");
        await hannah.SeesAsync("You have this until");

        // Words stand on a page before its scripts listen for keys.
        await hannah.Page.WaitForLoadStateAsync();

        // Callum's page is open, and says so by itself.
        await callum.SeesAsync("Hannah Okafor has this until");
        await hannah.Page.Keyboard.PressAsync("r");
        await hannah.Page.Keyboard.TypeAsync("We will pay you £500 and guarantee that it never fails.");
        await Assertions.Expect(hannah.Page.Locator("#reply-findings .reply-finding").First).ToBeVisibleAsync();
        await callum.SeesAsync("Hannah Okafor is replying too.");
        await hannah.Page.Locator("#reply-text").FillAsync(Answer);
        await hannah.Page.Keyboard.PressAsync("Control+Enter");
        await hannah.SeesAsync("Waits for");
        var draft = Guid.Parse((await hannah.Page.Locator(".msg-out a").GetAttributeAsync("href"))!.Split('/')[^1]);
        Assert.Empty(await AnswersAsync(site, comment));

        await team.Of("Fiona Drummond").ApproveAsync(draft, "Good.");
        await Assertions.Expect(hannah.Page.Locator(".msg-out .badge-ok")).ToHaveTextAsync("Published", new() { Timeout = 60_000 });
        await hannah.OpenAsync("/inbox?view=waiting");
        await hannah.SeesInTimeAsync(author);

        var answer = Assert.Single(await AnswersAsync(site, comment));
        Assert.Contains(Answer, answer.GetProperty("content").GetProperty("rendered").GetString(), StringComparison.Ordinal);
        Assert.All(team.Everybody, seat => Assert.Empty(seat.Complaints));
    }

    private static async Task ConnectAsync(ATeam team, WordPressServer site)
    {
        var form = await team.Marek.OpenAsync("/accounts/connect?network=wordpress");
        Assert.Equal(200, form);
        await team.Marek.Page.Locator("[name=server]").FillAsync(site.Server.ToString());
        await team.Marek.Page.Locator("[name=handle]").FillAsync("edith");
        await team.Marek.Page.Locator("[name=secret]").FillAsync(site.PasswordOf("edith"));
        await team.Marek.Page.Locator("[name=title]").FillAsync(Site);
        await team.Marek.PressAsync("Connect WordPress");
        await team.Marek.SeesAsync("Connected. The network was asked, and answered.");
    }

    private static async Task<List<JsonElement>> AnswersAsync(WordPressServer site, long comment) =>
        [.. (await site.AskAsync("admin", HttpMethod.Get, $"wp/v2/comments?parent={comment}&context=edit&status=any")).EnumerateArray()];
}

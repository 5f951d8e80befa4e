using System.Net;
using AngleSharp.Dom;
using Countersign.Inbox;
using Countersign.Storage;
using Countersign.Web.Inbox;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Inbox;

/// <summary>Looking for words in the inbox, without a script, on the demo organisation whose Sandbox has invented customers.</summary>
public sealed class InboxSearchTests(ADemo demo) : IClassFixture<ADemo>
{
    private const string Callum = "callum.reid@northgate.example";

    [Fact]
    public async Task Words_are_found_and_marked_whatever_is_open_stays_open_and_filters_hold()
    {
        using var callum = await demo.Program.SignInAsync(Callum);
        var item = (await callum.OpenInboxAsync()).Document.QuerySelectorAll(".queue-item").First(one => Words(one).Length > 0);
        var (open, word) = (PathOf(item), Words(item)[0]);
        _ = await callum.SubmitAsync(await callum.OpenAsync(open), "form[action$='/note']", ("note", "The zaubernuss people know more"));

        var form = (await callum.OpenAsync(open)).One("form[role=search]");
        var page = await callum.OpenAsync($"{form.GetAttribute("action")}?q={Uri.EscapeDataString(word.ToUpperInvariant())}");

        Assert.Equal(open, page.PathOnly);
        Assert.Equal(word.ToUpperInvariant(), page.Value("#inbox-words"));
        Assert.Contains(page.Document.QuerySelectorAll(".queue-item"), one => PathOf(one) == open && one.QuerySelector("mark.found")?.TextContent.Equals(word, StringComparison.OrdinalIgnoreCase) == true);
        Assert.Equal(open, PathOf(page.One(".queue-item[aria-current=true]")));
        Assert.NotEmpty(page.Document.QuerySelectorAll("#convo-body .msg"));

        var note = (await callum.OpenAsync("/inbox?q=zaubernuss")).Document.QuerySelectorAll(".queue-item").Single();
        Assert.Contains("Note: The zaubernuss people", Flat(note), StringComparison.Ordinal);
        Assert.Equal($"{open}?q=zaubernuss", note.GetAttribute("href"));
        Assert.Empty((await callum.OpenAsync("/inbox?q=zaubernuss&view=done")).Document.QuerySelectorAll(".queue-item"));
    }

    [Fact]
    public async Task Where_nothing_is_found_the_page_says_what_is_looked_for_and_where_else()
    {
        using var callum = await demo.Program.SignInAsync(Callum);

        var page = await callum.OpenAsync("/inbox?q=zaubernusswald&priority=P1");

        Assert.Contains("Nothing has these words", page.Text, StringComparison.Ordinal);
        Assert.Equal("/inbox?q=zaubernusswald", page.One(".empty a").GetAttribute("href"));
        Assert.Equal("P1", page.One("form[role=search] input[name=priority]").GetAttribute("value"));
        Assert.Contains("There is no word in that", (await callum.OpenAsync("/inbox?q=***")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await callum.OpenAsync($"/inbox?q={new string('%', 3).Replace("%", "%22%2A", StringComparison.Ordinal)}&from=2026-13-99&to=x&owner=y&view=7&page=-1")).Status);
    }

    [Fact]
    public async Task A_stranger_finds_nothing_of_another_site()
    {
        using var callum = await demo.Program.SignInAsync(Callum);
        using var tom = await demo.Program.SignInAsync(ADemo.Tom);
        var site = (await callum.OpenInboxAsync()).Document.QuerySelectorAll("a.view").Single(view => view.TextContent.Contains("Sheffield", StringComparison.Ordinal)).GetAttribute("href")!;
        var theirs = PathOf((await callum.OpenAsync(site)).One(".queue-item"));
        _ = await callum.SubmitAsync(await callum.OpenAsync(theirs), "form[action$='/note']", ("note", "Only Sheffield knows the quittenbaum"));

        Assert.Single((await callum.OpenAsync("/inbox?q=quittenbaum")).Document.QuerySelectorAll(".queue-item"));
        Assert.Empty((await tom.OpenAsync("/inbox?q=quittenbaum")).Document.QuerySelectorAll(".queue-item"));
    }

    [Fact]
    public void What_others_wrote_is_text_in_an_excerpt_and_never_markup()
    {
        var parts = Excerpts.Of(new FoundWords(null, Note: true, "<img src=x onerror=pump> <script>pump</script> & \"pump\"", default), WordQuery.Of("pump")!);

        var body = Rendering.Body<FoundText>(("Parts", parts));

        Assert.All(body.QuerySelectorAll("*"), element => Assert.Equal("mark", element.LocalName));
        Assert.Equal(3, body.QuerySelectorAll("mark").Length);
        Assert.Contains("<img src=x onerror=pump> <script>pump</script> & \"pump\"", body.TextContent, StringComparison.Ordinal);
    }

    private static string PathOf(IElement item) => item.GetAttribute("href")!.Split('?')[0];

    private static string Flat(IElement element) => string.Join(' ', element.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Words of a row that are long enough to be rare.</summary>
    private static string[] Words(IElement item) => [.. item.QuerySelector("bdi.wide")!.TextContent.Split(' ').Where(word => word.Length > 6 && word.All(char.IsAsciiLetter)).Take(1)];
}

using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using Countersign.Tests.Shared;
using Countersign.Web.Tests.Evidence;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Standing;

/// <summary>The running program watches real servers: what somebody posts past it is on the page within one interval, and what can be done about it is done.</summary>
public sealed class RealNetworksTests
{
    private const string Form = "form[action='/accounts/connect']";

    /// <summary>The interval of the accounts under test.</summary>
    private static readonly TimeSpan every = TimeSpan.FromSeconds(5);

    /// <summary>For the page to be asked, on a machine that builds something else meanwhile.</summary>
    private static readonly TimeSpan slack = TimeSpan.FromSeconds(20);

    private static readonly Dictionary<string, string> closely = new() { ["Standing__Every"] = every.ToString("c"), ["Standing__LookEvery"] = "00:00:00.5" };

    [Fact]
    public async Task A_post_past_us_on_a_real_bluesky_account_is_shown_within_one_interval_and_taken_down()
    {
        var network = await BlueskyNetwork.SharedAsync();
        var account = await network.CreateAccountAsync($"rogue{Guid.NewGuid():N}"[..14]);
        await network.PutPostAsync(account, "3kdgeujwlq32y", Record("From before Countersign", "2023-10-01T09:00:00.000Z"));
        await using var program = await TheProgram.StartDemoAsync(settings: closely);
        using var marek = await program.SignInAsync(ADemo.Marek);
        var connected = await marek.SubmitAsync(await marek.OpenAsync("/accounts/connect"), Form, ("server", network.Server.ToString()), ("handle", account.Handle), ("secret", account.AppPassword), ("title", "Watched"));
        Assert.Equal("/accounts?done=connected", connected.Path);
        using var ruth = await program.SignInAsync(ADemo.Ruth);
        await UntilAsync(async () => (await RowAsync(ruth, "Watched")).Contains("Matches", StringComparison.Ordinal));

        const string key = "3mrogue222222";
        var posted = Stopwatch.StartNew();
        await network.PutPostAsync(account, key, Record("Another pointless all-hands.", TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)));
        var page = await UntilAsync(async () => await OpenedAsync(ruth, "Another pointless all-hands."));

        Assert.True(posted.Elapsed <= every + slack, $"It took {posted.Elapsed}.");
        Assert.Contains("without Countersign", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("From before Countersign", (await ruth.OpenAsync("/incidents?state=all")).Text, StringComparison.Ordinal);
        Assert.Contains("Someone posted on Bluesky Watched", (await ruth.OpenAsync("/")).Text, StringComparison.Ordinal);
        Assert.Contains("Post not ours", await RowAsync(ruth, "Watched"), StringComparison.Ordinal);

        var refused = await ruth.SubmitAsync(page, "form[action$='/decide']", ("decision", "take-down"), ("reason", ""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        await ruth.SubmitAsync(refused, "form[action$='/decide']", ("decision", "take-down"), ("reason", "Nobody signed it."));
        var closed = await UntilAsync(async () => await ruth.OpenAsync(page.PathOnly) is var shown && shown.Text.Contains("Time to take-down", StringComparison.Ordinal) ? shown : null);

        Assert.Null(await network.GetRecordAsync(account.Did, key));
        Assert.NotNull(await network.GetRecordAsync(account.Did, "3kdgeujwlq32y"));
        Assert.Contains("Another pointless all-hands.", closed.Text, StringComparison.Ordinal);
        Assert.Contains("Nobody signed it.", closed.Text, StringComparison.Ordinal);
        Assert.Contains("None open", (await ruth.OpenAsync("/incidents")).Text, StringComparison.Ordinal);
        await AssertInThePackAsync(program, "Watched", ["Another pointless all-hands.", "Nobody signed it."]);
    }

    [Fact]
    public async Task On_a_real_server_of_the_mastodon_api_a_stranger_s_post_keeps_its_incident_through_an_edit_that_changes_its_identifier()
    {
        var snac = await SnacServer.SharedAsync();
        await using var program = await TheProgram.StartDemoAsync(settings: closely);
        using var marek = await program.SignInAsync(ADemo.Marek);
        var asked = await marek.SubmitAsync(await marek.OpenAsync("/accounts/connect?network=mastodon"), Form, ("server", snac.Server.ToString()), ("title", "Watched"));
        var done = await marek.SubmitAsync(asked, Form, ("code", await snac.AllowAsync(new Uri(asked.One($"{Form} a[target=_blank]").GetAttribute("href")!))));
        Assert.Equal("/accounts?done=connected", done.Path);
        using var ruth = await program.SignInAsync(ADemo.Ruth);
        await UntilAsync(async () => (await RowAsync(ruth, "Watched")).Contains("Matches", StringComparison.Ordinal));
        var mark = $"stranger-{Guid.NewGuid():N}";

        // Another program that alice allowed.
        var token = await snac.TokenAsync();
        var posted = Stopwatch.StartNew();
        var id = await snac.PostAsync(token, $"{mark} one");
        var page = await UntilAsync(async () => await OpenedAsync(ruth, $"{mark} one"));
        Assert.True(posted.Elapsed <= every + slack, $"It took {posted.Elapsed}.");

        await Task.Delay(TimeSpan.FromSeconds(1.1), TestContext.Current.CancellationToken);
        var after = await snac.EditAsync(token, id, $"{mark} two");
        Assert.NotEqual(id, after);
        var edited = await UntilAsync(async () => await ruth.OpenAsync(page.PathOnly) is var shown && shown.Text.Contains($"{mark} two", StringComparison.Ordinal) ? shown : null);
        Assert.Contains("What stood there before", edited.Text, StringComparison.Ordinal);
        Assert.Contains(after, edited.Text, StringComparison.Ordinal);
        Assert.Single((await ruth.OpenAsync("/incidents")).Document.QuerySelectorAll("tbody tr"), row => row.TextContent.Contains(mark, StringComparison.Ordinal));

        // It does not take posts down for a program, and says "not found": nobody is told that it is gone.
        await ruth.SubmitAsync(edited, "form[action$='/decide']", ("decision", "take-down"), ("reason", "Nobody signed it."));
        var failed = await UntilAsync(async () => await ruth.OpenAsync(page.PathOnly) is var shown && shown.Text.Contains("could not be taken down from here", StringComparison.Ordinal) ? shown : null);
        Assert.DoesNotContain("Time to take-down", failed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_post_past_us_on_a_real_wordpress_is_shown_within_one_interval_and_taken_down()
    {
        var site = await WordPressServer.SharedAsync();
        await site.AskAsync("edith", HttpMethod.Post, "wp/v2/posts", new { title = "Earlier", content = "From before Countersign", status = "publish", date_gmt = "2023-10-01T09:00:00" });
        await using var program = await TheProgram.StartDemoAsync(settings: closely);
        using var marek = await program.SignInAsync(ADemo.Marek);
        var connected = await marek.SubmitAsync(await marek.OpenAsync("/accounts/connect?network=wordpress"), Form, ("server", site.Server.ToString()), ("handle", "edith"), ("secret", site.PasswordOf("edith")), ("title", "Watched"));
        Assert.Equal("/accounts?done=connected", connected.Path);
        using var ruth = await program.SignInAsync(ADemo.Ruth);
        await UntilAsync(async () => (await RowAsync(ruth, "Watched")).Contains("Matches", StringComparison.Ordinal));

        var posted = Stopwatch.StartNew();
        var id = (await site.AskAsync("edith", HttpMethod.Post, "wp/v2/posts", new { title = "All hands", content = "<p>Another pointless all-hands.</p>", status = "publish" })).GetProperty("id").GetInt64();
        var page = await UntilAsync(async () => await OpenedAsync(ruth, "All hands"));

        Assert.True(posted.Elapsed <= every + slack, $"It took {posted.Elapsed}.");
        Assert.Contains("Another pointless all-hands.", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("From before Countersign", (await ruth.OpenAsync("/incidents?state=all")).Text, StringComparison.Ordinal);
        await ruth.SubmitAsync(page, "form[action$='/decide']", ("decision", "take-down"), ("reason", "Nobody signed it."));
        await UntilAsync(async () => (await ruth.OpenAsync(page.PathOnly)).Text.Contains("Time to take-down", StringComparison.Ordinal));
        Assert.Equal("trash", (await site.AskAsync("admin", HttpMethod.Get, $"wp/v2/posts/{id}?context=edit")).GetProperty("status").GetString());
    }

    private static Dictionary<string, object> Record(string text, string createdAt) => new() { ["$type"] = "app.bsky.feed.post", ["text"] = text, ["createdAt"] = createdAt };

    /// <summary>An examiner who asks for an account is given the copy of what stood there, though it is gone, and what was decided about it.</summary>
    private static async Task AssertInThePackAsync(TheProgram program, string account, IReadOnlyList<string> words)
    {
        using var helen = await program.SignInAsync(ADemo.Helen);
        var id = (await helen.OpenAsync("/accounts")).Document.QuerySelectorAll("th a").Single(link => link.TextContent == account).GetAttribute("href")!["/accounts/".Length..];
        await using var zip = await Packs.TakeAsync(helen, $"/audit/export?account={id}");
        using var pack = new ZipArchive(zip);
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in pack.Entries)
        {
            using var text = new StreamReader(await entry.OpenAsync(TestContext.Current.CancellationToken));
            files[entry.FullName] = await text.ReadToEndAsync(TestContext.Current.CancellationToken);
        }

        var index = files["index.csv"];
        Assert.All((string[])["standing.seen", "incident.opened", "takedown.ordered", "standing.gone", "incident.closed"], act => Assert.Contains($",{act},", index, StringComparison.Ordinal));
        Assert.All(words, wanted => Assert.Contains(files.Values, file => file.Contains(wanted, StringComparison.Ordinal)));
    }

    private static async Task<string> RowAsync(Visitor visitor, string account) =>
        (await visitor.OpenAsync("/accounts")).Document.QuerySelectorAll("tbody tr").Single(row => row.QuerySelector("th a")?.TextContent == account).TextContent;

    /// <returns>The page of the incident about these words; null while there is none.</returns>
    private static async Task<Page?> OpenedAsync(Visitor visitor, string words) =>
        (await visitor.OpenAsync("/incidents")).Document.QuerySelectorAll("tbody tr").FirstOrDefault(row => row.TextContent.Contains(words, StringComparison.Ordinal)) is { } row
            ? await visitor.OpenAsync(row.QuerySelector("th a")!.GetAttribute("href")!) : null;

    private static async Task UntilAsync(Func<Task<bool>> look) => await UntilAsync(async () => await look() ? "" : null);

    private static async Task<T> UntilAsync<T>(Func<Task<T?>> look)
        where T : class
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            if (await look() is { } seen)
                return seen;
            if (waited.Elapsed > TimeSpan.FromMinutes(2))
                throw new TimeoutException("It was not to be seen within two minutes.");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
        }
    }
}

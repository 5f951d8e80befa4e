using System.Diagnostics;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Text.Json;
using System.Xml.Linq;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.Playwright;

namespace Countersign.Web.Tests.Browser;

/// <summary>The main job, from an empty program to evidence that verifies with the program switched off: as people do it, each in a browser of their own.</summary>
public sealed class MainJobTests(TheBrowser browser)
{
    private const string Bluesky = "Northgate on Bluesky";
    private const string First = "Brocklow detectors are dangerous in the cold and can’t be trusted. Ours start.";
    private const string Better = "Kestrel 3: 49 of 50 cold starts passed in the Marlbeck laboratory. The Brocklow detector beside it won’t survive a night like that.";
    private const string Alt = "Drawing: a yellow gas detector, its display reads 2.1 parts per million";
    private const string Second = "The service desk opens at 07:30 from December.";

    private static readonly string picture = Path.Combine(AppContext.BaseDirectory, "demo", "kestrel.png");

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_post_is_written_agreed_published_once_stopped_by_a_lock_and_proven(DatabaseKind kind)
    {
        var network = await BlueskyNetwork.SharedAsync();
        var account = await network.CreateAccountAsync(kind == DatabaseKind.Sqlite ? "northgate-one" : "northgate-two");
        await using var team = await ATeam.GatherAsync(
            browser,
            kind == DatabaseKind.Postgres ? await PostgresServer.CreateDatabaseAsync() : null,
            ("Hannah Okafor", ["Author", "Legal"]),
            ("Eleanor Whitcombe", ["Legal"]),
            ("Daniel Mensah", ["Compliance"]),
            ("Fiona Drummond", ["Brand"]),
            ("Ruth Fenwick", ["Comms"]),
            ("Helen Marsh", ["Auditor"]));
        await team.ConnectAsync(network.Server, account, Bluesky);

        var draft = await WriteAsync(team.Of("Hannah Okafor"));
        await OwnWordsAreRefusedAsync(team.Of("Hannah Okafor"), draft);
        await DecideAsync(team, draft);
        await ItIsOnBothNetworksOnceAsync(team, network, account, draft);

        var second = await LockEverythingAsync(team, network, account);
        await ReleaseByTwoAsync(team, network, account, second);
        Assert.All(team.Everybody, seat => Assert.Empty(seat.Complaints));
        await LockHannahAsync(team);
        await AuditAsync(team);
    }

    private static async Task<Guid> WriteAsync(Seat hannah)
    {
        await hannah.OpenAsync("/compose");
        await hannah.Field(ATeam.Newsroom).CheckAsync();
        await hannah.Field(Bluesky).CheckAsync();
        await hannah.WriteAsync(First);
        await Assertions.Expect(hannah.Page.Locator("#text-marks mark")).ToHaveTextAsync(["dangerousfinding 1"]);
        await hannah.SeesAsync("Damaging factual claim about a competitor");
        await hannah.SeesAsync("Defamation Act 2013");
        await hannah.SeesAsync("Needs 1 Compliance + 1 Legal");

        await hannah.WriteAsync(Better);
        await Assertions.Expect(hannah.Page.Locator("#text-marks mark")).ToHaveTextAsync(["won’t survivefinding 1"]);
        await hannah.Page.Locator("input[type=file]").SetInputFilesAsync(picture);
        await hannah.Field("Alt text, picture 1").FillAsync(Alt);
        await hannah.Page.GetByRole(AriaRole.Tab, new() { Name = "Bluesky" }).ClickAsync();
        await hannah.SeesAsync($"{Better.Length} of 300");
        return await hannah.SendAsync();
    }

    private static async Task OwnWordsAreRefusedAsync(Seat hannah, Guid draft)
    {
        await hannah.OpenAsync("/compose");
        var accounts = await hannah.Page.Locator("input[name=accounts]").EvaluateAllAsync<string[]>("boxes => boxes.map(box => box.value)");
        await hannah.OpenAsync($"/approvals/{draft}");
        await hannah.SeesAsync("You cannot sign because");
        Assert.Equal(0, await hannah.Page.GetByRole(AriaRole.Link, new() { Name = "Approve and sign" }).CountAsync());

        var (status, text) = await hannah.PostByHandAsync($"/approvals/{draft}/approve", [("seen", new string('0', 64)), ("role", "Legal"), .. accounts.Select(account => ("opened", account))]);

        Assert.Equal(422, status);
        Assert.Contains("Someone else must decide on what you wrote.", text, StringComparison.Ordinal);
    }

    private static async Task DecideAsync(ATeam team, Guid draft)
    {
        var eleanor = team.Of("Eleanor Whitcombe");
        await eleanor.OpenAsync("/approvals");
        await eleanor.SeesAsync("Kestrel 3: 49 of 50 cold starts");
        await eleanor.ApproveAsync(draft, "Matches table 2 of the report.");
        await team.Of("Daniel Mensah").ApproveAsync(draft, "Measured, with its source.");
    }

    private static async Task ItIsOnBothNetworksOnceAsync(ATeam team, BlueskyNetwork network, BlueskyAccount account, Guid draft)
    {
        // Hannah has left her page open: what happens shows by itself.
        var hannah = team.Of("Hannah Okafor");
        await hannah.OpenAsync($"/posts/{draft}");
        await Assertions.Expect(hannah.Page.Locator("a.address")).ToHaveCountAsync(2, new() { Timeout = 30_000 });
        var addresses = await hannah.Page.Locator("a.address").AllInnerTextsAsync();

        var standing = Assert.Single(await network.ListPostsAsync(account.Did)).GetProperty("value");
        Assert.Equal(Better, standing.GetProperty("text").GetString());
        Assert.Equal(Alt, standing.GetProperty("embed").GetProperty("images")[0].GetProperty("alt").GetString());

        // Whoever follows the addresses finds it.
        using var reader = team.Program.Visit();
        var there = await reader.Http.GetFromJsonAsync<JsonElement>(addresses.Single(address => address.StartsWith(network.Server.ToString(), StringComparison.Ordinal)));
        Assert.Equal(Better, there.GetProperty("value").GetProperty("text").GetString());
        var page = await reader.OpenAsync(new Uri(addresses.Single(address => address.Contains("/newsroom/", StringComparison.Ordinal))).AbsolutePath);
        Assert.Contains(Better, page.Text, StringComparison.Ordinal);
        Assert.Equal(Alt, page.One("img.news-picture").GetAttribute("alt"));
        Assert.Single((await reader.OpenAsync("/newsroom")).Document.QuerySelectorAll("article"));
        Assert.Single(XDocument.Parse(await reader.Http.GetStringAsync(Here("/newsroom/feed.rss"))).Descendants("item"));
        Assert.Single(XDocument.Parse(await reader.Http.GetStringAsync(Here("/newsroom/feed.atom"))).Descendants("{http://www.w3.org/2005/Atom}entry"));
        Assert.Single((await reader.Http.GetFromJsonAsync<JsonElement>(Here("/newsroom/feed.json"))).GetProperty("items").EnumerateArray());
    }

    private static async Task<Guid> LockEverythingAsync(ATeam team, BlueskyNetwork network, BlueskyAccount account)
    {
        var second = await team.Of("Hannah Okafor").SendAsync(Second, ATeam.Newsroom, Bluesky);
        var ruth = team.Of("Ruth Fenwick");
        await ruth.OpenAsync("/");
        await ruth.Page.GetByRole(AriaRole.Link, new() { Name = "Lock down" }).ClickAsync();
        await ruth.Page.WaitForURLAsync("**/lockdown");
        await ruth.Page.Locator("#scope-Everything").CheckAsync();
        await ruth.SeesAsync("Locking everything stops");
        await ruth.SeesAsync("draft waiting for approval: can be signed, then waits");
        await ruth.Field("Note for the record").FillAsync("A rumour about Brocklow is going round.");
        await ruth.Page.GetByRole(AriaRole.Button, new() { Name = "Lock everything" }).ClickAsync();
        await ruth.SeesAsync("Nothing has left since.");

        await team.Of("Fiona Drummond").ApproveAsync(second, "Good.");
        await Task.Delay(TimeSpan.FromSeconds(4)); // the worker looks every second
        Assert.Single(await network.ListPostsAsync(account.Did));
        await team.Of("Hannah Okafor").OpenAsync($"/posts/{second}");
        Assert.Equal(0, await team.Of("Hannah Okafor").Page.Locator("a.address").CountAsync());
        return second;
    }

    private static async Task ReleaseByTwoAsync(ATeam team, BlueskyNetwork network, BlueskyAccount account, Guid second)
    {
        var (ruth, daniel) = (team.Of("Ruth Fenwick"), team.Of("Daniel Mensah"));
        await ruth.OpenAsync("/lockdown/active");
        await ruth.PressAsync("Propose release");
        await ruth.SeesAsync("A second person agrees");
        Assert.Equal("true", await ruth.Page.GetByRole(AriaRole.Button, new() { Name = "Release" }).GetAttributeAsync("aria-disabled"));
        Assert.Single(await network.ListPostsAsync(account.Did));

        await daniel.OpenAsync("/lockdown/active");
        await daniel.PressAsync("Release");
        await daniel.SeesAsync("Released.");
        await team.Of("Hannah Okafor").OpenAsync($"/posts/{second}");
        await Assertions.Expect(team.Of("Hannah Okafor").Page.Locator("a.address")).ToHaveCountAsync(2, new() { Timeout = 30_000 });
        Assert.Equal(2, (await network.ListPostsAsync(account.Did)).Count);
    }

    private static async Task LockHannahAsync(ATeam team)
    {
        var (ruth, hannah) = (team.Of("Ruth Fenwick"), team.Of("Hannah Okafor"));
        await ruth.OpenAsync("/lockdown?scope=Person");
        await ruth.Page.GetByLabel("Hannah Okafor").CheckAsync();
        await ruth.SeesAsync("sign-in, ended at once");
        await ruth.Page.GetByRole(AriaRole.Button, new() { Name = "Lock 1 person" }).ClickAsync();
        await ruth.SeesAsync("Hannah Okafor, everything they can do");

        // The page she left open asks for news, and has no session any more.
        await hannah.SeesAsync($"Sign in to {ATeam.Newsroom}");
        await hannah.Field("Work email").FillAsync(ATeam.EmailOf("Hannah Okafor"));
        await hannah.Field("Password").FillAsync(ATeam.Password);
        await hannah.PressAsync("Sign in");
        Assert.StartsWith("/sign-in", new Uri(hannah.Page.Url).AbsolutePath, StringComparison.Ordinal);
    }

    private static async Task AuditAsync(ATeam team)
    {
        var helen = team.Of("Helen Marsh");
        await helen.OpenAsync("/audit");
        var trail = await helen.Page.Locator("main").InnerTextAsync();
        Assert.All((string[])["Wrote", "Sent for approval", "Approved", "Locked", "Proposed to release", "Released", "Read back as approved"], step => Assert.Contains(step, trail, StringComparison.Ordinal));
        Assert.Contains("Their own words", trail, StringComparison.Ordinal);
        await helen.Page.Locator("tr", new() { HasText = "Approved" }).First.Locator("a").First.ClickAsync();
        await helen.SeesAsync("Before");

        await helen.OpenAsync("/audit/export");
        await helen.PressAsync("Make the pack");
        var file = helen.Page.Locator("a[download]");
        await Assertions.Expect(file).ToBeVisibleAsync(new() { Timeout = 60_000 });
        var download = await helen.Page.RunAndWaitForDownloadAsync(() => file.ClickAsync());
        var folder = Path.Combine(team.Program.Data, "taken-away");
        await ZipFile.ExtractToDirectoryAsync(await download.PathAsync(), folder);
        Assert.Empty(helen.Complaints);

        await team.Program.StopAsync();
        var key = (await File.ReadAllTextAsync(Path.Combine(folder, "README.txt"))).Split("--key \"")[1].Split('"')[0];
        var good = await VerifyAsync(folder, key);
        Assert.True(good.Code == 0, good.Said);

        var entries = new DirectoryInfo(Path.Combine(folder, "log", "tile", "entries")).GetFiles("*", SearchOption.AllDirectories).First();
        var bytes = await File.ReadAllBytesAsync(entries.FullName);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(entries.FullName, bytes);
        Assert.Equal(1, (await VerifyAsync(folder, key)).Code);
    }

    private static Uri Here(string path) => new(path, UriKind.Relative);

    /// <summary>The auditor's own program, in a process of its own.</summary>
    private static async Task<(int Code, string Said)> VerifyAsync(string folder, string key)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "countersign-verify.dll"), "full", "log", "--key", key])
        { WorkingDirectory = folder, RedirectStandardOutput = true, UseShellExecute = false })!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, said);
    }
}

using System.Net;
using System.Text.Json;
using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Tests.Delivery;

/// <summary>A real server behind a line on which things go wrong, and accounts of it connected through that line.</summary>
internal sealed class ServerOnALine : IAsyncDisposable
{
    private const int OfBluesky = 4;

    private readonly List<Func<string, Task<IReadOnlyList<string>>>> standing = [];

    private ServerOnALine(string network, Uri server, params string[] writes) => (Network, Line, Writes) = (network, new FaultyLine(server), writes);

    public string Network { get; }

    public FaultyLine Line { get; }

    /// <summary>The line's words for the calls that make a post or a reply.</summary>
    public IReadOnlyList<string> Writes { get; }

    public List<Guid> Accounts { get; } = [];

    /// <summary>Those that may reply as often as they like; a site takes one comment in fifteen seconds from those who do not look after comments.</summary>
    public List<Guid> Repliers { get; } = [];

    /// <summary>True where the server makes one post of the same call twice. Elsewhere a line that repeats calls makes two, whatever the program does.</summary>
    public bool TellsRepeats { get; private init; }

    public static async Task<ServerOnALine> BlueskyAsync(AnInstallation here)
    {
        var network = await BlueskyNetwork.SharedAsync();
        var opened = new ServerOnALine("bluesky", network.Server, "putRecord") { TellsRepeats = true };
        for (var number = 0; number < OfBluesky; number++)
        {
            var account = await network.CreateAccountAsync($"f{Guid.NewGuid().ToString("N")[..10]}");
            await opened.ConnectAsync(here, account.Handle, account.AppPassword, replies: true);
            opened.standing.Add(async mark => [.. (await network.ListPostsAsync(account.Did)).Select(post => post.GetProperty("value").GetProperty("text").GetString()!).Where(text => text.Contains(mark, StringComparison.Ordinal))]);
        }

        return opened;
    }

    public static async Task<ServerOnALine> SnacAsync(AnInstallation here)
    {
        var snac = await SnacServer.SharedAsync();
        var opened = new ServerOnALine("mastodon", snac.Server, "/api/v1/statuses");
        for (var number = 0; number < 3; number++)
        {
            var name = $"f{Guid.NewGuid().ToString("N")[..10]}";
            await snac.AddAsync(name);
            var ada = await here.WhoAsync("Ada");
            var asked = AnInstallation.Taken(await here.UseAsync<AuthoriseAccount, Decision<AskedToAllow>>(async begin =>
                await begin.BeginAsync(new Connecting("mastodon", await SiteAsync(here), name, name, opened.Line.Address.ToString(), null), new Uri(opened.Line.Address, "/back"), ada, default)));
            var code = await snac.AllowAsync(asked.Page, name);
            var connected = AnInstallation.Taken(await here.UseAsync<AuthoriseAccount, Decision<Allowed>>(complete => complete.CompleteAsync(asked.Kept, code, ada, default))).Connected!.Subject;
            opened.Accounts.Add(connected);
            opened.Repliers.Add(connected);
            var (token, id) = (await snac.TokenAsync(name), (await here.ReadAsync(db => db.Accounts.AsNoTracking().SingleAsync(row => row.Id == connected))).RemoteId!.Split('@')[0]);
            opened.standing.Add(async mark => [.. (await snac.ListPostsAsync(token, id)).Select(post => WebUtility.HtmlDecode(post.GetProperty("content").GetString()!)).Where(text => text.Contains(mark, StringComparison.Ordinal))]);
        }

        return opened;
    }

    public static async Task<ServerOnALine> WordPressAsync(AnInstallation here)
    {
        var site = await WordPressServer.SharedAsync();
        var opened = new ServerOnALine("wordpress", site.Server, "/wp-json/wp/v2/posts", "/wp-json/wp/v2/comments");
        foreach (var name in (string[])["admin", "edith", "amy"])
            await opened.ConnectAsync(here, name, site.PasswordOf(name), replies: name != "amy");
        opened.standing.Add(mark => ListAsync(site, "posts", "status=any", mark));
        opened.standing.Add(mark => ListAsync(site, "comments", "status=all", mark));
        return opened;
    }

    /// <summary>The words of every post and reply with the mark that stands there, asked by us and past the line.</summary>
    public async Task<IReadOnlyList<string>> StandingAsync(string mark)
    {
        var texts = new List<string>();
        foreach (var list in standing)
            texts.AddRange(await list(mark));
        return texts;
    }

    public ValueTask DisposeAsync() => Line.DisposeAsync();

    private static async Task<IReadOnlyList<string>> ListAsync(WordPressServer site, string kind, string which, string mark)
    {
        var texts = new List<string>();
        JsonElement page;
        do
        {
            page = await site.AskAsync("admin", HttpMethod.Get, $"wp/v2/{kind}?context=edit&{which}&search={mark}&per_page=100&offset={texts.Count}");
            texts.AddRange(page.EnumerateArray().Select(one => WebUtility.HtmlDecode(one.GetProperty("content").GetProperty("raw").GetString()!)));
        }
        while (page.GetArrayLength() == 100);
        return texts;
    }

    private async Task ConnectAsync(AnInstallation here, string name, string password, bool replies)
    {
        var ada = await here.WhoAsync("Ada");
        var connected = AnInstallation.Taken(await here.UseAsync<ConnectAccount, Decision<AccountConnected>>(async connect =>
            await connect.RunAsync(new Connecting(Network, await SiteAsync(here), name, name, Line.Address.ToString(), password), ada, default))).Subject;
        Accounts.Add(connected);
        if (replies)
            Repliers.Add(connected);
    }

    private static Task<Guid> SiteAsync(AnInstallation here) => here.ReadAsync(db => db.Sites.AsNoTracking().Select(site => site.Id).FirstAsync());
}

using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Countersign.Channels.Mastodon;
using Countersign.Channels.Tests.Fakes;

namespace Countersign.Channels.Tests.Mastodon;

/// <summary>Who writes to an account, by the published description of the Mastodon API.</summary>
public sealed class MastodonInboxTests : IDisposable
{
    private readonly QuickClock clock = new(new DateTimeOffset(2026, 11, 22, 14, 0, 0, TimeSpan.Zero));
    private readonly StrictMastodon server;
    private readonly HttpClient http;
    private readonly MastodonChannel mastodon;

    public MastodonInboxTests()
    {
        server = new StrictMastodon(clock);
        http = new HttpClient(server);
        mastodon = new MastodonChannel(http, clock, (_, _, _) => Task.CompletedTask);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        http.Dispose();
        Assert.Empty(server.Violations);
    }

    [Fact]
    public async Task Each_message_is_of_one_kind_and_what_is_no_message_is_of_none()
    {
        var account = await ConnectedAsync();
        var ours = await PostAsync(account, "The bridge opens at six.");
        var mention = server.Write("<p>Ask <span class=\"h-card\"><a href=\"https://mastodon.example.test/@newsdesk\" class=\"u-url mention\">@<span>newsdesk</span></a></span></p>");
        var reply = server.Write("<p>And closes?</p>", replyTo: ours.Version);
        var aside = server.Write("<p>They never answer.</p>", replyTo: mention.Id, toUs: false);
        var direct = server.Write("<p>In confidence</p>", "direct");
        var quote = server.Write("<p>About time</p>", type: "quote", with: new JsonObject { ["quote"] = new JsonObject { ["state"] = "accepted", ["quoted_status"] = new JsonObject { ["uri"] = ours.Id } } });
        server.Favourite();

        var (mentions, replies) = ((await ReadAsync(account, InboxKind.Mention)).Items, (await ReadAsync(account, InboxKind.Reply)).Items);
        var (directs, quotes) = ((await ReadAsync(account, InboxKind.Direct)).Items, (await ReadAsync(account, InboxKind.Quote)).Items);

        Assert.Equal([(mention.Uri, "Ask @newsdesk", (string?)null), (aside.Uri, "They never answer.", mention.Uri)], mentions.Select(item => (item.Remote.Id, item.Text, item.ReplyTo)));
        Assert.Equal((reply.Uri, ours.Id, ours.Id), (Assert.Single(replies).Remote.Id, replies[0].ReplyTo, replies[0].About));
        Assert.Equal((direct.Uri, "direct"), (Assert.Single(directs).Remote.Id, directs[0].Audience));
        Assert.Equal((quote.Uri, ours.Id), (Assert.Single(quotes).Remote.Id, quotes[0].About));
        Assert.All(mentions.Concat(replies).Concat(directs).Concat(quotes), item => Assert.Equal(("7", "gwen@elsewhere.example.test", "Gwen <b>Bold</b>", false, "en"), (item.AuthorId, item.AuthorHandle, item.AuthorName, item.IsOwn, item.Language)));
    }

    [Fact]
    public async Task What_stands_above_is_asked_for_once()
    {
        var account = await ConnectedAsync();
        var ours = await PostAsync(account, "Ask us.");
        for (var i = 0; i < 5; i++)
            server.Write($"<p>Question {i}</p>", replyTo: ours.Version);
        server.Write("<p>To something that is gone</p>", replyTo: "1");

        var first = (await ReadAsync(account, InboxKind.Reply)).Items;
        await ReadAsync(account, InboxKind.Reply);

        Assert.Equal(1, server.CallsTo($"GET /api/v1/statuses/{ours.Version}"));
        Assert.Equal((5, 1), (first.Count(item => item.ReplyTo == ours.Id), first.Count(item => item.ReplyTo is null)));
    }

    [Fact]
    public async Task Hostile_html_is_text_and_its_links_are_told_by_where_they_lead()
    {
        var account = await ConnectedAsync();
        const string html = "<p onclick='x()'>Pay at <a href=\"https://thief.example/login\">yourbank.example</a> &lt;b&gt; 🔥</p><script>alert(1)</script><style>p{}</style><img src=x onerror=alert(2)><p>\u202Etxet\u202C<a href=\"javascript:alert(3)\">here</a><br>last</p><iframe src='https://x'>in</iframe>";
        server.Write(html, with: new JsonObject
        {
            ["spoiler_text"] = "Money <i>matters</i>",
            ["url"] = "javascript:alert(4)",
            ["media_attachments"] = new JsonArray(new JsonObject { ["id"] = "2", ["type"] = "image", ["url"] = "https://f.example.test/2", ["preview_url"] = null, ["remote_url"] = null, ["meta"] = new JsonObject(), ["description"] = "A cracked glass", ["blurhash"] = null }),
        });

        // The description knows no address of that scheme; a server that breaks it is what is tried here.
        var item = Assert.Single((await ReadAsync(account, InboxKind.Mention)).Items);
        Assert.NotEmpty(server.Violations);
        server.Violations.Clear();

        Assert.Equal("Money <i>matters</i>\n\nPay at yourbank.example <b> 🔥\n\n\u202Etxet\u202Chere\nlast", item.Text);
        var link = Assert.Single(item.Links);
        Assert.Equal(("yourbank.example", "https://thief.example/login"), (item.Text[link.Start..link.End], link.Target));
        Assert.Equal([new InboxMedia("https://f.example.test/2", null, "A cracked glass")], item.Media);
        Assert.Null(item.Remote.Address);
    }

    [Fact]
    public async Task Everything_is_read_page_by_page_and_what_comes_in_between_too()
    {
        var account = await ConnectedAsync();
        List<string> written = [];
        for (var i = 0; i < 130; i++)
        {
            written.Add(server.Write($"<p>Number {i}</p>", i % 10 == 0 ? "direct" : "public").Uri);
            clock.Advance(TimeSpan.FromMinutes(7));
        }

        HashSet<string> read = [];
        string? mentions = null, directs = null;
        for (var pages = 0; pages < 5; pages++)
        {
            var page = await ReadAsync(account, InboxKind.Mention, mentions);
            read.UnionWith(page.Items.Select(item => item.Remote.Id));
            mentions = page.Cursor;
            if (pages == 1)
                written.Add(server.Write("<p>In between</p>").Uri);
            Assert.Equal(pages == 3 || pages == 4, page.IsComplete);
        }

        Assert.Equal(118, read.Count);
        InboxPage.Read direct;
        do
        {
            direct = await ReadAsync(account, InboxKind.Direct, directs);
            read.UnionWith(direct.Items.Select(item => item.Remote.Id));
            directs = direct.Cursor;
        }
        while (!direct.IsComplete);
        Assert.Equal(written.Order(StringComparer.Ordinal), read.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_changed_message_is_another_edition_and_one_that_is_taken_down_is_gone()
    {
        var account = await ConnectedAsync();
        var (kept, dropped) = (server.Write("<p>Which doors?</p>"), server.Write("<p>Fools</p>"));
        var before = (await ReadAsync(account, InboxKind.Mention)).Items;
        clock.Advance(TimeSpan.FromMinutes(1));
        server.Change(kept.Id, "<p>Which doors, please?</p>");
        server.Remove(dropped.Id);

        var after = Assert.Single((await ReadAsync(account, InboxKind.Mention)).Items);
        var again = Assert.IsType<InboxRecheck.Read>(await mastodon.RecheckAsync(account, [.. before.Select(item => item.Remote)], Stop));

        Assert.Equal((before[0].Remote, "Which doors, please?"), (after.Remote, after.Text));
        Assert.NotEqual(before[0].Edition, after.Edition);
        Assert.Equal((after.Text, after.Edition), (Assert.Single(again.Shown).Text, again.Shown[0].Edition));
        Assert.Equal([dropped.Uri], again.Gone);
    }

    [Fact]
    public async Task A_server_that_knows_no_pages_and_one_that_gives_the_same_page_for_ever_come_to_an_end()
    {
        var account = await ConnectedAsync();
        for (var i = 0; i < 60; i++)
            server.Write($"<p>Number {i}</p>");
        server.KnowsNoPages = true;
        var first = await ReadAsync(account, InboxKind.Mention);
        Assert.False(first.IsComplete);
        Assert.True((await ReadAsync(account, InboxKind.Mention, first.Cursor)).IsComplete);

        server.Instead = request => request.RequestUri!.AbsolutePath != "/api/v1/notifications" ? null
            : new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("[]", Encoding.UTF8, "application/json"), Headers = { { "Link", "<https://mastodon.example.test/api/v1/notifications?max_id=5>; rel=\"next\"" } } };
        first = await ReadAsync(account, InboxKind.Mention);
        Assert.Contains("same page", Assert.IsType<InboxPage.Unavailable>(await mastodon.ReadInboxAsync(account, InboxKind.Mention, first.Cursor, Stop)).Evidence.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_notice_that_cannot_be_read_hides_no_other_and_one_of_a_megabyte_is_read()
    {
        var account = await ConnectedAsync();
        var (first, last) = (server.Write("<p>The first</p>"), server.Write("<p>" + new string('é', 500_000) + "</p>"));
        foreach (var odd in (string[])["null", "7", "[]", "{}", """{"id":7,"type":"mention","status":{"id":"1"}}""", """{"type":"mention","status":[]}""", """{"id":"\ud800","type":"mention","created_at":"never","status":{"id":"3","uri":"x","content":"\ud83d <p","account":7,"media_attachments":[3]}}"""])
        {
            using var shown = await http.SendAsync(Ask(account), Stop);
            var list = await shown.Content.ReadAsStringAsync(Stop);
            server.Instead = request => request.RequestUri!.AbsolutePath != "/api/v1/notifications" ? null
                : new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent($"[{odd},{list[1..]}", Encoding.UTF8, "application/json") };

            var read = (await ReadAsync(account, InboxKind.Mention)).Items;

            Assert.Contains(first.Uri, read.Select(item => item.Remote.Id));
            Assert.Equal(500_000, read.Single(item => item.Remote.Id == last.Uri).Text.Length);
            server.Instead = _ => null;
        }
    }

    [Fact]
    public async Task An_account_that_was_connected_before_messages_were_read_is_told_to_be_connected_again()
    {
        var account = await ConnectedAsync();
        server.Instead = request => request.RequestUri!.AbsolutePath == "/api/v1/notifications"
            ? new HttpResponseMessage(HttpStatusCode.Forbidden) { Content = new StringContent("""{"error":"This action is outside the authorized scopes"}""", Encoding.UTF8, "application/json") } : null;

        var page = Assert.IsType<InboxPage.Unavailable>(await mastodon.ReadInboxAsync(account, InboxKind.Reply, null, Stop));

        Assert.Contains("Connect the account again", page.Evidence.Note, StringComparison.Ordinal);
        Assert.IsType<InboxPage.Unavailable>(await mastodon.ReadInboxAsync(account, InboxKind.Review, null, Stop));
    }

    private static HttpRequestMessage Ask(ConnectedAccount account)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(StrictMastodon.Address, "/api/v1/notifications?limit=40&types[]=mention"));
        request.Headers.UserAgent.ParseAdd("Somebody/1");
        request.Headers.Authorization = new("Bearer", Countersign.Channels.Http.OAuthSecret.Parse(account.Secret)!.Access);
        return request;
    }

    private async Task<InboxPage.Read> ReadAsync(ConnectedAccount account, InboxKind kind, string? cursor = null) =>
        Assert.IsType<InboxPage.Read>(await mastodon.ReadInboxAsync(account, kind, cursor, Stop));

    private async Task<RemoteRef> PostAsync(ConnectedAccount account, string text)
    {
        var under = new ChannelUnderTest(mastodon, account, _ => Task.FromResult<IReadOnlyList<StandingPost>>([]));
        return Assert.IsType<Outcome.Accepted>(await under.SendAsync(under.Deliver(Some.Words(text)))).Remote;
    }

    private async Task<ConnectedAccount> ConnectedAsync()
    {
        var ask = Assert.IsType<AuthoriseOutcome.Ask>(await mastodon.BeginAsync(Some.Asking(StrictMastodon.Address), Stop));
        var connected = Assert.IsType<ConnectOutcome.Connected>(await mastodon.CompleteAsync(ask.Kept, "the-code", Stop));
        return new ConnectedAccount("1", connected.Handle, connected.Server, connected.RemoteId, connected.Secret) { Limits = connected.Limits };
    }
}

using System.Net;
using Countersign.Channels.Http;
using Countersign.Channels.Mastodon;
using Countersign.Channels.Tests.Fakes;

namespace Countersign.Channels.Tests.Mastodon;

/// <summary>The contract, on the strict fake, and what only that does.</summary>
public sealed class MastodonTests : NetworkContract, IDisposable
{
    private static readonly DateTimeOffset now = new(2026, 11, 22, 14, 0, 0, TimeSpan.Zero);

    private readonly QuickClock clock = new(now);
    private readonly StrictMastodon server;
    private readonly HttpClient http;
    private readonly MastodonChannel mastodon;
    private readonly List<string> saved = [];

    public MastodonTests()
    {
        server = new StrictMastodon(clock);
        http = new HttpClient(server);
        mastodon = new MastodonChannel(http, clock, (_, secret, _) =>
        {
            lock (saved)
                saved.Add(secret);
            return Task.CompletedTask;
        });
    }

    protected override bool LinksBareDomains => false;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        http.Dispose();
        Assert.Empty(server.Violations);
    }

    [Fact]
    public async Task Limits_come_from_the_server_in_either_version_of_its_description()
    {
        Assert.Equal(new ServerLimits(500, 23, 4, 16_777_216, 1_500), (await ConnectAsync()).Limits);
        server.IsOld = true;
        Assert.Equal(new ServerLimits(MaxCharacters: 400), (await ConnectAsync()).Limits);
    }

    [Fact]
    public async Task A_post_is_found_by_the_address_of_its_page_and_nothing_where_none_is()
    {
        var network = await ConnectedAsync();
        var own = Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(Some.Words("We open at ten.")))).Remote;
        var finds = (IFindPost)network.Channel;

        var found = Assert.IsType<FoundPost.Stands>(await finds.FindPostAsync(network.Account, own.Address!, Stop));
        Assert.Equal((own.Id, own.Version, "We open at ten."), (found.Post.Remote.Id, found.Post.Remote.Version, found.Post.Text));
        Assert.IsType<FoundPost.NotHere>(await finds.FindPostAsync(network.Account, "https://elsewhere.example.test/@nobody/1", Stop));
        Assert.False(finds.IsAddress("http://mastodon.example.test/@a/1"));
    }

    [Fact]
    public async Task A_grant_that_lacks_a_permission_connects_nothing()
    {
        server.Scope = "read write:media";

        var ask = Assert.IsType<AuthoriseOutcome.Ask>(await mastodon.BeginAsync(Some.Asking(StrictMastodon.Address), Stop));
        var refused = Assert.IsType<ConnectOutcome.Refused>(await mastodon.CompleteAsync(ask.Kept, "the-code", Stop));

        Assert.Equal("missing-permission", refused.Code);
        Assert.Contains("write:statuses", refused.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_address_counts_as_23_a_mentions_server_nothing_and_a_warning_with_the_text_as_the_server_counts()
    {
        var network = await ConnectedAsync();
        var text = "@someone@far.example.test see https://example.test/" + new string('p', 300) + " ";
        var warning = "Long";
        var room = 500 - ("@someone see ".Length + 23 + 1 + warning.Length);
        var full = Some.Words(text + Some.Letters(room)) with { ContentWarning = warning };

        Assert.Empty(network.Validates.Validate(full, network.Account.Limits));
        Assert.Null(Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(full))).Differs);
        var over = full with { Text = full.Text + "a" };
        Assert.Equal(RejectKind.TextTooLong, Assert.Single(network.Validates.Validate(over, network.Account.Limits)).Kind);
        Assert.Equal(RejectKind.TextTooLong, Assert.IsType<Outcome.Rejected>(await network.SendAsync(network.Deliver(over))).Kind);
    }

    [Fact]
    public async Task A_picture_the_server_still_works_on_is_waited_for_and_only_so_long()
    {
        var network = await ConnectedAsync();
        server.LooksBeforeReady = 3;
        Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(new PostContent("Slow", [Some.Picture()]))));

        server.LooksBeforeReady = 1_000;
        var never = await network.SendAsync(network.Deliver(new PostContent("Slower", [Some.Picture()])));
        Assert.Equal(NotSentKind.MediaNotReady, Assert.IsType<Outcome.NotSent>(never).Kind);
        Assert.DoesNotContain(server.Standing(), post => post.Text == "Slower");
    }

    [Fact]
    public async Task Twenty_posts_with_a_token_that_ends_renew_it_once_and_the_new_one_is_kept()
    {
        var network = await ConnectedAsync();
        clock.Advance(TimeSpan.FromMinutes(116));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => network.SendAsync(network.Deliver(Some.Words($"At once {i}")))));

        Assert.All(outcomes, outcome => Assert.IsType<Outcome.Accepted>(outcome));
        Assert.Equal(2, server.Calls.Count(call => call == "POST /oauth/token"));
        var kept = OAuthSecret.Parse(Assert.Single(saved))!;
        Assert.Equal(now.AddMinutes(116 + 120), kept.EndsAt);

        // After a restart the kept secret opens the account, and is renewed in its turn.
        var restarted = new MastodonChannel(http, clock, (_, _, _) => Task.CompletedTask);
        clock.Advance(TimeSpan.FromHours(3));
        var later = network with { Channel = restarted, Account = network.Account with { Secret = saved[0] } };
        Assert.IsType<Outcome.Accepted>(await later.SendAsync(later.Deliver(Some.Words("After a restart"))));
    }

    [Fact]
    public async Task A_token_the_server_refuses_before_its_time_is_renewed_for_the_next_attempt_and_the_write_is_not_repeated()
    {
        var network = await ConnectedAsync();
        server.Tokens.Clear();
        var delivery = network.Deliver(Some.Words("Too early"));

        Assert.Equal(NotSentKind.AuthNotRefreshed, Assert.IsType<Outcome.NotSent>(await network.SendAsync(delivery)).Kind);
        Assert.Equal(1, server.Calls.Count(call => call == "POST /api/v1/statuses"));
        Assert.IsType<Outcome.Accepted>(await network.SendAsync(delivery));
    }

    [Fact]
    public async Task An_account_whose_access_cannot_be_renewed_is_told_to_connect_again_and_a_new_connection_opens_it()
    {
        var network = await ConnectedAsync();
        server.RefreshTokens.Clear();
        clock.Advance(TimeSpan.FromHours(3));

        Assert.Equal(RejectKind.AuthRevoked, Assert.IsType<Outcome.Rejected>(await network.SendAsync(network.Deliver(Some.Words("Shut")))).Kind);
        Assert.Equal(AccountStanding.Closed, (await mastodon.CheckAsync(network.Account, Stop)).Standing);
        var again = await ConnectedAsync();
        Assert.IsType<Outcome.Accepted>(await again.SendAsync(again.Deliver(Some.Words("Open"))));
    }

    [Fact]
    public async Task Access_that_renews_itself_has_no_end_and_what_is_left_of_the_limit_is_told()
    {
        var network = await ConnectedAsync();

        var check = await mastodon.CheckAsync(network.Account, Stop);

        Assert.Equal((AccountStanding.Open, (DateTimeOffset?)null), (check.Standing, check.EndsAt));
        var forTwoHours = network.Account with { Id = "for two hours", Secret = (OAuthSecret.Parse(network.Account.Secret)! with { Refresh = null }).ToJson() };
        Assert.Equal(now.AddHours(2), (await mastodon.CheckAsync(forTwoHours, Stop)).EndsAt);
        Assert.Equal(new RateLimit(300, 299, null, TimeSpan.FromMinutes(5), null), check.Quota);
    }

    [Fact]
    public async Task A_limit_that_is_used_up_is_waited_for_without_asking()
    {
        var network = await ConnectedAsync();
        server.Instead = request => request.Method == HttpMethod.Post ? Answer(HttpStatusCode.TooManyRequests, """{"error":"Too many requests"}""", now.AddMinutes(4)) : null;

        var first = Assert.IsType<Outcome.NotSent>(await network.SendAsync(network.Deliver(Some.Words("One"))));
        var second = Assert.IsType<Outcome.NotSent>(await network.SendAsync(network.Deliver(Some.Words("Two"))));

        Assert.Equal([TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(4)], new[] { first.RetryAfter, second.RetryAfter });
        Assert.Equal(1, server.Calls.Count(call => call == "POST /api/v1/statuses"));
        server.Instead = _ => null;
        clock.Advance(TimeSpan.FromMinutes(4));
        Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(Some.Words("Three"))));
    }

    [Theory]
    [InlineData(500, "{\"error\":\"x\"}", "Unknown")]
    [InlineData(502, "<html>", "Unknown")]
    [InlineData(503, "{\"error\":\"x\"}", "Unknown")]
    [InlineData(302, "", "Unknown")]
    [InlineData(418, "", "Unknown")]
    [InlineData(404, "{\"error\":\"Record not found\"}", "Unknown")]
    [InlineData(400, "<html>", "Unknown")]
    [InlineData(403, "<html>", "Unknown")]
    [InlineData(422, "", "Unknown")]
    [InlineData(200, "", "Unknown")]
    [InlineData(200, "[]", "Unknown")]
    [InlineData(200, "{\"id\":\"1\",\"scheduled_at\":\"2026-12-01T00:00:00Z\"}", "Unknown")]
    [InlineData(202, "{\"id\":\"1\"}", "Unknown")]
    [InlineData(400, "{\"error\":\"max chars\"}", "Rejected Misconfigured")]
    [InlineData(422, "{\"error\":\"Validation failed\"}", "Rejected Misconfigured")]
    [InlineData(403, "{\"error\":\"This action is outside the authorized scopes\"}", "Rejected PermissionMissing")]
    public async Task What_an_answer_does_not_say_plainly_is_unknown(int status, string body, string expected)
    {
        var network = await ConnectedAsync();
        server.Instead = request => request is { Method.Method: "POST", RequestUri.AbsolutePath: "/api/v1/statuses" } ? Answer((HttpStatusCode)status, body, null) : null;

        var outcome = await network.SendAsync(network.Deliver(Some.Words("Plainly?")));

        Assert.Equal(expected, outcome is Outcome.Rejected rejected ? $"Rejected {rejected.Kind}" : outcome.GetType().Name);
    }

    [Fact]
    public async Task A_post_that_comes_back_under_another_account_is_told()
    {
        var network = await ConnectedAsync();
        server.Instead = request => request is { Method.Method: "POST", RequestUri.AbsolutePath: "/api/v1/statuses" }
            ? Answer(HttpStatusCode.OK, """{"id":"1","uri":"https://mastodon.example.test/1","account":{"id":"7"},"content":"<p>Who?</p>","visibility":"public"}""", null) : null;

        var accepted = Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(Some.Words("Who?"))));

        Assert.Equal("The server published it under another account.", accepted.Differs);
    }

    [Fact]
    public async Task More_posts_than_a_page_holds_are_listed_and_searched()
    {
        var network = await ConnectedAsync();
        var first = network.Deliver(Some.Words("The first of many"));
        await network.SendAsync(first);
        for (var i = 0; i < 90; i++)
            await network.SendAsync(network.Deliver(Some.Words($"One of many {i}")));

        Assert.Equal(91, (await ListedAsync(network)).Count);
        Assert.IsType<FindResult.Found>(await network.Finds.FindAsync(first, Stop));
    }

    [Fact]
    public async Task No_secret_is_in_anything_that_comes_out()
    {
        var ask = await mastodon.BeginAsync(Some.Asking(StrictMastodon.Address), Stop);
        var account = await ConnectAsync();
        var network = Over(account);
        var delivery = network.Deliver(Some.Words("Nothing planted"));
        List<object> everything = [ask, mastodon, account, delivery, await mastodon.CompleteAsync(((AuthoriseOutcome.Ask)ask).Kept, "the-code", Stop)];
        foreach (var status in (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.Forbidden, HttpStatusCode.InternalServerError])
        {
            server.Instead = request => Answer(status, $$"""{"error":"{{request.Headers.Authorization}} {{account.Secret!.Replace("\"", "'", StringComparison.Ordinal)}}","id":"1"}""", null);
            everything.AddRange(await EveryAnswerAsync(network, delivery));
        }

        server.Instead = request => throw new HttpRequestException($"{request.Headers.Authorization} {account.Secret}", new IOException(account.Secret));
        everything.AddRange(await EveryAnswerAsync(network, delivery));
        clock.Advance(TimeSpan.FromHours(3));
        everything.AddRange(await EveryAnswerAsync(network, delivery));

        Assert.All(everything, thing => Assert.DoesNotContain("planted-", thing.ToString(), StringComparison.OrdinalIgnoreCase));
        var outcomes = everything.Where(thing => thing is Outcome or PrepareOutcome or FindResult or PostPage or AccountCheck);
        Assert.All(outcomes, thing => Assert.DoesNotContain("planted-", System.Text.Json.JsonSerializer.Serialize(thing, thing.GetType()), StringComparison.OrdinalIgnoreCase));
    }

    protected override async Task<ChannelUnderTest> ConnectedAsync() => Over(await ConnectAsync());

    protected override async Task<ChannelUnderTest> LosingAnswersAsync()
    {
        var network = await ConnectedAsync();
        server.Loses = request => request is { Method.Method: "POST", RequestUri.AbsolutePath: "/api/v1/statuses" };
        return network;
    }

    protected override async Task<ConnectOutcome> ConnectWithAsync(string wrong)
    {
        var ask = Assert.IsType<AuthoriseOutcome.Ask>(await mastodon.BeginAsync(Some.Asking(StrictMastodon.Address), Stop));
        return await mastodon.CompleteAsync(ask.Kept, wrong, Stop);
    }

    protected override Task<RemoteRef> GoneAsync(ChannelUnderTest network) =>
        Task.FromResult(new RemoteRef("https://mastodon.example.test/users/newsdesk/statuses/9", null, "9"));

    private async Task<ConnectedAccount> ConnectAsync()
    {
        var ask = Assert.IsType<AuthoriseOutcome.Ask>(await mastodon.BeginAsync(Some.Asking(StrictMastodon.Address), Stop));
        var connected = Assert.IsType<ConnectOutcome.Connected>(await mastodon.CompleteAsync(ask.Kept, "the-code", Stop));
        Assert.Equal((StrictMastodon.AccountId + "@mastodon.example.test", "newsdesk@mastodon.example.test"), (connected.RemoteId, connected.Handle));
        return new ConnectedAccount("1", connected.Handle, connected.Server, connected.RemoteId, connected.Secret) { Limits = connected.Limits };
    }

    private ChannelUnderTest Over(ConnectedAccount account) => new(
        mastodon, account, delivery => Task.FromResult<IReadOnlyList<StandingPost>>([.. server.Standing().Where(post => post.Text == delivery.Content.Text).Select(post => new StandingPost(post.Text, post.Alts))]));

    private static async Task<IReadOnlyList<object>> EveryAnswerAsync(ChannelUnderTest network, Delivery delivery) =>
    [
        await network.SendAsync(delivery), await network.Finds.FindAsync(delivery, Stop), await ((IListPosts)network.Channel).ListAsync(network.Account, null, Stop),
        await ((ICheckAccount)network.Channel).CheckAsync(network.Account, Stop), await ((IPrepare)network.Channel).PrepareAsync(delivery with { Content = new PostContent("x", [Some.Picture()]) }, Stop),
    ];

    private static HttpResponseMessage Answer(HttpStatusCode status, string body, DateTimeOffset? reset)
    {
        var answer = new HttpResponseMessage(status) { Content = new StringContent(body) };
        if (reset is { } at)
            answer.Headers.TryAddWithoutValidation("X-RateLimit-Reset", at.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
        return answer;
    }
}

using System.Net;
using System.Text;
using Countersign.Channels.Http;
using Countersign.Channels.Tests.Fakes;
using Countersign.Channels.X;

namespace Countersign.Channels.Tests.X;

/// <summary>The contract, on the strict fake, and what only X does.</summary>
public sealed class XTests : NetworkContract, IDisposable
{
    private static readonly DateTimeOffset now = new(2026, 11, 22, 14, 0, 0, TimeSpan.Zero);

    private readonly QuickClock clock = new(now);
    private readonly StrictX server;
    private readonly HttpClient http;
    private readonly XChannel x;
    private readonly List<string> saved = [];

    public XTests()
    {
        server = new StrictX(clock);
        http = new HttpClient(server);
        x = new XChannel(http, clock, SaveAsync, new XSettings());
    }

    protected override bool HonoursKeys => false;

    protected override bool RefusesDuplicates => true;

    protected override int AnEmojiCounts => 2;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        http.Dispose();
        Assert.Empty(server.Violations);
    }

    [Fact]
    public async Task The_page_to_allow_it_on_names_the_app_the_permissions_and_the_way_back_and_the_app_may_stand_in_the_settings()
    {
        var asking = Some.Asking(null, StrictX.App);
        var ask = Assert.IsType<AuthoriseOutcome.Ask>(await x.BeginAsync(asking, Stop));
        var back = server.Allow(ask.Page);

        Assert.Equal("x.com", ask.Page.Host);
        Assert.StartsWith(asking.Back.AbsoluteUri + "?state=" + asking.State, back.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal("no-app", Assert.IsType<AuthoriseOutcome.Refused>(await x.BeginAsync(Some.Asking(null), Stop)).Code);
        Assert.Equal(new Allowing(ComesBack: true, AsksServer: false, AsksApp: true), x.Allowing);
        var settled = new XChannel(http, clock, SaveAsync, new XSettings { ClientId = StrictX.AppId, ClientSecret = StrictX.AppSecret });
        Assert.False(settled.Allowing.AsksApp);
        Assert.IsType<AuthoriseOutcome.Ask>(await settled.BeginAsync(Some.Asking(null), Stop));
    }

    [Theory]
    [InlineData("tweet.write", "tweet.write")]
    [InlineData("offline.access", "offline.access")]
    public async Task A_grant_that_lacks_a_permission_connects_nothing(string without, string named)
    {
        server.WithoutScope = without;

        var refused = Assert.IsType<ConnectOutcome.Refused>(await CompleteAsync(StrictX.App));

        Assert.Equal("missing-permission", refused.Code);
        Assert.Contains(named, refused.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_app_secret_is_told_apart_from_a_wrong_code() =>
        Assert.Equal("wrong-app", Assert.IsType<ConnectOutcome.Refused>(await CompleteAsync(StrictX.App with { Secret = "something else" })).Code);

    [Theory]
    [InlineData("a tram at example.com/timetable/of/the/whole/year?and=more and https://news.example.org/an/address/longer/than/twenty-three ")]
    [InlineData("漢字かな交じり文 ")]
    [InlineData("👩‍🚒👨‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿🇬🇧👍🏽❤️ ")]
    [InlineData("Cafe\u0301 et cre\u0300me, пожалуйста, καλημέρα, שלום, नमस्ते – “quoted”… ")]
    public async Task A_text_of_exactly_the_weight_is_taken_and_one_more_is_refused_on_both_sides(string beginning)
    {
        var network = await ConnectedAsync();
        var full = Some.Words(beginning + Some.Letters(280 - x.Measure(beginning)[0].Used));
        var over = Some.Words(full.Text + "a");

        Assert.Empty(x.Validate(full));
        Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(full)));
        Assert.Equal(RejectKind.TextTooLong, Assert.Single(x.Validate(over)).Kind);
        Assert.Equal(RejectKind.TextTooLong, Assert.IsType<Outcome.Rejected>(await network.SendAsync(network.Deliver(over))).Kind);
    }

    [Fact]
    public async Task What_X_makes_of_the_words_is_undone_when_they_are_read_addresses_signs_and_what_it_adds_at_the_end()
    {
        var network = await ConnectedAsync();
        var quoted = Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(Some.Words("To be quoted")))).Remote;
        var content = new PostContent("Fish & chips <now> at example.com/menu and https://news.example.org/a?b=1&c=2, 5 > 4.", [Some.Picture("A plate")]) { Quotes = quoted };
        var delivery = network.Deliver(content);

        var accepted = Assert.IsType<Outcome.Accepted>(await network.SendAsync(delivery));

        Assert.IsType<FindResult.Found>(await x.FindAsync(delivery, Stop));
        Assert.IsType<FindResult.Found>(await x.FindAsync(delivery with { Standing = accepted.Remote }, Stop));
        Assert.Equal(content.Text, (await ListedAsync(network))[0].Text);
        Assert.IsType<FindResult.Ambiguous>(await x.FindAsync(delivery with { Standing = accepted.Remote, Content = content with { Text = content.Text.Replace("news.example.org", "evil.example.org", StringComparison.Ordinal) } }, Stop));
    }

    [Fact]
    public async Task A_quoted_post_that_was_edited_since_or_is_gone_is_not_quoted()
    {
        var network = await ConnectedAsync();
        var quoted = Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(Some.Words("As approved")))).Remote;
        server.EditThere(quoted.Id, "As nobody approved");

        Assert.Equal(RejectKind.VersionConflict, Assert.IsType<Outcome.Rejected>(await network.SendAsync(network.Deliver(Some.Words("See") with { Quotes = quoted }))).Kind);
        Assert.Equal(RejectKind.TargetGone, Assert.IsType<Outcome.Rejected>(await network.SendAsync(network.Deliver(Some.Words("See") with { Quotes = await GoneAsync(network) }))).Kind);
        Assert.Equal(1, server.CallsTo("POST /2/tweets"));
    }

    [Fact]
    public async Task An_edit_is_a_version_of_the_same_post_and_X_ends_it_after_half_an_hour_five_edits_or_never_allows_it()
    {
        var network = await ConnectedAsync();
        var delivery = network.Deliver(Some.Words("Version 0"));
        var standing = Assert.IsType<Outcome.Accepted>(await network.SendAsync(delivery)).Remote;
        var first = standing;
        for (var edit = 1; edit <= 5; edit++)
            standing = Assert.IsType<Outcome.Accepted>(await network.EditAsync(delivery with { Content = Some.Words($"Version {edit}") }, standing)).Remote;

        Assert.Equal(first.Id, standing.Id);
        Assert.NotEqual(first.Version, standing.Version);
        var listed = Assert.Single(await ListedAsync(network));
        Assert.Equal((standing, "Version 5", true), (listed.Remote, listed.Text, listed.EditedAt is not null));
        Assert.Equal(RejectKind.WindowClosed, Rejected(await network.EditAsync(delivery with { Content = Some.Words("Version 6") }, standing)));
        Assert.Equal(RejectKind.VersionConflict, Rejected(await network.EditAsync(delivery with { Content = Some.Words("Over another") }, first)));

        var late = network.Deliver(Some.Words("Late"));
        var stands = Assert.IsType<Outcome.Accepted>(await network.SendAsync(late)).Remote;
        clock.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(RejectKind.WindowClosed, Rejected(await network.EditAsync(late with { Content = Some.Words("Later") }, stands)));
        server.LetsEdit = false;
        var never = network.Deliver(Some.Words("Never"));
        stands = Assert.IsType<Outcome.Accepted>(await network.SendAsync(never)).Remote;
        Assert.Equal(RejectKind.WindowClosed, Rejected(await network.EditAsync(never with { Content = Some.Words("Not") }, stands)));
    }

    [Fact]
    public async Task A_picture_X_still_works_on_is_waited_for_and_only_so_long_and_a_moving_one_is_refused_beforehand()
    {
        var network = await ConnectedAsync();
        server.LooksBeforeReady = 3;
        Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(new PostContent("Slow", [Some.Picture()]))));
        server.LooksBeforeReady = 1_000;
        Assert.Equal(NotSentKind.MediaNotReady, Assert.IsType<Outcome.NotSent>(await network.SendAsync(network.Deliver(new PostContent("Slower", [Some.Picture()])))).Kind);
        Assert.Equal(RejectKind.MediaInvalid, Assert.Single(x.Validate(new PostContent("Moving", [Some.Media("GIF89a-and-more"u8.ToArray(), "image/gif", "A wave")]))).Kind);
        Assert.Equal(RejectKind.AltInvalid, Assert.Single(x.Validate(new PostContent("Long", [Some.Picture(Some.Letters(1_001))]))).Kind);
    }

    [Fact]
    public async Task A_post_that_the_timeline_does_not_show_yet_is_no_proof_of_absence_and_is_found_later()
    {
        var network = await ConnectedAsync();
        server.LaggingReads = 2;
        var delivery = network.Deliver(Some.Words("Slow to show"));
        await network.SendAsync(delivery);

        Assert.Equal(new FindResult.NotFound(Conclusive: false), await x.FindAsync(delivery, Stop));
        Assert.Equal(new FindResult.NotFound(Conclusive: false), await x.FindAsync(delivery, Stop));
        Assert.IsType<FindResult.Found>(await x.FindAsync(delivery, Stop));
    }

    [Fact]
    public async Task Twenty_posts_with_a_token_that_ends_renew_it_once_and_the_new_one_is_kept_whatever_its_lifetime()
    {
        var network = await ConnectedAsync();
        server.Lifetime = TimeSpan.FromMinutes(30);
        clock.Advance(TimeSpan.FromMinutes(116));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => network.SendAsync(network.Deliver(Some.Words($"At once {i}")))));

        Assert.All(outcomes, outcome => Assert.IsType<Outcome.Accepted>(outcome));
        Assert.Equal(2, server.CallsTo("POST /2/oauth2/token"));
        Assert.Equal(now.AddMinutes(116 + 30), OAuthSecret.Parse(Assert.Single(saved))!.EndsAt);
        clock.Advance(TimeSpan.FromMinutes(26));
        Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(Some.Words("Later"))));
        Assert.Equal(3, server.CallsTo("POST /2/oauth2/token"));
    }

    [Fact]
    public async Task What_another_process_renewed_is_taken_and_one_that_renews_now_is_waited_for()
    {
        var account = await ConnectAsync();
        RenewalTurn turn = new RenewalTurn.Wait(TimeSpan.FromSeconds(5));
        List<string?> asked = [];
        var network = Over(account) with
        {
            Channel = new XChannel(http, clock, SaveAsync, new XSettings(), (of, _) =>
            {
                asked.Add(of.Secret);
                return Task.FromResult(turn);
            }),
        };
        clock.Advance(TimeSpan.FromHours(3));

        var waits = Assert.IsType<Outcome.NotSent>(await network.SendAsync(network.Deliver(Some.Words("Wait"))));
        Assert.Equal((NotSentKind.AuthNotRefreshed, (TimeSpan?)TimeSpan.FromSeconds(5)), (waits.Kind, waits.RetryAfter));
        turn = new RenewalTurn.Renewed((await ConnectAsync()).Secret!);
        Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(Some.Words("Taken"))));
        Assert.Equal([account.Secret, account.Secret], asked);
        Assert.Equal(2, server.CallsTo("POST /2/oauth2/token"));
        Assert.Empty(saved);
    }

    [Fact]
    public async Task A_refresh_token_that_X_takes_no_more_ends_in_connect_again_and_is_not_tried_on_and_on()
    {
        var network = await ConnectedAsync();
        server.RefreshTokens.Clear();
        clock.Advance(TimeSpan.FromHours(3));

        Assert.Equal(RejectKind.AuthRevoked, Rejected(await network.SendAsync(network.Deliver(Some.Words("Shut")))));
        Assert.Equal(AccountStanding.Closed, (await x.CheckAsync(network.Account, Stop)).Standing);
        Assert.DoesNotContain("POST /2/tweets", server.Calls);
    }

    [Fact]
    public async Task A_limit_that_is_used_up_is_waited_for_without_asking_and_other_calls_go_on()
    {
        var network = await ConnectedAsync();
        server.PostsLeft = 1;
        Assert.Equal(TimeSpan.FromMinutes(15), Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(Some.Words("The last")))).PauseFor);

        var waits = Assert.IsType<Outcome.NotSent>(await network.SendAsync(network.Deliver(Some.Words("One too many"))));

        Assert.Equal((NotSentKind.RateLimited, (TimeSpan?)TimeSpan.FromMinutes(15)), (waits.Kind, waits.RetryAfter));
        Assert.Equal(1, server.CallsTo("POST /2/tweets"));
        server.PostsLeft = 10;
        Assert.Single(await ListedAsync(network));
        clock.Advance(TimeSpan.FromMinutes(15));
        Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(Some.Words("After it"))));
    }

    [Theory]
    [InlineData(500, "{}", "Unknown")]
    [InlineData(503, "<html>", "Unknown")]
    [InlineData(302, "", "Unknown")]
    [InlineData(200, "", "Unknown")]
    [InlineData(201, "{}", "Unknown")]
    [InlineData(201, "<html>", "Unknown")]
    [InlineData(200, """{"errors":[{"title":"x","type":"https://api.x.com/2/problems/something-new"}]}""", "Unknown")]
    [InlineData(400, "<html>", "Unknown")]
    [InlineData(403, "", "Unknown")]
    [InlineData(403, """{"title":"Forbidden","type":"about:blank","status":403,"detail":"You are not allowed to create a Tweet with duplicate content."}""", "Unknown")]
    [InlineData(403, """{"errors":[{"code":187,"message":"Status is a duplicate."}]}""", "Unknown")]
    [InlineData(403, """{"title":"Forbidden","type":"about:blank","status":403,"detail":"code 186 64 326 unsupported-authentication"}""", "Unknown")]
    [InlineData(403, """{"errors":[{"code":186,"message":"x"}]}""", "Rejected TextTooLong")]
    [InlineData(403, """{"errors":[{"code":226,"message":"x"}]}""", "Rejected ContentPolicy")]
    [InlineData(403, """{"errors":[{"code":326,"message":"x"}]}""", "Rejected AccountRestricted")]
    [InlineData(403, """{"errors":[{"code":385,"message":"x"}]}""", "Rejected TargetGone")]
    [InlineData(403, """{"title":"x","type":"https://api.twitter.com/2/problems/client-forbidden","reason":"client-not-enrolled"}""", "Rejected PermissionMissing")]
    [InlineData(403, """{"title":"x","type":"https://api.x.com/2/problems/unsupported-authentication"}""", "Rejected PermissionMissing")]
    [InlineData(403, """{"errors":[{"code":185,"message":"x"}]}""", "NotSent RateLimited")]
    [InlineData(429, """{"errors":[{"code":88,"message":"x"}]}""", "NotSent RateLimited")]
    [InlineData(429, """{"title":"Too Many Requests","type":"about:blank","status":429}""", "NotSent RateLimited")]
    [InlineData(400, """{"title":"x","type":"https://api.twitter.com/2/problems/invalid-request","errors":[{"message":"x"}]}""", "Rejected Misconfigured")]
    [InlineData(401, """{"title":"Unauthorized","type":"about:blank","status":401}""", "NotSent AuthNotRefreshed")]
    public async Task An_answer_is_judged_by_its_type_or_number_and_never_by_its_prose(int status, string body, string expected)
    {
        var network = await ConnectedAsync();
        server.Instead = request => request is { Method.Method: "POST", RequestUri.AbsolutePath: "/2/tweets" } ? Answer((HttpStatusCode)status, body) : null;

        Assert.Equal(expected, InWords(await network.SendAsync(network.Deliver(Some.Words("Plainly?")))));
    }

    [Fact]
    public async Task A_post_made_with_a_problem_in_a_part_of_it_stands_and_is_told()
    {
        var network = await ConnectedAsync();
        server.Instead = request => request is { Method.Method: "POST", RequestUri.AbsolutePath: "/2/tweets" } ? Answer(HttpStatusCode.Created, """{"data":{"id":"19","text":"x"},"errors":[{"title":"x","type":"x"}]}""") : null;

        var accepted = Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(Some.Words("In part"))));

        Assert.Equal(("19", true), (accepted.Remote.Id, accepted.Differs is not null));
    }

    [Fact]
    public async Task More_posts_than_a_page_holds_are_listed_and_searched()
    {
        var network = await ConnectedAsync();
        var first = network.Deliver(Some.Words("The first of many"));
        await network.SendAsync(first);
        for (var i = 0; i < 230; i++)
            await network.SendAsync(network.Deliver(Some.Words($"One of many {i}")));

        Assert.Equal(231, (await ListedAsync(network)).Count);
        Assert.IsType<FindResult.Found>(await x.FindAsync(first, Stop));
    }

    [Fact]
    public async Task A_repost_can_be_taken_back()
    {
        var network = await ConnectedAsync();
        var standing = Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(Some.Words("Once more")))).Remote;
        var repost = Assert.IsType<Outcome.Accepted>(await x.RepostAsync(new Repost(network.Mint(), network.Account, standing, now), Stop)).Remote;

        Assert.IsType<Outcome.Accepted>(await x.DeleteAsync(network.Account, repost, Stop));
        Assert.Contains($"DELETE /2/users/{StrictX.AccountId}/retweets/{standing.Version}", server.Calls);
        Assert.Single(await ListedAsync(network));
    }

    [Fact]
    public async Task No_secret_is_in_anything_that_comes_out()
    {
        var ask = await x.BeginAsync(Some.Asking(null, StrictX.App), Stop);
        var account = await ConnectAsync();
        var network = Over(account);
        var delivery = network.Deliver(Some.Words("Nothing planted"));
        List<object> everything = [ask, x, account, delivery, StrictX.App, Some.Asking(null, StrictX.App), new XSettings { ClientId = StrictX.AppId, ClientSecret = StrictX.AppSecret }, await x.CompleteAsync(((AuthoriseOutcome.Ask)ask).Kept, "planted-wrong", Stop)];
        foreach (var status in (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.Forbidden, HttpStatusCode.InternalServerError])
        {
            server.Instead = request => Answer(status, $$"""{"title":"{{request.Headers.Authorization}}","type":"https://api.x.com/2/problems/{{request.Headers.Authorization}}","detail":"{{request.Headers.Authorization}}","errors":[{"code":1,"message":"{{request.Headers.Authorization}}"}]}""");
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
        server.Loses = request => request is { Method.Method: "POST", RequestUri.AbsolutePath: "/2/tweets" };
        return network;
    }

    protected override async Task<ConnectOutcome> ConnectWithAsync(string wrong)
    {
        var ask = Assert.IsType<AuthoriseOutcome.Ask>(await x.BeginAsync(Some.Asking(null, StrictX.App), Stop));
        return await x.CompleteAsync(ask.Kept, wrong, Stop);
    }

    protected override Task<RemoteRef> GoneAsync(ChannelUnderTest network) => Task.FromResult(new RemoteRef("9", null, "9"));

    private async Task<ConnectedAccount> ConnectAsync()
    {
        var connected = Assert.IsType<ConnectOutcome.Connected>(await CompleteAsync(StrictX.App));
        Assert.Equal((StrictX.AccountId, "@northgate", "Northgate"), (connected.RemoteId, connected.Handle, connected.DisplayName));
        return new ConnectedAccount("1", connected.Handle, connected.Server, connected.RemoteId, connected.Secret);
    }

    private async Task<ConnectOutcome> CompleteAsync(AppKey app)
    {
        var ask = Assert.IsType<AuthoriseOutcome.Ask>(await x.BeginAsync(Some.Asking(null, app), Stop));
        var code = server.Allow(ask.Page).Query.Split("code=")[1];
        return await x.CompleteAsync(ask.Kept, code, Stop);
    }

    private Task SaveAsync(ConnectedAccount account, string secret, CancellationToken stop)
    {
        lock (saved)
            saved.Add(secret);
        return Task.CompletedTask;
    }

    private ChannelUnderTest Over(ConnectedAccount account) => new(
        x, account, delivery => Task.FromResult<IReadOnlyList<StandingPost>>([.. server.Standing().Where(post => post.Text == delivery.Content.Text).Select(post => new StandingPost(post.Text, post.Alts))]));

    private static RejectKind Rejected(Outcome outcome) => Assert.IsType<Outcome.Rejected>(outcome).Kind;

    private static string InWords(Outcome outcome) => outcome switch
    {
        Outcome.Rejected rejected => $"Rejected {rejected.Kind}",
        Outcome.NotSent notSent => $"NotSent {notSent.Kind}",
        _ => outcome.GetType().Name,
    };

    private static async Task<IReadOnlyList<object>> EveryAnswerAsync(ChannelUnderTest network, Delivery delivery) =>
    [
        await network.SendAsync(delivery), await network.Finds.FindAsync(delivery, Stop), await ((IListPosts)network.Channel).ListAsync(network.Account, null, Stop),
        await ((ICheckAccount)network.Channel).CheckAsync(network.Account, Stop), await ((IPrepare)network.Channel).PrepareAsync(delivery with { Content = new PostContent("x", [Some.Picture()]) }, Stop),
        await ((IDelete)network.Channel).DeleteAsync(network.Account, new RemoteRef("9", null), Stop),
    ];

    private static HttpResponseMessage Answer(HttpStatusCode status, string body) => new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
}

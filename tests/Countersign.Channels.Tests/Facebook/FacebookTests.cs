using System.Net;
using System.Text;
using Countersign.Channels.Facebook;
using Countersign.Channels.Tests.Fakes;

namespace Countersign.Channels.Tests.Facebook;

/// <summary>The contract, on the strict fake, and what only Facebook does.</summary>
public sealed class FacebookTests : NetworkContract, IDisposable
{
    private static readonly DateTimeOffset now = new(2026, 11, 22, 14, 0, 0, TimeSpan.Zero);

    private readonly QuickClock clock = new(now);
    private readonly StrictFacebook server;
    private readonly HttpClient http;
    private readonly FacebookChannel facebook;

    public FacebookTests()
    {
        server = new StrictFacebook(clock);
        http = new HttpClient(server);
        facebook = new FacebookChannel(http, clock, (_, _, _) => throw new InvalidOperationException("Nothing is renewed on Facebook."), new FacebookSettings());
    }

    protected override bool HonoursKeys => false;

    protected override bool RefusesDuplicates => true;

    protected override bool ListsReplies => false;

    /// <summary>The stricter way of counting: what the network counts is nowhere said.</summary>
    protected override int AnEmojiCounts => 11;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        http.Dispose();
        Assert.Empty(server.Violations);
    }

    [Fact]
    public async Task Whoever_looks_after_several_pages_chooses_among_all_of_them_and_one_they_may_not_publish_on_is_shown_as_such()
    {
        var choose = Assert.IsType<ConnectOutcome.Choose>(await CompleteAsync(StrictFacebook.App));

        Assert.Equal(["Northgate", "Northgate Careers", "Northgate Club"], choose.Accounts.Select(page => page.Name));
        Assert.Equal([true, true, false], choose.Accounts.Select(page => page.Lacking is null));
        Assert.Equal("missing-permission", Refused(await facebook.ChooseAsync(choose.Kept, StrictFacebook.ReadOnlyPageId, Stop)));
        Assert.Equal("no-choice", Refused(await facebook.ChooseAsync(choose.Kept, "7", Stop)));
        Assert.Equal("begin-again", Refused(await facebook.ChooseAsync("{}", StrictFacebook.PageId, Stop)));
        var connected = Assert.IsType<ConnectOutcome.Connected>(await facebook.ChooseAsync(choose.Kept, StrictFacebook.OtherPageId, Stop));
        Assert.Equal((StrictFacebook.OtherPageId, "Northgate"), (connected.RemoteId, connected.Handle));
        Assert.DoesNotContain("planted-person", connected.Secret, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Access_that_opens_another_page_than_the_one_chosen_connects_nothing()
    {
        server.MixesPagesUp = true;
        var choose = Assert.IsType<ConnectOutcome.Choose>(await CompleteAsync(StrictFacebook.App));

        Assert.Equal("other-account", Refused(await facebook.ChooseAsync(choose.Kept, StrictFacebook.PageId, Stop)));
    }

    [Fact]
    public async Task Nobody_is_connected_without_an_app_a_page_or_all_of_the_permissions()
    {
        Assert.Equal("no-app", Assert.IsType<AuthoriseOutcome.Refused>(await facebook.BeginAsync(Some.Asking(null), Stop)).Code);
        Assert.Equal("wrong-app", Refused(await CompleteAsync(StrictFacebook.App with { Secret = "another" })));
        server.WithoutPermission = "pages_manage_posts";
        Assert.Equal("missing-permission", Refused(await CompleteAsync(StrictFacebook.App)));
        server.WithoutPermission = null;
        server.HasPages = false;
        Assert.Equal("no-pages", Refused(await CompleteAsync(StrictFacebook.App)));
    }

    [Fact]
    public async Task A_thread_is_a_post_a_comment_below_it_and_a_comment_below_that()
    {
        var network = await ConnectedAsync();
        var first = await AcceptedAsync(network, Some.Words("One"));
        var second = await AcceptedAsync(network, Some.Words("Two") with { ReplyTo = first, Part = new ThreadPart(2, 3) });
        await AcceptedAsync(network, Some.Words("Three") with { ReplyTo = second, Part = new ThreadPart(3, 3) });

        Assert.Equal(["Two"], server.Below(first.Id));
        Assert.Equal(["Three"], server.Below(second.Id));
        Assert.Single(await ListedAsync(network));
        Assert.IsType<Outcome.Accepted>(await facebook.DeleteAsync(network.Account, second, Stop));
        Assert.Empty(server.Below(first.Id));
    }

    [Fact]
    public async Task A_post_without_pictures_carries_its_first_address_as_a_card_and_one_with_pictures_does_not()
    {
        var network = await ConnectedAsync();

        Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(Some.Words("Read https://example.org/a?b=1&c=ü, then https://example.com/."))));
        Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(new PostContent("See https://example.org/", [Some.Picture()]))));
    }

    [Theory]
    [InlineData("image/webp", "RIFF....WEBP")]
    [InlineData("image/gif", "GIF89a......")]
    public void A_picture_of_a_type_that_pages_do_not_take_is_refused_beforehand(string type, string file) =>
        Assert.Equal(RejectKind.MediaInvalid, Assert.Single(facebook.Validate(new PostContent("Look", [Some.Media(Encoding.ASCII.GetBytes(file), type, "A wave")]))).Kind);

    [Fact]
    public async Task An_edit_changes_words_and_refuses_other_pictures()
    {
        var network = await ConnectedAsync();
        var delivery = network.Deliver(new PostContent("Before", [Some.Picture("A pier")]));
        var standing = Assert.IsType<Outcome.Accepted>(await network.SendAsync(delivery)).Remote;
        var other = delivery with { Content = new PostContent("After", [Some.Picture("A boat")]), Standing = standing };

        Assert.Equal(RejectKind.NotOffered, Assert.IsType<Outcome.Rejected>(await network.EditAsync(other, standing)).Kind);
        Assert.Equal(1, server.CallsTo($"POST /v25.0/{StrictFacebook.PageId}/photos"));
    }

    [Fact]
    public async Task A_post_that_the_page_does_not_show_yet_is_no_proof_of_absence_and_is_found_later()
    {
        var network = await ConnectedAsync();
        server.LaggingReads = 1;
        var delivery = network.Deliver(Some.Words("Slow to show"));
        await network.SendAsync(delivery);

        Assert.Equal(new FindResult.NotFound(Conclusive: false), await facebook.FindAsync(delivery, Stop));
        Assert.IsType<FindResult.Found>(await facebook.FindAsync(delivery, Stop));
    }

    [Theory]
    [InlineData(463, "AuthExpired", AccountStanding.Closed)]
    [InlineData(460, "AuthRevoked", AccountStanding.Closed)]
    [InlineData(458, "AuthRevoked", AccountStanding.Closed)]
    [InlineData(467, "AuthRevoked", AccountStanding.Closed)]
    [InlineData(459, "AccountRestricted", AccountStanding.Restricted)]
    [InlineData(464, "AccountRestricted", AccountStanding.Restricted)]
    public async Task Access_that_opens_nothing_any_more_is_told_by_its_subcode_and_asked_about_once(int subcode, string kind, AccountStanding standing)
    {
        var network = await ConnectedAsync();
        server.ShutBecause = subcode;

        Assert.Equal(kind, Assert.IsType<Outcome.Rejected>(await network.SendAsync(network.Deliver(Some.Words("Shut")))).Kind.ToString());
        Assert.Equal(1, server.CallsTo($"POST /v25.0/{StrictFacebook.PageId}/feed"));
        Assert.Equal(standing, (await facebook.CheckAsync(network.Account, Stop)).Standing);
    }

    [Fact]
    public async Task A_limit_in_percent_that_is_used_up_is_waited_for_as_long_as_Facebook_says()
    {
        var network = await ConnectedAsync();
        Assert.Equal(97, (await facebook.CheckAsync(network.Account, Stop)).Quota!.Remaining);
        (server.Usage, server.RegainMinutes) = (100, 7);

        var first = Assert.IsType<Outcome.NotSent>(await network.SendAsync(network.Deliver(Some.Words("Too many"))));
        var second = Assert.IsType<Outcome.NotSent>(await network.SendAsync(network.Deliver(Some.Words("Still"))));

        Assert.Equal((NotSentKind.RateLimited, (TimeSpan?)TimeSpan.FromMinutes(7)), (first.Kind, first.RetryAfter));
        Assert.Equal((NotSentKind.RateLimited, (TimeSpan?)TimeSpan.FromMinutes(7)), (second.Kind, second.RetryAfter));
        Assert.Equal(1, server.CallsTo($"POST /v25.0/{StrictFacebook.PageId}/feed"));
        (server.Usage, server.RegainMinutes) = (3, 0);
        clock.Advance(TimeSpan.FromMinutes(7));
        Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(Some.Words("After it"))));
    }

    [Theory]
    [InlineData(500, "{}", "Unknown")]
    [InlineData(200, "{}", "Unknown")]
    [InlineData(200, "<html>", "Unknown")]
    [InlineData(302, "", "Unknown")]
    [InlineData(400, """{"error":{"message":"(#190) (#200) (#4) anything","code":99999}}""", "Unknown")]
    [InlineData(400, """{"error":{"message":"x","code":1}}""", "Unknown")]
    [InlineData(400, """{"error":{"message":"x","code":2}}""", "Unknown")]
    [InlineData(400, """{"error":{"message":"x","code":506}}""", "Unknown")]
    [InlineData(400, """{"error":{"message":"x","code":368}}""", "Unknown")]
    [InlineData(400, """{"error":{"message":"x","code":100,"error_subcode":1366051}}""", "Unknown")]
    [InlineData(400, """{"error":{"message":"x","code":1609005}}""", "Rejected TextInvalid")]
    [InlineData(400, """{"error":{"message":"x","code":100}}""", "Rejected Misconfigured")]
    [InlineData(400, """{"error":{"message":"x","code":100,"error_subcode":33}}""", "Rejected TargetGone")]
    [InlineData(403, """{"error":{"message":"x","code":10}}""", "Rejected PermissionMissing")]
    [InlineData(403, """{"error":{"message":"x","code":200}}""", "Rejected PermissionMissing")]
    [InlineData(403, """{"error":{"message":"x","code":299}}""", "Rejected PermissionMissing")]
    [InlineData(400, """{"error":{"message":"x","code":300}}""", "Unknown")]
    [InlineData(400, """{"error":{"message":"x","code":190}}""", "Rejected AuthRevoked")]
    [InlineData(401, """{"error":{"message":"x","code":190,"error_subcode":463}}""", "Rejected AuthExpired")]
    [InlineData(400, """{"error":{"message":"x","code":4}}""", "NotSent RateLimited")]
    [InlineData(400, """{"error":{"message":"x","code":17}}""", "NotSent RateLimited")]
    [InlineData(400, """{"error":{"message":"x","code":32}}""", "NotSent RateLimited")]
    [InlineData(400, """{"error":{"message":"x","code":341}}""", "NotSent RateLimited")]
    [InlineData(400, """{"error":{"message":"x","code":613}}""", "NotSent RateLimited")]
    [InlineData(400, """{"error":{"message":"x","code":80001}}""", "NotSent RateLimited")]
    [InlineData(400, """{"error":{"message":"x","code":"190"}}""", "Unknown")]
    public async Task An_answer_is_judged_by_its_codes_and_never_by_its_prose_or_status(int status, string body, string expected)
    {
        var network = await ConnectedAsync();
        server.Instead = request => request.Method == HttpMethod.Post ? Answer((HttpStatusCode)status, body) : null;

        Assert.Equal(expected, InWords(await network.SendAsync(network.Deliver(Some.Words("Plainly?")))));
    }

    [Fact]
    public async Task A_post_in_another_place_than_the_page_is_told()
    {
        var network = await ConnectedAsync();
        server.Instead = request => request.Method == HttpMethod.Post ? Answer(HttpStatusCode.OK, """{"id":"5_6"}""") : null;

        Assert.NotNull(Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(Some.Words("Where?")))).Differs);
    }

    [Fact]
    public async Task More_posts_than_a_page_holds_are_listed_and_searched()
    {
        var network = await ConnectedAsync();
        var first = network.Deliver(new PostContent("The first of many", [Some.Picture("A"), Some.Picture("B")]));
        await network.SendAsync(first);
        for (var i = 0; i < 230; i++)
            await network.SendAsync(network.Deliver(Some.Words($"One of many {i}")));

        Assert.Equal(231, (await ListedAsync(network)).Count);
        Assert.IsType<FindResult.Found>(await facebook.FindAsync(first, Stop));
    }

    [Fact]
    public async Task No_secret_is_in_anything_that_comes_out()
    {
        var ask = await facebook.BeginAsync(Some.Asking(null, StrictFacebook.App), Stop);
        var choose = Assert.IsType<ConnectOutcome.Choose>(await CompleteAsync(StrictFacebook.App));
        var connected = await facebook.ChooseAsync(choose.Kept, StrictFacebook.PageId, Stop);
        var network = await ConnectedAsync();
        var delivery = network.Deliver(Some.Words("Nothing planted"));
        List<object> everything = [ask, facebook, choose, connected, network.Account, delivery, await facebook.CompleteAsync(((AuthoriseOutcome.Ask)ask).Kept, "planted-wrong", Stop)];
        foreach (var status in (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.InternalServerError])
        {
            server.Instead = request => Answer(status, $$$"""{"id":"1","error":{"message":"{{{request.Headers.Authorization}}}","type":"{{{request.Headers.Authorization}}}","code":"{{{request.Headers.Authorization}}}"}}""");
            everything.AddRange(await EveryAnswerAsync(network, delivery));
        }

        server.Instead = request => throw new HttpRequestException($"{request.Headers.Authorization} {network.Account.Secret}", new IOException(network.Account.Secret));
        everything.AddRange(await EveryAnswerAsync(network, delivery));

        Assert.All(everything, thing => Assert.DoesNotContain("planted-", thing.ToString(), StringComparison.OrdinalIgnoreCase));
        var outcomes = everything.Where(thing => thing is Outcome or PrepareOutcome or FindResult or PostPage or AccountCheck);
        Assert.All(outcomes, thing => Assert.DoesNotContain("planted-", System.Text.Json.JsonSerializer.Serialize(thing, thing.GetType()), StringComparison.OrdinalIgnoreCase));
    }

    protected override async Task<ChannelUnderTest> ConnectedAsync()
    {
        var choose = Assert.IsType<ConnectOutcome.Choose>(await CompleteAsync(StrictFacebook.App));
        var connected = Assert.IsType<ConnectOutcome.Connected>(await facebook.ChooseAsync(choose.Kept, StrictFacebook.PageId, Stop));
        Assert.Equal((StrictFacebook.PageId, "northgate", "Northgate"), (connected.RemoteId, connected.Handle, connected.DisplayName));
        var account = new ConnectedAccount("1", connected.Handle, connected.Server, connected.RemoteId, connected.Secret);
        return new ChannelUnderTest(facebook, account, delivery => Task.FromResult<IReadOnlyList<StandingPost>>(
            [.. server.Standing().Where(post => post.Text == delivery.Content.Text).Select(post => new StandingPost(post.Text, post.Alts))]));
    }

    protected override async Task<ChannelUnderTest> LosingAnswersAsync()
    {
        var network = await ConnectedAsync();
        server.Loses = request => request.Method == HttpMethod.Post && request.RequestUri!.AbsolutePath.EndsWith("/feed", StringComparison.Ordinal);
        return network;
    }

    protected override async Task<ConnectOutcome> ConnectWithAsync(string wrong)
    {
        var ask = Assert.IsType<AuthoriseOutcome.Ask>(await facebook.BeginAsync(Some.Asking(null, StrictFacebook.App), Stop));
        return await facebook.CompleteAsync(ask.Kept, wrong, Stop);
    }

    protected override bool Reposts(ChannelUnderTest network)
    {
        Assert.IsNotType<IRepost>(network.Channel, exactMatch: false);
        return false;
    }

    protected override Task<RemoteRef> GoneAsync(ChannelUnderTest network) => Task.FromResult(new RemoteRef(StrictFacebook.PageId + "_9", null));

    private async Task<ConnectOutcome> CompleteAsync(AppKey app)
    {
        var ask = Assert.IsType<AuthoriseOutcome.Ask>(await facebook.BeginAsync(Some.Asking(null, app), Stop));
        if (app != StrictFacebook.App)
            return await facebook.CompleteAsync(ask.Kept, "any", Stop);
        return await facebook.CompleteAsync(ask.Kept, server.Allow(ask.Page).Query.Split("code=")[1].Split('&')[0], Stop);
    }

    private static async Task<RemoteRef> AcceptedAsync(ChannelUnderTest network, PostContent content) => Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(content))).Remote;

    private static string Refused(ConnectOutcome outcome) => Assert.IsType<ConnectOutcome.Refused>(outcome).Code;

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
        await ((IDelete)network.Channel).DeleteAsync(network.Account, new RemoteRef("1_9", null), Stop),
    ];

    private static HttpResponseMessage Answer(HttpStatusCode status, string body) => new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
}

using System.Net;
using System.Text;
using Countersign.Channels.Http;
using Countersign.Channels.LinkedIn;
using Countersign.Channels.Tests.Fakes;

namespace Countersign.Channels.Tests.LinkedIn;

/// <summary>The contract, on the strict fake, and what only LinkedIn does.</summary>
public sealed class LinkedInTests : NetworkContract, IDisposable
{
    private static readonly DateTimeOffset now = new(2026, 11, 22, 14, 0, 0, TimeSpan.Zero);

    private readonly QuickClock clock = new(now);
    private readonly StrictLinkedIn server;
    private readonly HttpClient http;
    private readonly LinkedInChannel linkedIn;
    private readonly List<string> saved = [];

    public LinkedInTests()
    {
        server = new StrictLinkedIn(clock);
        http = new HttpClient(server);
        linkedIn = Open(new LinkedInSettings());
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
    public async Task Whoever_looks_after_several_pages_chooses_one_and_posts_in_its_name()
    {
        var choose = Assert.IsType<ConnectOutcome.Choose>(await CompleteAsync(StrictLinkedIn.App));

        Assert.Equal(["Northgate", "Northgate 6", "Northgate 7"], choose.Accounts.Select(page => page.Name));
        Assert.Equal([true, true, false], choose.Accounts.Select(page => page.Lacking is null));
        Assert.Equal("missing-permission", Refused(await linkedIn.ChooseAsync(choose.Kept, StrictLinkedIn.ReadOnlyPageId, Stop)));
        Assert.Equal("no-choice", Refused(await linkedIn.ChooseAsync(choose.Kept, "urn:li:person:1", Stop)));
        var connected = Assert.IsType<ConnectOutcome.Connected>(await linkedIn.ChooseAsync(choose.Kept, StrictLinkedIn.OtherPageId, Stop));
        Assert.Equal((StrictLinkedIn.OtherPageId, "northgate-6"), (connected.RemoteId, connected.Handle));
    }

    [Fact]
    public async Task Nobody_is_connected_without_an_app_a_page_or_all_of_the_permissions()
    {
        Assert.Equal("no-app", Assert.IsType<AuthoriseOutcome.Refused>(await linkedIn.BeginAsync(Some.Asking(null), Stop)).Code);
        Assert.Equal("wrong-app", Refused(await CompleteAsync(StrictLinkedIn.App with { Secret = "another" })));
        server.WithoutScope = "w_organization_social";
        Assert.Equal("missing-permission", Refused(await CompleteAsync(StrictLinkedIn.App)));
        server.WithoutScope = null;
        server.HasPages = false;
        Assert.Equal("no-pages", Refused(await CompleteAsync(StrictLinkedIn.App)));
    }

    [Theory]
    [InlineData("(a) [b] {c} <d> @e #f *g* _h_ ~i~ |j| back\\slash \\( \\\\")]
    [InlineData("We are hiring #engineers and #Sheffield_jobs, see https://example.org/a_b(c)?d=#e. #1 of #ünï")]
    [InlineData("{hashtag|\\#|not_one_of_ours} and \\#escaped")]
    public async Task What_means_something_to_LinkedIn_arrives_as_it_was_approved(string text)
    {
        var network = await ConnectedAsync();
        var delivery = network.Deliver(Some.Words(text));

        Assert.IsType<Outcome.Accepted>(await network.SendAsync(delivery));

        Assert.Equal(text, Assert.Single(server.Standing()).Text);
        Assert.Equal(text, Assert.Single(await ListedAsync(network)).Text);
        Assert.IsType<FindResult.Found>(await linkedIn.FindAsync(delivery, Stop));
    }

    [Fact]
    public async Task The_limit_counts_the_text_as_it_is_sent()
    {
        var network = await ConnectedAsync();
        var full = Some.Words(new string('(', 1_000) + Some.Letters(1_000));

        Assert.Equal(3_000, Assert.Single(linkedIn.Measure(full.Text)).Used);
        Assert.Empty(linkedIn.Validate(full));
        Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(full)));
        Assert.Equal(RejectKind.TextTooLong, Assert.Single(linkedIn.Validate(Some.Words(full.Text + "a"))).Kind);
        Assert.Equal(RejectKind.TextTooLong, Assert.IsType<Outcome.Rejected>(await network.SendAsync(network.Deliver(Some.Words(full.Text + "a")))).Kind);
    }

    [Fact]
    public async Task A_thread_is_a_post_a_comment_below_it_and_an_answer_to_that_and_comments_are_edited_and_taken_down_too()
    {
        var network = await ConnectedAsync();
        var first = await AcceptedAsync(network, Some.Words("One"));
        var second = await AcceptedAsync(network, Some.Words("Two (2)") with { ReplyTo = first, Part = new ThreadPart(2, 3) });
        await AcceptedAsync(network, Some.Words("Three") with { ReplyTo = second, Part = new ThreadPart(3, 3) });

        Assert.Equal(["Two (2)"], server.Below(first.Id));
        Assert.Equal(["Three"], server.Below(second.Id));
        var edit = network.Deliver(Some.Words("Two, again") with { ReplyTo = first }) with { Standing = second };
        Assert.IsType<Outcome.Accepted>(await network.EditAsync(edit, second));
        Assert.Equal(["Two, again"], server.Below(first.Id));
        Assert.IsType<Outcome.Accepted>(await linkedIn.DeleteAsync(network.Account, second, Stop));
        Assert.Empty(server.Below(first.Id));
    }

    [Fact]
    public async Task A_quote_is_a_post_that_shows_another()
    {
        var network = await ConnectedAsync();
        var quoted = await AcceptedAsync(network, Some.Words("To be quoted"));
        var quote = network.Deliver(Some.Words("Look at this") with { Quotes = quoted });

        Assert.IsType<Outcome.Accepted>(await network.SendAsync(quote));
        Assert.IsType<FindResult.Found>(await linkedIn.FindAsync(quote, Stop));
        Assert.IsType<FindResult.NotFound>(await linkedIn.FindAsync(quote with { Content = Some.Words("Look at this") }, Stop));
        Assert.Equal(RejectKind.TargetGone, Assert.IsType<Outcome.Rejected>(await network.SendAsync(network.Deliver(Some.Words("Nothing") with { Quotes = await GoneAsync(network) }))).Kind);
    }

    [Fact, Trait("case", "PUB-06")]
    public async Task A_refusal_as_a_duplicate_names_a_post_that_is_read_before_it_is_believed()
    {
        var network = await ConnectedAsync();
        var standing = await AcceptedAsync(network, Some.Words("Twice"));
        server.Remembered["Gone already"] = "urn:li:share:42";

        var twice = Assert.IsType<Outcome.Unknown>(await network.SendAsync(network.Deliver(Some.Words("Twice"))));
        var gone = Assert.IsType<Outcome.Unknown>(await network.SendAsync(network.Deliver(Some.Words("Gone already"))));

        Assert.Contains($"{standing.Id}, and that post is there", twice.Evidence.Note, StringComparison.Ordinal);
        Assert.Contains("urn:li:share:42, but that post is gone", gone.Evidence.Note, StringComparison.Ordinal);
        Assert.Equal("DUPLICATE_POST", twice.Evidence.Code);
    }

    [Fact]
    public async Task A_version_that_LinkedIn_has_retired_is_told_as_that_everywhere_and_its_end_is_known_beforehand()
    {
        var network = await ConnectedAsync();
        server.OldestVersion = "202611";

        Assert.Equal(RejectKind.ConnectorOutdated, Assert.IsType<Outcome.Rejected>(await network.SendAsync(network.Deliver(Some.Words("Too old")))).Kind);
        var check = await linkedIn.CheckAsync(network.Account, Stop);
        Assert.Equal(AccountStanding.Restricted, check.Standing);
        Assert.Contains("retired the version", check.Evidence!.Note, StringComparison.Ordinal);
        Assert.Equal(new DateOnly(2027, 10, 1), linkedIn.Describe().Sunset);
        var newer = network with { Channel = Open(new LinkedInSettings { Version = "202611" }) };
        Assert.IsType<Outcome.Accepted>(await newer.SendAsync(newer.Deliver(Some.Words("New enough"))));
    }

    [Fact]
    public async Task A_picture_LinkedIn_still_works_on_is_waited_for_and_only_so_long_and_never_sent_to_a_strange_server()
    {
        var network = await ConnectedAsync();
        server.LooksBeforeReady = 3;
        Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(new PostContent("Slow", [Some.Picture()]))));
        server.LooksBeforeReady = 1_000;
        Assert.Equal(NotSentKind.MediaNotReady, Assert.IsType<Outcome.NotSent>(await network.SendAsync(network.Deliver(new PostContent("Slower", [Some.Picture()])))).Kind);
        server.LooksBeforeReady = 0;
        server.Uploads = new Uri("https://uploads.example.com/");
        Assert.Equal(RejectKind.Misconfigured, Assert.IsType<Outcome.Rejected>(await network.SendAsync(network.Deliver(new PostContent("Strange", [Some.Picture()])))).Kind);
        Assert.Equal(2, server.Calls.Count(call => call.StartsWith("PUT ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_edit_changes_words_and_refuses_other_pictures()
    {
        var network = await ConnectedAsync();
        var delivery = network.Deliver(new PostContent("Before", [Some.Picture("A pier")]));
        var standing = Assert.IsType<Outcome.Accepted>(await network.SendAsync(delivery)).Remote;

        Assert.Equal(RejectKind.NotOffered, Assert.IsType<Outcome.Rejected>(await network.EditAsync(delivery with { Content = new PostContent("After", [Some.Picture("A boat")]), Standing = standing }, standing)).Kind);
        Assert.IsType<Outcome.Accepted>(await network.EditAsync(delivery with { Content = delivery.Content with { Text = "After (all)" }, Standing = standing }, standing));
        var listed = Assert.Single(await ListedAsync(network));
        Assert.Equal(("After (all)", true), (listed.Text, listed.EditedAt is not null));
    }

    [Fact]
    public async Task Twenty_posts_with_access_that_ends_renew_it_once_and_its_last_day_stays_where_it_was()
    {
        var network = await ConnectedAsync();
        var end = (await linkedIn.CheckAsync(network.Account, Stop)).EndsAt;
        clock.Advance(TimeSpan.FromDays(60));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => network.SendAsync(network.Deliver(Some.Words($"At once {i}")))));

        Assert.All(outcomes, outcome => Assert.IsType<Outcome.Accepted>(outcome));
        Assert.Equal(2, server.CallsTo("POST /oauth/v2/accessToken"));
        Assert.Equal(now.AddDays(365), end);
        Assert.Equal((end, (DateTimeOffset?)now.AddDays(120)), (OAuthSecret.Parse(Assert.Single(saved))!.RefreshEndsAt, OAuthSecret.Parse(saved[0])!.EndsAt));
    }

    [Fact]
    public async Task Access_that_cannot_be_renewed_says_when_it_ends_and_then_that_it_has()
    {
        server.GivesRefresh = false;
        var network = await ConnectedAsync();
        Assert.Equal(now.AddDays(60), (await linkedIn.CheckAsync(network.Account, Stop)).EndsAt);
        clock.Advance(TimeSpan.FromDays(61));

        Assert.Equal(RejectKind.AuthExpired, Assert.IsType<Outcome.Rejected>(await network.SendAsync(network.Deliver(Some.Words("Shut")))).Kind);
        Assert.Equal(AccountStanding.Closed, (await linkedIn.CheckAsync(network.Account, Stop)).Standing);
    }

    [Fact]
    public async Task A_day_that_is_used_up_ends_at_midnight_UTC()
    {
        var network = await ConnectedAsync();
        server.DayIsOver = true;
        var first = Assert.IsType<Outcome.NotSent>(await network.SendAsync(network.Deliver(Some.Words("One"))));
        var second = Assert.IsType<Outcome.NotSent>(await network.SendAsync(network.Deliver(Some.Words("Two"))));

        Assert.Equal((NotSentKind.RateLimited, (TimeSpan?)TimeSpan.FromHours(10)), (first.Kind, first.RetryAfter));
        Assert.Equal((NotSentKind.RateLimited, (TimeSpan?)TimeSpan.FromHours(10)), (second.Kind, second.RetryAfter));
        Assert.Equal(1, server.CallsTo("POST /rest/posts"));
        server.DayIsOver = false;
        clock.Advance(TimeSpan.FromHours(10));
        Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(Some.Words("Tomorrow"))));
    }

    [Fact]
    public async Task A_post_that_the_page_does_not_show_yet_is_no_proof_of_absence_and_is_found_later()
    {
        var network = await ConnectedAsync();
        server.LaggingReads = 1;
        var delivery = network.Deliver(Some.Words("Slow to show"));
        await network.SendAsync(delivery);

        Assert.Equal(new FindResult.NotFound(Conclusive: false), await linkedIn.FindAsync(delivery, Stop));
        Assert.IsType<FindResult.Found>(await linkedIn.FindAsync(delivery, Stop));
    }

    [Theory]
    [InlineData(500, """{"status":500}""", "Unknown")]
    [InlineData(504, "<html>", "Unknown")]
    [InlineData(302, "", "Unknown")]
    [InlineData(201, "", "Unknown")]
    [InlineData(200, """{"id":"urn:li:share:1"}""", "Unknown")]
    [InlineData(400, """{"status":400,"message":"DUPLICATE_POST FIELD_LENGTH_TOO_LONG"}""", "Unknown")]
    [InlineData(403, "<html>", "Unknown")]
    [InlineData(404, "<html>", "Unknown")]
    [InlineData(404, """{"status":404,"message":"x"}""", "Rejected TargetGone")]
    [InlineData(403, """{"status":403,"serviceErrorCode":100,"message":"x"}""", "Rejected PermissionMissing")]
    [InlineData(401, """{"status":401,"serviceErrorCode":65601,"message":"x"}""", "NotSent AuthNotRefreshed")]
    [InlineData(426, """{"status":426,"code":"NONEXISTENT_VERSION"}""", "Rejected ConnectorOutdated")]
    [InlineData(422, """{"status":422,"errorDetails":{"inputErrors":[{"code":"FIELD_LENGTH_TOO_LONG"}]}}""", "Rejected TextTooLong")]
    [InlineData(422, """{"status":422,"errorDetails":{"inputErrors":[{"code":"SOMETHING_NEW"}]}}""", "Rejected Misconfigured")]
    [InlineData(422, """{"status":422,"errorDetails":{"inputErrors":[{"code":"DUPLICATE_POST","description":"x"}]}}""", "Unknown")]
    [InlineData(429, """{"status":429}""", "NotSent RateLimited")]
    public async Task An_answer_is_judged_by_its_status_and_codes_and_never_by_its_prose(int status, string body, string expected)
    {
        var network = await ConnectedAsync();
        server.Instead = request => request is { Method.Method: "POST", RequestUri.AbsolutePath: "/rest/posts" } ? Answer((HttpStatusCode)status, body) : null;

        Assert.Equal(expected, InWords(await network.SendAsync(network.Deliver(Some.Words("Plainly?")))));
    }

    [Fact]
    public async Task More_posts_than_a_page_holds_are_listed_and_searched()
    {
        var network = await ConnectedAsync();
        var first = network.Deliver(Some.Words("The first of many"));
        await network.SendAsync(first);
        for (var i = 0; i < 130; i++)
            await network.SendAsync(network.Deliver(Some.Words($"One of many {i}")));

        Assert.Equal(131, (await ListedAsync(network)).Count);
        Assert.IsType<FindResult.Found>(await linkedIn.FindAsync(first, Stop));
    }

    [Fact]
    public async Task No_secret_is_in_anything_that_comes_out()
    {
        var ask = await linkedIn.BeginAsync(Some.Asking(null, StrictLinkedIn.App), Stop);
        var choose = Assert.IsType<ConnectOutcome.Choose>(await CompleteAsync(StrictLinkedIn.App));
        var network = await ConnectedAsync();
        var delivery = network.Deliver(Some.Words("Nothing planted"));
        List<object> everything = [ask, linkedIn, choose, network.Account, delivery, await linkedIn.CompleteAsync(((AuthoriseOutcome.Ask)ask).Kept, "planted-wrong", Stop)];
        foreach (var status in (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.UnprocessableEntity, HttpStatusCode.Forbidden, HttpStatusCode.InternalServerError])
        {
            server.Instead = request => Answer(status, $$$"""{"status":{{{(int)status}}},"message":"{{{request.Headers.Authorization}}}","errorDetails":{"inputErrors":[{"code":"{{{request.Headers.Authorization}}}","description":"{{{request.Headers.Authorization}}}"}]}}""");
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
        var choose = Assert.IsType<ConnectOutcome.Choose>(await CompleteAsync(StrictLinkedIn.App));
        var connected = Assert.IsType<ConnectOutcome.Connected>(await linkedIn.ChooseAsync(choose.Kept, StrictLinkedIn.PageId, Stop));
        Assert.Equal((StrictLinkedIn.PageId, "northgate", "Northgate"), (connected.RemoteId, connected.Handle, connected.DisplayName));
        var account = new ConnectedAccount("1", connected.Handle, connected.Server, connected.RemoteId, connected.Secret);
        return new ChannelUnderTest(linkedIn, account, delivery => Task.FromResult<IReadOnlyList<StandingPost>>(
            [.. server.Standing().Where(post => post.Text == delivery.Content.Text).Select(post => new StandingPost(post.Text, post.Alts))]));
    }

    protected override async Task<ChannelUnderTest> LosingAnswersAsync()
    {
        var network = await ConnectedAsync();
        server.Loses = request => request is { Method.Method: "POST", RequestUri.AbsolutePath: "/rest/posts" };
        return network;
    }

    protected override async Task<ConnectOutcome> ConnectWithAsync(string wrong)
    {
        var ask = Assert.IsType<AuthoriseOutcome.Ask>(await linkedIn.BeginAsync(Some.Asking(null, StrictLinkedIn.App), Stop));
        return await linkedIn.CompleteAsync(ask.Kept, wrong, Stop);
    }

    protected override Task<RemoteRef> GoneAsync(ChannelUnderTest network) => Task.FromResult(new RemoteRef("urn:li:share:9", null));

    private LinkedInChannel Open(LinkedInSettings settings) => new(http, clock, SaveAsync, settings);

    private Task SaveAsync(ConnectedAccount account, string secret, CancellationToken stop)
    {
        lock (saved)
            saved.Add(secret);
        return Task.CompletedTask;
    }

    private async Task<ConnectOutcome> CompleteAsync(AppKey app)
    {
        var ask = Assert.IsType<AuthoriseOutcome.Ask>(await linkedIn.BeginAsync(Some.Asking(null, app), Stop));
        return await linkedIn.CompleteAsync(ask.Kept, app == StrictLinkedIn.App ? server.Allow(ask.Page).Query.Split("code=")[1].Split('&')[0] : "any", Stop);
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
        await ((IDelete)network.Channel).DeleteAsync(network.Account, new RemoteRef("urn:li:share:9", null), Stop),
    ];

    private static HttpResponseMessage Answer(HttpStatusCode status, string body) => new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Countersign.Channels.Http;
using Countersign.Tests.Shared;

namespace Countersign.Channels.Tests.Bluesky;

/// <summary>What goes wrong between us and the real server, and what is then said about it.</summary>
public sealed class BlueskyFaultTests : IAsyncLifetime
{
    private static readonly HttpClient http = new(Transport.NewHandler());
    private static readonly string page = "<html><body>Bad gateway</body></html>";

    /// <summary>One line for most of these tests, so that its session is opened once. Tests of a class run one after another.</summary>
    private static FaultyLine? shared;

    private BlueskyNetwork network = null!;
    private FaultyLine line = null!;
    private ChannelUnderTest bluesky = null!;

    public async ValueTask InitializeAsync()
    {
        network = await BlueskyNetwork.SharedAsync();
        line = shared ??= new FaultyLine(network.Server);
        line.Strikes = _ => null;
        line.Calls.Clear();
        bluesky = OnBluesky.Open(network, network.Alice, line.Address);
    }

    public ValueTask DisposeAsync() => line == shared ? ValueTask.CompletedTask : line.DisposeAsync();

    public static TheoryData<string, Fault> AfterTheServerActed => new()
    {
        { "the answer is lost", new Fault.LosesTheAnswer() },
        { "the answer breaks off", new Fault.BreaksInTheMiddle() },
        { "500 with a page", new Fault.Replaces(Fault.Http("500 Internal Server Error", page)) },
        { "500 with the network's code", new Fault.Replaces(Fault.Http("500 Internal Server Error", """{"error":"InternalServerError","message":"x"}""")) },
        { "502 of a proxy", new Fault.Replaces(Fault.Http("502 Bad Gateway", page)) },
        { "504 of a proxy", new Fault.Replaces(Fault.Http("504 Gateway Timeout", "")) },
        { "200 with a page", new Fault.Replaces(Fault.Http("200 OK", page)) },
        { "200 with nothing", new Fault.Replaces(Fault.Http("200 OK", "")) },
        { "200 without an id", new Fault.Replaces(Fault.Http("200 OK", """{"validationStatus":"valid"}""")) },
        { "200 about another post", new Fault.Replaces(Fault.Http("200 OK", """{"uri":"at://did:plc:x/app.bsky.feed.post/3jzfcijpj2z2a","cid":"bafy"}""")) },
        { "a redirect", new Fault.Replaces(Fault.Http("302 Found", "", "Location: /login")) },
        { "a repeat asked for by 307", new Fault.Replaces(Fault.Http("307 Temporary Redirect", "", "Location: /xrpc/com.atproto.repo.putRecord")) },
        { "400 without a code", new Fault.Replaces(Fault.Http("400 Bad Request", page)) },
        { "400 with a code nobody knows", new Fault.Replaces(Fault.Http("400 Bad Request", """{"error":"SomethingNew"}""")) },
        { "403 of a firewall", new Fault.Replaces(Fault.Http("403 Forbidden", page)) },
        { "409", new Fault.Replaces(Fault.Http("409 Conflict", """{"error":"Duplicate"}""")) },
        { "no HTTP at all", new Fault.Replaces("SSH-2.0-OpenSSH_9.2\r\n") },
    };

    [Theory]
    [MemberData(nameof(AfterTheServerActed))]
    public async Task What_cannot_be_known_is_unknown_and_found_exactly_once(string name, Fault fault)
    {
        line.Strikes = method => method == "putRecord" ? fault : null;
        var delivery = bluesky.Deliver(Some.Words($"Fault: {name}"));

        Assert.IsType<Outcome.Unknown>(await bluesky.SendAsync(delivery));

        Assert.Equal(1, line.CountOf("putRecord"));
        Assert.IsType<FindResult.Found>(await bluesky.Finds.FindAsync(delivery, TestContext.Current.CancellationToken));
        Assert.Single(await bluesky.StandingAsync(delivery));
    }

    [Fact]
    public async Task An_answer_that_never_comes_is_given_up_after_twenty_seconds()
    {
        var clock = new HastyClock();
        UseALineOfItsOwn(clock);
        await bluesky.SendAsync(bluesky.Deliver(Some.Words("A session at leisure")));
        line.Strikes = _ => new Fault.HoldsTheAnswer();
        clock.Haste = 20;

        Assert.IsType<Outcome.Unknown>(await bluesky.SendAsync(bluesky.Deliver(Some.Words("Held"))));
        Assert.IsType<Outcome.NotSent>(await bluesky.SendAsync(bluesky.Deliver(new PostContent("Held before the write", [Some.Picture()]))));
        Assert.Equal(TimeSpan.FromSeconds(20), clock.Asked);
    }

    [Theory]
    [InlineData("Retry-After: 90", 90)]
    [InlineData("RateLimit-Reset: {0}", 120)]
    [InlineData("X-RateLimit-Reset: {1}", 120)]
    [InlineData("Retry-After: 604800", 86_400)]
    [InlineData("X-Nothing: 1", null)]
    public async Task A_rate_limit_is_not_sent_and_says_how_long_to_wait(string header, int? seconds)
    {
        var reset = TimeProvider.System.GetUtcNow().AddSeconds(120);
        var written = string.Format(CultureInfo.InvariantCulture, header, reset.ToUnixTimeSeconds(), reset.ToString("O", CultureInfo.InvariantCulture));
        line.Strikes = method => method == "putRecord" ? new Fault.Says(Fault.Http("429 Too Many Requests", """{"error":"RateLimitExceeded"}""", written)) : null;
        bluesky = OnBluesky.Open(network, network.Alice, line.Address, http);
        var delivery = bluesky.Deliver(Some.Words("Slow down " + header));

        var notSent = Assert.IsType<Outcome.NotSent>(await bluesky.SendAsync(delivery));

        Assert.Equal(NotSentKind.RateLimited, notSent.Kind);
        Assert.Equal(seconds is null, notSent.RetryAfter is null);
        Assert.Equal(seconds ?? 0, notSent.RetryAfter?.TotalSeconds ?? 0, 10.0);
        Assert.Empty(await bluesky.StandingAsync(delivery));

        // Whoever comes next for this account waits without asking, where it is known how long.
        Assert.Equal(NotSentKind.RateLimited, Assert.IsType<Outcome.NotSent>(await bluesky.SendAsync(bluesky.Deliver(Some.Words("Next")))).Kind);
        Assert.Equal(seconds is null ? 2 : 1, line.CountOf("putRecord"));
    }

    [Fact]
    public async Task A_server_that_is_not_there_was_sent_nothing()
    {
        UseALineOfItsOwn();
        var delivery = bluesky.Deliver(Some.Words("Nobody listens"));
        await bluesky.SendAsync(bluesky.Deliver(Some.Words("A session first")));
        await line.DisposeAsync();

        var notSent = Assert.IsType<Outcome.NotSent>(await bluesky.SendAsync(delivery));

        Assert.Equal(NotSentKind.Unreachable, notSent.Kind);
        Assert.IsType<FindResult.Unavailable>(await bluesky.Finds.FindAsync(delivery, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("https://127.0.0.1:{0}/")]
    [InlineData("http://no-such-host.invalid/")]
    public async Task A_name_or_a_certificate_that_fails_was_sent_nothing(string server)
    {
        using var deaf = new TcpListener(IPAddress.Loopback, 0);
        deaf.Start();
        _ = deaf.AcceptTcpClientAsync().ContinueWith(t => t.Result.Dispose(), TaskScheduler.Default);
        var address = new Uri(string.Format(CultureInfo.InvariantCulture, server, ((IPEndPoint)deaf.LocalEndpoint).Port));
        var lost = OnBluesky.Open(network, network.Alice, address, http);

        Assert.Equal(NotSentKind.Unreachable, Assert.IsType<Outcome.NotSent>(await lost.SendAsync(lost.Deliver(Some.Words("Lost")))).Kind);
    }

    [Fact]
    public async Task The_write_itself_says_whether_its_first_byte_left()
    {
        UseALineOfItsOwn();
        // A session is live, so that the write is the first and only thing to fail.
        await bluesky.SendAsync(bluesky.Deliver(Some.Words("A session before the cut")));
        var publishing = (IPublish)bluesky.Channel;
        var delivery = bluesky.Deliver(Some.Words("Cut"));

        line.Strikes = _ => new Fault.LosesTheAnswer();
        var afterTheFirstByte = await publishing.PublishAsync(delivery, TestContext.Current.CancellationToken);
        await line.DisposeAsync();
        var before = await publishing.PublishAsync(delivery, TestContext.Current.CancellationToken);

        Assert.IsType<Outcome.Unknown>(afterTheFirstByte);
        Assert.Equal(NotSentKind.Unreachable, Assert.IsType<Outcome.NotSent>(before).Kind);
    }

    [Fact]
    public async Task Stopping_in_the_middle_of_a_write_is_unknown_and_before_it_not_sent()
    {
        await bluesky.SendAsync(bluesky.Deliver(Some.Words("A session before the stop")));
        using var stop = new CancellationTokenSource();
        line.Strikes = method =>
        {
            stop.Cancel();
            return new Fault.LosesTheAnswer();
        };
        var publishing = (IPublish)bluesky.Channel;
        var delivery = bluesky.Deliver(Some.Words("Stopped"));

        Assert.IsType<Outcome.Unknown>(await publishing.PublishAsync(delivery, stop.Token));
        Assert.IsType<Outcome.NotSent>(await publishing.PublishAsync(delivery, stop.Token));
    }

    [Theory]
    [InlineData("uploadBlob", "500 Internal Server Error")]
    [InlineData("uploadBlob", "503 Service Unavailable")]
    [InlineData("resolveHandle", "502 Bad Gateway")]
    [InlineData("createSession", "500 Internal Server Error")]
    public async Task What_fails_before_the_write_was_not_sent(string method, string status)
    {
        UseALineOfItsOwn();
        line.Strikes = m => m == method ? new Fault.Says(Fault.Http(status, page)) : null;
        var delivery = bluesky.Deliver(new PostContent($"{method} {status} @bob.test", [Some.Picture()]));

        Assert.IsType<Outcome.NotSent>(await bluesky.SendAsync(delivery));

        Assert.Equal(0, line.CountOf("putRecord"));
        Assert.Empty(await bluesky.StandingAsync(delivery));
    }

    [Fact]
    public async Task A_post_that_was_not_prepared_is_not_sent()
    {
        var delivery = bluesky.Deliver(new PostContent("Not prepared", [Some.Picture()]));

        var notSent = Assert.IsType<Outcome.NotSent>(await ((IPublish)bluesky.Channel).PublishAsync(delivery, TestContext.Current.CancellationToken));

        Assert.Equal(NotSentKind.MediaNotReady, notSent.Kind);
        Assert.Empty(line.Calls);
    }

    [Fact]
    public async Task A_key_the_network_would_refuse_never_reaches_it()
    {
        var delivery = bluesky.Deliver(Some.Words("Bad key")) with { Key = "not-a-key" };

        Assert.Equal(RejectKind.Misconfigured, Assert.IsType<Outcome.Rejected>(await ((IPublish)bluesky.Channel).PublishAsync(delivery, TestContext.Current.CancellationToken)).Kind);
        Assert.Empty(line.Calls);
    }

    private void UseALineOfItsOwn(TimeProvider? clock = null)
    {
        line = new FaultyLine(network.Server);
        bluesky = OnBluesky.Open(network, network.Alice, line.Address, http, clock);
    }

    /// <summary>Lets waiting pass more quickly once a test is in a hurry.</summary>
    private sealed class HastyClock : TimeProvider
    {
        public int Haste { get; set; } = 1;

        public TimeSpan Asked { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, (Asked = dueTime) / Haste, period);
    }
}

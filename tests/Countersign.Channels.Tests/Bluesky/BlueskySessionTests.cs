using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Countersign.Channels.Bluesky;
using Countersign.Channels.Http;
using Countersign.Tests.Shared;

namespace Countersign.Channels.Tests.Bluesky;

/// <summary>Signing in, renewing, and what a closed door looks like, on the real server.</summary>
public sealed class BlueskySessionTests : IAsyncLifetime
{
    private static readonly HttpClient http = new(Transport.NewHandler());
    private static int accounts;

    private readonly StoppedClock clock = new(TimeProvider.System.GetUtcNow());
    private BlueskyNetwork network = null!;
    private FaultyLine line = null!;

    public async ValueTask InitializeAsync()
    {
        network = await BlueskyNetwork.SharedAsync();
        line = new FaultyLine(network.Server);
    }

    public ValueTask DisposeAsync() => line?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Two_posts_at_once_sign_in_once_and_renew_once()
    {
        var bluesky = OnBluesky.Open(network, network.Alice, line.Address, http, clock);
        async Task SendTwo(string text)
        {
            var outcomes = await Task.WhenAll(Enumerable.Range(1, 2).Select(i => bluesky.SendAsync(bluesky.Deliver(Some.Words($"{text} {i}")))));
            Assert.All(outcomes, o => Assert.IsType<Outcome.Accepted>(o));
        }

        await SendTwo("Signed in together");
        Assert.Equal((1, 0), (line.CountOf("createSession"), line.CountOf("refreshSession")));

        clock.Advance(TimeSpan.FromMinutes(116));
        await SendTwo("Renewed together");
        Assert.Equal((1, 1), (line.CountOf("createSession"), line.CountOf("refreshSession")));
    }

    [Fact]
    public async Task A_session_is_kept_until_shortly_before_it_ends()
    {
        var bluesky = OnBluesky.Open(network, network.Alice, line.Address, http, clock);
        await bluesky.SendAsync(bluesky.Deliver(Some.Words("First of the session")));

        clock.Advance(TimeSpan.FromMinutes(110));
        await bluesky.SendAsync(bluesky.Deliver(Some.Words("Last of the session")));

        Assert.Equal(0, line.CountOf("refreshSession"));
    }

    [Fact]
    public async Task A_session_the_server_calls_expired_is_renewed_for_the_next_attempt_and_the_write_is_not_repeated()
    {
        using var stale = new HttpClient(new StaleToken(network.Alice.Did) { InnerHandler = Transport.NewHandler() });
        var bluesky = OnBluesky.Open(network, network.Alice, line.Address, stale);
        var delivery = bluesky.Deliver(Some.Words("Expired on the way"));

        var notSent = Assert.IsType<Outcome.NotSent>(await bluesky.SendAsync(delivery));
        Assert.Equal((NotSentKind.AuthNotRefreshed, "ExpiredToken"), (notSent.Kind, notSent.Evidence.Code));
        Assert.Equal((1, 0), (line.CountOf("putRecord"), line.CountOf("refreshSession")));

        Assert.IsType<Outcome.Accepted>(await bluesky.SendAsync(delivery));
        Assert.Equal((2, 1), (line.CountOf("putRecord"), line.CountOf("refreshSession")));
        Assert.Single(await bluesky.StandingAsync(delivery));
    }

    [Fact]
    public async Task A_revoked_app_password_ends_at_the_next_renewal_with_a_plain_reason()
    {
        var account = await NewAccountAsync();
        var bluesky = OnBluesky.Open(network, account, line.Address, http, clock);
        Assert.IsType<Outcome.Accepted>(await bluesky.SendAsync(bluesky.Deliver(Some.Words("Before"))));

        await network.RevokeAppPasswordAsync(account, "countersign");
        clock.Advance(TimeSpan.FromHours(3));

        Assert.Equal(RejectKind.AuthRevoked, Assert.IsType<Outcome.Rejected>(await bluesky.SendAsync(bluesky.Deliver(Some.Words("After")))).Kind);
    }

    [Fact]
    public async Task An_account_taken_down_is_restricted_and_nobody_tries_to_renew()
    {
        var account = await NewAccountAsync();
        var bluesky = OnBluesky.Open(network, account, line.Address, http);
        await bluesky.SendAsync(bluesky.Deliver(Some.Words("Before the take-down")));

        await network.TakeDownAsync(account);

        Assert.Equal(RejectKind.AccountRestricted, Assert.IsType<Outcome.Rejected>(await bluesky.SendAsync(bluesky.Deliver(Some.Words("After the take-down")))).Kind);
        Assert.Equal(0, line.CountOf("refreshSession"));
    }

    [Fact]
    public async Task A_password_that_opens_another_account_publishes_nothing()
    {
        var bluesky = OnBluesky.Open(network, network.Alice, line.Address, http);
        var mixedUp = bluesky.Account with { RemoteId = null, Handle = network.Bob.Handle, Secret = network.Bob.AppPassword };
        var delivery = bluesky.Deliver(Some.Words("Whose is it?"));

        var first = await bluesky.SendAsync(delivery with { Account = mixedUp });
        Assert.Contains(network.Bob.Did, Assert.IsType<Outcome.Accepted>(first).Remote.Id, StringComparison.Ordinal);

        var second = await bluesky.SendAsync(delivery with { Account = mixedUp with { RemoteId = network.Alice.Did } });
        Assert.Equal(RejectKind.Misconfigured, Assert.IsType<Outcome.Rejected>(second).Kind);
    }

    [Fact]
    public async Task The_thirty_first_sign_in_in_five_minutes_is_not_made()
    {
        var bluesky = OnBluesky.Open(network, network.Alice, line.Address, http, clock);
        line.Strikes = method => method == "createSession" ? new Fault.Says(Fault.Http("503 Service Unavailable", "")) : null;
        for (var i = 0; i < 30; i++)
            await bluesky.SendAsync(bluesky.Deliver(Some.Words("Again")));
        clock.Advance(TimeSpan.FromMinutes(1));

        var notSent = Assert.IsType<Outcome.NotSent>(await bluesky.SendAsync(bluesky.Deliver(Some.Words("Again"))));

        Assert.Equal((NotSentKind.RateLimited, TimeSpan.FromMinutes(4)), (notSent.Kind, notSent.RetryAfter));
        Assert.Equal(30, line.CountOf("createSession"));
    }

    [Fact]
    public async Task The_servers_own_limit_on_sign_ins_is_told_in_plain_words()
    {
        await using var strict = await BlueskyNetwork.StartAsync(limits: true);
        var connecting = new BlueskyChannel(http, TimeProvider.System, OnBluesky.NothingToSave);
        var tries = await Task.WhenAll(Enumerable.Range(0, 31).Select(_ =>
            connecting.ConnectAsync(new ConnectRequest(strict.Server, "nobody.test", "wrong"), TestContext.Current.CancellationToken)));

        Assert.Equal(
            [("rate-limited", 1), ("wrong-password", 30)],
            tries.Cast<ConnectOutcome.Refused>().CountBy(r => r.Code).Select(c => (c.Key, c.Value)).Order());

        // The server counts by the name signed in with, and answers for a name it does not know without the cost of a password.
        var bluesky = OnBluesky.Open(strict, strict.Alice, strict.Server, http);
        var delivery = bluesky.Deliver(Some.Words("Limited")) with { Account = bluesky.Account with { RemoteId = null, Handle = "nobody.test" } };
        var notSent = Assert.IsType<Outcome.NotSent>(await bluesky.SendAsync(delivery));
        Assert.Equal(NotSentKind.RateLimited, notSent.Kind);
        Assert.InRange(notSent.RetryAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
    }

    private Task<BlueskyAccount> NewAccountAsync() => network.CreateAccountAsync($"session{Interlocked.Increment(ref accounts)}");

    /// <summary>Puts a token that ended an hour ago on the first write, signed with the test server's fixed secret.</summary>
    private sealed class StaleToken(string did) : DelegatingHandler
    {
        private int writes;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.AbsolutePath.EndsWith("putRecord", StringComparison.Ordinal) && Interlocked.Increment(ref writes) == 1)
                request.Headers.Authorization = new("Bearer", Expired());
            return base.SendAsync(request, cancellationToken);
        }

        private string Expired()
        {
            var now = TimeProvider.System.GetUtcNow();
            var head = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new { typ = "at+jwt", alg = "HS256" }));
            var claims = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new
            {
                scope = "com.atproto.appPass",
                sub = did,
                aud = "did:web:localhost",
                iat = now.AddHours(-3).ToUnixTimeSeconds(),
                exp = now.AddHours(-1).ToUnixTimeSeconds(),
            }));
            return $"{head}.{claims}.{Base64Url.EncodeToString(HMACSHA256.HashData("jwt-secret"u8, Encoding.ASCII.GetBytes($"{head}.{claims}")))}";
        }
    }
}

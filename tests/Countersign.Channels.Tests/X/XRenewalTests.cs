using Countersign.Channels.Http;
using Countersign.Channels.Tests.Fakes;
using Countersign.Channels.X;

namespace Countersign.Channels.Tests.X;

/// <summary>Renewals of access that go wrong half way, on the strict fake: X gives a new key for the old one and takes the old one once.</summary>
public sealed class XRenewalTests : IDisposable
{
    private readonly QuickClock clock = new(new DateTimeOffset(2026, 11, 22, 14, 0, 0, TimeSpan.Zero));
    private readonly StrictX server;
    private readonly HttpClient http;
    private readonly List<string> saved = [];

    public XRenewalTests() => http = new HttpClient(server = new StrictX(clock));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        http.Dispose();
        Assert.Empty(server.Violations);
    }

    [Fact, Trait("case", "TOK-02")]
    public async Task What_was_renewed_and_never_kept_ends_in_connect_again_at_the_next_start_and_sends_nothing()
    {
        var account = await ConnectAsync();
        clock.Advance(TimeSpan.FromHours(3));
        var dying = Started((_, _, _) => throw new InvalidOperationException("The program ends here."), account);
        await Assert.ThrowsAsync<InvalidOperationException>(() => dying.SendAsync(dying.Deliver(Some.Words("Lost"))));

        var after = Started(SaveAsync, account);
        var outcome = Assert.IsType<Outcome.Rejected>(await after.SendAsync(after.Deliver(Some.Words("After"))));

        Assert.Equal(RejectKind.AuthRevoked, outcome.Kind);
        Assert.Equal(3, server.CallsTo("POST /2/oauth2/token"));
        Assert.DoesNotContain("POST /2/tweets", server.Calls);
        Assert.Empty(saved);
        Assert.Equal(AccountStanding.Closed, (await ((ICheckAccount)after.Channel).CheckAsync(account, Stop)).Standing);
    }

    [Fact, Trait("case", "TOK-03")]
    public async Task A_renewal_that_gives_neither_a_key_for_the_next_nor_an_end_keeps_the_old_key_and_makes_no_end_up()
    {
        var account = await ConnectAsync();
        var before = OAuthSecret.Parse(account.Secret)!;
        server.Forgets = true;
        clock.Advance(TimeSpan.FromHours(3));
        var network = Started(SaveAsync, account);

        Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(Some.Words("Renewed"))));

        var kept = OAuthSecret.Parse(Assert.Single(saved))!;
        Assert.Equal((before.Refresh, (DateTimeOffset?)null, (DateTimeOffset?)null), (kept.Refresh, kept.EndsAt, kept.RefreshEndsAt));
        Assert.NotEqual(before.Access, kept.Access);
        Assert.NotNull(kept.Refresh);
    }

    private ChannelUnderTest Started(SaveSecret save, ConnectedAccount account) =>
        new(new XChannel(http, clock, save, new XSettings()), account, _ => Task.FromResult<IReadOnlyList<StandingPost>>([]));

    private async Task<ConnectedAccount> ConnectAsync()
    {
        var x = new XChannel(http, clock, SaveAsync, new XSettings());
        var ask = Assert.IsType<AuthoriseOutcome.Ask>(await x.BeginAsync(Some.Asking(null, StrictX.App), Stop));
        var connected = Assert.IsType<ConnectOutcome.Connected>(await x.CompleteAsync(ask.Kept, server.Allow(ask.Page).Query.Split("code=")[1], Stop));
        return new ConnectedAccount("1", connected.Handle, connected.Server, connected.RemoteId, connected.Secret);
    }

    private Task SaveAsync(ConnectedAccount account, string secret, CancellationToken stop)
    {
        saved.Add(secret);
        return Task.CompletedTask;
    }
}

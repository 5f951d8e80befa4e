using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Countersign.Channels.Bluesky;
using Countersign.Channels.Http;
using Countersign.Tests.Shared;

namespace Countersign.Channels.Tests.Bluesky;

/// <summary>Accounts whose owner allowed it on their own server, a real one: no password is given to us.</summary>
public sealed class BlueskyOAuthTests : IAsyncLifetime, IDisposable
{
    private static readonly Uri back = new("http://127.0.0.1:5080/accounts/connect/back");

    private readonly HttpClient http = new(Transport.NewHandler());
    private readonly ConcurrentQueue<string> saved = new();
    private BlueskyNetwork network = null!;
    private BlueskyChannel bluesky = null!;
    private Uri server = null!;

    public async ValueTask InitializeAsync()
    {
        network = await BlueskyNetwork.SharedAsync();

        // The name by which the server knows itself: what is signed names it.
        server = new UriBuilder(network.Server) { Host = "localhost" }.Uri;
        bluesky = new BlueskyChannel(http, TimeProvider.System, SaveAsync);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public void Dispose() => http.Dispose();

    [Fact]
    public async Task An_owner_who_allows_it_on_their_server_has_connected_the_account()
    {
        var connected = await AllowedAsync(network.Alice);

        Assert.Equal((network.Alice.Did, network.Alice.Handle, server), (connected.RemoteId, connected.Handle, connected.Server));
        var check = await bluesky.CheckAsync(Account(connected), TestContext.Current.CancellationToken);
        Assert.Equal(AccountStanding.Open, check.Standing);
        Assert.InRange(check.EndsAt!.Value - TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(13.9), TimeSpan.FromDays(14));
    }

    [Fact]
    public async Task An_access_that_the_owner_takes_back_opens_nothing_any_more_and_says_so()
    {
        var owner = await network.CreateAccountAsync($"back{Guid.NewGuid():N}"[..14]);
        var account = Account(await AllowedAsync(owner));
        Assert.IsType<Outcome.Accepted>(await SendAsync(account, Some.Words("Before it was taken back")));

        using (var browser = new BlueskyOwner(owner))
            await browser.TakeBackAsync(server);

        Assert.Equal(AccountStanding.Closed, (await bluesky.CheckAsync(account, TestContext.Current.CancellationToken)).Standing);
        Assert.Equal(RejectKind.AuthRevoked, Assert.IsType<Outcome.Rejected>(await SendAsync(account, Some.Words("After it was taken back"))).Kind);
        Assert.Single(await network.ListPostsAsync(owner.Did));
    }

    [Fact]
    public async Task Whoever_asks_after_one_who_was_told_that_it_is_over_is_told_the_same_at_once()
    {
        var owner = await network.CreateAccountAsync($"over{Guid.NewGuid():N}"[..14]);
        var account = Account(await AllowedAsync(owner));
        var kept = new KeptSecret(account.Secret!);
        var process = new BlueskyChannel(http, TimeProvider.System, kept.SaveAsync, kept.TakeTurnAsync);

        using (var browser = new BlueskyOwner(owner))
            await browser.TakeBackAsync(server);

        Assert.Equal(AccountStanding.Closed, (await process.CheckAsync(account, TestContext.Current.CancellationToken)).Standing);
        Assert.Equal(AccountStanding.Closed, (await process.CheckAsync(account, TestContext.Current.CancellationToken)).Standing);
        Assert.Equal(RejectKind.AuthRevoked, Assert.IsType<Outcome.Rejected>(await SendAsync(account, Some.Words("After it was over"), process)).Kind);
        Assert.Equal(1, kept.Turns);
    }

    [Fact]
    public async Task Of_two_processes_one_renews_and_the_other_takes_what_it_got()
    {
        var account = Ending(Account(await AllowedAsync(network.Bob)));
        var kept = new KeptSecret(account.Secret!);
        BlueskyChannel[] processes = [new(http, TimeProvider.System, kept.SaveAsync, kept.TakeTurnAsync), new(http, TimeProvider.System, kept.SaveAsync, kept.TakeTurnAsync)];

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async at =>
        {
            // As the door does: what was provably not sent is sent again after the wish.
            Outcome outcome;
            while ((outcome = await SendAsync(account, Some.Words("One of two " + Some.Mark()), processes[at % 2])) is Outcome.NotSent { Kind: NotSentKind.AuthNotRefreshed, RetryAfter: { } wait })
                await Task.Delay(wait, TestContext.Current.CancellationToken);
            return outcome;
        }));

        Assert.All(outcomes, outcome => Assert.IsType<Outcome.Accepted>(outcome));
        Assert.Equal((1, 1), (kept.Turns, kept.Saves));
        Assert.Equal(OAuthSecret.Parse(account.Secret)!.Key, OAuthSecret.Parse(kept.Secret)!.Key);
        Assert.Equal(OAuthSecret.Parse(account.Secret)!.RefreshEndsAt, OAuthSecret.Parse(kept.Secret)!.RefreshEndsAt);
    }

    [Fact]
    public async Task Only_who_was_asked_is_believed_to_have_sent_the_owner_back()
    {
        var asked = await AskedAsync();
        using var owner = new BlueskyOwner(network.Alice);
        var brought = await owner.AllowAsync(asked.Page);

        Assert.True(bluesky.WasAsked(asked.Kept, brought["iss"]));
        Assert.False(bluesky.WasAsked(asked.Kept, "https://bsky.example.test"));
        Assert.False(bluesky.WasAsked(asked.Kept, null));
    }

    [Fact]
    public async Task The_document_about_this_program_is_one_that_the_networks_own_servers_take()
    {
        var document = bluesky.DocumentFor(new Uri("https://countersign.example.com/accounts/connect/back"))!.ToJsonString();

        var taken = JsonNode.Parse(await BlueskyNetwork.RunScriptAsync("client-document.mjs", document))!;

        Assert.Equal("https://countersign.example.com/oauth/bluesky-client.json", (string?)taken["id"]);
        Assert.Equal("https://countersign.example.com/accounts/connect/back", (string?)taken["redirect"]);
        var wrong = document.Replace("\"dpop_bound_access_tokens\":true", "\"dpop_bound_access_tokens\":false", StringComparison.Ordinal);
        Assert.Contains("dpop", await Assert.ThrowsAsync<InvalidOperationException>(() => BlueskyNetwork.RunScriptAsync("client-document.mjs", wrong)) is var refused ? refused.Message : "", StringComparison.OrdinalIgnoreCase);
        Assert.Null(bluesky.DocumentFor(back));
    }

    [Fact]
    public async Task A_post_with_a_picture_goes_out_once_with_what_the_owner_gave()
    {
        var account = Account(await AllowedAsync(network.Alice));
        var content = new PostContent($"Allowed, not handed over {Some.Mark()}", [Some.Picture("A key on a table")]);

        var outcome = await SendAsync(account, content);

        var accepted = Assert.IsType<Outcome.Accepted>(outcome);
        Assert.Single(await network.ListPostsAsync(network.Alice.Did), post => post.GetProperty("value").GetProperty("text").GetString() == content.Text);
        Assert.IsType<Outcome.Accepted>(await bluesky.DeleteAsync(account, accepted.Remote, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Access_that_ends_is_renewed_once_however_many_posts_wait_for_it()
    {
        var account = Ending(Account(await AllowedAsync(network.Bob)));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendAsync(account, Some.Words("Renewed " + Some.Mark()))));

        Assert.All(outcomes, outcome => Assert.IsType<Outcome.Accepted>(outcome));
        Assert.NotEqual(account.Secret, Assert.Single(saved));

        // Whoever comes with what was kept in its place is let in without asking again.
        Assert.IsType<Outcome.Accepted>(await SendAsync(account with { Secret = saved.Single() }, Some.Words("Kept " + Some.Mark())));
        Assert.Single(saved);
    }

    [Fact]
    public async Task What_was_renewed_away_opens_nothing_in_another_process()
    {
        var account = Ending(Account(await AllowedAsync(network.Bob)));
        Assert.IsType<Outcome.Accepted>(await SendAsync(account, Some.Words("First " + Some.Mark())));

        var other = new BlueskyChannel(http, TimeProvider.System, SaveAsync);
        var check = await other.CheckAsync(account, TestContext.Current.CancellationToken);

        Assert.Equal(AccountStanding.Closed, check.Standing);
    }

    [Fact]
    public async Task A_token_without_its_key_opens_nothing()
    {
        var connected = await AllowedAsync(network.Alice);
        var stolen = JsonNode.Parse(connected.Secret!)!;
        stolen["key"] = DpopKey.New().ToSecret();

        var outcome = await SendAsync(Account(connected) with { Id = "stolen", Secret = stolen.ToJsonString() }, Some.Words("Stolen"));

        Assert.IsNotType<Outcome.Accepted>(outcome);
        Assert.DoesNotContain(await network.ListPostsAsync(network.Alice.Did), post => post.GetProperty("value").GetProperty("text").GetString() == "Stolen");
    }

    [Fact]
    public async Task A_code_that_another_question_was_answered_with_connects_nothing()
    {
        var first = await AskedAsync();
        var second = await AskedAsync();
        using var owner = new BlueskyOwner(network.Alice);
        var brought = await owner.AllowAsync(first.Page);

        var outcome = await bluesky.CompleteAsync(second.Kept, brought["code"], TestContext.Current.CancellationToken);

        Assert.Equal("wrong-code", Assert.IsType<ConnectOutcome.Refused>(outcome).Code);
    }

    [Fact]
    public async Task Nothing_shown_of_it_holds_a_secret()
    {
        var asked = await AskedAsync();
        var connected = await AllowedAsync(network.Alice);
        var secret = OAuthSecret.Parse(connected.Secret)!;
        string[] secrets = [secret.Access, secret.Refresh!, secret.Key!, connected.Secret!, asked.Kept];

        var shown = $"{asked} {connected} {secret} {Account(connected)} {DpopKey.Parse(secret.Key!)} {new Access(secret.Access)}";

        Assert.DoesNotContain(secrets, planted => shown.Contains(planted, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_offers_no_such_access_is_said_to_and_a_name_that_servers_refuse_is_too()
    {
        var elsewhere = new AuthoriseRequest(new Uri("http://127.0.0.1:9"), null, back, "state");
        var byName = new AuthoriseRequest(server, null, new Uri("http://localhost:5080/accounts/connect/back"), "state");

        var refused = await bluesky.BeginAsync(elsewhere, TestContext.Current.CancellationToken);
        var named = await bluesky.BeginAsync(byName, TestContext.Current.CancellationToken);

        Assert.Equal(("not-offered", "bad-address"), (Assert.IsType<AuthoriseOutcome.Refused>(refused).Code, Assert.IsType<AuthoriseOutcome.Refused>(named).Code));
    }

    private async Task<ConnectOutcome.Connected> AllowedAsync(BlueskyAccount of)
    {
        var asked = await AskedAsync();
        using var owner = new BlueskyOwner(of);
        var brought = await owner.AllowAsync(asked.Page);
        Assert.Equal("our state", brought["state"]);
        return Assert.IsType<ConnectOutcome.Connected>(await bluesky.CompleteAsync(asked.Kept, brought["code"], TestContext.Current.CancellationToken));
    }

    private async Task<AuthoriseOutcome.Ask> AskedAsync() =>
        Assert.IsType<AuthoriseOutcome.Ask>(await bluesky.BeginAsync(new AuthoriseRequest(server, null, back, "our state"), TestContext.Current.CancellationToken));

    private static ConnectedAccount Account(ConnectOutcome.Connected connected) =>
        new(Guid.NewGuid().ToString(), connected.Handle, connected.Server, connected.RemoteId, connected.Secret);

    /// <summary>As if its time were almost over.</summary>
    private static ConnectedAccount Ending(ConnectedAccount account)
    {
        var secret = JsonNode.Parse(account.Secret!)!;
        secret["endsAt"] = TimeProvider.System.GetUtcNow().AddMinutes(1);
        return account with { Secret = secret.ToJsonString() };
    }

    private Task SaveAsync(ConnectedAccount account, string secret, CancellationToken stop)
    {
        saved.Enqueue(secret);
        return Task.CompletedTask;
    }

    private Task<Outcome> SendAsync(ConnectedAccount account, PostContent content, BlueskyChannel? process = null)
    {
        var under = new ChannelUnderTest(process ?? bluesky, account, _ => Task.FromResult<IReadOnlyList<StandingPost>>([]));
        return under.SendAsync(under.Deliver(content));
    }

    /// <summary>What two processes share: a row that one of them at a time may renew.</summary>
    private sealed class KeptSecret(string secret)
    {
        private readonly Lock turn = new();
        private bool renewing;

        public string Secret { get; private set; } = secret;

        public int Turns { get; private set; }

        public int Saves { get; private set; }

        public Task<RenewalTurn> TakeTurnAsync(ConnectedAccount account, CancellationToken stop)
        {
            lock (turn)
            {
                if (account.Secret != Secret)
                    return Task.FromResult<RenewalTurn>(new RenewalTurn.Renewed(Secret));
                if (renewing)
                    return Task.FromResult<RenewalTurn>(new RenewalTurn.Wait(TimeSpan.FromMilliseconds(100)));
                (renewing, Turns) = (true, Turns + 1);
                return Task.FromResult<RenewalTurn>(new RenewalTurn.Yours());
            }
        }

        public Task SaveAsync(ConnectedAccount account, string secret, CancellationToken stop)
        {
            lock (turn)
                (renewing, Secret, Saves) = (false, secret, Saves + 1);
            return Task.CompletedTask;
        }
    }
}

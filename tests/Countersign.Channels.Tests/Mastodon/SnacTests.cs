using Countersign.Channels.Http;
using Countersign.Channels.Mastodon;
using Countersign.Tests.Shared;

namespace Countersign.Channels.Tests.Mastodon;

/// <summary>The contract, on a real server of the Mastodon API that takes many things lightly: what it ignores must be noticed.</summary>
public sealed class SnacTests : NetworkContract, IAsyncLifetime
{
    private static readonly DescribedCalls described = new(Transport.NewHandler());
    private static readonly HttpClient http = new(described);
    private static readonly MastodonChannel mastodon = new(http, TimeProvider.System, (_, _, _) => throw new InvalidOperationException("Its tokens do not end."));
    private static ConnectedAccount? alice;

    private SnacServer snac = null!;
    private FaultyLine? line;

    public async ValueTask InitializeAsync()
    {
        snac = await SnacServer.SharedAsync();
        alice ??= await ConnectAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (line is not null)
            await line.DisposeAsync();
        Assert.Empty(described.Violations);
    }

    protected override bool TakesDown => false;

    protected override bool HonoursKeys => false;

    protected override bool LinksBareDomains => false;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void The_servers_own_limits_are_read_where_only_the_first_version_of_its_description_is_there() =>
        Assert.Equal(new ServerLimits(MaxCharacters: 100_000, CharactersPerUrl: 32, MaxMedia: 4, MaxMediaBytes: 16_777_216), alice!.Limits);

    [Fact]
    public void An_account_is_known_by_its_identifier_and_its_server()
    {
        Assert.EndsWith($"@{snac.Server.Authority}", alice!.RemoteId, StringComparison.Ordinal);
        Assert.Equal($"alice@{snac.Server.Authority}", alice.Handle);
    }

    [Fact]
    public async Task A_visibility_that_the_server_ignores_is_told_with_the_answer_and_found_again()
    {
        var network = await ConnectedAsync();
        var delivery = network.Deliver(Some.Words(Some.Mark()) with { Visibility = Visibility.Unlisted });

        var accepted = Assert.IsType<Outcome.Accepted>(await network.SendAsync(delivery));

        Assert.Equal("The server shows it as public; unlisted was approved.", accepted.Differs);
        Assert.Equal(accepted.Differs, Assert.IsType<FindResult.Ambiguous>(await network.Finds.FindAsync(delivery with { Standing = accepted.Remote }, Stop)).Note);
        Assert.IsType<FindResult.Ambiguous>(await network.Finds.FindAsync(delivery, Stop));
    }

    [Fact]
    public async Task A_post_for_followers_with_a_warning_stands_as_approved()
    {
        var network = await ConnectedAsync();
        var delivery = network.Deliver(Some.Words(Some.Mark()) with { Visibility = Visibility.Followers, ContentWarning = "Flashing lights" });

        var accepted = Assert.IsType<Outcome.Accepted>(await network.SendAsync(delivery));

        Assert.Null(accepted.Differs);
        Assert.IsType<FindResult.Found>(await network.Finds.FindAsync(delivery with { Standing = accepted.Remote }, Stop));
    }

    [Fact]
    public async Task A_post_whose_identifier_changed_with_an_edit_is_still_the_same_post()
    {
        var network = await ConnectedAsync();
        var delivery = network.Deliver(Some.Words(Some.Mark() + " one"));
        var standing = Assert.IsType<Outcome.Accepted>(await network.SendAsync(delivery)).Remote;
        await Task.Delay(TimeSpan.FromSeconds(1.1), Stop);
        var second = delivery with { Content = Some.Words(Some.Mark() + " two") };
        var edited = Assert.IsType<Outcome.Accepted>(await network.EditAsync(second, standing)).Remote;

        Assert.NotEqual(standing.Version, edited.Version);
        Assert.Equal(standing.Id, edited.Id);

        // Whoever still holds the old identifier finds and edits the same post.
        Assert.Equal(edited, Assert.IsType<FindResult.Found>(await network.Finds.FindAsync(second with { Standing = standing }, Stop)).Remote);
        var third = delivery with { Content = Some.Words(Some.Mark() + " three") };
        Assert.Equal(standing.Id, Assert.IsType<Outcome.Accepted>(await network.EditAsync(third, standing)).Remote.Id);
        Assert.NotNull(Assert.Single(await ListedAsync(network), post => post.Remote.Id == standing.Id).EditedAt);
    }

    [Fact]
    public async Task A_token_that_opens_nothing_shuts_the_account()
    {
        var network = await ConnectedAsync();
        var shut = network.Account with { Id = "shut", Secret = new OAuthSecret("a", "b", "nothing", null, null).ToJson() };
        var delivery = network.Deliver(Some.Words("Never")) with { Account = shut };

        Assert.Equal(AccountStanding.Closed, (await ((ICheckAccount)network.Channel).CheckAsync(shut, Stop)).Standing);
        Assert.Equal(RejectKind.AuthRevoked, Assert.IsType<Outcome.Rejected>(await network.SendAsync(delivery)).Kind);
    }

    [Fact]
    public async Task A_server_that_searches_only_words_finds_no_post_by_its_address_and_takes_an_answer_to_it()
    {
        await snac.AddAsync("carol");
        var token = await snac.TokenAsync("carol");
        var theirs = await snac.ReadPostAsync(token, await snac.PostAsync(token, "We open at ten."));
        var network = await ConnectedAsync();

        Assert.IsType<FoundPost.NotHere>(await ((IFindPost)network.Channel).FindPostAsync(network.Account, theirs.GetProperty("url").GetString()!, Stop));

        var known = new RemoteRef(theirs.GetProperty("uri").GetString()!, null, theirs.GetProperty("id").GetString());
        var answer = Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(Some.Words("Thank you " + Some.Mark()) with { ReplyTo = known })));
        Assert.Null(answer.Differs);
    }

    protected override Task<ChannelUnderTest> ConnectedAsync() => Task.FromResult(Through(snac.Server));

    protected override Task<ChannelUnderTest> LosingAnswersAsync()
    {
        var writes = 0;
        line = new FaultyLine(snac.Server) { Strikes = path => path == "/api/v1/statuses" && Interlocked.Increment(ref writes) == 1 ? new Fault.LosesTheAnswer() : null };
        return Task.FromResult(Through(line.Address));
    }

    protected override async Task<ConnectOutcome> ConnectWithAsync(string wrong)
    {
        var ask = Assert.IsType<AuthoriseOutcome.Ask>(await mastodon.BeginAsync(Some.Asking(snac.Server), Stop));
        return await mastodon.CompleteAsync(ask.Kept, wrong, Stop);
    }

    protected override Task<RemoteRef> GoneAsync(ChannelUnderTest network) =>
        Task.FromResult(new RemoteRef(new Uri(snac.Server, "/alice/p/0.0").AbsoluteUri, null, "1700000000" + Guid.NewGuid().ToString("N")));

    private async Task<ConnectedAccount> ConnectAsync()
    {
        var ask = Assert.IsType<AuthoriseOutcome.Ask>(await mastodon.BeginAsync(Some.Asking(snac.Server), Stop));
        var connected = Assert.IsType<ConnectOutcome.Connected>(await mastodon.CompleteAsync(ask.Kept, await snac.AllowAsync(ask.Page), Stop));
        return new ConnectedAccount("alice", connected.Handle, connected.Server, connected.RemoteId, connected.Secret) { Limits = connected.Limits };
    }

    private ChannelUnderTest Through(Uri server)
    {
        // It says 100,000 characters, and works on a text of that length for more than a minute.
        var account = alice! with { Server = server, Limits = alice.Limits! with { MaxCharacters = 500 } };
        return new ChannelUnderTest(mastodon, account, async delivery =>
        [
            .. (await snac.ListPostsAsync(OAuthSecret.Parse(account.Secret)!.Access, MastodonApi.IdOf(account)))
                .Where(post => post.GetProperty("text").GetString() == delivery.Content.Text)
                .Select(post => new StandingPost(post.GetProperty("text").GetString()!, [.. post.GetProperty("media_attachments").EnumerateArray().Select(m => m.GetProperty("description").GetString()!)])),
        ]);
    }
}

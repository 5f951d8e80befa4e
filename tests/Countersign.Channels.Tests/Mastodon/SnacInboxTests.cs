using Countersign.Channels.Http;
using Countersign.Channels.Mastodon;
using Countersign.Tests.Shared;

namespace Countersign.Channels.Tests.Mastodon;

/// <summary>People of a real server of the Mastodon API write to us. It gives what they typed as it is, markup too, and calls a private message "private".</summary>
public sealed class SnacInboxTests : IAsyncLifetime
{
    private static readonly DescribedCalls described = new(Transport.NewHandler());
    private static readonly HttpClient http = new(described);
    private static readonly MastodonChannel mastodon = new(http, TimeProvider.System, (_, _, _) => throw new InvalidOperationException("Its tokens do not end."));

    private SnacServer snac = null!;
    private string desk = "";
    private string gwen = "";
    private ChannelUnderTest ours = null!;

    public async ValueTask InitializeAsync()
    {
        snac = await SnacServer.SharedAsync();
        var mark = Guid.NewGuid().ToString("N")[..8];
        (desk, gwen) = ("desk" + mark, "gwen" + mark);
        await snac.AddAsync(desk);
        await snac.AddAsync(gwen);
        var ask = Assert.IsType<AuthoriseOutcome.Ask>(await mastodon.BeginAsync(Some.Asking(snac.Server), Stop));
        var connected = Assert.IsType<ConnectOutcome.Connected>(await mastodon.CompleteAsync(ask.Kept, await snac.AllowAsync(ask.Page, desk), Stop));
        ours = new ChannelUnderTest(mastodon, new ConnectedAccount(desk, connected.Handle, connected.Server, connected.RemoteId, connected.Secret), _ => Task.FromResult<IReadOnlyList<StandingPost>>([]));
    }

    public ValueTask DisposeAsync()
    {
        Assert.Empty(described.Violations);
        return ValueTask.CompletedTask;
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_arrive_as_plain_text_below_what_they_answer_are_seen_to_change_and_to_go()
    {
        var post = Assert.IsType<Outcome.Accepted>(await ours.SendAsync(ours.Deliver(Some.Words("The bridge opens at six.")))).Remote;
        var token = await snac.TokenAsync(gwen);
        var open = await snac.AnswerAsync(token, "And <b>closes</b> when? & <script>alert(1)</script> https://example.test/a", post.Version!, "public");
        await Task.Delay(TimeSpan.FromSeconds(1.1), Stop);
        var closed = await snac.AnswerAsync(token, "Between us", post.Version!, "direct");

        var items = await UntilAsync(async () => (await ReadAsync(InboxKind.Reply)).Items, items => items.Count == 2);

        Assert.Equal([open.Uri, closed.Uri], items.OrderBy(item => item.Remote.Id, StringComparer.Ordinal).Select(item => item.Remote.Id));
        var (first, second) = (items.Single(item => item.Remote.Id == open.Uri), items.Single(item => item.Remote.Id == closed.Uri));
        Assert.Equal(("And closes when? &  https://example.test/a", post.Id, post.Id, (string?)null), (first.Text, first.ReplyTo, first.About, first.Audience));
        Assert.Equal(("https://example.test/a", "https://example.test/a"), (first.Text[Assert.Single(first.Links).Start..first.Links[0].End], first.Links[0].Target));
        Assert.Equal(("Between us", "private"), (second.Text, second.Audience));
        Assert.All(items, item => Assert.True(item.AuthorHandle == $"{gwen}@{snac.Server.Authority}" && !item.IsOwn && item.At is not null, $"{item}"));

        // Nothing moved the ways of the other kinds, and nothing is asked twice of the same page.
        Assert.Empty((await ReadAsync(InboxKind.Mention)).Items);
        Assert.Empty((await ReadAsync(InboxKind.Direct)).Items);
        Assert.Equal(2, (await ReadAsync(InboxKind.Reply, (await ReadAsync(InboxKind.Reply)).Cursor)).Items.Count);

        // It gives a post that was changed another identifier; its address stays.
        await snac.EditAsync(token, open.Id, "And closes when, please?");
        var changed = await UntilAsync(
            async () => Assert.IsType<InboxRecheck.Read>(await mastodon.RecheckAsync(ours.Account, [first.Remote], Stop)), again => again.Shown is [{ Text: "And closes when, please?" }]);
        Assert.Equal(first.Remote.Id, changed.Shown[0].Remote.Id);
        Assert.NotEqual(first.Edition, changed.Shown[0].Edition);

        await snac.DeleteAsync(closed.Uri, gwen);
        var gone = await UntilAsync(
            async () => Assert.IsType<InboxRecheck.Read>(await mastodon.RecheckAsync(ours.Account, [second.Remote, changed.Shown[0].Remote], Stop)), again => again.Gone.Count > 0);
        Assert.Equal((closed.Uri, open.Uri), (Assert.Single(gone.Gone), Assert.Single(gone.Shown).Remote.Id));
        Assert.Equal([open.Uri], (await ReadAsync(InboxKind.Reply)).Items.Select(item => item.Remote.Id));
    }

    private async Task<InboxPage.Read> ReadAsync(InboxKind kind, string? cursor = null)
    {
        List<InboxItem> items = [];
        while (true)
        {
            var page = Assert.IsType<InboxPage.Read>(await mastodon.ReadInboxAsync(ours.Account, kind, cursor, Stop));
            items.AddRange(page.Items);
            if (page.IsComplete)
                return page with { Items = items };
            cursor = page.Cursor;
        }
    }

    /// <summary>It carries posts from account to account every few seconds.</summary>
    private static async Task<T> UntilAsync<T>(Func<Task<T>> read, Func<T, bool> enough)
    {
        for (var began = TimeProvider.System.GetTimestamp(); ; await Task.Delay(500, Stop))
        {
            var now = await read();
            if (enough(now))
                return now;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(60), $"Still {now}");
        }
    }
}

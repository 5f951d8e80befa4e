using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Countersign.Tests.Shared;

namespace Countersign.Channels.Tests.Bluesky;

/// <summary>What people of the network write to us, by its real servers and public views. They write with programs of their own, not with our connector.</summary>
public sealed class BlueskyInboxTests : IAsyncLifetime
{
    private const string Post = "app.bsky.feed.post";
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(40);

    private BlueskyNetwork network = null!;
    private BlueskyAccount desk = null!;
    private BlueskyAccount gwen = null!;
    private ChannelUnderTest ours = null!;

    /// <summary>Each test has an account of its own to be written to, and a stranger who writes.</summary>
    public async ValueTask InitializeAsync()
    {
        network = await BlueskyNetwork.SharedWithViewsAsync();
        var name = Guid.NewGuid().ToString("N")[..8];
        desk = await network.CreateAccountAsync("desk-" + name);
        gwen = await network.CreateAccountAsync("gwen-" + name);
        ours = OnBluesky.Open(network, desk, network.Server);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private IInbox Inbox => (IInbox)ours.Channel;

    [Fact]
    public async Task A_reply_a_quote_and_a_mention_arrive_each_as_what_it_is_and_a_like_does_not()
    {
        var post = await PostedAsync("The bridge opens at six.");
        var reply = await WrittenAsync(gwen, "And closes when?", reply: (post, post));
        var further = await WrittenAsync(gwen, "Anybody?", reply: (post, reply));
        var quote = await WrittenAsync(gwen, "About time", embed: Quoting(post));
        var mention = await WrittenAsync(gwen, $"Ask @{desk.Handle} about the bridge", facets: [Facet(4, 5 + desk.Handle.Length, "mention", "did", desk.Did)]);
        await network.LikeAsync(gwen, post.Uri, post.Cid);

        var replies = await ArrivedAsync(InboxKind.Reply, further.Uri);
        var (quotes, mentions) = (await ArrivedAsync(InboxKind.Quote, quote.Uri), await ArrivedAsync(InboxKind.Mention, mention.Uri));

        Assert.Equal([(reply.Uri, "And closes when?", post.Uri, post.Uri), (further.Uri, "Anybody?", post.Uri, reply.Uri)], replies.Items.Select(item => (item.Remote.Id, item.Text, item.About!, item.ReplyTo!)));
        var quoted = Assert.Single(quotes.Items);
        Assert.Equal((quote.Uri, "About time", post.Uri, (string?)null), (quoted.Remote.Id, quoted.Text, quoted.About, quoted.ReplyTo));
        var named = Assert.Single(mentions.Items);
        Assert.Equal((mention.Uri, $"Ask @{desk.Handle} about the bridge", (string?)null), (named.Remote.Id, named.Text, named.About));
        Assert.All(replies.Items.Concat(quotes.Items).Concat(mentions.Items), item =>
        {
            Assert.Equal((gwen.Did, gwen.Handle, false, "en"), (item.AuthorId, item.AuthorHandle, item.IsOwn, item.Language));
            Assert.True(item.At is not null && item.Remote.Version is not null && item.Remote.Address is not null);
        });
        Assert.True(replies.IsComplete && quotes.IsComplete && mentions.IsComplete);
    }

    [Fact]
    public async Task More_than_a_page_arrives_whole_though_many_carry_the_same_instant_and_others_are_written_while_it_is_read()
    {
        var post = await PostedAsync("Ask us anything.");
        var instants = Enumerable.Range(0, 4).Select(i => $"2026-11-12T09:4{i}:00.000Z").ToArray();
        List<string> written = [];
        foreach (var some in Enumerable.Range(0, 140).Chunk(10))
            written.AddRange(await Task.WhenAll(some.Select(async i => (await WrittenAsync(gwen, $"Number {i}", reply: (post, post), at: instants[i / 35])).Uri)));
        var last = await WrittenAsync(gwen, "The last", reply: (post, post));
        await ArrivedAsync(InboxKind.Reply, last.Uri, written.Count + 1);

        Dictionary<string, InboxItem> read = [];
        var (cursor, pages, late) = ((string?)null, 0, "");
        InboxPage.Read page;
        do
        {
            page = await ReadAsync(InboxKind.Reply, cursor);
            foreach (var item in page.Items)
                read[item.Remote.Id] = item;
            cursor = page.Cursor;
            if (++pages == 1)
            {
                late = (await WrittenAsync(gwen, "Written between two pages", reply: (post, post))).Uri;
                Assert.False(page.IsComplete);
            }
        }
        while (!page.IsComplete);

        Assert.Empty(written.Append(last.Uri).Except(read.Keys));
        Assert.InRange(pages, 2, 4);
        await ArrivedAsync(InboxKind.Reply, late, from: cursor);
    }

    [Fact]
    public async Task Words_that_were_changed_are_another_version_of_the_same_message_and_those_taken_back_are_gone()
    {
        var post = await PostedAsync("Doors at ten.");
        var (kept, dropped) = (await WrittenAsync(gwen, "Which doors?", reply: (post, post)), await WrittenAsync(gwen, "You fools", reply: (post, post)));
        var before = (await ArrivedAsync(InboxKind.Reply, dropped.Uri)).Items.Single(item => item.Remote.Id == kept.Uri);

        await network.PutPostAsync(gwen, KeyOf(kept.Uri), Record("Which doors, please?", (post, post)));
        await network.DeletePostAsync(gwen, KeyOf(dropped.Uri));

        var after = await UntilAsync(async () => (await ReadAsync(InboxKind.Reply)).Items, items => items.Count == 1 && items[0].Text == "Which doors, please?");
        Assert.Equal(before.Remote.Id, after[0].Remote.Id);
        Assert.NotEqual(before.Remote.Version, after[0].Remote.Version);

        var again = Assert.IsType<InboxRecheck.Read>(await ((IRecheckInbox)ours.Channel).RecheckAsync(ours.Account, [before.Remote, new(dropped.Uri, null)], Stop));
        Assert.Equal((kept.Uri, "Which doors, please?", InboxKind.Reply, after[0].Remote.Version), (Assert.Single(again.Shown).Remote.Id, again.Shown[0].Text, again.Shown[0].Kind, again.Shown[0].Remote.Version));
        Assert.Equal([dropped.Uri], again.Gone);
    }

    [Fact]
    public async Task Somebody_who_is_gone_taken_down_or_blocked_hides_nobody_else_s_words()
    {
        var post = await PostedAsync("Good morning.");
        var mark = Guid.NewGuid().ToString("N")[..8];
        var (leaver, barred, blocked) = (await network.CreateAccountAsync("leaver-" + mark), await network.CreateAccountAsync("barred-" + mark), await network.CreateAccountAsync("blocked-" + mark));
        var from = new List<Written>();
        foreach (var writer in (BlueskyAccount[])[leaver, barred, blocked, gwen])
            from.Add(await WrittenAsync(writer, "Morning from " + writer.Handle, reply: (post, post)));
        await ArrivedAsync(InboxKind.Reply, from[3].Uri, 4);

        await network.DeleteAccountAsync(leaver);
        await network.TakeDownAsync(barred);
        await network.CreateRecordAsync(desk, "app.bsky.graph.block", new Dictionary<string, object> { ["$type"] = "app.bsky.graph.block", ["subject"] = blocked.Did, ["createdAt"] = "2026-11-12T09:42:00.000Z" });

        var left = await UntilAsync(async () => (await ReadAsync(InboxKind.Reply)).Items, items => items.Count == 1);
        Assert.Equal(from[3].Uri, left[0].Remote.Id);
        var again = Assert.IsType<InboxRecheck.Read>(await ((IRecheckInbox)ours.Channel).RecheckAsync(ours.Account, [.. from.Select(one => new RemoteRef(one.Uri, null))], Stop));
        Assert.Contains(from[3].Uri, again.Shown.Select(item => item.Remote.Id));
        Assert.Contains(from[0].Uri, again.Gone);
        Assert.Contains(from[1].Uri, again.Gone);
    }

    [Fact]
    public async Task Links_are_told_with_where_they_lead_and_pictures_with_where_they_are()
    {
        const string text = "🔥 Grüße: yourbank.example <b>here</b> \u202Etxet\u202C";
        var start = System.Text.Encoding.UTF8.GetByteCount("🔥 Grüße: ");
        var picture = await network.UploadAsync(gwen, Some.Picture().Bytes.ToArray(), "image/png");
        var mention = await WrittenAsync(
            gwen,
            text,
            facets: [Facet(0, 4, "mention", "did", desk.Did), Facet(start, start + 16, "link", "uri", "https://thief.example/login"), Facet(1, 3, "link", "uri", "https://thief.example/half"), Facet(5, 900, "link", "uri", "https://thief.example/beyond")],
            embed: new JsonObject { ["$type"] = "app.bsky.embed.images", ["images"] = new JsonArray(new JsonObject { ["alt"] = "A meter with a cracked glass", ["image"] = JsonNode.Parse(picture.GetRawText()) }) });

        var item = Assert.Single((await ArrivedAsync(InboxKind.Mention, mention.Uri)).Items);

        Assert.Equal(text, item.Text);
        var link = Assert.Single(item.Links);
        Assert.Equal(("yourbank.example", "https://thief.example/login"), (item.Text[link.Start..link.End], link.Target));
        var media = Assert.Single(item.Media);
        Assert.Equal("A meter with a cracked glass", media.Alt);
        Assert.True(Uri.TryCreate(media.Address, UriKind.Absolute, out _), media.Address);
    }

    [Fact]
    public async Task Where_the_public_views_do_not_answer_nothing_is_called_read()
    {
        var alone = await BlueskyNetwork.SharedAsync();
        var account = OnBluesky.Open(alone, alone.Alice, alone.Server);

        Assert.IsType<InboxPage.Unavailable>(await ((IInbox)account.Channel).ReadInboxAsync(account.Account, InboxKind.Reply, null, Stop));
        Assert.IsType<InboxRecheck.Unavailable>(await ((IRecheckInbox)account.Channel).RecheckAsync(account.Account, [new($"at://{alone.Alice.Did}/{Post}/3kdgeujwlq32y", null)], Stop));
        Assert.IsType<InboxPage.Unavailable>(await ((IInbox)account.Channel).ReadInboxAsync(account.Account, InboxKind.Direct, null, Stop));
    }

    private async Task<InboxPage.Read> ReadAsync(InboxKind kind, string? cursor = null) =>
        Assert.IsType<InboxPage.Read>(await Inbox.ReadInboxAsync(ours.Account, kind, cursor, Stop));

    /// <summary>Reads until the message is there, which the views show some seconds after it was written.</summary>
    private async Task<InboxPage.Read> ArrivedAsync(InboxKind kind, string uri, int? of = null, string? from = null)
    {
        var reads = new HashSet<string>(StringComparer.Ordinal);
        return await UntilAsync(
            async () =>
            {
                var page = await ReadAsync(kind, from);
                reads.UnionWith(page.Items.Select(item => item.Remote.Id));
                for (var more = page; !more.IsComplete;)
                {
                    more = await ReadAsync(kind, more.Cursor);
                    reads.UnionWith(more.Items.Select(item => item.Remote.Id));
                }

                return page;
            },
            _ => reads.Contains(uri) && (of is null || reads.Count >= of),
            () => $"{reads.Count} of {of}, {reads.Contains(uri)}");
    }

    private static async Task<T> UntilAsync<T>(Func<Task<T>> read, Func<T, bool> enough, Func<string>? sofar = null)
    {
        for (var began = TimeProvider.System.GetTimestamp(); ; await Task.Delay(300, Stop))
        {
            var now = await read();
            if (enough(now))
                return now;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < patience, $"The public views do not show it after {patience.TotalSeconds:0} s: {sofar?.Invoke()} {JsonSerializer.Serialize(now)}");
        }
    }

    private async Task<Written> WrittenAsync(BlueskyAccount writer, string text, (Written Root, Written Parent)? reply = null, JsonObject? embed = null, JsonObject[]? facets = null, string? at = null)
    {
        var record = Record(text, reply, at);
        if (embed is not null)
            record["embed"] = embed;
        if (facets is not null)
            record["facets"] = new JsonArray([.. facets]);
        var made = await network.CreateRecordAsync(writer, Post, record);
        return new Written(made.GetProperty("uri").GetString()!, made.GetProperty("cid").GetString()!);
    }

    /// <summary>A post of ours that people have read: an answer that the views see before its question may tell nobody.</summary>
    private async Task<Written> PostedAsync(string text)
    {
        var post = await WrittenAsync(desk, text);
        await UntilAsync(() => network.ReadAsync($"app.bsky.feed.getPosts?uris={Uri.EscapeDataString(post.Uri)}", gwen), seen => seen?.GetProperty("posts").GetArrayLength() == 1);
        return post;
    }

    private static JsonObject Record(string text, (Written Root, Written Parent)? reply = null, string? at = null)
    {
        var record = new JsonObject
        {
            ["$type"] = Post,
            ["text"] = text,
            ["createdAt"] = at ?? TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["langs"] = new JsonArray("en"),
        };
        if (reply is var (root, parent))
            record["reply"] = new JsonObject { ["root"] = root.Ref, ["parent"] = parent.Ref };
        return record;
    }

    private static JsonObject Quoting(Written post) => new() { ["$type"] = "app.bsky.embed.record", ["record"] = post.Ref };

    private static JsonObject Facet(int start, int end, string kind, string name, string value) => new()
    {
        ["index"] = new JsonObject { ["byteStart"] = start, ["byteEnd"] = end },
        ["features"] = new JsonArray(new JsonObject { ["$type"] = "app.bsky.richtext.facet#" + kind, [name] = value }),
    };

    private static string KeyOf(string uri) => uri.Split('/')[^1];

    private sealed record Written(string Uri, string Cid)
    {
        public JsonObject Ref => new() { ["uri"] = Uri, ["cid"] = Cid };
    }
}

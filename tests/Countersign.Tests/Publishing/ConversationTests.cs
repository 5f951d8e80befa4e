using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Publishing;

/// <summary>A thread, a reply, a quote and a repost from draft to network, on the real Bluesky server and on a real server of the Mastodon API.</summary>
public sealed class ConversationTests
{
    [Fact]
    public async Task On_Bluesky_a_long_text_stands_as_a_thread_and_is_answered_quoted_and_shown_again()
    {
        var network = await BlueskyNetwork.SharedAsync();
        await using var here = await NorthgateAsync(DatabaseKind.Sqlite);
        var account = await OnBlueskyAsync(here, network);
        var text = $"We open on Saturday. {string.Concat(Enumerable.Repeat("The doors are open from ten until six, and everybody is welcome. ", 8))}";
        var shape = Taken(await here.UseAsync<SplitIntoThread, Decision<PostShape>>(split => split.RunAsync(text, PostShape.Plain, account, numbered: true, default)));
        var thread = await here.ApprovedAsync(shape with { FirstComment = new Words("Come early.") }, text, account);
        await DeliverAllAsync(here);

        var parts = await here.ChainAsync(thread[0].DraftId);
        Assert.True(parts.Count >= 3);
        Assert.All(parts, part => Assert.Equal(PublicationState.Confirmed, part.State));
        var posts = (await network.ListPostsAsync(network.Alice.Did)).ToDictionary(post => post.GetProperty("uri").GetString()!, post => post.GetProperty("value"));
        for (var at = 1; at < parts.Count; at++)
        {
            var reply = posts[parts[at].RemoteId!].GetProperty("reply");
            Assert.Equal(parts[at - 1].RemoteId, reply.GetProperty("parent").GetProperty("uri").GetString());
            Assert.Equal(parts[0].RemoteId, reply.GetProperty("root").GetProperty("uri").GetString());
        }

        var target = await TargetAsync(here, parts[1]);
        foreach (var kind in (PostKind[])[PostKind.Reply, PostKind.Quote, PostKind.Repost])
        {
            var one = Assert.Single(await here.ApprovedAsync(new PostShape { Kind = kind, Target = target }, kind == PostKind.Repost ? "" : $"As we said to the {kind} before.", account));
            await DeliverAllAsync(here);
            var published = await here.PublicationAsync(one.Id);
            Assert.Equal((PublicationState.Confirmed, (string?)null), (published.State, published.Note));
            if (kind == PostKind.Repost)
                Assert.Contains("/app.bsky.feed.repost/", published.RemoteId, StringComparison.Ordinal);
            else
                Assert.Contains(target.Id, (await network.ListPostsAsync(network.Alice.Did)).Single(post => post.GetProperty("uri").GetString() == published.RemoteId).GetRawText(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task On_Bluesky_a_reply_to_a_post_that_is_gone_is_held_with_its_words()
    {
        var network = await BlueskyNetwork.SharedAsync();
        await using var here = await NorthgateAsync(DatabaseKind.Sqlite);
        var account = await OnBlueskyAsync(here, network);
        var gone = new PostTarget("bluesky", $"at://{network.Bob.Did}/app.bsky.feed.post/3kabcdefghi22", null, null, "bob.test", "When do you open?", null);

        var reply = Assert.Single(await here.ApprovedAsync(new PostShape { Kind = PostKind.Reply, Target = gone }, "On Saturday at ten.", account));
        await here.DeliverAsync();

        var held = await here.PublicationAsync(reply.Id);
        Assert.Equal((PublicationState.Held, 0, "The other post is not there any more."), (held.State, held.Attempts, held.Note));
        Assert.Equal((DraftStage.Approved, "On Saturday at ten."), ((await here.DraftAsync(reply.DraftId)).Stage, (await here.DraftAsync(reply.DraftId)).Text));
        var hannah = await here.WhoAsync("Hannah");
        Taken(await here.ComposeAsync(reply.DraftId, hannah, "We open on Saturday at ten.", [account], seen: 1));
        Assert.Equal(PublicationState.Void, (await here.PublicationAsync(reply.Id)).State);
    }

    [Fact]
    public async Task On_a_server_of_the_Mastodon_API_a_thread_stands_and_is_answered()
    {
        var snac = await SnacServer.SharedAsync();
        await using var here = await NorthgateAsync(DatabaseKind.Sqlite);
        var ada = await here.WhoAsync("Ada");
        var asked = Taken(await here.UseAsync<AuthoriseAccount, Decision<AskedToAllow>>(async authorise => await authorise.BeginAsync(
            new Connecting("mastodon", (await here.AccountAsync("newsroom")).SiteId, "", "Northgate", snac.Server.ToString(), null), new Uri("http://127.0.0.1:5080/accounts/allowed"), ada, default)));
        var account = Taken(await here.UseAsync<AuthoriseAccount, Decision<Allowed>>(async authorise => await authorise.CompleteAsync(asked.Kept, await snac.AllowAsync(asked.Page), ada, default))).Connected!.Subject;
        var mark = Guid.NewGuid().ToString("N");
        var shape = new PostShape
        {
            Variants = [new AccountWords(account, [new Words($"We open on Saturday, {mark}."), new Words($"Doors at ten, {mark}."), new Words($"Come early, {mark}.")])],
            ContentWarning = new Words("Opening hours"),
        };

        var thread = await here.ApprovedAsync(shape, "", account);
        await DeliverAllAsync(here);
        var parts = await here.ChainAsync(thread[0].DraftId);
        Assert.All(parts, part => Assert.Equal((PublicationState.Confirmed, 1), (part.State, part.Attempts)));
        Assert.Equal(3, parts.Select(part => part.RemoteId).Distinct().Count());

        var reply = Assert.Single(await here.ApprovedAsync(new PostShape { Kind = PostKind.Reply, Target = await TargetAsync(here, parts[2]) }, $"As we said, {mark}.", account));
        await DeliverAllAsync(here);
        Assert.Equal(PublicationState.Confirmed, (await here.PublicationAsync(reply.Id)).State);
    }

    private static async Task<Guid> OnBlueskyAsync(AnInstallation here, BlueskyNetwork network) =>
        Taken(await here.UseAsync<ConnectAccount, Decision<AccountConnected>>(async connect => await connect.RunAsync(
            new Connecting("bluesky", (await here.AccountAsync("newsroom")).SiteId, network.Alice.Handle, "Alice", network.Server.ToString(), network.Alice.AppPassword), await here.WhoAsync("Ada"), default))).Subject;

    private static async Task<PostTarget> TargetAsync(AnInstallation here, Publication publication) =>
        await here.UseAsync<ChooseTarget, PostTarget?>(async choose => await choose.FindAsync(publication.Id, await here.WhoAsync("Hannah"), default)) ?? throw new InvalidOperationException("The post has no words of ours.");

    /// <summary>Until everything has left and was read back.</summary>
    private static async Task DeliverAllAsync(AnInstallation here)
    {
        for (var look = 0; look < 3; look++)
        {
            await here.DeliverAsync();
            here.Clock.Advance(TimeSpan.FromSeconds(10));
        }
    }
}

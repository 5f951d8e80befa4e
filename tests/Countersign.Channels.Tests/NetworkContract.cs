namespace Countersign.Channels.Tests;

/// <summary>What holds besides on networks of others: what opens an account, conversations, edits, deletions, and reading what stands there.</summary>
public abstract class NetworkContract : ChannelContract
{
    /// <summary>False for a server that does not take posts down when asked by a program.</summary>
    protected virtual bool TakesDown => true;

    /// <summary>False for a network that keeps answers apart, below what they answer.</summary>
    protected virtual bool ListsReplies => true;

    /// <summary>Tries to connect with something that opens nothing.</summary>
    protected abstract Task<ConnectOutcome> ConnectWithAsync(string wrong);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wrong_secret_connects_nothing_and_is_not_repeated_in_the_answer()
    {
        var refused = Assert.IsType<ConnectOutcome.Refused>(await ConnectWithAsync("not-the-password-1234"));

        Assert.Contains(refused.Code, (string[])["wrong-password", "wrong-code"]);
        Assert.DoesNotContain("1234", refused.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connected_account_is_open()
    {
        var network = await ConnectedAsync();

        var check = await ((ICheckAccount)network.Channel).CheckAsync(network.Account, Stop);

        Assert.Equal((AccountStanding.Open, 0, (Evidence?)null), (check.Standing, check.Missing.Count, check.Evidence));
    }

    [Fact]
    public async Task The_parts_of_a_thread_stand_each_below_the_one_before()
    {
        var network = await ConnectedAsync();
        var mark = Some.Mark();
        List<RemoteRef> parts = [];
        for (var number = 1; number <= 3; number++)
        {
            var content = Some.Words($"{mark} part {number}") with { Part = new ThreadPart(number, 3), ReplyTo = parts.LastOrDefault() };
            Assert.Empty(network.Validates.Validate(content));
            var delivery = network.Deliver(content);
            parts.Add(Assert.IsType<Outcome.Accepted>(await network.SendAsync(delivery)).Remote);
            Assert.IsType<FindResult.Found>(await network.Finds.FindAsync(delivery, Stop));
        }

        var listed = (await ListedAsync(network)).Where(post => post.Text.StartsWith(mark, StringComparison.Ordinal)).ToList();
        if (!ListsReplies)
        {
            Assert.Equal(parts[0].Id, Assert.Single(listed).Remote.Id);
            return;
        }

        Assert.Equal([$"{mark} part 3", $"{mark} part 2", $"{mark} part 1"], listed.Select(post => post.Text));
        Assert.Equal([parts[2].Id, parts[1].Id, parts[0].Id], listed.Select(post => post.Remote.Id));
        Assert.True(listed[0].ReplyTo is not null && listed[1].ReplyTo is not null && listed[2].ReplyTo is null);
    }

    [Fact]
    public async Task A_part_without_the_part_before_it_is_refused_beforehand()
    {
        var network = await ConnectedAsync();

        Assert.Equal(RejectKind.Misconfigured, Assert.Single(network.Validates.Validate(Some.Words("Second") with { Part = new ThreadPart(2, 3) })).Kind);
        Assert.Equal(RejectKind.Misconfigured, Assert.Single(network.Validates.Validate(Some.Words("Fourth") with { Part = new ThreadPart(4, 3) })).Kind);
    }

    [Fact]
    public async Task A_reply_to_a_post_that_is_gone_is_not_sent_as_a_post_of_its_own()
    {
        var network = await ConnectedAsync();
        var content = Some.Words($"{Some.Mark()} to nobody") with { ReplyTo = await GoneAsync(network) };

        Assert.Equal(RejectKind.TargetGone, Assert.IsType<Outcome.Rejected>(await network.SendAsync(network.Deliver(content))).Kind);
        Assert.DoesNotContain(await ListedAsync(network), post => post.Text == content.Text);
    }

    [Fact]
    public async Task An_edit_replaces_the_words_and_keeps_the_pictures_with_their_descriptions()
    {
        var network = await ConnectedAsync();
        var before = network.Deliver(new PostContent($"{Some.Mark()} before", [Some.Picture("The first boat"), Some.Picture("The second boat")]));
        var standing = Assert.IsType<Outcome.Accepted>(await network.SendAsync(before)).Remote;
        var after = before with { Content = before.Content with { Text = $"{Some.Mark()} after" }, Standing = standing };

        var edited = Assert.IsType<Outcome.Accepted>(await network.EditAsync(after, standing));

        Assert.Equal(standing.Id, edited.Remote.Id);
        var post = Assert.Single(await ListedAsync(network), post => post.Remote.Id == standing.Id);
        Assert.Equal(after.Content.Text, post.Text);
        Assert.Equal(["The first boat", "The second boat"], post.Alts);
        Assert.Null(edited.Differs);
        Assert.IsType<FindResult.Found>(await network.Finds.FindAsync(after with { Standing = edited.Remote }, Stop));
        Assert.IsType<FindResult.Ambiguous>(await network.Finds.FindAsync(before with { Standing = edited.Remote }, Stop));
    }

    [Fact]
    public async Task Taking_a_post_down_twice_is_taking_it_down()
    {
        var network = await ConnectedAsync();
        var delivery = network.Deliver(Some.Words($"{Some.Mark()} not for long"));
        var standing = Assert.IsType<Outcome.Accepted>(await network.SendAsync(delivery)).Remote;
        var deletes = (IDelete)network.Channel;

        if (!TakesDown)
        {
            // A server that says "not found" of a post that it still shows has not taken it down.
            Assert.Equal(RejectKind.NotOffered, Assert.IsType<Outcome.Rejected>(await deletes.DeleteAsync(network.Account, standing, Stop)).Kind);
            Assert.Contains(await ListedAsync(network), post => post.Remote.Id == standing.Id);
            return;
        }

        Assert.IsType<Outcome.Accepted>(await deletes.DeleteAsync(network.Account, standing, Stop));
        Assert.IsType<Outcome.Accepted>(await deletes.DeleteAsync(network.Account, standing, Stop));
        Assert.DoesNotContain(await ListedAsync(network), post => post.Remote.Id == standing.Id);
        Assert.IsType<FindResult.NotFound>(await network.Finds.FindAsync(delivery with { Standing = standing }, Stop));
    }

    [Fact]
    public async Task A_repost_of_a_post_is_made_once()
    {
        var network = await ConnectedAsync();
        if (!Reposts(network) || network.Channel is not IRepost reposts)
            return;
        var standing = Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(Some.Words($"{Some.Mark()} again, please")))).Remote;
        var repost = new Repost(network.Mint(), network.Account, standing, TimeProvider.System.GetUtcNow());

        var first = Assert.IsType<Outcome.Accepted>(await reposts.RepostAsync(repost, Stop));
        var second = Assert.IsType<Outcome.Accepted>(await reposts.RepostAsync(repost, Stop));

        Assert.Equal(first.Remote.Id, second.Remote.Id);
    }

    [Fact]
    public async Task Nothing_that_is_gone_is_shown_again()
    {
        var network = await ConnectedAsync();
        if (!Reposts(network) || network.Channel is not IRepost reposts)
            return;
        var outcome = await reposts.RepostAsync(new Repost(network.Mint(), network.Account, await GoneAsync(network), TimeProvider.System.GetUtcNow()), Stop);

        Assert.Equal(RejectKind.TargetGone, Assert.IsType<Outcome.Rejected>(outcome).Kind);
    }

    [Fact]
    public async Task What_stands_on_the_account_is_listed_with_its_pictures_newest_first()
    {
        var network = await ConnectedAsync();
        var mark = Some.Mark();
        await network.SendAsync(network.Deliver(Some.Words($"{mark} one")));
        await network.SendAsync(network.Deliver(new PostContent($"{mark} two", [Some.Picture("A pier")])));

        var listed = (await ListedAsync(network)).Where(post => post.Text.StartsWith(mark, StringComparison.Ordinal)).ToList();

        Assert.Equal([$"{mark} two", $"{mark} one"], listed.Select(post => post.Text));
        Assert.Equal(["A pier"], listed[0].Alts);
        Assert.All(listed, post => Assert.True(post is { EditedAt: null, Deleted: false, CreatedAt: not null }));
    }

    [Fact]
    public async Task One_post_is_read_back_as_it_stands_and_compared_with_what_was_approved()
    {
        var network = await ConnectedAsync();

        // A network that reads no single post is read by its lists alone, and compared as any text is.
        if (network.Channel is not IReadPost reads || network.Channel is not ICompare compares)
            return;
        var approved = new PostContent($"{Some.Mark()} reads\n\nas approved", [Some.Picture("A lighthouse")]);
        var standing = Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(approved))).Remote;

        var read = Assert.IsType<PostReading.Stands>(await reads.ReadAsync(network.Account, standing, Stop)).Post;
        var listed = Assert.Single(await ListedAsync(network), post => post.Remote.Id == standing.Id);

        Assert.Equal((listed.Remote, listed.Text, listed.Edition), (read.Remote, read.Text, read.Edition));
        Assert.Equal(Differences.None, compares.Compare(read, approved));
        Assert.Equal(Differences.Words, compares.Compare(read, approved with { Text = approved.Text + "." }));
        Assert.Equal(Differences.Pictures, compares.Compare(read, approved with { Media = [] }));
        Assert.True(compares.Compare(read, approved with { Media = [approved.Media[0] with { Alt = "A tower" }] }).HasFlag(Differences.Descriptions));
        Assert.True(compares.Compare(read, approved with { ReplyTo = standing }).HasFlag(Differences.ReplyTarget));
        Assert.IsType<PostReading.Gone>(await reads.ReadAsync(network.Account, await GoneAsync(network), Stop));
    }

    [Fact]
    public async Task An_edit_is_another_edition_of_the_same_post()
    {
        var network = await ConnectedAsync();
        if (network.Channel is not IReadPost reads)
            return;
        var before = network.Deliver(Some.Words($"{Some.Mark()} first"));
        var standing = Assert.IsType<Outcome.Accepted>(await network.SendAsync(before)).Remote;
        var first = Assert.IsType<PostReading.Stands>(await reads.ReadAsync(network.Account, standing, Stop)).Post;

        // Servers that keep the time of an edit keep it to the second.
        await Task.Delay(TimeSpan.FromSeconds(1.1), Stop);
        Assert.IsType<Outcome.Accepted>(await network.EditAsync(before with { Content = Some.Words($"{Some.Mark()} second"), Standing = standing }, standing));
        var second = Assert.IsType<PostReading.Stands>(await reads.ReadAsync(network.Account, standing, Stop)).Post;

        Assert.Equal(first.Remote.Id, second.Remote.Id);
        Assert.NotEqual(first.Edition, second.Edition);
    }

    /// <summary>A network without reposts does not say that it has them.</summary>
    protected virtual bool Reposts(ChannelUnderTest network) => network.Channel is IRepost;

    /// <summary>A post of this network's kind that does not stand there.</summary>
    protected abstract Task<RemoteRef> GoneAsync(ChannelUnderTest network);

    /// <summary>Everything, page by page.</summary>
    protected static async Task<IReadOnlyList<ListedPost>> ListedAsync(ChannelUnderTest network)
    {
        List<ListedPost> all = [];
        string? cursor = null;
        do
        {
            var page = Assert.IsType<PostPage.Read>(await ((IListPosts)network.Channel).ListAsync(network.Account, cursor, Stop));
            all.AddRange(page.Posts);
            cursor = page.Next;
        }
        while (cursor is not null);
        return all;
    }
}

using System.Globalization;
using Countersign.Tests.Shared;

namespace Countersign.Channels.Tests.WordPress;

/// <summary>Comments out, as replies, and comments in, those that wait for somebody among them. On the real program.</summary>
[Collection(OnWordPress.OneAfterTheOther)]
public sealed class WordPressCommentTests : IAsyncLifetime
{
    private WordPressServer site = null!;
    private ChannelUnderTest edith = null!;
    private ChannelUnderTest amy = null!;

    public async ValueTask InitializeAsync()
    {
        site = await WordPressServer.SharedAsync();
        edith = await OnWordPress.OpenAsync(site, "edith");
        amy = await OnWordPress.OpenAsync(site, "amy");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reply_is_a_comment_and_says_its_very_words()
    {
        var article = await ArticleAsync();
        const string text = "It's <b>open</b> & \"free\" -- see https://example.test/a?b=1&c=2 ...\n\nSecond paragraph [gallery]";
        var delivery = edith.Deliver(Some.Words(text) with { ReplyTo = article });

        var accepted = Assert.IsType<Outcome.Accepted>(await edith.SendAsync(delivery));

        Assert.Null(accepted.Differs);
        Assert.IsType<FindResult.Found>(await edith.Finds.FindAsync(delivery, Stop));
        Assert.IsType<FindResult.Found>(await edith.Finds.FindAsync(delivery with { Standing = accepted.Remote }, Stop));
        Assert.Contains("&lt;b&gt;open&lt;/b&gt;", await site.ReadPageAsync(accepted.Remote.Address!.Split('#')[0]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reply_that_the_site_holds_is_told_and_its_author_finds_it_once_it_is_shown_although_only_as_readers_see_it()
    {
        var article = await ArticleAsync();
        var delivery = amy.Deliver(Some.Words($"It's \"open\" -- see https://example.test/ ... {Some.Mark()}") with { ReplyTo = article });

        var accepted = Assert.IsType<Outcome.Accepted>(await amy.SendAsync(delivery));

        Assert.Contains("holds the comment", accepted.Differs, StringComparison.Ordinal);
        Assert.IsType<FindResult.Ambiguous>(await amy.Finds.FindAsync(delivery, Stop));
        await site.AskAsync("edith", HttpMethod.Post, $"wp/v2/comments/{accepted.Remote.Id.Split("#comment-")[1]}", new { status = "approved" });
        Assert.IsType<FindResult.Found>(await amy.Finds.FindAsync(delivery, Stop));
        Assert.IsType<FindResult.Found>(await amy.Finds.FindAsync(delivery with { Standing = accepted.Remote }, Stop));
        Assert.IsType<FindResult.NotFound>(await amy.Finds.FindAsync(delivery with { Content = delivery.Content with { Text = "Other words" } }, Stop));

        // A site makes those who may not moderate wait between two comments.
        var tooSoon = Assert.IsType<Outcome.NotSent>(await amy.SendAsync(amy.Deliver(Some.Words("Once more") with { ReplyTo = article })));
        Assert.Equal((NotSentKind.RateLimited, TimeSpan.FromSeconds(15)), (tooSoon.Kind, tooSoon.RetryAfter));
    }

    [Theory]
    [InlineData("edith")]
    [InlineData("amy")]
    public async Task A_comment_is_the_same_edition_in_the_list_and_alone_and_another_once_it_was_edited(string name)
    {
        var (writer, article) = (name == "edith" ? edith : amy, await ArticleAsync());
        var words = $"It's \"open\" -- (tm) ... {Some.Mark()}";

        // Of an hour ago, because a site makes an author wait between two comments.
        var made = await site.AskAsync("edith", HttpMethod.Post, "wp/v2/comments", new
        {
            post = IdOf(article),
            author = long.Parse(writer.Account.RemoteId!.Split('@')[0], CultureInfo.InvariantCulture),
            content = words,
            date_gmt = TimeProvider.System.GetUtcNow().AddHours(-2).ToString("s", CultureInfo.InvariantCulture),
        });
        var id = made.GetProperty("id").GetInt64();
        if (made.GetProperty("status").GetString() == "hold")
            await site.AskAsync("edith", HttpMethod.Post, $"wp/v2/comments/{id}", new { status = "approved" });

        var listed = Assert.Single(await ListedAsync(writer), post => post.Remote.Id == $"{article.Id}#comment-{id}");
        var read = Assert.IsType<PostReading.Stands>(await ReadAsync(writer, listed.Remote)).Post;
        Assert.Equal((listed.Remote, listed.Text, listed.Edition, article.Id), (read.Remote, read.Text, read.Edition, read.ReplyTo));
        Assert.Equal(Differences.None, ((ICompare)writer.Channel).Compare(read, Some.Words(words) with { ReplyTo = article }));

        await site.AskAsync("edith", HttpMethod.Post, $"wp/v2/comments/{id}", new { content = words + " not" });
        Assert.NotEqual(read.Edition, Assert.IsType<PostReading.Stands>(await ReadAsync(writer, listed.Remote)).Post.Edition);
        await site.AskAsync("edith", HttpMethod.Post, $"wp/v2/comments/{id}", new { status = "hold" });
        Assert.IsType<PostReading.Gone>(await ReadAsync(writer, listed.Remote));
    }

    [Fact]
    public async Task The_same_reply_again_is_refused_by_the_site_and_taken_as_a_sign_of_the_first()
    {
        var article = await ArticleAsync();
        var delivery = edith.Deliver(Some.Words(Some.Mark()) with { ReplyTo = article });
        Assert.IsType<Outcome.Accepted>(await edith.SendAsync(delivery));

        var again = Assert.IsType<Outcome.Unknown>(await edith.SendAsync(delivery));

        Assert.Equal("comment_duplicate", again.Evidence.Code);
        Assert.IsType<FindResult.Found>(await edith.Finds.FindAsync(delivery, Stop));
        Assert.Single(await edith.StandingAsync(delivery));
    }

    [Fact]
    public async Task A_reply_whose_answer_is_lost_is_unknown_and_found_by_its_words()
    {
        var article = await ArticleAsync();
        var calls = 0;
        await using var line = new FaultyLine(site.Server) { Strikes = path => path.EndsWith("/comments", StringComparison.Ordinal) && Interlocked.Increment(ref calls) == 1 ? new Fault.LosesTheAnswer() : null };
        var lossy = edith with { Account = edith.Account with { Server = line.Address } };
        var delivery = lossy.Deliver(Some.Words(Some.Mark()) with { ReplyTo = article with { Id = article.Id.Replace(site.Server.AbsoluteUri, line.Address.AbsoluteUri, StringComparison.Ordinal) } });

        Assert.IsType<Outcome.Unknown>(await lossy.SendAsync(delivery));

        Assert.IsType<FindResult.Found>(await lossy.Finds.FindAsync(delivery, Stop));
        Assert.Single(await edith.StandingAsync(delivery));
    }

    [Fact]
    public async Task Nothing_is_said_below_a_comment_that_is_gone_or_an_article_that_takes_none()
    {
        var article = await ArticleAsync();
        var gone = edith.Deliver(Some.Words(Some.Mark()) with { ReplyTo = article with { Id = article.Id + "#comment-999999" } });
        Assert.Equal(RejectKind.TargetGone, Assert.IsType<Outcome.Rejected>(await edith.SendAsync(gone)).Kind);

        await site.AskAsync("edith", HttpMethod.Post, $"wp/v2/posts/{IdOf(article)}", new { comment_status = "closed" });
        var closed = edith.Deliver(Some.Words(Some.Mark()) with { ReplyTo = article });
        Assert.Equal(RejectKind.NotOffered, Assert.IsType<Outcome.Rejected>(await edith.SendAsync(closed)).Kind);

        await site.AskAsync("edith", HttpMethod.Delete, $"wp/v2/posts/{IdOf(article)}");
        Assert.Equal(RejectKind.TargetGone, Assert.IsType<Outcome.Rejected>(await edith.SendAsync(closed)).Kind);
    }

    [Fact]
    public async Task A_comment_can_be_corrected_and_taken_down_like_a_post()
    {
        var article = await ArticleAsync();
        var delivery = edith.Deliver(Some.Words(Some.Mark() + " before") with { ReplyTo = article });
        var standing = Assert.IsType<Outcome.Accepted>(await edith.SendAsync(delivery)).Remote;
        var after = delivery with { Content = delivery.Content with { Text = Some.Mark() + " after" } };

        var edited = Assert.IsType<Outcome.Accepted>(await edith.EditAsync(after, standing));
        Assert.Equal((standing.Id, null), (edited.Remote.Id, edited.Differs));
        Assert.Equal(RejectKind.VersionConflict, Assert.IsType<Outcome.Rejected>(await edith.EditAsync(after, standing)).Kind);

        Assert.IsType<Outcome.Accepted>(await ((IDelete)edith.Channel).DeleteAsync(edith.Account, standing, Stop));
        Assert.IsType<Outcome.Accepted>(await ((IDelete)edith.Channel).DeleteAsync(edith.Account, standing, Stop));
        Assert.IsType<FindResult.NotFound>(await edith.Finds.FindAsync(after with { Standing = standing }, Stop));
    }

    [Fact]
    public void A_reply_with_a_picture_or_longer_than_a_comment_may_be_is_refused_beforehand()
    {
        var article = new RemoteRef(new Uri(site.Server, "/?p=1").AbsoluteUri, null);

        Assert.Equal(RejectKind.MediaInvalid, Assert.Single(edith.Validates.Validate(new PostContent("Look", [Some.Picture()]) { ReplyTo = article })).Kind);
        var han = Some.Words(new string('漢', 20_000));
        Assert.Empty(edith.Validates.Validate(han with { ReplyTo = article }));
        Assert.Equal(RejectKind.TextTooLong, Assert.Single(edith.Validates.Validate(Some.Words(string.Concat(Enumerable.Repeat("👨‍👩‍👧‍👦", 3_000))) with { ReplyTo = article })).Kind);
    }

    [Fact]
    public async Task A_comment_that_the_site_holds_appears_and_what_becomes_of_it_appears_too()
    {
        var article = await ArticleAsync();
        var (held, spam) = (Some.Mark(), Some.Mark());
        await site.CommentAsync(IdOf(article), "A <b>reader</b>", $"{held} <script>alert(1)</script> & more");
        await site.CommentAsync(IdOf(article), "A seller", spam);
        var (all, cursor) = await ReadAllAsync(edith, null);

        var item = Assert.Single(all, item => item.Text.StartsWith(held, StringComparison.Ordinal));
        Assert.Equal((InboxState.Held, false, null, article.Id), (item.State, item.IsOwn, item.AuthorId, item.About));
        Assert.Equal(item.About, item.ReplyTo);
        Assert.DoesNotContain("<script>", item.Text, StringComparison.Ordinal);
        Assert.True(item.At > TimeProvider.System.GetUtcNow().AddMinutes(-5));

        await site.AskAsync("edith", HttpMethod.Post, $"wp/v2/comments/{item.Remote.Id.Split("#comment-")[1]}", new { status = "approved" });
        await site.AskAsync("edith", HttpMethod.Post, $"wp/v2/comments/{all.Single(one => one.Text == spam).Remote.Id.Split("#comment-")[1]}", new { status = "spam" });
        var reply = edith.Deliver(Some.Words(Some.Mark()) with { ReplyTo = item.Remote });
        Assert.IsType<Outcome.Accepted>(await edith.SendAsync(reply));

        // The read goes back a little each time; what changed has another version.
        var (later, _) = await ReadAllAsync(edith, cursor);
        var shown = Assert.Single(later, one => one.Remote.Id == item.Remote.Id);
        Assert.Equal(InboxState.Shown, shown.State);
        Assert.NotEqual(item.Remote.Version, shown.Remote.Version);
        Assert.Equal(InboxState.Spam, Assert.Single(later, one => one.Text == spam).State);
        var own = Assert.Single(later, one => one.Text == reply.Content.Text);
        Assert.Equal((true, item.Remote.Id), (own.IsOwn, own.ReplyTo));
    }

    [Fact]
    public async Task Every_comment_is_read_however_many_there_are_and_an_author_reads_what_everybody_sees()
    {
        var article = await ArticleAsync();
        var marks = Enumerable.Range(0, 53).Select(_ => Some.Mark()).ToList();
        await Parallel.ForEachAsync(marks, new ParallelOptions { MaxDegreeOfParallelism = 3, CancellationToken = Stop }, async (mark, _) =>
            await site.AskAsync("admin", HttpMethod.Post, "wp/v2/comments", new { post = IdOf(article), content = mark }));
        await site.CommentAsync(IdOf(article), "A reader", marks[0] + " held");

        var (all, _) = await ReadAllAsync(edith, null);
        Assert.Equal([.. marks.Order(StringComparer.Ordinal)], all.Select(item => item.Text).Where(marks.Contains).Order(StringComparer.Ordinal));
        Assert.True(all.Zip(all.Skip(1)).All(pair => pair.First.At <= pair.Second.At), "oldest first");

        var (seen, _) = await ReadAllAsync(amy, null);
        Assert.Equal(marks.Count, seen.Count(item => marks.Contains(item.Text)));
        Assert.DoesNotContain(seen, item => item.State != InboxState.Shown);
    }

    private static Task<PostReading> ReadAsync(ChannelUnderTest by, RemoteRef standing) => ((IReadPost)by.Channel).ReadAsync(by.Account, standing, Stop);

    private static async Task<IReadOnlyList<ListedPost>> ListedAsync(ChannelUnderTest by)
    {
        List<ListedPost> all = [];
        string? cursor = null;
        do
        {
            var page = Assert.IsType<PostPage.Read>(await ((IListPosts)by.Channel).ListAsync(by.Account, cursor, Stop));
            all.AddRange(page.Posts);
            cursor = page.Next;
        }
        while (cursor is not null);
        return all;
    }

    private static long IdOf(RemoteRef article) => long.Parse(article.Id.Split("?p=")[1], CultureInfo.InvariantCulture);

    private async Task<RemoteRef> ArticleAsync() => Assert.IsType<Outcome.Accepted>(await edith.SendAsync(edith.Deliver(Some.Words($"{Some.Mark()} to talk about")))).Remote;

    private static async Task<(IReadOnlyList<InboxItem> Items, string Cursor)> ReadAllAsync(ChannelUnderTest by, string? cursor)
    {
        List<InboxItem> all = [];
        while (true)
        {
            var page = Assert.IsType<InboxPage.Read>(await ((IInbox)by.Channel).ReadInboxAsync(by.Account, InboxKind.Comment, cursor, Stop));
            all.AddRange(page.Items);
            cursor = page.Cursor;
            if (page.IsComplete)
                return (all, cursor);
        }
    }
}

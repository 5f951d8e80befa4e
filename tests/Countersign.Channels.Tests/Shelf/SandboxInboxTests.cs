using Countersign.Channels.Shelf;
using Countersign.Tests.Shared;

namespace Countersign.Channels.Tests.Shelf;

/// <summary>What invented customers write to a sandbox account, and what tests and drills let people write.</summary>
public sealed class SandboxInboxTests
{
    private static readonly Uri pages = new("https://countersign.example.test/sandbox/");
    private static readonly ConnectedAccount account = new("0193-livingston", "livingston", null, "sandbox:livingston", null);

    private readonly StoppedClock clock = new(new DateTimeOffset(2026, 11, 12, 9, 42, 30, TimeSpan.Zero));
    private readonly MemoryShelf shelf = new();
    private readonly SandboxChannel sandbox;

    public SandboxInboxTests() => sandbox = new SandboxChannel(shelf, pages, clock);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Customers_of_every_sort_have_written_before_anybody_looks()
    {
        var (mentions, direct) = (await ReadAsync(InboxKind.Mention), await ReadAsync(InboxKind.Direct));

        Assert.Equal(["question", "let-down", "abuse", "spam", "praise", "german", "safety"], mentions.Items.Select(KeyOf));
        Assert.Equal(["vulnerable", "press", "legal", "data"], direct.Items.Select(KeyOf));
        Assert.All(mentions.Items.Concat(direct.Items), item => Assert.True(item.AuthorName.EndsWith("(invented)", StringComparison.Ordinal) && item.At < clock.GetUtcNow() && item.Text.Length > 40));
        Assert.All(direct.Items, item => Assert.Equal("direct", item.Audience));
        Assert.True(mentions.IsComplete && direct.IsComplete);
        Assert.DoesNotContain("complain", mentions.Items[1].Text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task They_go_on_writing_and_what_was_read_does_not_come_again()
    {
        var first = await ReadAsync(InboxKind.Mention);
        Assert.Empty((await ReadAsync(InboxKind.Mention, first.Cursor)).Items);
        clock.Advance(TimeSpan.FromMinutes(10));

        var second = await ReadAsync(InboxKind.Mention, first.Cursor);

        Assert.Equal(["question-more", "let-down-again"], second.Items.Select(KeyOf));
        Assert.Equal(first.Items[0].Remote.Id, second.Items[0].ReplyTo);
        Assert.Equal(first.Items[0].AuthorId, second.Items[0].AuthorId);
    }

    [Fact]
    public async Task Nobody_answers_or_quotes_an_account_that_has_posted_nothing()
    {
        var (replies, quotes) = (await ReadAsync(InboxKind.Reply), await ReadAsync(InboxKind.Quote));
        clock.Advance(TimeSpan.FromHours(3));
        Assert.Empty((await ReadAsync(InboxKind.Reply, replies.Cursor)).Items);
        var post = Assert.IsType<Outcome.Accepted>(await sandbox.PublishAsync(new Delivery(sandbox.Mint(clock.GetUtcNow()), account, Some.Words("Apprentice week"), clock.GetUtcNow()), Stop)).Remote;

        var praise = Assert.Single((replies = await ReadAsync(InboxKind.Reply, replies.Cursor)).Items);
        quotes = await ReadAsync(InboxKind.Quote, quotes.Cursor);
        clock.Advance(TimeSpan.FromMinutes(30));

        Assert.Equal((post.Id, post.Id), (praise.About, praise.ReplyTo));
        var later = (await ReadAsync(InboxKind.Reply, replies.Cursor)).Items;
        Assert.Equal([("under-post-question", "1"), ("under-post-angry", "1"), ("under-post-question", "2"), ("under-post-angry", "2")], later.Select(item => (KeyOf(item), item.Remote.Version)));
        Assert.Equal((later[0].Remote.Id, later[0].At), (later[2].Remote.Id, later[2].At));
        Assert.NotEqual(later[0].Text, later[2].Text);
        Assert.Equal((InboxState.Removed, ""), (later[3].State, later[3].Text));
        Assert.All((await ReadAsync(InboxKind.Quote, quotes.Cursor)).Items, quote => Assert.Equal((post.Id, (string?)null), (quote.About, quote.ReplyTo)));
    }

    [Fact]
    public async Task What_is_put_in_is_read_once_in_order_page_by_page_and_only_on_its_account_and_kind()
    {
        var (cursor, mentions) = ((await ReadAsync(InboxKind.Direct)).Cursor, (await ReadAsync(InboxKind.Mention)).Cursor);
        List<string> put = [];
        for (var number = 1; number <= 120; number++)
            put.Add(sandbox.Postbag.Write(account.Id, InboxKind.Direct, "Ada", $"Number {number}").Remote.Id);
        sandbox.Postbag.Write("another", InboxKind.Direct, "Ada", "To somebody else");

        List<InboxItem> read = [];
        InboxPage.Read page;
        do
        {
            page = await ReadAsync(InboxKind.Direct, cursor);
            read.AddRange(page.Items);
            cursor = page.Cursor;
            if (read.Count == 50)
                put.Add(sandbox.Postbag.Write(account.Id, InboxKind.Direct, "Ada", "Between two pages").Remote.Id);
        }
        while (!page.IsComplete);

        Assert.Equal(put, read.Select(item => item.Remote.Id));
        Assert.Empty((await ReadAsync(InboxKind.Direct, cursor)).Items);
        Assert.Empty((await ReadAsync(InboxKind.Mention, mentions)).Items);
    }

    [Fact]
    public async Task A_reader_who_comes_back_after_a_restart_misses_nothing()
    {
        sandbox.Postbag.Write(account.Id, InboxKind.Direct, "Ada", "Before");
        var cursor = (await ReadAsync(InboxKind.Direct)).Cursor;
        var restarted = new SandboxChannel(shelf, pages, clock);
        var after = restarted.Postbag.Write(account.Id, InboxKind.Direct, "Ada", "After");

        var page = Assert.IsType<InboxPage.Read>(await restarted.ReadInboxAsync(account, InboxKind.Direct, cursor, Stop));

        Assert.Equal(after.Remote, Assert.Single(page.Items).Remote);
    }

    [Fact]
    public async Task What_a_person_wrote_may_be_edited_and_taken_back()
    {
        var first = sandbox.Postbag.Write(account.Id, InboxKind.Mention, "Ada", "I hate this");
        var cursor = (await ReadAsync(InboxKind.Mention)).Cursor;
        sandbox.Postbag.Put(account.Id, first with { Remote = first.Remote with { Version = "2" }, Text = "I like this" });
        sandbox.Postbag.Put(account.Id, first with { Remote = first.Remote with { Version = "3" }, Text = "", State = InboxState.Removed });

        var seen = (await ReadAsync(InboxKind.Mention, cursor)).Items;

        Assert.Equal([(first.Remote.Id, "2", InboxState.Shown), (first.Remote.Id, "3", InboxState.Removed)], seen.Select(item => (item.Remote.Id, item.Remote.Version!, item.State)));
    }

    [Fact]
    public async Task What_it_does_not_have_it_says_and_takes_nobody_s_word_for()
    {
        Assert.IsType<InboxPage.Unavailable>(await sandbox.ReadInboxAsync(account, InboxKind.Review, null, Stop));
        Assert.Throws<ArgumentException>(() => sandbox.Postbag.Write(account.Id, InboxKind.Review, "Ada", "Five stars"));
        Assert.Equal(7, (await ReadAsync(InboxKind.Mention, "no cursor of ours")).Items.Count);
    }

    private async Task<InboxPage.Read> ReadAsync(InboxKind kind, string? cursor = null) =>
        Assert.IsType<InboxPage.Read>(await sandbox.ReadInboxAsync(account, kind, cursor, Stop));

    private static string KeyOf(InboxItem item) => item.Remote.Id.Split(':')[^1];
}

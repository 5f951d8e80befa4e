using System.Net;
using Countersign.Accounts;
using Countersign.Channels.Web;
using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Inbox;

/// <summary>Feeds followed, read again, moved, ended and gathered, with a web that answers what the test says.</summary>
public sealed class FollowedFeedTests
{
    private const string Address = "https://harbour.example.test/feed.xml";

    private readonly SomeWeb web = new();

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_followed_feed_is_read_at_once_and_again_when_it_is_due_and_edits_are_seen(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, web.Instead);
        web.Answer = SomeWeb.Rss(("1", "Ferry late", "Ten minutes"), ("2", "New pier", "Opens in May"));
        await FollowAsync(here);

        Assert.Equal(["Ferry late", "New pier"], (await ReadAsync(here)).Items.Select(item => item.Title).Order());
        Assert.Null(await DueAsync(here));
        here.Clock.Advance(TimeSpan.FromHours(1));
        web.Answer = SomeWeb.Rss(("1", "Ferry very late", "An hour"), ("2", "New pier", "Opens in May"), ("3", "Fog", "Stay home"));
        Assert.NotNull(await DueAsync(here));

        var items = (await ReadAsync(here)).Items;
        Assert.Equal(["Ferry very late", "Fog", "New pier"], items.Select(item => item.Title).Order());
        Assert.Equal([true, false, false], items.OrderBy(item => item.Title).Select(item => item.ChangedAt is not null));
        Assert.Equal(("\"1\"", 2), (web.Asked[1].ETag, web.Asked.Count));
        await here.SequenceAsync();
        Assert.Empty((await here.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default))).Deviations.Select(deviation => deviation.Sentence));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_identifier_that_changed_under_the_same_address_is_no_second_item(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, web.Instead);
        web.Answer = SomeWeb.Rss(("old", "Ferry late", "Ten minutes"));
        await FollowAsync(here);
        here.Clock.Advance(TimeSpan.FromHours(1));
        web.Answer = SomeWeb.Rss(("new", "Ferry late", "Ten minutes"));

        Assert.NotNull(await DueAsync(here));

        Assert.Equal("Ferry late", Assert.Single((await ReadAsync(here)).Items).Title);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_feed_that_fails_is_asked_less_and_less_keeps_what_was_read_and_leaves_others_alone(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, web.Instead);
        web.Answer = SomeWeb.Rss(("1", "Ferry late", "Ten minutes"));
        await FollowAsync(here);
        await FollowAsync(here, "https://pier.example.test/feed.xml");
        web.Answers[Address] = new FetchOutcome.Failed("too-large", "There is more than 5,242,880 bytes of it.", HttpStatusCode.OK);
        here.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal([TimeSpan.FromHours(1), TimeSpan.FromHours(2)], (await DueAllAsync(here)).Select(next => next!.Value - here.Clock.GetUtcNow()).Order());
        here.Clock.Advance(TimeSpan.FromHours(2));
        await DueAllAsync(here);

        var news = await ReadAsync(here);
        var failing = news.Feeds.Single(feed => feed.Address == Address);
        Assert.Equal(("There is more than 5,242,880 bytes of it.", 2), (failing.Trouble, failing.Failures));
        Assert.Null(news.Feeds.Single(feed => feed.Address != Address).Trouble);
        Assert.Equal(2, news.Items.Count);

        web.Answers[Address] = new FetchOutcome.Failed("status", "The server answered 429.", HttpStatusCode.TooManyRequests, TimeSpan.FromHours(7));
        here.Clock.Advance(TimeSpan.FromHours(4));
        Assert.Contains(TimeSpan.FromHours(7), (await DueAllAsync(here)).Select(next => next!.Value - here.Clock.GetUtcNow()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_feed_that_moved_for_good_is_followed_there_and_one_that_is_gone_is_over_each_with_an_entry(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, web.Instead);
        web.Answer = SomeWeb.Rss(("1", "Ferry late", "Ten minutes"));
        await FollowAsync(here);
        here.Clock.Advance(TimeSpan.FromHours(1));
        web.Answer = web.Answer with { Address = new Uri("https://harbour.example.test/elsewhere.xml") };
        await DueAsync(here);
        Assert.Equal(Address, Assert.Single((await ReadAsync(here)).Feeds).Address);

        here.Clock.Advance(TimeSpan.FromHours(1));
        web.Answer = web.Answer with { IsMovedForGood = true };
        await DueAsync(here);
        Assert.Equal("https://harbour.example.test/elsewhere.xml", Assert.Single((await ReadAsync(here)).Feeds).Address);

        here.Clock.Advance(TimeSpan.FromHours(1));
        web.Answers["https://harbour.example.test/elsewhere.xml"] = new FetchOutcome.Failed("status", "The server answered 410.", HttpStatusCode.Gone);
        Assert.Null(await DueAsync(here));
        Assert.Equal(FeedState.Ended, Assert.Single((await ReadAsync(here)).Feeds).State);
        await here.SequenceAsync();
        Assert.Equal(["source.followed", "source.moved", "source.ended"], (await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().OrderBy(entry => entry.Seq).Select(entry => entry.Act).ToListAsync())).Where(act => act.StartsWith("source.", StringComparison.Ordinal)));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_is_no_feed_or_leads_inside_or_comes_from_nobody_entitled_is_not_followed(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, web.Instead);
        var (hannah, ned) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Ned"));
        Refused("bad-address", await TryAsync(here, "http://harbour.example.test/feed.xml", hannah));
        web.Answers[Address] = new FetchOutcome.Refused("closed-address", "That address leads into a closed network. Only pages on the open web are read.");
        Refused("closed-address", await TryAsync(here, Address, hannah));
        web.Answers[Address] = SomeWeb.Page("<!DOCTYPE rss [<!ENTITY a \"b\">]><rss version=\"2.0\"><channel><title>&a;</title></channel></rss>");
        Refused("has-dtd", await TryAsync(here, Address, hannah));
        Refused("not-entitled", await TryAsync(here, Address, ned));
        web.Answers.Clear();
        web.Answer = SomeWeb.Rss(("1", "Ferry late", "Ten minutes"));
        await FollowAsync(here);
        Refused("known-feed", await TryAsync(here, Address, hannah));

        var feed = Assert.Single((await ReadAsync(here)).Feeds);
        Refused("not-entitled", await here.UseAsync<LeaveFeed, Decision<FeedLeft>>(leave => leave.RunAsync(feed.Id, ned, default)));
        Taken(await here.UseAsync<LeaveFeed, Decision<FeedLeft>>(leave => leave.RunAsync(feed.Id, hannah, default)));
        here.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(await DueAsync(here));
        Assert.Empty((await ReadAsync(here)).Feeds);

        // Followed once more: what appeared meanwhile is there at once, and nothing twice.
        web.Answer = SomeWeb.Rss(("1", "Ferry late", "Ten minutes"), ("2", "Fog", "Stay home"));
        Taken(await TryAsync(here, Address, hannah));
        Assert.Equal(["Ferry late", "Fog"], (await ReadAsync(here)).Items.Select(item => item.Title).Order());
        here.Clock.Advance(TimeSpan.FromHours(1));
        Assert.NotNull(await DueAsync(here));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_digest_is_a_draft_that_names_the_source_of_every_item_and_takes_the_usual_road(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, web.Instead);
        web.Answer = SomeWeb.Rss(("1", "Ferry late", "Ten minutes"), ("2", "New pier", "Opens in May"));
        await FollowAsync(here);
        await here.AnApprovedPostAsync("We open on Saturday.");
        await here.DeliverAsync();
        var news = await ReadAsync(here);
        var (hannah, id) = (await here.WhoAsync("Hannah"), Guid.CreateVersion7());
        var chosen = news.Items.OrderBy(item => item.Title).Select(item => item.Id).ToList();
        Assert.Contains(news.Items, item => item.Own);

        Refused("no-items", await GatherAsync(here, id, "This week", [], hannah));
        Refused("no-title", await GatherAsync(here, id, " ", chosen, hannah));
        Refused("item-gone", await GatherAsync(here, id, "This week", [.. chosen, Guid.NewGuid().ToString()], hannah));
        Taken(await GatherAsync(here, id, "This week at sea", chosen, hannah));

        var draft = await here.ReadAsync(db => db.Drafts.AsNoTracking().SingleAsync(row => row.Id == id));
        Assert.StartsWith("This week at sea\n\nFerry late\nThe Harbour, 12 November 2026\nhttps://harbour.example.test/1\n\nNew pier\nThe Harbour, 12 November 2026\nhttps://harbour.example.test/2\n\nWe open on Saturday.\n", draft.Text, StringComparison.Ordinal);
        Assert.Contains("\nhttp://127.0.0.1:5080/newsroom/posts/", draft.Text, StringComparison.Ordinal);
        Assert.Equal((DraftStage.Draft, (await here.AccountAsync("newsroom")).Id), (draft.Stage, Assert.Single(draft.AccountIds)));
        Refused("not-entitled", await GatherAsync(here, Guid.CreateVersion7(), "This week", chosen, await here.WhoAsync("Ned")));

        // It is screened as any draft: the newsroom of this test has an address inside, which no post may name.
        Refused("blocked", await here.SendAsync(id, draft.Version, hannah));
        id = Guid.CreateVersion7();
        Taken(await GatherAsync(here, id, "This week at sea", [.. news.Items.Where(item => !item.Own).Select(item => item.Id)], hannah));
        draft = await here.DraftAsync(id);
        var seal = Taken(await here.SendAsync(id, draft.Version, hannah)).Seal;
        Refused("own-draft", await here.ApproveAsync(id, seal, hannah));
        Taken(await here.ApproveAsync(id, seal, await here.WhoAsync("Bea")));
        await here.DeliverAsync();
        Assert.Contains(await here.ReadAsync(db => db.ShelvedPosts.AsNoTracking().Select(post => post.Text).ToListAsync()), text => text == draft.Text);
    }

    private static async Task FollowAsync(AnInstallation here, string address = Address) => Taken(await TryAsync(here, address, await here.WhoAsync("Hannah")));

    private static Task<Decision<FeedFollowed>> TryAsync(AnInstallation here, string address, Actor by) =>
        here.UseAsync<FollowFeed, Decision<FeedFollowed>>(follow => follow.RunAsync(address, "Shipping", by, default));

    private static Task<News> ReadAsync(AnInstallation here) => here.UseAsync<FeedsReader, News>(feeds => feeds.ReadAsync("Shipping", 1, default));

    private static Task<Decision<DraftComposed>> GatherAsync(AnInstallation here, Guid id, string title, IReadOnlyList<string> chosen, Actor by) =>
        here.UseAsync<GatherDigest, Decision<DraftComposed>>(gather => gather.RunAsync(id, title, chosen, by, default));

    /// <summary>Reads the one feed that is due.</summary>
    /// <returns>When it is due next; null where none was due, or it is over.</returns>
    private static async Task<DateTimeOffset?> DueAsync(AnInstallation here) => (await DueAllAsync(here)).SingleOrDefault();

    private static async Task<IReadOnlyList<DateTimeOffset?>> DueAllAsync(AnInstallation here)
    {
        List<DateTimeOffset?> all = [];
        foreach (var claim in await here.UseAsync<JobQueue, IReadOnlyList<Claim>>(queue => queue.ClaimAsync(ReadFollowedFeed.JobKind, ReadFollowedFeed.JobKind, 10, TimeSpan.FromMinutes(2), default)))
        {
            var next = await here.UseAsync<ReadFollowedFeed, DateTimeOffset?>(read => read.RunAsync(claim.Id, default));
            await here.FinishAsync(claim, next is { } at ? new NextStep(at, LanePlace.Leaves) : null);
            all.Add(next);
        }

        return all;
    }
}

using System.Text;
using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Notices;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Inbox;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Notices;

/// <summary>Who is told of what, how often, and who no longer is.</summary>
public sealed class NoticeTests
{
    private const string Ombudsman = "I am going to the Ombudsman about my meter";

    private readonly WatchedNetwork network = new();

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Of_an_urgent_message_those_who_may_answer_it_are_told_once_and_nobody_else_and_none_of_its_words(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        await here.JoinAsync("Olga Other", [new RoleGrant(Role.Author, AccountId: (await here.AccountAsync("sandbox")).Id)]);
        var account = await here.AccountAsync("newsroom");
        async Task<Message> SayAsync(string text)
        {
            var item = network.Write(account, text, here.Clock.GetUtcNow(), written => written with { AuthorId = "urn:pat", About = "urn:post" });
            await here.CollectAsync();
            return (await here.MessagesAsync()).Single(one => one.Source.Id == item.Remote.Id);
        }

        var message = await SayAsync(Ombudsman);
        await here.TellAsync();
        Assert.Equal("Ada Bea Carol Hannah Ruth", await here.ToldAsync(NoticeKind.UrgentMessage));
        Assert.All(await here.NoticesAsync(), notice => Assert.Equal((message.ConversationId, true, message.AccountId), (notice.Subject, notice.IsUrgent, notice.AccountId)));

        // One more of the same person under the same post is the same conversation, and one more label is no news.
        await SayAsync("The Ombudsman, I say");
        Taken(await here.HandleAsync(async handle => await handle.LabelAsync(message.Id, "harassment", true, await here.WhoAsync("Hannah"), default)));
        await here.TellAsync();
        Assert.Equal(5, (await here.NoticesAsync()).Count);
        var entry = Assert.Single(await EntriesAsync(here, "conversation.urgent-told"));
        Assert.Contains("\"toldCount\":5", Encoding.UTF8.GetString(entry.Leaf), StringComparison.Ordinal);
        foreach (var row in await here.SqlAsync("select * from notice"))
            Assert.DoesNotContain(row, value => value is string text && (text.Contains("Ombudsman", StringComparison.OrdinalIgnoreCase) || text.Contains("urn:", StringComparison.Ordinal)));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Close_to_its_limit_those_who_may_answer_are_told_or_whoever_has_it_and_past_it_those_who_lead(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var hannah = await here.WhoAsync("Hannah");
        var free = (await here.AMessageAsync(network, "When do you open?")).ConversationId;
        var had = (await here.AMessageAsync(network, "Where are you?", "urn:kim")).ConversationId;

        // Eight hours of the office from 9:42: six of them are over at 15:42, and all at 9:12 of the next day.
        here.Clock.Advance(TimeSpan.FromHours(6) - TimeSpan.FromMinutes(1));
        Taken(await here.HandleAsync(handle => handle.ClaimAsync(had, hannah, default)));
        await here.TellAsync();
        Assert.Empty(await here.NoticesAsync());
        here.Clock.Advance(TimeSpan.FromMinutes(1));
        await here.TellAsync();
        await here.TellAsync();
        Assert.Equal("Ada Bea Carol Hannah Hannah Ruth", await here.ToldAsync(NoticeKind.NearLimit));
        Assert.Equal(hannah.Id, Assert.Single(await here.NoticesAsync(), notice => notice.Subject == had).PersonId);
        Assert.Equal(2, (await EntriesAsync(here, "conversation.warned")).Count);
        Assert.Empty(await EntriesAsync(here, "conversation.escalated"));

        here.Clock.Advance(TimeSpan.FromHours(17.5));
        await here.KeepAsync();
        Taken(await here.HandleAsync(handle => handle.ClaimAsync(free, hannah, default)));
        await here.TellAsync();
        await here.TellAsync();
        Assert.Equal("Ada Ada Carol Carol Hannah Ruth Ruth", await here.ToldAsync(NoticeKind.PastLimit));
        Assert.Equal(2, (await EntriesAsync(here, "conversation.escalated")).Count);
        Assert.All((await here.NoticesAsync()).Where(notice => notice.Kind == NoticeKind.NearLimit), notice => Assert.NotNull(notice.OverAt));

        // What is done with is nobody's any more.
        Taken(await here.HandleAsync(handle => handle.ResolveAsync(free, ConversationOutcome.NoAnswerNeeded, hannah, default)));
        Taken(await here.HandleAsync(handle => handle.ResolveAsync(had, ConversationOutcome.NoAnswerNeeded, hannah, default)));
        await here.TellAsync();
        Assert.All(await here.NoticesAsync(), notice => Assert.NotNull(notice.OverAt));
        Assert.Equal(0, await here.UnreadAsync(await here.WhoAsync("Ruth")));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_limit_that_is_moved_warns_of_the_new_one_and_moved_back_says_nothing_twice(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, ruth) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Ruth"));
        var message = await here.AMessageAsync(network, "When do you open?");
        async Task LabelAsync(bool stands) => Taken(await here.HandleAsync(handle => handle.LabelAsync(message.Id, "complaint", stands, hannah, default)));
        here.Clock.Advance(TimeSpan.FromHours(6));
        await here.TellAsync();
        await LabelAsync(stands: true);
        await here.TellAsync();
        await LabelAsync(stands: false);
        await here.TellAsync();
        await here.TellAsync();

        var told = (await here.NoticesAsync()).Where(notice => notice.PersonId == ruth.Id).ToList();
        Assert.Equal([NoticeKind.NearLimit, NoticeKind.PastLimit], told.Select(notice => notice.Kind).Order().Distinct());
        Assert.Equal(told.Count, told.Select(notice => (notice.Kind, notice.Occasion)).Distinct().Count());
        Assert.Single(await EntriesAsync(here, "conversation.warned"));
        Assert.Null(await here.ReadAsync(db => db.Conversations.Where(row => row.TellAt <= here.Clock.GetUtcNow()).Select(row => row.TellAt).FirstOrDefaultAsync()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Whoever_is_given_a_conversation_is_told_and_so_is_whoever_lost_it_while_somebody_waits(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, bea) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"));
        var id = (await here.AMessageAsync(network, "When do you open?")).ConversationId;
        Taken(await here.HandleAsync(handle => handle.ClaimAsync(id, hannah, default)));
        await here.TellAsync();
        Assert.Empty(await here.NoticesAsync());
        Taken(await here.HandleAsync(handle => handle.HandOverAsync(id, bea.Id, "She knows.", hannah, default)));
        await here.TellAsync();
        await here.TellAsync();
        Assert.Equal("Bea", await here.ToldAsync(NoticeKind.HandedOver));

        here.Clock.Advance(TimeSpan.FromMinutes(31));
        await here.KeepAsync();
        await here.TellAsync();
        await here.TellAsync();
        Assert.Equal("Bea", await here.ToldAsync(NoticeKind.ClaimLapsed));
        Assert.Equal([(NoticeKind.HandedOver, true), (NoticeKind.ClaimLapsed, false)], (await here.NoticesAsync()).Select(notice => (notice.Kind, notice.OverAt is not null)));

        Taken(await here.HandleAsync(handle => handle.ClaimAsync(id, bea, default)));
        await here.TellAsync();
        Assert.All(await here.NoticesAsync(), notice => Assert.NotNull(notice.OverAt));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_post_waits_for_those_who_could_sign_it_until_somebody_did(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (bea, hannah) = (await here.WhoAsync("Bea"), await here.WhoAsync("Hannah"));
        var (id, seal) = await here.AWaitingDraftAsync();
        await here.TellAsync();
        await here.TellAsync();
        Assert.Equal("Bea", await here.ToldAsync(NoticeKind.ApprovalWaits));
        Taken(await here.ReturnAsync(id, "Say where.", bea));
        await here.TellAsync();
        Assert.Equal(0, await here.UnreadAsync(bea));

        // The same words sent again are another time.
        here.Clock.Advance(TimeSpan.FromMinutes(1));
        Taken(await here.ComposeAsync(id, hannah, "We open on Saturday at ten, in Sheffield.", (await here.DraftAsync(id)).AccountIds, seen: 1));
        seal = Taken(await here.SendAsync(id, 2, hannah)).Seal;
        await here.TellAsync();
        Assert.Equal(1, await here.UnreadAsync(bea));
        Taken(await here.ApproveAsync(id, seal, bea));
        await here.TellAsync();
        Assert.Equal((0, 2), (await here.UnreadAsync(bea), (await here.NoticesAsync()).Count));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_post_that_is_stuck_is_told_to_its_writer_and_those_who_decide_and_a_shut_account_to_those_who_can_open_it(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var post = await here.AnApprovedPostAsync();
        here.Clock.Advance(TimeSpan.FromDays(3));
        await here.DeliverAsync();
        Assert.Contains((await here.PublicationAsync(post.Id)).State, (PublicationState[])[PublicationState.Missed, PublicationState.Held]);
        await here.TellAsync();
        await here.TellAsync();
        Assert.Equal("Ada Carol Hannah Ruth", await here.ToldAsync(NoticeKind.PostStuck));
        Assert.Equal(post.DraftId, (await here.NoticesAsync())[0].Subject);

        await here.SqlAsync("update account set state = 'NeedsReconnect' where network = 'newsroom'");
        await here.TellAsync();
        Assert.Equal("Ada Carol Ruth", await here.ToldAsync(NoticeKind.ReconnectAccount));
        await here.SqlAsync("update account set state = 'Connected' where network = 'newsroom'");
        await here.TellAsync();
        Assert.All((await here.NoticesAsync()).Where(notice => notice.Kind == NoticeKind.ReconnectAccount), notice => Assert.NotNull(notice.OverAt));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task With_a_role_goes_what_was_told_for_it_at_once_and_whoever_is_locked_is_told_nothing(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (ada, hannah, bea) = (await here.WhoAsync("Ada"), await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"));
        Taken(await here.LockAsync(LockScope.Person, bea.Id, await here.WhoAsync("Ruth")));
        await here.AMessageAsync(network, Ombudsman);
        await here.TellAsync();
        Assert.Equal("Ada Carol Hannah Ruth", await here.ToldAsync(NoticeKind.UrgentMessage));
        Assert.Equal((1, 1), (await here.UnreadAsync(hannah), (await here.ListAsync(hannah)).Rows.Count));

        Taken(await here.ChangeRolesAsync(hannah.Id, [new RoleGrant(Role.Author, AccountId: (await here.AccountAsync("sandbox")).Id)], ada));
        hannah = await here.WhoAsync("Hannah");
        Assert.Equal((0, 0), (await here.UnreadAsync(hannah), (await here.ListAsync(hannah)).Rows.Count));
        var notice = (await here.NoticesAsync()).Single(one => one.PersonId == hannah.Id);
        Assert.Null(await here.UseAsync<ReadNotices, Notice?>(read => read.OneAsync(notice.Id, hannah, default)));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Nodes_that_look_at_the_same_moment_tell_each_person_once(DatabaseKind kind)
    {
        var messages = Run.Long ? 200 : 20;
        await using var here = await NorthgateAsync(kind, network.Instead());
        await using var other = await here.AnotherNodeAsync(network.Instead());
        await here.AWaitingDraftAsync();
        var account = await here.AccountAsync("newsroom");
        for (var number = 0; number < messages; number++)
            network.Write(account, Ombudsman, here.Clock.GetUtcNow(), item => item with { AuthorId = $"urn:{number}" });
        for (var turn = 0; turn < 6; turn++)
            await here.CollectAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(node => Task.Run((node % 2 == 0 ? here : other).TellAsync)));
        await here.TellAsync();

        Assert.Equal(messages, (await EntriesAsync(here, "conversation.urgent-told")).Count);
        Assert.Equal(5 * messages, (await here.NoticesAsync()).Count(notice => notice.Kind == NoticeKind.UrgentMessage));
        Assert.Equal("Bea", await here.ToldAsync(NoticeKind.ApprovalWaits));
        await here.SequenceAsync();
        Assert.Empty((await here.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default))).Deviations);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_was_read_is_counted_no_more_and_what_came_after_the_page_was_shown_stays_new(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, ruth) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Ruth"));
        await here.AMessageAsync(network, Ombudsman);
        await here.TellAsync();
        var shown = here.Clock.GetUtcNow();
        here.Clock.Advance(TimeSpan.FromMinutes(1));
        await here.AMessageAsync(network, Ombudsman, "urn:kim");
        await here.TellAsync();
        Assert.Equal(2, await here.UnreadAsync(hannah));

        await here.UseAsync<ReadNotices, bool>(async read =>
        {
            await read.AllAsync(shown, hannah, default);
            return true;
        });
        Assert.Equal((1, 2), (await here.UnreadAsync(hannah), await here.UnreadAsync(ruth)));
        var left = Assert.Single((await here.ListAsync(hannah, onlyNew: true)).Rows).Notice;
        Assert.Null(await here.UseAsync<ReadNotices, Notice?>(read => read.OneAsync(left.Id, ruth, default)));
        Assert.Equal(left.Subject, (await here.UseAsync<ReadNotices, Notice?>(read => read.OneAsync(left.Id, hannah, default)))!.Subject);
        Assert.Equal((0, 2), (await here.UnreadAsync(hannah), (await here.ListAsync(hannah)).Rows.Count));
    }

    private static Task<List<LedgerEvent>> EntriesAsync(AnInstallation here, string act) =>
        here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().Where(entry => entry.Act == act).ToListAsync());
}

using System.Text;
using Countersign.Inbox;
using Countersign.Inbox.Clocks;
using Countersign.Notices;
using Countersign.Storage;
using Countersign.Tests.Notices;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Inbox.Clocks;

/// <summary>Which clocks of a conversation run, stand and ended, as people and customers act. It is Thursday 12 November 2026, 09:42.</summary>
public sealed class ConversationClocksTests
{
    private readonly WatchedNetwork network = new();

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_answer_ends_the_first_wait_the_next_message_begins_another_and_only_our_time_counts_until_it_is_resolved(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, targets, began) = (await here.WhoAsync("Hannah"), ReadTargets.Of(new InboxSettings(), "Europe/London"), here.Clock.GetUtcNow());
        var first = await WriteAsync(here, "When do you open?");
        Assert.Equal(["FirstResponse", "Resolution"], (await here.ConversationAsync(first.ConversationId)).Limits.Select(limit => limit.Clock));

        here.Clock.Advance(TimeSpan.FromHours(2));
        await AnswerAsync(here, first);
        var waiting = await here.ConversationAsync(first.ConversationId);
        Assert.Equal((began, null, here.Clock.GetUtcNow()), (waiting.Resolution!.Since, waiting.Resolution.RunsSince, waiting.Resolution.PausedSince));
        Assert.Empty(waiting.Limits);
        Assert.Null(waiting.NextDueAt);

        // From Thursday to Monday we wait for them.
        here.Clock.Advance(TimeSpan.FromDays(4));
        var second = await WriteAsync(here, "And where are you?");
        var again = await here.ConversationAsync(first.ConversationId);
        Assert.Equal(["NextResponse", "Resolution"], again.Limits.Select(limit => limit.Clock));
        Assert.Equal((here.Clock.GetUtcNow(), again.DueAt), (again.Resolution!.RunsSince, again.NextDueAt));
        Assert.Equal(TimeSpan.FromHours(24) - TimeSpan.FromHours(2), targets.OfficeTime(here.Clock.GetUtcNow(), again.Resolution.Due!.Value));

        // Answered on Tuesday 11:42: 8 h 30 min of the office later, half an hour too late.
        here.Clock.Advance(TimeSpan.FromDays(1));
        await AnswerAsync(here, second);
        here.Clock.Advance(TimeSpan.FromHours(5));
        Taken(await here.HandleAsync(handle => handle.ResolveAsync(first.ConversationId, ConversationOutcome.Settled, hannah, default)));

        var finished = await FinishedAsync(here);
        Assert.Equal(
            [(ServiceClock.FirstResponse, 2.0, ClockEnd.Answered, true), (ServiceClock.NextResponse, 8.5, ClockEnd.Answered, false), (ServiceClock.Resolution, 10.5, ClockEnd.Resolved, true)],
            finished.Select(one => (one.Clock, one.Counted.TotalHours, one.How, one.IsMet)));
        Assert.Equal(TimeSpan.FromDays(5) + TimeSpan.FromHours(7), finished[^1].Elapsed);
        await here.SequenceAsync();
        Assert.Empty((await here.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default))).Deviations.Select(deviation => deviation.Sentence));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_is_resolved_and_opened_again_goes_on_with_what_was_counted_and_what_they_write_after_it_begins_anew(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, targets, began) = (await here.WhoAsync("Hannah"), ReadTargets.Of(new InboxSettings(), "Europe/London"), here.Clock.GetUtcNow());
        var message = await WriteAsync(here, "When do you open?");
        here.Clock.Advance(TimeSpan.FromHours(1));
        Taken(await here.HandleAsync(handle => handle.ResolveAsync(message.ConversationId, ConversationOutcome.NoAnswerNeeded, hannah, default)));
        Assert.Equal([ClockEnd.Unanswered, ClockEnd.Resolved], (await FinishedAsync(here)).Select(one => one.How).Order());

        here.Clock.Advance(TimeSpan.FromHours(1));
        Taken(await here.HandleAsync(handle => handle.ReopenAsync(message.ConversationId, hannah, default)));
        here.Clock.Advance(TimeSpan.FromHours(1));
        var open = await here.ConversationAsync(message.ConversationId);

        // They wait since they wrote, also while it was resolved.
        Assert.Equal(TimeSpan.FromHours(3), open.Resolution!.CountedAt(here.Clock.GetUtcNow(), open.Priority, targets));
        Assert.Equal(
            [(ServiceClock.FirstResponse, ClockStanding.Running, began), (ServiceClock.Resolution, ClockStanding.Running, began)],
            open.ClocksAt(here.Clock.GetUtcNow(), await FinishedAsync(here), targets).Select(view => (view.Clock, view.Standing, view.Since)));

        Taken(await here.HandleAsync(handle => handle.ResolveAsync(message.ConversationId, ConversationOutcome.NoAnswerNeeded, hannah, default)));
        here.Clock.Advance(TimeSpan.FromDays(1));
        await WriteAsync(here, "And now?");
        Assert.Equal(here.Clock.GetUtcNow(), (await here.ConversationAsync(message.ConversationId)).Resolution!.Since);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Close_to_the_end_that_was_promised_people_are_warned_past_it_those_who_lead_and_of_a_clock_that_stands_nobody(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        await here.AMessageAsync(network, "When do you open?");
        var other = await WriteAsync(here, "Where are you?");
        await AnswerAsync(here, other);

        // The answer is late on Friday; of 24 hours in the office, 18 are over on Monday 10:42 and all at 16:42.
        here.Clock.Advance(TimeSpan.FromDays(1));
        await here.TellAsync();
        here.Clock.Advance(TimeSpan.FromDays(3) + TimeSpan.FromMinutes(59));
        await here.TellAsync();
        Assert.Empty(await ClockEntriesAsync(here, "conversation.warned"));
        here.Clock.Advance(TimeSpan.FromMinutes(1));
        await here.TellAsync();
        await here.TellAsync();
        Assert.Single(await ClockEntriesAsync(here, "conversation.warned"));
        Assert.Empty(await ClockEntriesAsync(here, "conversation.escalated"));

        here.Clock.Advance(TimeSpan.FromHours(6));
        await here.TellAsync();
        await here.TellAsync();
        Assert.Single(await ClockEntriesAsync(here, "conversation.escalated"));
        Assert.Equal("Ada Ada Carol Carol Ruth Ruth", await here.ToldAsync(NoticeKind.PastLimit));
        Assert.DoesNotContain(await here.NoticesAsync(), notice => notice.Subject == other.ConversationId && notice.Kind is NoticeKind.NearLimit or NoticeKind.PastLimit);
    }

    private async Task<Message> WriteAsync(AnInstallation here, string text)
    {
        var item = network.Write(await here.AccountAsync("newsroom"), text, here.Clock.GetUtcNow(), written => written with { AuthorId = "urn:pat", About = "urn:post" });
        await here.CollectAsync();
        return (await here.MessagesAsync()).Single(message => message.Source.Id == item.Remote.Id);
    }

    private static async Task AnswerAsync(AnInstallation here, Message message)
    {
        var written = Taken(await here.ReplyAsync(message, "We open on Saturday at ten.", await here.WhoAsync("Hannah")));
        Taken(await here.ApproveAsync(written.Draft, (await here.DraftAsync(written.Draft)).Seal!, await here.WhoAsync("Bea")));
        await here.DeliverAsync();
        await here.KeepAsync();
    }

    private static Task<List<FinishedClock>> FinishedAsync(AnInstallation here) => here.ReadAsync(db => db.FinishedClocks.AsNoTracking().OrderBy(row => row.EndedAt).ThenBy(row => row.Id).ToListAsync());

    private static async Task<List<string>> ClockEntriesAsync(AnInstallation here, string act) =>
        (await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().Where(entry => entry.Act == act).ToListAsync())).ConvertAll(entry => Encoding.UTF8.GetString(entry.Leaf)).FindAll(entry => entry.Contains("\"clock\":\"Resolution\"", StringComparison.Ordinal));
}

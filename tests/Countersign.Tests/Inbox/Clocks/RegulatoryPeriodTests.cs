using System.Text;
using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Inbox.Clocks;
using Countersign.Notices;
using Countersign.Storage;
using Countersign.Tests.Notices;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Inbox.Clocks;

/// <summary>What a label starts by law, who ends it and how. It is Thursday 12 November 2026, 09:42.</summary>
public sealed class RegulatoryPeriodTests
{
    private const string Weather = "They complain about the weather";

    private readonly WatchedNetwork network = new();

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_complaint_starts_its_periods_when_it_was_written_and_one_act_settles_what_it_leaves_nothing_of(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, wrote) = (await here.WhoAsync("Hannah"), here.Clock.GetUtcNow());
        var message = await WriteAsync(here, "When do you open?");
        var id = message.ConversationId;
        Assert.Empty((await here.ConversationAsync(id)).Regulatory);

        here.Clock.Advance(TimeSpan.FromHours(3));
        await LabelAsync(here, message, stands: true);
        Assert.Equal(
            [(RegulatoryClock.ComplaintAcknowledged, wrote), (RegulatoryClock.ComplaintSummary, wrote), (RegulatoryClock.ComplaintFinal, wrote)],
            (await here.ConversationAsync(id)).Regulatory.Select(run => (run.Clock, run.Since)));

        // Said by mistake, and taken back: nothing starts later because of it.
        await LabelAsync(here, message, stands: false);
        Assert.All((await here.ConversationAsync(id)).Regulatory, run => Assert.Equal((RegulatoryEnd.LabelRemoved, here.Clock.GetUtcNow()), (run.How, run.EndedAt)));
        await LabelAsync(here, message, stands: true);
        Assert.Equal([wrote, wrote, wrote], (await here.ConversationAsync(id)).Regulatory.Where(run => run.EndedAt is null).Select(run => run.Since));

        // Resolving the conversation is no act of these.
        Taken(await here.HandleAsync(handle => handle.KeepAsync(id, RegulatoryClock.ComplaintAcknowledged, hannah, default)));
        Taken(await here.HandleAsync(handle => handle.ResolveAsync(id, ConversationOutcome.PassedOn, hannah, default)));
        Assert.Equal(["ComplaintSummary", "ComplaintFinal"], (await here.ConversationAsync(id)).Limits.Select(limit => limit.Clock));

        here.Clock.Advance(TimeSpan.FromDays(20));
        Taken(await here.HandleAsync(handle => handle.KeepAsync(id, RegulatoryClock.ComplaintFinal, hannah, default)));
        var settled = (await here.ConversationAsync(id)).Regulatory.TakeLast(3).ToList();
        Assert.Equal([RegulatoryEnd.Done, RegulatoryEnd.NotNeeded, RegulatoryEnd.Done], settled.Select(run => run.How));
        Assert.True(settled[0].EndedAt < settled[2].EndedAt, "What was acknowledged before stays so.");
        Refused("no-period", await here.HandleAsync(handle => handle.KeepAsync(id, RegulatoryClock.ComplaintFinal, hannah, default)));

        // What they write about it now is another complaint.
        here.Clock.Advance(TimeSpan.FromMinutes(1));
        await LabelAsync(here, await WriteAsync(here, "And again"), stands: true);
        Assert.Equal(here.Clock.GetUtcNow(), (await here.ConversationAsync(id)).Regulatory[^1].Since);
        await here.SequenceAsync();
        Assert.Empty((await here.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default))).Deviations.Select(deviation => deviation.Sentence));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task That_a_period_does_not_apply_is_said_by_those_who_lead_with_a_reason_that_no_entry_holds_in_clear_and_can_be_taken_back(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, daniel) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Daniel"));
        var message = await WriteAsync(here, "When do you open?");
        var id = message.ConversationId;
        await LabelAsync(here, message, stands: true);
        Task<Decision<PeriodDenied>> DenyAsync(Actor by, string reason) => here.HandleAsync(handle => handle.DenyAsync(id, RegulatoryClock.ComplaintFinal, reason, by, default));

        Refused("not-entitled", await DenyAsync(hannah, Weather));
        Refused("no-reason", await DenyAsync(daniel, "  "));
        Taken(await DenyAsync(daniel, Weather));
        Refused("no-period", await DenyAsync(daniel, Weather));

        var run = (await here.ConversationAsync(id)).Regulatory[^1];
        Assert.Equal((RegulatoryClock.ComplaintFinal, RegulatoryEnd.DoesNotApply, daniel.Id), (run.Clock, run.How, run.By));
        Assert.Equal(Weather, Assert.Single(await here.ReadAsync(db => db.ConversationNotes.AsNoTracking().ToListAsync())).Text);
        var entries = await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().ToListAsync());
        Assert.Contains(entries, entry => entry.Act == "conversation.period-denied" && Encoding.UTF8.GetString(entry.Leaf).Contains("\"period\":\"ComplaintFinal\"", StringComparison.Ordinal));
        Assert.Contains(entries, entry => entry.Act == "conversation.deny-period");
        Assert.DoesNotContain(entries, entry => Encoding.UTF8.GetString(entry.Leaf).Contains("weather", StringComparison.Ordinal));

        Refused("not-entitled", await here.HandleAsync(handle => handle.ResumeAsync(id, RegulatoryClock.ComplaintFinal, hannah, default)));
        Taken(await here.HandleAsync(handle => handle.ResumeAsync(id, RegulatoryClock.ComplaintFinal, daniel, default)));
        Assert.Equal(run with { EndedAt = null, How = null, By = null }, (await here.ConversationAsync(id)).Regulatory[^1]);
        Refused("no-period", await here.HandleAsync(handle => handle.ResumeAsync(id, RegulatoryClock.ComplaintFinal, daniel, default)));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Those_who_lead_are_told_of_a_period_once_when_it_is_close_and_once_when_it_is_over_also_of_what_was_resolved(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var hannah = await here.WhoAsync("Hannah");
        var message = await WriteAsync(here, "When do you open?");
        await LabelAsync(here, message, stands: true);
        Taken(await here.HandleAsync(handle => handle.ResolveAsync(message.ConversationId, ConversationOutcome.PassedOn, hannah, default)));

        // To be acknowledged by Friday 17:30: three quarters of the time are over on Friday 09:33.
        here.Clock.Advance(TimeSpan.FromHours(23.8));
        await here.TellAsync();
        Assert.Equal("", await here.ToldAsync(NoticeKind.PeriodNear));
        here.Clock.Advance(TimeSpan.FromHours(0.2));
        await here.TellAsync();
        await here.TellAsync();
        Assert.Equal("Ada Carol Ruth", await here.ToldAsync(NoticeKind.PeriodNear));

        here.Clock.Advance(TimeSpan.FromHours(8));
        await here.TellAsync();
        await here.TellAsync();
        Assert.Equal("Ada Carol Ruth", await here.ToldAsync(NoticeKind.PeriodOver));
        Assert.All((await here.NoticesAsync()).Where(notice => notice.Kind == NoticeKind.PeriodNear), notice => Assert.NotNull(notice.OverAt));
        Assert.All((await here.NoticesAsync()).Where(notice => notice.Kind == NoticeKind.PeriodOver), notice => Assert.Null(notice.OverAt));
        var acts = await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().Where(entry => entry.Act.StartsWith("conversation.period")).Select(entry => entry.Act).ToListAsync());
        Assert.Equal(["conversation.period-escalated", "conversation.period-warned"], acts.Order(StringComparer.Ordinal));

        Taken(await here.HandleAsync(handle => handle.KeepAsync(message.ConversationId, RegulatoryClock.ComplaintAcknowledged, hannah, default)));
        await here.TellAsync();
        Assert.All((await here.NoticesAsync()).Where(notice => notice.Kind == NoticeKind.PeriodOver), notice => Assert.NotNull(notice.OverAt));
    }

    private async Task<Message> WriteAsync(AnInstallation here, string text)
    {
        var item = network.Write(await here.AccountAsync("newsroom"), text, here.Clock.GetUtcNow(), written => written with { AuthorId = "urn:pat", About = "urn:post" });
        await here.CollectAsync();
        return (await here.MessagesAsync()).Single(message => message.Source.Id == item.Remote.Id);
    }

    private static async Task LabelAsync(AnInstallation here, Message message, bool stands) =>
        Taken(await here.HandleAsync(async handle => await handle.LabelAsync(message.Id, "complaint", stands, await here.WhoAsync("Hannah"), default)));
}

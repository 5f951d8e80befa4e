using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Inbox;

/// <summary>One thing done with several conversations: each by its own rules, none twice, and taken back while nobody did anything about it.</summary>
public sealed class HandleManyTests
{
    private readonly WatchedNetwork network = new();

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Each_is_decided_by_itself_and_what_is_refused_says_why(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, bea, ned) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"), await here.WhoAsync("Ned"));
        var ids = await ConversationsAsync(here, 4);
        Taken(await here.HandleAsync(handle => handle.ClaimAsync(ids[1], bea, default)));
        Taken(await here.HandleAsync(handle => handle.ResolveAsync(ids[2], ConversationOutcome.Spam, bea, default)));
        var nowhere = Guid.NewGuid();

        var claimed = Taken(await ManyAsync(here, new ManyForm(ManyAct.Claim, [.. ids, nowhere, ids[0]]), hannah));

        Assert.Equal([ids[0], ids[3]], claimed.Done.Select(one => one.Conversation));
        Assert.Equal([(ids[1], "taken"), (ids[2], "resolved"), (nowhere, "no-conversation")], claimed.Refused.Select(one => (one.Conversation, one.Why.Code)));
        Assert.All(claimed.Refused, one => Assert.NotEmpty(one.Why.Sentence));
        Assert.Equal([ids[0], ids[3]], (await here.ConversationsAsync()).Where(row => row.OwnerId == hannah.Id).Select(row => row.Id));
        Assert.All(Taken(await ManyAsync(here, new ManyForm(ManyAct.Claim, ids), ned)).Refused, one => Assert.Equal("no-conversation", one.Why.Code));
        Refused("none-chosen", await ManyAsync(here, new ManyForm(ManyAct.Claim, []), hannah));
        Refused("too-many", await ManyAsync(here, new ManyForm(ManyAct.Claim, [.. Enumerable.Range(0, HandleMany.Most + 1).Select(_ => Guid.NewGuid())]), hannah));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_press_that_comes_twice_also_at_the_same_moment_does_nothing_twice(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, bea) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"));
        var ids = await ConversationsAsync(here, 3);
        ManyForm[] presses =
        [
            new(ManyAct.Claim, ids),
            new(ManyAct.HandOver, ids, To: hannah.Id),
            new(ManyAct.Label, ids, Label: "press-enquiry"),
            new(ManyAct.Snooze, ids, Until: here.Clock.GetUtcNow().AddHours(4)),
            new(ManyAct.Resolve, ids, Outcome: ConversationOutcome.PassedOn),
        ];
        foreach (var press in presses)
        {
            // Hannah hands over what Bea took.
            var by = press.Act is ManyAct.Claim or ManyAct.HandOver or ManyAct.Label ? bea : hannah;
            var both = await Task.WhenAll(Task.Run(() => ManyAsync(here, press, by)), Task.Run(() => ManyAsync(here, press, by)));
            var again = Taken(await ManyAsync(here, press, by));

            Assert.Equal(ids.Order(), both.SelectMany(one => Taken(one).Done).Select(one => one.Conversation).Order());
            Assert.Empty(again.Done);
            Assert.Equal(3, again.Refused.Count);
        }

        var acts = await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().Where(entry => entry.Ok && (entry.Act.StartsWith("conversation.") || entry.Act == "message.labelled")).Select(entry => entry.Act).ToListAsync());
        Assert.Equal(
            ["conversation.claimed 3", "conversation.handed-over 3", "conversation.resolved 3", "conversation.snoozed 3", "message.labelled 3"],
            acts.GroupBy(act => act, StringComparer.Ordinal).Select(group => $"{group.Key} {group.Count()}").Order(StringComparer.Ordinal));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_was_done_is_taken_back_by_ordinary_entries_but_not_where_somebody_went_on_and_not_late(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, bea) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"));
        var ids = await ConversationsAsync(here, 2);
        async Task<ManyResult> Do(ManyForm form) => Taken(await ManyAsync(here, form, hannah));
        Task<Decision<ManyResult>> Undo(ManyResult before) => here.UseAsync<HandleMany, Decision<ManyResult>>(many => many.UndoAsync(before, hannah, default));

        Assert.Equal(2, Taken(await Undo(await Do(new ManyForm(ManyAct.Claim, ids)))).Done.Count);
        Assert.All(await here.ConversationsAsync(), row => Assert.Null(row.OwnerId));
        Assert.Equal(2, Taken(await Undo(await Do(new ManyForm(ManyAct.Label, ids, Label: "press-enquiry")))).Done.Count);
        Assert.All(await here.ConversationsAsync(), row => Assert.DoesNotContain("press-enquiry", row.Labels));
        Assert.Equal(2, Taken(await Undo(await Do(new ManyForm(ManyAct.Snooze, ids, Until: here.Clock.GetUtcNow().AddHours(4))))).Done.Count);
        var resolved = await Do(new ManyForm(ManyAct.Resolve, ids, Outcome: ConversationOutcome.Spam));
        Taken(await here.HandleAsync(handle => handle.ReopenAsync(ids[0], bea, default)));
        var undone = Taken(await Undo(resolved));

        Assert.Equal((ids[0], "went-on"), Assert.Single(undone.Refused.Select(one => (one.Conversation, one.Why.Code))));
        Assert.All(await here.ConversationsAsync(), row => Assert.Equal((ConversationState.Open, null), (row.State, row.Outcome)));
        Refused("no-undo", await Undo(await Do(new ManyForm(ManyAct.HandOver, ids, To: bea.Id))));
        var late = Taken(await ManyAsync(here, new ManyForm(ManyAct.Resolve, ids, Outcome: ConversationOutcome.Spam), bea));
        here.Clock.Advance(HandleMany.UndoFor + TimeSpan.FromSeconds(1));
        Refused("too-late", await here.UseAsync<HandleMany, Decision<ManyResult>>(many => many.UndoAsync(late, bea, default)));
        Assert.All(await here.ConversationsAsync(), row => Assert.Equal(ConversationState.Resolved, row.State));
    }

    private async Task<List<Guid>> ConversationsAsync(AnInstallation here, int count)
    {
        network.PageSize = count;
        var account = await here.AccountAsync("newsroom");
        for (var number = 0; number < count; number++)
            network.Write(account, $"Message {number}", here.Clock.GetUtcNow().AddMinutes(number - count), item => item with { AuthorId = $"urn:{number}" });
        await here.CollectAsync();
        return (await here.ConversationsAsync()).ConvertAll(row => row.Id);
    }

    private static Task<Decision<ManyResult>> ManyAsync(AnInstallation here, ManyForm form, Actor by) =>
        here.UseAsync<HandleMany, Decision<ManyResult>>(many => many.RunAsync(form, by, default));
}

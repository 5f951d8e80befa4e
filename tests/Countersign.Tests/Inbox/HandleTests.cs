using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Inbox;

/// <summary>Who has a conversation, what it is about, and when it counts as answered.</summary>
public sealed class HandleTests
{
    private readonly WatchedNetwork network = new();

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Of_many_who_take_the_next_at_once_each_has_another_the_oldest_first_and_none_two(DatabaseKind kind)
    {
        var (agents, waiting) = Run.Long ? (200, 300) : (24, 40);
        await using var here = await NorthgateAsync(kind, network.Instead());
        var account = await here.AccountAsync("newsroom");
        for (var number = 0; number < waiting; number++)
            network.Write(account, $"Message {number}", here.Clock.GetUtcNow().AddMinutes(number - waiting), item => item with { AuthorId = $"urn:{number}" });
        for (var turn = 0; turn < 6; turn++)
            await here.CollectAsync();
        var hannah = await here.WhoAsync("Hannah");
        var crowd = Enumerable.Range(0, agents).Select(_ => hannah with { Id = Guid.NewGuid() }).ToList();
        await AddAsync(here, crowd);

        var claims = await Task.WhenAll(crowd.Select(agent => Task.Run(() => here.HandleAsync(handle => handle.ClaimNextAsync(null, agent, default)))));

        Assert.All(claims, claim => Assert.True(claim.IsTaken, claim.Refusal?.Sentence));
        var had = (await here.ConversationsAsync()).Where(conversation => conversation.OwnerId is not null).ToList();
        Assert.Equal(agents, had.Select(conversation => conversation.OwnerId).Distinct().Count());
        Assert.Equal(agents, claims.Select(claim => claim.Taken!.Subject).Distinct().Count());
        Assert.Equal((await here.ConversationsAsync()).OrderBy(conversation => conversation.WaitingSince).Take(agents).Select(conversation => conversation.Id).Order(), had.Select(conversation => conversation.Id).Order());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_claim_keeps_others_out_lapses_by_itself_and_goes_on_with_what_its_owner_does(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, bea, ned) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"), await here.WhoAsync("Ned"));
        var id = (await here.AMessageAsync(network, "When do you open?")).ConversationId;

        Taken(await here.HandleAsync(handle => handle.ClaimAsync(id, hannah, default)));
        Refused("taken", await here.HandleAsync(handle => handle.ClaimAsync(id, bea, default)));
        Refused("taken", await here.HandleAsync(handle => handle.ReleaseAsync(id, bea, default)));
        Refused("no-conversation", await here.HandleAsync(handle => handle.ClaimAsync(id, ned, default)));
        here.Clock.Advance(TimeSpan.FromMinutes(29));
        Taken(await here.HandleAsync(handle => handle.NoteAsync(id, "I ask the workshop.", hannah, default)));
        here.Clock.Advance(TimeSpan.FromMinutes(29));
        await here.KeepAsync();
        Assert.Equal(hannah.Id, (await here.ConversationAsync(id)).OwnerId);

        here.Clock.Advance(TimeSpan.FromMinutes(2));
        await here.KeepAsync();

        Assert.Null((await here.ConversationAsync(id)).OwnerId);
        Taken(await here.HandleAsync(handle => handle.ClaimAsync(id, bea, default)));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Handing_over_goes_to_somebody_who_may_have_it_and_the_note_stays_inside(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, bea, daniel, ruth) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"), await here.WhoAsync("Daniel"), await here.WhoAsync("Ruth"));
        var id = (await here.AMessageAsync(network, "When do you open?")).ConversationId;
        Taken(await here.HandleAsync(handle => handle.ClaimAsync(id, hannah, default)));

        Refused("cannot-have", await here.HandleAsync(handle => handle.HandOverAsync(id, daniel.Id, "", hannah, default)));
        Refused("taken", await here.HandleAsync(handle => handle.HandOverAsync(id, bea.Id, "", bea, default)));
        Taken(await here.HandleAsync(handle => handle.HandOverAsync(id, bea.Id, "She knows the hours.", hannah, default)));
        Assert.Equal(bea.Id, (await here.ConversationAsync(id)).OwnerId);
        Taken(await here.HandleAsync(handle => handle.HandOverAsync(id, hannah.Id, "", ruth, default)));

        var note = Assert.Single(await here.ReadAsync(db => db.ConversationNotes.AsNoTracking().ToListAsync()));
        Assert.Equal(("She knows the hours.", bea.Id), (note.Text, note.ToId));
        Assert.Equal(hannah.Id, (await here.ConversationAsync(id)).OwnerId);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_answer_takes_the_road_of_every_draft_and_counts_when_it_stands_and_not_before(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, bea) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"));
        var message = await here.AMessageAsync(network, "When do you open?");

        var written = Taken(await here.ReplyAsync(message, "We open on Saturday at ten.", hannah));
        await here.KeepAsync();
        Assert.Null(written.NotSent);
        var draft = await here.DraftAsync(written.Draft);
        Assert.Equal((DraftStage.AwaitingApproval, PostKind.Reply, message.Source.Id), (draft.Stage, draft.Shape!.Kind, draft.Shape.Target!.Id));
        Assert.Equal((ConversationState.Open, null), ((await here.ConversationAsync(message.ConversationId)).State, (await here.ConversationAsync(message.ConversationId)).AnsweredAt));
        Refused("not-answered", await here.HandleAsync(handle => handle.ResolveAsync(message.ConversationId, ConversationOutcome.Settled, hannah, default)));

        Taken(await here.ApproveAsync(written.Draft, draft.Seal!, bea));
        await here.KeepAsync();
        Assert.Equal(ConversationState.Open, (await here.ConversationAsync(message.ConversationId)).State);
        await here.DeliverAsync();
        await here.KeepAsync();
        await here.KeepAsync();

        var answered = await here.ConversationAsync(message.ConversationId);
        Assert.Equal((ConversationState.Waiting, null, null), (answered.State, answered.WaitingSince, answered.DueAt));
        Assert.Equal(message.Source.Id, Assert.Single(network.Posts).Post.ReplyTo);
        Assert.Equal(answered.AnswerId, Assert.Single(await here.ChainAsync(written.Draft)).Id);
        Assert.Single(await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().Where(entry => entry.Act == "conversation.answered").ToListAsync()));
        Taken(await here.HandleAsync(handle => handle.ResolveAsync(message.ConversationId, ConversationOutcome.Settled, hannah, default)));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_second_answer_to_one_message_needs_a_choice_also_at_the_same_moment_and_a_form_sent_twice_is_one(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var hannah = await here.WhoAsync("Hannah");
        var message = await here.AMessageAsync(network, "When do you open?");
        var form = Guid.CreateVersion7();

        var both = await Task.WhenAll(here.ReplyAsync(message, "At ten.", hannah), here.ReplyAsync(message, "At ten o’clock.", hannah));
        var first = Assert.Single(both, answer => answer.IsTaken);
        Refused("reply-there", Assert.Single(both, answer => !answer.IsTaken));
        Taken(await here.ReplyAsync(message, "On Saturday, that is.", hannah, another: true, draft: form));
        Taken(await here.ReplyAsync(message, "On Saturday, that is.", hannah, another: true, draft: form));

        Assert.Equal([.. ((Guid[])[first.Taken!.Draft, form]).Order()], (await here.ReadAsync(db => db.ConversationReplies.AsNoTracking().OrderBy(reply => reply.At).ThenBy(reply => reply.DraftId).Select(reply => reply.DraftId).ToListAsync())).Order());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Nobody_answers_what_somebody_else_has_or_what_is_gone_and_words_that_are_stopped_are_kept_unsent(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, bea, ruth) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"), await here.WhoAsync("Ruth"));
        var message = await here.AMessageAsync(network, "My meter is broken again");
        Taken(await here.HandleAsync(handle => handle.ClaimAsync(message.ConversationId, bea, default)));

        Refused("taken", await here.ReplyAsync(message, "We look into it.", hannah));
        Refused("not-entitled", await here.ReplyAsync(message, "We look into it.", ruth));
        var written = Taken(await here.ReplyAsync(message, "Please reply here with your date of birth and your card number.", bea));

        Assert.NotNull(written.NotSent);
        Assert.Equal(DraftStage.Draft, (await here.DraftAsync(written.Draft)).Stage);
        Assert.Empty(await here.ChainAsync(written.Draft));

        var account = await here.AccountAsync("newsroom");
        var gone = network.Write(account, "Never mind", here.Clock.GetUtcNow(), item => item with { AuthorId = "urn:kim" });
        await here.CollectAsync();
        network.WriteAgain(account, gone with { State = InboxState.Removed });
        await here.CollectAsync();
        Refused("gone", await here.ReplyAsync((await here.MessagesAsync()).Single(one => one.Source.Id == gone.Remote.Id), "All right.", hannah));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_was_written_in_private_is_not_answered_in_public(DatabaseKind kind)
    {
        network.InboxKinds = [InboxKind.Direct];
        await using var here = await NorthgateAsync(kind, network.Instead());
        var hannah = await here.WhoAsync("Hannah");
        network.Write(await here.AccountAsync("newsroom"), "My account number is on the letter", here.Clock.GetUtcNow(), item => item with { Kind = InboxKind.Direct });
        await here.CollectAsync();

        Refused("would-be-public", await here.ReplyAsync(Assert.Single(await here.MessagesAsync()), "Thank you, we have it.", hannah));

        Assert.Empty(await here.ReadAsync(db => db.Drafts.AsNoTracking().ToListAsync()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_new_message_opens_what_was_resolved_or_put_off_and_the_time_comes_by_itself(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (account, hannah) = (await here.AccountAsync("newsroom"), await here.WhoAsync("Hannah"));
        InboxItem Under(InboxItem item) => item with { About = "urn:post" };
        network.Write(account, "When do you open?", here.Clock.GetUtcNow(), Under);
        await here.CollectAsync();
        var id = (await here.ConversationsAsync()).Single().Id;
        Taken(await here.HandleAsync(handle => handle.ResolveAsync(id, ConversationOutcome.NoAnswerNeeded, hannah, default)));
        here.Clock.Advance(TimeSpan.FromHours(3));

        network.Write(account, "Hello? I am going to the Ombudsman about this.", here.Clock.GetUtcNow(), Under);
        await here.CollectAsync();

        var opened = await here.ConversationAsync(id);
        Assert.Equal((ConversationState.Open, here.Clock.GetUtcNow(), null), (opened.State, opened.WaitingSince, opened.Outcome));
        Assert.Equal(Priority.P1, opened.Priority);
        Assert.Equal(here.Clock.GetUtcNow().AddHours(1), opened.DueAt);

        Refused("bad-time", await here.HandleAsync(handle => handle.SnoozeAsync(id, here.Clock.GetUtcNow(), hannah, default)));
        Taken(await here.HandleAsync(handle => handle.SnoozeAsync(id, here.Clock.GetUtcNow().AddHours(2), hannah, default)));
        await here.KeepAsync();
        Assert.Equal(ConversationState.Snoozed, (await here.ConversationAsync(id)).State);
        here.Clock.Advance(TimeSpan.FromHours(2));
        await here.KeepAsync();
        Assert.Equal(ConversationState.Open, (await here.ConversationAsync(id)).State);
        Assert.True((await here.ConversationAsync(id)).IsOverdue(here.Clock.GetUtcNow()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_person_corrects_a_label_the_priority_follows_and_reading_it_again_does_not_bring_it_back(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (account, hannah, daniel) = (await here.AccountAsync("newsroom"), await here.WhoAsync("Hannah"), await here.WhoAsync("Daniel"));
        var item = network.Write(account, "I will stab your driver", here.Clock.GetUtcNow());
        await here.CollectAsync();
        var message = Assert.Single(await here.MessagesAsync());
        var label = Assert.Single(message.Labels, one => one.Name == "threat");
        Assert.Equal(("CRI-01", Priority.P1), (label.Rule, message.Priority));
        Assert.True(label.End > label.Start);

        Refused("not-entitled", await here.HandleAsync(handle => handle.LabelAsync(message.Id, "threat", false, daniel, default)));
        foreach (var wrong in message.Labels.Select(one => one.Name).Distinct().ToList())
            Taken(await here.HandleAsync(handle => handle.LabelAsync(message.Id, wrong, false, hannah, default)));
        Taken(await here.HandleAsync(handle => handle.LabelAsync(message.Id, "praise", true, hannah, default)));
        Refused("as-it-is", await here.HandleAsync(handle => handle.LabelAsync(message.Id, "praise", true, hannah, default)));
        Assert.Equal(Priority.P4, (await here.ConversationAsync(message.ConversationId)).Priority);
        network.WriteAgain(account, item with { Text = "I will stab your driver, as they say in the play" });
        await here.CollectAsync();

        message = Assert.Single(await here.MessagesAsync());
        Assert.Equal(["praise"], message.Standing.Select(one => one.Name).Intersect(["praise", "threat"]));
        Assert.Equal(["praise"], (await here.ConversationAsync(message.ConversationId)).Labels.Intersect(["praise", "threat"]));
    }

    /// <summary>Hannah once more under other identifiers: two hundred invitations would take as many minutes.</summary>
    private static async Task AddAsync(AnInstallation here, List<Actor> crowd)
    {
        foreach (var id in crowd.Select(agent => agent.Id.ToString()))
        {
            await here.SqlAsync($"""
                insert into person (id, name, email, email_folded, commitment, title, password_hash, failures, grants, joined_at, revision)
                select '{id.ToUpperInvariant()}', name, email, '{id}', commitment, title, password_hash, failures, grants, joined_at, revision from person where name like 'Hannah%' limit 1
                """);
        }
    }
}

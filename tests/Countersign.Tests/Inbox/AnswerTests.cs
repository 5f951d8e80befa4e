using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Inbox;

/// <summary>When somebody still waits, and when nobody does.</summary>
public sealed class AnswerTests
{
    private readonly WatchedNetwork network = new();

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_answer_that_was_made_into_another_post_answers_nothing_and_another_takes_its_place_without_a_question(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (account, hannah, bea) = (await here.AccountAsync("newsroom"), await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"));
        var message = await here.AMessageAsync(network, "When do you open?");
        var written = Taken(await here.ReplyAsync(message, "Please reply here with your date of birth and your card number.", hannah));
        Assert.NotNull(written.NotSent);

        Taken(await here.ComposeAsync(written.Draft, hannah, "We open on Saturday at ten.", [account.Id], seen: 1));
        Taken(await here.ApproveAsync(written.Draft, Taken(await here.SendAsync(written.Draft, 2, hannah)).Seal, bea));
        await here.DeliverAsync();
        await here.KeepAsync();
        await here.KeepAsync();

        Assert.Null(Assert.Single(network.Posts).Post.ReplyTo);
        var waiting = await here.ConversationAsync(message.ConversationId);
        Assert.Equal((ConversationState.Open, null), (waiting.State, waiting.AnsweredAt));
        Assert.NotNull(waiting.DueAt);
        Assert.Single(await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().Where(entry => entry.Act == "conversation.reply-turned").ToListAsync()));
        Assert.Null(Taken(await here.ReplyAsync(message, "At ten on Saturday.", hannah)).NotSent);
    }

    [Fact]
    public void An_answer_that_was_not_turned_is_recorded_as_before_answers_could_be()
    {
        IGoverned reply = new ConversationReply { DraftId = Guid.Empty, ConversationId = Guid.Empty, MessageId = Guid.Empty, ById = Guid.Empty, At = DateTimeOffset.UnixEpoch };

        Assert.Equal(["conversation", "message", "by", "at", "answeredAt", "publication"], reply.State().Select(member => member.Key));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Whoever_wrote_before_an_answer_but_was_read_after_it_still_waits_since_they_wrote(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (account, hannah, bea) = (await here.AccountAsync("newsroom"), await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"));
        network.Write(account, "When do you open?", here.Clock.GetUtcNow(), item => item with { About = "urn:post" });
        await here.CollectAsync();
        var first = Assert.Single(await here.MessagesAsync());
        var wrote = here.Clock.GetUtcNow().AddMinutes(1);
        here.Clock.Advance(TimeSpan.FromMinutes(2));
        var answer = Taken(await here.ReplyAsync(first, "We open on Saturday at ten.", hannah));
        here.Clock.Advance(TimeSpan.FromMinutes(1));
        network.Write(account, "I smell gas in the hall, is that from you? I am going to the Ombudsman.", wrote, item => item with { About = "urn:post" });
        await here.CollectAsync();

        Taken(await here.ApproveAsync(answer.Draft, (await here.DraftAsync(answer.Draft)).Seal!, bea));
        await here.DeliverAsync();
        await here.KeepAsync();

        var conversation = await here.ConversationAsync(first.ConversationId);
        Assert.Equal((ConversationState.Open, wrote, Priority.P1), (conversation.State, conversation.WaitingSince, conversation.Priority));
        Assert.NotNull(conversation.AnsweredAt);
        Assert.Equal(wrote.AddHours(1), conversation.DueAt);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Words_that_say_more_open_what_was_done_with_and_words_that_say_less_do_not(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (account, hannah) = (await here.AccountAsync("newsroom"), await here.WhoAsync("Hannah"));
        var item = network.Write(account, "When do you open?", here.Clock.GetUtcNow());
        await here.CollectAsync();
        var id = Assert.Single(await here.ConversationsAsync()).Id;
        Taken(await here.HandleAsync(handle => handle.ResolveAsync(id, ConversationOutcome.NoAnswerNeeded, hannah, default)));
        here.Clock.Advance(TimeSpan.FromHours(1));

        network.WriteAgain(account, item with { Text = "Never mind, thank you" });
        await here.CollectAsync();
        Assert.Equal(ConversationState.Resolved, (await here.ConversationAsync(id)).State);

        network.WriteAgain(account, item with { Text = "I want my money back, and I am going to the Ombudsman." });
        await here.CollectAsync();

        var opened = await here.ConversationAsync(id);
        Assert.Equal((ConversationState.Open, Priority.P1, here.Clock.GetUtcNow(), null), (opened.State, opened.Priority, opened.WaitingSince, opened.Outcome));
        Assert.Equal(here.Clock.GetUtcNow().AddHours(1), opened.DueAt);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_the_network_takes_for_spam_waits_for_nobody_until_it_is_let_through_there(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var account = await here.AccountAsync("newsroom");
        var item = network.Write(account, "I am going to the Ombudsman about my bill.", here.Clock.GetUtcNow(), written => written with { State = InboxState.Spam });
        await here.CollectAsync();

        var kept = Assert.Single(await here.ConversationsAsync());
        Assert.Equal((ConversationState.Resolved, ConversationOutcome.Spam, null), (kept.State, kept.Outcome, kept.DueAt));

        here.Clock.Advance(TimeSpan.FromMinutes(30));
        network.WriteAgain(account, item with { State = InboxState.Shown });
        await here.CollectAsync();

        var waits = await here.ConversationAsync(kept.Id);
        Assert.Equal((ConversationState.Open, Priority.P1, null), (waits.State, waits.Priority, waits.Outcome));
        Assert.Equal(item.At, waits.WaitingSince);
        Assert.Equal(MessageState.Shown, Assert.Single(await here.MessagesAsync()).State);
        await here.SequenceAsync();
        Assert.Empty((await here.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default))).Deviations.Select(deviation => deviation.Sentence));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_we_wrote_on_the_network_itself_neither_restarts_a_clock_nor_takes_the_place_of_their_words(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (account, hannah, bea) = (await here.AccountAsync("newsroom"), await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"));
        var message = await here.AMessageAsync(network, "When do you open?");
        var answer = Taken(await here.ReplyAsync(message, "We open on Saturday at ten.", hannah));
        here.Clock.Advance(TimeSpan.FromMinutes(5));
        network.Write(account, "We are on it.", here.Clock.GetUtcNow(), written => written with { IsOwn = true, ReplyTo = message.Source.Id });
        await here.CollectAsync();

        Assert.Equal(message.Id, (await here.ConversationAsync(message.ConversationId)).LatestId);
        Taken(await here.ApproveAsync(answer.Draft, (await here.DraftAsync(answer.Draft)).Seal!, bea));
        await here.DeliverAsync();
        await here.KeepAsync();

        Assert.Equal(ConversationState.Waiting, (await here.ConversationAsync(message.ConversationId)).State);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Resolving_and_opening_again_wins_no_time(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var hannah = await here.WhoAsync("Hannah");
        var message = await here.AMessageAsync(network, "I am going to the Ombudsman about my bill.");
        var due = (await here.ConversationAsync(message.ConversationId)).DueAt;
        here.Clock.Advance(TimeSpan.FromMinutes(50));

        Taken(await here.HandleAsync(handle => handle.ResolveAsync(message.ConversationId, ConversationOutcome.NoAnswerNeeded, hannah, default)));
        Taken(await here.HandleAsync(handle => handle.ReopenAsync(message.ConversationId, hannah, default)));

        Assert.Equal((message.WrittenAt, due), ((await here.ConversationAsync(message.ConversationId)).WaitingSince, (await here.ConversationAsync(message.ConversationId)).DueAt));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_next_to_take_is_the_one_closest_to_its_limit(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var hannah = await here.WhoAsync("Hannah");
        _ = await here.AMessageAsync(network, "Lovely event, thank you!", "urn:kim");
        here.Clock.Advance(TimeSpan.FromMinutes(10));
        var urgent = await here.AMessageAsync(network, "I am going to the Ombudsman about my bill.", "urn:lee");

        Assert.Equal(urgent.ConversationId, Taken(await here.HandleAsync(handle => handle.ClaimNextAsync(null, hannah, default))).Subject);
    }
}

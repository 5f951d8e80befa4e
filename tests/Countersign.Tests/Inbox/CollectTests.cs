using System.Text;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Inbox;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Inbox;

/// <summary>From a network's page to our tables: each message once, as it was and as it is, and what is in the way said.</summary>
public sealed class CollectTests
{
    private readonly WatchedNetwork network = new();

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_edit_and_a_removal_that_show_in_no_list_are_found_by_reading_what_still_waits_again(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var account = await here.AccountAsync("newsroom");
        var items = Enumerable.Range(0, 3).Select(number => network.Write(account, $"Question {number}?", here.Clock.GetUtcNow(), written => written with { AuthorId = $"urn:{number}" })).ToList();
        var done = await here.AMessageAsync(network, "Thanks", "urn:lee");
        Taken(await here.HandleAsync(async handle => await handle.ResolveAsync(done.ConversationId, ConversationOutcome.NoAnswerNeeded, await here.WhoAsync("Hannah"), default)));
        here.Clock.Advance(TimeSpan.FromDays(8));
        await here.CollectAsync();
        network.Rechecks.Clear();
        network.Quietly[items[0].Remote.Id] = items[0] with { Text = "I want my money back, and I am going to the Ombudsman." };
        network.Quietly[items[2].Remote.Id] = null;

        // Two of a call: two turns of the clock ask after all that wait, and after nothing that was done with a week ago.
        for (var turn = 0; turn < 2; turn++)
        {
            here.Clock.Advance(TimeSpan.FromMinutes(5));
            await here.CollectAsync();
        }

        var now = (await here.MessagesAsync()).ToDictionary(message => message.Source.Id);
        Assert.Equal(("I want my money back, and I am going to the Ombudsman.", 2), (now[items[0].Remote.Id].Text, now[items[0].Remote.Id].Version));
        Assert.Equal((MessageState.Shown, 1), (now[items[1].Remote.Id].State, now[items[1].Remote.Id].Version));
        Assert.Equal((MessageState.Gone, "Question 2?"), (now[items[2].Remote.Id].State, now[items[2].Remote.Id].Text));
        Assert.Equal(Priority.P1, (await here.ConversationAsync(now[items[0].Remote.Id].ConversationId)).Priority);
        Assert.Equal(items.Select(item => item.Remote.Id).Order(StringComparer.Ordinal), network.Rechecks.SelectMany(ids => ids).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Messages_are_read_again_once_in_five_minutes(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var message = await here.AMessageAsync(network, "Are you open?");
        await here.AMessageAsync(network, "And on Sunday?", "urn:kim");
        network.Quietly[message.Source.Id] = null;

        await here.CollectAsync();
        Assert.Empty(network.Rechecks);
        here.Clock.Advance(TimeSpan.FromMinutes(5));
        await here.CollectAsync();
        here.Clock.Advance(TimeSpan.FromSeconds(1));
        await here.CollectAsync();

        Assert.All(await here.MessagesAsync(), one => Assert.Equal(one.Id == message.Id ? MessageState.Gone : MessageState.Shown, one.State));
        Assert.Single(network.Rechecks);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Every_message_is_read_once_whatever_comes_again_and_the_reading_says_how_far_it_is(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var account = await here.AccountAsync("newsroom");
        for (var number = 1; number <= 8; number++)
            network.Write(account, $"Message {number}", here.Clock.GetUtcNow().AddMinutes(number - 20), item => item with { AuthorId = $"urn:{number}" });

        await here.CollectAsync();
        await here.CollectAsync();

        Assert.Equal(Enumerable.Range(1, 8).Select(number => $"Message {number}"), (await here.MessagesAsync()).Select(message => message.Text));
        var reading = Assert.Single(await here.ReadingsAsync());
        Assert.True(reading.IsComplete);
        Assert.Equal((here.Clock.GetUtcNow().AddMinutes(-19), here.Clock.GetUtcNow()), (reading.ReadFrom, reading.ReadUntil));
        Assert.Equal([null, "3", "6", "8"], network.InboxReads);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_reading_that_was_cut_off_at_any_step_and_another_node_beside_it_keep_each_message_once(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        await using var other = await here.AnotherNodeAsync(network.Instead());
        var account = await here.AccountAsync("newsroom");
        for (var number = 1; number <= 12; number++)
            network.Write(account, $"Message {number}", here.Clock.GetUtcNow(), item => item with { About = "urn:post" });
        await here.UseAsync<CollectMessages, bool>(async collect =>
        {
            await collect.PlanAsync(default);
            return true;
        });
        var id = (await here.ReadingsAsync()).Single().Id;

        // Dies after its second page; its successor and another node then read at the same time.
        var pages = 0;
        network.InsteadOfInbox = _ => ++pages == 3 ? throw new InvalidOperationException("The program died.") : null;
        await Assert.ThrowsAsync<InvalidOperationException>(() => here.UseAsync<CollectMessages, DateTimeOffset?>(collect => collect.RunAsync(id, default)));
        network.InsteadOfInbox = _ => null;
        await Task.WhenAll(
            here.UseAsync<CollectMessages, DateTimeOffset?>(collect => collect.RunAsync(id, default)),
            other.UseAsync<CollectMessages, DateTimeOffset?>(collect => collect.RunAsync(id, default)));
        await here.CollectAsync();

        Assert.Equal(12, (await here.MessagesAsync()).Count);
        var conversation = Assert.Single(await here.ConversationsAsync());
        Assert.Equal(12, conversation.Messages);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_edit_keeps_what_stood_there_a_removal_keeps_the_copy_and_both_stand_in_the_log(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var account = await here.AccountAsync("newsroom");
        var item = network.Write(account, "When do you open?", here.Clock.GetUtcNow());
        await here.CollectAsync();
        network.WriteAgain(account, item with { Text = "I will stab your driver" });
        await here.CollectAsync();
        network.WriteAgain(account, item with { Text = "", State = InboxState.Removed });
        await here.CollectAsync();
        await here.CollectAsync();

        var message = Assert.Single(await here.MessagesAsync());
        Assert.Equal(("I will stab your driver", MessageState.Gone, 2), (message.Text, message.State, message.Version));
        Assert.Equal("When do you open?", Assert.Single(await here.ReadAsync(db => db.MessageVersions.AsNoTracking().ToListAsync())).Text);
        Assert.Equal(Priority.P1, (await here.ConversationAsync(message.ConversationId)).Priority);
        Assert.Equal(["message.received", "message.edited", "message.moved"], await ActsAsync(here, message.Object));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task No_word_name_or_identifier_of_theirs_stands_in_an_entry_and_erased_words_do_not_come_back(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var account = await here.AccountAsync("newsroom");
        var item = network.Write(account, "Planted words", here.Clock.GetUtcNow(), written => written with { AuthorId = "urn:planted-author", About = "urn:planted-post" });
        await here.CollectAsync();
        var message = Assert.Single(await here.MessagesAsync());
        var (hannah, daniel, ada) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Daniel"), await here.WhoAsync("Ada"));
        Taken(await here.HandleAsync(handle => handle.NoteAsync(message.ConversationId, "Planted note", hannah, default)));

        Assert.All(await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().Select(entry => entry.Leaf).ToListAsync()), leaf => Assert.DoesNotContain("planted", Encoding.UTF8.GetString(leaf), StringComparison.OrdinalIgnoreCase));

        Taken(await here.HandleAsync(handle => handle.ResolveAsync(message.ConversationId, ConversationOutcome.NoAnswerNeeded, hannah, default)));
        var asked = Taken(await here.UseAsync<EraseContent, Decision<ErasureAsked>>(erase => erase.AskAsync($"conversation/{message.ConversationId}", ErasureBasis.Objection, "They asked.", daniel, default)));
        Taken(await here.UseAsync<EraseContent, Decision<ErasureConfirmed>>(erase => erase.ConfirmAsync(asked.Subject, ada, default)));
        network.WriteAgain(account, item with { Text = "Planted words once more" });
        await here.CollectAsync();

        message = Assert.Single(await here.MessagesAsync());
        Assert.True(message.IsErased);
        Assert.Equal(Erased.Marker, message.Source.Id);
        Assert.Equal(Erased.Marker, Assert.Single(await here.ReadAsync(db => db.ConversationNotes.AsNoTracking().ToListAsync())).Text);
        await here.SequenceAsync();
        Assert.Empty((await here.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default))).Deviations.Select(deviation => deviation.Sentence));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_they_wrote_goes_from_our_answers_too_and_what_we_answered_stays(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, bea, daniel, ada) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"), await here.WhoAsync("Daniel"), await here.WhoAsync("Ada"));
        var message = await here.AMessageAsync(network, "Planted words", "urn:planted-author");
        var written = Taken(await here.ReplyAsync(message, "We open on Saturday at ten.", hannah));
        Taken(await here.HandleAsync(handle => handle.ResolveAsync(message.ConversationId, ConversationOutcome.NoAnswerNeeded, hannah, default)));
        var early = await AskAsync();
        Assert.StartsWith("An answer to this conversation is not out yet.", early.Refusal!.Sentence, StringComparison.Ordinal);
        Taken(await here.ApproveAsync(written.Draft, (await here.DraftAsync(written.Draft)).Seal!, bea));
        await here.DeliverAsync();
        here.Clock.Advance(TimeSpan.FromSeconds(10));
        await here.DeliverAsync();

        var eleanor = await here.WhoAsync("Eleanor");
        var hold = Taken(await here.UseAsync<HoldContent, Decision<HoldPlaced>>(holds => holds.PlaceAsync($"person/{hannah.Id}", "What she wrote", eleanor, default)));
        Assert.Equal("on-hold", (await AskAsync()).Refusal!.Code);
        Taken(await here.UseAsync<HoldContent, Decision<HoldReleaseProposed>>(holds => holds.ProposeReleaseAsync(hold.Subject, eleanor, default)));
        Taken(await here.UseAsync<HoldContent, Decision<HoldReleased>>(holds => holds.ConfirmReleaseAsync(hold.Subject, daniel, default)));

        var asked = Taken(await AskAsync());
        Taken(await here.UseAsync<EraseContent, Decision<ErasureConfirmed>>(erase => erase.ConfirmAsync(asked.Subject, ada, default)));

        var draft = await here.DraftAsync(written.Draft);
        Assert.Equal(("We open on Saturday at ten.", Erased.Marker, ""), (draft.Text, draft.Shape!.Target!.Text, draft.Shape.Target.Id));
        foreach (var table in new[] { "draft", "draft_version", "message", "autosave" })
            Assert.DoesNotContain((await here.SqlAsync($"select * from {table}")).SelectMany(row => row).OfType<string>(), cell => cell.Contains("planted", StringComparison.OrdinalIgnoreCase));
        await here.SequenceAsync();
        Assert.Empty((await here.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default))).Deviations.Select(deviation => deviation.Sentence));

        async Task<Decision<ErasureAsked>> AskAsync() => await here.UseAsync<EraseContent, Decision<ErasureAsked>>(erase => erase.AskAsync($"conversation/{message.ConversationId}", ErasureBasis.Objection, "They asked.", daniel, default));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_network_that_gives_the_same_page_for_ever_is_left_and_said_and_the_gap_closes_when_it_goes_on(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var account = await here.AccountAsync("newsroom");
        network.Write(account, "The first", here.Clock.GetUtcNow());
        await here.CollectAsync();
        var until = here.Clock.GetUtcNow();
        here.Clock.Advance(TimeSpan.FromMinutes(5));
        network.InsteadOfInbox = _ => new InboxPage.Read([], "round", IsComplete: false);
        network.InboxReads.Clear();

        await here.CollectAsync();

        var stuck = Assert.Single(await here.ReadingsAsync());
        Assert.Equal(2, network.InboxReads.Count);
        Assert.Contains("same page again and again", stuck.Trouble, StringComparison.Ordinal);
        Assert.Equal((until, until, false), (stuck.GapSince, stuck.ReadUntil, stuck.IsComplete));

        network.InsteadOfInbox = _ => null;
        network.Write(account, "What came meanwhile", here.Clock.GetUtcNow());
        await here.CollectAsync();

        var whole = Assert.Single(await here.ReadingsAsync());
        Assert.True(whole.IsComplete);
        Assert.Equal(2, (await here.MessagesAsync()).Count);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_cannot_be_kept_keeps_nothing_else_out_and_is_named_until_it_can(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var account = await here.AccountAsync("newsroom");
        network.Write(account, "Before", here.Clock.GetUtcNow(), item => item with { AuthorId = "urn:a" });
        network.Write(account, "Without a name", here.Clock.GetUtcNow(), item => item with { Remote = new RemoteRef("", "https://network.example/nameless") });
        network.Write(account, "After", here.Clock.GetUtcNow(), item => item with { AuthorId = "urn:b" });

        await here.CollectAsync();

        Assert.Equal(["After", "Before"], (await here.MessagesAsync()).Select(message => message.Text).Order());
        var reading = Assert.Single(await here.ReadingsAsync());
        Assert.Equal("https://network.example/nameless", Assert.Single(reading.Refused).Remote);
        Assert.False(reading.IsComplete);

        // A day later everything is read once more, and by then the network has put it right.
        var at = network.Written.FindIndex(one => one.Item.Remote.Id.Length == 0);
        network.Written[at] = (network.Written[at].Account, network.Written[at].Item with { Remote = network.Written[at].Item.Remote with { Id = "in:named" } });
        await here.CollectAsync();
        Assert.Equal(2, (await here.MessagesAsync()).Count);
        here.Clock.Advance(TimeSpan.FromDays(1));
        await here.CollectAsync();
        await here.CollectAsync();

        Assert.Equal(3, (await here.MessagesAsync()).Count);
        Assert.True(Assert.Single(await here.ReadingsAsync()).IsComplete);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_megabyte_half_a_character_and_a_time_to_come_are_kept_as_what_they_can_be(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var account = await here.AccountAsync("newsroom");
        network.Write(account, new string('a', Message.MaxText - 1) + string.Concat(Enumerable.Repeat("😀", 500_000)), here.Clock.GetUtcNow(), item => item with { AuthorId = "urn:long" });
        network.Write(account, "Half \ud83d and \0 nothing", here.Clock.GetUtcNow().AddDays(400), item => item with { AuthorId = null, AuthorName = "\u202eevil\0" });

        await here.CollectAsync();

        var messages = await here.MessagesAsync();
        var (cut, odd) = (messages.Single(message => message.WholeLength is not null), messages.Single(message => message.WholeLength is null));
        Assert.Equal((Message.MaxText - 1, Message.MaxText - 1 + 1_000_000), (cut.Text.Length, cut.WholeLength));
        Assert.Equal("Half \uFFFD and \uFFFD nothing", odd.Text);
        Assert.Equal(here.Clock.GetUtcNow(), odd.WrittenAt);
        Assert.True(Assert.Single(await here.ReadingsAsync()).IsComplete);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_silent_network_is_asked_less_and_less_often_and_what_was_read_stays(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var account = await here.AccountAsync("newsroom");
        await here.CollectAsync();
        var until = here.Clock.GetUtcNow();
        network.Silent.Add(account.Id.ToString());
        here.Clock.Advance(TimeSpan.FromMinutes(1));
        var id = (await here.ReadingsAsync()).Single().Id;

        var first = await here.UseAsync<CollectMessages, DateTimeOffset?>(collect => collect.RunAsync(id, default));
        var second = await here.UseAsync<CollectMessages, DateTimeOffset?>(collect => collect.RunAsync(id, default));

        Assert.True(second > first);
        var reading = Assert.Single(await here.ReadingsAsync());
        Assert.Equal(("The network is down.", until, 2), (reading.Trouble, reading.ReadUntil, reading.Failures));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task One_author_under_one_post_is_one_conversation_an_answer_joins_it_and_what_is_old_waits_for_nobody(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var account = await here.AccountAsync("newsroom");
        var (now, about) = (here.Clock.GetUtcNow(), "urn:post");
        var first = network.Write(account, "Is it open on Sunday?", now, item => item with { About = about });
        network.Write(account, "And on Monday?", now, item => item with { About = about });
        network.Write(account, "I want to know too", now, item => item with { About = about, AuthorId = "urn:sam", ReplyTo = first.Remote.Id });
        network.Write(account, "Me as well", now, item => item with { About = about, AuthorId = "urn:kim" });
        network.Write(account, "Years ago", now.AddYears(-3), item => item with { AuthorId = "urn:old" });

        await here.CollectAsync();

        var conversations = await here.ConversationsAsync();
        Assert.Equal([1, 1, 3], conversations.Select(conversation => conversation.Messages).Order());
        var old = Assert.Single(conversations, conversation => conversation.State == ConversationState.Resolved);
        Assert.Equal((ConversationOutcome.History, null), (old.Outcome, old.WaitingSince));
    }

    [Fact]
    public void Every_kind_that_a_network_can_give_has_a_name_here() =>
        Assert.All(Enum.GetNames<InboxKind>(), name => Assert.True(Enum.TryParse<MessageKind>(name, out _), name));

    private static Task<List<string>> ActsAsync(AnInstallation here, string obj) =>
        here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().Where(entry => entry.Object == obj).OrderBy(entry => entry.Seq).Select(entry => entry.Act).ToListAsync());
}

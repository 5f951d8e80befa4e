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

/// <summary>What a reading says is in, is in.</summary>
public sealed class ReadingTests
{
    private readonly WatchedNetwork network = new();

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_comes_while_nothing_can_be_written_is_read_when_it_can_and_not_passed_over(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var account = await here.AccountAsync("newsroom");
        _ = await here.AMessageAsync(network, "Before");
        var before = Assert.Single(await here.ReadingsAsync());
        for (var number = 0; number < 30; number++)
            network.Write(account, $"Meanwhile {number}", here.Clock.GetUtcNow(), item => item with { AuthorId = $"urn:{number}" });
        here.Services.GetRequiredService<LogAlarm>().ReadOnly = "The database is older than what was signed.";

        await here.CollectAsync();

        var stopped = Assert.Single(await here.ReadingsAsync());
        Assert.Equal((before.Cursor, before.ReadUntil), (stopped.Cursor, stopped.ReadUntil));
        Assert.False(stopped.IsComplete);
        Assert.Empty(stopped.Refused);

        here.Services.GetRequiredService<LogAlarm>().ReadOnly = null;
        for (var turn = 0; turn < 3; turn++)
            await here.CollectAsync();

        Assert.Equal(31, (await here.MessagesAsync()).Count);
        Assert.True(Assert.Single(await here.ReadingsAsync()).IsComplete);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task More_than_can_be_named_that_could_not_be_kept_is_a_gap_until_everything_was_read_again(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var account = await here.AccountAsync("newsroom");
        for (var number = 0; number < 25; number++)
            network.Write(account, $"Nameless {number}", here.Clock.GetUtcNow(), item => item with { AuthorId = $"urn:{number}", Remote = new RemoteRef("", $"https://network.example/{number}") });
        for (var turn = 0; turn < 3; turn++)
            await here.CollectAsync();

        var gap = Assert.Single(await here.ReadingsAsync());
        Assert.NotNull(gap.GapSince);
        Assert.Equal(20, gap.Refused.Count);

        // By the next day the network has put it right.
        for (var number = 0; number < 25; number++)
            network.Written[number] = (network.Written[number].Account, network.Written[number].Item with { Remote = network.Written[number].Item.Remote with { Id = $"in:{number}" } });
        here.Clock.Advance(TimeSpan.FromDays(1));
        for (var turn = 0; turn < 4; turn++)
            await here.CollectAsync();

        Assert.Equal(25, (await here.MessagesAsync()).Count);
        Assert.True(Assert.Single(await here.ReadingsAsync()).IsComplete);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_stays_refused_has_everything_read_again_once_a_day_and_not_every_minute(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        network.Write(await here.AccountAsync("newsroom"), "Nameless", here.Clock.GetUtcNow(), item => item with { Remote = new RemoteRef("", "https://network.example/nameless") });
        network.Write(await here.AccountAsync("newsroom"), "After", here.Clock.GetUtcNow(), item => item with { AuthorId = "urn:after" });
        await here.CollectAsync();
        var item = network.Written[0];
        network.Written[0] = (item.Account, item.Item with { Remote = item.Item.Remote with { Id = "in:other" } });
        here.Clock.Advance(TimeSpan.FromDays(1));

        for (var turn = 0; turn < 5; turn++)
        {
            await here.CollectAsync();
            here.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(2, network.InboxReads.Count(cursor => cursor is null));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_account_that_lost_its_connection_or_a_reading_that_stopped_is_not_called_complete(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var hannah = await here.WhoAsync("Hannah");
        await here.CollectAsync();
        Task<ReadingView> ViewAsync() => here.UseAsync<InboxReader, ReadingView>(async reader => Assert.Single(await reader.ReadingsAsync(hannah, default)));
        Assert.True((await ViewAsync()).IsIn);

        here.Clock.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal((false, true), ((await ViewAsync()).IsIn, (await ViewAsync()).IsLate));
        await here.CollectAsync();
        Assert.True((await ViewAsync()).IsIn);

        _ = await here.SqlAsync("update account set state = 'NeedsReconnect' where network = 'newsroom'");
        Assert.Equal((false, false), ((await ViewAsync()).IsIn, (await ViewAsync()).IsConnected));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_conversation_too_long_for_one_entry_is_erased_in_several(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (account, hannah, daniel, ada) = (await here.AccountAsync("newsroom"), await here.WhoAsync("Hannah"), await here.WhoAsync("Daniel"), await here.WhoAsync("Ada"));
        for (var number = 0; number < 130; number++)
            network.Write(account, $"Message {number}", here.Clock.GetUtcNow().AddSeconds(number - 200), item => item with { About = "urn:post" });
        while (!(await here.ReadingsAsync()).Exists(reading => reading.IsComplete))
            await here.CollectAsync();
        var conversation = Assert.Single(await here.ConversationsAsync());
        Taken(await here.HandleAsync(handle => handle.NoteAsync(conversation.Id, "They ask much", hannah, default)));
        Taken(await here.HandleAsync(handle => handle.ResolveAsync(conversation.Id, ConversationOutcome.NoAnswerNeeded, hannah, default)));

        async Task EraseAsync()
        {
            var asked = Taken(await here.UseAsync<EraseContent, Decision<ErasureAsked>>(erase => erase.AskAsync($"/inbox/{conversation.Id}", ErasureBasis.Objection, "They asked.", daniel, default)));
            Taken(await here.UseAsync<EraseContent, Decision<ErasureConfirmed>>(erase => erase.ConfirmAsync(asked.Subject, ada, default)));
        }

        await EraseAsync();
        Assert.Equal(100, (await here.MessagesAsync()).Count(message => message.IsErased));
        await here.SequenceAsync();
        Assert.Empty((await here.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default))).Deviations.Select(deviation => deviation.Sentence));

        await EraseAsync();
        Assert.All(await here.MessagesAsync(), message => Assert.True(message.IsErased));
        Assert.Equal(Erased.Marker, Assert.Single(await here.ReadAsync(db => db.ConversationNotes.AsNoTracking().ToListAsync())).Text);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_words_that_stand_for_erased_ones_hide_nothing_when_somebody_writes_them(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());

        Assert.False((await here.AMessageAsync(network, Erased.Marker)).IsErased);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_handle_and_what_pictures_show_are_kept_with_a_message(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        network.Write(await here.AccountAsync("newsroom"), "", here.Clock.GetUtcNow(), item => item with { AuthorHandle = "pat.example", Media = [new InboxMedia("https://network.example/1.jpg", "image/jpeg", "A leaking meter")] });

        await here.CollectAsync();

        var source = Assert.Single(await here.MessagesAsync()).Source;
        Assert.Equal(("pat.example", "A leaking meter"), (source.AuthorHandle, Assert.Single(source.Media).Alt));
        await here.SequenceAsync();
        Assert.Empty((await here.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default))).Deviations.Select(deviation => deviation.Sentence));
    }
}

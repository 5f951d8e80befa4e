using System.Text;
using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Inbox;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Inbox;

/// <summary>Finding a conversation by its words: all that is there, nothing that went, and nothing of accounts that one may not read.</summary>
public sealed class SearchTests
{
    private readonly WatchedNetwork network = new();

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Messages_of_both_sides_notes_and_names_are_found_and_what_has_the_words_is_said(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var hannah = await here.WhoAsync("Hannah");
        var message = await here.AMessageAsync(network, "My flowmeters have failed twice");
        var other = await here.AMessageAsync(network, "Nothing of the kind", "urn:kim");
        Taken(await here.HandleAsync(handle => handle.NoteAsync(message.ConversationId, "The workshop looks for a spare gasket.", hannah, default)));
        Taken(await here.ReplyAsync(message, "An engineer will visit on Thursday.", hannah));

        async Task<FoundWords> Only(string typed) => Assert.Single(await SearchAsync(here, typed, hannah), row => row.Conversation.Id == message.ConversationId).Found!;

        Assert.Equal(message.Id, (await Only("flowmeter failed")).Message!.Id);
        Assert.True((await Only("spare gaskets")).Note);
        Assert.Equal((false, "An engineer will visit on Thursday."), ((await Only("\"visit on thursday\"")).Note, (await Only("engin*")).Text));
        Assert.Equal([other.ConversationId, message.ConversationId], (await SearchAsync(here, "PLANTED", hannah)).Select(row => row.Conversation.Id));
        Assert.Empty(await SearchAsync(here, "flowmeter gasket", hannah));
        Assert.Empty(await SearchAsync(here, "\"failed have\"", hannah));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Words_that_are_edited_away_are_not_found_any_more_and_the_new_ones_are(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var hannah = await here.WhoAsync("Hannah");
        var message = await here.AMessageAsync(network, "My zaubernuss is broken");

        network.WriteAgain(await here.AccountAsync("newsroom"), network.Written[^1].Item with { Text = "My quittenbaum is broken" });
        await here.CollectAsync();

        Assert.Empty(await SearchAsync(here, "zaubernuss", hannah));
        Assert.Equal(message.ConversationId, Assert.Single(await SearchAsync(here, "quittenbaum", hannah)).Conversation.Id);
        Assert.DoesNotContain("zaubernuss", await IndexAsync(here, kind), StringComparison.Ordinal);
        Assert.Contains("quittenbaum", await IndexAsync(here, kind), StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_is_erased_leaves_the_index_at_once_with_its_names_and_notes(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var hannah = await here.WhoAsync("Hannah");
        network.Write(await here.AccountAsync("newsroom"), "My zaubernuss is broken", here.Clock.GetUtcNow(), item => item with { AuthorName = "Xaver Yttrium" });
        await here.CollectAsync();
        var message = Assert.Single(await here.MessagesAsync());
        Taken(await here.HandleAsync(handle => handle.NoteAsync(message.ConversationId, "Ask the vogelbeere people.", hannah, default)));
        Taken(await here.HandleAsync(handle => handle.ResolveAsync(message.ConversationId, ConversationOutcome.PassedOn, hannah, default)));
        Assert.Contains("zaubernus", await IndexAsync(here, kind), StringComparison.Ordinal);
        Assert.Contains("vogelbeere", await IndexAsync(here, kind), StringComparison.Ordinal);
        here.Clock.Advance(TimeSpan.FromDays(3_000));

        var (daniel, ada) = (await here.WhoAsync("Daniel"), await here.WhoAsync("Ada"));
        var asked = Taken(await here.UseAsync<EraseContent, Decision<ErasureAsked>>(erase => erase.AskAsync($"conversation/{message.ConversationId}", ErasureBasis.Objection, "He asked us to.", daniel, default)));
        Taken(await here.UseAsync<EraseContent, Decision<ErasureConfirmed>>(erase => erase.ConfirmAsync(asked.Subject, ada, default)));

        Assert.Empty(await here.ReadAsync(db => db.Set<SearchWords>().AsNoTracking().ToListAsync()));
        foreach (var word in (string[])["zaubernus", "xaver", "yttrium", "vogelbeere"])
        {
            Assert.Empty(await SearchAsync(here, word, hannah));
            Assert.DoesNotContain(word, await IndexAsync(here, kind), StringComparison.Ordinal);
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Nobody_finds_what_was_written_to_an_account_that_they_may_not_read(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, ada, ned) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Ada"), await here.WhoAsync("Ned"));
        var site = Taken(await here.UseAsync<OpenSite, Decision<SiteOpened>>(open => open.RunAsync("Livingston", ada, default))).Subject;
        var tom = await here.JoinAsync("Tom Ashworth", [new RoleGrant(Role.Author, SiteId: site)]);
        await here.AMessageAsync(network, "The zaubernuss is broken");

        Assert.Single(await SearchAsync(here, "zaubernuss", hannah));
        Assert.Empty(await SearchAsync(here, "zaubernuss", tom));
        Assert.Empty(await SearchAsync(here, "zaubernuss", ned));
        Assert.Empty(await SearchAsync(here, "zaubernuss", tom, question => question with { View = InboxView.Open }));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Whatever_is_typed_is_never_a_mistake(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var hannah = await here.WhoAsync("Hannah");
        var message = await here.AMessageAsync(network, "OR is NOT a near word: don’t text 50% of my_data 😡 to words: ' \" * AND -minus (x) {y} ^z c:\\d");
        string[] typed =
        [
            "\"", "\"\"\"", "'", "''", "*", "-", "--", "OR", "NOT", "AND", "NEAR(a b)", "NEAR/5", "a OR", "AND b", "(", ")", "()", "words:", "words : x", "-minus", "+x", "^z", "{y}", "[", "a*b*", "**", "x*", "%", "_",
            "50%", "my_data", "\\", "c:\\d", "😡", "👩‍🚒", "\u202E", "\0", "a\0b", "'; drop table message; --", "\"open", "open\"", "“curly”", "q0", "search_text", "rank", "rowid:1", ":*", "a:*", "!a", "a & b", "a | b", "<->", "<1>",
            new string('x', 1_000), new string('"', 1_000), string.Concat(Enumerable.Repeat("a* ", 333)), string.Concat(Enumerable.Repeat("(\"", 500)), string.Join(' ', Enumerable.Range(0, 250).Select(number => $"w{number}")),
            string.Concat(Enumerable.Repeat("返", 1_000)), string.Concat(Enumerable.Repeat("😡", 500)), "\uD83D", "ı İ ß ﬁ", "٣٤٥ Ⅻ ½",
        ];

        foreach (var view in (InboxView[])[InboxView.All, InboxView.Open])
        {
            foreach (var words in typed)
                Assert.InRange((await SearchAsync(here, words, hannah, question => question with { View = view })).Count, 0, 1);
            foreach (var there in (string[])["OR", "NOT", "don't", "\"50% of\"", "my_data", "😡", "-minus", "near word:", "c:\\d", "nea*"])
                Assert.Equal(message.ConversationId, Assert.Single(await SearchAsync(here, there, hannah, question => question with { View = view })).Conversation.Id);
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Words_and_filters_hold_together(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, bea) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"));
        var old = await here.AMessageAsync(network, "The pump leaks and I am going to the Ombudsman", "urn:a");
        here.Clock.Advance(TimeSpan.FromDays(2));
        var taken = await here.AMessageAsync(network, "The pump is fine, thank you", "urn:b");
        var done = await here.AMessageAsync(network, "Which pump is it?", "urn:c");
        Taken(await here.HandleAsync(handle => handle.ClaimAsync(taken.ConversationId, hannah, default)));
        Taken(await here.HandleAsync(handle => handle.ResolveAsync(done.ConversationId, ConversationOutcome.NoAnswerNeeded, bea, default)));
        var account = await here.AccountAsync("newsroom");
        async Task<List<Guid>> Found(Func<InboxQuestion, InboxQuestion> narrow) => [.. (await SearchAsync(here, "pump", hannah, narrow)).Select(row => row.Conversation.Id)];

        Assert.Equal([done.ConversationId, taken.ConversationId, old.ConversationId], await Found(question => question));
        Assert.Equal([taken.ConversationId, old.ConversationId], await Found(question => question with { View = InboxView.Open }));
        Assert.Equal([done.ConversationId], await Found(question => question with { View = InboxView.Done }));
        Assert.Equal([old.ConversationId], await Found(question => question with { Priority = Priority.P1 }));
        Assert.Equal([old.ConversationId], await Found(question => question with { Label = "complaint" }));
        Assert.Equal([taken.ConversationId], await Found(question => question with { Assignee = new Assignee(true, null) }));
        Assert.Equal([taken.ConversationId], await Found(question => question with { View = InboxView.Open, Assignee = new Assignee(false, hannah.Id) }));
        Assert.Equal([done.ConversationId, old.ConversationId], await Found(question => question with { Assignee = new Assignee(false, null) }));
        Assert.Equal([old.ConversationId], await Found(question => question with { To = here.Clock.GetUtcNow().AddDays(-1) }));
        Assert.Equal([taken.ConversationId], await Found(question => question with { View = InboxView.Open, From = here.Clock.GetUtcNow().AddDays(-1) }));
        Assert.Equal(3, (await Found(question => question with { Account = account.Id, Site = account.SiteId })).Count);
        Assert.Empty(await Found(question => question with { Account = Guid.NewGuid() }));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Pages_show_every_conversation_once_the_newest_words_first(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (account, hannah) = (await here.AccountAsync("newsroom"), await here.WhoAsync("Hannah"));

        // Each says it twice, the second time long after the others began.
        for (var number = 0; number < 130; number++)
            network.Write(account, $"The pump number {number % 65} leaks", here.Clock.GetUtcNow().AddMinutes(number - 200), item => item with { AuthorId = $"urn:{number % 65}", About = "urn:post" });
        network.PageSize = 200;
        await here.CollectAsync();
        Assert.Equal(65, (await here.ConversationsAsync()).Count);

        foreach (var view in (InboxView[])[InboxView.All, InboxView.Open])
        {
            var first = await SearchAsync(here, "pump", hannah, question => question with { View = view });
            var second = await SearchAsync(here, "pump", hannah, question => question with { View = view, Page = 2 });

            Assert.Equal((InboxReader.PageSize + 1, 15), (first.Count, second.Count));
            var all = first.Take(InboxReader.PageSize).Concat(second).ToList();
            Assert.Equal(65, all.Select(row => row.Conversation.Id).Distinct().Count());
            Assert.Equal(all.Select(row => row.Found!.At).OrderDescending(), all.Select(row => row.Found!.At));
            Assert.Empty(await SearchAsync(here, "pump", hannah, question => question with { View = view, Page = 3 }));
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_was_said_before_there_was_an_index_is_in_it_after_the_upgrade(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var hannah = await here.WhoAsync("Hannah");
        var message = await here.AMessageAsync(network, "My flowmeters have failed twice");
        Taken(await here.HandleAsync(handle => handle.NoteAsync(message.ConversationId, "The workshop looks for a spare gasket.", hannah, default)));
        Taken(await here.ReplyAsync(message, "An engineer will visit on Thursday.", hannah));
        await here.AMessageAsync(network, "Thank you", "urn:kim");
        var before = await WordsAsync(here);
        Assert.Equal(4, before.Count);
        foreach (var statement in (string[])[.. kind == DatabaseKind.Sqlite ? (string[])["drop table search_text"] : [], "drop table search_words", "delete from migration where number = 82"])
            await here.SqlAsync(statement);

        Assert.Equal([82], await here.UseAsync<Migrator, IReadOnlyList<int>>(migrator => migrator.MigrateAsync(default)));

        Assert.Equal(before, await WordsAsync(here));
        Assert.Single(await SearchAsync(here, "\"visit on thursday\"", hannah));
    }

    private static Task<List<string>> WordsAsync(AnInstallation here) => here.ReadAsync(async db =>
        (await db.Set<SearchWords>().AsNoTracking().ToListAsync()).ConvertAll(row => $"{row.SourceId} {row.GroupId} {row.Words}").Order(StringComparer.Ordinal).ToList());

    internal static Task<IReadOnlyList<ConversationRow>> SearchAsync(AnInstallation here, string typed, Actor reader, Func<InboxQuestion, InboxQuestion>? narrow = null)
    {
        var question = new InboxQuestion(InboxView.All) { Words = WordQuery.Of(typed) };
        return here.UseAsync<SearchInbox, IReadOnlyList<ConversationRow>>(search => search.RunAsync(narrow?.Invoke(question) ?? question, reader, default));
    }

    /// <summary>Everything that the tables of the index hold, byte for byte.</summary>
    private static async Task<string> IndexAsync(AnInstallation here, DatabaseKind kind)
    {
        var rows = await here.SqlAsync("select words from search_words");
        if (kind == DatabaseKind.Sqlite)
            rows = [.. rows, .. await here.SqlAsync("select block from search_text_data")];
        return string.Join('\n', rows.Select(row => row[0] is byte[] bytes ? Encoding.Latin1.GetString(bytes) : row[0]?.ToString()));
    }
}

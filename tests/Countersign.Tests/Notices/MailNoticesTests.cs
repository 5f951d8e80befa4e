using System.Text.Json;
using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Mail;
using Countersign.Notices;
using Countersign.Storage;
using Countersign.Tests.Inbox;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Notices;

/// <summary>What people are told by e-mail, taken by a real mail server, also over a line on which things go wrong.</summary>
public sealed class MailNoticesTests
{
    private const string Ombudsman = "I am going to the Ombudsman about my meter";

    private readonly WatchedNetwork network = new();

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_is_urgent_is_mailed_at_once_and_once_with_a_link_and_the_newest_checkpoint_and_no_word_of_it(DatabaseKind kind)
    {
        await using var server = await MailServer.StartAsync();
        await using var here = await NorthgateAsync(kind, network.Instead() + By(server.Port));
        await using var other = await here.AnotherNodeAsync(network.Instead() + By(server.Port));
        var message = await here.AMessageAsync(network, Ombudsman);
        await here.SequenceAsync();
        await here.TellAsync();

        Assert.Equal(5, (await Task.WhenAll(Task.Run(() => WriteAsync(here)), Task.Run(() => WriteAsync(other)))).Sum());
        Assert.Equal(0, await WriteAsync(other));
        Assert.Equal(5, (await Task.WhenAll(SendAsync(here), SendAsync(other))).Sum());

        var mails = await server.ReadAsync(5);
        Assert.Equal(["ada@northgate.example", "bea@northgate.example", "carol@northgate.example", "hannah@northgate.example", "ruth@northgate.example"], mails.Select(To).Order(StringComparer.Ordinal));
        Assert.All(mails, mail =>
        {
            Assert.Equal("An urgent message came in", mail.GetProperty("subject").GetString());
            Assert.Contains($"http://127.0.0.1:5080/inbox/{message.ConversationId}\n", TextOf(mail), StringComparison.Ordinal);
            Assert.Contains("test.example/northgate\n", TextOf(mail)[TextOf(mail).IndexOf("-- ", StringComparison.Ordinal)..], StringComparison.Ordinal);
            foreach (var word in new[] { "Ombudsman", "meter", "CRI-05", "regulator", "urn:pat" })
                Assert.DoesNotContain(word, mail.GetRawText(), StringComparison.OrdinalIgnoreCase);
        });
        Assert.All(await here.NoticesAsync(), notice => Assert.True(notice is { MailAt: null, MailId: not null }));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_was_read_is_done_with_or_may_not_be_seen_any_more_is_not_mailed(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead() + By(1));
        var (ada, hannah, bea, carol) = (await here.WhoAsync("Ada"), await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"), await here.WhoAsync("Carol"));
        var message = await here.AMessageAsync(network, Ombudsman);
        await here.TellAsync();
        var read = (await here.NoticesAsync()).Single(notice => notice.PersonId == hannah.Id);
        Assert.NotNull(await here.UseAsync<ReadNotices, Notice?>(notices => notices.OneAsync(read.Id, hannah, default)));
        Taken(await here.ChangeRolesAsync(bea.Id, [new RoleGrant(Role.Author, AccountId: (await here.AccountAsync("sandbox")).Id)], ada));
        Taken(await here.LockAsync(LockScope.Person, carol.Id, await here.WhoAsync("Ruth")));
        Assert.Equal(2, await WriteAsync(here));
        Assert.Equal(["ada@northgate.example", "ruth@northgate.example"], (await MailsAsync(here)).Select(mail => mail.Recipient).Order(StringComparer.Ordinal));

        // Handed over, and taken back within the minute in which such things are gathered.
        Taken(await here.HandleAsync(handle => handle.ClaimAsync(message.ConversationId, hannah, default)));
        Taken(await here.HandleAsync(handle => handle.HandOverAsync(message.ConversationId, ada.Id, "", hannah, default)));
        await here.TellAsync();
        Assert.Equal("Ada", await here.ToldAsync(NoticeKind.HandedOver));
        Taken(await here.HandleAsync(handle => handle.ResolveAsync(message.ConversationId, ConversationOutcome.Spam, ada, default)));
        await here.TellAsync();
        here.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(0, await WriteAsync(here));
        Assert.All(await here.NoticesAsync(), notice => Assert.Null(notice.MailAt));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_can_wait_comes_together_once_a_day_in_the_morning_and_nothing_by_night_but_what_is_urgent(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead() + By(1));
        var (hannah, bea) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"));
        var id = (await here.AMessageAsync(network, "When do you open?")).ConversationId;
        await here.AWaitingDraftAsync();
        await here.AWaitingDraftAsync("We shut on Sunday.");
        await here.TellAsync();
        here.Clock.Advance(TimeSpan.FromHours(11));

        // It is 20:42 in London.
        Taken(await here.HandleAsync(handle => handle.HandOverAsync(id, bea.Id, "", hannah, default)));
        await here.TellAsync();
        here.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(0, await WriteAsync(here));
        await here.AMessageAsync(network, Ombudsman, "urn:kim");
        await here.TellAsync();
        Assert.Equal(5, await WriteAsync(here));
        Assert.All(await MailsAsync(here), mail => Assert.Equal("An urgent message came in", mail.Subject));

        here.Clock.Advance(TimeSpan.FromHours(12));
        Assert.Equal((2, 0), (await WriteAsync(here), await WriteAsync(here)));
        var morning = (await MailsAsync(here))[5..];
        Assert.Equal(["2 things wait for you", "A conversation was handed over to you"], morning.Select(mail => mail.Subject).Order(StringComparer.Ordinal));
        Assert.All(morning, mail => Assert.Equal("bea@northgate.example", mail.Recipient));
        var digest = morning.Single(mail => mail.Subject[0] == '2');
        Assert.Equal(2, digest.Body.Split("/approvals/").Length - 1);
    }

    [Theory]
    [InlineData(MailFault.Refuses, 1)]
    [InlineData(MailFault.Silent, 1)]
    [InlineData(MailFault.CutInside, 1)]
    // The server has it and nobody could know: it comes a second time, under the same Message-ID.
    [InlineData(MailFault.CutBeforeItsAnswer, 2)]
    public async Task A_mail_that_a_server_refuses_is_slow_to_take_or_loses_is_sent_again_later(MailFault fault, int arrives)
    {
        await using var server = await MailServer.StartAsync();
        await using var line = new AMailLine(server.Port) { Fault = fault };
        await using var here = await NorthgateAsync(DatabaseKind.Sqlite, network.Instead() + By(line.Port));
        await AMailAsync(here);

        Assert.Equal(0, await SendAsync(here));
        var waiting = Assert.Single(await MailsAsync(here));
        Assert.Equal((1, here.Clock.GetUtcNow() + TimeSpan.FromMinutes(1)), (waiting.Attempts, waiting.DueAt));
        Assert.False(string.IsNullOrWhiteSpace(waiting.Trouble));
        Assert.Equal((0, 1), (await SendAsync(here), line.Calls));

        line.Fault = null;
        here.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((1, 0), (await SendAsync(here), await SendAsync(here)));
        var mails = await server.ReadAsync(arrives);
        Assert.Equal(arrives, mails.Count);
        Assert.Single(mails.Select(mail => mail.GetProperty("headers").GetProperty("message-id").GetString()).Distinct());
        Assert.Null(Assert.Single(await MailsAsync(here)).Trouble);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_mail_that_a_program_died_with_is_sent_by_the_next_and_once(DatabaseKind kind)
    {
        await using var server = await MailServer.StartAsync();
        await using var line = new AMailLine(server.Port) { Fault = MailFault.Silent };
        await using var here = await NorthgateAsync(kind, network.Instead() + By(line.Port));
        await using var other = await here.AnotherNodeAsync(network.Instead() + By(server.Port));
        await AMailAsync(here);
        using var dies = new CancellationTokenSource();
        var sending = here.UseAsync<SendMail, int>(send => send.RunAsync(dies.Token));
        while (line.Calls == 0)
            await Task.Delay(20);
        await dies.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);

        Assert.Equal(0, await SendAsync(other));
        here.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((1, 0), (await SendAsync(other), await SendAsync(here)));
        Assert.Single(await server.ReadAsync(1));
    }

    private static Action<IServiceCollection> By(int port) => services =>
        services.Configure<MailSettings>(settings => (settings.Host, settings.Port, settings.From, settings.Encrypt, settings.AnswerWithin) = ("127.0.0.1", port, "inbox@northgate.example", false, TimeSpan.FromSeconds(2)));

    private static async Task AMailAsync(AnInstallation here)
    {
        var now = here.Clock.GetUtcNow();
        Assert.True(await here.ReadAsync(db =>
        {
            db.Mail.Add(new OutgoingMail { Id = Guid.CreateVersion7(now), Recipient = "ruth@northgate.example", Subject = "One thing waits for you", Body = "A link.", DueAt = now });
            return db.KeepAsync(default);
        }));
    }

    private static Task<int> WriteAsync(AnInstallation here) => here.UseAsync<MailNotices, int>(mail => mail.RunAsync(default));

    private static Task<int> SendAsync(AnInstallation here) => here.UseAsync<SendMail, int>(send => send.RunAsync(default));

    private static Task<List<OutgoingMail>> MailsAsync(AnInstallation here) => here.ReadAsync(db => db.Mail.AsNoTracking().OrderBy(mail => mail.Id).ToListAsync());

    private static string To(JsonElement mail) => mail.GetProperty("to")[0].GetProperty("address").GetString()!;

    private static string TextOf(JsonElement mail) => mail.GetProperty("text").GetString()!.ReplaceLineEndings("\n");
}

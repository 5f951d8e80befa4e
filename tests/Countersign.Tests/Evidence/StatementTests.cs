using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Ledger;
using Countersign.Mail;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Evidence;

/// <summary>The daily statement, taken by a real mail server: the recipients' mailboxes hold what nobody here can change.</summary>
public sealed class StatementTests
{
    private const string Outside = "trail@auditors.example";

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_newest_checkpoint_goes_once_a_day_to_auditors_and_chosen_addresses_and_verifies_from_the_mail_alone(DatabaseKind kind)
    {
        await using var server = await MailServer.StartAsync();
        await using var here = await NorthgateAsync(kind, By(server.Port));
        var daniel = await here.WhoAsync("Daniel");
        await here.JoinAsync("Helen Marsh", [new RoleGrant(Role.Auditor)]);
        Taken(await AddAsync(here, Outside, daniel));
        await here.SequenceAsync();

        Assert.True(await StateAsync(here));
        Assert.False(await StateAsync(here));
        await here.SequenceAsync();
        Assert.Equal(2, await SendAsync(here));
        Assert.Equal(0, await SendAsync(here));
        Assert.Equal(2, await here.ReadAsync(db => db.Mail.CountAsync()));
        here.Clock.Advance(TimeSpan.FromDays(31));
        await SendAsync(here);
        Assert.Empty(await here.ReadAsync(db => db.Mail.ToListAsync()));

        var mails = await server.ReadAsync(2);
        Assert.Equal(["helen@northgate.example", Outside], mails.Select(mail => mail.GetProperty("to")[0].GetProperty("address").GetString()!).Order(StringComparer.Ordinal));
        var mail = mails[0];
        var kept = await server.AttachmentAsync(mail);
        var key = NoteVerifier.Parse(here.Services.GetRequiredService<LedgerKey>().VerifierKey);
        Assert.True(SignedNote.TryParse(kept, out var attached) && key.Verifies(attached));
        Assert.True(Checkpoint.TryParse(attached.Text, out var stated));
        Assert.Contains($"Entries signed: {stated.Size:N0}.", TextOf(mail), StringComparison.Ordinal);

        // The footer holds what was newest when it was sent: the entry of the statement itself is in it.
        var footer = SignedNote.TryParse(Encoding.UTF8.GetBytes(TextOf(mail)[TextOf(mail).LastIndexOf("test.example/northgate\n", StringComparison.Ordinal)..].TrimEnd() + "\n"), out var under) ? under : null;
        Assert.True(footer is not null && key.Verifies(footer));
        Assert.True(Checkpoint.TryParse(footer.Text, out var newest) && newest.Size > stated.Size);
        foreach (var words in new[] { "Daniel", "Helen", "Mensah", "Ada" })
            Assert.DoesNotContain(words, TextOf(mail) + mail.GetProperty("subject").GetString(), StringComparison.Ordinal);

        // What came in the mail holds an export to its word.
        var folder = Path.Combine(here.Services.GetRequiredService<Installation>().DataFolder, "export");
        Taken(await here.UseAsync<ExportEvidence, Decision<EvidenceExported>>(export => export.RunAsync(folder, withWords: false, Actor.Automation, default)));
        Assert.Equal(AnchorKind.Kept, Assert.Single(LogAudit.Run(folder, [key], attached).Anchors).Kind);
        Assert.Empty(LogAudit.Run(folder, [key], attached).Findings);

        here.Clock.Advance(TimeSpan.FromDays(1));
        Assert.True(await StateAsync(here));
        Assert.Equal(2, await here.ReadAsync(db => db.Set<LedgerEvent>().CountAsync(entry => entry.Act == "statement.sent")));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Who_gets_statements_is_chosen_by_few_and_every_change_is_an_entry_without_the_address(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, By(1));
        var (daniel, hannah) = (await here.WhoAsync("Daniel"), await here.WhoAsync("Hannah"));
        Refused("not-entitled", await AddAsync(here, Outside, hannah));
        foreach (var wrong in new[] { "", "nobody", "a@b.example, c@d.example", "A Name <a@b.example>", "a@b.example\nBcc: c@d.example", new string('a', 250) + "@b.example" })
            Refused("no-address", await AddAsync(here, wrong, daniel));
        var added = Taken(await AddAsync(here, Outside, daniel));
        Refused("already-there", await AddAsync(here, Outside.ToUpperInvariant(), daniel));
        Refused("not-entitled", await RemoveAsync(here, added.Subject, hannah));
        Refused("in-use", await here.UseAsync<EraseContent, Decision<ErasureAsked>>(erase => erase.AskAsync($"recipient/{added.Subject}", ErasureBasis.Objection, "They asked.", daniel, default)));
        Taken(await RemoveAsync(here, added.Subject, daniel));
        Refused("removed", await RemoveAsync(here, added.Subject, daniel));

        var leaves = await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().Where(entry => entry.Act.StartsWith("recipient.")).OrderBy(entry => entry.Seq).ToListAsync());
        Assert.Equal([("recipient.add", false), ("recipient.added", true), ("recipient.remove", false), ("recipient.removed", true)], leaves.Select(entry => (entry.Act, entry.Ok)));
        Assert.DoesNotContain(leaves, entry => Encoding.UTF8.GetString(entry.Leaf).Contains("auditors.example", StringComparison.OrdinalIgnoreCase));

        // An address that is no longer in use can be erased, by two people.
        var asked = Taken(await here.UseAsync<EraseContent, Decision<ErasureAsked>>(erase => erase.AskAsync($"recipient/{added.Subject}", ErasureBasis.Objection, "They asked.", daniel, default)));
        var ada = await here.WhoAsync("Ada");
        Taken(await here.UseAsync<EraseContent, Decision<ErasureConfirmed>>(erase => erase.ConfirmAsync(asked.Subject, ada, default)));
        Assert.Equal(Erased.Marker, (await here.ReadAsync(db => db.Recipients.AsNoTracking().SingleAsync())).Address);
        await here.SequenceAsync();
        Assert.True((await here.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default))).Fits);
    }

    [Fact]
    public async Task A_mail_that_the_server_does_not_take_is_tried_again_later_and_given_up_in_the_end()
    {
        var port = Ports.Free();
        await using var here = await NorthgateAsync(DatabaseKind.Sqlite, By(port));
        Taken(await AddAsync(here, Outside, await here.WhoAsync("Daniel")));
        await here.SequenceAsync();
        Assert.True(await StateAsync(here));
        Assert.Equal(0, await SendAsync(here));
        var waiting = await MailAsync(here);
        Assert.Equal((1, here.Clock.GetUtcNow() + TimeSpan.FromMinutes(1)), (waiting.Attempts, waiting.DueAt));
        Assert.NotEmpty(waiting.Trouble!);
        Assert.Equal(0, await SendAsync(here));
        Assert.Equal(1, (await MailAsync(here)).Attempts);

        here.Clock.Advance(TimeSpan.FromMinutes(2));
        await using (await MailServer.StartAsync(port))
            Assert.Equal(1, await SendAsync(here));
        Assert.Equal((null, null, 2), ((await MailAsync(here)).DueAt, (await MailAsync(here)).Trouble, (await MailAsync(here)).Attempts));

        here.Clock.Advance(TimeSpan.FromDays(1));
        Assert.True(await StateAsync(here));
        for (var attempt = 0; attempt < 10; attempt++)
        {
            await SendAsync(here);
            here.Clock.Advance(TimeSpan.FromDays(2));
        }

        Assert.True(await here.ReadAsync(db => db.Mail.AnyAsync(mail => mail.SentAt == null && mail.DueAt == null && mail.Attempts == 10)));
    }

    [Fact]
    public async Task Two_nodes_that_send_at_once_send_each_mail_once()
    {
        await using var server = await MailServer.StartAsync();
        await using var here = await NorthgateAsync(DatabaseKind.Postgres, By(server.Port));
        await using var other = await here.AnotherNodeAsync(By(server.Port));
        var now = here.Clock.GetUtcNow();
        await here.ReadAsync(async db =>
        {
            db.Mail.AddRange(Enumerable.Range(0, 12).Select(number => new OutgoingMail { Id = Guid.CreateVersion7(now), Recipient = Outside, Subject = $"Mail {number}", Body = "Words of the program.", DueAt = now }));
            return await db.KeepAsync(default);
        });
        Assert.Equal(12, (await Task.WhenAll(SendAsync(here), SendAsync(other))).Sum());
        var mails = await server.ReadAsync(12);
        Assert.Equal((12, 12), (mails.Count, mails.Select(mail => mail.GetProperty("subject").GetString()).Distinct().Count()));
    }

    [Fact, UnsupportedOSPlatform("windows")]
    public void Settings_of_mail_that_do_not_fit_each_other_are_refused_at_the_start_in_a_sentence()
    {
        var folder = Directory.CreateTempSubdirectory("countersign-mail-").FullName;
        var file = Path.Combine(folder, "password");
        File.WriteAllText(file, "secret");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        var installation = Databases.Locate(folder, "test.example/northgate", null);
        Assert.False(new MailRoute(installation, Options.Create(new MailSettings())).IsOpen);
        foreach (var (settings, sentence) in new[]
        {
            (new MailSettings { Host = "h" }, "Mail:From must be"),
            (new MailSettings { Host = "h", From = "a@b.example", UserName = "u" }, "belong together"),
            (new MailSettings { Host = "h", From = "a@b.example", UserName = "u", PasswordFile = "password", Encrypt = false }, "not sent in clear"),
            (new MailSettings { Host = "h", From = "a@b.example", UserName = "u", PasswordFile = "nothing" }, "is not there"),
            (new MailSettings { Host = "h", From = "a@b.example", UserName = "u", PasswordFile = "password" }, "chmod 600"),
        })
        {
            Assert.Contains(sentence, Assert.Throws<InvalidOperationException>(() => new MailRoute(installation, Options.Create(settings))).Message, StringComparison.Ordinal);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static Action<IServiceCollection> By(int port) => services =>
        services.Configure<MailSettings>(settings => (settings.Host, settings.Port, settings.From, settings.Encrypt, settings.StatementAt) = ("127.0.0.1", port, "trail@northgate.example", false, TimeOnly.MinValue));

    private static Task<Decision<RecipientAdded>> AddAsync(AnInstallation here, string address, Actor by) => here.UseAsync<ChooseRecipients, Decision<RecipientAdded>>(choose => choose.AddAsync(address, by, default));

    private static Task<Decision<RecipientRemoved>> RemoveAsync(AnInstallation here, Guid id, Actor by) => here.UseAsync<ChooseRecipients, Decision<RecipientRemoved>>(choose => choose.RemoveAsync(id, by, default));

    private static Task<bool> StateAsync(AnInstallation here) => here.UseAsync<SendStatement, bool>(send => send.RunAsync(default));

    private static Task<int> SendAsync(AnInstallation here) => here.UseAsync<SendMail, int>(send => send.RunAsync(default));

    private static Task<OutgoingMail> MailAsync(AnInstallation here) => here.ReadAsync(db => db.Mail.AsNoTracking().SingleAsync());

    private static string TextOf(JsonElement mail) => mail.GetProperty("text").GetString()!.ReplaceLineEndings("\n");
}

using System.Globalization;
using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Ledger;
using Countersign.Mail;
using Countersign.People;
using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Evidence;

/// <summary>The statement of one day: that it was written, and for how many.</summary>
public sealed class Statement
{
    /// <summary>By the organisation's clock: "2026-11-29". One a day, however many nodes there are.</summary>
    public required string Day { get; init; }

    /// <summary>Of the checkpoint it states.</summary>
    public required long Size { get; init; }

    public required int Recipients { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>
/// Once a day the newest signed checkpoint goes to the auditors and to the addresses outside that were chosen: their mailboxes are
/// witnesses that nobody here can reach. A statement holds no word that a person wrote.
/// </summary>
public sealed class SendStatement(CountersignDb db, SignedLog log, OutsideCopies outside, LedgerKey key, MailRoute route, TimeProvider clock)
{
    /// <returns>True where one was written now.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        if (!route.IsOpen || await db.Organisations.AsNoTracking().SingleOrDefaultAsync(cancellationToken) is not { } organisation)
            return false;
        var now = clock.GetUtcNow();
        var local = Slots.At(now, organisation.Zone).ToDateTimeUnspecified();
        var day = (local.TimeOfDay >= route.Settings.StatementAt.ToTimeSpan() ? local : local.AddDays(-1)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        if (await db.Statements.AnyAsync(statement => statement.Day == day, cancellationToken))
            return false;
        var addresses = await AddressesAsync(cancellationToken);
        if (addresses.Count == 0 || await log.LatestAsync(cancellationToken) is not { } latest || !SignedNote.TryParse(latest.Note, out var note))
            return false;

        var before = await db.Statements.AsNoTracking().OrderByDescending(statement => statement.Day).Select(statement => (long?)statement.Size).FirstOrDefaultAsync(cancellationToken);
        var signed = (await outside.WithCosignaturesAsync(note, latest.Size, cancellationToken)).ToString();
        var body = Say(installation: note.Text.Split('\n')[0], latest.Size, before, (await outside.WitnessedAsync(cancellationToken)).At, key.VerifierKey);
        var sent = new StatementSent { Subject = Guid.CreateVersion7(now), By = Actor.Automation.Id, At = now, Size = latest.Size, Recipients = addresses.Count };
        return (await db.CommitAsync<StatementSent>(sent, _ =>
        {
            db.Statements.Add(new Statement { Day = day, Size = latest.Size, Recipients = addresses.Count, At = now });
            db.Mail.AddRange(addresses.Select(address => new OutgoingMail
            {
                Id = Guid.CreateVersion7(now),
                Recipient = address,
                Subject = string.Create(CultureInfo.InvariantCulture, $"Audit trail of {note.Text.Split('\n')[0]}: {latest.Size:N0} entries signed"),
                Body = body,
                AttachmentName = string.Create(CultureInfo.InvariantCulture, $"checkpoint-{latest.Size}.txt"),
                Attachment = signed,
                DueAt = now,
            }));
        }, cancellationToken)).IsTaken;
    }

    /// <summary>Auditors, where the settings say so, and the addresses that were added; each once.</summary>
    public async Task<IReadOnlyList<string>> AddressesAsync(CancellationToken cancellationToken)
    {
        var added = await db.Recipients.AsNoTracking().Where(recipient => recipient.RemovedAt == null).OrderBy(recipient => recipient.AddedAt).Select(recipient => recipient.Address).ToListAsync(cancellationToken);
        return [.. (await AuditorsAsync(cancellationToken)).Concat(added).Where(Recipient.IsAddress).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    public async Task<IReadOnlyList<string>> AuditorsAsync(CancellationToken cancellationToken) => !route.Settings.StatementsToAuditors ? [] :
        [.. (await db.People.AsNoTracking().Where(person => person.PasswordHash != null).OrderBy(person => person.Name).ToListAsync(cancellationToken))
            .Where(person => new Actor(person.Id, person.Name, person.Grants).HoldsEverywhere(Role.Auditor))
            .Select(person => person.Email)];

    private static string Say(string installation, long size, long? before, DateTimeOffset? anchored, string key) => string.Create(CultureInfo.InvariantCulture, $"""
        This is the daily statement of the audit trail {installation}.

        Entries signed: {size:N0}{(before is { } last ? $", {size - last:N0} of them since the last statement" : "")}.
        Last vouched for by a witness or a time stamp: {(anchored is { } at ? $"{at.UtcDateTime:d MMMM yyyy, HH:mm} UTC" : "never")}.

        Keep this mail. With the file that comes with it you can show later that none of these entries was changed, removed or put in another order, whoever holds the machine, its database and its keys. Ask for an export then, and run

          countersign-verify extend checkpoint-{size}.txt EXPORT/log --key KEY

        with the log's key that you were given. The key that signs today is
        {key}
        If the two differ, the log must show how one handed over to the other; the program says whether it does.
        """);
}

public sealed record StatementSent : DomainEvent
{
    public override string Act => "statement.sent";

    /// <summary>Of the checkpoint it states.</summary>
    public required long Size { get; init; }

    public required int Recipients { get; init; }

    public override JsonObject Facts => new() { ["entries"] = Size, ["recipients"] = Recipients };
}

internal sealed class StatementMapping : IEntityTypeConfiguration<Statement>
{
    public void Configure(EntityTypeBuilder<Statement> entity) => entity.ToTable("statement").HasKey(statement => statement.Day);
}

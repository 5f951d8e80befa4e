using System.Net.Mail;
using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Evidence;

/// <summary>An address outside that gets the daily statement of the audit trail.</summary>
public sealed class Recipient : IGoverned
{
    /// <summary>In characters, RFC 5321.</summary>
    public const int MaxAddress = 254;

    /// <summary>A statement is for those who keep it, not for a crowd.</summary>
    public const int Most = 50;

    public required Guid Id { get; init; }

    /// <summary>Names a person, often; sealed.</summary>
    public required string Address { get; set; }

    public required string AddressCommitment { get; init; }

    public required Guid AddedBy { get; init; }

    public required DateTimeOffset AddedAt { get; init; }

    public Guid? RemovedBy { get; set; }

    public DateTimeOffset? RemovedAt { get; set; }

    public int Revision { get; set; }

    public string Object => $"recipient/{Id}";

    JsonObject IGoverned.State() => new()
    {
        ["address"] = AddressCommitment,
        ["addedBy"] = AddedBy.ToString(),
        ["addedAt"] = AddedAt.ToUnixTimeMilliseconds(),
        ["removedBy"] = RemovedBy?.ToString(),
        ["removedAt"] = RemovedAt?.ToUnixTimeMilliseconds(),
    };

    IEnumerable<Spoken> IGoverned.Words => [new("address", AddressCommitment, Address)];

    /// <summary>Why this person cannot change who gets statements, or null where they can.</summary>
    public static string? WhyNot(Actor by) =>
        by.HoldsEverywhere(Role.Compliance) || by.HoldsEverywhere(Role.Administrator) ? null : "Choosing who gets statements takes the Compliance or Administrator role for every account.";

    /// <summary>One address and nothing else: no name, no second address, no line that could become a header.</summary>
    public static bool IsAddress(string text) =>
        text.Length <= MaxAddress && MailAddress.TryCreate(text, out var parsed) && parsed.Address == text && !text.Any(char.IsControl);

    public Decision<RecipientRemoved> Remove(Actor by, DateTimeOffset now) => this switch
    {
        { RemovedAt: not null } => new Refusal("removed", "That address gets no statements any more."),
        _ when WhyNot(by) is { } why => new Refusal("not-entitled", why) { Attempt = new Attempt("recipient.remove", Object, by.Id, now) },
        _ => new RecipientRemoved { Subject = Id, By = by.Id, At = now },
    };

    internal void Erase() => Address = Erased.Marker;
}

/// <summary>Somebody chooses who outside gets statements.</summary>
public sealed class ChooseRecipients(CountersignDb db, TimeProvider clock)
{
    public async Task<Decision<RecipientAdded>> AddAsync(string address, Actor by, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var wanted = address.Trim();
        if (Recipient.WhyNot(by) is { } why)
            return await db.CommitAsync<RecipientAdded>(new Refusal("not-entitled", why) { Attempt = new Attempt("recipient.add", "recipient/new", by.Id, now) }, _ => { }, cancellationToken);
        if (!Recipient.IsAddress(wanted))
            return new Refusal("no-address", "That is not an e-mail address, such as audit@firm.example.");
        var known = await db.Recipients.AsNoTracking().Where(one => one.RemovedAt == null).Select(one => one.Address).ToListAsync(cancellationToken);
        if (known.Contains(wanted, StringComparer.OrdinalIgnoreCase))
            return new Refusal("already-there", "That address gets statements already.");
        if (known.Count >= Recipient.Most)
            return new Refusal("too-many", $"Statements go to {Recipient.Most} addresses at most.");
        var words = Sealed.New("address", wanted);
        var recipient = new Recipient { Id = Guid.CreateVersion7(now), Address = wanted, AddressCommitment = words.Commitment, AddedBy = by.Id, AddedAt = now };
        return await db.CommitAsync<RecipientAdded>(new RecipientAdded { Subject = recipient.Id, By = by.Id, At = now, Address = words }, _ => db.Recipients.Add(recipient), cancellationToken);
    }

    public async Task<Decision<RecipientRemoved>> RemoveAsync(Guid id, Actor by, CancellationToken cancellationToken) =>
        await db.Recipients.FindAsync([id], cancellationToken) is { } recipient
            ? await db.CommitAsync(recipient.Remove(by, clock.GetUtcNow()), removed => (recipient.RemovedBy, recipient.RemovedAt) = (removed.By, removed.At), cancellationToken)
            : new Refusal("no-recipient", "That address is not here.");
}

public sealed record RecipientAdded : DomainEvent
{
    public override string Act => "recipient.added";

    public required Sealed Address { get; init; }

    public override IEnumerable<Sealed> Seals => [Address];
}

public sealed record RecipientRemoved : DomainEvent
{
    public override string Act => "recipient.removed";
}

/// <summary>Statements and who gets them.</summary>
public static class StatementTables
{
    extension(CountersignDb db)
    {
        public DbSet<Recipient> Recipients => db.Set<Recipient>();

        public DbSet<Statement> Statements => db.Set<Statement>();
    }
}

internal sealed class RecipientMapping : IEntityTypeConfiguration<Recipient>
{
    public void Configure(EntityTypeBuilder<Recipient> entity)
    {
        entity.ToTable("recipient").HasKey(recipient => recipient.Id);
        entity.Ignore(recipient => recipient.Object);
    }
}

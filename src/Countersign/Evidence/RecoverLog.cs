using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Ledger;
using Countersign.People;
using Countersign.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Evidence;

/// <summary>Somebody who vouches for a recovery, with their own password.</summary>
public sealed record Voucher(string Email, string Password)
{
    public override string ToString() => Email;
}

/// <summary>
/// The database is older than what was signed, or another, and the right one is lost; or the guard is, and nobody can say. Two people declare
/// it: a new epoch begins, under a new name and key, with an entry that holds both checkpoints and how many entries are gone. Checkpoints of
/// the old epoch stay what they are: proof of what was lost.
/// </summary>
/// <remarks>For the command line, with the program stopped: it starts again under the new name.</remarks>
public sealed class RecoverLog(CountersignDb db, SignedLog log, LedgerKey key, LogGuard guard, Installation installation, IPasswordHasher<Person> hasher, TimeProvider clock)
{
    private const string EpochMark = "/epoch-";

    private static readonly IReadOnlyList<Role> entitled = [Role.Administrator, Role.Compliance, Role.Comms];

    public async Task<Decision<LogRecovered>> RunAsync(Voucher first, Voucher second, CancellationToken cancellationToken)
    {
        var latest = await log.LatestAsync(cancellationToken);
        var signed = latest is not null && SignedNote.TryParse(latest.Note, out var note) && Checkpoint.TryParse(note.Text, out var checkpoint) ? checkpoint : null;
        var guardLost = guard.WhyMissing(signed) is not null || guard.IsDamaged;
        var held = guardLost ? signed : guard.Peek();

        // The program may have ended after the guard and before the checkpoint: entries that have their place are not lost.
        var placed = await log.Places.CountAsync(cancellationToken);
        if (held is null || (!guardLost && held.Origin == installation.Origin && held.Size <= placed && await RootAsync(held.Size, cancellationToken) == held.Root))
            return new Refusal("nothing-lost", "The database holds everything that was signed here. There is nothing to recover.");
        if (EpochOf(held.Origin).Log != EpochOf(installation.Origin).Log)
            return new Refusal("other-log", $"The guard file speaks of another log, {held.Origin}. Put that of this log in its place; if that is lost, take this one away and declare it again.");
        if (!guardLost && held.Origin != installation.Origin && signed?.Origin == installation.Origin && await BeganAsync(installation.Origin, cancellationToken))
            return new Refusal("recovered-already", $"The log was recovered on another node and goes on as {installation.Origin}. Put that node’s keys and its guard file here.");
        if (await FindAsync(first, cancellationToken) is not { } one || await FindAsync(second, cancellationToken) is not { } other)
            return new Refusal("wrong-credentials", "An address and its password do not belong together, or that person does not hold Administrator, Compliance or Comms for every account.");
        if (one.Id == other.Id)
            return new Refusal("same-person", "Two people declare a recovery, not one person twice.");

        var now = clock.GetUtcNow();
        if (await FindRecordedAsync(held, cancellationToken) is not { } recovered)
        {
            // The guard may know of a later epoch than a data folder that was put back.
            var (whole, number) = EpochOf(held.Origin);
            var name = string.Create(CultureInfo.InvariantCulture, $"{whole}{EpochMark}{Math.Max(number, EpochOf(installation.Origin).Number) + 1}");
            var (next, rotation) = key.Prepare(name);
            recovered = new LogRecovered
            {
                Subject = Guid.CreateVersion7(now),
                By = one.Id,
                At = now,
                ConfirmedBy = other.Id,
                Held = held.ToText(),
                Found = latest?.Note ?? "",
                Lost = Math.Max(0, held.Size - placed),
                GuardLost = guardLost,
                Epoch = name,
                To = next,
                Rotation = rotation.ToString(),
            };
            if (await db.CommitAsync<LogRecovered>(recovered, _ => { }, cancellationToken) is { IsTaken: false } refused)
                return refused;
        }

        if (installation.Origin != recovered.Epoch)
            key.TakeOver(recovered.Epoch);
        guard.SetAside(held);
        return recovered;
    }

    /// <summary>Of the first entries as they lie in the database.</summary>
    private async Task<TreeHash> RootAsync(long size, CancellationToken cancellationToken)
    {
        var tree = new GrowingTree();
        await foreach (var portion in log.Places.PortionsAsync(0, size, cancellationToken))
        {
            foreach (var (entry, _) in portion)
                tree.Append(TreeHash.OfLeaf(entry.Leaf));
        }

        return tree.Root;
    }

    private async Task<Person?> FindAsync(Voucher voucher, CancellationToken cancellationToken)
    {
        var folded = Person.Fold(voucher.Email);
        return await db.People.AsNoTracking().SingleOrDefaultAsync(candidate => candidate.EmailFolded == folded, cancellationToken) is { PasswordHash: { } hash } person
            && hasher.VerifyHashedPassword(person, hash, voucher.Password) != PasswordVerificationResult.Failed
            && entitled.Any(new Actor(person.Id, person.Name, person.Grants).HoldsEverywhere)
            ? person
            : null;
    }

    /// <summary>An earlier attempt that came as far as its entry.</summary>
    private async Task<LogRecovered?> FindRecordedAsync(Checkpoint held, CancellationToken cancellationToken)
    {
        var row = await log.Events.AsNoTracking().Where(entry => entry.Act == "log.recovered").OrderByDescending(entry => entry.Seq).FirstOrDefaultAsync(cancellationToken);
        if (row is null || JsonNode.Parse(Encoding.UTF8.GetString(row.Leaf))?["facts"] is not JsonObject facts || facts["held"]?.ToString() != held.ToText())
            return null;
        return new LogRecovered
        {
            Subject = row.Id,
            By = row.Actor,
            At = row.At,
            ConfirmedBy = Guid.Parse(facts["confirmedBy"]!.ToString()),
            Held = facts["held"]!.ToString(),
            Found = facts["found"]!.ToString(),
            Lost = facts["lost"]!.GetValue<long>(),
            GuardLost = facts["guardLost"]?.GetValue<bool>() ?? false,
            Epoch = facts["epoch"]!.ToString(),
            To = facts["to"]!.ToString(),
            Rotation = facts["rotation"]!.ToString(),
        };
    }

    /// <summary>Whether the entries here say that the log goes on under this name.</summary>
    private async Task<bool> BeganAsync(string epoch, CancellationToken cancellationToken) =>
        (await log.Events.AsNoTracking().Where(entry => entry.Act == "log.recovered").Select(entry => entry.Leaf).ToListAsync(cancellationToken))
            .Exists(leaf => JsonNode.Parse(leaf)?["facts"]?["epoch"]?.ToString() == epoch);

    /// <summary>"host/org" is the first of its log; "host/org/epoch-2", "host/org/epoch-3" follow.</summary>
    private static (string Log, int Number) EpochOf(string origin) =>
        origin.LastIndexOf(EpochMark, StringComparison.Ordinal) is > 0 and var at && int.TryParse(origin.AsSpan(at + EpochMark.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (origin[..at], number)
            : (origin, 1);
}

public sealed record LogRecovered : DomainEvent
{
    public override string Act => "log.recovered";

    public override bool WhenReadOnly => true;

    public required Guid ConfirmedBy { get; init; }

    /// <summary>What was signed, as the guard had it; where that was lost, as the database has it.</summary>
    public required string Held { get; init; }

    /// <summary>The last checkpoint in the database that was put in place.</summary>
    public required string Found { get; init; }

    /// <summary>Entries that were signed and are gone.</summary>
    public required long Lost { get; init; }

    /// <summary>The guard was not there: whatever was signed after <see cref="Held"/> is lost too, and nobody here knows how much.</summary>
    public bool GuardLost { get; init; }

    /// <summary>The name of the log from here on.</summary>
    public required string Epoch { get; init; }

    public required string To { get; init; }

    /// <summary>The note in which the old key vouches for the new.</summary>
    public required string Rotation { get; init; }

    public override JsonObject Facts => new()
    {
        ["held"] = Held,
        ["found"] = Found,
        ["lost"] = Lost,
        ["guardLost"] = GuardLost,
        ["epoch"] = Epoch,
        ["to"] = To,
        ["rotation"] = Rotation,
        ["confirmedBy"] = ConfirmedBy.ToString(),
    };
}

using System.Text;
using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Evidence;

/// <summary>
/// The log's key hands over to a new one: first the entry in which the old key vouches for the new, then the new key signs beside the
/// old, and in the end alone. Broken off between two steps, the log goes on under the old key, and asking again finishes it.
/// </summary>
public sealed class RotateKey(CountersignDb db, SignedLog log, LedgerKey key, Installation installation, TimeProvider clock)
{
    public async Task<Decision<KeyRotated>> RunAsync(Actor by, CancellationToken cancellationToken)
    {
        if (key.Overlaps)
            return new Refusal("overlapping", "The key before this one still signs beside it. Retire it first.");
        var (next, rotation) = key.Prepare(installation.Origin);
        var now = clock.GetUtcNow();
        var rotated = new KeyRotated { Subject = Guid.CreateVersion7(now), By = by.Id, At = now, From = key.VerifierKey, To = next, Rotation = rotation.ToString() };
        if (!await IsRecordedAsync(next, cancellationToken) && await db.CommitAsync<KeyRotated>(rotated, _ => { }, cancellationToken) is { IsTaken: false } refused)
            return refused;
        key.TakeOver(installation.Origin);
        return rotated;
    }

    /// <summary>Ends the overlap, once the newest key has signed.</summary>
    public async Task<Decision<KeyRetired>> RetireAsync(Actor by, CancellationToken cancellationToken)
    {
        if (!key.Overlaps)
            return new Refusal("one-key", "One key signs this log; there is none to retire.");
        if (await log.LatestAsync(cancellationToken) is not { } latest || !Ledger.SignedNote.TryParse(latest.Note, out var note) || !Ledger.NoteVerifier.Parse(key.VerifierKey).Verifies(note))
            return new Refusal("not-signed-yet", "The new key has not signed a checkpoint yet. Let the program run for a moment, then try again.");
        var now = clock.GetUtcNow();
        var retired = await db.CommitAsync<KeyRetired>(new KeyRetired { Subject = Guid.CreateVersion7(now), By = by.Id, At = now, Stays = key.VerifierKey }, _ => { }, cancellationToken);
        if (retired.IsTaken)
            key.Retire();
        return retired;
    }

    /// <summary>Somebody else may have a key: said in the log, which is worth nothing under that key from then on.</summary>
    /// <param name="verifierKey">One that this log was signed with.</param>
    public async Task<Decision<KeyCompromised>> CompromiseAsync(string verifierKey, Actor by, CancellationToken cancellationToken)
    {
        if (key.Verifiers.All(known => known.ToString() != verifierKey.Trim()))
            return new Refusal("no-key", "This log was never signed with that key.");
        var now = clock.GetUtcNow();
        var size = (await log.LatestAsync(cancellationToken))?.Size ?? 0;
        return await db.CommitAsync<KeyCompromised>(new KeyCompromised { Subject = Guid.CreateVersion7(now), By = by.Id, At = now, Key = verifierKey.Trim(), Size = size }, _ => { }, cancellationToken);
    }

    /// <summary>An earlier attempt came as far as its entry.</summary>
    private async Task<bool> IsRecordedAsync(string next, CancellationToken cancellationToken)
    {
        var entries = await log.Events.AsNoTracking().Where(entry => entry.Act == "key.rotated").OrderByDescending(entry => entry.Seq).Take(1).Select(entry => entry.Leaf).ToListAsync(cancellationToken);
        return entries.Exists(leaf => JsonNode.Parse(Encoding.UTF8.GetString(leaf))?["facts"]?["to"]?.ToString() == next);
    }
}

public sealed record KeyRotated : DomainEvent
{
    public override string Act => "key.rotated";

    public required string From { get; init; }

    public required string To { get; init; }

    /// <summary>The note in which the old key vouches for the new: see <see cref="Ledger.KeyRotation"/>.</summary>
    public required string Rotation { get; init; }

    public override JsonObject Facts => new() { ["from"] = From, ["to"] = To, ["rotation"] = Rotation };
}

public sealed record KeyRetired : DomainEvent
{
    public override string Act => "key.retired";

    public required string Stays { get; init; }

    public override JsonObject Facts => new() { ["stays"] = Stays };
}

public sealed record KeyCompromised : DomainEvent
{
    public override string Act => "key.compromised";

    public required string Key { get; init; }

    /// <summary>Entries signed when this was said; a checkpoint of no more than these that was kept elsewhere stays good.</summary>
    public required long Size { get; init; }

    public override JsonObject Facts => new() { ["key"] = Key, ["size"] = Size };
}

using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Ledger;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Evidence;

/// <summary>How it stands with one witness, as this process knows it.</summary>
/// <param name="Trouble">Why it did not cosign at the last try, in a sentence; null where it did.</param>
public sealed record WitnessState(string Name, DateTimeOffset TriedAt, string? Trouble, int Failures);

/// <summary>What this process knows of the outsiders it asks.</summary>
public sealed class OutsideStates
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, WitnessState> states = new(StringComparer.Ordinal);

    /// <returns>Null before the first try.</returns>
    public WitnessState? Of(string name)
    {
        lock (gate)
            return states.GetValueOrDefault(name);
    }

    internal void Tell(string name, DateTimeOffset now, string? trouble)
    {
        lock (gate)
            states[name] = new WitnessState(name, now, trouble, trouble is null ? 0 : (states.GetValueOrDefault(name)?.Failures ?? 0) + 1);
    }
}

/// <summary>Asks each witness of the policy to cosign the latest checkpoint (C2SP tlog-witness). What it refuses is shown and tried again; only the settings can make it stop anything.</summary>
public sealed class AskWitnesses(CountersignDb db, SignedLog log, WitnessPolicies policies, OutsideStates states, Outside outside, Installation installation, TimeProvider clock)
{
    /// <summary>A witness that fails is asked again after 1, 2, 4… of the usual times, at most this many.</summary>
    private const int LongestBackoff = 64;

    /// <returns>How many witnesses cosigned now.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (policies.Ours is not { } policy || await log.LatestAsync(cancellationToken) is not { } latest || !SignedNote.TryParse(latest.Note, out var note))
            return 0;
        var consents = 0;
        foreach (var witness in policy.Witnesses.Where(witness => witness.Url is not null && IsTime(witness.Name)))
        {
            var last = await db.Set<Cosignature>().AsNoTracking().Where(line => line.Witness == witness.Key.Name).OrderByDescending(line => line.Size).FirstOrDefaultAsync(cancellationToken);
            if (last?.Size == latest.Size)
                continue;
            string? trouble;
            try
            {
                trouble = await AskAsync(witness, last?.Size ?? 0, note, latest.Size, cancellationToken);
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or InvalidDataException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                trouble = failure is OperationCanceledException ? "It did not answer in time." : $"It could not be reached: {failure.Message}";
            }

            states.Tell(witness.Name, clock.GetUtcNow(), trouble);
            consents += trouble is null ? 1 : 0;
        }

        return consents;
    }

    private bool IsTime(string name) => states.Of(name) is not { Trouble: not null } state
        || clock.GetUtcNow() >= state.TriedAt + (policies.Settings.AskEvery * Math.Min(LongestBackoff, 1 << Math.Min(30, state.Failures - 1)));

    /// <returns>Why it did not cosign; null where it did.</returns>
    private async Task<string?> AskAsync(PolicyWitness witness, long old, SignedNote note, long size, CancellationToken cancellationToken)
    {
        var (status, body, isSize) = await PostAsync(witness, old, note, size, cancellationToken);
        if (status == HttpStatusCode.Conflict && isSize && AddCheckpoint.TryReadSize(Encoding.UTF8.GetString(body), out var seen))
        {
            if (seen > size)
                return await RaiseAsync(witness, note, $"It has cosigned {seen:N0} entries of this log, and this installation has signed only {size:N0}: the end of the log is gone here.", cancellationToken);
            if (seen != old)
                (status, body, isSize) = await PostAsync(witness, seen, note, size, cancellationToken);
        }

        if (status == HttpStatusCode.OK)
            return await TakeAsync(witness, note, size, body, cancellationToken);
        if (status == HttpStatusCode.UnprocessableEntity || (status == HttpStatusCode.Conflict && !isSize))
            return await RaiseAsync(witness, note, "It cannot be shown that the log continues what this witness cosigned before: there may be two histories.", cancellationToken);
        return status switch
        {
            HttpStatusCode.Conflict => "It was asked by two at once; it is asked again.",
            HttpStatusCode.NotFound => "It does not know this log. Give its operator this log’s key.",
            HttpStatusCode.Forbidden => "It knows this log by another key.",
            HttpStatusCode.TooManyRequests => "It was asked too often.",
            _ => $"It answered with status {(int)status}.",
        };
    }

    private async Task<(HttpStatusCode Status, byte[] Body, bool IsSize)> PostAsync(PolicyWitness witness, long old, SignedNote note, long size, CancellationToken cancellationToken)
    {
        var proof = ConsistencyProof.Build(old, size, await log.ReaderAsync([old - 1, old, size - 1, size], size, cancellationToken));
        using var content = new StringContent(new AddCheckpoint(old, proof.Hashes, note).ToText(), new UTF8Encoding(false), "text/plain");
        return await outside.PostAsync(new Uri($"{witness.Url!.TrimEnd('/')}/add-checkpoint"), content, cancellationToken) is var answer
            ? (answer.Status, answer.Body, answer.Type == AddCheckpoint.SizeContentType)
            : default;
    }

    private async Task<string?> TakeAsync(PolicyWitness witness, SignedNote note, long size, byte[] body, CancellationToken cancellationToken)
    {
        if (!AddCheckpoint.TryTakeConsent(note, body, [witness.Key], out var cosigned) || !witness.Key.Verifies(cosigned, out var at))
            return "It answered with something that is not its cosignature.";
        db.Add(new Cosignature { Size = size, Witness = witness.Key.Name, Line = cosigned.Signatures[^1].ToString(), At = at });
        _ = await db.KeepAsync(cancellationToken);
        db.ChangeTracker.Clear();
        await WitnessBook.EndAlarmsAsync(db, aboutUs: true, installation.Origin, witness.Key.Name, clock.GetUtcNow(), cancellationToken);
        return null;
    }

    private async Task<string> RaiseAsync(PolicyWitness witness, SignedNote note, string what, CancellationToken cancellationToken)
    {
        var last = await db.Set<Cosignature>().AsNoTracking().Where(line => line.Witness == witness.Key.Name).OrderByDescending(line => line.Size).FirstOrDefaultAsync(cancellationToken);
        var held = last is null ? "" : await db.Set<LedgerCheckpoint>().AsNoTracking().Where(row => row.Size == last.Size).Select(row => row.Note + last.Line + "\n").SingleOrDefaultAsync(cancellationToken) ?? "";
        var now = clock.GetUtcNow();
        if (await WitnessBook.RaiseAsync(db, aboutUs: true, installation.Origin, witness.Key.Name, what, held, note.ToString(), now, cancellationToken) is { } alarm)
            await db.CommitAsync<WitnessDisagreed>(new WitnessDisagreed { Subject = alarm.Id, By = Actor.Automation.Id, At = now, Witness = witness.Key.Name, Digest = alarm.Digest }, _ => { }, cancellationToken);
        return what;
    }
}

/// <summary>A witness refused our checkpoint as no continuation of what it had seen.</summary>
public sealed record WitnessDisagreed : DomainEvent
{
    public override string Act => "witness.disagreed";

    public required string Witness { get; init; }

    /// <summary>Of the two notes that were kept.</summary>
    public required string Digest { get; init; }

    public override JsonObject Facts => new() { ["witness"] = Witness, ["notes"] = Digest };
}

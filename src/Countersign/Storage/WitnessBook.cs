using System.Security.Cryptography;
using System.Text;
using Countersign.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Countersign.Storage;

/// <summary>
/// Remembers how far each log had come that this installation cosigns. The comparison with what is remembered, and remembering the
/// next, are one transaction that is on the disk before the cosignature exists: of two requests from one size only one can be first.
/// </summary>
public sealed class WitnessBook(CountersignDb db, Installation installation, WitnessPolicies policies, WitnessKey key, TimeProvider clock)
{
    /// <summary>Alarms kept of one log: whoever has a checkpoint of it can make it look wrong, but not fill the disk.</summary>
    private const int MostAlarms = 100;

    /// <returns>What to answer, and the cosignature where it is consent.</returns>
    public async Task<(WitnessAnswer Answer, NoteSignature? Cosignature)> AnswerAsync(AddCheckpoint request, CancellationToken cancellationToken)
    {
        if (request.Origin is not { } origin || Keys(origin) is not { Count: > 0 } keys)
            return (request.Decide(null), null);

        // Whoever is not the log gets no transaction.
        if (request.Decide(new WitnessedLog(origin, keys, null)) is { Status: 400 or 403 or 404 } refused)
            return (refused, null);
        var (answer, held) = await db.InTransactionAsync(transaction => DecideAsync(transaction, request, origin, keys, cancellationToken), cancellationToken);
        if (answer.Checkpoint is not null)
        {
            await EndAlarmsAsync(db, aboutUs: false, origin, key.Signer.Name, clock.GetUtcNow(), cancellationToken);
            return (answer, key.Signer.Sign(request.Note, clock.GetUtcNow()));
        }

        if (answer is { Status: 422 } or { Status: 409, Size: null })
            await RaiseAsync(db, aboutUs: false, origin, key.Signer.Name, answer.Sentence, held, request.Note.ToString(), clock.GetUtcNow(), cancellationToken);
        return (answer, null);
    }

    /// <summary>Keeps both notes, once.</summary>
    /// <returns>The alarm where it is new.</returns>
    public static async Task<WitnessAlarm?> RaiseAsync(CountersignDb db, bool aboutUs, string origin, string witness, string what, string held, string offered, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var alarms = db.Set<WitnessAlarm>();
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{aboutUs} {witness}\n{held}\n{offered}")));
        if (await alarms.AnyAsync(alarm => alarm.Digest == digest, cancellationToken) || await alarms.CountAsync(alarm => alarm.Origin == origin, cancellationToken) >= MostAlarms)
            return null;
        var raised = new WitnessAlarm { Id = Guid.CreateVersion7(now), AboutUs = aboutUs, Origin = origin, Witness = witness, At = now, What = what, Held = held, Offered = offered, Digest = digest };
        alarms.Add(raised);
        var kept = await db.KeepAsync(cancellationToken);
        db.ChangeTracker.Clear();
        return kept ? raised : null;
    }

    /// <summary>The witness is content with the log again.</summary>
    public static async Task EndAlarmsAsync(CountersignDb db, bool aboutUs, string origin, string witness, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var open = await db.Set<WitnessAlarm>().Where(alarm => alarm.AboutUs == aboutUs && alarm.Origin == origin && alarm.Witness == witness && alarm.EndedAt == null).ToListAsync(cancellationToken);
        if (open.Count == 0)
            return;
        open.ForEach(alarm => alarm.EndedAt = now);
        _ = await db.KeepAsync(cancellationToken);
        db.ChangeTracker.Clear();
    }

    private List<NoteVerifier> Keys(string origin) => [.. (policies.Served?.Logs ?? []).Select(log => log.Key).Where(log => log.Name == origin)];

    private async Task<(WitnessAnswer Answer, string Held)> DecideAsync(IDbContextTransaction transaction, AddCheckpoint request, string origin, List<NoteVerifier> keys, CancellationToken cancellationToken)
    {
        var (connection, inside) = (db.Database.GetDbConnection(), transaction.GetDbTransaction());
        await RunAsync("insert into witnessed_log (origin, size, note) values (@origin, 0, '') on conflict (origin) do nothing", ("@origin", origin));

        // SQLite lets one writer in; PostgreSQL holds this row until the transaction ends.
        var held = "";
        await using (var command = Statement.Make(connection, inside, $"select note from witnessed_log where origin = @origin {(installation.Database == DatabaseKind.Postgres ? "for update" : "")}", ("@origin", origin)))
            held = (string)(await command.ExecuteScalarAsync(cancellationToken))!;
        Checkpoint? latest = null;
        if (held.Length > 0 && (!SignedNote.TryParse(held, out var note) || !Checkpoint.TryParse(note.Text, out latest)))
            throw new LogDamagedException($"What was cosigned of the log {origin} cannot be read any more.");
        var answer = request.Decide(new WitnessedLog(origin, keys, latest));
        if (answer.Checkpoint is { } next)
        {
            await RunAsync(
                "update witnessed_log set size = @size, note = @note, at = @at where origin = @origin",
                ("@size", next.Size),
                ("@note", request.Note.ToString()),
                ("@at", installation.Database == DatabaseKind.Sqlite ? (clock.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond : clock.GetUtcNow().ToUniversalTime()),
                ("@origin", origin));
        }

        return (answer, held);

        async Task RunAsync(string sql, params (string Name, object? Value)[] values)
        {
            await using var command = Statement.Make(connection, inside, sql, values);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}

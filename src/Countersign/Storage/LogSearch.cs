using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Storage;

/// <param name="Index">Its place in the log; null in the moment before it is given one.</param>
public readonly record struct FoundEntry(long Seq, long? Index);

/// <summary>
/// Finds entries by what their bytes say, in a time that does not grow with the log: by tables of its own, filled from the bytes after the
/// entry has its place. They are a copy: emptied, they fill again.
/// </summary>
public sealed partial class LogSearch(CountersignDb db, LogPlaces places, Installation installation, WriteTurn turn)
{
    /// <summary>Entries of one transaction.</summary>
    private const int Batch = 1_000;

    /// <summary>A request that finds more than this not taken in yet leaves them to the program's own round.</summary>
    private const int AtOnce = 4_000;

    private bool OnPostgres => installation.Database == DatabaseKind.Postgres;

    /// <summary>Takes in what has a place and is not searchable yet, up to a bound.</summary>
    /// <returns>Entries taken in now; 0 when there is nothing to do, or another node does it.</returns>
    public async Task<int> CatchUpAsync(CancellationToken cancellationToken)
    {
        var taken = 0;
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            var connection = db.Database.GetDbConnection();
            while (taken < AtOnce && await TakeInAsync(connection, cancellationToken) is var some and > 0)
                taken += some;
            return taken;
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    /// <summary>Takes in what it lacks of the first entries: it may be behind a log that has just grown by much.</summary>
    public async Task CatchUpAsync(long size, CancellationToken cancellationToken)
    {
        while (await ReachAsync(cancellationToken) < size && await CatchUpAsync(cancellationToken) > 0)
        {
        }
    }

    /// <returns>How many entries, from the first on, can be found.</returns>
    public Task<long> ReachAsync(CancellationToken cancellationToken) => LedgerLook.ReachAsync(db.Set<LedgerLook>(), cancellationToken);

    /// <summary>Newest first; those that have no place yet before all others.</summary>
    public async Task<IReadOnlyList<FoundEntry>> FindAsync(LogQuestion question, int most, CancellationToken cancellationToken)
    {
        await CatchUpAsync(cancellationToken);
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            var connection = db.Database.GetDbConnection();
            var found = question.Before is { IsPending: false } ? [] : await PendingAsync(connection, question, most, cancellationToken);
            if (found.Count < most)
                found.AddRange(await PlacedAsync(connection, question with { Before = question.Before is { IsPending: false } ? question.Before : null }, most - found.Count, cancellationToken));
            return found;
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    /// <summary>Committed and not in the log yet: milliseconds' worth, and all that comes while the log is damaged. Each is asked by its bytes.</summary>
    private async Task<List<FoundEntry>> PendingAsync(DbConnection connection, LogQuestion question, int most, CancellationToken cancellationToken)
    {
        var (next, snapshot) = await ReachedAsync(connection, cancellationToken);
        var where = OnPostgres ? LogPlaces.IsNext("e.", "@snapshot::pg_snapshot", "@next") : "e.seq >= @next";
        await using var command = Statement.Make(connection, null, $"select e.seq, e.leaf from ledger_event e where {where} and e.seq < @before order by e.seq desc", ("@before", question.Before?.Number ?? long.MaxValue), ("@next", next), ("@snapshot", snapshot));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<FoundEntry>();
        while (found.Count < most && await reader.ReadAsync(cancellationToken))
        {
            if (question.Fits(await reader.GetFieldValueAsync<byte[]>(1, cancellationToken)))
                found.Add(new FoundEntry(reader.GetInt64(0), null));
        }

        return found;
    }

    /// <returns>The number from which on no event has its place, and the snapshot of the last batch; "" on SQLite.</returns>
    private async Task<(long Next, string Snapshot)> ReachedAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = Statement.Make(connection, null, $"select {LogPlaces.NextSeq}, {(OnPostgres ? $"{LogPlaces.LastSnapshot}::text" : "''")}");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetString(1));
    }

    private async Task<List<FoundEntry>> PlacedAsync(DbConnection connection, LogQuestion question, int most, CancellationToken cancellationToken)
    {
        var asked = new List<(string, object?)> { ("@most", most) };
        var conditions = new List<string>();
        if (question.Before is { } before)
            Ask("l.idx < @before", "@before", before.Number);
        if (question.From is not null || question.To is not null)
        {
            // The hours say between which numbers the time lies, so that a range long ago is not looked for from the newest entry on.
            if (await WithinAsync(connection, question, cancellationToken) is not var (first, last))
                return [];
            Ask("l.idx >= @first", "@first", first);
            Ask("l.idx <= @last", "@last", last);
        }

        if (question.From is { } from)
            Ask("l.at >= @from", "@from", from.ToUnixTimeMilliseconds());
        if (question.To is { } to)
            Ask("l.at < @to", "@to", to.ToUnixTimeMilliseconds());

        if (question.Words is { Count: > 0 })
        {
            // The words of an entry say who, what and how as well, so the text index alone decides.
            asked.Add(("@words", Words(question)));
            return await (OnPostgres ? FindWordsOnPostgresAsync(connection, question, conditions, asked, most, cancellationToken) : FindWordsOnSqliteAsync(connection, conditions, asked, cancellationToken));
        }

        if (question.Object is { } subject)
            Ask("l.object = @object", "@object", subject);
        if (question.Person is { } person)
            Ask("l.actor = @actor", "@actor", OnPostgres ? person : person.ToString().ToUpperInvariant());
        if (question.Act is { } act)
            Ask(act.EndsWith('.') ? "l.kind = @act" : "l.act = @act", "@act", act.TrimEnd('.'));
        if (question.Ok is { } ok)
            conditions.Add(OnPostgres ? (ok ? "l.ok" : "not l.ok") : $"l.ok = {(ok ? 1 : 0)}");
        return await ReadAsync(connection, $"select {LogPlaces.SeqAt("l.idx")}, l.idx from ledger_look l {Where(conditions)} order by l.idx desc limit @most", asked, cancellationToken);

        void Ask(string condition, string name, object? value)
        {
            conditions.Add(condition);
            asked.Add((name, value));
        }
    }

    private static Task<List<FoundEntry>> FindWordsOnSqliteAsync(DbConnection connection, List<string> conditions, List<(string, object?)> asked, CancellationToken cancellationToken) => ReadAsync(
        connection,
        $"""
        select {LogPlaces.SeqAt("t.rowid")}, t.rowid from ledger_text t join ledger_look l on l.idx = t.rowid
        {Where([.. conditions.Select(condition => condition.Replace("l.idx", "t.rowid", StringComparison.Ordinal)), "ledger_text match @words"])} order by t.rowid desc limit @most
        """,
        asked,
        cancellationToken);

    private static string Where(IReadOnlyList<string> conditions) => conditions.Count == 0 ? "" : $"where {string.Join(" and ", conditions)}";

    private static async Task<List<FoundEntry>> ReadAsync(DbConnection connection, string sql, List<(string, object?)> asked, CancellationToken cancellationToken)
    {
        await using var command = Statement.Make(connection, null, sql, [.. asked]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<FoundEntry>();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (!await reader.IsDBNullAsync(0, cancellationToken))
                found.Add(new FoundEntry(reader.GetInt64(0), reader.GetInt64(1)));
        }

        return found;
    }

    private static async Task<(long First, long Last)?> WithinAsync(DbConnection connection, LogQuestion question, CancellationToken cancellationToken)
    {
        await using var command = Statement.Make(
            connection,
            null,
            "select min(first), max(last) from ledger_hour where hour >= @from and hour <= @to",
            ("@from", question.From is { } from ? HourOf(from.ToUnixTimeMilliseconds()) : long.MinValue),
            ("@to", question.To is { } to ? HourOf(to.ToUnixTimeMilliseconds()) : long.MaxValue));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) && !await reader.IsDBNullAsync(0, cancellationToken) ? (reader.GetInt64(0), reader.GetInt64(1)) : null;
    }

    private string Words(LogQuestion question)
    {
        var lines = question.Words!.ToList();
        if (question.Object is { } subject)
            lines.Add([EntryWords.About(subject)]);
        if (question.Person is { } person)
            lines.Add([EntryWords.By(person)]);
        if (question.Act is { } act)
            lines.Add([act.EndsWith('.') ? EntryWords.Kind(act) : EntryWords.Act(act)]);
        if (question.Ok is { } ok)
            lines.Add([ok ? "done" : "refused"]);

        // Words are a to z and 0 to 9, so nothing in them means anything to either database.
        return OnPostgres
            ? string.Join(" & ", lines.Select(line => $"({string.Join(" | ", line)})"))
            : string.Join(" AND ", lines.Select(line => $"({string.Join(" OR ", line.Select(word => $"\"{word}\""))})"));
    }

    private async Task<int> TakeInAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        if (!await IsBehindAsync(connection, cancellationToken))
            return 0;
        using var held = await turn.TakeAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (OnPostgres)
        {
            await using var alone = Statement.Make(connection, transaction, "select pg_try_advisory_xact_lock(7041005)");
            if (await alone.ExecuteScalarAsync(cancellationToken) is not true)
                return 0;
        }

        var looks = await ReadAsync(transaction, cancellationToken);
        if (looks.Count == 0)
            return 0;
        if (OnPostgres)
            await WriteToPostgresAsync(connection, transaction, looks, cancellationToken);
        else
            await WriteToSqliteAsync(connection, transaction, looks, cancellationToken);
        foreach (var hour in looks.Where(row => row.Look.Kind != LedgerLook.UnreadableKind).GroupBy(row => HourOf(row.Look.At)))
        {
            await using var command = Statement.Make(
                connection,
                transaction,
                """
                insert into ledger_hour (hour, first, last) values (@hour, @first, @last)
                on conflict (hour) do update set
                  first = case when excluded.first < ledger_hour.first then excluded.first else ledger_hour.first end,
                  last = case when excluded.last > ledger_hour.last then excluded.last else ledger_hour.last end
                """,
                ("@hour", hour.Key),
                ("@first", hour.Min(row => row.Look.Index)),
                ("@last", hour.Max(row => row.Look.Index)));
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return looks.Count;
    }

    private static async Task<bool> IsBehindAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = Statement.Make(connection, null, "select coalesce((select first_index + count from ledger_run order by first_index desc limit 1), 0) > coalesce((select max(idx) + 1 from ledger_look), 0)");
        return Convert.ToBoolean(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }

    private async Task<List<(LedgerLook Look, string Words)>> ReadAsync(DbTransaction transaction, CancellationToken cancellationToken)
    {
        var looks = new List<(LedgerLook, string)>();
        await db.Database.UseTransactionAsync(transaction, cancellationToken);
        try
        {
            var first = await ReachAsync(cancellationToken);
            await foreach (var portion in places.PortionsAsync(first, first + Batch, cancellationToken))
            {
                foreach (var (entry, index) in portion)
                {
                    var head = EntryHead.Read(entry.Leaf);
                    looks.Add((LedgerLook.Of(index!.Value, head), string.Join(' ', EntryWords.Of(entry.Leaf, head))));
                }
            }
        }
        finally
        {
            await db.Database.UseTransactionAsync(null, CancellationToken.None);
        }

        return looks;
    }

    private static async Task WriteToSqliteAsync(DbConnection connection, DbTransaction transaction, List<(LedgerLook Look, string Words)> looks, CancellationToken cancellationToken)
    {
        await using var look = Statement.Make(
            connection,
            transaction,
            "insert into ledger_look (idx, at, actor, kind, act, object, ok) values (@idx, @at, @actor, @kind, @act, @object, @ok)",
            ("@idx", 0L), ("@at", 0L), ("@actor", ""), ("@kind", ""), ("@act", ""), ("@object", ""), ("@ok", 0));
        await using var text = Statement.Make(connection, transaction, "insert into ledger_text (rowid, words) values (@idx, @words)", ("@idx", 0L), ("@words", ""));
        foreach (var (row, words) in looks)
        {
            Set(look, row.Index, row.At, row.Actor.ToString().ToUpperInvariant(), row.Kind, row.Act, row.Object, row.Ok ? 1 : 0);
            Set(text, row.Index, words);
            await look.ExecuteNonQueryAsync(cancellationToken);
            await text.ExecuteNonQueryAsync(cancellationToken);
        }

        static void Set(DbCommand command, params object[] values)
        {
            for (var at = 0; at < values.Length; at++)
                command.Parameters[at].Value = values[at];
        }
    }

    private static async Task WriteToPostgresAsync(DbConnection connection, DbTransaction transaction, List<(LedgerLook Look, string Words)> looks, CancellationToken cancellationToken)
    {
        await using (var look = Statement.Make(
            connection,
            transaction,
            "insert into ledger_look (idx, at, actor, kind, act, object, ok) select * from unnest(@idx, @at, @actor, @kind, @act, @object, @ok)",
            ("@idx", looks.ConvertAll(row => row.Look.Index).ToArray()),
            ("@at", looks.ConvertAll(row => row.Look.At).ToArray()),
            ("@actor", looks.ConvertAll(row => row.Look.Actor).ToArray()),
            ("@kind", looks.ConvertAll(row => row.Look.Kind).ToArray()),
            ("@act", looks.ConvertAll(row => row.Look.Act).ToArray()),
            ("@object", looks.ConvertAll(row => row.Look.Object).ToArray()),
            ("@ok", looks.ConvertAll(row => row.Look.Ok).ToArray())))
            await look.ExecuteNonQueryAsync(cancellationToken);

        await using var text = Statement.Make(
            connection,
            transaction,
            "insert into ledger_text (idx, words) select idx, array_to_tsvector(string_to_array(words, ' ')) from unnest(@idx, @words) as row (idx, words)",
            ("@idx", looks.ConvertAll(row => row.Look.Index).ToArray()),
            ("@words", looks.ConvertAll(row => row.Words).ToArray()));
        await text.ExecuteNonQueryAsync(cancellationToken);
    }

    private static long HourOf(long milliseconds) => (long)Math.Floor(milliseconds / 3_600_000.0);
}

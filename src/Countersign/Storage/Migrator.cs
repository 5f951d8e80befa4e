using System.Data.Common;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Countersign.Storage;

/// <summary>Brings the database to this version: numbered SQL, each file once, in order, each in its own transaction.</summary>
public sealed class Migrator(CountersignDb db, Installation installation, ContentKeys keys, TimeProvider clock)
{
    /// <summary>The migration after which content is encrypted.</summary>
    private const int ContentEncrypted = 3;

    /// <summary>The migration after which pictures are.</summary>
    private const int PicturesEncrypted = 56;

    /// <summary>The migration after which conversations are searched.</summary>
    private const int ConversationsSearched = 82;

    /// <summary>The migration after which pictures have entries.</summary>
    private const int PicturesGoverned = 93;

    /// <summary>The types that differ; everything else in a migration is the same text on both databases.</summary>
    private static readonly (string Word, string Sqlite, string Postgres)[] types =
    [
        ("$serial", "integer primary key autoincrement", "bigint generated always as identity primary key"),
        ("$instant", "integer", "timestamptz"),
        ("$bytes", "blob", "bytea"),
        ("$id", "text", "uuid"),
        ("$bool", "integer", "boolean"),
        ("$long", "integer", "bigint"),
        ("$int", "integer", "integer"),
    ];

    /// <returns>What this version would still apply.</returns>
    /// <exception cref="InvalidOperationException">The database was made by a newer version of the program, or by another program.</exception>
    public async Task<IReadOnlyList<int>> WaitingAsync(CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = installation.Database == DatabaseKind.Sqlite ? "select count(*) from sqlite_master where name = 'migration'" : "select count(*) from pg_tables where tablename = 'migration' and schemaname = any (current_schemas(false))";
            if (Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), System.Globalization.CultureInfo.InvariantCulture) == 0)
                throw new InvalidOperationException("This database holds nothing of Countersign.");
            List<int> known = [.. Files().Select(file => file.Number)];
            return [.. known.Except(await AppliedAsync(db.Database.GetDbConnection(), known, cancellationToken))];
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    /// <returns>The numbers applied now, none when the database was up to date.</returns>
    /// <exception cref="InvalidOperationException">The database was made by a newer version of the program; going back would lose what it added.</exception>
    public Task<IReadOnlyList<int>> MigrateAsync(CancellationToken cancellationToken) => MigrateAsync(int.MaxValue, cancellationToken);

    /// <summary>The same as far as an older version would bring it.</summary>
    /// <param name="last">The last migration of that version.</param>
    public async Task<IReadOnlyList<int>> MigrateAsync(int last, CancellationToken cancellationToken)
    {
        var connection = db.Database.GetDbConnection();
        await db.Database.OpenConnectionAsync(cancellationToken);
        if (installation.Database == DatabaseKind.Sqlite)
            await RunAsync(connection, "pragma journal_mode=wal", cancellationToken);
        else
            await RunAsync(connection, "select pg_advisory_lock(7041001)", cancellationToken);
        try
        {
            return await ApplyAsync(connection, last, cancellationToken);
        }
        finally
        {
            if (installation.Database == DatabaseKind.Postgres)
                await RunAsync(connection, "select pg_advisory_unlock(7041001)", CancellationToken.None);
            await db.Database.CloseConnectionAsync();
        }
    }

    private async Task<IReadOnlyList<int>> ApplyAsync(DbConnection connection, int last, CancellationToken cancellationToken)
    {
        await RunAsync(connection, Translate("create table if not exists migration (number $int primary key, name text not null, applied_at $instant not null)"), cancellationToken);
        var known = Files().ToList();
        var applied = await AppliedAsync(connection, known.Select(file => file.Number), cancellationToken);
        var now = new List<int>();
        foreach (var (number, name, sql) in known.Where(file => file.Number <= last && !applied.Contains(file.Number)))
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            await RunAsync(connection, Translate(sql), cancellationToken);
            if (number == ContentEncrypted)
                await EncryptAsync(connection, cancellationToken);
            if (number == PicturesEncrypted)
                await EncryptPicturesAsync(connection, cancellationToken);
            if (number == ConversationsSearched)
                await IndexAsync(connection, cancellationToken);
            if (number == PicturesGoverned)
                await RecordPicturesAsync(connection, cancellationToken);
            await db.Database.ExecuteSqlAsync($"insert into migration (number, name, applied_at) values ({number}, {name}, {Instant()})", cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            now.Add(number);
        }

        return now;
    }

    /// <param name="known">Every migration of this version.</param>
    private static async Task<HashSet<int>> AppliedAsync(DbConnection connection, IEnumerable<int> known, CancellationToken cancellationToken)
    {
        var applied = new HashSet<int>();
        await using var command = connection.CreateCommand();
        command.CommandText = "select number from migration";
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            applied.Add(reader.GetInt32(0));
        return applied.Except(known).Order().FirstOrDefault() is var newer and not 0
            ? throw new InvalidOperationException($"This database holds migration {newer}, which this version of Countersign does not know. Start the newer version, or restore the backup made before it.")
            : applied;
    }

    /// <summary>What earlier versions kept in clear.</summary>
    private async Task EncryptAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var clear = new List<(string Object, Decisions.Sealed Item)>();
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = "select object, name, item, salt, content from vault_item_clear";
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                clear.Add((reader.GetString(0), new Decisions.Sealed(reader.GetString(1), reader.GetString(2), reader.GetFieldValue<byte[]>(3), reader.GetString(4))));
        }

        db.AddRange(clear.Select(row => keys.Close(row.Item, row.Object)));
        _ = await db.KeepAsync(cancellationToken);
        db.ChangeTracker.Clear();
        await RunAsync(connection, "drop table vault_item_clear", cancellationToken);
    }

    private async Task EncryptPicturesAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = "select sha256 from media";
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                names.Add(reader.GetString(0));
        }

        foreach (var name in names)
        {
            var row = new Clear(name, await db.Database.SqlQuery<byte[]>($"select bytes as \"Value\" from media where sha256 = {name}").SingleAsync(cancellationToken));
            keys.Close(row);
            await db.Database.ExecuteSqlAsync($"update media set size = {row.Size}, master = {row.Master}, wrapped = {row.Wrapped}, cipher = {row.Cipher} where sha256 = {name}", cancellationToken);
        }

        await RunAsync(connection, "alter table media drop column bytes", cancellationToken);
    }

    /// <summary>What was said before there was an index of it.</summary>
    private async Task IndexAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var said = $"""
            select m.id, m.conversation_id, m.written_at, m.text, m.source from message m
            union all select n.id, n.conversation_id, n.at, n.text, null from conversation_note n where n.text <> '{Decisions.Erased.Marker}'
            union all select r.draft_id, r.conversation_id, r.at, d.text, null from conversation_reply r join draft d on d.id = r.draft_id where d.text <> '{Decisions.Erased.Marker}'
            order by 3, 1
            """;
        var rows = new List<SearchWords>();
        await using (var command = Statement.Make(connection, db.Database.CurrentTransaction?.GetDbTransaction(), said))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var source = await reader.IsDBNullAsync(4, cancellationToken) ? null : JsonNode.Parse(reader.GetString(4));
                var alts = source?["media"]?.AsArray().Select(one => (string?)one?["alt"]) ?? [];
                if ((string?)source?["id"] != Decisions.Erased.Marker && TextWords.Joined([(string?)source?["authorName"], (string?)source?["authorHandle"], reader.GetString(3), .. alts]) is { Length: > 0 } words)
                    rows.Add(new SearchWords { SourceId = reader.GetGuid(0), GroupId = reader.GetGuid(1), At = At(reader.GetValue(2)), Words = words });
            }
        }

        foreach (var some in rows.Chunk(1_000))
        {
            db.AddRange(some);
            _ = await db.KeepAsync(cancellationToken);
            db.ChangeTracker.Clear();
        }
    }

    /// <summary>Gives every picture that no entry tells of an entry with its state as it is.</summary>
    private async Task RecordPicturesAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        var told = new HashSet<string>(StringComparer.Ordinal);
        await using (var command = Statement.Make(connection, transaction, "select leaf from ledger_event where act = 'media.added'"))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                told.UnionWith(JsonNode.Parse(reader.GetFieldValue<byte[]>(0))!["changes"]!.AsArray().Select(change => (string)change!["obj"]!));
        }

        var found = new List<LedgerEvent>();
        await using (var command = Statement.Make(connection, transaction, "select sha256, content_type, width, height, tells_place, tells_camera, size, erasure, adders, added_at from media order by sha256"))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var state = new JsonObject
                {
                    ["contentType"] = reader.GetString(1),
                    ["width"] = reader.GetInt32(2),
                    ["height"] = reader.GetInt32(3),
                    ["tellsPlace"] = reader.GetBoolean(4),
                    ["tellsCamera"] = reader.GetBoolean(5),
                    ["size"] = reader.GetInt32(6),
                    ["erasure"] = await reader.IsDBNullAsync(7, cancellationToken) ? null : reader.GetGuid(7).ToString(),
                    ["adders"] = JsonNode.Parse(reader.GetString(8)),
                    ["addedAt"] = At(reader.GetValue(9)).ToUnixTimeMilliseconds(),
                };
                var now = clock.GetUtcNow();
                if ($"media/{reader.GetString(0)}" is var picture && !told.Contains(picture))
                    found.Add(LedgerEntry.Of(new MediaRecorded { Subject = Guid.CreateVersion7(now), By = Decisions.Actor.Automation.Id, At = now, Sha256 = reader.GetString(0) }, installation.Origin, [new LedgerEntry.Change(picture, null, state)]));
            }
        }

        db.AddRange(found);
        _ = await db.KeepAsync(cancellationToken);
        db.ChangeTracker.Clear();
    }

    private static DateTimeOffset At(object value) => value switch
    {
        long microseconds => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond),
        DateTime instant => new DateTimeOffset(instant, TimeSpan.Zero),
        var other => (DateTimeOffset)other,
    };

    private object Instant() => installation.Database == DatabaseKind.Sqlite
        ? (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond
        : clock.GetUtcNow();

    private static IEnumerable<(int Number, string Name, string Sql)> Files()
    {
        var assembly = Assembly.GetExecutingAssembly();
        const string prefix = "Countersign.Storage.Migrations.";
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var name = resource[prefix.Length..^".sql".Length];
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            yield return (int.Parse(name[..4]), name, reader.ReadToEnd());
        }
    }

    private string Translate(string sql)
    {
        foreach (var (word, sqlite, postgres) in types)
            sql = sql.Replace(word, installation.Database == DatabaseKind.Sqlite ? sqlite : postgres, StringComparison.Ordinal);

        // A line that begins with "--sqlite" or "--postgres" is for that database alone.
        var (ours, theirs) = installation.Database == DatabaseKind.Sqlite ? ("--sqlite ", "--postgres ") : ("--postgres ", "--sqlite ");
        return string.Join('\n', sql.Split('\n')
            .Where(line => !line.StartsWith(theirs, StringComparison.Ordinal))
            .Select(line => line.StartsWith(ours, StringComparison.Ordinal) ? line[ours.Length..] : line));
    }

    private static async Task RunAsync(DbConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Bytes that an earlier version kept as they are.</summary>
    private sealed class Clear(string name, byte[] bytes) : IEncrypted
    {
        public string Name => name;

        byte[] IEncrypted.Clear { get; set; } = bytes;

        public int Size { get; set; }

        public int? Master { get; set; }

        public byte[]? Wrapped { get; set; }

        public byte[]? Cipher { get; set; }

        public bool IsErased => false;
    }
}

/// <summary>A version that gave pictures no entries had this one: its entry begins here.</summary>
public sealed record MediaRecorded : Decisions.DomainEvent
{
    public override string Act => "media.recorded";

    public required string Sha256 { get; init; }

    public override JsonObject Facts => new() { ["sha256"] = Sha256 };
}

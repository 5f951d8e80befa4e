using System.Data;
using System.Data.Common;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Ledger;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Countersign.Storage;

/// <summary>
/// Compares every governed row, and everything sealed, with what the log last said of it: a change, a row or a deletion past the
/// program is named. The log itself is another question, which <c>VerifiedLog</c> answers.
/// </summary>
/// <remarks>
/// Reads from one snapshot, so that what is committed meanwhile is neither half seen nor blamed. The log is replayed once per share of
/// <see cref="ShareSize"/> objects, and rows stream past: memory does not grow with the database.
/// </remarks>
public sealed class StateCheck(CountersignDb db, SignedLog log, ContentKeys keys)
{
    /// <summary>Objects and commitments held at once; each takes about 300 bytes.</summary>
    private const int ShareSize = 100_000;

    private static readonly byte[] nothing = SHA256.HashData([]);
    private static readonly byte[] marker = SHA256.HashData(Encoding.UTF8.GetBytes(Erased.Marker));

    private readonly List<Deviation> deviations = [];
    private long rows;
    private long contents;

    public async Task<StateReport> RunAsync(CancellationToken cancellationToken)
    {
        (rows, contents) = (0, 0);
        deviations.Clear();
        db.ChangeTracker.Clear();
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var snapshot = await SnapshotAsync(cancellationToken);
            var shares = 1 + (int)(await CountAsync(cancellationToken) / ShareSize);
            long entries = 0;
            for (var share = 0; share < shares && !IsFull; share++)
            {
                var at = share;
                var replay = new Replay(log, name => ShareOf(name, shares) == at);
                await replay.RunAsync(cancellationToken);
                entries = replay.Entries;
                await CompareAsync(replay, name => ShareOf(name, shares) == at, share == 0, cancellationToken);
            }

            return new StateReport(entries, rows, contents, [.. deviations]);
        }
        finally
        {
            await db.Database.UseTransactionAsync(null, CancellationToken.None);
            await db.Database.CloseConnectionAsync();
        }
    }

    private bool IsFull => deviations.Count >= StateReport.Most;

    private IEnumerable<IEntityType> Governed => db.Model.GetEntityTypes().Where(entity => typeof(IGoverned).IsAssignableFrom(entity.ClrType));

    /// <summary>Reads without keeping writers out.</summary>
    private async Task<DbTransaction> SnapshotAsync(CancellationToken cancellationToken)
    {
        var connection = db.Database.GetDbConnection();
        var transaction = connection is SqliteConnection sqlite
            ? sqlite.BeginTransaction(deferred: true)
            : await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await db.Database.UseTransactionAsync(transaction, cancellationToken);
        return transaction;
    }

    private async Task<long> CountAsync(CancellationToken cancellationToken)
    {
        var count = await log.Vault.LongCountAsync(cancellationToken);
        foreach (var entity in Governed)
            count += await CallAsync<long>(nameof(CountAsync), entity, [cancellationToken]);
        return count;
    }

    private Task<long> CountAsync<T>(CancellationToken cancellationToken)
        where T : class, IGoverned => db.Set<T>().LongCountAsync(cancellationToken);

    private Task<TAnswer> CallAsync<TAnswer>(string name, IEntityType entity, object?[] arguments) =>
        (Task<TAnswer>)typeof(StateCheck).GetMethods(BindingFlags.Instance | BindingFlags.NonPublic)
            .Single(method => method.Name == name && method.IsGenericMethodDefinition)
            .MakeGenericMethod(entity.ClrType).Invoke(this, arguments)!;

    /// <summary>A name is in the same share as long as the program runs; which one nobody outside can choose.</summary>
    private static int ShareOf(string name, int shares) => (int)((uint)name.GetHashCode(StringComparison.Ordinal) % (uint)shares);

    private async Task CompareAsync(Replay replay, Func<string, bool> mine, bool first, CancellationToken cancellationToken)
    {
        var differing = new Dictionary<string, (string Table, JsonObject State, LastSaid Said)>(StringComparer.Ordinal);
        var spoken = new List<Repeated>();
        foreach (var entity in Governed)
            await CallAsync<bool>(nameof(RowsAsync), entity, [entity, replay, mine, first, differing, spoken, cancellationToken]);
        await BlameAsync(differing, cancellationToken);

        // What is left was never met as a row.
        foreach (var (name, said) in replay.Objects.Where(pair => pair.Value.After is not null))
        {
            var table = TableOf(name);
            Add(new Deviation(table, name, "gone", [], said.Index, $"{name} is missing from {table}: {Entry(said.Index)} says that it is there, and none says that it was removed."));
        }

        foreach (var (name, before, after) in replay.Breaks)
            Add(new Deviation(TableOf(name), name, "entry-missing", [], before, $"{name} changed without an entry between {(before is null ? "its beginning" : Entry(before))} and {Entry(after)}: what the second found is not what the first left."));
        if (first)
        {
            foreach (var index in replay.Unreadable)
                Add(new Deviation("ledger_event", Entry(index), "unreadable", [], index, $"{Entry(index)} cannot be read."));
            foreach (var seq in replay.Placeless)
                Add(new Deviation("ledger_event", $"event/{seq}", "no-place", [], null, $"Event {seq} stands in ledger_event and has no place in the log, and none is to come: nothing of it was ever signed."));
        }

        await ContentsAsync(replay, mine, spoken.ToLookup(words => words.Commitment, StringComparer.Ordinal), cancellationToken);
    }

    /// <summary>Each row of one table against what the log last said. What was met is taken out of the replay.</summary>
    private async Task<bool> RowsAsync<T>(IEntityType entity, Replay replay, Func<string, bool> mine, bool first, Dictionary<string, (string Table, JsonObject State, LastSaid Said)> differing, List<Repeated> spoken, CancellationToken cancellationToken)
        where T : class, IGoverned
    {
        var table = entity.GetTableName()!;
        var holdsBytes = typeof(IEncrypted).IsAssignableFrom(typeof(T));
        await foreach (var (row, state, unreadable) in holdsBytes ? OneByOneAsync<T>(entity, mine, cancellationToken) : ReadAsync<T>(entity, cancellationToken))
        {
            if (IsFull)
                break;
            if (row is null || state is null)
            {
                if (first || holdsBytes)
                    Add(new Deviation(table, unreadable!, "unreadable", [], null, $"The row {unreadable} of {table} cannot be read: it holds what the program never writes there."));
                continue;
            }

            spoken.AddRange(row.Words.Where(words => words.Commitment is { } commitment && mine(commitment)).Select(words => new Repeated(words.Commitment!, SHA256.HashData(Encoding.UTF8.GetBytes(words.Content)), table, row.Object, words.Field)));
            if (!mine(row.Object))
                continue;
            rows++;
            if (!replay.Objects.Remove(row.Object, out var said) || said.After is null)
            {
                Add(new Deviation(table, row.Object, "no-entry", [], said.Index, $"{row.Object} stands in {table}, and no entry says how it came there."));
                continue;
            }

            if (!LedgerEntry.HashOf(state).AsSpan().SequenceEqual(said.After))
                differing[row.Object] = (table, state, said);
            if (row is IEncrypted kept)
                Compare(kept, table, row.Object, said);
            foreach (var words in row.Words.Where(words => words is { Commitment: null, Content.Length: > 0 }))
                Add(new Deviation(table, row.Object, "words-changed", [words.Field], said.Index, $"{row.Object} in {table} holds words that no entry stands for: {words.Field}. {Entry(said.Index)} is the last that bears the row out."));
        }

        return true;
    }

    /// <returns>Every row with its state; where a row cannot be read, its key instead.</returns>
    private async IAsyncEnumerable<(T? Row, JsonObject? State, string? Unreadable)> ReadAsync<T>(IEntityType entity, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IGoverned
    {
        var keys = entity.FindPrimaryKey()!.Properties;
        IQueryable<T> sorted = keys.Skip(1).Aggregate(db.Set<T>().AsNoTracking().OrderBy(row => EF.Property<object>(row, keys[0].Name)), (query, key) => query.ThenBy(row => EF.Property<object>(row, key.Name)));
        for (var at = 0; ;)
        {
            bool? more;
            await using (var stream = sorted.Skip(at).AsAsyncEnumerable().GetAsyncEnumerator(cancellationToken))
            {
                while ((more = await TryMoveAsync(stream)) == true)
                {
                    at++;
                    yield return TryState(stream.Current) is { } state
                        ? (stream.Current, state, null)
                        : (null, null, stream.Current.Object);
                }
            }

            if (more == false)
                yield break;
            yield return (null, null, await KeyAsync(entity, keys, at, cancellationToken));
            at++;
        }
    }

    /// <summary>Rows that hold bytes, of this share alone: they are large, and the log is replayed many times.</summary>
    private async IAsyncEnumerable<(T? Row, JsonObject? State, string? Unreadable)> OneByOneAsync<T>(IEntityType entity, Func<string, bool> mine, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IGoverned
    {
        var (key, kind) = (entity.FindPrimaryKey()!.Properties.Single().Name, KindOf(entity));
        var names = new List<string>();
        await foreach (var name in db.Set<T>().Select(row => EF.Property<string>(row, key)).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (mine($"{kind}/{name}"))
                names.Add(name);
        }

        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            await using var one = db.Set<T>().AsNoTracking().Where(row => EF.Property<string>(row, key) == name).AsAsyncEnumerable().GetAsyncEnumerator(cancellationToken);
            yield return await TryMoveAsync(one) == true && TryState(one.Current) is { } state ? (one.Current, state, null) : (null, null, name);
        }
    }

    /// <summary>A row that somebody edited can hold anything, and the reader then fails in any way.</summary>
    /// <returns>Null where the next row cannot be read.</returns>
    private static async Task<bool?> TryMoveAsync<T>(IAsyncEnumerator<T> stream)
    {
        try
        {
            return await stream.MoveNextAsync();
        }
        catch (Exception damage) when (damage is not (DbException or OperationCanceledException))
        {
            return null;
        }
    }

    /// <returns>Null where what is in the row makes no state.</returns>
    private static JsonObject? TryState(IGoverned row)
    {
        try
        {
            _ = row.Words.ToList();
            return row.State();
        }
        catch (Exception damage) when (damage is NullReferenceException or ArgumentException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private async Task<string> KeyAsync(IEntityType entity, IReadOnlyList<IProperty> keys, int at, CancellationToken cancellationToken)
    {
        var columns = string.Join(", ", keys.Select(key => key.GetColumnName()));
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"select {columns} from {entity.GetTableName()} order by {columns} limit 1 offset {at}";
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? string.Join('/', Enumerable.Range(0, keys.Count).Select(column => reader.GetValue(column).ToString()))
            : "that is gone";
    }

    /// <summary>Says which fields differ, by reading the log once more for these rows alone.</summary>
    private async Task BlameAsync(Dictionary<string, (string Table, JsonObject State, LastSaid Said)> differing, CancellationToken cancellationToken)
    {
        var logged = await Replay.StatesAsync(log, differing.Keys.ToHashSet(), cancellationToken);
        foreach (var (name, (table, state, said)) in differing)
        {
            var then = logged.GetValueOrDefault(name) ?? [];
            var fields = state.Concat(then).Select(pair => pair.Key).Distinct().Where(field => !JsonNode.DeepEquals(state[field], then[field])).Order(StringComparer.Ordinal).ToList();
            Add(new Deviation(table, name, "changed", fields, said.Index, $"{name} in {table} was changed without an entry{(fields.Count > 0 ? $": {string.Join(", ", fields)}" : "")}. {Entry(said.Index)} is the last that bears it out."));
        }
    }

    /// <summary>Everything sealed against the commitments in the entries.</summary>
    private async Task ContentsAsync(Replay replay, Func<string, bool> mine, ILookup<string, Repeated> spoken, CancellationToken cancellationToken)
    {
        await foreach (var item in log.Vault.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (!mine(item.Commitment))
                continue;
            contents++;
            if (!replay.Commitments.Remove(item.Commitment, out var said))
                Add(new Deviation("vault_item", item.Commitment, "content-unknown", [], null, $"Something is sealed as {item.Commitment[..8]}…, and no entry stands for it."));
            else if (item.Object != said.Object || item.Name != said.Name)
                Add(new Deviation("vault_item", item.Commitment, "content-changed", ["object", "name"], said.Index, $"The sealed {said.Name} of {said.Object} is filed under something else."));
            else if (replay.Erased.TryGetValue(item.Commitment, out var erased))
                Compare(item, erased, spoken[item.Commitment], said);
            else if (item.Cipher is null)
                Add(Gone(item.Commitment, said));
            else if (!keys.TryOpen(item, out var content) || item.Salt is not { Length: Commitment.SaltLength } salt || Commitment.Of(salt, item.Item, content).ToString() != item.Commitment)
                Add(new Deviation("vault_item", item.Commitment, "content-changed", [said.Name], said.Index, $"The sealed {said.Name} of {said.Object} was changed: it is not what {Entry(said.Index)} stands for."));
            else
                Compare(content, spoken[item.Commitment], said);
        }

        foreach (var (commitment, said) in replay.Commitments)
            Add(Gone(commitment, said));
    }

    private static Deviation Gone(string commitment, Committing said) =>
        new("vault_item", commitment, "content-gone", [said.Name], said.Index, $"The sealed {said.Name} of {said.Object} is gone, and no entry says that it was erased. {Entry(said.Index)} stands for it.");

    private void Compare(string content, IEnumerable<Repeated> spoken, Committing said)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(content));
        foreach (var words in spoken.Where(words => !digest.AsSpan().SequenceEqual(words.Content)))
            Add(new Deviation(words.Table, words.Object, "words-changed", [words.Field], said.Index, $"The words of {words.Object} in {words.Table} were changed without an entry: {words.Field} is not what was sealed. {Entry(said.Index)} stands for what was."));
    }

    /// <summary>Bytes against the hash that the entries name them by.</summary>
    private void Compare(IEncrypted row, string table, string obj, LastSaid said)
    {
        contents++;
        if (row.IsErased)
        {
            if (row is not { Master: null, Wrapped: null, Cipher: null })
                Add(new Deviation(table, obj, "bytes-returned", [], said.Index, $"The bytes of {obj} in {table} are here again. {Entry(said.Index)} says that they were erased."));
        }
        else if (row.Cipher is null)
            Add(new Deviation(table, obj, "bytes-gone", [], said.Index, $"The bytes of {obj} in {table} are gone, and no entry says that they were erased. {Entry(said.Index)} stands for them."));
        else if (row.Clear.Length != row.Size || Convert.ToHexStringLower(SHA256.HashData(row.Clear)) != row.Name)
            Add(new Deviation(table, obj, "bytes-changed", [], said.Index, $"The bytes of {obj} in {table} were changed: they are not those that {Entry(said.Index)} stands for."));
    }

    /// <summary>What was erased stays away, here and where people read it: an older backup brings it back.</summary>
    private void Compare(VaultItem item, long? erased, IEnumerable<Repeated> spoken, Committing said)
    {
        if (item is not { Salt: null, Wrapped: null, Cipher: null })
            Add(new Deviation("vault_item", item.Commitment, "content-returned", [said.Name], erased, $"The sealed {said.Name} of {said.Object} is here again. {Entry(erased)} says that it was erased."));
        foreach (var words in spoken.Where(words => !words.Content.AsSpan().SequenceEqual(nothing) && !words.Content.AsSpan().SequenceEqual(marker)))
            Add(new Deviation(words.Table, words.Object, "words-returned", [words.Field], erased, $"The words of {words.Object} in {words.Table} are here again: {words.Field}. {Entry(erased)} says that they were erased."));
    }

    private void Add(Deviation deviation)
    {
        if (!IsFull)
            deviations.Add(deviation);
    }

    private string TableOf(string name) => Governed.FirstOrDefault(entity => KindOf(entity) == name.Split('/')[0])?.GetTableName() ?? name.Split('/')[0];

    /// <summary>What entries call rows of this table, before the stroke.</summary>
    private static string KindOf(IEntityType entity) => ((IGoverned)RuntimeHelpers.GetUninitializedObject(entity.ClrType)).Object.Split('/')[0];

    private static string Entry(long? index) => index is { } at ? $"Entry {at:N0}" : "An entry that has no place yet";

    /// <summary>Words that a row repeats in clear.</summary>
    /// <param name="Content">SHA-256: the words themselves need not stay in memory.</param>
    private sealed record Repeated(string Commitment, byte[] Content, string Table, string Object, string Field);
}

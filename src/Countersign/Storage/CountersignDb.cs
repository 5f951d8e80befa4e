using System.Data;
using Countersign.Decisions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Countersign.Storage;

/// <summary>The one database, and the one way to change it: <see cref="CommitAsync{T}"/>.</summary>
public sealed class CountersignDb(DbContextOptions<CountersignDb> options, Installation installation, CommitSignal signal, WriteTurn turn, SharedCommit shared, ContentKeys keys, LogAlarm alarm, Acknowledged acknowledged) : DbContext(options)
{
    /// <summary>Commits inside a transaction that is still open.</summary>
    private readonly List<(Committed What, LedgerEvent Entry)> untold = [];

    /// <summary>Another commit came first; nothing was written.</summary>
    public static readonly Refusal ChangedMeanwhile =
        new("changed-meanwhile", "Someone else changed this a moment ago. Look at it again, then repeat what you did.");

    private static readonly Refusal AlreadyThere = new("already-there", "That exists already.");

    /// <summary>
    /// Applies an event to the tables and writes its ledger entry, in one transaction; or records a refusal that matters.
    /// Every governed row that <paramref name="apply"/> touches goes into the entry with its state before and after.
    /// </summary>
    /// <param name="apply">Changes tracked entities, adds new ones, removes old ones. Nothing may have been changed before it runs.</param>
    /// <returns>The decision; or the refusal "changed-meanwhile" when another commit came first, and then nothing was written.</returns>
    public async Task<Decision<T>> CommitAsync<T>(Decision<T> decision, Action<T> apply, CancellationToken cancellationToken)
        where T : DomainEvent
    {
        if (!decision.IsTaken)
        {
            await RecordAsync(decision.Refusal, cancellationToken);
            return decision;
        }

        var happened = decision.Taken;
        if (alarm.ReadOnly is { } why && !happened.WhenReadOnly)
            return new Refusal("read-only", why);
        if (ChangeTracker.HasChanges())
            throw new InvalidOperationException($"Rows were changed before {happened.Act} was applied. Change them inside apply, so that the entry holds them.");

        var before = ChangeTracker.Entries<IGoverned>().ToDictionary(entry => entry.Entity, entry => entry.Entity.State());
        apply(happened);
        ChangeTracker.DetectChanges();
        var changes = ChangeTracker.Entries<IGoverned>()
            .Where(entry => entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted)
            .ToList();
        foreach (var entry in changes)
            entry.Entity.Revision++;

        var written = LedgerEntry.Of(happened, installation.Origin, changes
            .OrderBy(entry => entry.Entity.Object, StringComparer.Ordinal)
            .Select(entry => new LedgerEntry.Change(
                entry.Entity.Object,
                before.GetValueOrDefault(entry.Entity),
                entry.State == EntityState.Deleted ? null : entry.Entity.State())));
        Add(written);
        foreach (var item in happened.Seals)
            Add(keys.Close(item, happened.Object));
        foreach (var some in happened.Erases.Chunk(500))
        {
            foreach (var item in await Set<VaultItem>().Where(row => some.Contains(row.Commitment)).ToListAsync(cancellationToken))
                item.Erase(happened.Subject);
        }

        if (await TrySaveAsync(cancellationToken) is { } refusal)
            return refusal;
        Tell(new Committed(happened.Act, happened.Object, happened.By), written);
        return decision;
    }

    /// <summary>Several events of the same kind, each about a row of its own and with an entry of its own, written together: all of them, or none.</summary>
    /// <param name="acts">Each event, the one governed row it changes, and the change.</param>
    /// <returns>Null where all were written; otherwise why none was.</returns>
    public async Task<Refusal?> CommitTogetherAsync<T>(IReadOnlyList<(T Happened, IGoverned Row, Action Apply)> acts, CancellationToken cancellationToken)
        where T : DomainEvent
    {
        if (acts.Count == 0)
            return null;
        if (alarm.ReadOnly is { } why && acts.Any(act => !act.Happened.WhenReadOnly))
            return new Refusal("read-only", why);
        if (ChangeTracker.HasChanges())
            throw new InvalidOperationException("Rows were changed before these events were applied.");
        if (acts.Any(act => act.Happened.Seals.Any() || act.Happened.Erases.Count > 0))
            throw new InvalidOperationException("Events that seal or erase content are committed one by one.");

        var before = acts.ToDictionary(act => act.Row, act => act.Row.State());
        foreach (var act in acts)
            act.Apply();
        var changed = ChangeTracker.Entries<IGoverned>().Where(entry => entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted).Select(entry => entry.Entity).ToHashSet();
        if (!changed.SetEquals(before.Keys))
            throw new InvalidOperationException("Each of these events changes the row that it is about, and no other.");

        var written = new List<(Committed What, LedgerEvent Entry)>();
        foreach (var (happened, row, _) in acts)
        {
            row.Revision++;
            var entry = LedgerEntry.Of(happened, installation.Origin, [new LedgerEntry.Change(row.Object, before[row], row.State())]);
            Add(entry);
            written.Add((new Committed(happened.Act, happened.Object, happened.By), entry));
        }

        if (await TrySaveAsync(cancellationToken) is { } refusal)
            return refusal;
        written.ForEach(one => Tell(one.What, one.Entry));
        return null;
    }

    /// <summary>Writes a refusal that carries its attempt to the ledger; others leave no trace.</summary>
    public async Task RecordAsync(Refusal refusal, CancellationToken cancellationToken)
    {
        if (refusal.Attempt is not { } attempt || alarm.ReadOnly is not null)
            return;
        ChangeTracker.Clear();
        var written = LedgerEntry.Of(refusal, attempt, installation.Origin);
        Add(written);
        await SaveInTurnAsync(cancellationToken);
        Tell(new Committed(attempt.Act, attempt.Object, attempt.By), written);
    }

    /// <summary>Saves rows that the ledger does not govern: autosaves, last-seen times, posts on our own networks.</summary>
    /// <returns>False when a unique key already holds such a row; nothing was written.</returns>
    public async Task<bool> KeepAsync(CancellationToken cancellationToken)
    {
        if (ChangeTracker.Entries<IGoverned>().FirstOrDefault(NeedsAnEntry) is { } governed)
            throw new InvalidOperationException($"{governed.Entity.Object} is governed: CommitAsync changes it, with its entry.");
        return await TrySaveAsync(cancellationToken) is null;
    }

    /// <summary>Runs several reads and commits as one transaction that can write; on SQLite it is the only writer from its first statement on. Inside another it is part of that one.</summary>
    public async Task<TAnswer> InTransactionAsync<TAnswer>(Func<IDbContextTransaction, Task<TAnswer>> work, CancellationToken cancellationToken)
    {
        if (Database.CurrentTransaction is { } running)
            return await work(running);
        untold.Clear();
        using var held = await turn.TakeAsync(cancellationToken);
        await using var transaction = await Database.BeginTransactionAsync(cancellationToken);
        var answer = await work(transaction);
        await transaction.CommitAsync(cancellationToken);
        TellUntold();
        return answer;
    }

    /// <summary>
    /// Like <see cref="InTransactionAsync"/>, for what happens often and is short: on SQLite, those who wait at the same moment do it in
    /// one transaction, one after another, and wait for the disk once.
    /// </summary>
    public async Task<TAnswer> InCompanyAsync<TAnswer>(Func<Task<TAnswer>> work, CancellationToken cancellationToken)
    {
        if (installation.Database != DatabaseKind.Sqlite || Database.CurrentTransaction is not null || Database.GetDbConnection().State != ConnectionState.Closed)
            return await InTransactionAsync(_ => work(), cancellationToken);
        untold.Clear();
        TAnswer? answer = default;
        await shared.RunAsync(this, async _ => answer = await work(), cancellationToken);
        TellUntold();
        return answer!;
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(CountersignDb).Assembly);
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
            {
                if (property.GetColumnName() == property.Name)
                    property.SetColumnName(SnakeCase(property.Name));
            }

            if (typeof(IGoverned).IsAssignableFrom(entity.ClrType))
                entity.FindProperty(nameof(IGoverned.Revision))!.IsConcurrencyToken = true;
        }
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        // SQLite has no instants: microseconds since 1970 order and compare. PostgreSQL takes UTC only.
        if (installation.Database == DatabaseKind.Sqlite)
            configurationBuilder.Properties<DateTimeOffset>().HaveConversion<InstantToMicroseconds>();
        else
            configurationBuilder.Properties<DateTimeOffset>().HaveConversion<InstantToUtc>();
        configurationBuilder.Properties<Enum>().HaveConversion<string>();
    }

    private void Tell(Committed committed, LedgerEvent written)
    {
        if (Database.CurrentTransaction is null)
            TellNow(committed, written);
        else
            untold.Add((committed, written));
    }

    private void TellUntold()
    {
        untold.ForEach(told => TellNow(told.What, told.Entry));
        untold.Clear();
    }

    private void TellNow(Committed committed, LedgerEvent written)
    {
        acknowledged.Add(written);
        signal.Raise(committed);
    }

    private static bool NeedsAnEntry(EntityEntry<IGoverned> entry) => entry.State switch
    {
        EntityState.Unchanged => false,
        EntityState.Modified => entry.Properties.Any(property => property.IsModified && !entry.Entity.Unrecorded.Contains(property.Metadata.Name)),
        _ => true,
    };

    private static string SnakeCase(string name) => string.Concat(name.Select((letter, at) =>
        char.IsUpper(letter) ? (at > 0 ? "_" : "") + char.ToLowerInvariant(letter) : letter.ToString()));

    private async Task<Refusal?> TrySaveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SaveInTurnAsync(cancellationToken);
            return null;
        }
        catch (DbUpdateConcurrencyException)
        {
            ChangeTracker.Clear();
            return ChangedMeanwhile;
        }
        catch (DbUpdateException failure) when (Databases.IsDuplicate(failure))
        {
            ChangeTracker.Clear();
            return AlreadyThere;
        }
    }

    internal void Open(IEncrypted row) => row.Clear = keys.Open(row);

    private async Task SaveInTurnAsync(CancellationToken cancellationToken)
    {
        foreach (var row in ChangeTracker.Entries<IEncrypted>().Where(entry => entry.State is EntityState.Added or EntityState.Modified && entry.Entity is { Cipher: null, Clear.Length: > 0 }).Select(entry => entry.Entity).ToList())
            keys.Close(row);
        await SearchWords.FollowAsync(this, cancellationToken);
        if (installation.Database == DatabaseKind.Sqlite && Database.CurrentTransaction is null && Database.GetDbConnection().State == ConnectionState.Closed)
        {
            await shared.SaveAsync(this, stop => base.SaveChangesAsync(acceptAllChangesOnSuccess: false, stop), cancellationToken);
            return;
        }

        using var held = Database.CurrentTransaction is null ? await turn.TakeAsync(cancellationToken) : default;
        _ = await base.SaveChangesAsync(cancellationToken);
    }

    private sealed class InstantToMicroseconds() : ValueConverter<DateTimeOffset, long>(
        instant => (instant.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond,
        microseconds => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond));

    /// <summary>Truncated to microseconds, as PostgreSQL keeps them, so that a value read back equals the value written.</summary>
    private sealed class InstantToUtc() : ValueConverter<DateTimeOffset, DateTimeOffset>(
        instant => new DateTimeOffset(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero),
        instant => instant);
}

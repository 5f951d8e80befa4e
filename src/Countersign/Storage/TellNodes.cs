using Microsoft.EntityFrameworkCore;

namespace Countersign.Storage;

/// <summary>Tells open pages, on every node, of something that changed and has no entry: who is writing where. And knows how many nodes there are.</summary>
public sealed class TellNodes(CountersignDb db, Installation installation, CommitSignal signal)
{
    /// <param name="act">As an entry would call it, without a comma: pages listen for what stands before its dot.</param>
    public async Task TellAsync(string act, CancellationToken cancellationToken)
    {
        signal.Raise(new Committed(act, "", Guid.Empty));
        if (installation.Database == DatabaseKind.Postgres)
            _ = await db.Database.ExecuteSqlAsync($"select pg_notify({OtherNodes.CommitChannel}, {$"{installation.Worker}|{act}"})", cancellationToken);
    }

    /// <summary>Programs that serve this database now: each listens to the others. On SQLite it is the lock of the data folder that says so.</summary>
    public async Task<int> CountAsync(CancellationToken cancellationToken) =>
        installation.Database == DatabaseKind.Sqlite
            ? 0
            : await db.Database.SqlQuery<int>($"select count(*)::int as \"Value\" from pg_stat_activity where datname = current_database() and query like 'listen %' and position({OtherNodes.CommitChannel} in query) > 0").SingleAsync(cancellationToken);
}

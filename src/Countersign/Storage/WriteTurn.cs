namespace Countersign.Storage;

/// <summary>
/// SQLite lets one write at a time and has the others try again at odd moments, so that one of them, a lock perhaps, can be left
/// behind by the rest. Here they wait their turn, first come, first served, and without holding a thread. On PostgreSQL nobody waits.
/// </summary>
public sealed class WriteTurn(Installation installation) : IDisposable
{
    /// <summary>Longer than anything takes that the program does in one transaction, an organisation for a demo made on a busy machine too. After this SQLite's own patience decides.</summary>
    private static readonly TimeSpan longest = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim turn = new(1, 1);

    public void Dispose() => turn.Dispose();

    /// <returns>To be disposed of when the write has committed.</returns>
    internal async ValueTask<Held> TakeAsync(CancellationToken cancellationToken) =>
        new(installation.Database == DatabaseKind.Sqlite && await turn.WaitAsync(longest, cancellationToken) ? turn : null);

    internal readonly struct Held(SemaphoreSlim? turn) : IDisposable
    {
        public void Dispose() => turn?.Release();
    }
}

using Countersign.Storage;

namespace Countersign.Evidence;

/// <summary>What this process last found when it compared the database with the log.</summary>
public sealed class VerifiedState : IDisposable
{
    private readonly SemaphoreSlim one = new(1, 1);

    /// <summary>Null before the first time.</summary>
    public StateReport? Report { get; private set; }

    public DateTimeOffset? At { get; private set; }

    public void Dispose() => one.Dispose();

    public async Task CheckAsync(StateCheck check, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken);
        try
        {
            (Report, At) = (await check.RunAsync(cancellationToken), now);
        }
        finally
        {
            one.Release();
        }
    }
}

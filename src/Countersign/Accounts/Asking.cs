namespace Countersign.Accounts;

/// <summary>Asks a network what may be asked again, and waits no longer than told. What it answers too late was not answered.</summary>
internal static class Asking
{
    /// <param name="ask">Stops when it is told to: then, or when whoever asks stops.</param>
    /// <param name="silent">What stands for no answer.</param>
    public static async Task<T> WithinAsync<T>(TimeSpan patience, Func<CancellationToken, Task<T>> ask, T silent, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            return await ask(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return silent;
        }
    }
}

using Microsoft.Extensions.Logging;

namespace Countersign.Standing;

/// <summary>One account's turn: how it is, what stands there, and what others did with it. What goes wrong with the one keeps nobody from the others.</summary>
public sealed class WatchAccount(CheckAccount check, ReconcileAccount reconcile, CountResponses count, ILogger<WatchAccount> logger)
{
    public const string JobKind = "watch";

    /// <returns>When it is its turn again.</returns>
    public async Task<DateTimeOffset> RunAsync(Guid account, CancellationToken cancellationToken)
    {
        await TryAsync(check.RunAsync, account, cancellationToken);
        var next = await reconcile.RunAsync(account, cancellationToken);
        await TryAsync(count.RunAsync, account, cancellationToken);
        return next;
    }

    private async Task TryAsync(Func<Guid, CancellationToken, Task> ask, Guid account, CancellationToken cancellationToken)
    {
        try
        {
            await ask(account, cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            logger.LogError(fault, "{Step} failed on account {Account}; it is asked again at its next turn", ask.Method.DeclaringType?.Name, account);
        }
    }
}

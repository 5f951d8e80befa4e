using Microsoft.Extensions.Logging;

namespace Countersign.Standing;

/// <summary>One account's turn: how it is, then what stands there. What goes wrong with the one keeps nobody from the other.</summary>
public sealed class WatchAccount(CheckAccount check, ReconcileAccount reconcile, ILogger<WatchAccount> logger)
{
    public const string JobKind = "watch";

    /// <returns>When it is its turn again.</returns>
    public async Task<DateTimeOffset> RunAsync(Guid account, CancellationToken cancellationToken)
    {
        try
        {
            await check.RunAsync(account, cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            logger.LogError(fault, "Account {Account} could not be asked how it is; it is asked again at its next turn", account);
        }

        return await reconcile.RunAsync(account, cancellationToken);
    }
}

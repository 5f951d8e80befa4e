using Countersign.Decisions;
using Countersign.Storage;

namespace Countersign.Accounts;

/// <summary>A server renewed what opens an account, as it does every few hours on some. Kept at once: the old one is worth nothing any more.</summary>
public sealed class RenewAccess(CountersignDb db, Credentials credentials, TimeProvider clock)
{
    /// <summary>Somebody may write to the account's row at the same moment, again and again; that ends.</summary>
    private const int MaxTries = 5;

    /// <param name="replaced">What opened it until now. An account that keeps another one was connected anew, and keeps that.</param>
    public async Task RunAsync(Guid id, string? replaced, string secret, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            if (await db.Accounts.FindAsync([id], cancellationToken) is not { State: not AccountState.Disconnected } account)
                return;
            await db.Entry(account).ReloadAsync(cancellationToken);
            if (credentials.Open(account).Secret != replaced)
                return;
            var kept = await db.CommitAsync<AccessRenewed>(
                new AccessRenewed { Subject = id, By = Actor.Automation.Id, At = clock.GetUtcNow() },
                _ => account.SecretCipher = credentials.Lock(secret),
                cancellationToken);
            if (kept.IsTaken)
                return;
            if (tries == MaxTries)
                throw new InvalidOperationException($"What opens account {id} was renewed and could not be kept ({kept.Refusal.Code}). Connect it again.");
        }
    }
}

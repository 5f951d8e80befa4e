using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Storage;

namespace Countersign.Accounts;

/// <summary>
/// Before what opens an account is renewed, one process takes the turn and writes that down. Networks that give a new key for the old
/// one take the old one only once; a process that is cut off between the two leaves its turn, and after a while another one tries once more.
/// </summary>
public sealed class TakeRenewalTurn(CountersignDb db, Credentials credentials, TimeProvider clock)
{
    /// <summary>Longer than a server is waited for.</summary>
    public static readonly TimeSpan Turn = TimeSpan.FromMinutes(1);

    /// <summary>How soon whoever waits asks again.</summary>
    private static readonly TimeSpan again = TimeSpan.FromSeconds(5);

    /// <param name="secret">What would be renewed.</param>
    public async Task<RenewalTurn> RunAsync(Guid id, string? secret, CancellationToken cancellationToken)
    {
        if (await db.Accounts.FindAsync([id], cancellationToken) is not { State: not AccountState.Disconnected } account)
            return new RenewalTurn.Wait(Turn);
        await db.Entry(account).ReloadAsync(cancellationToken);
        var now = clock.GetUtcNow();
        if (credentials.Open(account).Secret is { } kept && kept != secret)
            return new RenewalTurn.Renewed(kept);
        if (account.RenewingUntil > now)
            return new RenewalTurn.Wait(again);
        var taken = await db.CommitAsync<AccessRenewalBegun>(
            new AccessRenewalBegun { Subject = id, By = Actor.Automation.Id, At = now },
            _ => account.RenewingUntil = now + Turn,
            cancellationToken);

        // Somebody wrote to the account at the same moment: perhaps took the turn.
        return taken.IsTaken ? new RenewalTurn.Yours() : new RenewalTurn.Wait(again);
    }
}

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
                _ => (account.SecretCipher, account.RenewingUntil) = (credentials.Lock(secret), null),
                cancellationToken);
            if (kept.IsTaken)
                return;
            if (tries == MaxTries)
                throw new InvalidOperationException($"What opens account {id} was renewed and could not be kept ({kept.Refusal.Code}). Connect it again.");
        }
    }
}

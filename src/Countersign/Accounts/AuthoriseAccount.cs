using System.Security.Cryptography;
using System.Text.Json;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace Countersign.Accounts;

/// <summary>What the person does next.</summary>
/// <param name="Page">On the account's server: where they allow it.</param>
/// <param name="Kept">What the second step needs, locked with the installation's keys; good for half an hour and for this person only.</param>
public sealed record AskedToAllow(Uri Page, string Kept)
{
    public override string ToString() => Page.Host;
}

/// <summary>An administrator connects a public voice on a server that asks its own people: they allow it there, and bring back the code that it shows.</summary>
public sealed class AuthoriseAccount(ConnectAccount connect, Networks networks, IDataProtectionProvider protection, TimeProvider clock)
{
    /// <summary>Longer than a code lives on any server.</summary>
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(30);

    private static readonly Refusal tooLate = new("begin-again", "That connection was begun too long ago, or by somebody else. Begin again.");

    private readonly IDataProtector protector = protection.CreateProtector("Countersign.Accounts.Authorise.v1");

    public async Task<Decision<AskedToAllow>> BeginAsync(Connecting connecting, Actor by, CancellationToken cancellationToken)
    {
        var judged = await connect.JudgeAsync(connecting, by, cancellationToken);
        if (!judged.IsTaken)
            return judged.Refusal;
        if (judged.Taken.Server is not { } server)
            return new Refusal("bad-server", "Give the account's server as an address: https://mastodon.social");
        return await networks.Get<IAuthorise>(connecting.Network).BeginAsync(server, cancellationToken) switch
        {
            AuthoriseOutcome.Ask ask => new AskedToAllow(ask.Page, protector.Protect(JsonSerializer.Serialize(new Begun(connecting, ask.Kept, by.Id, clock.GetUtcNow())))),
            AuthoriseOutcome.Refused refused => new Refusal(refused.Code, refused.Sentence),
            _ => throw new InvalidOperationException("A connector asks or refuses."),
        };
    }

    public async Task<Decision<AccountConnected>> CompleteAsync(string kept, string code, Actor by, CancellationToken cancellationToken)
    {
        if (Open(kept) is not { } begun || begun.By != by.Id || clock.GetUtcNow() - begun.At > patience)
            return tooLate;
        var judged = await connect.JudgeAsync(begun.Connecting, by, cancellationToken);
        if (!judged.IsTaken)
            return judged.Refusal;
        var answer = await networks.Get<IAuthorise>(begun.Connecting.Network).CompleteAsync(begun.Kept, code, cancellationToken);
        return await connect.KeepAsync(begun.Connecting, judged.Taken.Server, answer, by, cancellationToken);
    }

    private Begun? Open(string kept)
    {
        try
        {
            return JsonSerializer.Deserialize<Begun>(protector.Unprotect(kept));
        }
        catch (Exception e) when (e is CryptographicException or JsonException or FormatException)
        {
            return null;
        }
    }

    private sealed record Begun(Connecting Connecting, string Kept, Guid By, DateTimeOffset At)
    {
        public override string ToString() => Connecting.ToString();
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
                _ => account.SecretCipher = credentials.Lock(secret),
                cancellationToken);
            if (kept.IsTaken)
                return;
            if (tries == MaxTries)
                throw new InvalidOperationException($"What opens account {id} was renewed and could not be kept ({kept.Refusal.Code}). Connect it again.");
        }
    }
}

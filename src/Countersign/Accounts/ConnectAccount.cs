using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Accounts;

/// <param name="Server">Address of the server, where the network has several.</param>
/// <param name="Secret">What opens the account: an app password. Kept only once the network has accepted it.</param>
public sealed record Connecting(string Network, Guid SiteId, string Handle, string Title, string? Server, string? Secret)
{
    /// <summary>The organisation's own app on the network, where one is asked for; the secret is the app's then.</summary>
    public string? AppId { get; init; }

    public override string ToString() => $"{Network} {Handle}";
}

/// <summary>An administrator connects a public voice. The network is asked before anything is kept.</summary>
public sealed class ConnectAccount(CountersignDb db, Networks networks, Credentials credentials, TimeProvider clock)
{
    /// <summary>Why this person cannot connect or disconnect accounts or open sites, or null where they can.</summary>
    public static string? WhyNot(Actor by) => by.HoldsEverywhere(Role.Administrator) ? null : "Only an administrator sets up accounts and sites.";

    public async Task<Decision<AccountConnected>> RunAsync(Connecting connecting, Actor by, CancellationToken cancellationToken)
    {
        var judged = await JudgeAsync(connecting, by, cancellationToken);
        if (!judged.IsTaken)
            return judged.Refusal;
        if (!networks.Can<IConnect>(connecting.Network))
            return new Refusal("no-network", "An account there is connected by allowing it on its server.");
        var answer = await networks.Get<IConnect>(connecting.Network)
            .ConnectAsync(new ConnectRequest(judged.Taken.Server, connecting.Handle.Trim(), connecting.Secret), cancellationToken);
        return await KeepAsync(connecting, judged.Taken.Server, answer, by, cancellationToken);
    }

    /// <summary>What is known to be wrong before any network is asked.</summary>
    internal async Task<Decision<Judged>> JudgeAsync(Connecting connecting, Actor by, CancellationToken cancellationToken)
    {
        if (!by.HoldsEverywhere(Role.Administrator))
        {
            var refused = await db.CommitAsync<AccountConnected>(
                new Refusal("not-entitled", "Only an administrator connects accounts.") { Attempt = new Attempt("account.connect", $"network/{(networks.Knows(connecting.Network) ? connecting.Network : "unknown")}", by.Id, clock.GetUtcNow()) },
                _ => { },
                cancellationToken);
            return refused.Refusal!;
        }

        if (!networks.Knows(connecting.Network))
            return new Refusal("no-network", "That network is not known here.");
        if (!await db.Sites.AnyAsync(site => site.Id == connecting.SiteId, cancellationToken))
            return new Refusal("no-site", "Choose the site this account belongs to.");
        Uri? server = null;
        if (!string.IsNullOrWhiteSpace(connecting.Server) && (!Uri.TryCreate(connecting.Server.Trim(), UriKind.Absolute, out server) || server.Scheme is not ("https" or "http")))
            return new Refusal("bad-server", "Give the server as an address: https://bsky.social");
        return new Judged(server);
    }

    /// <summary>Keeps the account that the network opened, or the one that stands already with what opens it now.</summary>
    internal async Task<Decision<AccountConnected>> KeepAsync(Connecting connecting, Uri? server, ConnectOutcome answer, Actor by, CancellationToken cancellationToken)
    {
        if (answer is not ConnectOutcome.Connected connected)
            return answer is ConnectOutcome.Refused refused ? new Refusal(refused.Code, refused.Sentence) : throw new InvalidOperationException("A connector answers connected or refused.");
        var now = clock.GetUtcNow();
        var secret = connected.Secret ?? connecting.Secret;
        if (await db.Accounts.SingleOrDefaultAsync(account => account.Network == connecting.Network && account.RemoteId == connected.RemoteId, cancellationToken) is { } known)
        {
            return known.State == AccountState.Disconnected
                ? await ReviveAsync(known, connecting, connected, connected.Server ?? server, secret, by, now, cancellationToken)
                : await RenewAsync(known, connected, connected.Server ?? server, secret, by, now, cancellationToken);
        }

        var account = new Account
        {
            Id = Guid.CreateVersion7(now),
            SiteId = connecting.SiteId,
            Network = connecting.Network,
            Handle = connected.Handle,
            Title = connecting.Title.Trim() is { Length: > 0 } title ? title : connected.DisplayName ?? connected.Handle,
            Server = (connected.Server ?? server)?.ToString().TrimEnd('/'),
            RemoteId = connected.RemoteId,
            SecretCipher = secret is null ? null : credentials.Lock(secret),
            Limits = connected.Limits,
            ConnectedAt = now,
            ConnectedBy = by.Id,
        };
        return await db.CommitAsync<AccountConnected>(
            new AccountConnected { Subject = account.Id, By = by.Id, At = now },
            _ => db.Accounts.Add(account),
            cancellationToken);
    }

    /// <summary>It was here before: the same row again, so that whatever was ordered about it still stands. A lock is not left by moving to another site.</summary>
    private async Task<Decision<AccountConnected>> ReviveAsync(Account known, Connecting connecting, ConnectOutcome.Connected connected, Uri? server, string? secret, Actor by, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var moves = known.SiteId != connecting.SiteId;
        if (moves && (await db.OrdersInForce.ToListAsync(cancellationToken)).Exists(order => order.Scope is LockScope.Account or LockScope.Site && order.Stops([], known.Ref)))
        {
            return await db.CommitAsync<AccountConnected>(
                new Refusal("locked", $"{known.Title} is locked. It can be connected again for the site it belonged to, and moves once it is released.") { Attempt = new Attempt("account.connect", known.Object, by.Id, now) },
                _ => { },
                cancellationToken);
        }

        return await db.CommitAsync<AccountConnected>(
            new AccountConnected { Subject = known.Id, By = by.Id, At = now },
            _ =>
            {
                known.SiteId = connecting.SiteId;
                known.Handle = connected.Handle;
                known.Title = connecting.Title.Trim() is { Length: > 0 } title ? title : known.Title;
                known.Server = server?.ToString().TrimEnd('/');
                known.SecretCipher = secret is null ? null : credentials.Lock(secret);
                known.Limits = connected.Limits;
                known.State = AccountState.Connected;
                (known.ConnectedAt, known.ConnectedBy) = (now, by.Id);
            },
            cancellationToken);
    }

    /// <summary>The same account again: what opens it now takes the place of what did, with the server it is on by now, and everything else stays as it is.</summary>
    private async Task<Decision<AccountConnected>> RenewAsync(Account standing, ConnectOutcome.Connected connected, Uri? server, string? secret, Actor by, DateTimeOffset now, CancellationToken cancellationToken) =>
        secret is null
            ? new Refusal("connected", $"{connected.Handle} is connected already.")
            : await db.CommitAsync<AccountConnected>(
                new AccountConnected { Subject = standing.Id, By = by.Id, At = now },
                _ =>
                {
                    standing.Handle = connected.Handle;
                    standing.Server = server?.ToString().TrimEnd('/') ?? standing.Server;
                    standing.SecretCipher = credentials.Lock(secret);
                    standing.Limits = connected.Limits;
                    standing.State = AccountState.Connected;
                    (standing.ConnectedAt, standing.ConnectedBy) = (now, by.Id);
                },
                cancellationToken);
}

/// <param name="Server">As an address, where one was given.</param>
internal sealed record Judged(Uri? Server);

/// <summary>An administrator lets an account go; what opened it is destroyed.</summary>
public sealed class DisconnectAccount(CountersignDb db, TimeProvider clock)
{
    public async Task<Decision<AccountDisconnected>> RunAsync(Guid id, Actor by, CancellationToken cancellationToken)
    {
        if (await db.Accounts.FindAsync([id], cancellationToken) is not { } account)
            return new Refusal("no-account", "That account is not here.");
        return await db.CommitAsync<AccountDisconnected>(
            by.HoldsEverywhere(Role.Administrator)
                ? new AccountDisconnected { Subject = id, By = by.Id, At = clock.GetUtcNow() }
                : new Refusal("not-entitled", "Only an administrator disconnects accounts.") { Attempt = new Attempt("account.disconnect", account.Object, by.Id, clock.GetUtcNow()) },
            _ =>
            {
                account.State = AccountState.Disconnected;
                account.SecretCipher = null;
            },
            cancellationToken);
    }
}

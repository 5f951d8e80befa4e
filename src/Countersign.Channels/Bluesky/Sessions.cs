using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.Bluesky;

/// <summary>Live sessions, in memory only. One per account, signed in and refreshed by one caller at a time; the others wait and take what it got.</summary>
internal sealed class Sessions(Xrpc xrpc, OAuthTokens grants, TimeProvider clock)
{
    /// <summary>An access token lives 7,200 s (measured); it is renewed this long before it ends.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, Account> accounts = new();

    public async Task<Step<Session>> GetAsync(ConnectedAccount account, CancellationToken stop)
    {
        if (OAuthSecret.Parse(account.Secret) is not null)
            return await FromGrantAsync(account, stop);
        var mine = accounts.GetOrAdd(account.Id, _ => new Account());
        try
        {
            await mine.Turn.WaitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return new Outcome.NotSent(NotSentKind.Unreachable, null, new(null, null, "Stopped before anything was sent."));
        }

        try
        {
            // A token is shown only to the server that gave it.
            var door = (BlueskyServer.Of(account), account.Secret);
            if (mine.Door != door)
                (mine.Current, mine.Door) = (null, door);
            if (mine.Current is { } live && !live.EndsBefore(clock.GetUtcNow() + Margin))
                return live;

            var renewed = mine.Current is { } old ? await RefreshAsync(account, old, stop) : null;
            var step = renewed ?? await SignInAsync(account, mine, stop);
            mine.Current = step.Made ?? mine.Current;
            return step;
        }
        finally
        {
            mine.Turn.Release();
        }
    }

    /// <summary>The network refused this session; the next caller renews it. A session renewed in the meantime is kept.</summary>
    public void Refused(ConnectedAccount account, Session session)
    {
        if (session.Grant is { } grant)
            grants.Refused(account, grant);
        else if (accounts.TryGetValue(account.Id, out var mine))
            Interlocked.CompareExchange(ref mine.Current, session.Ended(), session);
    }

    /// <summary>The owner allowed it on their server: what was given is itself the session.</summary>
    private async Task<Step<Session>> FromGrantAsync(ConnectedAccount account, CancellationToken stop)
    {
        var opened = await grants.GetAsync(account, stop);
        if (!opened.Done)
            return opened.Why;
        return opened.Made is { Key: { } secret } grant && DpopKey.Parse(secret) is { } key && account.RemoteId is { } did
            ? new Session(did, account.Handle, new Access(grant.Access, key), "", grant.EndsAt) { Grant = grant }
            : new Outcome.Rejected(RejectKind.AuthRevoked, new(null, null, "What opened this account cannot be read. Connect it again."));
    }

    /// <returns>Null when the refresh token is worth nothing any more and the app password must speak.</returns>
    private async Task<Step<Session>?> RefreshAsync(ConnectedAccount account, Session old, CancellationToken stop)
    {
        var reply = await xrpc.PostAsync(BlueskyServer.Of(account), "com.atproto.server.refreshSession", null, old.Refresh, stop);
        if (reply is Reply.Answered { Status: HttpStatusCode.BadRequest, Code: "ExpiredToken" or "InvalidToken" })
            return null;
        return reply is Reply.Answered { Ok: true } ok && Session.Read(ok, clock.GetUtcNow()) is { } renewed ? renewed : Verdicts.OfPreparation(reply, "Renewing the session");
    }

    private async Task<Step<Session>> SignInAsync(ConnectedAccount account, Account mine, CancellationToken stop)
    {
        if (string.IsNullOrEmpty(account.Secret))
            return new Outcome.Rejected(RejectKind.AuthRevoked, new(null, null, "There is no app password for this account. Connect it again."));
        if (mine.SignIns.WaitBefore(clock.GetUtcNow()) is { } wait)
            return new Outcome.NotSent(NotSentKind.RateLimited, wait, new(null, null, "Signed in too often within five minutes."));

        var reply = await xrpc.PostAsync(
            BlueskyServer.Of(account), "com.atproto.server.createSession", SignIn(account.RemoteId ?? account.Handle, account.Secret), null, stop);
        return reply switch
        {
            Reply.Answered { Ok: true } ok when Session.Read(ok, clock.GetUtcNow()) is { } signedIn => signedIn,
            Reply.Answered { Status: HttpStatusCode.Unauthorized, Code: "AuthenticationRequired" or "AuthFactorTokenRequired" } refused =>
                new Outcome.Rejected(RejectKind.AuthRevoked, refused.Evidence("The app password no longer opens this account. Connect it again.")),
            _ => Verdicts.OfPreparation(reply, "Signing in"),
        };
    }

    public static SentContent SignIn(string identifier, string password) => SentContent.Json(new { identifier, password });

    /// <summary>An account's session and whose turn it is to renew it.</summary>
    private sealed class Account
    {
        public Session? Current;

        // Never disposed: it lives as long as the process, and its wait handle is never asked for.
        public SemaphoreSlim Turn { get; } = new(1);

        public SignInBudget SignIns { get; } = new();

        public (Uri Server, string? Secret) Door { get; set; }
    }
}

/// <summary>The network takes 30 sign-ins of one account in 5 minutes (measured); the 31st would lock out people too.</summary>
internal sealed class SignInBudget
{
    private const int Most = 30;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);
    private readonly Queue<DateTimeOffset> made = new();

    /// <returns>Null when one more is allowed, which is then counted.</returns>
    public TimeSpan? WaitBefore(DateTimeOffset now)
    {
        while (made.TryPeek(out var oldest) && oldest + Window <= now)
            made.Dequeue();
        if (made.Count >= Most)
            return made.Peek() + Window - now;
        made.Enqueue(now);
        return null;
    }
}

/// <summary>What opens an account for a while. Shows who, never the tokens.</summary>
internal sealed record Session(string Did, string Handle, Access Access, string Refresh, DateTimeOffset? Ends)
{
    /// <summary>What the owner gave on their server; null for a session opened by an app password.</summary>
    public OAuthSecret? Grant { get; init; }

    public bool EndsBefore(DateTimeOffset then) => Ends <= then;

    public Session Ended() => this with { Ends = DateTimeOffset.MinValue };

    /// <returns>Null when the answer is not a session.</returns>
    public static Session? Read(Reply.Answered answer, DateTimeOffset now) =>
        answer.Text("did") is { } did && answer.Text("handle") is { } handle
            && answer.Text("accessJwt") is { Length: > 0 } access && answer.Text("refreshJwt") is { Length: > 0 } refresh
            ? new Session(did, handle, access, refresh, now + Life(access)) : null;

    /// <summary>How long the token lives, from its own two times: the server's clock may differ from ours. Null when it does not say.</summary>
    private static TimeSpan? Life(string token) =>
        Claims(token) is { } claims && claims.NumberAt("exp") is { } ends && claims.NumberAt("iat") is { } starts
            ? TimeSpan.FromSeconds(Math.Clamp(ends - starts, 0, TimeSpan.SecondsPerDay)) : null;

    /// <summary>True for a session opened with the account's own password, which can change everything about the account.</summary>
    public bool IsUnlimited => Claims(Access.Token)?.TextAt("scope") == "com.atproto.access";

    /// <summary>The token's own claims, unverified: they decide only when to renew it and what advice to give.</summary>
    private static JsonElement? Claims(string token)
    {
        try
        {
            return token.Split('.') is [_, var claims, _]
                ? JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(claims)) : null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }

    public override string ToString() => $"{Handle} ({Did})";
}

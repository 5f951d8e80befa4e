using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;

namespace Countersign.Channels.Http;

/// <summary>What opens an account by OAuth, kept as one secret. Shows nothing of it.</summary>
/// <param name="EndsAt">When the access token ends; null where the server did not say.</param>
internal sealed record OAuthSecret(string ClientId, string ClientSecret, string Access, string? Refresh, DateTimeOffset? EndsAt)
{
    /// <summary>When what renews the access ends; null where the server did not say.</summary>
    public DateTimeOffset? RefreshEndsAt { get; init; }

    /// <summary>The key the tokens are bound to; null for tokens that open by themselves.</summary>
    public string? Key { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    /// <returns>Null for anything that is no such secret.</returns>
    public static OAuthSecret? Parse(string? json)
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize<OAuthSecret>(json, JsonSerializerOptions.Web) is { Access.Length: > 0 } secret ? secret : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <returns>What a token answer gives; null where it gives none. A refresh token that is not given again stays as it was.</returns>
    public static OAuthSecret? Read(Reply reply, string clientId, string clientSecret, string? oldRefresh, DateTimeOffset now) =>
        reply is Reply.Answered { Ok: true } ok && ok.Text("access_token") is { Length: > 0 } access
            ? new OAuthSecret(
                clientId, clientSecret, access,
                ok.Text("refresh_token") is { Length: > 0 } refresh ? refresh : oldRefresh,
                In(ok, "expires_in", now))
            {
                RefreshEndsAt = In(ok, "refresh_token_expires_in", now),
            }
            : null;

    private static DateTimeOffset? In(Reply.Answered ok, string field, DateTimeOffset now) =>
        ok.Body.NumberAt(field) is > 0 and < int.MaxValue and var seconds ? now.AddSeconds(seconds) : null;

    public override string ToString() => nameof(OAuthSecret);
}

/// <summary>Asks once for new access in the place of what ends, or says why nobody was asked.</summary>
internal delegate Task<Step<Reply>> RenewGrant(ConnectedAccount account, OAuthSecret old, CancellationToken stop);

/// <summary>
/// Access tokens that end, renewed once however many ask: the first caller renews and saves, the others wait and take what it got.
/// A secret that was renewed away is known again, so that a caller who read it a moment ago gets the new one.
/// </summary>
/// <param name="renew">How the network is asked.</param>
internal sealed class OAuthTokens(TimeProvider clock, SaveSecret save, RenewGrant renew, TakeTurn? takeTurn = null)
{
    /// <param name="place">Where the network renews access.</param>
    public OAuthTokens(Wire wire, TimeProvider clock, SaveSecret save, TokenPlace place, TakeTurn? takeTurn = null)
        : this(clock, save, place.Renewing(wire), takeTurn)
    {
    }

    /// <summary>Renewed this long before the end, whatever the lifetime.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, Held> accounts = new();

    public async Task<Step<OAuthSecret>> GetAsync(ConnectedAccount account, CancellationToken stop)
    {
        var held = accounts.GetOrAdd(account.Id, _ => new Held());
        try
        {
            await held.Turn.WaitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return new Outcome.NotSent(NotSentKind.Unreachable, null, new(null, null, "Stopped before anything was sent."));
        }

        try
        {
            if (account.Secret is null || !held.Replaced.Contains(account.Secret))
                held.Adopt(account);
            if (held.Current is not { } current)
                return new Outcome.Rejected(RejectKind.AuthRevoked, new(null, null, "There is nothing that opens this account. Connect it again."));
            if (held.Ended is { } ended)
                return ended;
            if (!held.Refused && (current.EndsAt is not { } ends || clock.GetUtcNow() + Margin < ends))
                return current;
            return current.Refresh is null
                ? new Outcome.Rejected(held.Refused ? RejectKind.AuthRevoked : RejectKind.AuthExpired, new(null, null, "What opened this account has ended. Connect it again."))
                : await RenewAsync(account, held, current, stop);
        }
        finally
        {
            held.Turn.Release();
        }
    }

    /// <summary>The server no longer takes this token; the next caller renews it, unless somebody has.</summary>
    public void Refused(ConnectedAccount account, OAuthSecret secret)
    {
        if (accounts.TryGetValue(account.Id, out var held) && ReferenceEquals(held.Current, secret))
            held.Refused = true;
    }

    private async Task<Step<OAuthSecret>> RenewAsync(ConnectedAccount account, Held held, OAuthSecret old, CancellationToken stop)
    {
        if (takeTurn is not null && await takeTurn(account with { Secret = held.Adopted }, stop) is var turn and not RenewalTurn.Yours)
        {
            if (turn is RenewalTurn.Renewed { Secret: var secret } && OAuthSecret.Parse(secret) is { } newer)
            {
                held.Replace(newer, secret);
                return newer;
            }

            return new Outcome.NotSent(NotSentKind.AuthNotRefreshed, (turn as RenewalTurn.Wait)?.For, new(null, null, "The access to this account is being renewed elsewhere."));
        }

        var asked = await renew(account, old, stop);
        if (!asked.Done)
            return asked.Why;
        var reply = asked.Made;
        if (reply is Reply.Answered { Status: HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized, Code: not DpopCalls.AsksForNonce } refused)
            return held.Ended = new Outcome.Rejected(RejectKind.AuthRevoked, refused.Evidence("The server renews this account's access no more. Connect it again."));
        if (OAuthSecret.Read(reply, old.ClientId, old.ClientSecret, old.Refresh, clock.GetUtcNow()) is not { } renewed)
            return new Outcome.NotSent(NotSentKind.AuthNotRefreshed, (reply as Reply.Answered)?.Wait, new((int?)(reply as Reply.Answered)?.Status, null, "The access to this account could not be renewed now."));

        renewed = renewed with { RefreshEndsAt = renewed.RefreshEndsAt ?? old.RefreshEndsAt, Key = old.Key };
        var replaced = held.Replace(renewed);

        // Not cancelled with the caller: the old token may be dead already.
        await save(account with { Secret = replaced }, renewed.ToJson(), CancellationToken.None);
        return renewed;
    }

    private sealed class Held
    {
        // Never disposed: it lives as long as the process, and its wait handle is never asked for.
        public SemaphoreSlim Turn { get; } = new(1);

        /// <summary>Secrets of this account that were renewed away.</summary>
        public HashSet<string> Replaced { get; } = new(StringComparer.Ordinal);

        public OAuthSecret? Current { get; private set; }

        public bool Refused { get; set; }

        /// <summary>The server's last word on this secret, told to everybody who asks after it: a turn to renew that came to nothing is not given back.</summary>
        public Outcome.Rejected? Ended { get; set; }

        public string? Adopted { get; private set; }

        public void Adopt(ConnectedAccount account)
        {
            if (Adopted == account.Secret)
                return;
            (Adopted, Current, Refused, Ended) = (account.Secret, OAuthSecret.Parse(account.Secret), false, null);
        }

        /// <returns>The secret as it was kept until now.</returns>
        /// <param name="kept">As it is kept now, where somebody else renewed it.</param>
        public string? Replace(OAuthSecret renewed, string? kept = null)
        {
            var old = Adopted;
            Replaced.Add(old!);
            (Adopted, Current, Refused) = (kept ?? renewed.ToJson(), renewed, false);
            return old;
        }
    }
}

using System.Net;
using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.Bluesky;

/// <summary>Connects an account whose owner allows it on its own server: what is asked is pushed there beforehand, and what is given is bound to a key of ours (RFC 9126, 9449; atproto.com/specs/oauth).</summary>
internal sealed class BlueskyAuthorise(Wire wire, DpopCalls calls, TimeProvider clock)
{
    public static readonly Allowing Allowing = new(ComesBack: true, AsksServer: true, AsksApp: false) { Lasts = BlueskyClient.Lasts };

    private static readonly ConnectOutcome.Refused WrongCode = new("wrong-code", "The server did not take what it sent you back with. That works once and for a few minutes: begin again.");

    private static readonly ConnectOutcome.Refused OtherAccount = new("other-account", "The server let you in to one account and showed another. Nothing was connected.");

    public async Task<AuthoriseOutcome> BeginAsync(AuthoriseRequest request, CancellationToken stop)
    {
        var server = request.Server ?? BlueskyServer.Public;
        if (!Servers.MayBeTrusted(server))
            return new AuthoriseOutcome.Refused("bad-server", "Give the server as an https address, such as https://bsky.social.");
        if (request.Back is { IsLoopback: true, HostNameType: UriHostNameType.Dns })
            return new AuthoriseOutcome.Refused("bad-address", "Servers of this network send a browser back to this machine only by its number. Open Countersign as http://127.0.0.1 instead of localhost, and begin again.");
        if (await BlueskyOAuthServer.FindAsync(wire, server, stop) is not { } asked)
            return new AuthoriseOutcome.Refused("not-offered", $"{server.Host} does not offer this, or did not answer. Connect the account with an app password.");

        var (proof, key, client) = (CodeProof.New(), DpopKey.New(), BlueskyClient.IdOf(request.Back));
        var reply = await calls.SendAsync(
            () => Form(asked.Push,
            [
                ("client_id", client), ("response_type", "code"), ("redirect_uri", request.Back.AbsoluteUri), ("scope", BlueskyClient.Scopes), ("state", request.State),
                ("code_challenge", proof.Challenge), ("code_challenge_method", "S256"),
            ]),
            key,
            null,
            stop);
        if (reply is not Reply.Answered { Status: HttpStatusCode.Created or HttpStatusCode.OK } pushed || pushed.Text("request_uri") is not { Length: > 0 } name)
            return new AuthoriseOutcome.Refused("not-offered", $"{server.Host} does not take this program's question. Connect the account with an app password.");
        return new AuthoriseOutcome.Ask(
            new Uri(asked.Authorise, $"?client_id={Uri.EscapeDataString(client)}&request_uri={Uri.EscapeDataString(name)}"),
            JsonSerializer.Serialize(new Kept(server, asked.Issuer, client, request.Back, proof.Verifier, key.ToSecret()), JsonSerializerOptions.Web));
    }

    public static bool WasAsked(string kept, string? issuer) => Kept.Parse(kept) is { } begun && begun.Issuer == issuer;

    public async Task<ConnectOutcome> CompleteAsync(string kept, string code, CancellationToken stop)
    {
        if (Kept.Parse(kept) is not { } begun || DpopKey.Parse(begun.Key) is not { } key)
            return new ConnectOutcome.Refused("begin-again", "This connection was not begun here, or too long ago. Begin again.");
        if (await BlueskyOAuthServer.FindAsync(wire, begun.Server, stop) is not { } asked)
            return Unanswered(begun.Server);
        if (asked.Issuer != begun.Issuer)
            return WrongCode;
        var reply = await calls.SendAsync(
            () => Form(asked.Token,
            [
                ("grant_type", "authorization_code"), ("code", code.Trim()), ("client_id", begun.Client), ("redirect_uri", begun.Back.AbsoluteUri), ("code_verifier", begun.Verifier),
            ]),
            key,
            null,
            stop);
        if (OAuthSecret.Read(reply, begun.Client, "", null, clock.GetUtcNow()) is not { } secret)
            return reply is Reply.Answered { Status: HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized } ? WrongCode : Unanswered(begun.Server);
        var granted = (Reply.Answered)reply;
        if (granted.Text("token_type") != "DPoP" || granted.Text("sub") is not { Length: > 0 } did)
            return Unanswered(begun.Server);
        var lacking = BlueskyClient.Scopes.Split(' ').Except((granted.Text("scope") ?? "").Split(' ')).ToList();
        return lacking.Count > 0
            ? new ConnectOutcome.Refused("missing-permission", $"The server granted less than posting needs ({string.Join(", ", lacking)} is missing). Begin again and allow all of it.")
            : await ReadBackAsync(begun.Server, asked, did, secret with { Key = key.ToSecret(), RefreshEndsAt = secret.RefreshEndsAt ?? clock.GetUtcNow() + BlueskyClient.Lasts }, key, stop);
    }

    /// <summary>Asks for new access in the place of what ends. The old one is worth nothing once the server has answered.</summary>
    public async Task<Step<Reply>> RenewAsync(ConnectedAccount account, OAuthSecret old, CancellationToken stop)
    {
        if (DpopKey.Parse(old.Key ?? "") is not { } key)
            return new Outcome.Rejected(RejectKind.AuthRevoked, new(null, null, "What opened this account cannot be read. Connect it again."));
        return await BlueskyOAuthServer.FindAsync(wire, BlueskyServer.Of(account), stop) is { } asked
            ? await calls.SendAsync(() => Form(asked.Token, [("grant_type", "refresh_token"), ("refresh_token", old.Refresh!), ("client_id", old.ClientId)]), key, null, stop)
            : new Outcome.NotSent(NotSentKind.AuthNotRefreshed, null, new(null, null, "The server that gives access to this account did not answer."));
    }

    /// <summary>The account's own server must name the one that gave access to it, or anybody could give access to anybody's account.</summary>
    private async Task<ConnectOutcome> ReadBackAsync(Uri server, BlueskyOAuthServer asked, string did, OAuthSecret secret, DpopKey key, CancellationToken stop)
    {
        var described = await wire.SendAsync(new HttpRequestMessage(HttpMethod.Get, Xrpc.Address(server, "com.atproto.repo.describeRepo", $"?repo={WebUtility.UrlEncode(did)}")), null, stop);
        if (described is not Reply.Answered { Ok: true } ok || HomeOf(ok.Body) is not { } home || !Servers.MayBeTrusted(home))
            return Unanswered(server);
        if (ok.Text("did") != did || await BlueskyOAuthServer.IssuerOfAsync(wire, home, stop) is not { } issuer || !Uri.TryCreate(issuer, UriKind.Absolute, out var named) || named != new Uri(asked.Issuer))
            return OtherAccount;
        var reply = await calls.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, Xrpc.Address(home, "com.atproto.server.getSession", "")), key, secret.Access, stop);
        if (reply is not Reply.Answered { Ok: true } back)
            return Unanswered(home);
        if (back.Text("did") != did)
            return OtherAccount;
        if (back.Text("status") is not null || back.Body.At("active") is { ValueKind: JsonValueKind.False })
            return new ConnectOutcome.Refused("restricted", "The network has restricted or deactivated this account.");
        return new ConnectOutcome.Connected(did, back.Text("handle") ?? ok.Text("handle") ?? did, null) { Secret = secret.ToJson(), Server = home };
    }

    /// <summary>The server that the account's own document names.</summary>
    private static Uri? HomeOf(JsonElement described) =>
        described.ItemsAt("didDoc", "service").FirstOrDefault(service => service.TextAt("id")?.EndsWith("#atproto_pds", StringComparison.Ordinal) is true) is { ValueKind: JsonValueKind.Object } service
            && Uri.TryCreate(service.TextAt("serviceEndpoint"), UriKind.Absolute, out var home) ? home : null;

    private static HttpRequestMessage Form(Uri address, IEnumerable<(string Name, string Value)> fields) =>
        new(HttpMethod.Post, address) { Content = SentContent.Form(fields) };

    private static ConnectOutcome.Refused Unanswered(Uri server) => new("unreachable", $"{server.Host} did not answer as it should. Nothing was connected; begin again.");

    private sealed record Kept(Uri Server, string Issuer, string Client, Uri Back, string Verifier, string Key)
    {
        public static Kept? Parse(string json)
        {
            try
            {
                return JsonSerializer.Deserialize<Kept>(json, JsonSerializerOptions.Web) is { Server: not null, Issuer: not null, Client: not null, Back: not null, Verifier: not null, Key: not null } kept ? kept : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }

        public override string ToString() => Server.Host;
    }
}

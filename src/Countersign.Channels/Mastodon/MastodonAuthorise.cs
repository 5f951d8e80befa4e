using System.Net;
using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.Mastodon;

/// <summary>Makes this program known to a server, lets a person allow it there, and takes the code they bring back.</summary>
internal sealed class MastodonAuthorise(Wire wire, TimeProvider clock)
{
    /// <summary>No more than posting, reading back, finding a post by its address and being told who writes needs.</summary>
    private const string Scopes = "read:accounts read:statuses read:search read:notifications write:statuses write:media";

    /// <summary>"Show the code": works without an address of ours that the server could send a browser to.</summary>
    private const string ShowTheCode = "urn:ietf:wg:oauth:2.0:oob";

    public async Task<AuthoriseOutcome> BeginAsync(AuthoriseRequest request, CancellationToken stop)
    {
        if (request.Server is not { } server || !Servers.MayBeTrusted(server))
            return new AuthoriseOutcome.Refused("bad-server", "Give the server as an https address, such as https://mastodon.social.");
        var reply = await wire.PostAsync(new Uri(server, "/api/v1/apps"), SentContent.Form(
            [("client_name", "Countersign"), ("redirect_uris", ShowTheCode), ("scopes", Scopes)]), null, stop);
        if (reply is not Reply.Answered { Ok: true } ok || ok.Text("client_id") is not { Length: > 0 } id || ok.Text("client_secret") is not { Length: > 0 } secret)
        {
            return reply switch
            {
                Reply.Answered { Status: HttpStatusCode.TooManyRequests } => new AuthoriseOutcome.Refused("rate-limited", "The server asks us to slow down. Try again in five minutes."),
                Reply.Answered => new AuthoriseOutcome.Refused("not-mastodon", $"{server.Host} answered, but not as a Mastodon server does. Check its address."),
                _ => new AuthoriseOutcome.Refused("unreachable", $"{server.Host} could not be reached. Check its address and this machine's way to it."),
            };
        }

        var proof = CodeProof.New();
        (string Name, string Value)[] question =
        [
            ("response_type", "code"), ("client_id", id), ("redirect_uri", ShowTheCode), ("scope", Scopes), ("code_challenge", proof.Challenge), ("code_challenge_method", "S256"),
        ];
        var page = new Uri(server, "/oauth/authorize?" + string.Join('&', question.Select(q => q.Name + "=" + Uri.EscapeDataString(q.Value))));
        return new AuthoriseOutcome.Ask(page, new Kept(server, id, secret, proof.Verifier).ToJson());
    }

    public async Task<ConnectOutcome> CompleteAsync(string kept, string code, CancellationToken stop)
    {
        if (Kept.Parse(kept) is not { } begun || !Servers.MayBeTrusted(begun.Server))
            return new ConnectOutcome.Refused("begin-again", "This connection was not begun here, or too long ago. Begin again.");

        // Some servers show "CODE&state=..." to be copied.
        var (server, shown) = (begun.Server, code.Trim().Split('&')[0]);
        if (shown.Length == 0)
            return new ConnectOutcome.Refused("no-code", "Paste the code that the server showed after you allowed Countersign there.");
        var reply = await wire.PostAsync(new Uri(server, "/oauth/token"), SentContent.Form(
        [
            ("grant_type", "authorization_code"), ("code", shown), ("client_id", begun.ClientId), ("client_secret", begun.ClientSecret),
            ("redirect_uri", ShowTheCode), ("scope", Scopes), ("code_verifier", begun.Verifier),
        ]), null, stop);
        if (OAuthSecret.Read(reply, begun.ClientId, begun.ClientSecret, null, clock.GetUtcNow()) is not { } secret)
            return reply is Reply.Answered { Status: HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized } ? WrongCode : Unanswered(server);
        if (reply is Reply.Answered granted && granted.Text("scope") is { } scope && Lacking(scope) is { Length: > 0 } lacking)
            return new ConnectOutcome.Refused("missing-permission", $"The server granted less than Countersign needs ({lacking} is missing). Begin again and allow all of it.");
        return await ReadBackAsync(server, secret, stop);
    }

    private async Task<ConnectOutcome> ReadBackAsync(Uri server, OAuthSecret secret, CancellationToken stop)
    {
        var reply = await wire.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(server, "/api/v1/accounts/verify_credentials")), secret.Access, stop);

        // A token that opens nothing is 401, 403 or 422, depending on the server (measured).
        if (reply is Reply.Answered { Status: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.UnprocessableEntity })
            return WrongCode;
        if (reply is not Reply.Answered { Ok: true } ok || ok.Text("id") is not { Length: > 0 } id || ok.Text("username") is not { Length: > 0 } name)
            return Unanswered(server);
        if (ok.Body.At("suspended") is { ValueKind: JsonValueKind.True })
            return new ConnectOutcome.Refused("restricted", "The server has suspended this account.");
        return new ConnectOutcome.Connected(MastodonApi.RemoteIdOf(id, server), $"{name}@{server.Authority}", ok.Text("display_name") is { Length: > 0 } display ? display : null)
        {
            Secret = secret.ToJson(),
            Server = server,
            Limits = await MastodonInstance.LimitsAsync(wire, server, stop),
        };
    }

    private static readonly ConnectOutcome.Refused WrongCode = new("wrong-code", "The server did not take that code. A code works once and for a few minutes: begin again and paste the new one.");

    private static ConnectOutcome.Refused Unanswered(Uri server) => new("unreachable", $"{server.Host} did not answer as it should. Nothing was connected; begin again.");

    /// <summary>"write" includes "write:statuses".</summary>
    private static string Lacking(string granted)
    {
        var scopes = granted.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return string.Join(", ", Scopes.Split(' ').Where(needed => !scopes.Contains(needed) && !scopes.Contains(needed.Split(':')[0])));
    }

    private sealed record Kept(Uri Server, string ClientId, string ClientSecret, string Verifier)
    {
        public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

        public static Kept? Parse(string json)
        {
            try
            {
                return JsonSerializer.Deserialize<Kept>(json, JsonSerializerOptions.Web) is { Server: not null, ClientId: not null, ClientSecret: not null, Verifier: not null } kept ? kept : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }

        public override string ToString() => Server.Host;
    }
}

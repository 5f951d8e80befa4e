using System.Net;
using Countersign.Channels.Http;

namespace Countersign.Channels.X;

/// <summary>Lets a person allow the organisation's app on X, and takes the code they come back with (OAuth 2 with proof of the code).</summary>
internal sealed class XAuthorise(Wire wire, TimeProvider clock, XSettings settings, TokenPlace place)
{
    /// <summary>No more than posting and reading back needs; the last lets access be renewed.</summary>
    private const string Scopes = "tweet.read tweet.write users.read media.write offline.access";

    public AuthoriseOutcome Begin(AuthoriseRequest request)
    {
        if ((settings.Key ?? request.App) is not { Id.Length: > 0, Secret.Length: > 0 } app)
            return new AuthoriseOutcome.Refused("no-app", "Give the client ID and the client secret of the organisation's app on X.");
        var proof = CodeProof.New();
        var page = AllowedApp.Page(
            settings.SignIn, "/i/oauth2/authorize",
            ("response_type", "code"), ("client_id", app.Id), ("redirect_uri", request.Back.AbsoluteUri), ("scope", Scopes), ("state", request.State),
            ("code_challenge", proof.Challenge), ("code_challenge_method", "S256"));
        return new AuthoriseOutcome.Ask(page, new AllowedApp(settings.Api, app, proof.Verifier, request.Back).ToJson());
    }

    public async Task<ConnectOutcome> CompleteAsync(string kept, string code, CancellationToken stop)
    {
        if (AllowedApp.Parse(kept) is not { } begun)
            return AllowedApp.BeginAgain;
        if (string.IsNullOrWhiteSpace(code))
            return new ConnectOutcome.Refused("no-code", "X sent no code. Begin again, and allow the app there.");
        var reply = await wire.SendAsync(
            place.Ask(new Uri(begun.Api, XChannel.TokenPath), begun.App.Id, begun.App.Secret, [("grant_type", "authorization_code"), ("code", code.Trim()), ("redirect_uri", begun.Back.AbsoluteUri), ("code_verifier", begun.Verifier)]), null, stop);
        if (OAuthSecret.Read(reply, begun.App.Id, begun.App.Secret, null, clock.GetUtcNow()) is not { } secret)
        {
            return reply switch
            {
                Reply.Answered { Status: HttpStatusCode.Unauthorized } => new ConnectOutcome.Refused("wrong-app", "X does not know that app: the client ID or the client secret is wrong. Check them and begin again."),
                Reply.Answered { Status: HttpStatusCode.BadRequest } => WrongCode,
                _ => Unanswered,
            };
        }

        if (reply is Reply.Answered granted && Lacking(granted.Text("scope") ?? "") is { Length: > 0 } lacking)
            return new ConnectOutcome.Refused("missing-permission", $"X granted less than posting needs ({lacking} is missing). Give the app those permissions and begin again.");
        if (secret.Refresh is null)
            return new ConnectOutcome.Refused("missing-permission", "X gave access for two hours only, which cannot be renewed. Check the app's type and begin again.");
        return await ReadBackAsync(begun.Api, secret, stop);
    }

    private async Task<ConnectOutcome> ReadBackAsync(Uri api, OAuthSecret secret, CancellationToken stop)
    {
        var reply = await wire.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(api, "/2/users/me")), secret.Access, stop);
        if (reply is Reply.Answered { Status: HttpStatusCode.Unauthorized })
            return WrongCode;
        if (reply is Reply.Answered answered && XVerdicts.OfRefusal(answered) is Outcome.Rejected { Kind: RejectKind.PermissionMissing or RejectKind.AccountRestricted } shut)
            return new ConnectOutcome.Refused("restricted", shut.Evidence.Note);
        return reply is Reply.Answered { Ok: true } ok && ok.Text("data", "id") is { Length: > 0 } id && ok.Text("data", "username") is { Length: > 0 } name
            ? new ConnectOutcome.Connected(id, "@" + name, ok.Text("data", "name") is { Length: > 0 } display ? display : null) { Secret = secret.ToJson(), Server = api }
            : Unanswered;
    }

    private static readonly ConnectOutcome.Refused WrongCode = new("wrong-code", "X did not take that code. A code works once and for half a minute: begin again.");

    private static readonly ConnectOutcome.Refused Unanswered = new("unreachable", "X did not answer as it should. Nothing was connected; begin again.");

    private static string Lacking(string granted)
    {
        var scopes = granted.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return string.Join(", ", Scopes.Split(' ').Where(needed => !scopes.Contains(needed)));
    }
}

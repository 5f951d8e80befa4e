using System.Net;
using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.LinkedIn;

/// <summary>Lets a person allow the organisation's app on LinkedIn, and shows the pages they look after; access is the person's, and posts are made in the name of the page they choose.</summary>
internal sealed class LinkedInAuthorise(Wire wire, TimeProvider clock, LinkedInSettings settings, TokenPlace place)
{
    private const string Scopes = "r_organization_social w_organization_social rw_organization_admin";

    /// <summary>Roles that may publish in the name of a page.</summary>
    private static readonly string[] publishing = ["ADMINISTRATOR", "CONTENT_ADMINISTRATOR"];

    private static readonly ConnectOutcome.Refused wrongCode = new("wrong-code", "LinkedIn did not take that code. A code works once and for half an hour: begin again.");
    private static readonly ConnectOutcome.Refused unanswered = new("unreachable", "LinkedIn did not answer as it should. Nothing was connected; begin again.");

    public AuthoriseOutcome Begin(AuthoriseRequest request)
    {
        if ((settings.Key ?? request.App) is not { Id.Length: > 0, Secret.Length: > 0 } app)
            return new AuthoriseOutcome.Refused("no-app", "Give the client ID and the client secret of the organisation's app on LinkedIn.");
        var page = AllowedApp.Page(
            settings.SignIn, "/oauth/v2/authorization",
            ("response_type", "code"), ("client_id", app.Id), ("redirect_uri", request.Back.AbsoluteUri), ("state", request.State), ("scope", Scopes));
        return new AuthoriseOutcome.Ask(page, new AllowedApp(settings.Api, app, "", request.Back).ToJson());
    }

    public async Task<ConnectOutcome> CompleteAsync(string kept, string code, CancellationToken stop)
    {
        if (AllowedApp.Parse(kept) is not { } begun)
            return AllowedApp.BeginAgain;
        if (string.IsNullOrWhiteSpace(code))
            return new ConnectOutcome.Refused("no-code", "LinkedIn sent no code. Begin again, and allow the app there.");
        var reply = await wire.SendAsync(
            place.Ask(LinkedInChannel.TokenAddress(settings), begun.App.Id, begun.App.Secret, [("grant_type", "authorization_code"), ("code", code.Trim()), ("redirect_uri", begun.Back.AbsoluteUri)]), null, stop);
        if (OAuthSecret.Read(reply, begun.App.Id, begun.App.Secret, null, clock.GetUtcNow()) is not { } secret)
        {
            return reply switch
            {
                Reply.Answered { Code: "invalid_client" } => new ConnectOutcome.Refused("wrong-app", "LinkedIn does not know that app: the client ID or the client secret is wrong. Check them and begin again."),
                Reply.Answered { Status: HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized } => wrongCode,
                _ => unanswered,
            };
        }

        var granted = ((reply as Reply.Answered)?.Text("scope") ?? "").Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
        if (Scopes.Split(' ').Where(needed => !granted.Contains(needed)).ToList() is { Count: > 0 } lacking)
            return new ConnectOutcome.Refused("missing-permission", $"LinkedIn granted less than posting needs ({string.Join(", ", lacking)} is missing). Give the app those permissions and begin again.");
        return await PagesAsync(begun.Api, secret, stop) switch
        {
            null => unanswered,
            [] => new ConnectOutcome.Refused("no-pages", "You look after no page on LinkedIn. Ask for a role on it there, and begin again."),
            var pages => new ConnectOutcome.Choose(pages, new AllowedPages(begun.Api, secret.ToJson()).ToJson()),
        };
    }

    public async Task<ConnectOutcome> ChooseAsync(string kept, string pageId, CancellationToken stop)
    {
        if (AllowedPages.Parse(kept) is not { } allowed || OAuthSecret.Parse(allowed.Secret) is not { } secret)
            return AllowedApp.BeginAgain;
        if (await PagesAsync(allowed.Api, secret, stop) is not { } pages)
            return unanswered;
        if (pages.FirstOrDefault(page => page.RemoteId == pageId) is not { } chosen)
            return new ConnectOutcome.Refused("no-choice", "Choose one of the pages.");
        if (chosen.Lacking is { } lacking)
            return new ConnectOutcome.Refused("missing-permission", lacking);

        // Proves that what the page has posted can be read: no look-up works without it.
        var read = await GetAsync(allowed.Api, $"/rest/posts?author={LinkedInApi.Escaped(pageId)}&q=author&count=1&sortBy=CREATED", secret, "FINDER", stop);
        if (read is not Reply.Answered { Ok: true })
            return read is Reply.Answered { Status: HttpStatusCode.Forbidden } ? new ConnectOutcome.Refused("missing-permission", "LinkedIn does not let the app read what the page has posted. The app needs the Community Management product.") : unanswered;
        var organisation = await OrganisationAsync(allowed.Api, pageId, secret, stop);
        return new ConnectOutcome.Connected(pageId, organisation?.Text("vanityName") is { Length: > 0 } handle ? handle : chosen.Name, chosen.Name) { Secret = allowed.Secret, Server = allowed.Api };
    }

    private async Task<IReadOnlyList<AccountChoice>?> PagesAsync(Uri api, OAuthSecret secret, CancellationToken stop)
    {
        if (await GetAsync(api, "/rest/organizationAcls?q=roleAssignee&state=APPROVED&count=100", secret, "FINDER", stop) is not Reply.Answered { Ok: true } ok || ok.Body.At("elements") is null)
            return null;
        List<AccountChoice> pages = [];
        foreach (var page in ok.Body.ItemsAt("elements").GroupBy(element => element.TextAt("organization") ?? "").Where(page => page.Key.StartsWith("urn:li:organization:", StringComparison.Ordinal)))
        {
            var name = (await OrganisationAsync(api, page.Key, secret, stop))?.Text("localizedName");
            var publishes = page.Any(element => publishing.Contains(element.TextAt("role")) && element.TextAt("state") == "APPROVED");
            pages.Add(new AccountChoice(page.Key, name is { Length: > 0 } ? name : page.Key, publishes ? null : "you may not publish there"));
        }

        return pages;
    }

    private async Task<Reply.Answered?> OrganisationAsync(Uri api, string pageId, OAuthSecret secret, CancellationToken stop) =>
        await GetAsync(api, "/rest/organizations/" + Uri.EscapeDataString(pageId["urn:li:organization:".Length..]), secret, null, stop) is Reply.Answered { Ok: true } ok ? ok : null;

    private Task<Reply> GetAsync(Uri api, string path, OAuthSecret secret, string? kind, CancellationToken stop) =>
        wire.SendAsync(LinkedInApi.Versioned(HttpMethod.Get, api, path, settings.Version, null, kind), secret.Access, stop);

    /// <summary>A person's access, for as long as they choose. A secret.</summary>
    private sealed record AllowedPages(Uri Api, string Secret)
    {
        public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

        public static AllowedPages? Parse(string json)
        {
            try
            {
                return JsonSerializer.Deserialize<AllowedPages>(json, JsonSerializerOptions.Web) is { Api: not null, Secret: not null } kept && Servers.MayBeTrusted(kept.Api) ? kept : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }

        public override string ToString() => Api.Host;
    }
}

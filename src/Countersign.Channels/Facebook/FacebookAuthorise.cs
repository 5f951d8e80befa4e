using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.Facebook;

/// <summary>
/// Lets a person allow the organisation's app on Facebook, changes the code for lasting access of that person, shows the pages they look
/// after, and takes the access of the one they choose. The person's own access is not kept.
/// </summary>
internal sealed class FacebookAuthorise(Wire wire, FacebookSettings settings)
{
    /// <summary>Posting as a page, reading back, and comments; no more.</summary>
    private static readonly string[] permissions = ["pages_show_list", "pages_manage_posts", "pages_read_engagement", "pages_read_user_content", "pages_manage_engagement"];

    /// <summary>What Facebook calls the right to publish on a page.</summary>
    private const string Publishes = "CREATE_CONTENT";

    /// <summary>Of 100 pages each; somebody who looks after more chooses among those.</summary>
    private const int MaxPages = 10;

    private static readonly ConnectOutcome.Refused wrongCode = new("wrong-code", "Facebook did not take that code. A code works once and for a few minutes: begin again.");
    private static readonly ConnectOutcome.Refused unanswered = new("unreachable", "Facebook did not answer as it should. Nothing was connected; begin again.");

    public AuthoriseOutcome Begin(AuthoriseRequest request)
    {
        if ((settings.Key ?? request.App) is not { Id.Length: > 0, Secret.Length: > 0 } app)
            return new AuthoriseOutcome.Refused("no-app", "Give the app ID and the app secret of the organisation's app on Facebook.");
        var page = AllowedApp.Page(
            settings.SignIn, $"/{FacebookApi.Version}/dialog/oauth",
            ("client_id", app.Id), ("redirect_uri", request.Back.AbsoluteUri), ("state", request.State), ("response_type", "code"), ("scope", string.Join(',', permissions)));
        return new AuthoriseOutcome.Ask(page, new AllowedApp(settings.Api, app, "", request.Back).ToJson());
    }

    public async Task<ConnectOutcome> CompleteAsync(string kept, string code, CancellationToken stop)
    {
        if (AllowedApp.Parse(kept) is not { } begun)
            return AllowedApp.BeginAgain;
        if (string.IsNullOrWhiteSpace(code))
            return new ConnectOutcome.Refused("no-code", "Facebook sent no code. Begin again, and allow the app there.");
        var first = await AskForAccessAsync(begun, [("redirect_uri", begun.Back.AbsoluteUri), ("code", code.Trim())], stop);
        if (Access(first) is not { } brief)
            return first is Reply.Answered refused && refused.Body.NumberAt("error", "code") is { } number ? number is 101 or 1 ? new("wrong-app", "Facebook does not know that app: the app ID or the app secret is wrong. Check them and begin again.") : wrongCode : unanswered;

        // What the code opens ends in an hour or two; a page's own access lasts only if it comes from lasting access.
        if (Access(await AskForAccessAsync(begun, [("grant_type", "fb_exchange_token"), ("fb_exchange_token", brief)], stop)) is not { } lasting)
            return unanswered;
        if (await LackingAsync(begun.Api, lasting, stop) is not { } lacking)
            return unanswered;
        if (lacking.Length > 0)
            return new ConnectOutcome.Refused("missing-permission", $"Facebook granted less than posting needs ({lacking} is missing). Begin again and allow all of it.");
        return await PagesAsync(begun.Api, lasting, stop) switch
        {
            null => unanswered,
            [] => new ConnectOutcome.Refused("no-pages", "You look after no page that you allowed the app. Begin again, and choose the page there."),
            var pages => new ConnectOutcome.Choose([.. pages.Select(page => new AccountChoice(page.Id, page.Name, page.Lacking))], new AllowedPages(begun.Api, begun.App, lasting).ToJson()),
        };
    }

    public async Task<ConnectOutcome> ChooseAsync(string kept, string pageId, CancellationToken stop)
    {
        if (AllowedPages.Parse(kept) is not { } allowed)
            return AllowedApp.BeginAgain;
        if (await PagesAsync(allowed.Api, allowed.Access, stop) is not { } pages)
            return unanswered;
        if (pages.FirstOrDefault(page => page.Id == pageId) is not { } chosen)
            return new ConnectOutcome.Refused("no-choice", "Choose one of the pages.");
        if (chosen.Lacking is { } lacking)
            return new ConnectOutcome.Refused("missing-permission", lacking);

        // Read with the page's own access: that is what will post, and it must open that page and no other.
        var reply = await wire.SendAsync(new HttpRequestMessage(HttpMethod.Get, FacebookApi.Address(allowed.Api, "me?fields=id,name,username")), chosen.Access, stop);
        if (reply is not Reply.Answered { Ok: true } ok || ok.Text("id") is not { } id)
            return unanswered;
        if (id != pageId)
            return new ConnectOutcome.Refused("other-account", "Facebook gave access to another page than the one you chose. Nothing was connected; begin again.");
        var name = ok.Text("name") is { Length: > 0 } shown ? shown : chosen.Name;
        return new ConnectOutcome.Connected(id, ok.Text("username") is { Length: > 0 } handle ? handle : name, name)
        {
            Secret = new OAuthSecret(allowed.App.Id, allowed.App.Secret, chosen.Access, null, null).ToJson(),
            Server = allowed.Api,
        };
    }

    private Task<Reply> AskForAccessAsync(AllowedApp begun, IEnumerable<(string Name, string Value)> fields, CancellationToken stop)
    {
        var query = fields.Prepend(("client_secret", begun.App.Secret)).Prepend(("client_id", begun.App.Id)).Select(field => field.Item1 + "=" + Uri.EscapeDataString(field.Item2));
        return wire.SendAsync(new HttpRequestMessage(HttpMethod.Get, FacebookApi.Address(begun.Api, "oauth/access_token?" + string.Join('&', query))), null, stop);
    }

    private static string? Access(Reply reply) => reply is Reply.Answered { Ok: true } ok && ok.Text("access_token") is { Length: > 0 } access ? access : null;

    /// <returns>What was not granted; null where Facebook does not say.</returns>
    private async Task<string?> LackingAsync(Uri api, string access, CancellationToken stop)
    {
        if (await wire.SendAsync(new HttpRequestMessage(HttpMethod.Get, FacebookApi.Address(api, "me/permissions")), access, stop) is not Reply.Answered { Ok: true } ok)
            return null;
        var granted = ok.Body.ItemsAt("data").Where(permission => permission.TextAt("status") == "granted").Select(permission => permission.TextAt("permission")).ToHashSet();
        return string.Join(", ", permissions.Where(needed => !granted.Contains(needed)));
    }

    private async Task<IReadOnlyList<OfferedPage>?> PagesAsync(Uri api, string access, CancellationToken stop)
    {
        List<OfferedPage> pages = [];
        string? after = null;
        for (var read = 0; read < MaxPages; read++)
        {
            var path = "me/accounts?fields=id,name,access_token,tasks&limit=100" + (after is null ? "" : "&after=" + Uri.EscapeDataString(after));
            if (await wire.SendAsync(new HttpRequestMessage(HttpMethod.Get, FacebookApi.Address(api, path)), access, stop) is not Reply.Answered { Ok: true } ok || ok.Body.At("data") is null)
                return null;
            foreach (var page in ok.Body.ItemsAt("data"))
            {
                if (page.TextAt("id") is { Length: > 0 } id && page.TextAt("access_token") is { Length: > 0 } opens)
                    pages.Add(new OfferedPage(id, page.TextAt("name") is { Length: > 0 } name ? name : id, opens, page.ItemsAt("tasks").Any(task => task.ValueEquals(Publishes)) ? null : "you may not publish there"));
            }

            after = ok.Text("paging", "next") is null ? null : ok.Text("paging", "cursors", "after");
            if (after is null)
                break;
        }

        return pages;
    }

    private sealed record OfferedPage(string Id, string Name, string Access, string? Lacking)
    {
        public override string ToString() => Name;
    }

    /// <summary>Lasting access of the person, for as long as they choose. A secret.</summary>
    private sealed record AllowedPages(Uri Api, AppKey App, string Access)
    {
        public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

        public static AllowedPages? Parse(string json)
        {
            try
            {
                return JsonSerializer.Deserialize<AllowedPages>(json, JsonSerializerOptions.Web) is { Api: not null, App: { Id: not null, Secret: not null }, Access: not null } kept && Servers.MayBeTrusted(kept.Api) ? kept : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }

        public override string ToString() => Api.Host;
    }
}

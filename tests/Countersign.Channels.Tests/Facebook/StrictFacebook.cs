using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Countersign.Channels.Tests.Fakes;

namespace Countersign.Channels.Tests.Facebook;

/// <summary>
/// A fake of Facebook's interface for pages, made by us from its reference (developers.facebook.com, version 25, read in November 2026):
/// posts, unpublished photos with descriptions, comments, edits, deletion, published posts, the pages of a person, permissions, codes
/// and subcodes of errors, usage in percent. Facebook publishes no machine-readable contract, so its field descriptions are the only
/// measure. Nothing here was verified against Facebook itself.
/// </summary>
internal sealed partial class StrictFacebook(TimeProvider clock) : StrictNetwork
{
    public const string PageId = "104857600001";
    public const string OtherPageId = "104857600002";
    public const string ReadOnlyPageId = "104857600003";
    public const string AppId = "planted-fb-app";
    public const string AppSecret = "planted-fb-secret";

    private const string Root = "/v25.0/";
    private const string PersonShort = "planted-person-short";
    private const string PersonLasting = "planted-person-lasting";

    private static readonly string[] known = ["pages_show_list", "pages_manage_posts", "pages_read_engagement", "pages_read_user_content", "pages_manage_engagement"];

    private readonly Dictionary<string, string> codes = [];

    public static readonly AppKey App = new(AppId, AppSecret);

    /// <summary>What the person leaves out when they allow the app.</summary>
    public string? WithoutPermission { get; set; }

    public bool HasPages { get; set; } = true;

    /// <summary>Gives, for the page that was chosen, access to another one.</summary>
    public bool MixesPagesUp { get; set; }

    /// <summary>Why a page's access opens nothing any more; null while it does.</summary>
    public int? ShutBecause { get; set; }

    /// <summary>Of the page's limit, in percent.</summary>
    public int Usage { get; set; } = 3;

    /// <summary>Minutes that Facebook asks to wait, once the limit is used up.</summary>
    public int RegainMinutes { get; set; }

    /// <summary>Says yes on the page that a connection was sent to, as a person does in a browser.</summary>
    public Uri Allow(Uri page)
    {
        var asked = Form(page.Query);
        Assert.Equal(Root + "dialog/oauth", page.AbsolutePath);
        Assert.Equal(["client_id", "redirect_uri", "response_type", "scope", "state"], asked.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((AppId, "code"), (asked["client_id"], asked["response_type"]));
        Assert.All(asked["scope"].Split(','), permission => Assert.Contains(permission, known));
        var code = "planted-code-" + Guid.NewGuid().ToString("N");
        codes[code] = asked["redirect_uri"];
        return new Uri($"{asked["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(asked["state"])}");
    }

    protected override HttpResponseMessage Answer(HttpRequestMessage request, byte[] body)
    {
        var path = request.RequestUri!.AbsolutePath;
        if (request.Headers.UserAgent.Count == 0)
            return Violation("No User-Agent.");
        if (!path.StartsWith(Root, StringComparison.Ordinal))
            return Violation($"{path} names no version.");
        var query = Form(request.RequestUri.Query);
        if (query.ContainsKey("access_token"))
            return Violation("Access stands in an address.");
        path = path[Root.Length..];
        if (path == "oauth/access_token")
            return Granted(request, query);
        var token = request.Headers.Authorization is { Scheme: "Bearer", Parameter: { } given } ? given : "";
        if (token == PersonLasting)
            return Person(request, path, query);
        if (token is not ("planted-page-" + PageId or "planted-page-" + OtherPageId))
            return Refuse(190, 467, "Invalid OAuth access token.");
        if (ShutBecause is { } subcode)
            return Refuse(190, subcode, "Error validating access token.");
        if (Usage >= 100 && request.Method != HttpMethod.Get)
            return Refuse(80001, null, "There have been too many calls to this Page account.");
        return Page(request, path, query, body, token["planted-page-".Length..]);
    }

    /// <summary>Every answer says in percent how much of the limit is used, as JSON.</summary>
    protected override HttpResponseMessage Say(HttpStatusCode status, string json)
    {
        var answer = base.Say(status, json);
        answer.Headers.TryAddWithoutValidation("X-Business-Use-Case-Usage", $$$"""{"{{{PageId}}}":[{"type":"pages","call_count":{{{Usage}}},"total_cputime":2,"total_time":3,"estimated_time_to_regain_access":{{{RegainMinutes}}}}]}""");
        return answer;
    }

    private HttpResponseMessage Refuse(int code, int? subcode, string message)
    {
        var error = new JsonObject { ["message"] = message, ["type"] = "OAuthException", ["code"] = code, ["fbtrace_id"] = "AbCdEf" };
        if (subcode is not null)
            error["error_subcode"] = subcode;
        return Say(code is >= 200 and <= 299 or 10 ? HttpStatusCode.Forbidden : HttpStatusCode.BadRequest, new JsonObject { ["error"] = error }.ToJsonString());
    }

    private HttpResponseMessage Granted(HttpRequestMessage request, Dictionary<string, string> query)
    {
        if (request.Method != HttpMethod.Get || query.Keys.Any(name => name is not ("client_id" or "client_secret" or "code" or "redirect_uri" or "grant_type" or "fb_exchange_token")))
            return Violation("Access is asked for with fields of its own.");
        if (query.GetValueOrDefault("client_id") != AppId || query.GetValueOrDefault("client_secret") != AppSecret)
            return Refuse(101, null, "Error validating application. Cannot get application info due to a system error.");
        if (query.GetValueOrDefault("grant_type") == "fb_exchange_token")
        {
            return query.GetValueOrDefault("fb_exchange_token") == PersonShort
                ? Say(HttpStatusCode.OK, $$"""{"access_token":"{{PersonLasting}}","token_type":"bearer","expires_in":5183944}""")
                : Refuse(190, null, "Error validating access token.");
        }

        return codes.Remove(query.GetValueOrDefault("code") ?? "", out var back) && back == query.GetValueOrDefault("redirect_uri")
            ? Say(HttpStatusCode.OK, $$"""{"access_token":"{{PersonShort}}","token_type":"bearer","expires_in":5400}""")
            : Refuse(100, 36009, "This authorization code has been used.");
    }

    private HttpResponseMessage Person(HttpRequestMessage request, string path, Dictionary<string, string> query)
    {
        if (request.Method == HttpMethod.Get && path == "me/permissions")
            return Say(HttpStatusCode.OK, new JsonObject { ["data"] = new JsonArray([.. known.Select(permission => (JsonNode)new JsonObject { ["permission"] = permission, ["status"] = permission == WithoutPermission ? "declined" : "granted" })]) }.ToJsonString());
        if (request.Method != HttpMethod.Get || path != "me/accounts" || query.GetValueOrDefault("fields") != "id,name,access_token,tasks" || query.Keys.Any(name => name is not ("fields" or "limit" or "after")))
            return Violation($"{request.Method} {path} is not in the reference, for a person.");

        // Two pages of pages, to be read on.
        if (!HasPages)
            return Say(HttpStatusCode.OK, """{"data":[]}""");
        return query.GetValueOrDefault("after") switch
        {
            null => Say(HttpStatusCode.OK, $$$"""{"data":[{{{Offered(PageId, "Northgate", "CREATE_CONTENT")}}},{{{Offered(OtherPageId, "Northgate Careers", "CREATE_CONTENT")}}}],"paging":{"cursors":{"before":"a","after":"b"},"next":"https://graph.facebook.com/next"}}"""),
            "b" => Say(HttpStatusCode.OK, $$"""{"data":[{{Offered(ReadOnlyPageId, "Northgate Club", "ANALYZE")}}]}"""),
            _ => Violation("No such page of pages."),
        };
    }

    private string Offered(string id, string name, string task) =>
        JsonSerializer.Serialize(new { id, name, access_token = "planted-page-" + (MixesPagesUp && id == PageId ? OtherPageId : id), tasks = new[] { "ADVERTISE", task } });

    private HttpResponseMessage Page(HttpRequestMessage request, string path, Dictionary<string, string> query, byte[] body, string page) => (request.Method.Method, path) switch
    {
        ("GET", "me") => Say(HttpStatusCode.OK, JsonSerializer.Serialize(new { id = page, name = "Northgate", username = page == PageId ? "northgate" : null })),
        ("GET", "") => Described(query),
        ("POST", $"{PageId}/photos") => Uploaded(request, body),
        ("POST", $"{PageId}/feed") => Posted(request, body),
        ("GET", $"{PageId}/published_posts") => Listed(query, posts.Where(post => post.Parent is null), ["fields", "since", "limit", "after"]),
        ("POST", _) when Comments().Match(path) is { Success: true } one => Commented(one.Groups["id"].Value, request, body),
        ("GET", _) when Comments().Match(path) is { Success: true } one => CommentsOf(one.Groups["id"].Value, query),
        (_, _) when Node().IsMatch(path) => One(request, path, query, body),
        _ => Violation($"{request.Method} {path} is not in the reference."),
    };

    [GeneratedRegex("^(?<id>[0-9]+_[0-9]+)/comments$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comments();

    [GeneratedRegex("^[0-9]+_[0-9]+$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Node();
}

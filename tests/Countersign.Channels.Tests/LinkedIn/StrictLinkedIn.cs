using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Countersign.Channels.Tests.Fakes;

namespace Countersign.Channels.Tests.LinkedIn;

/// <summary>
/// A fake of LinkedIn's versioned interface for the pages of organisations, made by us from its documentation (learn.microsoft.com,
/// read in November 2026): posts in little text, pictures, reshares, comments, edits, deletion, roles on pages, OAuth 2, versions that
/// retire, the refusal of duplicates as others have reported it. LinkedIn publishes no machine-readable contract. Nothing here was
/// verified against LinkedIn itself.
/// </summary>
internal sealed partial class StrictLinkedIn(TimeProvider clock) : StrictNetwork
{
    public const string PageId = "urn:li:organization:5515715";
    public const string OtherPageId = "urn:li:organization:5515716";
    public const string ReadOnlyPageId = "urn:li:organization:5515717";
    public const string AppId = "planted-li-app";
    public const string AppSecret = "planted-li-secret";

    private static readonly string[] scopes = ["r_organization_social", "w_organization_social", "rw_organization_admin"];

    private readonly Dictionary<string, string> codes = [];

    public static readonly AppKey App = new(AppId, AppSecret);

    /// <summary>Tokens that open the pages, and when they end.</summary>
    public ConcurrentDictionary<string, DateTimeOffset> Tokens { get; } = [];

    /// <summary>The one refresh token; it stays the same, and ends a year after the person allowed the app.</summary>
    public (string Token, DateTimeOffset Ends)? Refresh { get; set; }

    /// <summary>False for an app that LinkedIn gives no refresh tokens.</summary>
    public bool GivesRefresh { get; set; } = true;

    public string? WithoutScope { get; set; }

    public bool HasPages { get; set; } = true;

    /// <summary>Versions older than this are retired.</summary>
    public string OldestVersion { get; set; } = "202512";

    /// <summary>True once the day's calls are used up.</summary>
    public bool DayIsOver { get; set; }

    /// <summary>Says yes on the page that a connection was sent to, as a person does in a browser.</summary>
    public Uri Allow(Uri page)
    {
        var asked = Form(page.Query);
        Assert.Equal("/oauth/v2/authorization", page.AbsolutePath);
        Assert.Equal(["client_id", "redirect_uri", "response_type", "scope", "state"], asked.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((AppId, "code"), (asked["client_id"], asked["response_type"]));
        Assert.All(asked["scope"].Split(' '), scope => Assert.Contains(scope, scopes));
        var code = "planted-code-" + Guid.NewGuid().ToString("N");
        codes[code] = asked["redirect_uri"];
        return new Uri($"{asked["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(asked["state"])}");
    }

    protected override HttpResponseMessage Answer(HttpRequestMessage request, byte[] body)
    {
        var path = Uri.UnescapeDataString(request.RequestUri!.AbsolutePath);
        if (request.Headers.UserAgent.Count == 0)
            return Violation("No User-Agent.");
        if ((request.Method.Method, path) == ("POST", "/oauth/v2/accessToken"))
            return Granted(request, body);
        if (request.Headers.Authorization is not { Scheme: "Bearer", Parameter: { } token } || !Tokens.TryGetValue(token, out var ends))
            return Refuse(HttpStatusCode.Unauthorized, 65600, "Invalid access token");
        if (ends <= clock.GetUtcNow())
            return Refuse(HttpStatusCode.Unauthorized, 65602, "The token used in the request has expired");
        if (DayIsOver)
            return Refuse(HttpStatusCode.TooManyRequests, null, "Resource level throttle APPLICATION DAY limit for calls to this resource is reached.");
        if (UploadPath().Match(path) is { Success: true } upload && request.Method == HttpMethod.Put)
            return Put(upload.Groups["id"].Value, body);
        if (Header(request, "X-Restli-Protocol-Version") != "2.0.0" || Header(request, "LinkedIn-Version") is not { } version || !VersionForm().IsMatch(version))
            return Violation($"{request.Method} {path} names no version, or not the protocol.");
        if (string.CompareOrdinal(version, OldestVersion) < 0)
            return Say(HttpStatusCode.UpgradeRequired, $$"""{"status":426,"code":"NONEXISTENT_VERSION","message":"Requested version {{version}} is not active"}""");
        return Versioned(request, path, Form(request.RequestUri.Query), body);
    }

    private HttpResponseMessage Versioned(HttpRequestMessage request, string path, Dictionary<string, string> query, byte[] body) => (request.Method.Method, path) switch
    {
        ("GET", "/rest/organizationAcls") => Roles(query),
        ("GET", _) when path.StartsWith("/rest/organizations/", StringComparison.Ordinal) => Organisation(path["/rest/organizations/".Length..]),
        ("POST", "/rest/images") => Initialized(query, body),
        ("GET", _) when path.StartsWith("/rest/images/", StringComparison.Ordinal) => PictureOf(path["/rest/images/".Length..]),
        ("POST", "/rest/posts") => Posted(request, body),
        ("GET", "/rest/posts") => Listed(request, query),
        (_, _) when path.StartsWith("/rest/posts/", StringComparison.Ordinal) => One(request, path["/rest/posts/".Length..], body),
        (_, _) when CommentsPath().Match(path) is { Success: true } one => Comments(request, one.Groups["below"].Value, one.Groups["number"].Value, query, body),
        _ => Violation($"{request.Method} {path} is not in the documentation."),
    };

    private HttpResponseMessage Refuse(HttpStatusCode status, int? code, string message)
    {
        var error = new JsonObject { ["status"] = (int)status, ["message"] = message };
        if (code is not null)
            error["serviceErrorCode"] = code;
        return Say(status, error.ToJsonString());
    }

    private HttpResponseMessage InputError(string code, string description) => Say(HttpStatusCode.UnprocessableEntity, new JsonObject
    {
        ["status"] = 422,
        ["message"] = description,
        ["errorDetails"] = new JsonObject { ["inputErrors"] = new JsonArray(new JsonObject { ["description"] = description, ["code"] = code, ["input"] = new JsonObject { ["inputPath"] = new JsonObject { ["fieldPath"] = "" } } }) },
        ["errorDetailType"] = "com.linkedin.common.error.BadRequest",
    }.ToJsonString());

    private HttpResponseMessage Granted(HttpRequestMessage request, byte[] body)
    {
        var form = Form(Encoding.UTF8.GetString(body));
        if (request.Content!.Headers.ContentType?.MediaType != "application/x-www-form-urlencoded" || form.Keys.Any(name => name is not ("grant_type" or "code" or "redirect_uri" or "client_id" or "client_secret" or "refresh_token")))
            return Violation("The token address takes a form of its own fields.");
        if (form.GetValueOrDefault("client_id") != AppId || form.GetValueOrDefault("client_secret") != AppSecret)
            return Say(HttpStatusCode.Unauthorized, """{"error":"invalid_client","error_description":"Client authentication failed"}""");
        var renews = form.GetValueOrDefault("grant_type") == "refresh_token";
        var good = renews
            ? Refresh is { } standing && standing.Token == form.GetValueOrDefault("refresh_token") && standing.Ends > clock.GetUtcNow()
            : codes.Remove(form.GetValueOrDefault("code") ?? "", out var back) && back == form.GetValueOrDefault("redirect_uri");
        if (!good)
            return Say(HttpStatusCode.BadRequest, """{"error":"invalid_request","error_description":"Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. Or authorization code expired."}""");
        var access = $"planted-access-{Guid.NewGuid():N}";
        Tokens[access] = clock.GetUtcNow().AddDays(60);
        var granted = new JsonObject { ["access_token"] = access, ["expires_in"] = 5_184_000, ["scope"] = string.Join(',', scopes.Where(scope => scope != WithoutScope)), ["token_type"] = "Bearer" };
        if (GivesRefresh)
        {
            Refresh ??= ($"planted-refresh-{Guid.NewGuid():N}", clock.GetUtcNow().AddDays(365));
            (granted["refresh_token"], granted["refresh_token_expires_in"]) = (Refresh.Value.Token, (long)(Refresh.Value.Ends - clock.GetUtcNow()).TotalSeconds);
        }

        return Say(HttpStatusCode.OK, granted.ToJsonString());
    }

    private HttpResponseMessage Roles(Dictionary<string, string> query)
    {
        if (query.GetValueOrDefault("q") != "roleAssignee" || query.Keys.Any(name => name is not ("q" or "role" or "state" or "count" or "start")))
            return Violation("Roles are found by the person who has them.");
        var all = HasPages ? new[] { (PageId, "ADMINISTRATOR"), (OtherPageId, "CONTENT_ADMINISTRATOR"), (ReadOnlyPageId, "ANALYST") } : [];
        return Say(HttpStatusCode.OK, JsonSerializer.Serialize(new { elements = all.Select(page => new { organization = page.Item1, role = page.Item2, state = "APPROVED", roleAssignee = "urn:li:person:A1" }), paging = new { start = 0, count = 100 } }));
    }

    private HttpResponseMessage Organisation(string number) => ("urn:li:organization:" + number) switch
    {
        PageId => Say(HttpStatusCode.OK, $$"""{"id":{{number}},"localizedName":"Northgate","vanityName":"northgate"}"""),
        OtherPageId or ReadOnlyPageId => Say(HttpStatusCode.OK, $$"""{"id":{{number}},"localizedName":"Northgate {{number[^1]}}","vanityName":"northgate-{{number[^1]}}"}"""),
        _ => Refuse(HttpStatusCode.NotFound, null, "Not found"),
    };

    private static string? Header(HttpRequestMessage request, string name) => request.Headers.TryGetValues(name, out var values) ? values.Single() : null;

    [GeneratedRegex("^20[0-9]{2}(?:0[1-9]|1[0-2])$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionForm();

    [GeneratedRegex("^/dms-uploads/(?<id>[A-Z0-9]+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UploadPath();

    [GeneratedRegex("^/rest/socialActions/(?<below>urn:li:[^/]+)/comments(?:/(?<number>[0-9]+))?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CommentsPath();
}

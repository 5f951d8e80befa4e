using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Countersign.Channels.Tests.Fakes;

namespace Countersign.Channels.Tests.X;

/// <summary>
/// A fake of X, made by us from the documentation of version 2 of its interface (docs.x.com, read in November 2026): posts, edits,
/// pictures and their descriptions, reposts, the account's own posts, OAuth 2 with renewed access, limits. Its requests and answers
/// are checked once more against tests/servers/prism/x.yaml by a program that we did not write. Nothing here was verified against X
/// itself; where the documentation is silent (the shape of a refusal for length), the older interface is followed.
/// </summary>
internal sealed partial class StrictX(TimeProvider clock) : StrictNetwork
{
    public const string AccountId = "2244994945";
    public const string AppId = "planted-app-id";
    public const string AppSecret = "planted-app-secret";

    private static readonly string[] scopes = ["tweet.read", "tweet.write", "users.read", "media.write", "offline.access"];

    private readonly Dictionary<string, (string Challenge, string Back, string Scope)> codes = [];

    public static readonly AppKey App = new(AppId, AppSecret);

    /// <summary>Tokens that open the account, and when they end.</summary>
    public ConcurrentDictionary<string, DateTimeOffset> Tokens { get; } = [];

    /// <summary>Refresh tokens; each works once.</summary>
    public ConcurrentDictionary<string, bool> RefreshTokens { get; } = [];

    /// <summary>How long access lasts.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(2);

    /// <summary>It renews access and says neither how long that lasts nor what renews it next; what renewed it goes on working.</summary>
    public bool Forgets { get; set; }

    /// <summary>What the person leaves out when they allow the app.</summary>
    public string? WithoutScope { get; set; }

    /// <summary>Posts left of the limit.</summary>
    public int PostsLeft { get; set; } = 10_000;

    /// <summary>Says yes on the page that a connection was sent to, as a person does in a browser.</summary>
    /// <returns>Where the browser is sent then.</returns>
    public Uri Allow(Uri page)
    {
        var asked = Form(page.Query);
        Assert.Equal("/i/oauth2/authorize", page.AbsolutePath);
        Assert.Equal(["client_id", "code_challenge", "code_challenge_method", "redirect_uri", "response_type", "scope", "state"], asked.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((AppId, "code", "S256"), (asked["client_id"], asked["response_type"], asked["code_challenge_method"]));
        Assert.All(asked["scope"].Split(' '), scope => Assert.Contains(scope, scopes));
        var code = "planted-code-" + Guid.NewGuid().ToString("N");
        codes[code] = (asked["code_challenge"], asked["redirect_uri"], string.Join(' ', asked["scope"].Split(' ').Where(scope => scope != WithoutScope)));
        return new Uri($"{asked["redirect_uri"]}?state={Uri.EscapeDataString(asked["state"])}&code={code}");
    }

    protected override HttpResponseMessage Answer(HttpRequestMessage request, byte[] body)
    {
        var path = request.RequestUri!.AbsolutePath;
        if (request.Headers.UserAgent.Count == 0)
            return Violation("No User-Agent.");
        if ((request.Method.Method, path) == ("POST", "/2/oauth2/token"))
            return Granted(request, body);
        if (request.Headers.Authorization is not { Scheme: "Bearer", Parameter: { } token } || !Tokens.TryGetValue(token, out var ends) || ends <= clock.GetUtcNow())
            return Problem(HttpStatusCode.Unauthorized, "about:blank", "Unauthorized", "Unauthorized");
        return (request.Method.Method, path) switch
        {
            ("GET", "/2/users/me") => Say(HttpStatusCode.OK, $$$"""{"data":{"id":"{{{AccountId}}}","name":"Northgate","username":"northgate"}}"""),
            ("POST", "/2/media/upload") => Uploaded(request, body),
            ("GET", "/2/media/upload") => Looked(Form(request.RequestUri.Query)),
            ("POST", "/2/media/metadata") => Described(request, body),
            ("POST", "/2/tweets") => Posted(request, body),
            ("GET", $"/2/users/{AccountId}/tweets") => Listed(Form(request.RequestUri.Query)),
            ("POST", $"/2/users/{AccountId}/retweets") => Reposted(request, body),
            _ when RepostPath().Match(path) is { Success: true } one && request.Method == HttpMethod.Delete => TakenBack(one.Groups["id"].Value),
            _ when PostPath().Match(path) is { Success: true } one => One(request, one.Groups["id"].Value),
            _ => Violation($"{request.Method} {path} is not in the documentation."),
        };
    }

    /// <summary>Every answer says what is left, until when in epoch seconds.</summary>
    protected override HttpResponseMessage Say(HttpStatusCode status, string json)
    {
        var answer = base.Say(status, json);
        answer.Headers.Add("x-rate-limit-limit", "10000");
        answer.Headers.Add("x-rate-limit-remaining", PostsLeft.ToString(CultureInfo.InvariantCulture));
        answer.Headers.Add("x-rate-limit-reset", clock.GetUtcNow().AddMinutes(15).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        return answer;
    }

    private HttpResponseMessage Problem(HttpStatusCode status, string type, string title, string detail)
    {
        var answer = Say(status, JsonSerializer.Serialize(new { title, type, detail, status = (int)status }));
        answer.Content.Headers.ContentType = new("application/problem+json");
        return answer;
    }

    private HttpResponseMessage Granted(HttpRequestMessage request, byte[] body)
    {
        var basic = "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"{AppId}:{AppSecret}"));
        var form = Form(Encoding.UTF8.GetString(body));
        if (request.Content!.Headers.ContentType?.MediaType != "application/x-www-form-urlencoded" || form.Keys.Any(name => name is not ("grant_type" or "code" or "redirect_uri" or "code_verifier" or "refresh_token")))
            return Violation("The token address takes a form of its own fields; the app's name and secret are a header.");
        if (request.Headers.Authorization?.ToString() != basic)
            return Say(HttpStatusCode.Unauthorized, """{"error":"unauthorized_client","error_description":"Missing valid authorization header"}""");
        var scope = string.Join(' ', scopes);
        switch (form.GetValueOrDefault("grant_type"))
        {
            case "authorization_code" when form.GetValueOrDefault("code") is { } code && codes.Remove(code, out var asked)
                && asked.Back == form.GetValueOrDefault("redirect_uri")
                && asked.Challenge == System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form.GetValueOrDefault("code_verifier") ?? ""))):
                scope = asked.Scope;
                break;
            case "refresh_token" when Forgets && RefreshTokens.ContainsKey(form.GetValueOrDefault("refresh_token") ?? ""):
                var again = $"planted-access-{Guid.NewGuid():N}";
                Tokens[again] = clock.GetUtcNow() + Lifetime;
                return Say(HttpStatusCode.OK, new JsonObject { ["token_type"] = "bearer", ["access_token"] = again, ["scope"] = scope }.ToJsonString());
            case "refresh_token" when RefreshTokens.TryRemove(form.GetValueOrDefault("refresh_token") ?? "", out _):
                break;
            default:
                return Say(HttpStatusCode.BadRequest, """{"error":"invalid_request","error_description":"Value passed for the token was invalid."}""");
        }

        var (access, refresh) = ($"planted-access-{Guid.NewGuid():N}", $"planted-refresh-{Guid.NewGuid():N}");
        Tokens[access] = clock.GetUtcNow() + Lifetime;
        var granted = new JsonObject { ["token_type"] = "bearer", ["expires_in"] = (int)Lifetime.TotalSeconds, ["access_token"] = access, ["scope"] = scope };
        if (scope.Contains("offline.access", StringComparison.Ordinal))
        {
            RefreshTokens[refresh] = true;
            granted["refresh_token"] = refresh;
        }

        return Say(HttpStatusCode.OK, granted.ToJsonString());
    }

    [GeneratedRegex("^/2/tweets/(?<id>[0-9]{1,19})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PostPath();

    [GeneratedRegex("^/2/users/" + AccountId + "/retweets/(?<id>[0-9]{1,19})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RepostPath();
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Countersign.Channels.Tests.Fakes;

namespace Countersign.Channels.Tests.Mastodon;

/// <summary>
/// A fake of Mastodon 4.5, written from its published API description (docs.joinmastodon.org) for what no server of Debian does:
/// limits, deletion, keys, tokens that end, pictures that take time. It is strict: every call and each of its own answers is held against
/// the description (<see cref="MastodonDescription"/>). Nothing here was verified against Mastodon itself.
/// </summary>
internal sealed partial class StrictMastodon(TimeProvider clock) : StrictNetwork
{
    public const string AccountId = "110224538612341312";

    private const int MaxCharacters = 500;

    private readonly List<JsonObject> statuses = [];
    private readonly Dictionary<string, (JsonObject Media, bool Used)> media = [];
    private readonly Dictionary<string, JsonObject> keys = [];
    private long lastId = 115_000_000_000_000_000;

    public static readonly Uri Address = new("https://mastodon.example.test/");

    /// <summary>Tokens that open the account, and when they end.</summary>
    public ConcurrentDictionary<string, DateTimeOffset> Tokens { get; } = [];

    /// <summary>Refresh tokens; each works once.</summary>
    public ConcurrentDictionary<string, bool> RefreshTokens { get; } = [];

    /// <summary>How often a picture is still worked on before it is ready.</summary>
    public int LooksBeforeReady { get; set; }

    public string Scope { get; set; } = "read:accounts read:statuses read:search read:notifications write:statuses write:media";

    /// <summary>Leaves the description's second version out, as older servers do.</summary>
    public bool IsOld { get; set; }

    public IReadOnlyList<(string Text, IReadOnlyList<string> Alts)> Standing() =>
        Look<IReadOnlyList<(string, IReadOnlyList<string>)>>(() => [.. statuses.Where(s => s["reblog"] is null).Select(s => (s["_source"]!.GetValue<string>(), (IReadOnlyList<string>)[.. s["media_attachments"]!.AsArray().Select(m => m!["description"]?.GetValue<string>() ?? "")]))]);

    protected override string? Misfit(HttpRequestMessage request, byte[] body) => MastodonDescription.Published.Misfit(request, Encoding.UTF8.GetString(body));

    protected override HttpResponseMessage Answer(HttpRequestMessage request, byte[] body)
    {
        var answer = Answer(request, Encoding.UTF8.GetString(body));
        using var said = new StreamReader(answer.Content.ReadAsStream(), leaveOpen: true);
        if (MastodonDescription.Published.Misfit(request, answer.StatusCode, said.ReadToEnd()) is { } wrong)
            Violations.Enqueue("The fake is off the description: " + wrong);
        answer.Content.ReadAsStream().Position = 0;
        return answer;
    }

    private HttpResponseMessage Answer(HttpRequestMessage request, string body)
    {
        var path = request.RequestUri!.AbsolutePath;
        switch (request.Method.Method, path)
        {
            case ("POST", "/api/v1/apps"):
                return Registered(Form(body));
            case ("POST", "/oauth/token"):
                return Granted(Form(body));
            case ("GET", "/api/v2/instance") when !IsOld:
                return Say(HttpStatusCode.OK, Instance);
            case ("GET", "/api/v2/instance"):
                return Refuse(HttpStatusCode.NotFound, "Not Found");
            case ("GET", "/api/v1/instance"):
                return Say(HttpStatusCode.OK, OldInstance);
        }

        if (request.Headers.Authorization is not { Scheme: "Bearer", Parameter: { } token } || !Tokens.TryGetValue(token, out var ends) || ends <= clock.GetUtcNow())
            return Refuse(HttpStatusCode.Unauthorized, "The access token is invalid");
        return (request.Method.Method, path) switch
        {
            ("GET", "/api/v1/accounts/verify_credentials") => Say(HttpStatusCode.OK, Owner().ToJsonString()),
            ("POST", "/api/v2/media") => Uploaded(body),
            ("POST", "/api/v1/statuses") => Posted(request, body),
            ("GET", "/api/v2/search") => Searched(request.RequestUri.Query),
            ("GET", "/api/v1/notifications") => Told(request.RequestUri.Query),
            ("GET", $"/api/v1/accounts/{AccountId}/statuses") => Listed(request.RequestUri.Query),
            _ when MediaPath().Match(path) is { Success: true } one && request.Method == HttpMethod.Get => Ready(one.Groups["id"].Value),
            _ when StatusPath().Match(path) is { Success: true } one => One(request, one.Groups["id"].Value, one.Groups["rest"].Value, body),
            _ => Violation($"{request.Method} {path} is not in the description."),
        };
    }

    /// <summary>Only posts of its own, by the address of their page: there is no other server to fetch one from.</summary>
    private HttpResponseMessage Searched(string query)
    {
        var wanted = System.Web.HttpUtility.ParseQueryString(query)["q"];
        var found = Look<string>(() => string.Join(',', statuses.Where(status => status["url"]?.GetValue<string>() == wanted).Select(status => status.ToJsonString())));
        return Say(HttpStatusCode.OK, $$"""{"accounts":[],"statuses":[{{found}}],"hashtags":[]}""");
    }

    private HttpResponseMessage Registered(Dictionary<string, string> form) =>
        form.GetValueOrDefault("client_name") is { Length: > 0 } && form.GetValueOrDefault("redirect_uris") is { Length: > 0 }
            ? Say(HttpStatusCode.OK, """{"id":"1","name":"Countersign","client_id":"planted-client-id","client_secret":"planted-client-secret","redirect_uri":"urn:ietf:wg:oauth:2.0:oob","website":null}""")
            : Refuse(HttpStatusCode.UnprocessableEntity, "Validation failed");

    private HttpResponseMessage Granted(Dictionary<string, string> form)
    {
        if (form.GetValueOrDefault("client_id") != "planted-client-id" || form.GetValueOrDefault("client_secret") != "planted-client-secret")
            return Say(HttpStatusCode.Unauthorized, """{"error":"invalid_client","error_description":"Client authentication failed"}""");
        var good = form.GetValueOrDefault("grant_type") switch
        {
            "authorization_code" => form.GetValueOrDefault("code") == "the-code" && form.GetValueOrDefault("redirect_uri") == "urn:ietf:wg:oauth:2.0:oob" && form.GetValueOrDefault("code_verifier") is { Length: >= 43 },
            "refresh_token" => RefreshTokens.TryRemove(form.GetValueOrDefault("refresh_token") ?? "", out _),
            _ => false,
        };
        if (!good)
            return Say(HttpStatusCode.BadRequest, """{"error":"invalid_grant","error_description":"The provided authorization grant is invalid"}""");
        var (access, refresh) = ($"planted-access-{Guid.NewGuid():N}", $"planted-refresh-{Guid.NewGuid():N}");
        Tokens[access] = clock.GetUtcNow().AddHours(2);
        RefreshTokens[refresh] = true;
        return Say(HttpStatusCode.OK, $$"""{"access_token":"{{access}}","token_type":"Bearer","scope":"{{Scope}}","created_at":1,"expires_in":7200,"refresh_token":"{{refresh}}"}""");
    }

    private HttpResponseMessage Uploaded(string body)
    {
        var description = Description().Match(body).Groups["text"].Value;
        if (description.Length > 1_500)
            return Refuse(HttpStatusCode.UnprocessableEntity, "Validation failed: Description is too long");
        var id = NextId();
        media[id] = (Attachment(id, LooksBeforeReady > 0 ? null : "https://files.example.test/" + id, description.Length == 0 ? null : description), false);
        media[id].Media["_looks"] = LooksBeforeReady;
        return Say(LooksBeforeReady > 0 ? HttpStatusCode.Accepted : HttpStatusCode.OK, media[id].Media.ToJsonString());
    }

    private HttpResponseMessage Ready(string id)
    {
        if (!media.TryGetValue(id, out var one))
            return Refuse(HttpStatusCode.NotFound, "Record not found");
        var looks = one.Media["_looks"]!.GetValue<int>() - 1;
        one.Media["_looks"] = looks;
        if (looks <= 0)
            one.Media["url"] = "https://files.example.test/" + id;
        return Say(looks > 0 ? HttpStatusCode.PartialContent : HttpStatusCode.OK, one.Media.ToJsonString());
    }

    private HttpResponseMessage Posted(HttpRequestMessage request, string body)
    {
        var key = request.Headers.TryGetValues("Idempotency-Key", out var values) ? values.Single() : null;
        if (key is not null && keys.TryGetValue(key, out var before))
            return Say(HttpStatusCode.OK, Public(before));
        if (Read(body) is not { } sent)
            return Violation("A post that cannot be read: " + body);
        if (Refusal(sent) is { } refused)
            return refused;
        var replyTo = sent["in_reply_to_id"]?.GetValue<string>();
        if (replyTo is not null && Find(replyTo) is null)
            return Refuse(HttpStatusCode.NotFound, "The post you are trying to reply to does not appear to exist.");
        var id = NextId();
        var status = Fresh(id);
        (status["in_reply_to_id"], status["in_reply_to_account_id"]) = (replyTo, replyTo is null ? null : AccountId);
        status["visibility"] = sent["visibility"]?.GetValue<string>() ?? "public";
        Fill(status, sent);
        statuses.Add(status);
        if (key is not null)
            keys[key] = status;
        return Say(HttpStatusCode.OK, Public(status));
    }

    private HttpResponseMessage One(HttpRequestMessage request, string id, string rest, string body)
    {
        if (Find(id) is not { } status)
            return Refuse(HttpStatusCode.NotFound, "Record not found");
        switch (request.Method.Method, rest)
        {
            case ("GET", ""):
                return Say(HttpStatusCode.OK, Public(status));
            case ("DELETE", ""):
                statuses.Remove(status);
                var gone = JsonNode.Parse(Public(status))!.AsObject();
                gone.Remove("content");
                gone["text"] = status["_source"]?.GetValue<string>();
                return Say(HttpStatusCode.OK, gone.ToJsonString());
            case ("POST", "/reblog"):
                if (statuses.Find(s => s["reblog"]?["id"]?.GetValue<string>() == id) is not { } shown)
                {
                    var repostId = NextId();
                    shown = Fresh(repostId);
                    (shown["uri"], shown["url"], shown["reblog"]) = ($"https://mastodon.example.test/users/newsdesk/statuses/{repostId}/activity", null, JsonNode.Parse(Public(status)));
                    statuses.Add(shown);
                }

                return Say(HttpStatusCode.OK, Public(shown));
            case ("PUT", ""):
                if (Read(body) is not { } sent)
                    return Violation("An edit that cannot be read: " + body);
                if (Refusal(sent) is { } refused)
                    return refused;

                // What an edit leaves out is dropped.
                Fill(status, sent);
                status["edited_at"] = clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
                return Say(HttpStatusCode.OK, Public(status));
            default:
                return Violation($"{request.Method} …{rest} is not in the description.");
        }
    }

    private HttpResponseMessage Listed(string query)
    {
        var before = MaxId().Match(query) is { Success: true } match ? long.Parse(match.Groups["id"].Value, CultureInfo.InvariantCulture) : long.MaxValue;
        var page = statuses.Where(s => long.Parse(s["id"]!.GetValue<string>(), CultureInfo.InvariantCulture) < before).Reverse().Take(40).ToList();
        var answer = Say(HttpStatusCode.OK, "[" + string.Join(',', page.Select(Public)) + "]");
        if (page.Count > 0)
            answer.Headers.TryAddWithoutValidation("Link", $"<https://mastodon.example.test/api/v1/accounts/{AccountId}/statuses?limit=40&max_id={page[^1]["id"]}>; rel=\"next\", <https://mastodon.example.test/api/v1/accounts/{AccountId}/statuses?min_id={page[0]["id"]}>; rel=\"prev\"");
        return answer;
    }

    private HttpResponseMessage? Refusal(JsonObject sent)
    {
        var (text, warning) = (sent["status"]?.GetValue<string>() ?? "", sent["spoiler_text"]?.GetValue<string>() ?? "");
        var pictures = sent["media_ids"]?.AsArray() ?? [];
        var counted = Link().Replace(Host().Replace(text, "${name}"), new string('x', 23));
        return new StringInfo(counted).LengthInTextElements + new StringInfo(warning).LengthInTextElements > MaxCharacters
            ? Refuse(HttpStatusCode.UnprocessableEntity, "Validation failed: Text character limit of 500 exceeded")
            : text.Length == 0 && pictures.Count == 0 ? Refuse(HttpStatusCode.UnprocessableEntity, "Validation failed: Text can't be blank")
            : pictures.Count > 4 ? Refuse(HttpStatusCode.UnprocessableEntity, "Cannot attach more than 4 files")
            : pictures.Any(p => !media.TryGetValue(p!.GetValue<string>(), out var one) || one.Used || one.Media["url"] is null) ? Refuse(HttpStatusCode.UnprocessableEntity, "Validation failed: Media is not ready or not yours")
            : null;
    }

    private void Fill(JsonObject status, JsonObject sent)
    {
        var text = sent["status"]!.GetValue<string>();
        status["_source"] = text;
        status["content"] = Html(text);
        status["spoiler_text"] = sent["spoiler_text"]?.GetValue<string>() ?? "";
        status["sensitive"] = sent["sensitive"]?.GetValue<bool>() ?? false;
        status["language"] = sent["language"]?.GetValue<string>();
        status["media_attachments"] = new JsonArray([.. (sent["media_ids"]?.AsArray() ?? []).Select(p =>
        {
            var one = media[p!.GetValue<string>()];
            media[p.GetValue<string>()] = (one.Media, true);
            return (JsonNode)Attachment(p.GetValue<string>(), one.Media["url"]!.GetValue<string>(), one.Media["description"]?.GetValue<string>());
        })]);
    }

    /// <summary>As Mastodon writes it: paragraphs, breaks, and links whose scheme is hidden from sight.</summary>
    private static string Html(string text) =>
        "<p>" + Link().Replace(HtmlEncoder.Create(System.Text.Unicode.UnicodeRanges.All).Encode(text).Replace("&#xA;", "\n", StringComparison.Ordinal), link =>
        {
            var (scheme, rest) = (link.Value[..(link.Value.IndexOf("//", StringComparison.Ordinal) + 2)], link.Value[(link.Value.IndexOf("//", StringComparison.Ordinal) + 2)..]);
            return $"<a href=\"{link.Value}\" target=\"_blank\" rel=\"nofollow noopener\"><span class=\"invisible\">{scheme}</span><span class=\"\">{rest}</span></a>";
        }).Replace("\n\n", "</p><p>", StringComparison.Ordinal).Replace("\n", "<br />", StringComparison.Ordinal) + "</p>";

    private static string Public(JsonObject status)
    {
        var shown = status.DeepClone().AsObject();
        shown.Remove("_source");
        return shown.ToJsonString();
    }

    private static JsonObject? Read(string body) => Object(Encoding.UTF8.GetBytes(body));

    private JsonObject? Find(string id) => statuses.Concat(others).FirstOrDefault(s => s["id"]!.GetValue<string>() == id);

    private string NextId() => (++lastId).ToString(CultureInfo.InvariantCulture);

    private HttpResponseMessage Refuse(HttpStatusCode status, string error) => Say(status, JsonSerializer.Serialize(new { error }));

    protected override HttpResponseMessage Say(HttpStatusCode status, string json) =>
        new(status) { Content = new StringContent(json, Encoding.UTF8, "application/json"), Headers = { { "X-RateLimit-Limit", "300" }, { "X-RateLimit-Remaining", "299" }, { "X-RateLimit-Reset", "2026-11-22T14:05:00.000000Z" } } };

    [GeneratedRegex("^/api/v1/media/(?<id>[0-9]+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MediaPath();

    [GeneratedRegex("^/api/v1/statuses/(?<id>[0-9]+)(?<rest>/[a-z]+)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StatusPath();

    [GeneratedRegex("name=\"description\"\r\n\r\n(?<text>.*?)\r\n--", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Description();

    [GeneratedRegex("[?&]max_id=(?<id>[0-9]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MaxId();

    [GeneratedRegex(@"https?://[^\s<>]*[^\s<>.,]", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<![\w/])(?<name>@\w+)@[\w.-]*\w", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Host();
}

using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Countersign.Channels.Tests.LinkedIn;

/// <summary>Posts, pictures and comments, as the fake keeps and shows them.</summary>
internal sealed partial class StrictLinkedIn
{
    private static readonly JsonObject postShape = JsonNode.Parse(
        """
        {"author":"","commentary":"","visibility":"","distribution":{"feedDistribution":"","targetEntities":[""],"thirdPartyDistributionChannels":[""]},"lifecycleState":"","isReshareDisabledByAuthor":true,
         "content":{"media":{"id":"","altText":""},"multiImage":{"images":[{"id":"","altText":""}]}},"reshareContext":{"parent":""}}
        """)!.AsObject();

    private static readonly JsonObject patchShape = JsonNode.Parse("""{"patch":{"$set":{"commentary":""}}}""")!.AsObject();
    private static readonly JsonObject commentShape = JsonNode.Parse("""{"actor":"","object":"","parentComment":"","message":{"text":""}}""")!.AsObject();
    private static readonly JsonObject commentPatchShape = JsonNode.Parse("""{"patch":{"message":{"$set":{"text":""}}}}""")!.AsObject();
    private static readonly JsonObject uploadShape = JsonNode.Parse("""{"initializeUploadRequest":{"owner":""}}""")!.AsObject();

    private readonly List<Kept> posts = [];
    private readonly List<(string Urn, string Below, string? Parent, string Text, DateTimeOffset At)> comments = [];
    private readonly Dictionary<string, (bool Uploaded, int Looks)> pictures = [];
    private long lastId = 7_300_000_000_000_000_000;

    /// <summary>How often the page's posts are read before a new one shows.</summary>
    public int LaggingReads { get; set; }

    /// <summary>How often a picture is still worked on before it is ready.</summary>
    public int LooksBeforeReady { get; set; }

    /// <summary>Where pictures are to be sent.</summary>
    public Uri Uploads { get; set; } = new("https://www.linkedin.com/");

    /// <summary>Words that LinkedIn still takes for a duplicate although the post is gone, as others have seen.</summary>
    public Dictionary<string, string> Remembered { get; } = [];

    public IReadOnlyList<(string Text, IReadOnlyList<string> Alts)> Standing() =>
        Look<IReadOnlyList<(string, IReadOnlyList<string>)>>(() => [.. posts.Select(post => (Displayed(post.Commentary), (IReadOnlyList<string>)[.. post.Pictures.Select(picture => picture.Alt)]))]);

    /// <summary>What stands directly below a post or comment.</summary>
    public IReadOnlyList<string> Below(string urn) => Look<IReadOnlyList<string>>(() => [.. comments.Where(comment => urn.StartsWith("urn:li:comment:", StringComparison.Ordinal) ? comment.Parent == urn : comment.Below == urn && comment.Parent is null).Select(comment => comment.Text)]);

    /// <summary>As LinkedIn shows little text: it ends at the first sign that is not written as it must be.</summary>
    private static string Displayed(string commentary)
    {
        var shown = new StringBuilder();
        for (var i = 0; i < commentary.Length; i++)
        {
            if (HashtagTemplate().Match(commentary, i) is { Success: true } tag && tag.Index == i)
            {
                shown.Append('#').Append(tag.Groups["word"].Value.Replace("\\", "", StringComparison.Ordinal));
                i += tag.Length - 1;
            }
            else if (commentary[i] == '\\' && i + 1 < commentary.Length)
            {
                shown.Append(commentary[++i]);
            }
            else if ("|{}@[]()<>#\\*_~".Contains(commentary[i]))
            {
                return shown.ToString();
            }
            else
            {
                shown.Append(commentary[i]);
            }
        }

        return shown.ToString();
    }

    private HttpResponseMessage Initialized(Dictionary<string, string> query, byte[] body)
    {
        if (query.GetValueOrDefault("action") != "initializeUpload" || Object(body) is not { } sent || Misfit(sent, uploadShape) is not null || sent["initializeUploadRequest"]?["owner"]?.GetValue<string>() != PageId)
            return Violation("A picture begins with its owner.");
        var id = "C" + NextId();
        pictures[id] = (false, LooksBeforeReady);
        return Say(HttpStatusCode.OK, $$$"""{"value":{"uploadUrlExpiresAt":1900000000000,"uploadUrl":"{{{Uploads}}}dms-uploads/{{{id}}}","image":"urn:li:image:{{{id}}}"}}""");
    }

    private HttpResponseMessage Put(string id, byte[] body)
    {
        if (!pictures.TryGetValue(id, out var picture) || body.Length is 0 or > 8_000_000)
            return Refuse(HttpStatusCode.BadRequest, null, "Bad upload");
        pictures[id] = picture with { Uploaded = true };
        return new HttpResponseMessage(HttpStatusCode.Created);
    }

    private HttpResponseMessage PictureOf(string urn)
    {
        var id = urn["urn:li:image:".Length..];
        if (!pictures.TryGetValue(id, out var picture))
            return Refuse(HttpStatusCode.NotFound, null, "Not found");
        pictures[id] = picture with { Looks = picture.Looks - 1 };
        return Say(HttpStatusCode.OK, $$"""{"id":"{{urn}}","owner":"{{PageId}}","status":"{{(!picture.Uploaded ? "WAITING_UPLOAD" : picture.Looks > 0 ? "PROCESSING" : "AVAILABLE")}}"}""");
    }

    private HttpResponseMessage Posted(HttpRequestMessage request, byte[] body)
    {
        if (Json(request, body) is not { } sent || Misfit(sent, postShape) is not null)
            return Violation("A post has a field that the documentation does not know: " + Encoding.UTF8.GetString(body));
        if (((string[])["author", "commentary", "visibility", "distribution", "lifecycleState"]).Any(name => !sent.ContainsKey(name)))
            return Violation("A post lacks a field that it must have.");
        if ((Text(sent, "author"), Text(sent, "visibility"), Text(sent, "lifecycleState"), sent["distribution"]?["feedDistribution"]?.GetValue<string>()) != (PageId, "PUBLIC", "PUBLISHED", "MAIN_FEED"))
            return Violation("A post is not the page's, or not for everybody.");
        var (commentary, parent) = (Text(sent, "commentary")!, sent["reshareContext"]?["parent"]?.GetValue<string>());
        List<(string Id, string Alt)> shown = [];
        foreach (var picture in sent["content"]?["media"] is JsonObject one ? [one] : (sent["content"]?["multiImage"]?["images"]?.AsArray() ?? []).Select(image => image!.AsObject()))
            shown.Add((picture["id"]!.GetValue<string>(), picture["altText"]?.GetValue<string>() ?? ""));
        if (sent["content"]?["multiImage"] is not null && shown.Count is < 2 or > 20)
            return Violation("Several pictures are two or more.");
        if (shown.Any(picture => !pictures.TryGetValue(picture.Id["urn:li:image:".Length..], out var kept) || !kept.Uploaded || kept.Looks > 0))
            return InputError("MEDIA_ASSET_PROCESSING", "An image is not ready.");
        if (commentary.Length > 3_000)
            return InputError("FIELD_LENGTH_TOO_LONG", "Commentary is too long.");
        if (commentary.Length == 0 && shown.Count == 0 && parent is null)
            return InputError("FIELD_INVALID", "Commentary is empty.");
        if (parent is not null && !posts.Exists(post => post.Urn == parent))
            return Refuse(HttpStatusCode.NotFound, null, "Could not find the parent.");
        var key = commentary + "|" + parent;
        var before = posts.Find(post => shown.Count == 0 && post.Pictures.Count == 0 && post.Commentary + "|" + post.Parent == key)?.Urn ?? Remembered.GetValueOrDefault(Displayed(commentary));
        if (before is not null)
            return InputError("DUPLICATE_POST", $"Content is a duplicate of {before}");
        var made = new Kept("urn:li:share:" + NextId(), commentary, shown, parent, clock.GetUtcNow(), null, LaggingReads);
        posts.Add(made);
        var answer = new HttpResponseMessage(HttpStatusCode.Created);
        answer.Headers.Add("x-restli-id", made.Urn);
        return answer;
    }

    private HttpResponseMessage Listed(HttpRequestMessage request, Dictionary<string, string> query)
    {
        if (Header(request, "X-RestLi-Method") != "FINDER" || query.GetValueOrDefault("q") != "author" || query.GetValueOrDefault("author") is not (PageId or OtherPageId)
            || query.Keys.Any(name => name is not ("q" or "author" or "count" or "start" or "sortBy" or "isDsc")) || query.GetValueOrDefault("sortBy") is not (null or "CREATED" or "LAST_MODIFIED"))
            return Violation("Posts are found by their author.");
        var (start, count) = (int.Parse(query.GetValueOrDefault("start") ?? "0", CultureInfo.InvariantCulture), int.Parse(query.GetValueOrDefault("count") ?? "10", CultureInfo.InvariantCulture));
        if (count is < 1 or > 100)
            return Violation("count is from 1 to 100.");
        var page = posts.Where(post => post.Lag-- <= 0 && query["author"] == PageId).Reverse().Skip(start).Take(count);
        return Say(HttpStatusCode.OK, new JsonObject { ["paging"] = new JsonObject { ["start"] = start, ["count"] = count }, ["elements"] = new JsonArray([.. page.Select(post => (JsonNode)Shown(post))]) }.ToJsonString());
    }

    private HttpResponseMessage One(HttpRequestMessage request, string urn, byte[] body)
    {
        if ((request.Method.Method, Header(request, "X-RestLi-Method")) == ("DELETE", "DELETE"))
        {
            posts.RemoveAll(post => post.Urn == urn);
            return new HttpResponseMessage(HttpStatusCode.NoContent);
        }

        if (posts.Find(post => post.Urn == urn) is not { } found)
            return Refuse(HttpStatusCode.NotFound, null, "Could not find entity");
        switch (request.Method.Method, Header(request, "X-RestLi-Method"))
        {
            case ("GET", null):
                return Say(HttpStatusCode.OK, Shown(found).ToJsonString());
            case ("POST", "PARTIAL_UPDATE") when Json(request, body) is { } sent && Misfit(sent, patchShape) is null:
                posts[posts.IndexOf(found)] = found with { Commentary = sent["patch"]!["$set"]!["commentary"]!.GetValue<string>(), EditedAt = clock.GetUtcNow() };
                return new HttpResponseMessage(HttpStatusCode.NoContent);
            default:
                return Violation($"{request.Method} of a post, in a way that the documentation does not know.");
        }
    }

    private HttpResponseMessage Comments(HttpRequestMessage request, string below, string number, Dictionary<string, string> query, byte[] body)
    {
        var parent = below.StartsWith("urn:li:comment:", StringComparison.Ordinal) ? below : null;
        if (parent is null ? !posts.Exists(post => post.Urn == below) : !comments.Exists(comment => comment.Urn == parent))
            return Refuse(HttpStatusCode.NotFound, null, "Could not find entity");
        var at = comments.FindIndex(comment => comment.Urn == $"urn:li:comment:({below},{number})");
        if (number.Length > 0 && at < 0)
            return Refuse(HttpStatusCode.NotFound, null, "Could not find entity");
        switch (request.Method.Method)
        {
            case "GET" when number.Length == 0:
                var all = comments.Where(comment => parent is null ? comment.Below == below && comment.Parent is null : comment.Parent == parent).Reverse()
                    .Skip(int.Parse(query.GetValueOrDefault("start") ?? "0", CultureInfo.InvariantCulture)).Take(int.Parse(query.GetValueOrDefault("count") ?? "10", CultureInfo.InvariantCulture));
                return Say(HttpStatusCode.OK, new JsonObject { ["elements"] = new JsonArray([.. all.Select(comment => (JsonNode)ShownComment(comment))]) }.ToJsonString());
            case "GET":
                return Say(HttpStatusCode.OK, ShownComment(comments[at]).ToJsonString());
            case "DELETE" when query.GetValueOrDefault("actor") == PageId:
                comments.RemoveAt(at);
                return new HttpResponseMessage(HttpStatusCode.NoContent);
            case "POST" when number.Length > 0 && query.GetValueOrDefault("actor") == PageId && Json(request, body) is { } patch && Misfit(patch, commentPatchShape) is null:
                comments[at] = comments[at] with { Text = patch["patch"]!["message"]!["$set"]!["text"]!.GetValue<string>() };
                return new HttpResponseMessage(HttpStatusCode.NoContent);
            case "POST" when number.Length == 0 && Json(request, body) is { } sent && Misfit(sent, commentShape) is null && Text(sent, "actor") == PageId && Text(sent, "parentComment") == parent:
                var post = Text(sent, "object")!;
                var made = ($"urn:li:comment:({post},{NextId()})", post, parent, sent["message"]!["text"]!.GetValue<string>(), clock.GetUtcNow());
                comments.Add(made);
                return Say(HttpStatusCode.Created, ShownComment(made).ToJsonString());
            default:
                return Violation($"{request.Method} of a comment, in a way that the documentation does not know: {Encoding.UTF8.GetString(body)}");
        }
    }

    private static JsonObject Shown(Kept post)
    {
        var shown = new JsonObject
        {
            ["id"] = post.Urn,
            ["author"] = PageId,
            ["commentary"] = post.Commentary,
            ["visibility"] = "PUBLIC",
            ["lifecycleState"] = "PUBLISHED",
            ["createdAt"] = post.At.ToUnixTimeMilliseconds(),
            ["publishedAt"] = post.At.ToUnixTimeMilliseconds(),
            ["lastModifiedAt"] = (post.EditedAt ?? post.At).ToUnixTimeMilliseconds(),
            ["lifecycleStateInfo"] = new JsonObject { ["isEditedByAuthor"] = post.EditedAt is not null },
        };
        if (post.Pictures is [var one])
            shown["content"] = new JsonObject { ["media"] = new JsonObject { ["id"] = one.Id, ["altText"] = one.Alt } };
        else if (post.Pictures.Count > 1)
            shown["content"] = new JsonObject { ["multiImage"] = new JsonObject { ["images"] = new JsonArray([.. post.Pictures.Select(picture => (JsonNode)new JsonObject { ["id"] = picture.Id, ["altText"] = picture.Alt })]) } };
        if (post.Parent is not null)
            shown["reshareContext"] = new JsonObject { ["parent"] = post.Parent, ["root"] = post.Parent };
        return shown;
    }

    private static JsonObject ShownComment((string Urn, string Below, string? Parent, string Text, DateTimeOffset At) comment) => new()
    {
        ["actor"] = PageId,
        ["commentUrn"] = comment.Urn,
        ["id"] = comment.Urn.Split(',')[1].TrimEnd(')'),
        ["object"] = comment.Below,
        ["message"] = new JsonObject { ["text"] = comment.Text, ["attributes"] = new JsonArray() },
        ["created"] = new JsonObject { ["time"] = comment.At.ToUnixTimeMilliseconds(), ["actor"] = PageId },
    };

    private string NextId() => (++lastId).ToString(CultureInfo.InvariantCulture);

    private static string? Text(JsonObject sent, string field) => sent[field]?.GetValue<string>();

    private static JsonObject? Json(HttpRequestMessage request, byte[] body) => request.Content?.Headers.ContentType?.MediaType == "application/json" ? Object(body) : null;

    [GeneratedRegex(@"\{hashtag\|\\#\|(?<word>(?:\\.|[^\\}|])+)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HashtagTemplate();

    private sealed record Kept(string Urn, string Commentary, List<(string Id, string Alt)> Pictures, string? Parent, DateTimeOffset At, DateTimeOffset? EditedAt, int Lag)
    {
        public int Lag { get; set; } = Lag;
    }
}

using System.Globalization;
using System.Net;
using System.Net.Mime;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Countersign.Channels.Tests.X;

/// <summary>Posts, as the fake keeps and shows them.</summary>
internal sealed partial class StrictX
{
    private const int PageLimit = 100;

    private static readonly JsonObject postShape = JsonNode.Parse(
        """{"text":"","media":{"media_ids":[""]},"reply":{"in_reply_to_tweet_id":""},"quote_tweet_id":"","edit_options":{"previous_post_id":""}}""")!.AsObject();

    private static readonly JsonObject altShape = JsonNode.Parse("""{"id":"","metadata":{"alt_text":{"text":""}}}""")!.AsObject();

    private static readonly JsonObject repostShape = JsonNode.Parse("""{"tweet_id":""}""")!.AsObject();

    private static readonly HashSet<string> postFields = ["attachments", "author_id", "created_at", "edit_controls", "edit_history_tweet_ids", "entities", "note_tweet", "referenced_tweets"];

    private readonly List<Kept> posts = [];
    private readonly Dictionary<string, (string? Alt, int Looks)> media = [];
    private readonly HashSet<string> reposts = [];
    private long lastId = 1_990_000_000_000_000_000;

    /// <summary>How often the account's posts are read before a new one shows.</summary>
    public int LaggingReads { get; set; }

    /// <summary>How often a picture is still worked on before it is ready.</summary>
    public int LooksBeforeReady { get; set; }

    /// <summary>False for an account whose posts cannot be edited.</summary>
    public bool LetsEdit { get; set; } = true;

    public IReadOnlyList<(string Text, IReadOnlyList<string> Alts)> Standing() =>
        Look<IReadOnlyList<(string, IReadOnlyList<string>)>>(() => [.. posts.Select(post => (post.Text, (IReadOnlyList<string>)[.. post.Media.Select(key => media[key].Alt ?? "")]))]);

    /// <summary>Somebody edits on X itself.</summary>
    public void EditThere(string id, string text) => Look(() => Replace(posts.Single(post => post.History.Contains(id)), text, []));

    private HttpResponseMessage Uploaded(HttpRequestMessage request, byte[] body)
    {
        if (Parts(request, body) is not { } parts || parts.Keys.Any(name => name is not ("media" or "media_category" or "media_type")) || !parts.TryGetValue("media", out var file))
            return Violation("A picture comes as a form with a file.");
        if (Encoding.ASCII.GetString(parts["media_category"]) != "tweet_image" || Encoding.ASCII.GetString(parts["media_type"]) is not ("image/jpeg" or "image/png" or "image/webp"))
            return Violation("A picture of one call is a still one.");
        if (file.Length > 5_000_000)
            return Problem(HttpStatusCode.BadRequest, "https://api.x.com/2/problems/invalid-request", "Invalid Request", "One or more parameters to your request was invalid.");
        var id = NextId();
        media[id] = (null, LooksBeforeReady);
        return Say(HttpStatusCode.OK, Picture(id, file.Length));
    }

    private HttpResponseMessage Looked(Dictionary<string, string> query)
    {
        if (query.GetValueOrDefault("command") != "STATUS" || query.Count != 2 || !media.TryGetValue(query.GetValueOrDefault("media_id") ?? "", out var one))
            return Violation("A picture is asked for by its identifier.");
        media[query["media_id"]] = one with { Looks = one.Looks - 1 };
        return Say(HttpStatusCode.OK, Picture(query["media_id"], 200));
    }

    private string Picture(string id, int size) => new JsonObject
    {
        ["data"] = media[id].Looks > 0
            ? new JsonObject { ["id"] = id, ["media_key"] = "3_" + id, ["size"] = size, ["expires_after_secs"] = 86_400, ["processing_info"] = new JsonObject { ["state"] = "in_progress", ["check_after_secs"] = 1 } }
            : new JsonObject { ["id"] = id, ["media_key"] = "3_" + id, ["size"] = size, ["expires_after_secs"] = 86_400 },
    }.ToJsonString();

    private HttpResponseMessage Described(HttpRequestMessage request, byte[] body)
    {
        if (Sent(request, body, altShape) is not { } sent)
            return Violation("A description: " + Encoding.UTF8.GetString(body));
        var (id, text) = (sent["id"]!.GetValue<string>(), sent["metadata"]!["alt_text"]!["text"]!.GetValue<string>());
        if (!media.TryGetValue(id, out var one) || text.Length > 1_000)
            return Problem(HttpStatusCode.BadRequest, "https://api.x.com/2/problems/invalid-request", "Invalid Request", "One or more parameters to your request was invalid.");
        media[id] = one with { Alt = text };
        return Say(HttpStatusCode.OK, new JsonObject { ["data"] = new JsonObject { ["id"] = id, ["associated_metadata"] = new JsonObject { ["alt_text"] = new JsonObject { ["text"] = text } } } }.ToJsonString());
    }

    private HttpResponseMessage Posted(HttpRequestMessage request, byte[] body)
    {
        if (Sent(request, body, postShape) is not { } sent)
            return Violation("A post has a field that the documentation does not know: " + Encoding.UTF8.GetString(body));
        if (PostsLeft == 0)
            return Problem(HttpStatusCode.TooManyRequests, "about:blank", "Too Many Requests", "Too Many Requests");
        PostsLeft--;
        var text = sent["text"]?.GetValue<string>() ?? "";
        List<string> pictures = [.. (sent["media"]?["media_ids"]?.AsArray() ?? []).Select(id => id!.GetValue<string>())];
        if (text.Length == 0 && pictures.Count == 0)
            return Problem(HttpStatusCode.BadRequest, "https://api.x.com/2/problems/invalid-request", "Invalid Request", "One or more parameters to your request was invalid.");
        if (pictures.Count > 4 || pictures.Any(id => !media.TryGetValue(id, out var one) || one.Looks > 0))
            return Numbered(HttpStatusCode.Forbidden, 324, "The validation of media ids failed.");
        if (XWeights.Of(text) > 280)
            return Numbered(HttpStatusCode.Forbidden, 186, "Tweet needs to be a bit shorter.");

        var (parent, quoted, previous) = (sent["reply"]?["in_reply_to_tweet_id"]?.GetValue<string>(), sent["quote_tweet_id"]?.GetValue<string>(), sent["edit_options"]?["previous_post_id"]?.GetValue<string>());
        if ((parent is not null && Find(parent) is null) || (quoted is not null && Find(quoted) is null))
            return Numbered(HttpStatusCode.Forbidden, 385, "You attempted to reply to a Tweet that is deleted or not visible to you.");
        if (previous is not null)
        {
            return Find(previous) is { } standing && standing.Id == previous && CanEdit(standing)
                ? Made(Replace(standing, text, pictures))
                : Problem(HttpStatusCode.Forbidden, "about:blank", "Forbidden", "You are not permitted to perform this action.");
        }

        if (posts.Exists(post => post.Text == text && post.ReplyTo == parent && post.Media.Count == 0 && pictures.Count == 0))
            return Problem(HttpStatusCode.Forbidden, "about:blank", "Forbidden", "You are not allowed to create a Tweet with duplicate content.");
        var made = new Kept(NextId(), [], text, pictures, parent, quoted, clock.GetUtcNow(), LaggingReads);
        made.History.Add(made.Id);
        posts.Add(made);
        return Made(made);
    }

    private HttpResponseMessage Made(Kept post) =>
        Say(HttpStatusCode.Created, new JsonObject { ["data"] = new JsonObject { ["id"] = post.Id, ["text"] = Shortened(post).Text, ["edit_history_tweet_ids"] = new JsonArray([.. post.History.Select(id => (JsonNode)id)]) } }.ToJsonString());

    private Kept Replace(Kept standing, string text, List<string> pictures)
    {
        var edited = standing with { Id = NextId(), Text = text, Media = pictures, At = clock.GetUtcNow(), Lag = 0 };
        edited.History.Add(edited.Id);
        posts[posts.IndexOf(standing)] = edited;
        return edited;
    }

    private HttpResponseMessage One(HttpRequestMessage request, string id)
    {
        switch (request.Method.Method)
        {
            case "DELETE":
                posts.RemoveAll(post => post.History.Contains(id));
                return Say(HttpStatusCode.OK, """{"data":{"deleted":true}}""");
            case "GET" when Asked(Form(request.RequestUri!.Query), []) is { } fields:
                return Find(id) is { } found
                    ? Say(HttpStatusCode.OK, new JsonObject { ["data"] = Shown(found, fields), ["includes"] = Includes([found]) }.ToJsonString())
                    : Say(HttpStatusCode.OK, $$"""{"errors":[{"value":"{{id}}","detail":"Could not find tweet with id: [{{id}}].","title":"Not Found Error","resource_type":"tweet","parameter":"id","resource_id":"{{id}}","type":"https://api.twitter.com/2/problems/resource-not-found"}]}""");
            default:
                return Violation($"{request.Method} {request.RequestUri} is not in the documentation.");
        }
    }

    private HttpResponseMessage Listed(Dictionary<string, string> query)
    {
        if (Asked(query, ["exclude", "max_results", "pagination_token", "start_time"]) is not { } fields)
            return Violation("The list was asked for in a way that the documentation does not know.");
        var (size, from) = (int.Parse(query["max_results"], CultureInfo.InvariantCulture), query.TryGetValue("pagination_token", out var token) ? int.Parse(token["page-".Length..], CultureInfo.InvariantCulture) : 0);
        if (size is < 5 or > PageLimit || query.GetValueOrDefault("exclude") is not (null or "retweets" or "replies" or "retweets,replies"))
            return Violation("max_results is from 5 to 100; exclude takes retweets and replies.");
        if (query.TryGetValue("start_time", out var since) && !StartTime().IsMatch(since))
            return Violation("start_time is a time of ISO 8601 in whole seconds.");
        var all = posts.Where(post => post.Lag-- <= 0 && (since is null || post.At >= DateTimeOffset.Parse(since, CultureInfo.InvariantCulture))).OrderByDescending(post => post.Id, StringComparer.Ordinal).ToList();
        var page = all.Skip(from).Take(size).ToList();
        var meta = new JsonObject { ["result_count"] = page.Count };
        if (from + size < all.Count)
            meta["next_token"] = $"page-{from + size}";
        var answer = new JsonObject { ["meta"] = meta };
        if (page.Count > 0)
            (answer["data"], answer["includes"]) = (new JsonArray([.. page.Select(post => (JsonNode)Shown(post, fields))]), Includes(page));
        return Say(HttpStatusCode.OK, answer.ToJsonString());
    }

    private HttpResponseMessage Reposted(HttpRequestMessage request, byte[] body)
    {
        if (Sent(request, body, repostShape) is not { } sent)
            return Violation("A repost names a post: " + Encoding.UTF8.GetString(body));
        if (Find(sent["tweet_id"]!.GetValue<string>()) is not { } post)
            return Problem(HttpStatusCode.NotFound, "https://api.twitter.com/2/problems/resource-not-found", "Not Found Error", "Could not find it.");
        reposts.Add(post.Id);
        return Say(HttpStatusCode.OK, """{"data":{"retweeted":true}}""");
    }

    private HttpResponseMessage TakenBack(string id)
    {
        reposts.Remove(id);
        return Say(HttpStatusCode.OK, """{"data":{"retweeted":false}}""");
    }

    private HttpResponseMessage Numbered(HttpStatusCode status, int code, string message) =>
        Say(status, new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["code"] = code, ["message"] = message }) }.ToJsonString());

    /// <returns>The fields asked for; null for a question with a word that the documentation does not know.</returns>
    private static HashSet<string>? Asked(Dictionary<string, string> query, HashSet<string> besides)
    {
        var fields = query.GetValueOrDefault("tweet.fields")?.Split(',').ToHashSet() ?? [];
        return query.Keys.All(name => name is "tweet.fields" or "expansions" or "media.fields" || besides.Contains(name)) && fields.IsSubsetOf(postFields)
            && query.GetValueOrDefault("expansions") is null or "attachments.media_keys" && query.GetValueOrDefault("media.fields") is null or "alt_text,type" ? fields : null;
    }

    private JsonObject Shown(Kept post, HashSet<string> fields)
    {
        var (text, urls) = Shortened(post);
        var whole = new JsonObject
        {
            ["attachments"] = post.Media.Count == 0 ? null : new JsonObject { ["media_keys"] = new JsonArray([.. post.Media.Select(id => (JsonNode)("3_" + id))]) },
            ["author_id"] = AccountId,
            ["created_at"] = post.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["edit_controls"] = new JsonObject { ["edits_remaining"] = 6 - post.History.Count, ["is_edit_eligible"] = LetsEdit, ["editable_until"] = Until(post).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) },
            ["entities"] = urls.Count == 0 ? null : new JsonObject { ["urls"] = urls },
            ["referenced_tweets"] = post.ReplyTo is null && post.Quotes is null ? null : new JsonArray(
                [.. new[] { ("replied_to", post.ReplyTo), ("quoted", post.Quotes) }.Where(r => r.Item2 is not null).Select(r => (JsonNode)new JsonObject { ["type"] = r.Item1, ["id"] = r.Item2 })]),
        };
        var shown = new JsonObject { ["id"] = post.Id, ["text"] = text, ["edit_history_tweet_ids"] = new JsonArray([.. post.History.Select(id => (JsonNode)id)]) };
        foreach (var (name, value) in whole.Where(field => field.Value is not null && fields.Contains(field.Key)))
            shown[name] = value!.DeepClone();
        return shown;
    }

    private JsonObject Includes(IReadOnlyList<Kept> shown) => new()
    {
        ["media"] = new JsonArray([.. shown.SelectMany(post => post.Media).Select(id => (JsonNode)new JsonObject { ["media_key"] = "3_" + id, ["type"] = "photo", ["alt_text"] = media[id].Alt })]),
    };

    /// <summary>As X shows words: escaped, every address its own short one, pictures and the quoted post as addresses at the end.</summary>
    private static (string Text, JsonArray Urls) Shortened(Kept post)
    {
        var urls = new JsonArray();
        var text = XWeights.Address().Replace(post.Text, address => Short(address.Value.Contains("://", StringComparison.Ordinal) ? address.Value : "http://" + address.Value, null));
        if (post.Media.Count > 0)
            text = (text + " " + Short($"https://x.com/northgate/status/{post.Id}/photo/1", "3_" + post.Media[0])).TrimStart();
        if (post.Quotes is { } quoted)
            text += " " + Short("https://x.com/northgate/status/" + quoted, null);
        return (text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal), urls);

        string Short(string expanded, string? key)
        {
            var shortened = $"https://t.co/{post.Id[^6..]}{urls.Count:0000}";
            var url = new JsonObject { ["start"] = 0, ["end"] = 23, ["url"] = shortened, ["expanded_url"] = expanded, ["display_url"] = expanded.Split("://")[1] };
            if (key is not null)
                url["media_key"] = key;
            urls.Add(url);
            return shortened;
        }
    }

    private bool CanEdit(Kept post) => LetsEdit && post.History.Count < 6 && clock.GetUtcNow() < Until(post);

    private static DateTimeOffset Until(Kept post) => post.FirstAt.AddMinutes(30);

    private Kept? Find(string id) => posts.Find(post => post.History.Contains(id));

    private string NextId() => (++lastId).ToString(CultureInfo.InvariantCulture);

    private static JsonObject? Sent(HttpRequestMessage request, byte[] body, JsonObject shape) =>
        request.Content?.Headers.ContentType?.MediaType == MediaTypeNames.Application.Json && Object(body) is { } sent && Misfit(sent, shape) is null ? sent : null;

    [GeneratedRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StartTime();

    private sealed record Kept(string Id, List<string> History, string Text, List<string> Media, string? ReplyTo, string? Quotes, DateTimeOffset At, int Lag)
    {
        public int Lag { get; set; } = Lag;

        public DateTimeOffset FirstAt { get; } = At;
    }
}

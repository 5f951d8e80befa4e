using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Countersign.Channels.Tests.Facebook;

/// <summary>Posts, photos and comments, as the fake keeps and shows them.</summary>
internal sealed partial class StrictFacebook
{
    private const string CommonFields = "id,message,from,created_time";
    private const string AllFields = CommonFields + ",attachments{media_type,target{id},subattachments.limit(12){media_type,target{id}}}";

    private readonly List<Kept> posts = [];
    private readonly Dictionary<string, (string Alt, bool Shown)> photos = [];
    private long lastId = 900_000;

    /// <summary>How often the page's posts are read before a new one shows.</summary>
    public int LaggingReads { get; set; }

    public IReadOnlyList<(string Text, IReadOnlyList<string> Alts)> Standing() =>
        Look<IReadOnlyList<(string, IReadOnlyList<string>)>>(() => [.. posts.Select(post => (post.Text, (IReadOnlyList<string>)[.. post.Photos.Select(id => photos[id].Alt)]))]);

    /// <summary>What stands directly below a post or comment.</summary>
    public IReadOnlyList<string> Below(string id) => Look<IReadOnlyList<string>>(() => [.. posts.Where(post => post.Parent == id).Select(post => post.Text)]);

    private HttpResponseMessage Uploaded(HttpRequestMessage request, byte[] body)
    {
        if (Parts(request, body) is not { } parts || parts.Keys.Any(name => name is not ("source" or "published" or "alt_text_custom" or "caption")) || !parts.TryGetValue("source", out var file))
            return Violation("A photo is a form with a file.");
        if (!parts.TryGetValue("published", out var published) || Encoding.UTF8.GetString(published) != "false")
            return Violation("A photo was to be published by itself.");
        if (file.Length > 4_000_000 || !(file.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]) || file.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P'])))
            return Refuse(324, null, "Missing or invalid image file");
        var id = NextId();
        photos[id] = (parts.TryGetValue("alt_text_custom", out var alt) ? Encoding.UTF8.GetString(alt) : "", false);
        return Say(HttpStatusCode.OK, $$"""{"id":"{{id}}"}""");
    }

    private HttpResponseMessage Described(Dictionary<string, string> query)
    {
        if (query.Keys.Any(name => name is not ("ids" or "fields")) || query.GetValueOrDefault("fields") != "id,alt_text_custom")
            return Violation("Photos are read by their identifiers.");
        var answer = new JsonObject();
        foreach (var id in query["ids"].Split(','))
        {
            if (!photos.TryGetValue(id, out var photo))
                return Missing();
            answer[id] = new JsonObject { ["id"] = id, ["alt_text_custom"] = photo.Alt };
        }

        return Say(HttpStatusCode.OK, answer.ToJsonString());
    }

    private HttpResponseMessage Posted(HttpRequestMessage request, byte[] body)
    {
        if (Fields(request, body) is not { } sent || sent.Keys.Any(name => name is not ("message" or "link") && !Attached().IsMatch(name)))
            return Violation("A post has a field that the reference does not know.");
        List<string> shown = [];
        foreach (var number in Enumerable.Range(0, sent.Keys.Count(name => Attached().IsMatch(name))))
        {
            if (!sent.TryGetValue($"attached_media[{number}]", out var attached) || JsonNode.Parse(attached) is not JsonObject { Count: 1 } media || media["media_fbid"]?.GetValue<string>() is not { } id)
                return Violation("attached_media is a list of objects with media_fbid.");
            if (!photos.TryGetValue(id, out var photo) || photo.Shown)
                return Refuse(100, null, "Invalid parameter");
            photos[id] = photo with { Shown = true };
            shown.Add(id);
        }

        if (sent.ContainsKey("link") && shown.Count > 0)
            return Refuse(100, null, "Invalid parameter");
        return Keep(sent.GetValueOrDefault("message") ?? "", shown, null, $"{PageId}_");
    }

    private HttpResponseMessage Commented(string target, HttpRequestMessage request, byte[] body)
    {
        if (Fields(request, body) is not { } sent || sent.Keys.Any(name => name != "message"))
            return Violation("A comment has a field that the reference does not know.");
        return posts.Exists(post => post.Id == target) ? Keep(sent["message"], [], target, target.Split('_')[1] + "_") : Missing();
    }

    private HttpResponseMessage Keep(string text, List<string> shown, string? parent, string prefix)
    {
        if (text.Length == 0 && shown.Count == 0)
            return Refuse(100, null, "Invalid parameter");
        if (text.Length > 63_206)
            return Refuse(100, null, "Invalid parameter");
        if (posts.Exists(post => post.Text == text && post.Parent == parent && post.Photos.Count == 0 && shown.Count == 0))
            return Refuse(506, null, "Duplicate status message");
        var post = new Kept(prefix + NextId(), text, shown, parent, clock.GetUtcNow(), LaggingReads);
        posts.Add(post);
        return Say(HttpStatusCode.OK, $$"""{"id":"{{post.Id}}"}""");
    }

    private HttpResponseMessage CommentsOf(string target, Dictionary<string, string> query)
    {
        if (query.GetValueOrDefault("filter") != "stream" || query.GetValueOrDefault("order") != "reverse_chronological")
            return Violation("Comments are read as a stream, newest first.");
        return posts.Exists(post => post.Id == target) ? Listed(query, posts.Where(post => post.Parent == target), ["fields", "since", "limit", "after", "filter", "order"]) : Missing();
    }

    private HttpResponseMessage Listed(Dictionary<string, string> query, IEnumerable<Kept> all, HashSet<string> names)
    {
        if (query.Keys.Any(name => !names.Contains(name)) || query.GetValueOrDefault("fields") is not (CommonFields or AllFields) || int.Parse(query["limit"], CultureInfo.InvariantCulture) is < 1 or > 100)
            return Violation("The list was asked for in a way that the reference does not know.");
        var since = query.TryGetValue("since", out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds, CultureInfo.InvariantCulture)) : DateTimeOffset.MinValue;
        var from = query.TryGetValue("after", out var after) ? int.Parse(after["at-".Length..], CultureInfo.InvariantCulture) : 0;
        var listed = all.Where(post => post.Lag-- <= 0 && post.At >= since).Reverse().ToList();
        var page = listed.Skip(from).Take(int.Parse(query["limit"], CultureInfo.InvariantCulture)).ToList();
        var answer = new JsonObject { ["data"] = new JsonArray([.. page.Select(post => (JsonNode)Shown(post, query["fields"]))]) };
        if (page.Count > 0)
        {
            answer["paging"] = new JsonObject { ["cursors"] = new JsonObject { ["before"] = $"at-{from}", ["after"] = $"at-{from + page.Count}" } };
            if (from + page.Count < listed.Count)
                answer["paging"]!["next"] = "https://graph.facebook.com/next";
        }

        return Say(HttpStatusCode.OK, answer.ToJsonString());
    }

    private HttpResponseMessage One(HttpRequestMessage request, string id, Dictionary<string, string> query, byte[] body)
    {
        if (posts.Find(post => post.Id == id) is not { } found)
            return Missing();
        switch (request.Method.Method)
        {
            case "GET" when query.GetValueOrDefault("fields") is CommonFields || (query.GetValueOrDefault("fields") is AllFields && found.Parent is null):
                return Say(HttpStatusCode.OK, Shown(found, query["fields"]).ToJsonString());
            case "GET":
                return Refuse(100, null, "(#100) Tried accessing nonexisting field (attachments)");
            case "DELETE":
                posts.RemoveAll(post => post.Id == id || post.Parent == id);
                return Say(HttpStatusCode.OK, """{"success":true}""");
            case "POST" when Fields(request, body) is { } sent && sent.Keys.All(name => name == "message"):
                posts[posts.IndexOf(found)] = found with { Text = sent["message"] };
                return Say(HttpStatusCode.OK, """{"success":true}""");
            default:
                return Violation($"{request.Method} of a post, in a way that the reference does not know.");
        }
    }

    private JsonObject Shown(Kept post, string fields)
    {
        var shown = new JsonObject
        {
            ["id"] = post.Id,
            ["from"] = new JsonObject { ["id"] = PageId, ["name"] = "Northgate" },
            ["created_time"] = post.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'+0000'", CultureInfo.InvariantCulture),
        };
        if (post.Text.Length > 0)
            shown["message"] = post.Text;
        if (fields == AllFields && post.Photos.Count > 0)
        {
            var pictures = post.Photos.Select(id => (JsonNode)new JsonObject { ["media_type"] = "photo", ["target"] = new JsonObject { ["id"] = id } });
            shown["attachments"] = new JsonObject
            {
                ["data"] = post.Photos.Count == 1
                    ? new JsonArray([.. pictures])
                    : new JsonArray(new JsonObject { ["media_type"] = "album", ["target"] = new JsonObject { ["id"] = NextId() }, ["subattachments"] = new JsonObject { ["data"] = new JsonArray([.. pictures]) } }),
            };
        }

        return shown;
    }

    private HttpResponseMessage Missing() => Refuse(100, 33, "Unsupported request. Object does not exist, cannot be loaded due to missing permissions, or does not support this operation.");

    private string NextId() => (++lastId).ToString(CultureInfo.InvariantCulture);

    private static Dictionary<string, string>? Fields(HttpRequestMessage request, byte[] body) =>
        request.Content?.Headers.ContentType?.MediaType == "application/x-www-form-urlencoded" ? Form(Encoding.UTF8.GetString(body)) : null;

    [GeneratedRegex(@"^attached_media\[[0-9]\]$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Attached();

    private sealed record Kept(string Id, string Text, List<string> Photos, string? Parent, DateTimeOffset At, int Lag)
    {
        public int Lag { get; set; } = Lag;
    }
}

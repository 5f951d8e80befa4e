using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Countersign.Channels.Tests.Mastodon;

/// <summary>What others do, and how the account is told of it.</summary>
internal sealed partial class StrictMastodon
{
    private readonly List<JsonObject> notices = [];
    private readonly List<JsonObject> others = [];

    /// <summary>Gives every page from the top, as a server that knows no pages.</summary>
    public bool KnowsNoPages { get; set; }

    /// <summary>Somebody writes to the account.</summary>
    /// <param name="type">mention, or quote.</param>
    /// <returns>The post's lasting identifier, and what the server calls it.</returns>
    public (string Uri, string Id) Write(string html, string visibility = "public", string? replyTo = null, bool toUs = true, string type = "mention", JsonObject? with = null) => Look(() =>
    {
        var id = NextId();
        var status = Fresh(id);
        var account = status["account"]!.AsObject();
        (account["id"], account["username"], account["acct"], account["display_name"], account["url"]) = ("7", "gwen", "gwen@elsewhere.example.test", "Gwen <b>Bold</b>", "https://elsewhere.example.test/@gwen");
        (status["uri"], status["url"], status["content"], status["visibility"], status["language"]) = ($"https://elsewhere.example.test/posts/{id}", $"https://elsewhere.example.test/@gwen/{id}", html, visibility, "en");
        (status["in_reply_to_id"], status["in_reply_to_account_id"]) = (replyTo, replyTo is null ? null : toUs ? AccountId : "9");
        foreach (var (name, value) in with ?? [])
            status[name] = value?.DeepClone();
        others.Add(status);
        Notify(type, status);
        return (status["uri"]!.GetValue<string>(), id);
    });

    /// <summary>Somebody does something that is no message.</summary>
    public void Favourite() => Look(() => Notify("favourite", others.LastOrDefault() ?? Fresh(NextId())));

    /// <summary>Its writer changes a post.</summary>
    public void Change(string id, string html) => Look(() =>
    {
        var status = others.Single(s => s["id"]!.GetValue<string>() == id);
        (status["content"], status["edited_at"]) = (html, clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
        return 0;
    });

    /// <summary>Its writer takes a post down: nothing tells of it any more.</summary>
    public void Remove(string id) => Look(() => others.RemoveAll(s => s["id"]!.GetValue<string>() == id) + notices.RemoveAll(n => n["_status"]!.GetValue<string>() == id));

    private int Notify(string type, JsonObject status)
    {
        notices.Add(new JsonObject
        {
            ["id"] = NextId(),
            ["type"] = type,
            ["created_at"] = clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
            ["account"] = status["account"]!.DeepClone(),
            ["_status"] = status["id"]!.GetValue<string>(),
        });
        if (!others.Contains(status))
            others.Add(status);
        return notices.Count;
    }

    private HttpResponseMessage Told(string query)
    {
        var asked = query.TrimStart('?').Split('&').Select(part => part.Split('=', 2)).ToDictionary(part => Uri.UnescapeDataString(part[0]), part => Uri.UnescapeDataString(part[1]), StringComparer.Ordinal);
        var before = asked.TryGetValue("max_id", out var max) && !KnowsNoPages ? long.Parse(max, CultureInfo.InvariantCulture) : long.MaxValue;
        var most = int.Parse(asked["limit"], CultureInfo.InvariantCulture);
        var page = notices.Where(n => n["type"]!.GetValue<string>() == asked["types[]"] && long.Parse(n["id"]!.GetValue<string>(), CultureInfo.InvariantCulture) < before).Reverse().Take(most).ToList();
        var answer = Say(HttpStatusCode.OK, "[" + string.Join(',', page.Select(notice =>
        {
            var shown = notice.DeepClone().AsObject();
            shown.Remove("_status");
            shown["status"] = JsonNode.Parse(Public(Find(notice["_status"]!.GetValue<string>())!));
            return shown.ToJsonString();
        })) + "]");
        if (page.Count == most)
            answer.Headers.TryAddWithoutValidation("Link", $"<https://mastodon.example.test/api/v1/notifications?limit={most}&max_id={page[^1]["id"]}>; rel=\"next\", <https://mastodon.example.test/api/v1/notifications?min_id={page[0]["id"]}>; rel=\"prev\"");
        else
            answer.Headers.TryAddWithoutValidation("Link", "<https://mastodon.example.test/api/v1/notifications?min_id=1>; rel=\"prev\"");
        return answer;
    }
}

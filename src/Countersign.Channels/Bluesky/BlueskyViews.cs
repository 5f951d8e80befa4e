using System.Net;
using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.Bluesky;

/// <summary>What the network's public views count of our posts. They are another program than the account's server, which asks them for us, and lag some seconds behind what is written.</summary>
internal sealed class BlueskyViews(Xrpc xrpc, Sessions sessions)
{
    /// <summary>The most that app.bsky.feed.getPosts takes (its lexicon).</summary>
    public const int MostAtOnce = 25;

    public async Task<ResponsesReading> CountAsync(ConnectedAccount account, IReadOnlyList<string> ids, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ids.Count, MostAtOnce, nameof(ids));
        var opened = await sessions.GetAsync(account, stop);
        if (!opened.Done)
            return new ResponsesReading.Unavailable(new(null, null, "The account does not open, so the public views were not asked."));
        var reply = await xrpc.GetAsync(BlueskyServer.Of(account), "app.bsky.feed.getPosts", "?" + string.Join('&', ids.Select(id => "uris=" + WebUtility.UrlEncode(id))), opened.Made.Access, stop);
        if (reply is not Reply.Answered { Ok: true } ok || ok.Body.At("posts") is not { ValueKind: JsonValueKind.Array })
        {
            if (reply is Reply.Answered && Verdicts.OfPreparation(reply, "Asking the public views") is Outcome.NotSent { Kind: NotSentKind.AuthNotRefreshed })
                sessions.Refused(account, opened.Made);
            return new ResponsesReading.Unavailable((reply as Reply.Answered)?.Evidence("The public views did not answer.") ?? new(null, null, "The public views did not answer."));
        }

        var posts = new Dictionary<string, Responses>(StringComparer.Ordinal);
        foreach (var post in ok.Body.ItemsAt("posts"))
        {
            if (post.TextAt("uri") is { } uri && ids.Contains(uri))
                posts[uri] = new Responses(post.NumberAt("likeCount"), post.NumberAt("repostCount"), post.NumberAt("replyCount"), post.NumberAt("quoteCount"));
        }

        return new ResponsesReading.Read(posts);
    }
}

using System.Net;
using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.Bluesky;

/// <summary>
/// Who mentioned, answered or quoted the account, as the network's public views tell it. They list from the newest and forget nothing but what was
/// taken down or whose writer is gone, blocked or muted. Direct messages are another service (chat.bsky), which these calls do not reach.
/// </summary>
internal sealed class BlueskyInbox(Xrpc xrpc, Sessions sessions, TimeProvider clock)
{
    public static readonly IReadOnlyList<InboxKind> Kinds = [InboxKind.Mention, InboxKind.Reply, InboxKind.Quote];

    /// <summary>The most that app.bsky.notification.listNotifications takes (its lexicon), and fewer where so many are too long for one answer.</summary>
    private static readonly int[] pageSizes = [100, 10, 1];

    public async Task<InboxPage> ReadAsync(ConnectedAccount account, InboxKind kind, string? cursor, CancellationToken stop)
    {
        if (!Kinds.Contains(kind))
            return new InboxPage.Unavailable(new(null, null, "Bluesky tells of nothing of that kind."));
        var walk = NotificationWalk.Parse(cursor).Begin(clock.GetUtcNow());
        Reply? reply = null;
        foreach (var size in pageSizes)
        {
            // Of an account that wants to be told of people it follows alone, the others are asked for too.
            var query = $"?limit={size}&reasons={ReasonOf(kind)}&priority=false" + (walk.Next is { } next ? "&cursor=" + WebUtility.UrlEncode(next) : "");
            var asked = await AskAsync(account, "app.bsky.notification.listNotifications", query, stop);
            if (!asked.Done)
                return new InboxPage.Unavailable(EvidenceOf(asked.Why));
            reply = asked.Made;
            if (reply is not Reply.Answered { Status: HttpStatusCode.OK, Body.ValueKind: JsonValueKind.Undefined })
                break;
        }

        if (reply is not Reply.Answered { Ok: true } ok || ok.Body.At("notifications") is not { ValueKind: JsonValueKind.Array })
            return new InboxPage.Unavailable(reply is Reply.Answered refused ? refused.Evidence("The network's public views did not say who wrote.") : EvidenceOf(Verdicts.OfPreparation(reply!, "Reading who wrote")));
        var told = ok.Body.ItemsAt("notifications").Where(notice => notice.TextAt("reason") == ReasonOf(kind)).ToList();
        var server = BlueskyServer.Of(account);
        List<InboxItem> items = [.. told.Select(notice => BlueskyMessage.Read(server, account.RemoteId, notice, kind)).OfType<InboxItem>()];
        if (walk.After(items.Select(item => item.At), ok.Text("cursor"), clock.GetUtcNow()) is not { } left)
            return new InboxPage.Unavailable(ok.Evidence("The network gives the same page again and again, so the rest cannot be read."));
        return new InboxPage.Read([.. Enumerable.Reverse(await WithMediaAsync(account, told, items, stop)).OrderBy(item => item.At)], left.ToString(), left.Next is null);
    }

    public async Task<InboxRecheck> RecheckAsync(ConnectedAccount account, IReadOnlyList<RemoteRef> messages, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(messages.Count, BlueskyViews.MostAtOnce, nameof(messages));
        var asked = await PostsAsync(account, messages.Select(message => message.Id), stop);
        if (!asked.Done)
            return new InboxRecheck.Unavailable(EvidenceOf(asked.Why));
        List<InboxItem> shown = [.. asked.Made.Select(post => BlueskyMessage.Read(BlueskyServer.Of(account), account.RemoteId, post, null)).OfType<InboxItem>()];
        return new InboxRecheck.Read(shown, [.. messages.Select(message => message.Id).Except(shown.Select(item => item.Remote.Id))]);
    }

    /// <summary>Where pictures are is told with the posts alone. A message whose post is not told keeps its pictures' descriptions.</summary>
    private async Task<List<InboxItem>> WithMediaAsync(ConnectedAccount account, List<JsonElement> told, List<InboxItem> items, CancellationToken stop)
    {
        var pictured = items.Where(item => item.Media.Count > 0).Select(item => item.Remote.Id).ToHashSet(StringComparer.Ordinal);
        Dictionary<string, IReadOnlyList<InboxMedia>> media = [];
        foreach (var some in pictured.Chunk(BlueskyViews.MostAtOnce))
        {
            var posts = await PostsAsync(account, some, stop);
            if (!posts.Done)
                break;
            foreach (var post in posts.Made)
            {
                if (post.TextAt("uri") is { } uri)
                    media[uri] = BlueskyMessage.MediaShown(post);
            }
        }

        return [.. items.Select(item => media.TryGetValue(item.Remote.Id, out var shown) && shown.Count == item.Media.Count ? item with { Media = shown } : item)];
    }

    private async Task<Step<List<JsonElement>>> PostsAsync(ConnectedAccount account, IEnumerable<string> ids, CancellationToken stop)
    {
        var asked = await AskAsync(account, "app.bsky.feed.getPosts", "?" + string.Join('&', ids.Select(id => "uris=" + WebUtility.UrlEncode(id))), stop);
        if (!asked.Done)
            return asked.Why;
        return asked.Made is Reply.Answered { Ok: true } ok && ok.Body.At("posts") is { ValueKind: JsonValueKind.Array }
            ? ok.Body.ItemsAt("posts").ToList()
            : Verdicts.OfPreparation(asked.Made, "Asking the public views");
    }

    /// <summary>A session that was refused is renewed once.</summary>
    private async Task<Step<Reply>> AskAsync(ConnectedAccount account, string method, string query, CancellationToken stop)
    {
        for (var mayRenew = true; ; mayRenew = false)
        {
            var opened = await sessions.GetAsync(account, stop);
            if (!opened.Done)
                return opened.Why;
            var reply = await xrpc.GetAsync(BlueskyServer.Of(account), method, query, opened.Made.Access, stop);
            if (reply is not Reply.Answered { Ok: false } || Verdicts.OfPreparation(reply, "Reading who wrote") is not Outcome.NotSent { Kind: NotSentKind.AuthNotRefreshed } ended)
                return reply;
            sessions.Refused(account, opened.Made);
            if (!mayRenew)
                return ended;
        }
    }

    private static string ReasonOf(InboxKind kind) => kind switch
    {
        InboxKind.Mention => "mention",
        InboxKind.Reply => "reply",
        _ => "quote",
    };

    private static Evidence EvidenceOf(Outcome why) => why.Against ?? new Evidence(null, null, "The account does not open, so nobody was asked.");
}

using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.Mastodon;

/// <summary>
/// Who named, answered, quoted or wrote privately to the account, as its server tells. A mention, an answer and a private message are one sort of notice there,
/// so each kind goes its own way through the same list.
/// </summary>
internal sealed class MastodonInbox(MastodonApi api, TimeProvider clock)
{
    public static readonly IReadOnlyList<InboxKind> Kinds = [InboxKind.Mention, InboxKind.Reply, InboxKind.Direct, InboxKind.Quote];

    /// <summary>Each is a call of its own.</summary>
    public const int MostAtOnce = 10;

    /// <summary>The server's own for a first page, and fewer where so many are too long for one answer.</summary>
    private static readonly int[] pageSizes = [40, 10, 1];

    /// <summary>What posts are answered, by the server's identifier: they are asked for once, not with every reading. Bounded by <see cref="MostParents"/>.</summary>
    private readonly ConcurrentDictionary<(string Account, string Id), string> parents = [];

    private const int MostParents = 2_000;

    public async Task<InboxPage> ReadAsync(ConnectedAccount account, InboxKind kind, string? cursor, CancellationToken stop)
    {
        if (!Kinds.Contains(kind))
            return new InboxPage.Unavailable(new(null, null, "A server of this kind tells of nothing like that."));
        var walk = NotificationWalk.Parse(cursor).Begin(clock.GetUtcNow());
        var asked = await PageAsync(account, kind == InboxKind.Quote ? "quote" : "mention", walk.Next, stop);
        if (!asked.Done)
            return new InboxPage.Unavailable(EvidenceOf(asked.Why));
        var page = asked.Made;
        if (walk.After(page.Notices.Select(notice => notice.At), page.Next, clock.GetUtcNow()) is not { } left)
            return new InboxPage.Unavailable(new(200, null, "The server gives the same page again and again, so the rest cannot be read."));
        List<InboxItem> items = [];
        foreach (var message in page.Notices.Reverse().Select(notice => notice.Message).OfType<StatusMessage>().Where(message => message.Kind == kind))
            items.Add(await WithParentAsync(account, message, stop));
        return new InboxPage.Read([.. items.OrderBy(item => item.At)], left.ToString(), left.Next is null);
    }

    public async Task<InboxRecheck> RecheckAsync(ConnectedAccount account, IReadOnlyList<RemoteRef> messages, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(messages.Count, MostAtOnce, nameof(messages));
        List<InboxItem> shown = [];
        List<string> gone = [];
        foreach (var message in messages)
        {
            if (message.Version is not { Length: > 0 } id)
                return new InboxRecheck.Unavailable(new(null, null, "The message's identifier on its server is not known."));
            var asked = await api.GetAsync(account, "/api/v1/statuses/" + Uri.EscapeDataString(id), stop);
            switch (asked)
            {
                case { Made: Reply.Answered { Ok: true } ok } when StatusMessage.Read(ok.Body, null, account) is { } read && read.Item.Remote.Id == message.Id:
                    shown.Add(await WithParentAsync(account, read, stop));
                    break;
                case { Made: Reply.Answered { Status: HttpStatusCode.NotFound or HttpStatusCode.Gone } }:
                    gone.Add(message.Id);
                    break;
                default:
                    return new InboxRecheck.Unavailable(EvidenceOf(asked.Why ?? MastodonVerdicts.OfPreparation(asked.Made!, "Reading a message again")));
            }
        }

        return new InboxRecheck.Read(shown, gone);
    }

    private async Task<Step<NoticePage>> PageAsync(ConnectedAccount account, string type, string? before, CancellationToken stop)
    {
        Reply? reply = null;
        foreach (var size in pageSizes)
        {
            var asked = await api.GetAsync(account, $"/api/v1/notifications?limit={size}&types[]={type}" + (before is null ? "" : "&max_id=" + Uri.EscapeDataString(before)), stop);
            if (!asked.Done)
                return asked.Why;
            reply = asked.Made;
            if (reply is not Reply.Answered { Status: HttpStatusCode.OK, Body.ValueKind: JsonValueKind.Undefined })
                break;
        }

        if (reply is Reply.Answered { Status: HttpStatusCode.Forbidden } closed)
            return new Outcome.Rejected(RejectKind.PermissionMissing, closed.Evidence("Countersign was not allowed to be told who writes. Connect the account again."));
        if (reply is not Reply.Answered { Status: HttpStatusCode.OK, Body.ValueKind: JsonValueKind.Array } page)
            return MastodonVerdicts.OfPreparation(reply!, "Reading who wrote");
        List<(string? Id, string? Type, JsonElement Whole)> told = [.. page.Body.EnumerateArray().Select(notice => (notice.TextAt("id"), notice.TextAt("type"), notice))];

        // Some servers tell of everything whatever is asked for (measured).
        List<Notice> notices =
        [
            .. told.Select(notice => new Notice(
                notice.Whole.TimeAt("created_at"),
                notice.Type == type && notice.Whole.At("status") is { } status ? StatusMessage.Read(status, notice.Whole, account) : null)),
        ];

        // The page after a notice begins with older ones; a server that gives it again knows no pages, and gave all it has.
        if (before is not null && told.Exists(notice => notice.Id == before))
            return new NoticePage(notices, null);
        return new NoticePage(notices, MastodonReader.NextOf(page, told.Select(notice => notice.Id).OfType<string>().LastOrDefault()));
    }

    /// <summary>Which post is answered, by its lasting identifier. Where its server does not give it, the message is still an answer, to something that is not shown.</summary>
    private async Task<InboxItem> WithParentAsync(ConnectedAccount account, StatusMessage message, CancellationToken stop)
    {
        if (message.ParentId is not { } id)
            return message.Item;
        if (!parents.TryGetValue((account.Id, id), out var parent))
        {
            var asked = await api.GetAsync(account, "/api/v1/statuses/" + Uri.EscapeDataString(id), stop);
            if (asked.Made is not Reply.Answered { Ok: true } ok || ok.Text("uri") is not { Length: > 0 } uri)
                return message.Item;
            if (parents.Count >= MostParents)
                parents.Clear();
            parents[(account.Id, id)] = parent = uri;
        }

        return message.Item with { ReplyTo = parent, About = message.AnswersAccount ? parent : message.Item.About };
    }

    private static Evidence EvidenceOf(Outcome why) => why.Against ?? new Evidence(null, null, "The server did not answer.");

    /// <param name="At">By the server's clock; null where it does not say.</param>
    /// <param name="Message">Null for a notice of something else.</param>
    private sealed record Notice(DateTimeOffset? At, StatusMessage? Message);

    private sealed record NoticePage(IReadOnlyList<Notice> Notices, string? Next);
}

using System.Net;
using Countersign.Channels.Http;

namespace Countersign.Channels.WordPress;

/// <summary>Calls to a site: with what opens the account, within the site's limits, each made once.</summary>
internal sealed class WordPressSite(Wire wire, RateBudget budget)
{
    public Task<Step<Reply>> GetAsync(ConnectedAccount account, string path, CancellationToken stop) =>
        SendAsync(account, HttpMethod.Get, path, null, stop);

    public Task<Step<Reply>> PostAsync(ConnectedAccount account, string path, SentContent content, CancellationToken stop) =>
        SendAsync(account, HttpMethod.Post, path, content, stop);

    public Task<Step<Reply>> DeleteAsync(ConnectedAccount account, string path, CancellationToken stop) =>
        SendAsync(account, HttpMethod.Delete, path, null, stop);

    /// <summary>A call without an account, or with one that is only tried.</summary>
    public Task<Reply> AskAsync(Uri root, string path, WordPressSecret? secret, CancellationToken stop)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, Address(root, path));
        request.Headers.Authorization = secret?.Header;
        return wire.SendAsync(request, null, stop);
    }

    /// <summary>A picture as the body of the call: a site takes larger ones so than in a form, whose files PHP limits by itself.</summary>
    public async Task<Step<Reply>> UploadAsync(ConnectedAccount account, PostMedia media, string name, CancellationToken stop)
    {
        var content = new SentContent(media.Bytes, media.ContentType);
        content.Headers.TryAddWithoutValidation("Content-Disposition", $"attachment; filename=\"{name}\"");
        return await SendAsync(account, HttpMethod.Post, "wp/v2/media", content, stop);
    }

    /// <summary>The account's identifier on its site; what stands before the @ of its lasting one.</summary>
    public static string UserOf(ConnectedAccount account) => account.RemoteId?.Split('@')[0] ?? "";

    public static string RemoteIdOf(string user, Uri site) => $"{user}@{site.Authority}{site.AbsolutePath.TrimEnd('/')}";

    /// <summary>The address of the site with a slash at its end, so that what follows is below it.</summary>
    public static Uri Base(Uri site) => new(site.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/");

    private static Uri Address(Uri root, string path) =>
        root.Query.Length == 0 ? new Uri(root, path) : new Uri(root.AbsoluteUri + path.Replace('?', '&'));

    /// <returns>The answer, or why nothing was asked.</returns>
    private async Task<Step<Reply>> SendAsync(ConnectedAccount account, HttpMethod method, string path, SentContent? content, CancellationToken stop)
    {
        if (account.Server is not { } server || !Servers.MayBeTrusted(server))
            return new Outcome.Rejected(RejectKind.Misconfigured, new(null, null, "The account names no site that may be trusted."));
        if (WordPressSecret.Parse(account.Secret) is not { } secret)
            return new Outcome.Rejected(RejectKind.AuthRevoked, new(null, null, "There is nothing that opens this account. Connect it again."));
        if (budget.WaitBefore(account.Id) is { } wait)
            return new Outcome.NotSent(NotSentKind.RateLimited, wait, new(null, null, "The site asked us to slow down."));

        // What was kept says only where on the site the interface is; the site is the account's own.
        var root = new Uri(Base(server), secret.Root.Query.Length == 0 ? "wp-json/" : "?rest_route=/");
        var request = new HttpRequestMessage(method, Address(root, path)) { Content = content };
        request.Headers.Authorization = secret.Header;
        var reply = await wire.SendAsync(request, null, stop);
        if (reply is Reply.Answered answered)
            budget.Note(account.Id, answered.Limit, refused: answered.Status == HttpStatusCode.TooManyRequests);
        return reply;
    }
}

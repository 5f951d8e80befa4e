using System.Collections.Concurrent;
using System.Text;

namespace Countersign.Channels.Tests.Mastodon;

/// <summary>Lets every call through to a real server, and writes down those that the published description does not allow.</summary>
internal sealed class DescribedCalls(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    public ConcurrentQueue<string> Violations { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Looked at before it leaves: reading it must not count as having left.
        var (method, body) = (request.Method, "");
        if (request.Content is { } content)
        {
            using var whole = new MemoryStream();
            await content.CopyToAsync(whole, cancellationToken);
            body = Encoding.UTF8.GetString(whole.ToArray());
        }

        if (MastodonDescription.Published.Misfit(request, body) is { } wrong)
            Violations.Enqueue($"{method}: {wrong}");
        return await base.SendAsync(request, cancellationToken);
    }
}

using System.Text.RegularExpressions;
using Countersign.Channels.Http;

namespace Countersign.Channels.LinkedIn;

/// <summary>Calls to LinkedIn's versioned interface. Its limits hold for a day and for all calls together.</summary>
internal sealed partial class LinkedInApi(AccountCalls calls, LinkedInSettings settings)
{
    private const string Daily = "daily";

    public Task<Step<Reply>> GetAsync(ConnectedAccount account, string path, CancellationToken stop, string? kind = null) => SendAsync(account, HttpMethod.Get, path, null, kind, stop);

    public Task<Step<Reply>> PostAsync(ConnectedAccount account, string path, SentContent content, CancellationToken stop, string? kind = null) => SendAsync(account, HttpMethod.Post, path, content, kind, stop);

    public Task<Step<Reply>> DeleteAsync(ConnectedAccount account, string path, CancellationToken stop) => SendAsync(account, HttpMethod.Delete, path, null, "DELETE", stop);

    /// <summary>Bytes of a picture, to where LinkedIn said; with the account's access, so only to LinkedIn.</summary>
    public Task<Step<Reply>> PutAsync(ConnectedAccount account, Uri place, PostMedia media, CancellationToken stop) =>
        calls.SendAsync(account, Daily, () => new HttpRequestMessage(HttpMethod.Put, place) { Content = new SentContent(media.Bytes, media.ContentType) }, stop);

    public static bool IsLinkedIn(ConnectedAccount account, Uri place) =>
        Servers.MayBeTrusted(place) && (place.Authority == account.Server?.Authority || place.Host.EndsWith(".linkedin.com", StringComparison.OrdinalIgnoreCase));

    public static HttpRequestMessage Versioned(HttpMethod method, Uri api, string path, string version, SentContent? content, string? kind)
    {
        var request = new HttpRequestMessage(method, new Uri(api, path)) { Content = content };
        request.Headers.Add("LinkedIn-Version", version);
        request.Headers.Add("X-Restli-Protocol-Version", "2.0.0");
        if (kind is not null)
            request.Headers.Add("X-RestLi-Method", kind);
        return request;
    }

    /// <summary>A name of LinkedIn's as part of an address.</summary>
    public static string Escaped(string urn) => Uri.EscapeDataString(urn).Replace("(", "%28", StringComparison.Ordinal).Replace(")", "%29", StringComparison.Ordinal);

    /// <summary>Of a comment: what it is below, and its own number; null for anything else.</summary>
    public static (string Below, string Number)? CommentOf(string urn) => Comment().Match(urn) is { Success: true } one ? (one.Groups["below"].Value, one.Groups["number"].Value) : null;

    private Task<Step<Reply>> SendAsync(ConnectedAccount account, HttpMethod method, string path, SentContent? content, string? kind, CancellationToken stop) =>
        calls.SendAsync(account, Daily, () => Versioned(method, account.Server!, path, settings.Version, content, kind), stop);

    [GeneratedRegex(@"^urn:li:comment:\((?<below>urn:li:[A-Za-z]+:[0-9]+),(?<number>[0-9]+)\)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment();
}

using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Countersign.Channels.Http;
using Countersign.Channels.WordPress;
using Countersign.Tests.Shared;

namespace Countersign.Channels.Tests.WordPress;

/// <summary>An account on the real site.</summary>
internal static partial class OnWordPress
{
    /// <summary>They write under the same names: a list that grows while it is read page by page gives some of it twice.</summary>
    public const string OneAfterTheOther = "WordPress";

    public static readonly WordPressChannel Channel = new(new HttpClient(Transport.NewHandler()), TimeProvider.System);

    private static readonly Dictionary<string, ConnectedAccount> connected = [];
    private static readonly SemaphoreSlim turn = new(1, 1);

    /// <param name="through">Another way to the site than its own address.</param>
    public static async Task<ChannelUnderTest> OpenAsync(WordPressServer site, string name, Uri? through = null)
    {
        await turn.WaitAsync();
        try
        {
            if (!connected.TryGetValue(name, out var account))
            {
                var answer = Assert.IsType<ConnectOutcome.Connected>(await Channel.ConnectAsync(new ConnectRequest(site.Server, name, site.PasswordOf(name)), TestContext.Current.CancellationToken));
                connected[name] = account = new ConnectedAccount(name, answer.Handle, answer.Server, answer.RemoteId, answer.Secret) { Limits = answer.Limits };
            }

            return new ChannelUnderTest(Channel, account with { Server = through ?? account.Server }, async delivery =>
            [
                .. delivery.Content.ReplyTo is null
                    ? (await site.ListUnderAsync(delivery.Key)).Select(Standing)
                    : (await site.AskAsync("admin", HttpMethod.Get, "wp/v2/comments?context=edit&per_page=100")).EnumerateArray()
                        .Select(comment => new StandingPost(WebUtility.HtmlDecode(comment.GetProperty("content").GetProperty("raw").GetString()!), []))
                        .Where(comment => comment.Text == delivery.Content.Text),
            ]);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Title and body as one text, read by rules of their own and not by the connector's.</summary>
    public static StandingPost Standing(JsonElement article)
    {
        var (title, body) = (WebUtility.HtmlDecode(article.GetProperty("title").GetProperty("raw").GetString()!), article.GetProperty("content").GetProperty("raw").GetString()!);
        var alts = Picture().Matches(body).Select(picture => WebUtility.HtmlDecode(picture.Groups["alt"].Value)).ToList();
        var words = WebUtility.HtmlDecode(Tag().Replace(body.Replace("<br>", "\r", StringComparison.Ordinal).Replace("</p>", "\v", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal), ""))
            .Replace('\r', '\n').Replace("\v", "\n\n", StringComparison.Ordinal).Trim();
        return new StandingPost(words.StartsWith(title.TrimEnd('…'), StringComparison.Ordinal) ? words : $"{title}\n\n{words}", alts);
    }

    [GeneratedRegex("<img[^>]* alt=\"(?<alt>[^\"]*)\"", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Picture();

    [GeneratedRegex("<[^>]*>", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tag();
}

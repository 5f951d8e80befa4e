using System.Collections.Concurrent;
using System.Text;
using Countersign.Channels.Web;
using Countersign.Inbox;
using Microsoft.Extensions.DependencyInjection;

namespace Countersign.Tests.Shared;

/// <summary>A web that answers what a test says. What the real way out refuses is tested where that is.</summary>
internal sealed class SomeWeb
{
    /// <summary>For every address without an answer of its own.</summary>
    public FetchOutcome.Fetched Answer { get; set; } = Rss();

    public ConcurrentDictionary<string, FetchOutcome> Answers { get; } = [];

    public List<FetchRequest> Asked { get; } = [];

    public void Instead(IServiceCollection services) => services.AddSingleton<FetchPage>((request, _) =>
    {
        Asked.Add(request);
        return Task.FromResult(Answers.GetValueOrDefault(request.Address.AbsoluteUri) ?? Answer);
    });

    public static FetchOutcome.Fetched Rss(params IEnumerable<(string Id, string Title, string Words)> items) => Page(
        "<rss version=\"2.0\"><channel><title>The Harbour</title><link>https://harbour.example.test/</link><description>News</description>"
        + string.Concat(items.Select(item => $"<item><guid isPermaLink=\"false\">{item.Id}</guid><title>{item.Title}</title><link>https://harbour.example.test/{(item.Id.All(char.IsAsciiDigit) ? item.Id : "page")}</link><description>{item.Words}</description></item>"))
        + "</channel></rss>");

    public static FetchOutcome.Fetched Page(string body) => new(new Uri("https://harbour.example.test/feed.xml"), "application/rss+xml", "utf-8", Encoding.UTF8.GetBytes(body)) { ETag = "\"1\"" };
}

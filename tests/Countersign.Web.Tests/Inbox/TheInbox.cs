using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Inbox;

/// <summary>The demo's inbox, once its invented customers have written.</summary>
internal static class TheInbox
{
    extension(Visitor visitor)
    {
        public async Task<Page> OpenInboxAsync()
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            while (true)
            {
                var inbox = await visitor.OpenAsync("/inbox");
                if (inbox.Document.QuerySelectorAll(".queue-item").Length > 10)
                    return inbox;
                await Task.Delay(TimeSpan.FromMilliseconds(300), limit.Token);
            }
        }
    }
}

using System.Net;
using Countersign.Channels.Http;

namespace Countersign.Channels.Shelf.Feeds;

public abstract record HubAnswer
{
    private HubAnswer()
    {
    }

    public sealed record Took : HubAnswer;

    /// <param name="Code">"not-reached" or "hub-refused".</param>
    /// <param name="Wait">How long the hub asks to be left alone.</param>
    public sealed record DidNot(string Code, string Sentence, TimeSpan? Wait) : HubAnswer;
}

/// <summary>Tells a hub that a feed has news, so that it fetches it and tells the subscribers (WebSub, w3.org/TR/websub; the form is that of PubSubHubbub 0.4, which hubs take).</summary>
public sealed class HubPing(HttpClient http, TimeProvider clock)
{
    private readonly Wire wire = new(http, clock);

    /// <summary>A hub on the web is spoken to by https only.</summary>
    public static bool MayBe(Uri hub) => Servers.MayBeTrusted(hub);

    /// <summary>Says nothing but the feed's own public address.</summary>
    public async Task<HubAnswer> TellAsync(Uri hub, Uri feed, CancellationToken stop) =>
        await wire.PostAsync(hub, SentContent.Form([("hub.mode", "publish"), ("hub.url", feed.AbsoluteUri), ("hub.topic", feed.AbsoluteUri)]), null, stop) switch
        {
            Reply.Answered { Status: HttpStatusCode.OK or HttpStatusCode.Accepted or HttpStatusCode.NoContent } => new HubAnswer.Took(),
            Reply.Answered { Status: var status, Wait: var wait } => new HubAnswer.DidNot("hub-refused", $"The hub answered {(int)status}.", wait),
            Reply.Lost => new HubAnswer.DidNot("not-reached", "The hub did not answer in time, or its answer broke off.", null),
            _ => new HubAnswer.DidNot("not-reached", "The hub could not be reached.", null),
        };
}

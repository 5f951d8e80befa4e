using System.Text.Json;
using Countersign.Channels.Bluesky;
using Countersign.Tests.Shared;

namespace Countersign.Channels.Tests.Bluesky;

internal static class OnBluesky
{
    /// <param name="server">The network's own address, or a faulty line to it.</param>
    public static ChannelUnderTest Open(BlueskyNetwork network, BlueskyAccount account, Uri server, HttpClient http, TimeProvider? clock = null) =>
        new(
            new BlueskyChannel(http, clock ?? TimeProvider.System),
            new ConnectedAccount(account.Handle, account.Handle, server, account.Did, account.AppPassword),
            async delivery => [.. (await network.ListPostsAsync(account.Did)).Where(p => Mine(p, delivery)).Select(p => Read(p.GetProperty("value")))]);

    /// <summary>Under the delivery's key, or with its words under any other key: that would be the second copy.</summary>
    private static bool Mine(JsonElement post, Delivery delivery) =>
        post.GetProperty("uri").GetString()!.EndsWith("/" + delivery.Key, StringComparison.Ordinal)
        || post.GetProperty("value").GetProperty("text").GetString() == delivery.Content.Text;

    private static StandingPost Read(JsonElement post) => new(
        post.GetProperty("text").GetString()!,
        post.TryGetProperty("embed", out var embed) ? [.. embed.GetProperty("images").EnumerateArray().Select(i => i.GetProperty("alt").GetString()!)] : []);
}

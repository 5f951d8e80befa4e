using System.Text.Json;
using Countersign.Channels.Bluesky;
using Countersign.Channels.Http;
using Countersign.Tests.Shared;

namespace Countersign.Channels.Tests.Bluesky;

internal static class OnBluesky
{
    private static readonly HttpClient http = new(Transport.NewHandler());
    private static readonly BlueskyChannel shared = new(http, TimeProvider.System, NothingToSave);

    /// <summary>An app password stays what it is; a connector that saves one has gone wrong.</summary>
    public static Task NothingToSave(ConnectedAccount account, string secret, CancellationToken stop) => throw new InvalidOperationException("An app password was renewed.");

    /// <summary>The account as most tests use it: over one connector for all of them, which signs in once.</summary>
    public static ChannelUnderTest Open(BlueskyNetwork network, BlueskyAccount account, Uri server) => Open(network, account, server, shared);

    /// <param name="server">The network's own address, or a faulty line to it.</param>
    public static ChannelUnderTest Open(BlueskyNetwork network, BlueskyAccount account, Uri server, HttpClient http, TimeProvider? clock = null) =>
        Open(network, account, server, new BlueskyChannel(http, clock ?? TimeProvider.System, NothingToSave));

    private static ChannelUnderTest Open(BlueskyNetwork network, BlueskyAccount account, Uri server, BlueskyChannel channel) =>
        new(
            channel,
            new ConnectedAccount($"{account.Handle} at {server}", account.Handle, server, account.Did, account.AppPassword),
            async delivery => [.. (await network.ListPostsAsync(account.Did)).Where(p => Mine(p, delivery)).Select(p => Read(p.GetProperty("value")))]);

    /// <summary>Under the delivery's key, or with its words under any other key: that would be the second copy.</summary>
    private static bool Mine(JsonElement post, Delivery delivery) =>
        post.GetProperty("uri").GetString()!.EndsWith("/" + delivery.Key, StringComparison.Ordinal)
        || post.GetProperty("value").GetProperty("text").GetString() == delivery.Content.Text;

    private static StandingPost Read(JsonElement post) => new(
        post.GetProperty("text").GetString()!,
        post.TryGetProperty("embed", out var embed) ? [.. embed.GetProperty("images").EnumerateArray().Select(i => i.GetProperty("alt").GetString()!)] : []);
}

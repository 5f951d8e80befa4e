using Countersign.Channels.Http;

namespace Countersign.Channels.Mastodon;

/// <summary>What a server says of its own limits: the second version of its description, or the first where there is no second. Servers of other makers keep some in places of their own.</summary>
internal static class MastodonInstance
{
    /// <returns>Null where the server says nothing that can be read.</returns>
    public static async Task<ServerLimits?> LimitsAsync(Wire wire, Uri server, CancellationToken stop)
    {
        foreach (var path in (string[])["/api/v2/instance", "/api/v1/instance"])
        {
            if (await wire.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(server, path)), null, stop) is Reply.Answered { Ok: true } told && Read(told) is { } limits)
                return limits;
        }

        return null;
    }

    private static ServerLimits? Read(Reply.Answered told)
    {
        var limits = new ServerLimits(
            Number(told, "configuration", "statuses", "max_characters") ?? Number(told, "max_toot_chars"),
            Number(told, "configuration", "statuses", "characters_reserved_per_url"),
            Number(told, "configuration", "statuses", "max_media_attachments"),
            Number(told, "configuration", "media_attachments", "image_size_limit"),
            Number(told, "configuration", "media_attachments", "description_limit") ?? Number(told, "pleroma", "metadata", "description_limit") ?? Number(told, "description_limit"));
        return limits == new ServerLimits() ? null : limits;
    }

    private static int? Number(Reply.Answered told, params ReadOnlySpan<string> path) =>
        told.Body.NumberAt(path) is >= 0 and <= int.MaxValue and var number ? (int)number : null;
}

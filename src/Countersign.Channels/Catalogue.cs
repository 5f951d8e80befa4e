using Countersign.Channels.Bluesky;
using Countersign.Channels.Facebook;
using Countersign.Channels.Http;
using Countersign.Channels.LinkedIn;
using Countersign.Channels.Mastodon;
using Countersign.Channels.Shelf;
using Countersign.Channels.WordPress;
using Countersign.Channels.X;

namespace Countersign.Channels;

/// <summary>Every network Countersign can talk to. A new network is one folder and one line here.</summary>
public static class Catalogue
{
    private static readonly IReadOnlyList<Func<ChannelParts, IChannel>> networks =
    [
        parts => new BlueskyChannel(parts.Http, parts.Clock, parts.SaveSecret, parts.TakeTurn),
        parts => new MastodonChannel(parts.Http, parts.Clock, parts.SaveSecret, parts.TakeTurn),
        parts => new XChannel(parts.Http, parts.Clock, parts.SaveSecret, parts.Settings.X, parts.TakeTurn),
        parts => new FacebookChannel(parts.Http, parts.Clock, parts.SaveSecret, parts.Settings.Facebook),
        parts => new LinkedInChannel(parts.Http, parts.Clock, parts.SaveSecret, parts.Settings.LinkedIn, parts.TakeTurn),
        parts => new WordPressChannel(parts.Http, parts.Clock),
        parts => new NewsroomChannel(parts.NewsroomShelf, parts.NewsroomPages),
        parts => new SandboxChannel(parts.SandboxShelf, parts.SandboxPages, parts.Clock),
    ];

    /// <returns>One connector per network, in the order shown to people, to be kept for the life of the process: they hold sessions.</returns>
    public static IReadOnlyList<IChannel> Open(ChannelParts parts) => [.. networks.Select(open => open(parts))];
}

/// <summary>What the host lends the networks.</summary>
/// <param name="Http">Made over <see cref="Transport.NewHandler"/>: no redirects, no retries.</param>
/// <param name="SaveSecret">Keeps, locked, what opens an account after its server renewed it.</param>
/// <param name="NewsroomPages">The public folder of the newsroom's posts, ending with a slash.</param>
/// <param name="SandboxPages">The folder of the sandbox's posts, ending with a slash.</param>
public sealed record ChannelParts(
    HttpClient Http, TimeProvider Clock, SaveSecret SaveSecret, IShelf NewsroomShelf, Uri NewsroomPages, IShelf SandboxShelf, Uri SandboxPages)
{
    /// <summary>Null where there is one process and no other.</summary>
    public TakeTurn? TakeTurn { get; init; }

    /// <summary>The organisation's apps on the networks that ask for one.</summary>
    public NetworksSettings Settings { get; init; } = new();
}

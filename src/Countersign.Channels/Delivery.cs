namespace Countersign.Channels;

/// <summary>An account on a network with what opens it. Never logged: <see cref="ToString"/> leaves the secret out.</summary>
public sealed record ConnectedAccount(string Id, string Handle, Uri? Server, string? RemoteId, string? Secret)
{
    /// <summary>What its server said of its own limits when it was connected.</summary>
    public ServerLimits? Limits { get; init; }

    public override string ToString() => $"{Handle} ({Id})";
}

/// <summary>What one server allows; null where it does not say, and the network's own limits hold.</summary>
/// <param name="CharactersPerUrl">What every web address counts, however long it is; 0 where it counts as it is written.</param>
public sealed record ServerLimits(int? MaxCharacters = null, int? CharactersPerUrl = null, int? MaxMedia = null, int? MaxMediaBytes = null, int? MaxAltCharacters = null);

/// <summary>One approved post on its way to one account.</summary>
/// <param name="Key">Minted when the post is approved and never changed: on networks of mode <see cref="IdempotencyMode.ClientKey"/> it is the post's own key.</param>
/// <param name="CreatedAt">Fixed with the key, so that a repeat is the same bytes.</param>
/// <param name="Prepared">What <see cref="IPrepare"/> left on the network, in the connector's own words; null before.</param>
public sealed record Delivery(string Key, ConnectedAccount Account, PostContent Content, DateTimeOffset CreatedAt, string? Prepared = null)
{
    /// <summary>Where it is known to stand, once the network has said so: what a look-up asks for first.</summary>
    public RemoteRef? Standing { get; init; }
}

/// <param name="Key">As of a <see cref="Delivery"/>.</param>
/// <param name="Post">The post that is shown once more.</param>
public sealed record Repost(string Key, ConnectedAccount Account, RemoteRef Post, DateTimeOffset CreatedAt);

/// <summary>Where a post stands on its network.</summary>
/// <param name="Id">The network's identifier, stable for the life of the post.</param>
/// <param name="Address">A page a person can open, if the network has one.</param>
/// <param name="Version">What the network calls this version of it (a content id, an etag), if anything.</param>
public sealed record RemoteRef(string Id, string? Address, string? Version = null);

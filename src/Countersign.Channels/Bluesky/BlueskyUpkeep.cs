using System.Text.Json.Nodes;

namespace Countersign.Channels.Bluesky;

/// <summary>Showing a post again, and taking one down.</summary>
internal sealed class BlueskyUpkeep(BlueskyWrites writes, BlueskyTargets targets)
{
    public const string Reposts = "app.bsky.feed.repost";

    public async Task<Outcome> RepostAsync(Repost repost, CancellationToken stop)
    {
        if (!Tid.IsValid(repost.Key))
            return new Outcome.Rejected(RejectKind.Misconfigured, new(null, null, "The repost's key is no record key of this network."));
        var target = await targets.ResolveAsync(repost.Account, repost.Post, stop);
        if (!target.Done)
            return target.Why;
        return await writes.SendAsync(
            repost.Account,
            "com.atproto.repo.putRecord",
            did => new JsonObject
            {
                ["repo"] = did,
                ["collection"] = Reposts,
                ["rkey"] = repost.Key,
                ["record"] = new JsonObject { ["$type"] = Reposts, ["subject"] = target.Made.Ref.ToJson(), ["createdAt"] = PostRecord.Time(repost.CreatedAt) },
                ["swapRecord"] = null,
            },
            (reply, did) => Verdicts.OfWrite(reply, new RecordPlace(did, Reposts, repost.Key).ToString(), PostContent.Empty, () => null),
            stop);
    }

    /// <summary>The network answers a deletion of nothing as it answers one of something (measured), so a repeat says the same.</summary>
    public async Task<Outcome> DeleteAsync(ConnectedAccount account, RemoteRef standing, CancellationToken stop) =>
        RecordPlace.Parse(standing.Id) is not { Collection: PostRecord.Collection or Reposts } place || (account.RemoteId is { } own && place.Did != own)
            ? new Outcome.Rejected(RejectKind.Misconfigured, new(null, null, "That is no post of this account."))
            : await writes.SendAsync(
                account,
                "com.atproto.repo.deleteRecord",
                did => new JsonObject { ["repo"] = did, ["collection"] = place.Collection, ["rkey"] = place.Key },
                (reply, _) => Verdicts.OfDeletion(reply, standing),
                stop);
}

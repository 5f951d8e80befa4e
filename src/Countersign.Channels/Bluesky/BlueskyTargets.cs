using System.Net;
using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.Bluesky;

/// <summary>Other people's posts that ours answers, quotes or shows again: whether they stand, and in which version.</summary>
internal sealed class BlueskyTargets(Xrpc xrpc)
{
    /// <returns>The version that stands now; a refusal where none does, or another than the one approved.</returns>
    public async Task<Step<Target>> ResolveAsync(ConnectedAccount account, RemoteRef target, CancellationToken stop)
    {
        if (RecordPlace.Parse(target.Id) is not { } place)
            return new Outcome.Rejected(RejectKind.Misconfigured, new(null, null, "The other post's identifier is none of this network."));
        var reply = await xrpc.GetAsync(BlueskyServer.Of(account), "com.atproto.repo.getRecord", BlueskyServer.RecordQuery(place), null, stop);
        return reply switch
        {
            Reply.Answered { Ok: true } ok when ok.Text("cid") is { Length: > 0 } cid && ok.Body.At("value") is { } value =>
                target.Version is { } approved && approved != cid
                    ? new Outcome.Rejected(RejectKind.VersionConflict, new(200, null, "The other post was changed after this one was approved."))
                    : new Target(new StrongRef(target.Id, cid), value),
            Reply.Answered { Status: HttpStatusCode.BadRequest, Code: "RecordNotFound" } gone =>
                new Outcome.Rejected(RejectKind.TargetGone, gone.Evidence("The other post is not there any more.")),
            _ => Verdicts.OfPreparation(reply, "Reading the other post"),
        };
    }
}

/// <param name="Value">The record as it stands.</param>
internal sealed record Target(StrongRef Ref, JsonElement Value)
{
    /// <summary>Where its conversation began: what it names itself, or itself.</summary>
    public StrongRef Root => Value.TextAt("reply", "root", "uri") is { } uri && Value.TextAt("reply", "root", "cid") is { } cid ? new StrongRef(uri, cid) : Ref;
}

using System.Net;
using Countersign.Channels.Http;

namespace Countersign.Channels.Bluesky;

/// <summary>What an answer means. Reads status and code, never prose; what is not listed here is unknown. Codes measured on PDS 0.4.217 and 0.5.35.</summary>
internal static class Verdicts
{
    /// <summary>The verdict on the one write of a post.</summary>
    /// <param name="expected">Where the post must stand: an answer that names another place is no confirmation.</param>
    public static Outcome OfWrite(Reply reply, string expected, PostContent content, Func<string?> address) => reply switch
    {
        Reply.NeverLeft never => new Outcome.NotSent(NotSentKind.Unreachable, null, new(null, null, never.Note)),
        Reply.Lost lost => new Outcome.Unknown(new(lost.Status, null, lost.Note)),
        Reply.Answered { Ok: true } ok when ok.Text("uri") == expected && ok.Text("cid") is { Length: > 0 } cid =>
            new Outcome.Accepted(new RemoteRef(expected, address(), cid)),
        Reply.Answered answered => OfRefusal(answered) ?? (answered.Status, answered.Code) switch
        {
            (HttpStatusCode.BadRequest, "InvalidRequest") => new Outcome.Rejected(Reason(content), answered.Evidence("The network read the post and refused it.")),
            (HttpStatusCode.BadRequest, "InvalidSwap") => new Outcome.Unknown(answered.Evidence("Something already stands under this post's key.")),
            (HttpStatusCode.BadRequest, "BlobNotFound") => new Outcome.NotSent(NotSentKind.MediaNotReady, null, answered.Evidence("A picture is no longer on the network and must be uploaded again.")),
            (HttpStatusCode.BadRequest, "BlobTooLarge" or "InvalidMimeType") => new Outcome.Rejected(RejectKind.MediaInvalid, answered.Evidence("The network refused a picture.")),
            _ => new Outcome.Unknown(answered.Evidence("The answer does not say whether the post was made.")),
        },
        _ => throw new InvalidOperationException("A reply is one of three."),
    };

    /// <summary>The verdict on an edit: as on a post, only that another version standing there is a plain no.</summary>
    public static Outcome OfEdit(Reply reply, string expected, PostContent content, Func<string?> address) => reply switch
    {
        Reply.Answered { Status: HttpStatusCode.BadRequest, Code: "InvalidSwap" } conflict =>
            new Outcome.Rejected(RejectKind.VersionConflict, conflict.Evidence("Another version than the one to be replaced stands there, or none.")),
        _ => OfWrite(reply, expected, content, address),
    };

    /// <summary>The verdict on taking a post down.</summary>
    public static Outcome OfDeletion(Reply reply, RemoteRef standing) => reply switch
    {
        Reply.Answered { Ok: true } => new Outcome.Accepted(standing),
        Reply.Answered answered => OfRefusal(answered) ?? new Outcome.Unknown(answered.Evidence("The answer does not say whether the post is gone.")),
        Reply.Lost lost => new Outcome.Unknown(new(lost.Status, null, lost.Note)),
        _ => OfPreparation(reply, "Taking the post down"),
    };

    /// <summary>The verdict on a step before the post: whatever failed, no post was made.</summary>
    public static Outcome OfPreparation(Reply reply, string step) => reply switch
    {
        Reply.NeverLeft never => new Outcome.NotSent(NotSentKind.Unreachable, null, new(null, null, $"{step}: {never.Note}")),
        Reply.Lost lost => new Outcome.NotSent(NotSentKind.Unreachable, null, new(lost.Status, null, $"{step}: {lost.Note}")),
        Reply.Answered answered => OfRefusal(answered)
            ?? new Outcome.NotSent(NotSentKind.Unreachable, answered.Wait, answered.Evidence($"{step}: the network did not answer as it should.")),
        _ => throw new InvalidOperationException("A reply is one of three."),
    };

    /// <summary>The verdict on a picture on its way up.</summary>
    public static Outcome OfUpload(Reply reply) => reply switch
    {
        Reply.Answered { Status: HttpStatusCode.RequestEntityTooLarge } or Reply.Answered { Status: HttpStatusCode.BadRequest, Code: "BlobTooLarge" or "InvalidMimeType" or "InvalidRequest" } =>
            new Outcome.Rejected(RejectKind.MediaInvalid, ((Reply.Answered)reply).Evidence("The network refused a picture.")),
        _ => OfPreparation(reply, "Uploading a picture"),
    };

    /// <summary>Refusals that mean the same on every call, each given before anything is stored.</summary>
    private static Outcome? OfRefusal(Reply.Answered answered) => (answered.Status, answered.Code) switch
    {
        (HttpStatusCode.TooManyRequests, _) => new Outcome.NotSent(NotSentKind.RateLimited, answered.Wait, answered.Evidence("The network asks us to slow down.")),
        // A bad token is 400 here, and a 401 is about the account: refreshing would not help.
        (HttpStatusCode.BadRequest, "ExpiredToken" or "InvalidToken") => new Outcome.NotSent(NotSentKind.AuthNotRefreshed, null, answered.Evidence("The session has ended and must be renewed.")),
        (HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest, DpopCalls.AsksForNonce) => new Outcome.NotSent(NotSentKind.AuthNotRefreshed, null, answered.Evidence("The server asked twice for another number to be signed.")),
        (HttpStatusCode.Unauthorized, "invalid_token") => new Outcome.NotSent(NotSentKind.AuthNotRefreshed, null, answered.Evidence("The access has ended and must be renewed.")),
        (HttpStatusCode.Unauthorized, "AuthMissing") => new Outcome.NotSent(NotSentKind.AuthNotRefreshed, null, answered.Evidence("The network saw no session.")),
        (HttpStatusCode.Unauthorized, "AuthenticationRequired") => new Outcome.Rejected(RejectKind.PermissionMissing, answered.Evidence("This session may not write to that account.")),
        (HttpStatusCode.Unauthorized, "AccountTakedown" or "AccountDeactivated" or "AccountSuspended") =>
            new Outcome.Rejected(RejectKind.AccountRestricted, answered.Evidence("The network has restricted this account.")),
        _ => null,
    };

    /// <summary>The network's code does not say what it disliked; our own rules usually do.</summary>
    private static RejectKind Reason(PostContent content) =>
        Objections.Against(content, BlueskyChannel.Description, BlueskyText.Measure(content.Text)) is [var first, ..] ? first.Kind : RejectKind.Misconfigured;
}

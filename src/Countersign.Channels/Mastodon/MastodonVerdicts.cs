using System.Net;
using Countersign.Channels.Http;

namespace Countersign.Channels.Mastodon;

/// <summary>What an answer means. The servers' errors are prose, so only the status speaks; what is not listed here is unknown.</summary>
internal static class MastodonVerdicts
{
    /// <summary>The verdict on the one write of a post.</summary>
    /// <param name="taken">What a good answer means.</param>
    public static Outcome OfWrite(Reply reply, PostContent content, Func<Status, Outcome> taken) => reply switch
    {
        Reply.NeverLeft never => new Outcome.NotSent(NotSentKind.Unreachable, null, new(null, null, never.Note)),
        Reply.Lost lost => new Outcome.Unknown(new(lost.Status, null, lost.Note)),
        Reply.Answered { Ok: true } ok when Status.Read(ok.Body) is { } status => taken(status),
        Reply.Answered answered => OfRefusal(answered) ?? answered.Status switch
        {
            // An error in JSON is the server's own; a page may be of anything in between.
            HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity when answered.Text("error") is not null =>
                new Outcome.Rejected(Reason(content), answered.Evidence("The server read the post and refused it.")),
            HttpStatusCode.NotFound when answered.Text("error") is not null && content.ReplyTo is not null =>
                new Outcome.Rejected(RejectKind.TargetGone, answered.Evidence("The post that is answered is not there any more.")),
            _ => new Outcome.Unknown(answered.Evidence("The answer does not say whether the post was made.")),
        },
        _ => throw new InvalidOperationException("A reply is one of three."),
    };

    /// <summary>The verdict on a step before the post: whatever failed, no post was made.</summary>
    public static Outcome OfPreparation(Reply reply, string step) => reply switch
    {
        Reply.NeverLeft never => new Outcome.NotSent(NotSentKind.Unreachable, null, new(null, null, $"{step}: {never.Note}")),
        Reply.Lost lost => new Outcome.NotSent(NotSentKind.Unreachable, null, new(lost.Status, null, $"{step}: {lost.Note}")),
        Reply.Answered answered => OfRefusal(answered)
            ?? new Outcome.NotSent(NotSentKind.Unreachable, answered.Wait, answered.Evidence($"{step}: the server did not answer as it should.")),
        _ => throw new InvalidOperationException("A reply is one of three."),
    };

    /// <summary>The verdict on a picture on its way up.</summary>
    public static Outcome OfUpload(Reply reply) => reply switch
    {
        Reply.Answered { Status: HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest } refused =>
            new Outcome.Rejected(RejectKind.MediaInvalid, refused.Evidence("The server refused a picture or its description.")),
        _ => OfPreparation(reply, "Uploading a picture"),
    };

    /// <summary>Refusals that mean the same on every call, each given before anything is stored.</summary>
    public static Outcome? OfRefusal(Reply.Answered answered) => answered.Status switch
    {
        HttpStatusCode.TooManyRequests => new Outcome.NotSent(NotSentKind.RateLimited, answered.Wait, answered.Evidence("The server asks us to slow down.")),
        HttpStatusCode.Unauthorized => new Outcome.Rejected(RejectKind.AuthRevoked, answered.Evidence("The server no longer lets Countersign into this account. Connect it again.")),
        HttpStatusCode.Forbidden when answered.Text("error") is not null => new Outcome.Rejected(RejectKind.PermissionMissing, answered.Evidence("The server does not allow this account to do that.")),
        _ => null,
    };

    private static RejectKind Reason(PostContent content) => MastodonText.Validate(content, null) is [var first, ..] ? first.Kind : RejectKind.Misconfigured;
}

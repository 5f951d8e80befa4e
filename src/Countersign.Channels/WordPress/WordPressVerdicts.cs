using System.Net;
using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.WordPress;

/// <summary>What an answer means. Reads status and code, never prose; what is not listed here is unknown. Codes measured on WordPress 6.1.9.</summary>
internal static class WordPressVerdicts
{
    /// <summary>How long a site makes those who may not moderate wait between two comments (WordPress's own check).</summary>
    private static readonly TimeSpan betweenComments = TimeSpan.FromSeconds(15);

    /// <summary>The verdict on the one write of a post, a comment or an edit.</summary>
    /// <param name="taken">What a good answer means; null where it is none.</param>
    public static Outcome OfWrite(Reply reply, Func<JsonElement, Outcome?> taken) => reply switch
    {
        Reply.NeverLeft never => new Outcome.NotSent(NotSentKind.Unreachable, null, new(null, null, never.Note)),
        Reply.Lost lost => new Outcome.Unknown(new(lost.Status, null, lost.Note)),
        Reply.Answered { Status: HttpStatusCode.OK or HttpStatusCode.Created } ok =>
            taken(ok.Body) ?? new Outcome.Unknown(ok.Evidence("The site's answer does not say what it made.")),
        Reply.Answered answered => OfRefusal(answered) ?? new Outcome.Unknown(answered.Evidence(answered.Code == "comment_duplicate"
            ? "The site says that the same comment stands there already."
            : "The answer does not say whether the post was made.")),
        _ => throw new InvalidOperationException("A reply is one of three."),
    };

    /// <summary>The verdict on a step that is no post: whatever failed, no post was made.</summary>
    public static Outcome OfPreparation(Reply reply, string step) => reply switch
    {
        Reply.NeverLeft never => new Outcome.NotSent(NotSentKind.Unreachable, null, new(null, null, $"{step}: {never.Note}")),
        Reply.Lost lost => new Outcome.NotSent(NotSentKind.Unreachable, null, new(lost.Status, null, $"{step}: {lost.Note}")),
        Reply.Answered answered => OfRefusal(answered)
            ?? new Outcome.NotSent(NotSentKind.Unreachable, answered.Wait, answered.Evidence($"{step}: the site did not answer as it should.")),
        _ => throw new InvalidOperationException("A reply is one of three."),
    };

    /// <summary>The verdict on a picture on its way up. A file that the site does not take is a 500 there (measured).</summary>
    public static Outcome OfUpload(Reply reply) => reply switch
    {
        Reply.Answered { Status: HttpStatusCode.RequestEntityTooLarge } or Reply.Answered { Code: "rest_upload_sideload_error" or "rest_upload_file_too_big" or "rest_upload_image_type_not_supported" } =>
            new Outcome.Rejected(RejectKind.MediaInvalid, ((Reply.Answered)reply).Evidence("The site refused a picture.")),
        _ => OfPreparation(reply, "Uploading a picture"),
    };

    /// <summary>Refusals that mean the same on every call, each given before anything is stored.</summary>
    public static Outcome? OfRefusal(Reply.Answered answered) => (answered.Status, answered.Code) switch
    {
        (HttpStatusCode.TooManyRequests, _) => new Outcome.NotSent(NotSentKind.RateLimited, answered.Wait, answered.Evidence("The site asks us to slow down.")),
        (HttpStatusCode.BadRequest, "comment_flood") => new Outcome.NotSent(NotSentKind.RateLimited, betweenComments, answered.Evidence("The site takes a comment of this account every fifteen seconds.")),

        // What opens the account is read before anything else. A 401 without a code is of something in between.
        (HttpStatusCode.Unauthorized, not null) => new Outcome.Rejected(RejectKind.AuthRevoked, answered.Evidence("The site no longer lets Countersign into this account. Connect it again.")),
        (HttpStatusCode.Forbidden, "rest_comment_closed") => new Outcome.Rejected(RejectKind.NotOffered, answered.Evidence("The site takes no comments on this article.")),
        (HttpStatusCode.Forbidden, "rest_comment_invalid_post_id" or "rest_comment_trash_post" or "rest_comment_draft_post") or (HttpStatusCode.NotFound, "rest_post_invalid_id" or "rest_comment_invalid_id") or (HttpStatusCode.Gone, _) =>
            new Outcome.Rejected(RejectKind.TargetGone, answered.Evidence("The post is not there any more.")),
        (HttpStatusCode.Forbidden, { } code) when code.StartsWith("rest_", StringComparison.Ordinal) =>
            new Outcome.Rejected(RejectKind.PermissionMissing, answered.Evidence("The site does not allow this account to do that.")),
        (HttpStatusCode.NotFound, "rest_no_route") => new Outcome.Rejected(RejectKind.Misconfigured, answered.Evidence("The site's interface is switched off.")),
        (HttpStatusCode.BadRequest, "comment_content_column_length") => new Outcome.Rejected(RejectKind.TextTooLong, answered.Evidence("The comment is longer than the site keeps.")),
        (HttpStatusCode.BadRequest, { } code) when code.StartsWith("rest_", StringComparison.Ordinal) || code == "empty_content" =>
            new Outcome.Rejected(RejectKind.Misconfigured, answered.Evidence("The site read the post and refused it.")),
        _ => null,
    };

    public static Evidence EvidenceOf(Outcome why) => why.Against ?? new Evidence(null, null, "The site did not answer.");
}

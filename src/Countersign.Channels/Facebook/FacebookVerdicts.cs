using System.Globalization;
using Countersign.Channels.Http;

namespace Countersign.Channels.Facebook;

/// <summary>
/// What an answer means. Facebook tells errors apart by a code and a subcode, never by prose or status. A refusal as a duplicate (506,
/// 1366051) is a sign that the post stands; 368 may be that or a rule that was broken, so it is looked up too.
/// </summary>
internal static class FacebookVerdicts
{
    /// <summary>The verdict on the one write of a post.</summary>
    /// <param name="taken">What a good answer means; null where it does not say what it should.</param>
    public static Outcome OfWrite(Reply reply, PostContent content, Func<Reply.Answered, Outcome?> taken) =>
        Judge(reply, content, taken) with { PauseFor = (reply as Reply.Answered)?.Limit?.WaitBeforeNext };

    private static Outcome Judge(Reply reply, PostContent content, Func<Reply.Answered, Outcome?> taken) => reply switch
    {
        Reply.NeverLeft never => new Outcome.NotSent(NotSentKind.Unreachable, null, new(null, null, never.Note)),
        Reply.Lost lost => new Outcome.Unknown(new(lost.Status, null, lost.Note)),
        Reply.Answered { Ok: true } ok when Code(ok) is null && taken(ok) is { } outcome => outcome,
        Reply.Answered answered => OfRefusal(answered) ?? (Code(answered), Subcode(answered)) switch
        {
            (_, 1366051) or (506, _) => new Outcome.Unknown(Evidence(answered, "Facebook says these words stand there already.")),
            (368, _) => new Outcome.Unknown(Evidence(answered, "Facebook refused it as a repeat or for a rule of its own, and does not say which.")),
            (1609005, _) => new Outcome.Rejected(RejectKind.TextInvalid, Evidence(answered, "Facebook does not take an address in the text.")),
            (100, 33) or (803, _) => new Outcome.Rejected(RejectKind.TargetGone, Evidence(answered, "The other post is not there any more, or not shown to this page.")),
            (324, _) => new Outcome.Rejected(RejectKind.MediaInvalid, Evidence(answered, "Facebook refused a picture.")),
            (100, _) => new Outcome.Rejected(Reason(content), Evidence(answered, "Facebook read the post and refused it.")),
            _ => new Outcome.Unknown(Evidence(answered, "The answer does not say whether the post was made.")),
        },
        _ => throw new InvalidOperationException("A reply is one of three."),
    };

    /// <summary>The verdict on a step before the post: whatever failed, no post was made.</summary>
    public static Outcome OfPreparation(Reply reply, string step) => reply switch
    {
        Reply.NeverLeft never => new Outcome.NotSent(NotSentKind.Unreachable, null, new(null, null, $"{step}: {never.Note}")),
        Reply.Lost lost => new Outcome.NotSent(NotSentKind.Unreachable, null, new(lost.Status, null, $"{step}: {lost.Note}")),
        Reply.Answered answered => OfRefusal(answered) ?? new Outcome.NotSent(NotSentKind.Unreachable, answered.Wait, Evidence(answered, $"{step}: Facebook did not answer as it should.")),
        _ => throw new InvalidOperationException("A reply is one of three."),
    };

    /// <summary>The verdict on a picture on its way up.</summary>
    public static Outcome OfUpload(Reply reply) => reply switch
    {
        Reply.Answered answered when Code(answered) is 100 or 324 => new Outcome.Rejected(RejectKind.MediaInvalid, Evidence(answered, "Facebook refused a picture or its description.")),
        _ => OfPreparation(reply, "Uploading a picture"),
    };

    /// <summary>Refusals that mean the same on every call, each given before anything is stored.</summary>
    public static Outcome? OfRefusal(Reply.Answered answered) => (Code(answered), Subcode(answered)) switch
    {
        (190, 463) => new Outcome.Rejected(RejectKind.AuthExpired, Evidence(answered, "Access to the page has ended. Connect it again.")),
        (190, 459 or 464) => new Outcome.Rejected(RejectKind.AccountRestricted, Evidence(answered, "Facebook wants the person who connected the page to confirm who they are, on Facebook itself.")),
        (190 or 102, _) => new Outcome.Rejected(RejectKind.AuthRevoked, Evidence(answered, "Facebook no longer lets Countersign into this page. Connect it again.")),
        (10 or (>= 200 and <= 299), _) => new Outcome.Rejected(RejectKind.PermissionMissing, Evidence(answered, "Facebook does not allow the app, or the person who connected the page, to do that.")),
        (4 or 17 or 32 or 341 or 613 or (>= 80000 and <= 80014), _) => new Outcome.NotSent(NotSentKind.RateLimited, answered.Wait, Evidence(answered, "Facebook asks us to slow down.")),
        _ => null,
    };

    public static bool IsGone(Reply reply) => reply is Reply.Answered answered && (Code(answered), Subcode(answered)) is (100, 33) or (803, _);

    public static Evidence Evidence(Reply.Answered answered, string note) => new(
        (int)answered.Status,
        Code(answered) is { } code ? code.ToString(CultureInfo.InvariantCulture) + (Subcode(answered) is { } subcode ? "/" + subcode.ToString(CultureInfo.InvariantCulture) : "") : null,
        note);

    private static long? Code(Reply.Answered answered) => answered.Body.NumberAt("error", "code");

    private static long? Subcode(Reply.Answered answered) => answered.Body.NumberAt("error", "error_subcode");

    private static RejectKind Reason(PostContent content) => FacebookText.Validate(content) is [var first, ..] ? first.Kind : RejectKind.Misconfigured;
}

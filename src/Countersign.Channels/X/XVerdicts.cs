using System.Net;
using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.X;

/// <summary>
/// What an answer means. X tells errors apart by the problem's type or by a number, never by its prose; a 403 whose type says nothing
/// may be a duplicate of what stands already, so it is unknown and looked up.
/// </summary>
internal static class XVerdicts
{
    /// <summary>The verdict on the one write of a post.</summary>
    /// <param name="taken">What a good answer means.</param>
    public static Outcome OfWrite(Reply reply, PostContent content, Func<Reply.Answered, Outcome?> taken) =>
        Judge(reply, content, taken) with { PauseFor = (reply as Reply.Answered)?.Limit?.WaitBeforeNext };

    private static Outcome Judge(Reply reply, PostContent content, Func<Reply.Answered, Outcome?> taken) => reply switch
    {
        Reply.NeverLeft never => new Outcome.NotSent(NotSentKind.Unreachable, null, new(null, null, never.Note)),
        Reply.Lost lost => new Outcome.Unknown(new(lost.Status, null, lost.Note)),
        Reply.Answered { Taken: true } ok when taken(ok) is { } outcome => outcome,
        Reply.Answered answered => OfRefusal(answered) ?? (Problem(answered), answered.Status) switch
        {
            ("invalid-request", HttpStatusCode.BadRequest) => new Outcome.Rejected(Reason(content), Evidence(answered, "X read the post and refused it.")),
            ("186", _) => new Outcome.Rejected(RejectKind.TextTooLong, Evidence(answered, "X finds the text too long.")),
            ("226", _) => new Outcome.Rejected(RejectKind.ContentPolicy, Evidence(answered, "X takes the post for an automated one and refused it.")),
            ("324", _) => new Outcome.Rejected(RejectKind.MediaInvalid, Evidence(answered, "X refused a picture.")),
            ("385" or "resource-not-found", _) => new Outcome.Rejected(RejectKind.TargetGone, Evidence(answered, "The other post is not there any more, or not shown to this account.")),
            (_, HttpStatusCode.Forbidden) => new Outcome.Unknown(Evidence(answered, "X refused it without a reason that can be told apart: these words may stand there already.")),
            _ => new Outcome.Unknown(Evidence(answered, "The answer does not say whether the post was made.")),
        },
        _ => throw new InvalidOperationException("A reply is one of three."),
    };

    /// <summary>The verdict on a step before the post: whatever failed, no post was made.</summary>
    public static Outcome OfPreparation(Reply reply, string step) => reply switch
    {
        Reply.NeverLeft never => new Outcome.NotSent(NotSentKind.Unreachable, null, new(null, null, $"{step}: {never.Note}")),
        Reply.Lost lost => new Outcome.NotSent(NotSentKind.Unreachable, null, new(lost.Status, null, $"{step}: {lost.Note}")),
        Reply.Answered answered => OfRefusal(answered) ?? new Outcome.NotSent(NotSentKind.Unreachable, answered.Wait, Evidence(answered, $"{step}: X did not answer as it should.")),
        _ => throw new InvalidOperationException("A reply is one of three."),
    };

    /// <summary>The verdict on a picture, or its description, on its way up.</summary>
    public static Outcome OfUpload(Reply reply, RejectKind kind) => reply switch
    {
        Reply.Answered { Status: HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge } refused => new Outcome.Rejected(kind, Evidence(refused, "X refused a picture or its description.")),
        _ => OfPreparation(reply, "Uploading a picture"),
    };

    /// <summary>Refusals that mean the same on every call, each given before anything is stored.</summary>
    public static Outcome? OfRefusal(Reply.Answered answered) => (answered.Status, Problem(answered)) switch
    {
        (HttpStatusCode.TooManyRequests, _) or (HttpStatusCode.Forbidden, "88" or "185") => new Outcome.NotSent(NotSentKind.RateLimited, answered.Wait, Evidence(answered, "X asks us to slow down.")),
        (HttpStatusCode.Unauthorized, _) or (HttpStatusCode.Forbidden, "32" or "89") => new Outcome.Rejected(RejectKind.AuthRevoked, Evidence(answered, "X no longer lets Countersign into this account. Connect it again.")),
        (HttpStatusCode.Forbidden, "64" or "326" or "416") => new Outcome.Rejected(RejectKind.AccountRestricted, Evidence(answered, "X has restricted this account or the organisation's app.")),
        (HttpStatusCode.Forbidden, "client-forbidden" or "unsupported-authentication" or "not-authorized-for-resource" or "433") =>
            new Outcome.Rejected(RejectKind.PermissionMissing, Evidence(answered, "X does not allow this account, or the organisation's app, to do that.")),
        _ => null,
    };

    /// <summary>The problem's word ("resource-not-found") or number ("187"), from either shape; null where it has none.</summary>
    public static string? Problem(Reply.Answered answered)
    {
        if (Word(answered.Body) is { } word)
            return word;
        foreach (var error in answered.Body.ItemsAt("errors"))
        {
            if (error.NumberAt("code") is >= 0 and var number)
                return number.ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (Word(error) is { } inner)
                return inner;
        }

        return null;
    }

    public static Evidence Evidence(Reply.Answered answered, string note) => new((int)answered.Status, Problem(answered), note);

    private static string? Word(JsonElement problem)
    {
        var type = problem.TextAt("type");
        var at = type?.IndexOf("/problems/", StringComparison.Ordinal) ?? -1;
        return at >= 0 && type![(at + "/problems/".Length)..] is { Length: > 0 and <= 40 } word && word.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') ? word : null;
    }

    private static RejectKind Reason(PostContent content) => XText.Validate(content) is [var first, ..] ? first.Kind : RejectKind.Misconfigured;
}

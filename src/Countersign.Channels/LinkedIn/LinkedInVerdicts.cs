using System.Net;
using System.Text.RegularExpressions;
using Countersign.Channels.Http;

namespace Countersign.Channels.LinkedIn;

/// <summary>What an answer means: by its status and the codes of its input errors, never by its prose. A refusal as a duplicate is a sign that the post stands.</summary>
internal static partial class LinkedInVerdicts
{
    private const string Duplicate = "DUPLICATE_POST";

    /// <summary>The verdict on the one write of a post.</summary>
    /// <param name="taken">What a good answer means; null where it does not say what it should.</param>
    public static Outcome OfWrite(Reply reply, PostContent content, Func<Reply.Answered, Outcome?> taken) =>
        Judge(reply, content, taken) with { PauseFor = (reply as Reply.Answered)?.Limit?.WaitBeforeNext };

    private static Outcome Judge(Reply reply, PostContent content, Func<Reply.Answered, Outcome?> taken) => reply switch
    {
        Reply.NeverLeft never => new Outcome.NotSent(NotSentKind.Unreachable, null, new(null, null, never.Note)),
        Reply.Lost lost => new Outcome.Unknown(new(lost.Status, null, lost.Note)),
        Reply.Answered { Status: HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.NoContent } ok when taken(ok) is { } outcome => outcome,
        Reply.Answered answered => OfRefusal(answered) ?? (answered.Status, InputError(answered)) switch
        {
            (_, Duplicate) => new Outcome.Unknown(Evidence(answered, "LinkedIn says these words stand there already.")),
            (HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity, "FIELD_LENGTH_TOO_LONG") => new Outcome.Rejected(RejectKind.TextTooLong, Evidence(answered, "LinkedIn finds the text too long.")),
            (HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity, not null) => new Outcome.Rejected(Reason(content), Evidence(answered, "LinkedIn read the post and refused it.")),
            (HttpStatusCode.NotFound, _) when IsOwn(answered) => new Outcome.Rejected(RejectKind.TargetGone, Evidence(answered, "The other post is not there any more, or not shown to this page.")),
            _ => new Outcome.Unknown(Evidence(answered, "The answer does not say whether the post was made.")),
        },
        _ => throw new InvalidOperationException("A reply is one of three."),
    };

    /// <summary>The verdict on a step before the post: whatever failed, no post was made.</summary>
    public static Outcome OfPreparation(Reply reply, string step) => reply switch
    {
        Reply.NeverLeft never => new Outcome.NotSent(NotSentKind.Unreachable, null, new(null, null, $"{step}: {never.Note}")),
        Reply.Lost lost => new Outcome.NotSent(NotSentKind.Unreachable, null, new(lost.Status, null, $"{step}: {lost.Note}")),
        Reply.Answered answered => OfRefusal(answered) ?? new Outcome.NotSent(NotSentKind.Unreachable, answered.Wait, Evidence(answered, $"{step}: LinkedIn did not answer as it should.")),
        _ => throw new InvalidOperationException("A reply is one of three."),
    };

    /// <summary>Refusals that mean the same on every call, each given before anything is stored.</summary>
    public static Outcome? OfRefusal(Reply.Answered answered) => answered.Status switch
    {
        HttpStatusCode.TooManyRequests => new Outcome.NotSent(NotSentKind.RateLimited, answered.Wait, Evidence(answered, "LinkedIn's limit of the day is used up.")),
        HttpStatusCode.Unauthorized => new Outcome.Rejected(
            answered.Body.NumberAt("serviceErrorCode") == 65602 ? RejectKind.AuthExpired : RejectKind.AuthRevoked,
            Evidence(answered, "LinkedIn no longer lets Countersign into this page. Connect it again.")),
        HttpStatusCode.Forbidden when IsOwn(answered) => new Outcome.Rejected(RejectKind.PermissionMissing, Evidence(answered, "LinkedIn does not allow the app, or the person who connected the page, to do that.")),
        HttpStatusCode.UpgradeRequired => new Outcome.Rejected(RejectKind.ConnectorOutdated, Evidence(answered, "LinkedIn has retired the version of its interface that is asked for. Countersign must be updated, or another version set.")),
        _ => null,
    };

    public static bool IsGone(Reply reply) => reply is Reply.Answered { Status: HttpStatusCode.NotFound } answered && IsOwn(answered);

    public static bool IsDuplicate(Reply reply) => reply is Reply.Answered answered && InputError(answered) == Duplicate;

    /// <summary>The post that a refusal as a duplicate names, in its words; it may be gone (seen by others), so it is read before it is believed.</summary>
    public static string? Named(Reply reply)
    {
        foreach (var error in reply is Reply.Answered answered ? answered.Body.ItemsAt("errorDetails", "inputErrors") : [])
        {
            if (Urn().Match(error.TextAt("description") ?? "") is { Success: true } named)
                return named.Value;
        }

        return reply is Reply.Answered whole && Urn().Match(whole.Text("message") ?? "") is { Success: true } other ? other.Value : null;
    }

    public static Evidence Evidence(Reply.Answered answered, string note) => new(
        (int)answered.Status,
        InputError(answered) ?? answered.Body.NumberAt("serviceErrorCode")?.ToString(System.Globalization.CultureInfo.InvariantCulture),
        note);

    /// <summary>LinkedIn's errors repeat the status in their body; a page of anything in between does not.</summary>
    private static bool IsOwn(Reply.Answered answered) => answered.Body.NumberAt("status") == (int)answered.Status;

    private static string? InputError(Reply.Answered answered)
    {
        foreach (var error in answered.Body.ItemsAt("errorDetails", "inputErrors"))
        {
            if (error.TextAt("code") is { Length: > 0 and <= 60 } code && code.All(c => char.IsAsciiLetterUpper(c) || c == '_'))
                return code;
        }

        return null;
    }

    private static RejectKind Reason(PostContent content) => LinkedInText.Validate(content) is [var first, ..] ? first.Kind : RejectKind.Misconfigured;

    [GeneratedRegex("urn:li:(?:share|ugcPost):[0-9]{1,25}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Urn();
}

using Countersign.Publishing;
using Countersign.Web.Shared.Parts;

namespace Countersign.Web.Publishing;

/// <summary>Where a draft and its publications stand, in words.</summary>
public static class PostStates
{
    public static ShownStatus Shown(this DraftStage stage) => stage switch
    {
        DraftStage.Draft => ShownStatus.Draft,
        DraftStage.AwaitingApproval => ShownStatus.InReview,
        DraftStage.Returned => ShownStatus.Returned,
        DraftStage.Approved => ShownStatus.Approved,
        DraftStage.Held => ShownStatus.Held,
        _ => ShownStatus.Refused,
    };

    public static ShownStatus Shown(this PublicationState state) => state switch
    {
        PublicationState.Approved or PublicationState.Claimed or PublicationState.Sending or PublicationState.Waiting => ShownStatus.Scheduled,
        PublicationState.Accepted or PublicationState.Confirmed => ShownStatus.Published,
        PublicationState.Held => ShownStatus.Held,
        PublicationState.Unknown or PublicationState.Missing or PublicationState.HumanReview => ShownStatus.Unconfirmed,
        PublicationState.Missed => ShownStatus.Held,
        _ => ShownStatus.Refused,
    };

    /// <summary>What a state means for the person who looks at it.</summary>
    public static string Sentence(this PublicationState state) => state switch
    {
        PublicationState.Approved => "Goes out at its time.",
        PublicationState.Claimed or PublicationState.Sending => "On its way now.",
        PublicationState.Waiting => "The network did not take it yet. It is certain that it is not there; it will be tried again.",
        PublicationState.Accepted => "The network took it. It will be read back in a moment.",
        PublicationState.Confirmed => "Published, and read back as approved.",
        PublicationState.Unknown => "The network has not answered. It is being looked up; it is not sent again meanwhile.",
        PublicationState.Missing => "The network does not have it. Somebody in Comms decides whether to send it again.",
        PublicationState.HumanReview => "Looking it up did not settle it. Somebody in Comms looks at the account and decides.",
        PublicationState.Rejected => "The network refused it.",
        PublicationState.Missed => "Its time passed before it could leave. It was not sent late.",
        PublicationState.Held => "Stopped at the door. It does not go out by itself.",
        PublicationState.Void => "The draft changed after approval, so this was not sent.",
        _ => "Given up by Comms.",
    };

    /// <summary>A network names the address; only one that a browser opens is a link.</summary>
    public static bool IsWeb(string? address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http";

    /// <param name="because">The code that the draft carries.</param>
    public static string WhyHeld(string? because) => because switch
    {
        "late" => "The last signature came after its time.",
        Draft.RulesChanged => "The rules of its time zone changed, and its time means another moment than was signed for.",
        "policy-changed" => "The policy changed after it was signed.",
        "content-changed" => "What would be published is no longer what was signed.",
        "signature-void" => "Somebody who signed no longer holds the role.",
        "clearance-void" => "The approved reply that let it out was withdrawn, ended or changed.",
        "account-not-connected" => "The account has to be connected again first.",
        "all-or-none" => "Its author asked for all accounts or none, and one of them cannot have it.",
        "licence-ended" => "The licence of a picture in it has ended.",
        "consent-ended" => "The consent of people shown in it has ended.",
        "consent-missing" => "People can be recognised in a picture, and their consent is not on record.",
        "consent-withdrawn" => "Somebody shown in a picture took their consent back.",
        "picture-retired" => "A picture in it was taken out of use.",
        "approval-void" => "Its approval no longer holds.",
        _ => "It does not go out by itself.",
    };

    /// <summary>What its author does about it, as a button says it.</summary>
    public static string WayOut(string? because) => because switch
    {
        "late" or null => "Choose a time",
        _ => "Send it again",
    };
}

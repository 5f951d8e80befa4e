using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Web.Shared;

namespace Countersign.Web.Publishing;

/// <summary>The head of a decision slip: what is still missing, and what is done.</summary>
public static class SlipWords
{
    /// <summary>"Needs 1 Compliance + 1 Legal"; once Legal has signed, "Needs 1 Compliance".</summary>
    public static string Heading(Draft draft) => (draft.Requirements.Count, draft.Missing.Count, draft.Stage) switch
    {
        _ when draft.Clearance is not null => "Let out by an approved reply",
        (0, _, _) => "Not sent for approval",
        (_, 0, _) => "Signed",
        (_, _, not DraftStage.AwaitingApproval) => "Not all signed",
        _ => $"Needs {Needs(draft.Missing.Select(need => (need.Role, need.Count)))}",
    };

    /// <summary>"Legal has signed."; null where nobody has, or everybody.</summary>
    public static string? Done(Draft draft) => draft.Signatures.Count > 0 && draft.Missing.Count > 0
        ? $"{English.List([.. draft.Signatures.Select(signature => signature.Role.Name())])} {(draft.Signatures.Count == 1 ? "has" : "have")} signed."
        : null;

    /// <summary>"1 Compliance + 1 Legal".</summary>
    public static string Needs(IEnumerable<(Role Role, int Count)> needs) => string.Join(" + ", needs.Select(need => $"{need.Count} {need.Role.Name()}"));
}

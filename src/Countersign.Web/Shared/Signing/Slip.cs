using Countersign.Web.Shared.Parts;

namespace Countersign.Web.Shared.Signing;

/// <summary>What is needed before a post may go out, and what has been given.</summary>
/// <param name="Heading">"Needs 1 Legal and 1 Compliance".</param>
public sealed record SlipView(string Heading, IReadOnlyList<SignatureView> Lines)
{
    public string? Note { get; init; }

    /// <summary>Why each is needed: the finding's number, or none, and the sentence.</summary>
    public IReadOnlyList<SlipReason> Because { get; init; } = [];

    /// <summary>What must be put right before it can be sent at all.</summary>
    public IReadOnlyList<SlipBlocker> Blockers { get; init; } = [];
}

/// <summary>One line of the slip: empty with a role, or signed with a name, a time and a method.</summary>
/// <param name="By">Who signed, or null while nobody has.</param>
/// <param name="Below">When and how it was signed ("09:12, password and code"), or who could ("Daniel or Sadia").</param>
/// <param name="Yours">The reader is the one it waits for.</param>
public sealed record SignatureView(string Role, Face? By = null, string? Below = null, bool Yours = false);

/// <param name="Finding">Its number and severity, or null where the reason is not a finding.</param>
public sealed record SlipReason(string Sentence, (int Number, int Severity)? Finding = null);

/// <param name="Finding">The number of the finding to go to, or null.</param>
public sealed record SlipBlocker(string Sentence, int? Finding = null);

public enum ReasonKind
{
    Ok,
    Pending,
    No,
}

/// <summary>One reason why somebody may, will soon not, or may not do something.</summary>
public sealed record ReasonView(ReasonKind Kind, string Sentence, string? Note = null);

/// <param name="Panel">The id of the tab panel that counts as opening it: then the page keeps this up to date by itself.</param>
public sealed record OpenedItem(string Name, bool Opened, string? Panel = null);

/// <param name="What">What came with the remark: "returned version 5".</param>
public sealed record RemarkView(Face By, string What, string When, string Text);

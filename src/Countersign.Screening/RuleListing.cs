namespace Countersign.Screening;

/// <summary>A text that a rule must, or must not, fire on.</summary>
/// <param name="Context">Facts as `key=value; key="value; with marks"`; `in` alone makes it inbound, `action=reply` a reply.</param>
public sealed record RuleCase(bool Fires, string Context, string Text);

/// <summary>What people read about a rule.</summary>
/// <param name="Pack">The folder it stands in.</param>
/// <param name="Approvals">Who has to agree, or, for a block, who has to once it is fixed.</param>
public sealed record RuleListing(
    string Pack,
    string Id,
    string Version,
    string Title,
    string Category,
    Severity Severity,
    Strength Decision,
    IReadOnlyList<RoleCount> Approvals,
    string Owner,
    string Basis,
    string Message,
    string Fix,
    IReadOnlyList<RuleCase> Cases);

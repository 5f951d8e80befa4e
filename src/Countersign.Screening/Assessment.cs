namespace Countersign.Screening;

/// <summary>How bad a finding is. S1 is unlawful, reportable or a danger to a person; S4 is advice.</summary>
public enum Severity
{
    S1 = 1,
    S2 = 2,
    S3 = 3,
    S4 = 4,
}

/// <summary>What must happen, weakest first: the strongest of all findings decides.</summary>
public enum Strength
{
    Allow,
    Warn,
    Require,
    Hold,
    Block,
}

public enum Direction
{
    Outbound,
    Inbound,
}

public enum ItemKind
{
    Post,
    Reply,
    Repost,
    Comment,
    Message,
}

/// <summary>Where words stand: a rule says which segments it reads, and safe harbours of one segment do not clear another.</summary>
public enum SegmentKind
{
    Own,
    Quoted,
    Alt,
    MediaText,
    Parent,
}

/// <param name="Index">Which of its kind, from 0: the second picture's alternative text is (Alt, 1).</param>
public sealed record Segment(SegmentKind Kind, int Index, string Text);

/// <summary>What is screened: the words by segment, and the facts the registers hold about them.</summary>
/// <param name="Facts">Context keys (`image.alt`, `relationship`) and their values. A key that the engine does not know is an error that names it.</param>
public sealed record ScreeningItem(
    Direction Direction, ItemKind Kind, IReadOnlyList<Segment> Segments, IReadOnlyDictionary<string, string> Facts)
{
    public static ScreeningItem Post(string text) =>
        new(Direction.Outbound, ItemKind.Post, [new Segment(SegmentKind.Own, 0, text)], new Dictionary<string, string>());
}

/// <summary>How many people of a role must agree.</summary>
public sealed record RoleCount(string Role, int Count);

/// <summary>What a rule saw.</summary>
/// <param name="Start">First character of the words in the segment's text (UTF-16).</param>
/// <param name="End">The index after the last; equal to <paramref name="Start"/> where the finding is about the whole.</param>
/// <param name="Why">Why this was flagged, as an indicator, never a verdict.</param>
/// <param name="Basis">The clause it rests on.</param>
/// <param name="Fix">What would settle it.</param>
/// <param name="Confidence">From 0 to 1.</param>
/// <param name="ClearedBecause">Set when a safe harbour stopped the rule: it would have fired, and this is why it does not count.</param>
public sealed record Finding(
    string Rule,
    string RuleVersion,
    string Title,
    string Category,
    Severity Severity,
    Strength Decision,
    IReadOnlyList<RoleCount> Approvals,
    SegmentKind Segment,
    int SegmentIndex,
    int Start,
    int End,
    string Words,
    string Why,
    string Basis,
    string Fix,
    double Confidence,
    string? ClearedBecause = null);

/// <summary>What must happen now: the strongest decision, and the most of each role that any one finding asks for.</summary>
/// <param name="Because">For each requirement or stop, the rules that lead to it.</param>
public sealed record Route(Strength Strength, IReadOnlyList<RoleCount> Approvals, IReadOnlyList<RouteReason> Because);

/// <param name="Rule">The rule that asks.</param>
/// <param name="Sentence">What it asks for, in words.</param>
public sealed record RouteReason(string Rule, string Sentence);

/// <summary>Everything one release saw in one item.</summary>
/// <param name="Release">The digest of the release, lower-case hex.</param>
/// <param name="Findings">What stands, severest first, then by place.</param>
/// <param name="Cleared">What would have fired, and why it does not count.</param>
/// <param name="Failed">Rules that could not be evaluated: the draft is held until a person has looked.</param>
public sealed record Assessment(
    string Release,
    IReadOnlyList<Finding> Findings,
    IReadOnlyList<Finding> Cleared,
    IReadOnlyList<string> Failed,
    Route Route)
{
    /// <summary>Findings of one rule in one segment. Where there are so many there may be more.</summary>
    public const int MostOfOneRule = 10;

    /// <summary>For each rule that failed, what went wrong, for whoever looks after the policy.</summary>
    public IReadOnlyDictionary<string, string> Faults { get; init; } = new Dictionary<string, string>();

    /// <summary>For each head (`hate`, `complaint`), how likely the item is of its kind, from 0 to 1: the highest of its segments. Nothing where heads were not asked.</summary>
    public IReadOnlyDictionary<string, double> Scores { get; init; } = new Dictionary<string, double>();
}

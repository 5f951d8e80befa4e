namespace Countersign.Web.Shared.Words;

/// <summary>What a rule saw, as pages show it.</summary>
/// <param name="Number">The same number as on the marked words.</param>
/// <param name="Severity">1 (severe) to 4 (advice).</param>
/// <param name="Why">Why it was flagged: an indicator, never a verdict.</param>
public sealed record FindingView(int Number, string Rule, string Title, int Severity, string Why)
{
    /// <summary>The words it is about, or null where it is about the whole.</summary>
    public string? Words { get; init; }

    /// <summary>Where those words begin, in UTF-16 units.</summary>
    public int Start { get; init; }

    /// <summary>The clause it rests on.</summary>
    public string? Basis { get; init; }

    public string? Fix { get; init; }

    /// <summary>Words that would settle it, to be put in place of the marked ones.</summary>
    public string? Suggestion { get; init; }

    /// <summary>Nothing can be sent while it stands.</summary>
    public bool Blocks { get; init; }

    public IReadOnlyList<NeededRole> LeadsTo { get; init; } = [];

    /// <summary>Set where a safe harbour stopped the rule: why it does not count.</summary>
    public string? SuppressedBecause { get; init; }

    public string MarkCss => new MarkedSpan(0, 0, Number, Severity, SuppressedBecause is not null).Css;
}

/// <param name="Signed">Whether enough people of this role have signed.</param>
public sealed record NeededRole(string Role, int Count, bool Signed = false);

public enum FindingMode
{
    /// <summary>Everything, open.</summary>
    Full,

    /// <summary>One line that opens.</summary>
    Folded,

    /// <summary>It is settled: one line that opens, with a tick.</summary>
    Settled,
}

namespace Countersign.Checks;

public enum Verdict
{
    Passed,
    Failed,
    Skipped,
}

/// <summary>One thing that was looked at: a test, a house rule, the format or the build.</summary>
public sealed record Looked(string At, Verdict Verdict, string Because = "", TimeSpan Took = default);

/// <summary>A row of the closing table: a step, or a test project.</summary>
public sealed record Section(string Name, TimeSpan Took, IReadOnlyList<Looked> Looks)
{
    public int Count(Verdict verdict) => Looks.Count(look => look.Verdict == verdict);

    /// <summary>The same, where a skipped test is not allowed.</summary>
    public Section WithoutSkips() => this with
    {
        Looks = [.. Looks.Select(look => look.Verdict == Verdict.Skipped
            ? look with { Verdict = Verdict.Failed, Because = $"Skipped, which this run does not allow: {look.Because}" }
            : look)],
    };
}

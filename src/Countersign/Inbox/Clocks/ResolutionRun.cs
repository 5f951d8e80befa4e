using System.Text.Json.Nodes;

namespace Countersign.Inbox.Clocks;

/// <summary>
/// How long it takes to resolve a conversation: it runs while somebody waits for us and stands while we wait for them. What was counted before the
/// last pause is kept by both measures, because the priority, and with it the measure, may change.
/// </summary>
/// <param name="Since">When the conversation came in.</param>
/// <param name="RunsSince">Null while it stands.</param>
/// <param name="PausedSince">Null while it runs.</param>
/// <param name="RanMilliseconds">Counted day and night until <paramref name="RunsSince"/>, or the pause.</param>
/// <param name="OfficeMilliseconds">The same in office hours.</param>
/// <param name="Warn">When the limit is close; null while it stands.</param>
/// <param name="Due">While it stands only where it was over before.</param>
public sealed record ResolutionRun(DateTimeOffset Since, DateTimeOffset? RunsSince, DateTimeOffset? PausedSince, long RanMilliseconds, long OfficeMilliseconds, DateTimeOffset? Warn, DateTimeOffset? Due)
{
    public static ResolutionRun Begin(DateTimeOffset since) => new(since, since, null, 0, 0, null, null);

    /// <summary>We answered, and wait for them; or it is resolved.</summary>
    public ResolutionRun Pause(DateTimeOffset at, ResponseTargets targets) => RunsSince is not { } runs ? this : this with
    {
        RunsSince = null,
        PausedSince = at > runs ? at : runs,
        RanMilliseconds = RanMilliseconds + Milliseconds(at > runs ? at - runs : TimeSpan.Zero),
        OfficeMilliseconds = OfficeMilliseconds + Milliseconds(targets.OfficeTime(runs, at)),
        Warn = null,
        Due = Due <= at ? Due : null,
    };

    /// <summary>Somebody waits for us. What they wrote before the pause began, and was read later, takes nothing of what was counted away.</summary>
    public ResolutionRun Resume(DateTimeOffset at) => RunsSince is not null ? this : this with { RunsSince = PausedSince > at ? PausedSince : at, PausedSince = null };

    /// <summary>Works out when it is due. Where more was counted than it may take, a limit that was over stays where it was.</summary>
    public ResolutionRun Aim(Priority priority, ResponseTargets targets)
    {
        if (RunsSince is not { } runs)
            return this;
        var (limit, counted) = (targets.Of(ServiceClock.Resolution, priority), TimeSpan.FromMilliseconds(ResponseTargets.CountsAlways(priority) ? RanMilliseconds : OfficeMilliseconds));
        DateTimeOffset At(TimeSpan time) => time > counted ? targets.After(priority, runs, time - counted) : Due is { } before && before < runs ? before : runs;
        return this with { Warn = At(limit * ResponseTargets.Close), Due = At(limit) };
    }

    /// <summary>What counts for the limit, until now.</summary>
    public TimeSpan CountedAt(DateTimeOffset now, Priority priority, ResponseTargets targets) =>
        TimeSpan.FromMilliseconds(ResponseTargets.CountsAlways(priority) ? RanMilliseconds : OfficeMilliseconds) + (RunsSince is { } runs ? targets.Counted(priority, runs, now) : TimeSpan.Zero);

    internal JsonObject Describe() => new()
    {
        ["since"] = Since.ToUnixTimeMilliseconds(),
        ["runsSince"] = RunsSince?.ToUnixTimeMilliseconds(),
        ["pausedSince"] = PausedSince?.ToUnixTimeMilliseconds(),
        ["ran"] = RanMilliseconds,
        ["office"] = OfficeMilliseconds,
        ["warn"] = Warn?.ToUnixTimeMilliseconds(),
        ["due"] = Due?.ToUnixTimeMilliseconds(),
    };

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}

using Countersign.Inbox.Clocks;

namespace Countersign.Inbox;

/// <summary>A clock that runs: when it is close, and when it is over.</summary>
/// <param name="Clock">By name, as entries have it.</param>
/// <param name="IsRegulatory">It is not ours: it runs whatever becomes of the conversation.</param>
public readonly record struct Limit(string Clock, DateTimeOffset Warn, DateTimeOffset Due, bool IsRegulatory = false);

/// <summary>Of this limit it was said that it is close or, with <paramref name="Over"/>, that it is over.</summary>
public sealed record LimitTold(string Clock, DateTimeOffset Due, bool Over);

public sealed partial class Conversation
{
    /// <summary>When its limit counts as close: of the answer that somebody waits for.</summary>
    public DateTimeOffset? WarnAt { get; set; }

    /// <summary>Null where nobody ever had to answer it.</summary>
    public ResolutionRun? Resolution { get; set; }

    /// <summary>The nearest of all that run; null where none does.</summary>
    public DateTimeOffset? NextDueAt { get; set; }

    /// <summary>Which answer somebody waits for, where somebody does.</summary>
    public ServiceClock Answering => AnsweredAt is null ? ServiceClock.FirstResponse : ServiceClock.NextResponse;

    /// <summary>Those that run, the nearest first.</summary>
    public IEnumerable<Limit> Limits => Running.OrderBy(limit => limit.Due);

    private IEnumerable<Limit> Running
    {
        get
        {
            if (WaitingSince is not null && DueAt is { } due)
                yield return new Limit(Answering.ToString(), WarnAt ?? due, due);
            if (Resolution is { RunsSince: not null, Due: { } resolve } run)
                yield return new Limit(nameof(ServiceClock.Resolution), run.Warn ?? resolve, resolve);
            foreach (var period in Regulatory.Where(one => one.EndedAt is null))
                yield return new Limit(period.Clock.ToString(), period.Warn, period.Due, IsRegulatory: true);
        }
    }

    /// <summary>All its clocks, those that ran before first; what was ended and goes on, because it was opened again, is one that runs.</summary>
    /// <param name="finished">Of this conversation, in the order in which they ended.</param>
    public IReadOnlyList<ClockView> ClocksAt(DateTimeOffset now, IEnumerable<FinishedClock> finished, ResponseTargets targets)
    {
        List<ClockView> current = [];
        if (WaitingSince is { } since && DueAt is { } due)
            current.Add(new ClockView(Answering, due < now ? ClockStanding.Late : ClockStanding.Running, since, null, due, targets.Of(Answering, Priority), Positive(now - since), targets.Counted(Priority, since, now)));
        if (State != ConversationState.Resolved && Resolution is { } run)
        {
            var standing = run.RunsSince is null ? ClockStanding.Paused : run.Due < now ? ClockStanding.Late : ClockStanding.Running;
            current.Add(new ClockView(ServiceClock.Resolution, standing, run.Since, run.PausedSince, run.Due, targets.Of(ServiceClock.Resolution, Priority), Positive(now - run.Since), run.CountedAt(now, Priority, targets)));
        }

        return [.. finished.Where(one => current.TrueForAll(view => view.Clock != one.Clock || view.Since != one.Since)).GroupBy(one => (one.Clock, one.Since)).Select(same => Of(same.Last(), targets)), .. current];
    }

    private static ClockView Of(FinishedClock one, ResponseTargets targets) => new(
        one.Clock,
        one.How == ClockEnd.Unanswered ? ClockStanding.Unanswered : one.IsMet ? ClockStanding.Met : ClockStanding.Missed,
        one.Since,
        one.EndedAt,
        one.DueAt,
        targets.Of(one.Clock, one.Priority),
        one.Elapsed,
        one.Counted);

    private static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;

    /// <summary>Somebody waits: by when an answer and an end are due, and when people are told.</summary>
    private void Wait(DateTimeOffset since, ResponseTargets targets)
    {
        (WaitingSince, DueAt, WarnAt) = (since, targets.DueAt(Answering, Priority, since), targets.WarnAt(Answering, Priority, since));
        Resolution = (Resolution ?? ResolutionRun.Begin(since)).Resume(since).Aim(Priority, targets);
        FindNext();
        TellBy(Priority == Priority.P1 ? since : Limits.Min(limit => limit.Warn));
    }

    /// <summary>Nobody waits for us any more.</summary>
    private void StopWaiting(DateTimeOffset at, ResponseTargets targets)
    {
        (WaitingSince, DueAt, WarnAt, Resolution) = (null, null, null, Resolution?.Pause(at, targets));
        FindNext();
    }

    private void FindNext() => NextDueAt = Running.Any() ? Running.Min(limit => limit.Due) : null;

    private IEnumerable<FinishedClock> EndResponse(DateTimeOffset at, ClockEnd how, ResponseTargets targets)
    {
        if (WaitingSince is { } since)
            yield return Finish(Answering, since, at, DueAt, targets.Counted(Priority, since, at), how);
    }

    private IEnumerable<FinishedClock> EndResolution(DateTimeOffset at, ResponseTargets targets)
    {
        if (Resolution is { } run)
            yield return Finish(ServiceClock.Resolution, run.Since, at, run.Due, run.CountedAt(at, Priority, targets), ClockEnd.Resolved);
    }

    private FinishedClock Finish(ServiceClock clock, DateTimeOffset since, DateTimeOffset at, DateTimeOffset? due, TimeSpan counted, ClockEnd how) => new()
    {
        Id = Guid.CreateVersion7(at),
        ConversationId = Id,
        AccountId = AccountId,
        Clock = clock,
        Priority = Priority,
        Since = since,
        EndedAt = at,
        DueAt = due,
        CountedMilliseconds = (long)counted.TotalMilliseconds,
        How = how,
    };
}

namespace Countersign.Channels.Tests.Fakes;

/// <summary>Stands still for whoever reads it, and lets short waiting pass quickly; the patience of a call stays what it is, because a machine may be busy.</summary>
internal sealed class QuickClock(DateTimeOffset start) : TimeProvider
{
    private static readonly TimeSpan isShort = TimeSpan.FromSeconds(2);

    private DateTimeOffset at = start;

    public override DateTimeOffset GetUtcNow() => at;

    public void Advance(TimeSpan by) => at += by;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime < isShort ? dueTime / 20 : dueTime, period);
}

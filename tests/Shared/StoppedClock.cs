namespace Countersign.Tests.Shared;

/// <summary>A clock that stands still until a test moves it. Starts on Thursday 12 November 2026, 09:42 in London.</summary>
public sealed class StoppedClock(DateTimeOffset? at = null) : TimeProvider
{
    private DateTimeOffset now = at ?? new DateTimeOffset(2026, 11, 12, 9, 42, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => now;

    public void Advance(TimeSpan by) => now += by;
}

namespace Countersign.Bench.Deliveries;

/// <summary>The real clock, moved: so that a thousand posts can be prepared for a minute that then comes at once.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private TimeSpan shift;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + shift;

    public void SetTo(DateTimeOffset instant) => shift = instant - System.GetUtcNow();
}

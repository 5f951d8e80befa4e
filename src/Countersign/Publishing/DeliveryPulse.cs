namespace Countersign.Publishing;

/// <summary>When this node's worker last looked for what is due: whether the queue moves.</summary>
public sealed class DeliveryPulse(TimeProvider clock)
{
    private static readonly TimeSpan fresh = TimeSpan.FromMinutes(1);

    private long ticks;

    /// <summary>Null before the first look.</summary>
    public DateTimeOffset? LastLook => Interlocked.Read(ref ticks) is > 0 and var at ? new DateTimeOffset(at, TimeSpan.Zero) : null;

    /// <summary>The worker has looked within the last minute.</summary>
    public bool IsFresh => clock.GetUtcNow() - LastLook <= fresh;

    public void Looked() => Interlocked.Exchange(ref ticks, clock.GetUtcNow().UtcTicks);
}

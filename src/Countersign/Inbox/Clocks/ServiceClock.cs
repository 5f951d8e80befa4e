namespace Countersign.Inbox.Clocks;

/// <summary>What this organisation promises to be done with in time.</summary>
public enum ServiceClock
{
    /// <summary>From the first message until an answer stands.</summary>
    FirstResponse,

    /// <summary>From what they write after an answer until the next answer stands.</summary>
    NextResponse,

    /// <summary>From the first message until the conversation is resolved, without the time in which we wait for them.</summary>
    Resolution,
}

/// <summary>How long something may take, by how urgent it is.</summary>
public sealed class PriorityLimits
{
    public static readonly TimeSpan Least = TimeSpan.FromMinutes(1);

    public static readonly TimeSpan Most = TimeSpan.FromDays(90);

    /// <summary>Counted day and night; the others in office hours.</summary>
    public TimeSpan P1 { get; set; }

    public TimeSpan P2 { get; set; }

    public TimeSpan P3 { get; set; }

    public TimeSpan P4 { get; set; }

    public TimeSpan Of(Priority priority) => priority switch
    {
        Priority.P1 => P1,
        Priority.P2 => P2,
        Priority.P3 => P3,
        _ => P4,
    };

    internal bool IsWithinBounds => new[] { P1, P2, P3, P4 }.All(limit => limit >= Least && limit <= Most);

    internal static PriorityLimits Hours(double p1, double p2, double p3, double p4) =>
        new() { P1 = TimeSpan.FromHours(p1), P2 = TimeSpan.FromHours(p2), P3 = TimeSpan.FromHours(p3), P4 = TimeSpan.FromHours(p4) };
}

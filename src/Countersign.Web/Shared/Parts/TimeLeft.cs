namespace Countersign.Web.Shared.Parts;

/// <summary>How much time is left to do something, and of how much.</summary>
/// <param name="Left">Below zero when it is over.</param>
/// <param name="PausedBecause">Why the clock stands still, or null.</param>
public sealed record TimeLeft(TimeSpan Left, TimeSpan Total, string? PausedBecause = null)
{
    /// <summary>From 0 to 100.</summary>
    public int PercentLeft => Total <= TimeSpan.Zero ? 0 : (int)Math.Clamp(100 * (Left / Total), 0, 100);

    public bool Over => Left < TimeSpan.Zero;

    /// <summary>A third or less is left.</summary>
    public bool Soon => !Over && Left * 3 <= Total;
}

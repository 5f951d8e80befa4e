namespace Countersign.Web.Shared.Planning;

public enum Moment
{
    /// <summary>Still to come.</summary>
    ToCome,
    Done,
    Now,
    Ok,
    Warn,
    Bad,
}

/// <summary>One line of what happened or will.</summary>
/// <param name="Time">As it is shown: "09:31", "09:31:06", "now".</param>
/// <param name="Note">What it means, smaller, below.</param>
/// <param name="Warns">The note is a warning.</param>
public sealed record TimelineEntry(string Time, Moment Moment, string What, string? Note = null, bool Warns = false, string? Href = null);

using System.Globalization;

namespace Countersign.Channels.Http;

/// <summary>
/// A way through a list that begins with the newest: from the top down to where the way before began, and somewhat further, because a message may appear
/// late with an earlier time (its writer's clock counts where it is behind the network's). Once a day it goes down a week.
/// </summary>
/// <param name="Floor">Everything up to here was read; null before the first way ended.</param>
/// <param name="Until">Where this way ends; null for the end of the list.</param>
/// <param name="Next">The network's place in the list; null at the top.</param>
/// <param name="Newest">The newest message of this way.</param>
/// <param name="DeepAt">When the last way began that went down a week.</param>
internal sealed record NotificationWalk(DateTimeOffset? Floor, DateTimeOffset? Until, string? Next, DateTimeOffset? Newest, DateTimeOffset? DeepAt)
{
    /// <summary>How late a message may appear and be found by the very next way.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(1);

    /// <summary>How late it may appear and be found within <see cref="DeepEvery"/>.</summary>
    public static readonly TimeSpan Deep = TimeSpan.FromDays(7);

    public static readonly TimeSpan DeepEvery = TimeSpan.FromDays(1);

    private const string Written = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";

    public static NotificationWalk Parse(string? cursor) =>
        cursor?.Split('|') is [var floor, var until, var next, var newest, var deep]
            ? new(Time(floor), Time(until), next.Length == 0 ? null : Uri.UnescapeDataString(next), Time(newest), Time(deep))
            : new(null, null, null, null, null);

    public override string ToString() => $"{Text(Floor)}|{Text(Until)}|{(Next is null ? "" : Uri.EscapeDataString(Next))}|{Text(Newest)}|{Text(DeepAt)}";

    /// <returns>The same where a way is under way; otherwise a new one.</returns>
    public NotificationWalk Begin(DateTimeOffset now)
    {
        if (Next is not null)
            return this;

        // A clock that was put back counts as one that ran on: rather a way too many than none for years.
        var deep = DeepAt is not { } last || (now - last).Duration() >= DeepEvery;
        return this with { Until = Floor - (deep ? Deep : TimeSpan.Zero), Newest = null, DeepAt = deep ? now : DeepAt };
    }

    /// <param name="next">The network's place in the list after this page; null at its end.</param>
    /// <returns>Null where the network gives no other page than this one.</returns>
    public NotificationWalk? After(IEnumerable<DateTimeOffset?> read, string? next, DateTimeOffset now)
    {
        var times = read.OfType<DateTimeOffset>().ToList();

        // A time of the future would keep everything before it from ever being read again.
        var newest = times.Append(Newest ?? DateTimeOffset.MinValue).Max() is var seen && seen > now ? now : seen;
        var walked = this with { Newest = newest == DateTimeOffset.MinValue ? null : newest };
        var reached = next is null ? null : Time(next) ?? (times.Count > 0 ? times.Min() : null);
        if (next is null || (Until is { } until && reached < until))
            return walked.End();
        return Onward(next) is { } onward ? walked with { Next = onward } : null;
    }

    private NotificationWalk End()
    {
        var floor = Newest - Overlap;
        return this with { Floor = Floor is { } before && (floor is null || floor < before) ? before : floor, Until = null, Next = null, Newest = null };
    }

    /// <summary>
    /// The views go on strictly before the time of the last message, and so pass over others of that same instant. Where the place is such a time, it is
    /// moved by the thousandth of a second that they count in, and those come again.
    /// </summary>
    private string? Onward(string next)
    {
        if (Time(next) is not { } at)
            return next == Next ? null : next;
        var here = Next is null ? null : Time(Next);
        var again = at.AddMilliseconds(1);
        return here is null || again < here ? Text(again) : at < here ? Text(at) : null;
    }

    private static string Text(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) ?? "";

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParseExact(text, Written, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}

using System.Globalization;
using Countersign.Publishing;

namespace Countersign.Web.Shared;

/// <summary>Instants as people read them. Stored in UTC; shown in the organisation's zone, which a page names once.</summary>
public static class LocalTime
{
    /// <summary>Offered where nobody has chosen yet.</summary>
    public const string UsualZone = "Europe/London";

    /// <summary>IANA name. An installation serves one organisation, so a process has one: read from it with the first request after it was set up.</summary>
    public static string Zone { get; set; } = UsualZone;

    private static readonly CultureInfo British = CultureInfo.GetCultureInfo("en-GB");

    /// <summary>09:31</summary>
    public static string TimeOfDay(DateTimeOffset instant, string? zone = null) => At(instant, zone).ToString("HH:mm", British);

    /// <summary>"today, 11:00", "tomorrow, 09:00", "Tue 17 Nov, 09:00", "12 Nov 2025, 09:00"</summary>
    public static string Moment(DateTimeOffset instant, DateTimeOffset now, string? zone = null)
    {
        var (then, today) = (At(instant, zone), At(now, zone).Date);
        var day = (then.Date - today).Days switch
        {
            0 => "today",
            1 => "tomorrow",
            -1 => "yesterday",
            _ => then.ToString(then.Year == today.Year ? "ddd d MMM" : "d MMM yyyy", British),
        };
        return $"{day}, {then.ToString("HH:mm", British)}";
    }

    /// <summary>12 Nov 2026, 09:42:10</summary>
    public static string Exact(DateTimeOffset instant, string? zone = null) => At(instant, zone).ToString("d MMM yyyy, HH:mm:ss", British);

    public static DateTime At(DateTimeOffset instant, string? zone = null) => Slots.At(instant, zone ?? Zone).ToDateTimeUnspecified();
}

using Countersign.Web.Shared.Controls;

namespace Countersign.Web.Shared;

/// <summary>Time zones to choose from: the organisation's own first, then west to east. Any other IANA zone that was chosen is added.</summary>
public static class Zones
{
    private static readonly string[] common =
    [
        "Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Denver", "America/Chicago", "America/New_York", "America/Sao_Paulo",
        "UTC", "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Paris", "Europe/Berlin", "Europe/Madrid", "Europe/Rome", "Europe/Warsaw", "Europe/Athens", "Europe/Helsinki",
        "Europe/Istanbul", "Africa/Johannesburg", "Africa/Nairobi", "Asia/Dubai", "Asia/Karachi", "Asia/Kolkata", "Asia/Dhaka", "Asia/Singapore",
        "Asia/Hong_Kong", "Asia/Tokyo", "Australia/Perth", "Australia/Sydney", "Pacific/Auckland",
    ];

    public static IReadOnlyList<Option> With(string chosen) =>
        [.. common.Prepend(LocalTime.Zone).Append(chosen).Distinct(StringComparer.Ordinal).Select(zone => new Option(zone, City(zone)))];

    /// <summary>"New York".</summary>
    public static string City(string zone) => zone[(zone.LastIndexOf('/') + 1)..].Replace('_', ' ');
}

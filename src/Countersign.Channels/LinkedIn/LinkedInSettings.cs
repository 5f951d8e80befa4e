using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Countersign.Channels.LinkedIn;

/// <summary>Section "Networks:LinkedIn".</summary>
public sealed class LinkedInSettings() : AppSettings(new Uri("https://api.linkedin.com/"), new Uri("https://www.linkedin.com/"))
{
    /// <summary>LinkedIn answers a version for at least this long.</summary>
    private const int MonthsSupported = 12;

    /// <summary>The version of the interface that is asked for, as year and month. LinkedIn retires each; another one is set here when it does not differ for us.</summary>
    [RegularExpression("^20[2-9][0-9](0[1-9]|1[0-2])$", ErrorMessage = "Version is a year and a month: 202610.")]
    public string Version { get; set; } = "202610";

    /// <summary>From then on LinkedIn may answer no more.</summary>
    internal DateOnly Sunset => DateOnly.ParseExact(Version + "01", "yyyyMMdd", CultureInfo.InvariantCulture).AddMonths(MonthsSupported);
}

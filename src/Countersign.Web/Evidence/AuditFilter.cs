using System.Globalization;
using Countersign.Evidence;
using Countersign.Publishing;
using Countersign.Web.Shared;

namespace Countersign.Web.Evidence;

/// <summary>What the list is narrowed to, as it stands in the page's address.</summary>
/// <param name="Act">The beginning of an act: "draft.".</param>
/// <param name="From">First day, as 2026-11-17, in the zone that the page names.</param>
/// <param name="To">Last day.</param>
/// <param name="Before">Sequence number that this page ends before.</param>
public sealed record AuditFilter(string? Object, Guid? Person, string? Act, bool Refused, string? From, string? To, long? Before)
{
    public static readonly IReadOnlyList<(string Prefix, string Words)> Kinds =
    [
        ("draft.", "Drafts and signatures"),
        ("publication.", "Deliveries"),
        ("lockdown.", "Locks"),
        ("account.", "Accounts"),
        ("person.", "People and roles"),
        ("session.", "Sign-ins"),
        ("release.", "Policy"),
        ("evidence.", "Exports"),
    ];

    public bool Narrows => Object is not null || Person is not null || Act is not null || Refused || From is not null || To is not null;

    public AuditQuestion Question => new(Object, Person, Act, Refused ? false : null, Midnight(From, 0), Midnight(To, 1), Before);

    public string Href
    {
        get
        {
            var parts = new (string Name, string? Value)[]
            {
                ("object", Object),
                ("person", Person?.ToString()),
                ("act", Act),
                ("refused", Refused ? "true" : null),
                ("from", From),
                ("to", To),
                ("before", Before?.ToString(CultureInfo.InvariantCulture)),
            };
            var query = string.Join('&', parts.Where(part => !string.IsNullOrEmpty(part.Value)).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}"));
            return query.Length == 0 ? "/audit" : $"/audit?{query}";
        }
    }

    /// <summary>A form sends empty fields; they narrow nothing. A day that is none narrows nothing either.</summary>
    public static AuditFilter Read(string? @object, Guid? person, string? act, bool? refused, string? from, string? to, long? before) =>
        new(Some(@object), person, Some(act), refused == true, Day(from), Day(to), before);

    private static string? Some(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string? Day(string? text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1970 and < 3000 ? text : null;

    private static DateTimeOffset? Midnight(string? day, int later) =>
        day is not null && Slots.Resolve(DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture).AddDays(later).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "00:00", LocalTime.Zone) is { IsTaken: true } slot
            ? slot.Taken.Instant
            : null;
}

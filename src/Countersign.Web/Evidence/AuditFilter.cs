using System.Globalization;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Web.Shared;

namespace Countersign.Web.Evidence;

/// <summary>What the list is narrowed to, as it stands in the page's address.</summary>
/// <param name="Act">The beginning of an act: "draft.".</param>
/// <param name="From">First day, as 2026-11-17, in the zone that the page names.</param>
/// <param name="To">Last day.</param>
/// <param name="Text">Words that an entry must hold.</param>
/// <param name="Before">The place that this page ends before.</param>
public sealed record AuditFilter(string? Object, Guid? Person, string? Act, bool Refused, string? From, string? To, string? Text, EntryPlace? Before)
{
    public static readonly IReadOnlyList<(string Prefix, string Words)> Kinds =
    [
        ("draft.", "Drafts and signatures"),
        ("publication.", "Deliveries"),
        ("incident.", "Incidents"),
        ("conversation.", "Conversations"),
        ("message.", "What came in"),
        ("rule.", "Inbox rules"),
        ("template.", "Approved replies"),
        ("standing.", "What stands on networks"),
        ("takedown.", "Take-downs"),
        ("lockdown.", "Locks"),
        ("blackout.", "Blackouts"),
        ("campaign.", "Campaigns"),
        ("picture.", "Pictures"),
        ("account.", "Accounts"),
        ("person.", "People and roles"),
        ("session.", "Sign-ins"),
        ("release.", "Policy"),
        ("erasure.", "Erasures"),
        ("hold.", "Legal holds"),
        ("evidence.", "Exports"),
        ("key.", "Signing keys"),
        ("witness.", "Witnesses"),
    ];

    /// <summary>Nothing narrowed.</summary>
    public static readonly AuditFilter None = Read(null, null, null, null, null, null, null, null);

    public bool Narrows => Object is not null || Person is not null || Act is not null || Refused || From is not null || To is not null || Text is not null;

    /// <summary>Without the text, which needs names to be looked up.</summary>
    public LogQuestion Question => new(Object, Person, Act, Refused ? false : null, Midnight(From, 0), Midnight(To, 1), Before: Before);

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
                ("q", Text),
                ("before", Before?.ToString()),
            };
            var query = string.Join('&', parts.Where(part => !string.IsNullOrEmpty(part.Value)).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}"));
            return query.Length == 0 ? "/audit" : $"/audit?{query}";
        }
    }

    /// <summary>A form sends empty fields; they narrow nothing. A day that is none narrows nothing either.</summary>
    public static AuditFilter Read(string? @object, Guid? person, string? act, bool? refused, string? from, string? to, string? text, string? before) =>
        new(Some(@object), person, Some(act), refused == true, Day(from), Day(to), Some(text), EntryPlace.Read(before));

    private static string? Some(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string? Day(string? text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1970 and < 3000 ? text : null;

    private static DateTimeOffset? Midnight(string? day, int later) =>
        day is not null && Slots.Resolve(DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture).AddDays(later).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "00:00", LocalTime.Zone) is { IsTaken: true } slot
            ? slot.Taken.Instant
            : null;
}

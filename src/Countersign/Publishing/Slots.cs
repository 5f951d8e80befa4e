using Countersign.Decisions;
using NodaTime;
using NodaTime.Text;

namespace Countersign.Publishing;

/// <summary>Turns a date, a time and a zone as typed into the instant they mean.</summary>
public static class Slots
{
    /// <summary>The code of the refusal that asks which of two equal times is meant.</summary>
    public const string WhichOne = "which-one";

    private static readonly LocalDateTimePattern pattern = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm");

    /// <param name="date">ISO 8601: "2026-11-17".</param>
    /// <param name="time">24-hour clock: "09:00".</param>
    /// <param name="zone">IANA name.</param>
    /// <returns>Refused where the clocks go forward over that time. Where they go back and it comes twice, the earlier one.</returns>
    public static Decision<Slot> Resolve(string date, string time, string zone) => Resolve(date, time, zone, later: false);

    /// <param name="later">Which of the two is meant where the clocks go back over that time; null where nobody has chosen, and then it is asked.</param>
    public static Decision<Slot> Resolve(string date, string time, string zone, bool? later)
    {
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is not { } place)
            return new Refusal("no-zone", "Choose a time zone from the list.");
        if (!pattern.Parse($"{date}T{time}").TryGetValue(default, out var local))
            return new Refusal("bad-time", "Give the date as 2026-11-17 and the time as 09:00.");
        var meant = place.MapLocal(local);
        return meant.Count switch
        {
            0 => new Refusal("no-such-time", $"{time} does not exist in {zone} on {date}: the clocks go forward over it. Choose another time."),
            2 when later is null => new Refusal(WhichOne, $"{time} comes twice in {zone} on {date}: the clocks go back over it. Say which of the two you mean."),
            _ => new Slot(pattern.Format(local), place.Id, (later == true ? meant.Last() : meant.First()).ToDateTimeOffset()) { Rules = DateTimeZoneProviders.Tzdb.VersionId },
        };
    }

    /// <summary>What a time that was chosen means under these rules.</summary>
    /// <returns>Null where the clocks jump over it, or the zone is gone. Where it comes twice: the instant it had, if that is one of the two, else the earlier.</returns>
    public static Slot? Resolve(Slot chosen, IDateTimeZoneProvider zones)
    {
        if (zones.GetZoneOrNull(chosen.Zone) is not { } place)
            return null;
        var meant = place.MapLocal(pattern.Parse(chosen.Local).Value);
        if (meant.Count == 0)
            return null;
        var (first, last) = (meant.First().ToDateTimeOffset(), meant.Last().ToDateTimeOffset());
        return chosen with { Instant = last == chosen.Instant ? last : first, Rules = zones.VersionId };
    }

    /// <summary>True when the clock shows this time twice that night.</summary>
    public static bool ComesTwice(Slot slot) =>
        DateTimeZoneProviders.Tzdb.GetZoneOrNull(slot.Zone) is { } place && place.MapLocal(pattern.Parse(slot.Local).Value).Count == 2;

    /// <summary>The first instant of a day there; not midnight where the clocks go forward over it.</summary>
    public static DateTimeOffset StartOf(DateOnly day, string zone) =>
        DateTimeZoneProviders.Tzdb[zone].AtStartOfDay(LocalDate.FromDateOnly(day)).ToDateTimeOffset();

    /// <summary>The zone's own wall clock at an instant, for pages.</summary>
    public static LocalDateTime At(DateTimeOffset instant, string zone) =>
        Instant.FromDateTimeOffset(instant).InZone(DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) ?? DateTimeZone.Utc).LocalDateTime;

    /// <summary>The same time on another day there, in the zone it was chosen in.</summary>
    /// <param name="later">As for <see cref="Resolve(string, string, string, bool?)"/>.</param>
    public static Decision<Slot> Shift(Slot slot, int days, bool? later)
    {
        var local = pattern.Parse(slot.Local).Value.PlusDays(days);
        return Resolve(LocalDatePattern.Iso.Format(local.Date), slot.Local[11..], slot.Zone, later);
    }
}

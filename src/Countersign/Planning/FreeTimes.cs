using Countersign.Decisions;
using NodaTime;
using NodaTime.Text;

namespace Countersign.Planning;

/// <summary>An account and the times that are taken on it already.</summary>
public sealed record BusyAccount(AccountRef Ref, string Title, IReadOnlyList<DateTimeOffset> Taken);

/// <summary>A time at which nothing stands in the way.</summary>
/// <param name="Date">"2026-11-17" of the clock of <paramref name="Zone"/>.</param>
/// <param name="Time">"09:00".</param>
public sealed record FreeTime(string Date, string Time, string Zone, DateTimeOffset Instant);

/// <summary>Times that would do, soonest first, and why earlier ones were passed over.</summary>
public sealed record FreeTimes(IReadOnlyList<FreeTime> Times, IReadOnlyList<string> PassedOver)
{
    /// <summary>Days looked at before giving up.</summary>
    public const int DaysAhead = 92;

    /// <summary>Reasons told; more would not be read.</summary>
    private const int MostReasons = 4;

    private static readonly LocalDatePattern isoDay = LocalDatePattern.Iso;
    private static readonly LocalTimePattern clockTime = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    /// <summary>Where no plan names times: weekdays in the late morning and the afternoon.</summary>
    private static readonly IReadOnlyList<PreferredTime> usual =
        [.. from day in Enumerable.Range((int)DayOfWeek.Monday, 5) from time in (string[])["10:00", "14:00"] select new PreferredTime((DayOfWeek)day, time)];

    /// <summary>Looks for the next preferred times that suit every account: outside quiet hours, holidays and blackouts, and far enough from other posts.</summary>
    /// <param name="zone">Of the clock that is read where an account has no plan.</param>
    public static FreeTimes Find(IReadOnlyList<BusyAccount> accounts, PlanningCalendar calendar, string zone, DateTimeOffset after, int most)
    {
        var (found, passed) = (new List<FreeTime>(), new List<string>());
        foreach (var candidate in Candidates(accounts, calendar, zone, after))
        {
            if (found.Count == most)
                break;
            if (WhyNot(candidate, accounts, calendar) is not { } reason)
                found.Add(candidate);
            else if (found.Count == 0 && passed.Count < MostReasons && !passed.Contains(reason))
                passed.Add(reason);
        }

        return new FreeTimes(found, passed);
    }

    private static SortedDictionary<DateTimeOffset, FreeTime>.ValueCollection Candidates(IReadOnlyList<BusyAccount> accounts, PlanningCalendar calendar, string zone, DateTimeOffset after)
    {
        var plans = accounts.Select(account => calendar.Plans.GetValueOrDefault(account.Ref.Id)).Where(plan => plan is { Times.Count: > 0 }).ToList();
        var wanted = plans.Count == 0 ? [.. usual.Select(time => (time, zone))] : plans.SelectMany(plan => plan!.Times.Select(time => (time, zone: plan.Zone))).Distinct().ToList();
        var times = new SortedDictionary<DateTimeOffset, FreeTime>();
        foreach (var (preferred, clock) in wanted)
        {
            var place = DateTimeZoneProviders.Tzdb[clock];
            var first = Instant.FromDateTimeOffset(after).InZone(place).Date;
            var day = first.Next(ToIso(preferred.Day)).PlusWeeks(-1);
            for (; day <= first.PlusDays(DaysAhead); day = day.PlusWeeks(1))
            {
                // A time that the clocks leave out that day is no time; of one that comes twice the earlier is meant.
                var meant = place.MapLocal(day + PostingPlan.TimeOf(preferred.Time));
                if (meant.Count == 0 || meant.First().ToDateTimeOffset() is var instant && instant <= after)
                    continue;
                times.TryAdd(instant, new FreeTime(isoDay.Format(day), preferred.Time, clock, instant));
            }
        }

        return times.Values;
    }

    /// <returns>A sentence; null where nothing stands in the way.</returns>
    private static string? WhyNot(FreeTime time, IReadOnlyList<BusyAccount> accounts, PlanningCalendar calendar)
    {
        var told = $"{time.Date} {time.Time}";
        if (calendar.BlackoutsAt(time.Instant, [.. accounts.Select(account => account.Ref)]) is [var blackout, ..])
            return $"Until {PlanningCalendar.Tell(blackout.Until, time.Zone)} there is a blackout: {blackout.Reason}";
        foreach (var account in accounts)
        {
            var plan = calendar.Plans.GetValueOrDefault(account.Ref.Id);
            var local = Instant.FromDateTimeOffset(time.Instant).InZone(DateTimeZoneProviders.Tzdb[plan?.Zone ?? time.Zone]).LocalDateTime;
            if (calendar.DayOff(DateOnly.FromDateTime(local.ToDateTimeUnspecified()), plan?.Holidays ?? Nation.None) is { } holiday)
                return $"{isoDay.Format(local.Date)} is {holiday}";
            if (plan?.IsQuietAt(local.TimeOfDay) == true)
                return $"{clockTime.Format(local.TimeOfDay)} is in the quiet hours of {account.Title}";
            var apart = TimeSpan.FromMinutes(Math.Max(1, plan?.MinutesApart ?? 1));
            if (account.Taken.Any(taken => (taken - time.Instant).Duration() < apart))
                return $"{told} is too close to another post on {account.Title}";
        }

        return null;
    }

    private static IsoDayOfWeek ToIso(DayOfWeek day) => day == DayOfWeek.Sunday ? IsoDayOfWeek.Sunday : (IsoDayOfWeek)(int)day;
}

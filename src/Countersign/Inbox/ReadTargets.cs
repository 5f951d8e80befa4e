using Countersign.Inbox.Clocks;
using Countersign.People;
using Countersign.Planning;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Countersign.Inbox;

/// <summary>Puts the office hours of the settings on the organisation's clock. Read once for each turn.</summary>
public sealed class ReadTargets(CountersignDb db, IOptions<InboxSettings> settings)
{
    private ResponseTargets? read;

    public async Task<ResponseTargets> RunAsync(CancellationToken cancellationToken) =>
        read ??= Of(settings.Value, await db.Organisations.AsNoTracking().Select(organisation => organisation.Zone).SingleAsync(cancellationToken));

    public static ResponseTargets Of(InboxSettings settings, string zone)
    {
        IReadOnlyList<OfficeHours> hours = [new(LocalTime.FromTimeOnly(settings.OfficeFrom), LocalTime.FromTimeOnly(settings.OfficeUntil))];
        var where = DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) ?? DateTimeZone.Utc;
        var office = new BusinessCalendar(
            where,
            settings.OfficeDays.Distinct().ToDictionary(day => day == DayOfWeek.Sunday ? IsoDayOfWeek.Sunday : (IsoDayOfWeek)day, _ => hours),
            day => BankHolidays.Of(day.Year, settings.Holidays).Any(holiday => holiday.Day == day.ToDateOnly()));
        return new ResponseTargets(office, settings, new RegulatoryCalendar(where, settings.Holidays, LocalTime.FromTimeOnly(settings.OfficeUntil)));
    }
}

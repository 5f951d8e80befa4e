using System.Globalization;
using Countersign.Web.Shared;
using Microsoft.AspNetCore.Mvc;

namespace Countersign.Web.Publishing;

/// <summary>What is planned and what was published, by week and by month.</summary>
public static class CalendarEndpoints
{
    public static void MapCalendar(this IEndpointRouteBuilder site) => site.MapGet("/calendar", async ([FromQuery] string? view, [FromQuery] string? from, CalendarReader reader, CancellationToken stop) =>
    {
        // An address that was cut or typed wrongly shows this week.
        var day = DateOnly.TryParseExact(from, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var given) && given.Year is > 1970 and < 9998 ? given : (DateOnly?)null;
        return Pages.Show<CalendarPage>(new { Model = await reader.ReadAsync(view == "month" ? CalendarView.Month : CalendarView.Week, day, stop) });
    });
}

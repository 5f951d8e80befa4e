using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Web.Shared;

namespace Countersign.Web.Publishing;

/// <summary>What is planned and what was published, by week, by month and as a list.</summary>
public static class CalendarEndpoints
{
    public static void MapCalendar(this IEndpointRouteBuilder site)
    {
        site.MapGet("/calendar", async (HttpRequest http, CalendarReader reader, RescheduleDraft reschedule, Actor actor, CancellationToken stop) =>
            Pages.Show<CalendarPage>(new { Model = await reader.ReadAsync(CalendarQuery.Read(http.Query), await MoveEndpoints.ReadAsync(http.Query, reschedule, actor, stop), stop) }));
        site.MapMove();
        site.MapPlans();
        site.MapFeeds();
        site.MapBestTime();
        site.MapImport();
    }
}

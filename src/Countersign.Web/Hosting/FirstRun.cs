using Countersign.People;
using Countersign.Storage;
using Countersign.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Hosting;

/// <summary>Until somebody has set the organisation up, every page leads there; from then on pages show its time.</summary>
public sealed class FirstRun(RequestDelegate next)
{
    private volatile bool isSetUp;

    public async Task InvokeAsync(HttpContext context, CountersignDb db)
    {
        if (!isSetUp && !IsOpen(context.Request.Path))
        {
            if (await db.Organisations.AsNoTracking().Select(organisation => organisation.Zone).SingleOrDefaultAsync(context.RequestAborted) is not { } zone)
            {
                context.Response.Redirect("/setup");
                return;
            }

            (LocalTime.Zone, isSetUp) = (zone, true);
        }

        await next(context);
    }

    private static bool IsOpen(PathString path) =>
        path.StartsWithSegments("/setup") || path.StartsWithSegments("/css") || path.StartsWithSegments("/js") || path.StartsWithSegments("/lib") || path.StartsWithSegments("/oauth")
        || path == "/icon.svg" || path == "/icons.svg" || path == "/favicon.ico" || path == "/theme" || path == "/health";
}

using Countersign.People;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Hosting;

/// <summary>Until somebody has set the organisation up, every page leads there.</summary>
public sealed class FirstRun(RequestDelegate next)
{
    private volatile bool isSetUp;

    public async Task InvokeAsync(HttpContext context, CountersignDb db)
    {
        if (!isSetUp && !IsOpen(context.Request.Path))
        {
            isSetUp = await db.Organisations.AnyAsync(context.RequestAborted);
            if (!isSetUp)
            {
                context.Response.Redirect("/setup");
                return;
            }
        }

        await next(context);
    }

    private static bool IsOpen(PathString path) =>
        path.StartsWithSegments("/setup") || path.StartsWithSegments("/css") || path.StartsWithSegments("/js") || path.StartsWithSegments("/lib")
        || path == "/icon.svg" || path == "/icons.svg" || path == "/favicon.ico" || path == "/theme" || path == "/health";
}

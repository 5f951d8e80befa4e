using Countersign.Storage;
using Countersign.Web.Accounts;
using Countersign.Web.Evidence;
using Countersign.Web.Newsroom;
using Countersign.Web.People;
using Countersign.Web.Publishing;
using Countersign.Web.Setup;

namespace Countersign.Web.Hosting;

/// <summary>Every address of the site, module by module.</summary>
public static class Site
{
    public static void MapSite(this WebApplication app)
    {
        app.MapGet("/events", (LiveEvents live, CancellationToken stop) => TypedResults.ServerSentEvents(live.ListenAsync(stop)));
        app.MapGet("/strip", async (ShellReader shell, CancellationToken stop) => Shared.Pages.Show<Shared.Frame.StatusStrip>(new { (await shell.ReadAsync(stop)).Strip }));
        app.MapGet("/health", HealthAsync).AllowAnonymous();
        app.MapSetup();
        app.MapSignIn();
        app.MapLockdown();
        app.MapAudit();
        app.MapApprovals();
        app.MapCompose();
        app.MapPosts();
        app.MapCalendar();
        app.MapNewsroom();
        app.MapAccounts();
        app.MapPeople();
    }

    /// <summary>For a load balancer: the database answers and the log is signed up to a moment ago.</summary>
    private static async Task<IResult> HealthAsync(SignedLog log, CancellationToken stop)
    {
        var latest = await log.LatestAsync(stop);
        return Results.Ok(new { status = "up", entriesSigned = latest?.Size ?? 0 });
    }
}

using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Web.Accounts;
using Countersign.Web.Api;
using Countersign.Web.Evidence;
using Countersign.Web.Inbox;
using Countersign.Web.Newsroom;
using Countersign.Web.Notices;
using Countersign.Web.People;
using Countersign.Web.Publishing;
using Countersign.Web.Setup;
using Countersign.Web.Standing;
using Microsoft.AspNetCore.Antiforgery;

namespace Countersign.Web.Hosting;

/// <summary>Every address of the site, module by module.</summary>
public static class Site
{
    private static readonly TimeSpan unsignedFor = TimeSpan.FromMinutes(1);

    public static void MapSite(this WebApplication app)
    {
        // Whatever changes something proves that it came from a page of ours, also where a form has no fields.
        var site = app.MapGroup("").WithMetadata(new RequireAntiforgeryTokenAttribute()).AddEndpointFilter<OwnForms>();
        site.MapGet(LiveEvents.Path, (LiveEvents live, HttpContext context, CancellationToken stop) => TypedResults.ServerSentEvents(live.ListenAsync(SessionHandler.SessionOf(context)!.Value, stop)));
        site.MapGet("/strip", async (ShellReader shell, CancellationToken stop) => Shared.Pages.Show<Shared.Frame.StatusStrip>(new { (await shell.ReadAsync(stop)).Strip }));
        site.MapGet("/health", HealthAsync).AllowAnonymous();
        site.MapApi();
        site.MapSetup();
        site.MapSignIn();
        site.MapLockdown();
        site.MapAudit();
        site.MapWitness();
        site.MapStatements();
        site.MapVault();
        site.MapExport();
        site.MapApprovals();
        site.MapCompose();
        site.MapLibrary();
        site.MapCampaigns();
        site.MapPosts();
        site.MapCalendar();
        site.MapNewsroom();
        site.MapSources();
        site.MapInbox();
        site.MapResponseTimes();
        site.MapReplyLibrary();
        site.MapInboxRules();
        site.MapInboxMany();
        site.MapAccounts();
        site.MapIncidents();
        site.MapPeople();
        site.MapToday();
        site.MapNotices();
    }

    /// <summary>For a load balancer: the database answers, how far the log is signed and whether posts leave. 503 while the log is not what was signed or could not be signed for a minute, because nothing is published then; and while nobody looks for what is due.</summary>
    private static async Task<IResult> HealthAsync(SignedLog log, LogAlarm alarm, DeliveryHealth deliveries, TimeProvider clock, CancellationToken stop)
    {
        var entriesSigned = (await log.LatestAsync(stop))?.Size ?? 0;
        var state = await deliveries.ReadAsync(stop);
        var delivery = new
        {
            lagSeconds = Seconds(state.Lag),
            oldestDueSeconds = Seconds(state.Overdue),
            sendingBeyondLease = state.SendingBeyondLease,
            oldestUnknownSeconds = Seconds(state.OldestUnknown),
        };
        return (alarm.Damage, state.Moves) switch
        {
            ({ } damage, _) => Results.Json(new { status = "log-damaged", reason = damage, entriesSigned, delivery }, statusCode: StatusCodes.Status503ServiceUnavailable),
            _ when alarm.StandsStillSince is { } since && clock.GetUtcNow() - since > unsignedFor => Results.Json(new { status = "log-stands-still", reason = "Nothing can be signed. The program’s own log says why.", since, entriesSigned, delivery }, statusCode: StatusCodes.Status503ServiceUnavailable),
            (_, false) => Results.Json(new { status = "queue-stands-still", reason = "Nothing looks for posts that are due.", entriesSigned, delivery }, statusCode: StatusCodes.Status503ServiceUnavailable),
            _ => Results.Ok(new { status = "up", entriesSigned, delivery }),
        };
    }

    private static double? Seconds(TimeSpan? time) => time is { } known ? Math.Round(known.TotalSeconds, 1) : null;

    private sealed class OwnForms : IEndpointFilter
    {
        public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
            context.HttpContext.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false, Error: var error }
                ? throw new AntiforgeryValidationException("The form carries no valid token.", error)
                : next(context);
    }
}

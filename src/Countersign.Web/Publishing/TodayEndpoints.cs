using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Publishing;
using Countersign.Standing;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;

namespace Countersign.Web.Publishing;

/// <summary>The first page: what needs the reader.</summary>
public static class TodayEndpoints
{
    public static void MapToday(this IEndpointRouteBuilder site)
    {
        site.MapGet("/", async (TodayReader today, ShellReader shell, CancellationToken stop) => Pages.Show<TodayPage>(new { Shell = await shell.ReadAsync(stop), Model = await today.ReadAsync(stop) }));
        site.MapGet("/today", async (TodayReader today, CancellationToken stop) => Pages.Show<TodayBody>(new { Model = await today.ReadAsync(stop) }));
    }
}

/// <summary>Reads the first page.</summary>
public sealed class TodayReader(ReadToday morning, PlanReader plan, Incidents incidents, AccountsHealth health, VerifiedLog verified, DeliveryHealth deliveries, Actor actor, TimeProvider clock)
{
    public async Task<TodayModel> ReadAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var day = LocalTime.At(now).Date;
        return new TodayModel(
            await morning.RunAsync(actor, cancellationToken),
            await plan.BetweenAsync(Midnight(day), Midnight(day.AddDays(1)), actor, cancellationToken),
            verified.State,
            await deliveries.ReadAsync(cancellationToken),
            actor.HoldsAnywhere(Role.Author),
            now)
        {
            Incidents = await incidents.WaitingAsync(actor, cancellationToken),
            ToRenew = await health.ToRenewAsync(actor, cancellationToken),
            Expiring =
            [
                .. (await plan.BetweenAsync(now, now.AddDays(PictureRights.SoonDays), actor, cancellationToken))
                    .Where(post => post.Against.Count > 0 && (post.AuthorId == actor.Id || actor.HoldsAnywhere(Role.Comms))).DistinctBy(post => post.DraftId).OrderBy(post => post.At),
            ],
        };
    }

    private static DateTimeOffset Midnight(DateTime day) =>
        Slots.Resolve(day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), "00:00", LocalTime.Zone).Taken?.Instant
        ?? throw new InvalidOperationException($"{day:d} has no midnight in {LocalTime.Zone}.");
}

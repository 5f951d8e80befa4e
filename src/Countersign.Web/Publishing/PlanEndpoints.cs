using System.Globalization;
using Countersign.Decisions;
using Countersign.Planning;
using Countersign.Publishing;
using Countersign.Web.Shared;

namespace Countersign.Web.Publishing;

/// <summary>What is wanted and when not: plans, free days, blackouts.</summary>
public static class PlanEndpoints
{
    private static readonly char[] between = [',', ';', ' '];

    public static void MapPlans(this IEndpointRouteBuilder site)
    {
        site.MapGet("/calendar/plan", (PlanPages pages, CancellationToken stop) => pages.PlansAsync(null, stop));
        site.MapGet("/calendar/plan/{account:guid}", (Guid account, PlanPages pages, CancellationToken stop) => pages.PlanAsync(account, null, null, stop));
        site.MapPost("/calendar/plan/{account:guid}", SetAsync);
        site.MapPost("/calendar/days", async (IFormCollection sent, KeepExtraDays days, PlanPages pages, Actor actor, CancellationToken stop) =>
            await AnswerAsync((await days.AddAsync(DayOf(sent["day"]), sent["name"].ToString(), NationOf(sent["nation"]), sent["off"] != "no", actor, stop)).Refusal, pages, stop));
        site.MapPost("/calendar/days/{id:guid}/remove", async (Guid id, IFormCollection _, KeepExtraDays days, PlanPages pages, Actor actor, CancellationToken stop) =>
            await AnswerAsync((await days.RemoveAsync(id, actor, stop)).Refusal, pages, stop));
        site.MapGet("/calendar/blackouts", (PlanPages pages, CancellationToken stop) => pages.BlackoutsAsync(null, null, stop));
        site.MapPost("/calendar/blackouts", PlaceAsync);
        site.MapGet("/calendar/blackouts/{id:guid}", (Guid id, PlanPages pages, CancellationToken stop) => pages.BlackoutAsync(id, stop));
        site.MapPost("/calendar/blackouts/{id:guid}/lift", async (Guid id, IFormCollection _, LiftBlackout lift, PlanPages pages, Actor actor, CancellationToken stop) =>
            (await lift.RunAsync(id, actor, stop)).Refusal is { } refusal ? await pages.BlackoutsAsync(null, refusal, stop) : Results.LocalRedirect("/calendar/blackouts"));
    }

    private static async Task<IResult> SetAsync(Guid account, IFormCollection sent, SetPostingPlan set, PlanPages pages, Actor actor, CancellationToken stop)
    {
        string One(string name) => sent[name] is [.., { } last] ? last.Trim() : "";
        var form = new PlanForm(
            One("perWeek"),
            [.. sent["days"].Select(day => Enum.TryParse<DayOfWeek>(day, out var known) && Enum.IsDefined(known) ? known : (DayOfWeek?)null).OfType<DayOfWeek>()],
            Enum.GetValues<DayOfWeek>().ToDictionary(day => day, day => One($"times-{day}")),
            One("zone"),
            One("minutesApart"),
            One("quietFrom"),
            One("quietUntil"),
            NationOf(sent["holidays"]));
        var terms = new PlanTerms(
            Number(form.PerWeek),
            form.Days,
            [.. form.Times.SelectMany(day => day.Value.Split(between, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(time => new PreferredTime(day.Key, time)))],
            form.Zone,
            Number(form.MinutesApart),
            form.QuietFrom.Length > 0 ? form.QuietFrom : null,
            form.QuietUntil.Length > 0 ? form.QuietUntil : null,
            form.Holidays);
        var done = await set.RunAsync(account, terms, actor, stop);
        return done.IsTaken ? Results.LocalRedirect("/calendar/plan") : await pages.PlanAsync(account, form, done.Refusal, stop);
    }

    private static async Task<IResult> PlaceAsync(IFormCollection sent, PlaceBlackout place, PlanPages pages, Actor actor, CancellationToken stop)
    {
        string One(string name) => sent[name] is [.., { } last] ? last.Trim() : "";
        var form = new BlackoutForm(One("where"), One("force") == "Warn" ? BlackoutForce.Warn : BlackoutForce.Refuse, One("fromDate"), One("fromTime"), One("untilDate"), One("untilTime"), One("reason"));
        var (scope, target) = form.Where.Split('/') switch
        {
            ["site", var id] when Guid.TryParse(id, out var chosen) => (BlackoutScope.Site, (Guid?)chosen),
            ["account", var id] when Guid.TryParse(id, out var chosen) => (BlackoutScope.Account, chosen),
            ["organisation"] => (BlackoutScope.Organisation, null),
            _ => (BlackoutScope.Account, Guid.Empty),
        };
        var wish = new BlackoutWish(
            scope,
            target,
            form.Force,
            Slots.Resolve(form.FromDate, form.FromTime, LocalTime.Zone, later: false).Taken?.Instant,
            Slots.Resolve(form.UntilDate, form.UntilTime, LocalTime.Zone, later: true).Taken?.Instant,
            form.Reason);
        var placed = await place.RunAsync(wish, actor, stop);
        return placed.IsTaken ? Results.LocalRedirect($"/calendar/blackouts/{placed.Taken.Subject}") : await pages.BlackoutsAsync(form, placed.Refusal, stop);
    }

    private static async Task<IResult> AnswerAsync(Refusal? refusal, PlanPages pages, CancellationToken stop) =>
        refusal is null ? Results.LocalRedirect("/calendar/plan#days") : await pages.PlansAsync(refusal, stop);

    /// <summary>What is no number is refused as one that is out of bounds.</summary>
    private static int Number(string text) => text.Length == 0 ? 0 : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private static DateOnly? DayOf(string? text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static Nation NationOf(string? text) => Enum.TryParse<Nation>(text, out var nation) && Enum.IsDefined(nation) ? nation : Nation.None;
}

using System.Globalization;
using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Planning;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Controls;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Publishing;

/// <summary>Reads and shows plans, free days and blackouts.</summary>
public sealed class PlanPages(CountersignDb db, PlanningReader planning, PostsInBlackout inBlackout, ShellReader shell, Actor actor, TimeProvider clock)
{
    /// <summary>Days ahead for which holidays are listed: a year and a little.</summary>
    private const int DaysListed = 400;

    public async Task<IResult> PlansAsync(Refusal? refusal, CancellationToken stop)
    {
        var calendar = await planning.ReadAsync(stop);
        var accounts = await db.Accounts.AsNoTracking().Where(account => account.State != AccountState.Disconnected).OrderBy(account => account.ConnectedAt).ToListAsync(stop);
        var people = await db.People.AsNoTracking().ToDictionaryAsync(person => person.Id, person => person.Name, stop);
        var model = new PlansModel(
            await shell.ReadAsync(stop),
            [.. accounts.Select(account => RowOf(account, calendar.Plans.GetValueOrDefault(account.Id), people))],
            Holidays(calendar),
            calendar.ExtraDays,
            actor.HoldsEverywhere(Role.Comms),
            refusal);
        return Pages.Show<PlansPage>(new { Model = model }, StatusOf(refusal));
    }

    /// <param name="typed">What came back with a mistake; null shows the plan as it is.</param>
    public async Task<IResult> PlanAsync(Guid id, PlanForm? typed, Refusal? refusal, CancellationToken stop)
    {
        if (await db.Accounts.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.State != AccountState.Disconnected, stop) is not { } account)
            return Results.NotFound();
        var plan = await db.PostingPlans.AsNoTracking().SingleOrDefaultAsync(row => row.AccountId == id, stop);
        var off = actor.Holds(Role.Comms, account.Ref) ? null : "An account’s plan is set by Comms for that account.";
        return Pages.Show<PlanPage>(new { Model = new PlanModel(await shell.ReadAsync(stop), account, typed ?? FormOf(plan), refusal, off) }, StatusOf(refusal));
    }

    public async Task<IResult> BlackoutsAsync(BlackoutForm? typed, Refusal? refusal, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var accounts = await db.Accounts.AsNoTracking().Where(account => account.State != AccountState.Disconnected).OrderBy(account => account.ConnectedAt).ToListAsync(stop);
        var sites = await db.Sites.AsNoTracking().OrderBy(site => site.Name).ToListAsync(stop);
        var refs = accounts.ConvertAll(account => account.Ref);
        List<Option> places =
        [
            .. Blackout.MayPlace(BlackoutScope.Organisation, null, refs, actor) ? [new Option("organisation", "The whole organisation")] : Array.Empty<Option>(),
            .. sites.Where(site => Blackout.MayPlace(BlackoutScope.Site, site.Id, refs, actor)).Select(site => new Option($"site/{site.Id}", $"Site: {site.Name}")),
            .. accounts.Where(account => Blackout.MayPlace(BlackoutScope.Account, account.Id, refs, actor)).Select(account => new Option($"account/{account.Id}", $"Account: {account.Title}")),
        ];
        var rows = new List<BlackoutRow>();
        foreach (var blackout in (await planning.ReadAsync(stop)).Blackouts)
            rows.Add(await RowAsync(blackout, stop));
        var tomorrow = DateOnly.FromDateTime(LocalTime.At(now)).AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var form = typed ?? new BlackoutForm("organisation", BlackoutForce.Refuse, tomorrow, "00:00", tomorrow, "23:59", "");
        return Pages.Show<BlackoutsPage>(new { Model = new BlackoutsModel(await shell.ReadAsync(stop), rows, places, form, now, refusal) }, StatusOf(refusal));
    }

    public async Task<IResult> BlackoutAsync(Guid id, CancellationToken stop)
    {
        if (await db.Blackouts.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, stop) is not { } blackout)
            return Results.NotFound();
        var accounts = await db.Accounts.AsNoTracking().ToDictionaryAsync(account => account.Id, stop);
        var posts = await inBlackout.ListAsync(blackout, actor, stop);
        return Pages.Show<BlackoutPage>(new
        {
            Model = new BlackoutModel(
                await shell.ReadAsync(stop),
                await RowAsync(blackout, stop),
                [.. posts.Select(post => post.AccountId is { } account && accounts.TryGetValue(account, out var known) ? (post, known.Title, known.Network) : (post, "No account yet", "none"))],
                clock.GetUtcNow()),
        });
    }

    private PlanRow RowOf(Account account, PostingPlan? plan, Dictionary<Guid, string> people) =>
        new(account, plan, plan is null ? null : people.GetValueOrDefault(plan.SetBy), actor.Holds(Role.Comms, account.Ref));

    private async Task<BlackoutRow> RowAsync(Blackout blackout, CancellationToken stop)
    {
        var accounts = await db.Accounts.AsNoTracking().ToListAsync(stop);
        var where = blackout.Scope switch
        {
            BlackoutScope.Organisation => "The whole organisation",
            BlackoutScope.Site => await db.Sites.AsNoTracking().Where(site => site.Id == blackout.TargetId).Select(site => site.Name).SingleOrDefaultAsync(stop) ?? "A site",
            _ => accounts.Find(account => account.Id == blackout.TargetId)?.Title ?? "An account",
        };
        var by = await db.People.AsNoTracking().Where(person => person.Id == blackout.PlacedBy).Select(person => person.Name).SingleOrDefaultAsync(stop) ?? "";
        return new BlackoutRow(blackout, where, by, (await inBlackout.ListAsync(blackout, actor, stop)).Count, blackout.InForce && Blackout.MayPlace(blackout.Scope, blackout.TargetId, accounts.ConvertAll(account => account.Ref), actor));
    }

    private List<(DateOnly Day, string Name, string Who)> Holidays(PlanningCalendar calendar)
    {
        var today = DateOnly.FromDateTime(LocalTime.At(clock.GetUtcNow()));
        return [.. from nation in Enum.GetValues<Nation>()
            where nation != Nation.None
            from year in (int[])[today.Year, today.Year + 1]
            from holiday in BankHolidays.Of(year, nation)
            where holiday.Day >= today && holiday.Day < today.AddDays(DaysListed) && calendar.DayOff(holiday.Day, nation) is not null
            group nation by (holiday.Day, Name: holiday.IsSubstitute ? $"{holiday.Name} (substitute)" : holiday.Name) into same
            orderby same.Key.Day
            select (same.Key.Day, same.Key.Name, same.Count() == 3 ? "All of them" : English.List([.. same.Select(PlanWords.Say)]))];
    }

    private static PlanForm FormOf(PostingPlan? plan) => plan is null
        ? new PlanForm("0", [], new Dictionary<DayOfWeek, string>(), LocalTime.Zone, "60", "22:00", "07:00", Nation.EnglandAndWales)
        : new PlanForm(
            plan.PerWeek.ToString(CultureInfo.InvariantCulture),
            plan.Days,
            plan.Times.GroupBy(time => time.Day).ToDictionary(day => day.Key, day => string.Join(", ", day.Select(time => time.Time))),
            plan.Zone,
            plan.MinutesApart.ToString(CultureInfo.InvariantCulture),
            plan.QuietFrom ?? "",
            plan.QuietUntil ?? "",
            plan.Holidays);

    private static int StatusOf(Refusal? refusal) => refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
}

/// <summary>Plans in words.</summary>
public static class PlanWords
{
    public static string Say(this Nation nation) => nation switch
    {
        Nation.EnglandAndWales => "England and Wales",
        Nation.Scotland => "Scotland",
        Nation.NorthernIreland => "Northern Ireland",
        _ => "None",
    };

    /// <summary>"3 a week, on Mon and Thu".</summary>
    public static string Wanted(PostingPlan plan) => plan.PerWeek == 0 ? "No number asked for" : $"{plan.PerWeek} a week{(plan.Days.Count > 0 ? $", on {English.List([.. plan.Days.OrderBy(FromMonday).Select(Short)])}" : "")}";

    /// <summary>"Mon 09:00, 12:15 · Thu 09:00".</summary>
    public static string Times(PostingPlan plan) => plan.Times.Count == 0 ? "Weekdays 10:00 and 14:00 (usual)" : string.Join(" · ", plan.Times.GroupBy(time => time.Day).OrderBy(day => FromMonday(day.Key)).Select(day => $"{Short(day.Key)} {string.Join(", ", day.Select(time => time.Time))}"));

    public static int FromMonday(DayOfWeek day) => ((int)day + 6) % 7;

    public static string Short(DayOfWeek day) => English.Culture.DateTimeFormat.GetAbbreviatedDayName(day);
}

using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Planning;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Controls;
using Countersign.Web.Shared.Parts;
using Countersign.Web.Shared.Planning;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Publishing;

/// <summary>Reads a week or a month of what is planned and what was published, in the organisation's zone.</summary>
public sealed class CalendarReader(CountersignDb db, PlanReader plan, PlanningReader planning, ShellReader shell, Actor actor, TimeProvider clock)
{
    /// <summary>Drafts without a time that are listed below the calendar.</summary>
    private const int MostUnplanned = 12;

    public async Task<CalendarModel> ReadAsync(CalendarQuery query, MovedPost? moved, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var today = DateOnly.FromDateTime(LocalTime.At(now));
        var shown = query.From ?? today;
        var (first, last) = query.View == CalendarView.Week ? (CalendarModel.MondayOf(shown), CalendarModel.MondayOf(shown).AddDays(6)) : WholeWeeksOf(shown);
        var (from, until) = (Slots.StartOf(first, LocalTime.Zone), Slots.StartOf(last.AddDays(1), LocalTime.Zone));
        var planned = await plan.BetweenAsync(from, until, actor, cancellationToken);
        var accounts = await db.Accounts.AsNoTracking().OrderBy(account => account.ConnectedAt).ToListAsync(cancellationToken);
        var people = await db.People.AsNoTracking().ToDictionaryAsync(person => person.Id, person => person.Name, cancellationToken);
        var siteOf = accounts.ToDictionary(account => account.Id, account => account.SiteId);
        var calendar = await planning.ReadAsync(cancellationToken);
        var view = new View(query, accounts.ToDictionary(account => account.Id, account => account.Title), people);
        var lanes = accounts
            .Where(account => account.State != AccountState.Disconnected || planned.Any(post => post.AccountId == account.Id))
            .Where(account => (query.Account is null || query.Account == account.Id) && (query.Site is null || query.Site == account.SiteId))
            .Select(account => (account, lane: LaneOf(account, [.. planned.Where(post => post.AccountId == account.Id)], calendar.Plans.GetValueOrDefault(account.Id), view, siteOf, first, last, today)))
            .ToList();
        var everything = await db.OrdersInForce.AnyAsync(order => order.Scope == LockScope.Everything, cancellationToken);
        var blackouts = calendar.Blackouts.Where(blackout => blackout.From < until && blackout.Until > from && accounts.Exists(account => blackout.Reaches(account.Ref))).ToList();
        var mayWrite = lanes.Where(one => actor.Holds(Role.Author, one.account.Ref) && one.account.State != AccountState.Disconnected).Select(one => one.account.Id).ToHashSet();
        return new CalendarModel(await shell.ReadAsync(cancellationToken), query, shown, today, [.. lanes.Select(one => one.lane)])
        {
            Loose = [.. planned.Where(post => accounts.TrueForAll(account => account.Id != post.AccountId) && query.Covers(post, siteOf)).Select(post => view.Show(post, "none"))],
            WithoutTime = query.IsFiltered ? [] : [.. (await plan.WithoutTimeAsync(MostUnplanned, actor, cancellationToken)).Select(draft => Unplanned(draft, accounts, query, now))],
            Bands = [.. everything ? ["Everything is locked: nothing below goes out until two people release it."] : Array.Empty<string>(), .. blackouts.Select(blackout => Say(blackout, accounts, now))],
            Closed = Days(first, last).Where(day => blackouts.Exists(blackout => blackout.From < Slots.StartOf(day.AddDays(1), LocalTime.Zone) && blackout.Until > Slots.StartOf(day, LocalTime.Zone))).ToHashSet(),
            Notes = Holidays(calendar, first, last),
            Gaps = [.. lanes.SelectMany(one => one.lane.Gaps.Select(day => new PlanGap(one.lane.Name, one.lane.Network, day, mayWrite.Contains(one.account.Id) ? $"/compose?account={one.account.Id}&date={day:yyyy-MM-dd}" : null)))],
            AccountOf = lanes.Where(one => mayWrite.Contains(one.account.Id)).DistinctBy(one => one.lane.Name).ToDictionary(one => one.lane.Name, one => one.account.Id),
            Accounts = [.. accounts.Where(account => account.State != AccountState.Disconnected).Select(account => new Option(account.Id.ToString(), account.Title))],
            Sites = [.. (await db.Sites.AsNoTracking().OrderBy(site => site.Name).ToListAsync(cancellationToken)).Select(site => new Option(site.Id.ToString(), site.Name))],
            Authors = [.. planned.Select(post => post.AuthorId).Distinct().Where(people.ContainsKey).Select(id => new Option(id.ToString(), people[id])).OrderBy(option => option.Text, StringComparer.Ordinal)],
            MayWrite = actor.HoldsAnywhere(Role.Author),
            Moved = moved,
        };
    }

    /// <summary>How a post stands, as every page of the calendar shows it.</summary>
    public static ShownStatus StatusOf(PlannedDelivery post) => post.Stage == DraftStage.Held ? post.Stage.Shown() : post.State?.Shown() ?? post.Stage.Shown();

    internal static string Title(string title) => title.Length > 0 ? English.Shorten(title, 80) : "Without words yet";

    internal static string Href(Guid draft, DraftStage stage) => stage is DraftStage.Draft or DraftStage.Returned ? $"/compose/{draft}" : $"/posts/{draft}";

    /// <summary>The weeks a month touches, as the month's page draws them.</summary>
    private static (DateOnly First, DateOnly Last) WholeWeeksOf(DateOnly day)
    {
        var first = new DateOnly(day.Year, day.Month, 1);
        return (CalendarModel.MondayOf(first), CalendarModel.MondayOf(first.AddMonths(1).AddDays(-1)).AddDays(6));
    }

    /// <summary>Counts against the plan take every post, whatever a filter hides.</summary>
    private static Lane LaneOf(Account account, IReadOnlyList<PlannedDelivery> posts, PostingPlan? terms, View view, Dictionary<Guid, Guid> siteOf, DateOnly first, DateOnly last, DateOnly today)
    {
        var placed = posts.Where(post => !post.IsOff).Select(post => DateOnly.FromDateTime(LocalTime.At(post.At!.Value))).ToList();
        var gaps = terms is null ? [] : Days(first, last).Chunk(7).SelectMany(week => GapsOf(week, placed, terms, today)).ToList();
        return new Lane(account.Network, account.Title, [.. posts.Where(post => view.Query.Covers(post, siteOf)).Select(post => view.Show(post, account.Network))], terms is { PerWeek: > 0 } && last.DayNumber - first.DayNumber < 7 ? terms.PerWeek : null)
        {
            Placed = placed.Count,
            Gaps = gaps,
        };
    }

    /// <summary>Where posts that the plan still asks for could go: its own days first, then the other weekdays, from today.</summary>
    private static IEnumerable<DateOnly> GapsOf(DateOnly[] week, List<DateOnly> placed, PostingPlan terms, DateOnly today)
    {
        var wanted = Math.Max(terms.PerWeek, 0) - placed.Count(week.Contains);
        return week.Where(day => day >= today && !placed.Contains(day))
            .OrderByDescending(day => terms.Days.Contains(day.DayOfWeek))
            .ThenBy(day => day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday)
            .ThenBy(day => day)
            .Take(Math.Max(0, wanted));
    }

    private static Dictionary<DateOnly, string> Holidays(PlanningCalendar calendar, DateOnly first, DateOnly last)
    {
        var nations = calendar.Plans.Values.Select(terms => terms.Holidays).Where(nation => nation != Nation.None).Append(Nation.None).Distinct().ToList();
        return Days(first, last)
            .Select(day => (day, names: nations.Select(nation => calendar.DayOff(day, nation)).OfType<string>().Distinct().ToList()))
            .Where(one => one.names.Count > 0)
            .ToDictionary(one => one.day, one => string.Join(", ", one.names));
    }

    private static string Say(Blackout blackout, List<Account> accounts, DateTimeOffset now)
    {
        var where = blackout.Scope == BlackoutScope.Organisation ? "" : $" for {English.List([.. accounts.Where(account => blackout.Reaches(account.Ref)).Select(account => account.Title)])}";
        return $"{(blackout.Force == BlackoutForce.Refuse ? "Blackout" : "Think twice")} from {LocalTime.Moment(blackout.From, now)} to {LocalTime.Moment(blackout.Until, now)}{where}: {blackout.Reason.TrimEnd('.')}.";
    }

    private UnplannedDraft Unplanned(Draft draft, List<Account> accounts, CalendarQuery query, DateTimeOffset now) =>
        new(Href(draft.Id, draft.Stage), Title(draft.Title), draft.Stage.Shown(), LocalTime.Moment(draft.EditedAt, now))
        {
            MoveHref = draft.MayReschedule(actor, [.. accounts.Where(account => draft.AccountIds.Contains(account.Id)).Select(account => account.Ref)]) ? MoveAddress(draft.Id, draft.Version, query) : null,
        };

    private static string MoveAddress(Guid draft, int version, CalendarQuery query) => $"/calendar/move/{draft}?seen={version}&back={Uri.EscapeDataString(query.Address)}";

    private static IEnumerable<DateOnly> Days(DateOnly first, DateOnly last) => Enumerable.Range(0, last.DayNumber - first.DayNumber + 1).Select(first.AddDays);

    private sealed record View(CalendarQuery Query, Dictionary<Guid, string> Accounts, Dictionary<Guid, string> People)
    {
        public PlannedPost Show(PlannedDelivery post, string network)
        {
            var at = LocalTime.At(post.At!.Value);
            return new PlannedPost(Href(post.DraftId, post.Stage), Title(post.Title), StatusOf(post), DateOnly.FromDateTime(at), at.ToString("HH:mm", English.Culture), network)
            {
                Account = post.AccountId is { } id ? Accounts.GetValueOrDefault(id, "An account that is gone") : "No account yet",
                Author = People.GetValueOrDefault(post.AuthorId, ""),
                MoveHref = post.MayMove ? MoveAddress(post.DraftId, post.Version, Query) : null,
                IsOff = post.IsOff,
                Warning = post.Against is [var against, ..] ? against.Sentence : null,
            };
        }
    }
}

using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Planning;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Publishing;

/// <summary>Reads a week or a month of what is planned and what was published, in the organisation's zone.</summary>
public sealed class CalendarReader(CountersignDb db, PlanReader plan, ShellReader shell, Actor actor, TimeProvider clock)
{
    /// <summary>Drafts without a time that are listed below the calendar.</summary>
    private const int MostUnplanned = 12;

    public async Task<CalendarModel> ReadAsync(CalendarView view, DateOnly? from, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var today = DateOnly.FromDateTime(LocalTime.At(now));
        var shown = from ?? today;
        var (first, last) = view == CalendarView.Week ? (CalendarModel.MondayOf(shown), CalendarModel.MondayOf(shown).AddDays(6)) : WholeWeeksOf(shown);
        var planned = await plan.BetweenAsync(Slots.StartOf(first, LocalTime.Zone), Slots.StartOf(last.AddDays(1), LocalTime.Zone), actor, cancellationToken);
        var accounts = await db.Accounts.AsNoTracking().OrderBy(account => account.ConnectedAt).ToListAsync(cancellationToken);
        var lanes = accounts.Where(account => account.State != AccountState.Disconnected || planned.Any(post => post.AccountId == account.Id))
            .Select(account => (account, lane: new Lane(account.Network, account.Title, [.. planned.Where(post => post.AccountId == account.Id).Select(post => Show(post, account.Network))])))
            .ToList();
        var everything = await db.OrdersInForce.AnyAsync(order => order.Scope == LockScope.Everything, cancellationToken);
        return new CalendarModel(await shell.ReadAsync(cancellationToken), view, shown, today, [.. lanes.Select(one => one.lane)])
        {
            Loose = [.. planned.Where(post => accounts.TrueForAll(account => account.Id != post.AccountId)).Select(post => Show(post, "none"))],
            WithoutTime = [.. (await plan.WithoutTimeAsync(MostUnplanned, actor, cancellationToken)).Select(draft => new UnplannedDraft(Href(draft.Id, draft.Stage), Title(draft.Title), draft.Stage.Shown(), LocalTime.Moment(draft.EditedAt, now)))],
            Bands = everything ? ["Everything is locked: nothing below goes out until two people release it."] : [],
            AccountOf = lanes.Where(one => actor.Holds(Role.Author, one.account.Ref) && one.account.State != AccountState.Disconnected).DistinctBy(one => one.lane.Name).ToDictionary(one => one.lane.Name, one => one.account.Id),
            MayWrite = actor.HoldsAnywhere(Role.Author),
        };
    }

    /// <summary>The weeks a month touches, as the month's page draws them.</summary>
    private static (DateOnly First, DateOnly Last) WholeWeeksOf(DateOnly day)
    {
        var first = new DateOnly(day.Year, day.Month, 1);
        return (CalendarModel.MondayOf(first), CalendarModel.MondayOf(first.AddMonths(1).AddDays(-1)).AddDays(6));
    }

    private static PlannedPost Show(PlannedDelivery post, string network)
    {
        var at = LocalTime.At(post.At!.Value);
        var status = post.Stage == DraftStage.Held ? post.Stage.Shown() : post.State?.Shown() ?? post.Stage.Shown();
        return new PlannedPost(Href(post.DraftId, post.Stage), Title(post.Title), status, DateOnly.FromDateTime(at), at.ToString("HH:mm", English.Culture), network);
    }

    private static string Href(Guid draft, DraftStage stage) => stage is DraftStage.Draft or DraftStage.Returned ? $"/compose/{draft}" : $"/posts/{draft}";

    private static string Title(string title) => title.Length > 0 ? English.Shorten(title, 80) : "Without words yet";
}

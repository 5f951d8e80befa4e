using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Inbox;
using Countersign.Notices;
using Countersign.People;
using Countersign.Publishing;
using Countersign.Standing;
using Countersign.Storage;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Frame;
using Countersign.Web.Shared.Parts;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Hosting;

/// <summary>Reads what stands around every page.</summary>
public sealed class ShellReader(CountersignDb db, Actor actor, VerifiedLog verified, VerifiedState rows, DraftQueue queue, LocksInForce held, Incidents incidents, InboxReader inbox, NoticesReader notices, LogAlarm log)
{
    public async Task<ShellModel> ReadAsync(CancellationToken cancellationToken)
    {
        var viewer = await db.People.AsNoTracking().SingleAsync(person => person.Id == actor.Id, cancellationToken);
        var waiting = await queue.CountMineAsync(actor, cancellationToken);
        return new ShellModel(new Face(viewer.Name, viewer.Title.Length > 0 ? viewer.Title : RolesOf(viewer)), await StripAsync(cancellationToken), waiting, "/events", log.ReadOnly, await incidents.CountOpenAsync(actor, cancellationToken), await inbox.CountOpenAsync(actor, cancellationToken));
    }

    public async Task<BellModel> ReadBellAsync(CancellationToken cancellationToken) => new(await notices.CountUnreadAsync(actor, cancellationToken), NoticeBook.Channel(actor.Id));

    private static string RolesOf(Person person) => string.Join(", ", person.Grants.Select(grant => grant.Role.Name()).Distinct().Take(2));

    private async Task<StripModel> StripAsync(CancellationToken cancellationToken)
    {
        var locks = await db.OrdersInForce.OrderBy(order => order.LockedAt).ToListAsync(cancellationToken);
        var state = verified.State;
        var strip = new StripModel(StripState.Open)
        {
            AuditVerifiedTo = state.Size,
            AuditOk = state.Problem is null && rows.Report?.Fits != false,
            WitnessDisagrees = await db.Set<WitnessAlarm>().AnyAsync(alarm => alarm.EndedAt == null, cancellationToken),
            RefreshFrom = "/strip",
            Bell = await ReadBellAsync(cancellationToken),
            IsDemo = await db.Organisations.Select(organisation => organisation.IsDemo).SingleAsync(cancellationToken),
        };
        if (locks.Count == 0)
            return strip;
        var first = locks[0];
        var by = await db.People.Where(person => person.Id == first.LockedBy).Select(person => person.Name).SingleAsync(cancellationToken);
        var everything = locks.Exists(order => order.Scope == LockScope.Everything);
        return strip with
        {
            State = everything ? StripState.Locked : StripState.PartlyLocked,
            LockedScopes = everything ? "everything" : Describe(locks),
            Since = LocalTime.TimeOfDay(first.LockedAt),
            By = by,
            Held = await held.CountHeldAsync(locks, cancellationToken) is > 0 and var posts ? $"{English.Count(posts, "post", "posts")} held" : null,
        };
    }

    private static string Describe(IEnumerable<Lockdown> locks) => string.Join(", ", locks.GroupBy(order => order.Scope).Select(group => (group.Key, group.Count()) switch
    {
        (LockScope.Person, 1) => "1 person",
        (LockScope.Person, var count) => $"{count} people",
        (LockScope.Account, 1) => "1 account",
        (LockScope.Account, var count) => $"{count} accounts",
        (_, 1) => "1 site",
        (_, var count) => $"{count} sites",
    }));
}

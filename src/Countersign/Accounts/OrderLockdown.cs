using Countersign.Decisions;
using Countersign.People;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Accounts;

/// <summary>One person stops a person, an account, a site or everything. When this returns, nothing more leaves.</summary>
public sealed class OrderLockdown(CountersignDb db, DepartureGate gate, TimeProvider clock)
{
    public static readonly IReadOnlyList<Role> Entitled = [Role.Comms, Role.Compliance, Role.Security];

    /// <summary>Why this person cannot lock, or null where they can.</summary>
    public static string? WhyNot(Actor by) => Entitled.Any(by.HoldsAnywhere) ? null : "Locking takes the Comms, Compliance or Security role.";

    /// <summary>A lock is not refused because somebody signs out at the same moment: it looks again, this often at most.</summary>
    private const int MaxTries = 10;

    /// <summary>Sessions named in the entry of a lock. Those beyond end as well: no session that began before a lock on its person is ever let in again.</summary>
    private const int MaxSessions = 20;

    public async Task<Decision<LockOrdered>> RunAsync(LockScope scope, Guid? target, LockReason reason, string note, Actor by, CancellationToken cancellationToken)
    {
        var pressed = clock.GetTimestamp();
        if (await RefuseAsync(scope, target, note, by, cancellationToken) is { } refusal)
        {
            await db.RecordAsync(refusal, cancellationToken);
            return refusal;
        }

        await using var closed = await gate.CloseAsync(target is { } one ? [one] : [], cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            var ordered = await CommitAsync(scope, target, reason, note, by, pressed, cancellationToken);
            if (ordered.IsTaken || ordered.Refusal.Code != CountersignDb.ChangedMeanwhile.Code || attempt == MaxTries)
                return ordered;
        }
    }

    private async Task<Decision<LockOrdered>> CommitAsync(LockScope scope, Guid? target, LockReason reason, string note, Actor by, long pressed, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var words = note.Trim() is { Length: > 0 } text ? Sealed.New("note", text) : null;
        var order = new Lockdown
        {
            Id = Guid.CreateVersion7(now),
            Scope = scope,
            TargetId = target,
            Reason = reason,
            Note = note.Trim(),
            NoteCommitment = words?.Commitment,
            LockedBy = by.Id,
            LockedAt = now,
            TookMilliseconds = (int)clock.GetElapsedTime(pressed).TotalMilliseconds,
        };
        var sessions = scope == LockScope.Person
            ? await db.Sessions.LiveOf(target!.Value, now).OrderByDescending(session => session.StartedAt).Take(MaxSessions).ToListAsync(cancellationToken)
            : [];
        return await db.CommitAsync<LockOrdered>(
            new LockOrdered { Subject = order.Id, By = by.Id, At = now, Note = words },
            _ =>
            {
                db.Lockdowns.Add(order);
                sessions.ForEach(session => session.End(SessionEnd.Locked, now));
            },
            cancellationToken);
    }

    private async Task<Refusal?> RefuseAsync(LockScope scope, Guid? target, string note, Actor by, CancellationToken cancellationToken)
    {
        if (WhyNot(by) is { } why)
        {
            return new Refusal("not-entitled", why)
            {
                Attempt = new Attempt("lockdown.order", target is null ? "everything" : $"{scope.ToString().ToLowerInvariant()}/{target}", by.Id, clock.GetUtcNow()),
            };
        }

        if (note.Length > 2000)
            return new Refusal("long-note", "The note has 2,000 characters at most.");
        var known = (scope, target) switch
        {
            (LockScope.Everything, null) => true,
            (LockScope.Person, { } id) => await db.People.AnyAsync(person => person.Id == id, cancellationToken),
            (LockScope.Account, { } id) => await db.Accounts.AnyAsync(account => account.Id == id, cancellationToken),
            (LockScope.Site, { } id) => await db.Sites.AnyAsync(site => site.Id == id, cancellationToken),
            _ => false,
        };
        if (!known)
            return new Refusal("no-target", "Choose what must stop.");
        if (scope == LockScope.Person && target == by.Id)
            return new Refusal("own-lock", "You cannot lock yourself out: somebody has to be there to release others.");
        return await db.OrdersInForce.AnyAsync(order => order.Scope == scope && order.TargetId == target, cancellationToken)
            ? new Refusal("locked", "That is locked already.")
            : null;
    }
}

/// <summary>The first of two people says the danger is over.</summary>
public sealed class ProposeRelease(CountersignDb db, TimeProvider clock)
{
    public async Task<Decision<ReleaseProposed>> RunAsync(Guid id, Actor by, CancellationToken cancellationToken) =>
        await db.Lockdowns.FindAsync([id], cancellationToken) is { } order
            ? await db.CommitAsync(order.ProposeRelease(by, clock.GetUtcNow()), order.Apply, cancellationToken)
            : new Refusal("no-lock", "That lock is gone.");
}

/// <summary>The second person agrees; what was held may go on, each post through the door again.</summary>
public sealed class ConfirmRelease(CountersignDb db, TimeProvider clock)
{
    public async Task<Decision<LockReleased>> RunAsync(Guid id, Actor by, CancellationToken cancellationToken) =>
        await db.Lockdowns.FindAsync([id], cancellationToken) is { } order
            ? await db.CommitAsync(order.ConfirmRelease(by, clock.GetUtcNow()), order.Apply, cancellationToken)
            : new Refusal("no-lock", "That lock is gone.");
}

public sealed class LockedPeople(CountersignDb db) : ILockedPeople
{
    public Task<bool> WasLockedSinceAsync(Guid personId, DateTimeOffset since, CancellationToken cancellationToken) =>
        db.Lockdowns.AnyAsync(order => order.Scope == LockScope.Person && order.TargetId == personId && (order.ReleasedAt == null || order.LockedAt >= since), cancellationToken);

    public Task<bool> IsLockedAsync(Guid personId, CancellationToken cancellationToken) =>
        db.OrdersInForce.AnyAsync(order => order.Scope == LockScope.Person && order.TargetId == personId, cancellationToken);
}

using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Planning;

/// <summary>A blackout as asked for.</summary>
/// <param name="From">Null where what was typed is no time.</param>
public sealed record BlackoutWish(BlackoutScope Scope, Guid? TargetId, BlackoutForce Force, DateTimeOffset? From, DateTimeOffset? Until, string Reason);

/// <summary>Somebody entitled says when nothing is to be planned.</summary>
public sealed class PlaceBlackout(CountersignDb db, TimeProvider clock)
{
    public async Task<Decision<BlackoutPlaced>> RunAsync(BlackoutWish wish, Actor by, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var accounts = (await db.Accounts.AsNoTracking().ToListAsync(cancellationToken)).ConvertAll(account => account.Ref);
        var isThere = wish.Scope switch
        {
            BlackoutScope.Organisation => wish.TargetId is null,
            BlackoutScope.Site => await db.Sites.AnyAsync(site => site.Id == wish.TargetId, cancellationToken),
            _ => accounts.Exists(account => account.Id == wish.TargetId),
        };
        var decision = Decide(wish, isThere, accounts, by, now);
        return await db.CommitAsync(
            decision,
            placed => db.Blackouts.Add(new Blackout
            {
                Id = placed.Subject,
                Scope = wish.Scope,
                TargetId = wish.TargetId,
                Force = wish.Force,
                From = wish.From!.Value,
                Until = wish.Until!.Value,
                Reason = placed.Reason.Content,
                ReasonCommitment = placed.Reason.Commitment,
                PlacedBy = placed.By,
                PlacedAt = placed.At,
            }),
            cancellationToken);
    }

    public static Decision<BlackoutPlaced> Decide(BlackoutWish wish, bool isThere, IReadOnlyCollection<AccountRef> accounts, Actor by, DateTimeOffset now) => wish switch
    {
        _ when !Blackout.MayPlace(wish.Scope, wish.TargetId, accounts, by) => Blackout.NotEntitled("blackout.place", "blackout/new", by, now),
        _ when !isThere => new Refusal("no-target", "Choose what it is for: one account, one site or the organisation."),
        { From: null } or { Until: null } => new Refusal("bad-time", "Give both times as 2027-06-15 and 09:00; a time that the clocks leave out does not exist."),
        { From: { } from, Until: { } until } when until <= from => new Refusal("backwards", "It ends before it begins."),
        { From: { } from, Until: { } until } when until - from > Blackout.Longest => new Refusal("too-long", $"A blackout lasts {Blackout.Longest.Days} days at most."),
        { Until: { } until } when until <= now => new Refusal("past", "That has passed."),
        _ when string.IsNullOrWhiteSpace(wish.Reason) => new Refusal("no-reason", "Say why: whoever plans into it reads the reason."),
        { Reason.Length: > Blackout.MaxReason } => new Refusal("long-reason", $"Say why in {Blackout.MaxReason} characters at most."),
        _ => new BlackoutPlaced { Subject = Guid.CreateVersion7(now), By = by.Id, At = now, Reason = Sealed.New("reason", wish.Reason.Trim()) },
    };
}

/// <summary>Somebody entitled ends a blackout before its time.</summary>
public sealed class LiftBlackout(CountersignDb db, TimeProvider clock)
{
    public async Task<Decision<BlackoutLifted>> RunAsync(Guid id, Actor by, CancellationToken cancellationToken)
    {
        if (await db.Blackouts.FindAsync([id], cancellationToken) is not { } blackout)
            return new Refusal("no-blackout", "That blackout is not here.");
        var accounts = (await db.Accounts.AsNoTracking().ToListAsync(cancellationToken)).ConvertAll(account => account.Ref);
        return await db.CommitAsync(blackout.Lift(by, accounts, clock.GetUtcNow()), blackout.Apply, cancellationToken);
    }
}

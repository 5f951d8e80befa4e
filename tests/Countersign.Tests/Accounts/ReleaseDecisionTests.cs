using Countersign.Accounts;
using Countersign.Decisions;
using FsCheck;
using FsCheck.Fluent;

namespace Countersign.Tests.Accounts;

/// <summary>Ending a lock takes two different people, neither of them the one who is locked.</summary>
public sealed class ReleaseDecisionTests
{
    private static readonly DateTimeOffset now = new(2026, 11, 12, 9, 0, 0, TimeSpan.Zero);

    private static readonly Actor[] people =
    [
        new(Guid.NewGuid(), "Comms 1", [new(Role.Comms)]),
        new(Guid.NewGuid(), "Comms 2", [new(Role.Comms)]),
        new(Guid.NewGuid(), "Compliance", [new(Role.Compliance)]),
        new(Guid.NewGuid(), "Administrator", [new(Role.Administrator)]),
        new(Guid.NewGuid(), "Nobody", []),
    ];

    [Fact]
    public void A_lock_ends_only_by_two_entitled_people_neither_of_them_locked() => Prop.ForAll(
        Arb.From(
            from scope in Gen.Elements(Enum.GetValues<LockScope>())
            from target in Gen.Choose(0, people.Length - 1)
            from steps in (from who in Gen.Choose(0, people.Length - 1) from confirms in Gen.Elements(true, false) select (who, confirms)).ListOf()
            select (Scope: scope, Target: target, Steps: steps.ToList())),
        scene =>
        {
            var target = scene.Scope == LockScope.Person ? people[scene.Target].Id : scene.Scope == LockScope.Everything ? (Guid?)null : Guid.NewGuid();
            var order = Order(scene.Scope, target);
            foreach (var (who, confirms) in scene.Steps)
            {
                if (confirms)
                    Apply(order.ConfirmRelease(people[who], now), order.Apply);
                else
                    Apply(order.ProposeRelease(people[who], now), order.Apply);
            }

            if (order.InForce)
                return true;
            var (first, second) = (people.Single(person => person.Id == order.ProposedBy), people.Single(person => person.Id == order.ReleasedBy));
            return first.Id != second.Id
                && first.HoldsAnywhere(Role.Comms)
                && (second.HoldsAnywhere(Role.Comms) || second.HoldsAnywhere(Role.Compliance))
                && (scene.Scope != LockScope.Person || (first.Id != target && second.Id != target));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Two_people_can_end_a_lock()
    {
        var order = Order(LockScope.Everything, null);
        order.Apply(order.ProposeRelease(people[0], now).Taken!);
        Assert.Equal("same-person", order.ConfirmRelease(people[0], now).Refusal!.Code);
        order.Apply(order.ConfirmRelease(people[2], now).Taken!);

        Assert.False(order.InForce);
        Assert.False(order.Stops([Guid.NewGuid()], new AccountRef(Guid.NewGuid(), Guid.NewGuid())));
    }

    [Fact]
    public void A_lock_stops_what_it_is_about_and_nothing_else()
    {
        var (author, account, site) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var post = new AccountRef(account, site);

        Assert.True(Order(LockScope.Everything, null).Stops([author], post));
        Assert.True(Order(LockScope.Person, author).Stops([author], post));
        Assert.True(Order(LockScope.Account, account).Stops([author], post));
        Assert.True(Order(LockScope.Site, site).Stops([author], post));
        Assert.All(Enum.GetValues<LockScope>().Except([LockScope.Everything]), scope => Assert.False(Order(scope, Guid.NewGuid()).Stops([author], post)));
        Assert.False(Order(LockScope.Person, account).Stops([author], post));
    }

    private static Lockdown Order(LockScope scope, Guid? target) => new()
    {
        Id = Guid.NewGuid(),
        Scope = scope,
        TargetId = target,
        Reason = LockReason.Incident,
        Note = "",
        NoteCommitment = null,
        LockedBy = people[0].Id,
        LockedAt = now,
        TookMilliseconds = 1,
    };

    private static void Apply<T>(Decision<T> decision, Action<T> apply)
        where T : class
    {
        if (decision.IsTaken)
            apply(decision.Taken);
    }
}

using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Standing;

/// <summary>Somebody answers for leaving a post as it is.</summary>
public sealed class AcceptIncident(CountersignDb db, TimeProvider clock)
{
    public async Task<Decision<IncidentAccepted>> RunAsync(Guid id, string reason, Actor by, CancellationToken cancellationToken)
    {
        if (await db.Incidents.FindAsync([id], cancellationToken) is not { } incident)
            return Incidents.NotThere;
        var account = await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == incident.AccountId, cancellationToken);
        return await db.CommitAsync(incident.Accept(reason, by, account.Ref, clock.GetUtcNow()), incident.Apply, cancellationToken);
    }
}

/// <summary>Head of communications has a post taken down. The archive copy is there already; the network is asked by a worker, through the door.</summary>
public sealed class OrderTakeDown(CountersignDb db, TimeProvider clock)
{
    public async Task<Decision<TakeDownOrdered>> RunAsync(Guid id, string reason, Actor by, CancellationToken cancellationToken)
    {
        if (await db.Incidents.FindAsync([id], cancellationToken) is not { } incident)
            return Incidents.NotThere;
        var post = await db.StandingPosts.SingleAsync(row => row.Id == incident.StandingId, cancellationToken);
        var account = await db.Accounts.SingleAsync(row => row.Id == incident.AccountId, cancellationToken);
        var before = await db.TakeDowns.AsNoTracking().SingleOrDefaultAsync(row => row.Id == incident.TakeDownId, cancellationToken);
        return await db.CommitAsync(
            incident.TakeDown(post, before, reason, by, account, clock.GetUtcNow()),
            ordered =>
            {
                incident.Apply(ordered);
                db.TakeDowns.Add(new TakeDown
                {
                    Id = ordered.Subject,
                    AccountId = account.Id,
                    RemoteId = post.RemoteId,
                    Address = post.Address,
                    RemoteVersion = post.Remote.Version,
                    OrderedBy = ordered.By,
                    OrderedAt = ordered.At,
                });
                db.Jobs.Add(new Job { Id = ordered.Subject, Kind = TakeDown.JobKind, Pool = TakeDown.JobKind, Place = ordered.At, DueAt = ordered.At });
            },
            cancellationToken);
    }
}

/// <summary>Somebody recognises a post as a delivery of ours whose outcome was not known.</summary>
public sealed class LinkIncident(CountersignDb db, TimeProvider clock)
{
    public Task<Decision<IncidentLinked>> RunAsync(Guid id, Guid publication, Actor by, CancellationToken cancellationToken) =>
        db.InTransactionAsync(_ => LinkAsync(id, publication, by, cancellationToken), cancellationToken);

    private async Task<Decision<IncidentLinked>> LinkAsync(Guid id, Guid publicationId, Actor by, CancellationToken cancellationToken)
    {
        if (await db.Incidents.FindAsync([id], cancellationToken) is not { } incident)
            return Incidents.NotThere;
        if (await db.Publications.FindAsync([publicationId], cancellationToken) is not { } publication)
            return new Refusal("no-publication", "Choose the delivery that it is.");
        var post = await db.StandingPosts.SingleAsync(row => row.Id == incident.StandingId, cancellationToken);
        var account = await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == incident.AccountId, cancellationToken);
        var now = clock.GetUtcNow();
        var decision = incident.Link(publication, by, account.Ref, now);
        if (!decision.IsTaken)
            return await db.CommitAsync(decision, incident.Apply, cancellationToken);

        // What the network refused stands there all the same: a person says so, and the delivery says where.
        var found = publication.FoundStanding(new RemotePost(post.RemoteId, post.Address, post.Remote.Version), now);
        if (!found.IsTaken)
            return found.Refusal;
        var job = await db.Jobs.SingleOrDefaultAsync(row => row.Id == publicationId, cancellationToken);
        var wake = await Chain.WakingAsync(db, publication, cancellationToken);
        _ = await db.CommitAsync(
            found,
            moved =>
            {
                publication.Apply(moved);
                wake(moved);
                if (job is not null)
                    (job.Lane, job.DoneAt, job.DueAt, job.LockedUntil, job.LockedBy) = (null, null, now, null, null);
            },
            cancellationToken);
        return await db.CommitAsync(
            decision,
            linked =>
            {
                incident.Apply(linked);
                (post.Origin, post.PublicationId) = (PostOrigin.Ours, linked.Publication);
            },
            cancellationToken);
    }
}

/// <summary>A person asks that a post that stands come down, without a rule that says so: the same task, with the same clock.</summary>
public sealed class AskWithdrawal(CountersignDb db, RecordStanding record, TimeProvider clock)
{
    public Task<Decision<IncidentOpened>> RunAsync(Guid standing, Actor by, CancellationToken cancellationToken) => db.InTransactionAsync(
        async transaction =>
        {
            if (await db.StandingPosts.SingleOrDefaultAsync(row => row.Id == standing, cancellationToken) is not { } post)
                return (Decision<IncidentOpened>)new Refusal("no-post", "That post is not known here.");
            var account = await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == post.AccountId, cancellationToken);
            var now = clock.GetUtcNow();
            if (Incident.WhyNot(by, account.Ref) is { } why)
            {
                var refusal = new Refusal("not-entitled", why) { Attempt = new Attempt("incident.open", post.Object, by.Id, now) };
                await db.RecordAsync(refusal, cancellationToken);
                return refusal;
            }

            if (post.State == StandingState.Gone)
                return new Refusal("gone", "It does not stand there any more.");
            if (await record.HasOpenAsync(post.Id, [IncidentKind.Withdraw], cancellationToken))
                return new Refusal("open", "Its withdrawal was asked for already.");
            var incident = await record.OpenAsync(post, account, IncidentKind.Withdraw, Disparity.None, now, cancellationToken, [], null, by.Id);
            return new IncidentOpened { Subject = incident.Id, By = by.Id, At = now, Kind = IncidentKind.Withdraw };
        },
        cancellationToken);
}

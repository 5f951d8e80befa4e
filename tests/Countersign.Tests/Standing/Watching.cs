using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Standing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Tests.Standing;

/// <summary>What jobs and people do about what stands on networks, each step as one request.</summary>
internal static class Watching
{
    extension(AnInstallation here)
    {
        /// <summary>One turn of an account, the newsroom's unless said otherwise.</summary>
        public async Task<DateTimeOffset> WatchAsync(Guid? account = null)
        {
            var id = account ?? (await here.AccountAsync("newsroom")).Id;
            return await here.UseAsync<WatchAccount, DateTimeOffset>(watch => watch.RunAsync(id, default));
        }

        /// <summary>Watching begins, some time passes, and everything afterwards is expected to be ours.</summary>
        public async Task<Account> AWatchedAccountAsync()
        {
            here.Clock.Advance(TimeSpan.FromMinutes(1));
            await here.WatchAsync();
            here.Clock.Advance(TimeSpan.FromMinutes(1));
            return await here.AccountAsync("newsroom");
        }

        public Task<List<Incident>> IncidentsAsync() => here.ReadAsync(db => db.Incidents.AsNoTracking().OrderBy(incident => incident.OpenedAt).ThenBy(incident => incident.Id).ToListAsync());

        public Task<List<StandingPost>> StandingAsync() => here.ReadAsync(db => db.StandingPosts.AsNoTracking().OrderBy(post => post.FirstSeenAt).ToListAsync());

        public Task<AccountWatch> WatchOfAsync(Guid account) => here.ReadAsync(db => db.Watches.AsNoTracking().SingleAsync(watch => watch.AccountId == account));

        public Task<Decision<TakeDownOrdered>> OrderTakeDownAsync(Guid incident, Actor by, string reason = "It is not ours.") =>
            here.UseAsync<OrderTakeDown, Decision<TakeDownOrdered>>(order => order.RunAsync(incident, reason, by, default));

        public Task<Decision<IncidentAccepted>> AcceptAsync(Guid incident, Actor by, string reason = "It does no harm.") =>
            here.UseAsync<AcceptIncident, Decision<IncidentAccepted>>(accept => accept.RunAsync(incident, reason, by, default));

        /// <summary>Moves every order to take something down that is due, until none is due at this instant any more.</summary>
        public async Task TakeDownAsync()
        {
            while (await here.UseAsync<JobQueue, IReadOnlyList<Claim>>(queue => queue.ClaimAsync(TakeDown.JobKind, TakeDown.JobKind, 10, TimeSpan.FromSeconds(90), default)) is { Count: > 0 } due)
            {
                foreach (var claim in due)
                {
                    var next = await here.UseAsync<MoveTakeDown, DateTimeOffset?>(move => move.RunAsync(claim.Id, default));
                    await here.UseAsync<JobQueue, bool>(async queue =>
                    {
                        await queue.FinishAsync(claim, next is { } at ? new NextStep(at, LanePlace.Keeps) : null, default);
                        return true;
                    });
                }
            }
        }

        /// <summary>A post of ours that left, was read back, and was seen standing.</summary>
        public async Task<Publication> AStandingPostAsync(string text = "We open on Saturday at ten.")
        {
            var post = await here.AnApprovedPostAsync(text);
            await here.DeliverAsync();
            here.Clock.Advance(TimeSpan.FromSeconds(10));
            await here.DeliverAsync();
            await here.WatchAsync();
            return await here.PublicationAsync(post.Id);
        }

        public Task<TakeDown> OrderOfAsync(Guid id) => here.ReadAsync(db => db.TakeDowns.AsNoTracking().SingleAsync(order => order.Id == id));
    }
}

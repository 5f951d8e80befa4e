using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Publishing;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Shared;

/// <summary>What people do in an installation, step by step, each as one request.</summary>
public static class Flows
{
    extension(AnInstallation here)
    {
        public Task<Decision<DraftComposed>> ComposeAsync(Guid id, Actor by, string text, IReadOnlyList<Guid> accounts, int seen = 0, (string Date, string Time, string Zone)? slot = null, IReadOnlyList<(string, string)>? pictures = null, PostShape? shape = null) =>
            here.UseAsync<ComposeDraft, Decision<DraftComposed>>(compose => compose.RunAsync(id, new DraftForm(seen, text, pictures ?? [], accounts, slot?.Date, slot?.Time, slot?.Zone) { Shape = shape ?? PostShape.Plain }, by, default));

        public Task<Decision<DraftSent>> SendAsync(Guid id, int seen, Actor by) =>
            here.UseAsync<SendForApproval, Decision<DraftSent>>(send => send.RunAsync(id, seen, by, default));

        /// <summary>Signs in the one role that is open to the approver, having looked at every account.</summary>
        public async Task<Decision<DraftApproved>> ApproveAsync(Guid id, string seal, Actor by, string? reason = null)
        {
            var opened = (await here.DraftAsync(id)).AccountIds;
            return await here.UseAsync<ApproveDraft, Decision<DraftApproved>>(approve => approve.RunAsync(id, seal, opened, null, reason, by, default));
        }

        public Task<Decision<DraftReturned>> ReturnAsync(Guid id, string remark, Actor by) =>
            here.UseAsync<ReturnDraft, Decision<DraftReturned>>(back => back.RunAsync(id, remark, by, default));

        public Task<Decision<LockOrdered>> LockAsync(LockScope scope, Guid? target, Actor by, string note = "") =>
            here.UseAsync<OrderLockdown, Decision<LockOrdered>>(order => order.RunAsync(scope, target, LockReason.Incident, note, by, default));

        /// <summary>Two people lift a lock.</summary>
        public async Task ReleaseAsync(Guid order, Actor first, Actor second)
        {
            Taken(await here.UseAsync<ProposeRelease, Decision<ReleaseProposed>>(propose => propose.RunAsync(order, first, default)));
            Taken(await here.UseAsync<ConfirmRelease, Decision<LockReleased>>(confirm => confirm.RunAsync(order, second, default)));
        }

        public Task<Decision<RolesChanged>> ChangeRolesAsync(Guid person, IReadOnlyList<RoleGrant> grants, Actor by) =>
            here.UseAsync<ChangeRoles, Decision<RolesChanged>>(change => change.RunAsync(person, grants, by, default));

        /// <summary>Hannah's words for the newsroom, sent and waiting for Brand.</summary>
        public async Task<(Guid Id, string Seal)> AWaitingDraftAsync(string text = "We open on Saturday at ten.", (string Date, string Time, string Zone)? slot = null, string network = "newsroom", IReadOnlyList<(string, string)>? pictures = null)
        {
            var hannah = await here.WhoAsync("Hannah");
            var id = Guid.CreateVersion7();
            Taken(await here.ComposeAsync(id, hannah, text, [(await here.AccountAsync(network)).Id], slot: slot, pictures: pictures));
            return (id, Taken(await here.SendAsync(id, 1, hannah)).Seal);
        }

        /// <summary>Hannah's words, signed by Bea for Brand, the signature inside a signed checkpoint: ready to leave.</summary>
        public async Task<Publication> AnApprovedPostAsync(string text = "We open on Saturday at ten.", (string Date, string Time, string Zone)? slot = null, string network = "newsroom", IReadOnlyList<(string, string)>? pictures = null)
        {
            var (id, seal) = await here.AWaitingDraftAsync(text, slot, network, pictures);
            Taken(await here.ApproveAsync(id, seal, await here.WhoAsync("Bea")));
            await here.SequenceAsync();
            return await here.ReadAsync(db => db.Publications.AsNoTracking().SingleAsync(row => row.DraftId == id));
        }

        /// <summary>A draft of Hannah's with a shape, signed by Bea for Brand, the signature inside a signed checkpoint.</summary>
        /// <returns>Its deliveries, account by account, in the order they leave.</returns>
        public async Task<IReadOnlyList<Publication>> ApprovedAsync(PostShape shape, string text, params Guid[] accounts)
        {
            var (hannah, id) = (await here.WhoAsync("Hannah"), Guid.CreateVersion7());
            Taken(await here.ComposeAsync(id, hannah, text, accounts, shape: shape));
            Taken(await here.ApproveAsync(id, Taken(await here.SendAsync(id, 1, hannah)).Seal, await here.WhoAsync("Bea")));
            await here.SequenceAsync();
            return await here.ChainAsync(id);
        }

        public async Task<IReadOnlyList<Publication>> ChainAsync(Guid draft) =>
            [.. (await here.ReadAsync(db => db.Publications.AsNoTracking().Where(row => row.DraftId == draft).ToListAsync())).OrderBy(row => row.AccountId).ThenBy(row => row.CreatedAt)];

        public Task<Publication> PublicationAsync(Guid id) => here.ReadAsync(db => db.Publications.AsNoTracking().SingleAsync(row => row.Id == id));

        public Task<Draft> DraftAsync(Guid id) => here.ReadAsync(db => db.Drafts.AsNoTracking().SingleAsync(row => row.Id == id));
    }
}

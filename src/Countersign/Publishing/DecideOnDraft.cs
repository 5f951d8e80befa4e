using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Planning;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>The author sends the draft to those who must sign.</summary>
public sealed class SendForApproval(CountersignDb db, DraftReader reader, PlanningReader planning, PictureRights rights, TimeProvider clock)
{
    public async Task<Decision<DraftSent>> RunAsync(Guid id, int seen, Actor by, CancellationToken cancellationToken)
    {
        if (await reader.FindAsync(id, cancellationToken) is not { } context)
            return new Refusal("no-draft", "That draft is gone.");
        // Without a time it would go out as soon as it is signed, so what holds now counts.
        if ((await planning.ReadAsync(cancellationToken)).Forbids(context.Draft.Slot?.Instant ?? clock.GetUtcNow(), context.Refs, context.Draft.Slot?.Zone ?? "UTC") is { } forbidden)
            return forbidden;
        var asked = context.Assessment.Route.Approvals.Select(need => new Requirement(Draft.ParseRole(need.Role), need.Count)).ToList();
        var unfillable = await reader.UnfillableAsync(asked, context.Refs, [.. context.Draft.Editors, context.Draft.AuthorId, by.Id], cancellationToken);
        var objections = context.Renderings.SelectMany(rendering => rendering.Objections.Select(sentence => $"{rendering.Title}: {sentence}")).ToList();
        var assessment = AssessmentFacts.Write(context.Assessment);
        var now = clock.GetUtcNow();
        var against = await rights.AgainstAsync(context.Draft.Body.AllPictures, context.Draft.Slot?.Instant ?? now, cancellationToken);
        return await db.CommitAsync(
            context.Draft.Send(seen, context.Seal, context.Assessment, objections, unfillable, by, context.Refs, now, against),
            sent =>
            {
                context.Draft.Apply(sent);
                context.Draft.Assessment = assessment;
            },
            cancellationToken);
    }
}

/// <summary>The second pair of eyes says yes, to exactly what it was shown. The last signature lets the publications be made.</summary>
public sealed class ApproveDraft(CountersignDb db, DraftReader reader, MakePublications make, PlanningReader planning, TimeProvider clock)
{
    /// <param name="seen">The digest that was on the approver's screen.</param>
    /// <param name="opened">The accounts whose rendering was on it: nobody signs for one without having looked at how it will show the post.</param>
    /// <param name="role">The role to fill; null where only one is open to the approver.</param>
    public async Task<Decision<DraftApproved>> RunAsync(Guid id, string seen, IReadOnlyCollection<Guid> opened, Role? role, string? reason, Actor approver, CancellationToken cancellationToken)
    {
        if (await reader.FindAsync(id, cancellationToken) is not { } context)
            return new Refusal("no-draft", "That draft is gone.");
        var draft = context.Draft;
        // The last signature lets a post without a time out at once.
        if (draft.Slot is null && (await planning.ReadAsync(cancellationToken)).Forbids(clock.GetUtcNow(), context.Refs, "UTC") is { } forbidden)
            return forbidden;
        return await db.CommitAsync(
            draft.Approve(seen, context.Seal, context.Unopened(opened), role, reason, approver, context.Refs, clock.GetUtcNow()),
            approved =>
            {
                draft.Apply(approved);
                if (draft.Stage == DraftStage.Approved)
                    make.Add(context, approved, approved.Seal, []);
            },
            cancellationToken);
    }
}

/// <summary>An approver sends it back with what has to change.</summary>
public sealed class ReturnDraft(CountersignDb db, DraftReader reader, TimeProvider clock)
{
    public async Task<Decision<DraftReturned>> RunAsync(Guid id, string remark, Actor by, CancellationToken cancellationToken) =>
        await reader.FindAsync(id, cancellationToken) is { } context
            ? await db.CommitAsync(context.Draft.Return(remark, by, context.Refs, clock.GetUtcNow()), context.Draft.Apply, cancellationToken)
            : new Refusal("no-draft", "That draft is gone.");
}

/// <summary>An approver ends it, with a reason.</summary>
public sealed class RefuseDraft(CountersignDb db, DraftReader reader, TimeProvider clock)
{
    public async Task<Decision<DraftRefused>> RunAsync(Guid id, string reason, Actor by, CancellationToken cancellationToken) =>
        await reader.FindAsync(id, cancellationToken) is { } context
            ? await db.CommitAsync(context.Draft.Refuse(reason, by, context.Refs, clock.GetUtcNow()), context.Draft.Apply, cancellationToken)
            : new Refusal("no-draft", "That draft is gone.");
}

/// <summary>An author takes a draft back.</summary>
public sealed class WithdrawDraft(CountersignDb db, TimeProvider clock)
{
    public async Task<Decision<DraftWithdrawn>> RunAsync(Guid id, Actor by, CancellationToken cancellationToken)
    {
        if (await db.Drafts.FindAsync([id], cancellationToken) is not { } draft)
            return new Refusal("no-draft", "That draft is gone.");
        var publications = await db.Publications.Where(publication => publication.DraftId == id).ToListAsync(cancellationToken);
        var accounts = (await db.Accounts.Where(account => draft.AccountIds.Contains(account.Id)).ToListAsync(cancellationToken)).ConvertAll(account => account.Ref);
        var onItsWay = publications.Exists(publication => publication.MayHaveLeft || publication.State == PublicationState.Claimed);
        return await db.CommitAsync(
            draft.Withdraw(onItsWay, by, accounts, clock.GetUtcNow()),
            withdrawn =>
            {
                draft.Apply(withdrawn);
                foreach (var publication in publications.Where(publication => publication.EndsWithItsWords))
                    publication.State = PublicationState.Void;
            },
            cancellationToken);
    }
}

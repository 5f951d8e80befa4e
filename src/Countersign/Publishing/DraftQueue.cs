using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>A draft that waits, and what this person can do about it.</summary>
/// <param name="CanSign">The roles this person could fill now; empty when none.</param>
/// <param name="IsOwn">Written or edited by this person: somebody else must decide.</param>
public sealed record WaitingDraft(Draft Draft, IReadOnlyList<Account> Accounts, string Author, IReadOnlyList<Role> CanSign, bool IsOwn)
{
    public bool IsMine => CanSign.Count > 0;
}

/// <summary>What waits for signatures and this person may read, soonest first.</summary>
public sealed class DraftQueue(CountersignDb db)
{
    public async Task<IReadOnlyList<WaitingDraft>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        var drafts = await db.Drafts.AsNoTracking().Where(draft => draft.Stage == DraftStage.AwaitingApproval).OrderBy(draft => draft.ApproveBy).ThenBy(draft => draft.Id).ToListAsync(cancellationToken);
        var accounts = await db.Accounts.AsNoTracking().ToDictionaryAsync(account => account.Id, cancellationToken);
        var names = await db.People.AsNoTracking().ToDictionaryAsync(person => person.Id, person => person.Name, cancellationToken);
        return [.. drafts.Where(draft => DraftAccess.MayRead(draft, accounts.Values, actor)).Select(draft =>
        {
            var own = draft.AuthorId == actor.Id || draft.Editors.Contains(actor.Id);
            var where = draft.AccountIds.Where(accounts.ContainsKey).Select(id => accounts[id]).ToList();
            return new WaitingDraft(draft, where, names.GetValueOrDefault(draft.AuthorId, ""), CanSign(draft, where, actor, own), own);
        })];
    }

    public async Task<int> CountMineAsync(Actor actor, CancellationToken cancellationToken) =>
        (await ListAsync(actor, cancellationToken)).Count(draft => draft.IsMine);

    /// <summary>The roles a person could fill on a draft now: missing, held for all of its accounts, not their own words, not signed by them already.</summary>
    public static IReadOnlyList<Role> CanSign(Draft draft, IReadOnlyCollection<Account> accounts, Actor actor, bool own) =>
        own || draft.Signatures.Any(signature => signature.PersonId == actor.Id)
            ? []
            : [.. draft.Missing.Select(need => need.Role).Where(role => actor.HoldsForAll(role, [.. accounts.Select(account => account.Ref)]))];
}

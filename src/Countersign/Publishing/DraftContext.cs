using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Policies;
using Countersign.Screening;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>A draft with everything a decision about it looks at, as it is now.</summary>
/// <param name="Seal">The digest of what would be published now; equal to the draft's own unless something changed since it was sent.</param>
public sealed record DraftContext(
    Draft Draft,
    IReadOnlyList<Account> Accounts,
    IReadOnlyList<AccountRendering> Renderings,
    Assessment Assessment,
    int Release,
    string Seal)
{
    public IReadOnlyList<AccountRef> Refs => [.. Accounts.Select(account => account.Ref)];

    /// <summary>Titles of the accounts whose rendering somebody has not looked at.</summary>
    /// <param name="opened">Accounts whose rendering was on their screen.</param>
    public IReadOnlyList<string> Unopened(IReadOnlyCollection<Guid> opened) =>
        [.. Renderings.Where(rendering => !opened.Contains(rendering.AccountId)).Select(rendering => rendering.Title)];
}

/// <summary>Reads a draft in its context.</summary>
public sealed class DraftReader(CountersignDb db, Renderings renderings, DraftScreening screening, PolicyInForce policy)
{
    public async Task<DraftContext?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await db.Drafts.FindAsync([id], cancellationToken) is not { } draft)
            return null;
        return await ReadAsync(draft, cancellationToken);
    }

    /// <returns>Null where there is none that this person may read.</returns>
    public async Task<DraftContext?> FindAsync(Guid id, Actor reader, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) is { } context && DraftAccess.MayRead(context.Draft, context.Accounts, reader) ? context : null;

    public async Task<DraftContext> ReadAsync(Draft draft, CancellationToken cancellationToken) =>
        await ReadAsync(draft, await db.Accounts.Where(account => draft.AccountIds.Contains(account.Id)).ToListAsync(cancellationToken), await policy.GetAsync(cancellationToken), cancellationToken);

    /// <param name="accounts">The draft's, as they are now.</param>
    /// <param name="inForce">The release of this moment.</param>
    internal async Task<DraftContext> ReadAsync(Draft draft, IReadOnlyList<Account> accounts, (int Number, PolicyRelease Release) inForce, CancellationToken cancellationToken)
    {
        var body = draft.Body;
        var shown = await renderings.OfAsync(body, accounts, cancellationToken);
        var (assessment, release) = await screening.ScreenAsync(body, accounts, inForce, cancellationToken);
        return new DraftContext(draft, accounts, shown, assessment, release, Publishing.Seal.Of(body, draft.Slot, shown, assessment.Release));
    }

    /// <summary>Roles asked for that cannot all be filled, each by a different person, without these people.</summary>
    public async Task<IReadOnlyList<Role>> UnfillableAsync(IReadOnlyList<Requirement> asked, IReadOnlyCollection<AccountRef> accounts, IReadOnlyCollection<Guid> excluded, CancellationToken cancellationToken) =>
        Signing.Unfillable(asked, accounts, await SignersAsync(excluded, cancellationToken));

    /// <summary>Everybody who could sign, as actors.</summary>
    public async Task<List<Actor>> SignersAsync(IReadOnlyCollection<Guid> excluded, CancellationToken cancellationToken) =>
        [.. (await db.People.AsNoTracking().Where(person => person.PasswordHash != null).ToListAsync(cancellationToken))
            .Where(person => !excluded.Contains(person.Id))
            .Select(person => new Actor(person.Id, person.Name, person.Grants))];
}

using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>Many posts of the same minute: those of which there is nothing special are read and written together.</summary>
public sealed partial class MovePublication
{
    /// <summary>The first step of several publications, each of another account of one network on which nothing has to stand before the post.</summary>
    /// <returns>When to look again, of those that left. The others have not moved, and are taken one by one.</returns>
    public async Task<IReadOnlyDictionary<Guid, NextMove>> RunTogetherAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        var parcels = await ParcelsAsync(ids, cancellationToken);
        if (parcels.Count < 2)
            return new Dictionary<Guid, NextMove>();
        var next = new Dictionary<Guid, NextMove>();
        var moved = await door.LetOutTogetherAsync(parcels, cancellationToken);
        foreach (var (publication, account, _) in parcels.Where(parcel => moved.ContainsKey(parcel.Publication.Id)))
        {
            var at = Next(publication, moved[publication.Id].NotBefore);
            await line.PauseAsync(account, moved[publication.Id], at, cancellationToken);
            next[publication.Id] = new NextMove(at is { } due ? new NextStep(due, await line.PlaceOfAsync(publication, account, due, cancellationToken)) : null);
        }

        return next;
    }

    /// <summary>Those that are due, begin by themselves, carry no pictures, are in the signed log, and that nothing keeps back as far as can be seen from here. The door sees for itself.</summary>
    private async Task<IReadOnlyList<Door.Parcel>> ParcelsAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var publications = await db.Publications.Where(publication => ids.Contains(publication.Id)).ToListAsync(cancellationToken);
        publications.RemoveAll(publication => publication is not { State: PublicationState.Approved, FollowsId: null, Place: Place.Post, Of: 1 } || now > publication.Until || now - publication.DueAt > settings.Value.HoldAfter);
        var covered = await log.CoveredAsync([.. publications.Select(publication => publication.ApprovalEvent)], cancellationToken);
        var accountIds = publications.ConvertAll(publication => publication.AccountId);
        var accounts = await db.Accounts.AsNoTracking().Where(account => accountIds.Contains(account.Id)).ToDictionaryAsync(account => account.Id, cancellationToken);
        var drafts = publications.ConvertAll(publication => publication.DraftId);
        var versions = await db.DraftVersions.AsNoTracking().Where(version => drafts.Contains(version.DraftId)).ToDictionaryAsync(version => (version.DraftId, version.Version), cancellationToken);
        var parcels = new List<Door.Parcel>();
        foreach (var publication in publications.Where(publication => covered.Contains(publication.ApprovalEvent)))
        {
            if (accounts.TryGetValue(publication.AccountId, out var account)
                && versions.TryGetValue((publication.DraftId, publication.Version), out var version)
                && version is { Pictures.Count: 0, Body: { Shape: { Kind: PostKind.Post, Preview: null, AllOrNone: false } } body }
                && body.Part(account.Id, publication.Place, publication.Number) is { } part)
                parcels.Add(new Door.Parcel(publication, account, new Delivery(publication.Key, credentials.Open(account), Outgoing.Content(body, part, null, new Dictionary<string, byte[]>()), publication.CreatedAt)));
        }

        // Two posts of one draft would be the same row twice where the draft has to be held.
        return [.. parcels.DistinctBy(parcel => parcel.Publication.DraftId).DistinctBy(parcel => parcel.Account.Id)];
    }
}

/// <summary>What becomes of a job: when it is due again; nothing where it is done.</summary>
public readonly record struct NextMove(NextStep? Step);

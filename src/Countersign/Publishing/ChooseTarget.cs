using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>Finds a post that can be answered, quoted or shown again. Of our own posts everything is known; nothing is asked of a network.</summary>
public sealed class ChooseTarget(CountersignDb db)
{
    /// <param name="publication">A delivery of ours that stands.</param>
    /// <returns>Null where there is none that this person may read, or it has no words of ours.</returns>
    public async Task<PostTarget?> FindAsync(Guid publication, Actor reader, CancellationToken cancellationToken)
    {
        if (await db.Publications.AsNoTracking().SingleOrDefaultAsync(row => row.Id == publication, cancellationToken) is not { RemoteId: { } remote } post)
            return null;
        var draft = await db.Drafts.AsNoTracking().SingleAsync(row => row.Id == post.DraftId, cancellationToken);
        if (!await DraftAccess.MayReadAsync(db, draft, reader, cancellationToken))
            return null;
        var account = await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == post.AccountId, cancellationToken);
        var version = await db.DraftVersions.AsNoTracking().SingleAsync(row => row.DraftId == post.DraftId && row.Version == post.Version, cancellationToken);
        return version.Body is { Shape.Kind: not PostKind.Repost } body && body.Part(account.Id, post.Place, post.Number) is { } part
            ? new PostTarget(account.Network, remote, post.Address, post.RemoteVersion, account.Handle, part.Text, post.IntentAt)
            : null;
    }
}

using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>Who reads a draft: its writers, whoever holds a role where it would appear, and those whose work is the whole organisation. For everybody else it is not there.</summary>
public static class DraftAccess
{
    /// <summary>These read every draft, also where they hold the role for one site only: what went wrong elsewhere is theirs to see.</summary>
    private static readonly Role[] readers = [Role.Auditor, Role.Compliance, Role.Comms];

    public static bool MayReadAll(Actor reader) => readers.Any(reader.HoldsAnywhere);

    /// <param name="accounts">Every account there is; those of the draft count.</param>
    public static bool MayRead(Draft draft, IEnumerable<Account> accounts, Actor reader) =>
        draft.AuthorId == reader.Id
        || draft.Editors.Contains(reader.Id)
        || MayReadAll(reader)
        || accounts.Any(account => draft.AccountIds.Contains(account.Id) && reader.HoldsAny(account.Ref));

    public static async Task<bool> MayReadAsync(CountersignDb db, Draft draft, Actor reader, CancellationToken cancellationToken) =>
        (await ReadableAsync(db, [draft], reader, cancellationToken)).Count > 0;

    /// <returns>Those the reader may read, in the order given.</returns>
    public static async Task<IReadOnlyList<Draft>> ReadableAsync(CountersignDb db, IReadOnlyCollection<Draft> drafts, Actor reader, CancellationToken cancellationToken)
    {
        var accounts = await db.Accounts.AsNoTracking().ToListAsync(cancellationToken);
        return [.. drafts.Where(draft => MayRead(draft, accounts, reader))];
    }

    /// <summary>A picture is read by those who added it, with a draft that holds it, and by everybody here once it is in the library.</summary>
    public static async Task<bool> MayReadPictureAsync(CountersignDb db, string sha256, Actor reader, CancellationToken cancellationToken)
    {
        if (await db.Media.AsNoTracking().Where(media => media.Sha256 == sha256).Select(media => media.Adders).SingleOrDefaultAsync(cancellationToken) is not { } adders)
            return false;
        if (adders.Contains(reader.Id) || (LibraryPicture.MayRead(reader) && await db.LibraryPictures.AnyAsync(picture => picture.Sha256 == sha256, cancellationToken)))
            return true;
        // The column is JSON text; a hash stands in it as it is.
        var drafts = await db.Drafts.AsNoTracking().Where(draft => ((string)(object)draft.Pictures).Contains(sha256) || (draft.Shape != null && ((string)(object)draft.Shape).Contains(sha256))).ToListAsync(cancellationToken);
        return (await ReadableAsync(db, drafts, reader, cancellationToken)).Count > 0;
    }
}

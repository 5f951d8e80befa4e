using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>Somebody puts a picture into the library, with what is known of it so far.</summary>
public sealed class KeepPicture(CountersignDb db, TimeProvider clock)
{
    /// <returns>The record; the one that stands already where there is one.</returns>
    public async Task<Decision<LibraryPicture>> RunAsync(string sha256, PictureRecord record, Actor by, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (!LibraryPicture.Keeps(by))
        {
            var refused = await db.CommitAsync<PictureAdded>(
                new Refusal("not-entitled", "Keeping the library takes the Author, Brand, Legal, Privacy or Comms role.") { Attempt = new Attempt("picture.add", "picture/new", by.Id, now) },
                _ => { },
                cancellationToken);
            return refused.Refusal!;
        }

        if (!await DraftAccess.MayReadPictureAsync(db, sha256, by, cancellationToken))
            return new Refusal("no-picture", "That picture is not here. Add it again.");
        if (await db.LibraryPictures.SingleOrDefaultAsync(picture => picture.Sha256 == sha256, cancellationToken) is { } known)
            return known.IsErased ? LibraryPicture.Gone : known;
        if (LibraryPicture.Check(record) is { } wrong)
            return wrong;
        var details = Sealed.New("details", record.Details.Write());
        var picture = new LibraryPicture
        {
            Id = Guid.CreateVersion7(now),
            Sha256 = sha256,
            Details = record.Details,
            DetailsCommitment = details.Commitment,
            Source = record.Source,
            LicenceUntil = record.LicenceUntil,
            People = record.People,
            ConsentUntil = record.ConsentUntil,
            Children = record.Children,
            Generated = record.Generated,
            AddedBy = by.Id,
            AddedAt = now,
            ChangedBy = by.Id,
            ChangedAt = now,
        };
        var added = await db.CommitAsync<PictureAdded>(new PictureAdded { Subject = picture.Id, By = by.Id, At = now, Details = details }, _ => db.LibraryPictures.Add(picture), cancellationToken);
        return added.IsTaken ? picture : added.Refusal;
    }
}

/// <summary>Somebody says why a picture may be shown, until when, and what it shows.</summary>
public sealed class DescribePicture(CountersignDb db, TimeProvider clock)
{
    /// <param name="seen">The revision that was on the screen.</param>
    public async Task<Decision<PictureDescribed>> RunAsync(Guid id, PictureRecord record, int seen, Actor by, CancellationToken cancellationToken) =>
        await db.LibraryPictures.FindAsync([id], cancellationToken) is { } picture
            ? await db.CommitAsync(picture.Describe(record, seen, by, clock.GetUtcNow()), picture.Apply, cancellationToken)
            : new Refusal("no-picture", "That picture is not here.");
}

/// <summary>Somebody takes a picture out of use, or puts it back.</summary>
public sealed class RetirePicture(CountersignDb db, TimeProvider clock)
{
    public async Task<Decision<PictureRetired>> RunAsync(Guid id, Actor by, CancellationToken cancellationToken) =>
        await db.LibraryPictures.FindAsync([id], cancellationToken) is { } picture
            ? await db.CommitAsync(picture.Retire(by, clock.GetUtcNow()), _ => picture.Retired = true, cancellationToken)
            : new Refusal("no-picture", "That picture is not here.");

    public async Task<Decision<PictureRestored>> RestoreAsync(Guid id, Actor by, CancellationToken cancellationToken) =>
        await db.LibraryPictures.FindAsync([id], cancellationToken) is { } picture
            ? await db.CommitAsync(picture.Restore(by, clock.GetUtcNow()), _ => picture.Retired = false, cancellationToken)
            : new Refusal("no-picture", "That picture is not here.");
}

/// <summary>Somebody makes a copy of a picture that says nothing of place, camera or author. What is known of the first holds for the copy too.</summary>
public sealed class CleanPicture(CountersignDb db, AddPicture add, KeepPicture keep)
{
    public async Task<Decision<Media>> RunAsync(string sha256, Actor by, CancellationToken cancellationToken)
    {
        if (!await DraftAccess.MayReadPictureAsync(db, sha256, by, cancellationToken) || await db.Media.AsNoTracking().SingleOrDefaultAsync(media => media.Sha256 == sha256, cancellationToken) is not { } media)
            return new Refusal("no-picture", "That picture is not here. Add it again.");
        if (CleanCopy.Of(media.Bytes) is not { } bytes)
            return new Refusal("not-cleaned", "The metadata of this picture cannot be taken out here. Save it again without them, and add that.");
        var known = await db.LibraryPictures.AsNoTracking().SingleOrDefaultAsync(picture => picture.Sha256 == sha256, cancellationToken);

        // Of a picture in the library its keepers make a copy, those who write no posts too.
        var copy = known is not null && LibraryPicture.Keeps(by) ? await add.TakeAsync(bytes, by, cancellationToken) : await add.RunAsync(bytes, by, cancellationToken);
        if (copy.IsTaken && known is not null && await keep.RunAsync(copy.Taken.Sha256, known.Record, by, cancellationToken) is { IsTaken: false, Refusal: var refusal })
            return refusal;
        return copy;
    }
}

using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>Which pictures somebody looks for.</summary>
public enum LibraryShow
{
    All,

    /// <summary>May be shown today, and on.</summary>
    Usable,

    /// <summary>Ends within <see cref="PictureRights.SoonDays"/> days, or has ended.</summary>
    Ending,

    /// <summary>Something is not said: where it is from, whether people are shown, what it shows.</summary>
    Incomplete,
    Retired,
}

/// <param name="Folder">Null for every folder; a folder holds those below it.</param>
public sealed record LibraryQuestion(string? Folder, string? Words, LibraryShow Show, int Page = 1);

/// <param name="Obstacles">Why it may not be shown today.</param>
public sealed record KeptPicture(LibraryPicture Picture, int Width, int Height, int Bytes, bool TellsPlace, IReadOnlyList<PictureObstacle> Obstacles);

/// <param name="Folders">Every folder there is, with how many pictures it and those below it hold.</param>
/// <param name="Found">How many answer the question, on all pages.</param>
public sealed record LibraryPage(IReadOnlyList<KeptPicture> Pictures, IReadOnlyList<(string Folder, int Count)> Folders, int Found, int All, int Pages, int Ending);

/// <summary>A draft that shows a picture.</summary>
/// <param name="Title">Null where the reader may not read the draft.</param>
public sealed record PictureUse(Guid Draft, string? Title, DraftStage Stage, DateTimeOffset EditedAt, bool IsOut);

/// <summary>Reads the library of pictures.</summary>
public sealed class LibraryReader(CountersignDb db, TimeProvider clock)
{
    public const int PageSize = 24;

    public async Task<LibraryPage> ListAsync(LibraryQuestion question, string zone, CancellationToken cancellationToken)
    {
        var today = Slots.At(clock.GetUtcNow(), zone).Date.ToDateOnly();
        // Titles are sealed and folders change: the records are small, their pictures are read one page at a time.
        var all = (await db.LibraryPictures.AsNoTracking().OrderByDescending(picture => picture.Id).ToListAsync(cancellationToken)).FindAll(picture => !picture.IsErased);
        var found = all.FindAll(picture => Answers(picture, question, today));
        var pages = Math.Max(1, (found.Count + PageSize - 1) / PageSize);
        var page = found.Skip((Math.Clamp(question.Page, 1, pages) - 1) * PageSize).Take(PageSize).ToList();
        var shown = page.Select(picture => picture.Sha256).ToList();
        var media = await db.Media.AsNoTracking().Where(row => shown.Contains(row.Sha256)).Select(row => new { row.Sha256, row.Width, row.Height, row.Size, row.TellsPlace }).ToDictionaryAsync(row => row.Sha256, cancellationToken);
        var folders = all.Where(picture => !picture.Retired).SelectMany(picture => Above(picture.Details.Folder)).GroupBy(folder => folder, StringComparer.Ordinal).Select(group => (group.Key, group.Count())).OrderBy(folder => folder.Key, StringComparer.OrdinalIgnoreCase).ToList();
        return new LibraryPage(
            [.. page.Select(picture => new KeptPicture(picture, media[picture.Sha256].Width, media[picture.Sha256].Height, media[picture.Sha256].Size, media[picture.Sha256].TellsPlace, [.. picture.Against(today)]))],
            folders,
            found.Count,
            all.Count(picture => !picture.Retired),
            pages,
            all.Count(picture => !picture.Retired && IsEnding(picture, today)));
    }

    public async Task<KeptPicture?> FindAsync(Guid id, string zone, CancellationToken cancellationToken)
    {
        if (await db.LibraryPictures.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } picture)
            return null;
        var media = await db.Media.AsNoTracking().Where(row => row.Sha256 == picture.Sha256).Select(row => new { row.Width, row.Height, row.Size, row.TellsPlace }).SingleAsync(cancellationToken);
        return new KeptPicture(picture, media.Width, media.Height, media.Size, media.TellsPlace, [.. picture.Against(Slots.At(clock.GetUtcNow(), zone).Date.ToDateOnly())]);
    }

    /// <summary>Drafts and posts that show it, the newest first.</summary>
    public async Task<IReadOnlyList<PictureUse>> UsesAsync(string sha256, Actor reader, CancellationToken cancellationToken)
    {
        // The column is JSON text; a hash stands in it as it is.
        var drafts = await db.Drafts.AsNoTracking().Where(draft => ((string)(object)draft.Pictures).Contains(sha256)).OrderByDescending(draft => draft.EditedAt).ToListAsync(cancellationToken);
        var readable = (await DraftAccess.ReadableAsync(db, drafts, reader, cancellationToken)).Select(draft => draft.Id).ToHashSet();
        var ids = drafts.ConvertAll(draft => draft.Id);
        var posts = await db.Publications.AsNoTracking().Where(post => ids.Contains(post.DraftId)).ToListAsync(cancellationToken);
        return [.. drafts.Select(draft => new PictureUse(draft.Id, readable.Contains(draft.Id) ? draft.Title : null, draft.Stage, draft.EditedAt, posts.Exists(post => post.DraftId == draft.Id && post.RemoteId is not null)))];
    }

    /// <summary>"Products/Merlin" lies in "Products" as well.</summary>
    private static IEnumerable<string> Above(string folder)
    {
        var parts = folder.Split('/', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return Enumerable.Range(1, parts.Length).Select(depth => string.Join('/', parts.Take(depth)));
    }

    private static bool Answers(LibraryPicture picture, LibraryQuestion question, DateOnly today) =>
        (question.Folder is not { Length: > 0 } folder || Above(picture.Details.Folder).Contains(folder, StringComparer.Ordinal))
        && (question.Words is not { Length: > 0 } words || words.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word => picture.Details.All.Any(text => text.Contains(word, StringComparison.OrdinalIgnoreCase))))
        && question.Show switch
        {
            LibraryShow.Usable => !picture.Against(today).Any(),
            LibraryShow.Ending => !picture.Retired && IsEnding(picture, today),
            LibraryShow.Incomplete => !picture.Retired && IsIncomplete(picture),
            LibraryShow.Retired => picture.Retired,
            _ => !picture.Retired,
        };

    private static bool IsEnding(LibraryPicture picture, DateOnly today) => picture.LastDay is { } last && last.DayNumber - today.DayNumber <= PictureRights.SoonDays;

    private static bool IsIncomplete(LibraryPicture picture) =>
        picture.Source == PictureSource.NotKnown || picture.People is PeopleShown.NotSaid or PeopleShown.ConsentNeeded || picture.Details.Alt.Length == 0
        || (picture.Source is PictureSource.Stock or PictureSource.OpenLicence or PictureSource.Permission && picture.Details.Document.Length == 0);
}

using Countersign.People;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>A picture that may be shown when it goes out, and of which its author should know something.</summary>
public sealed record PictureWarning(string Sha256, string Sentence);

/// <summary>What the library says about the pictures of a post at the time it goes out.</summary>
public sealed class PictureRights(CountersignDb db)
{
    /// <summary>An end within this time after a post goes out is said beforehand.</summary>
    public const int SoonDays = 30;

    /// <param name="at">When it goes out.</param>
    /// <returns>Why it may not; none where it may. A picture that is not in the library has nothing against it.</returns>
    public async Task<IReadOnlyList<PictureObstacle>> AgainstAsync(IReadOnlyCollection<DraftPicture> pictures, DateTimeOffset at, CancellationToken cancellationToken) =>
        (await OpenAsync(pictures, cancellationToken)).Against(pictures, at);

    /// <summary>For many posts at once: the records of all their pictures, read together.</summary>
    public async Task<OpenRecords> OpenAsync(IReadOnlyCollection<DraftPicture> pictures, CancellationToken cancellationToken) => pictures.Count == 0
        ? new OpenRecords([], "")
        : new OpenRecords(await KnownAsync(pictures, cancellationToken), await db.Organisations.AsNoTracking().Select(organisation => organisation.Zone).SingleAsync(cancellationToken));

    /// <param name="at">When it goes out.</param>
    public async Task<IReadOnlyList<PictureWarning>> WarningsAsync(IReadOnlyCollection<DraftPicture> pictures, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (pictures.Count == 0)
            return [];
        var day = await DayAsync(at, cancellationToken);
        var known = (await KnownAsync(pictures, cancellationToken)).ToDictionary(picture => picture.Sha256);
        return [.. pictures.Select(picture => Warn(picture.Sha256, known.GetValueOrDefault(picture.Sha256), day)).OfType<PictureWarning>()];
    }

    /// <summary>What rules are told: of several pictures, of the one least in order. Nothing of those that are not in the library.</summary>
    public async Task<IReadOnlyDictionary<string, string>> FactsAsync(IReadOnlyCollection<DraftPicture> pictures, CancellationToken cancellationToken) =>
        pictures.Count == 0 ? new Dictionary<string, string>() : PictureFacts.Of(await KnownAsync(pictures, cancellationToken));

    private static PictureWarning? Warn(string sha256, LibraryPicture? picture, DateOnly day) => picture switch
    {
        null => new PictureWarning(sha256, "Nothing is recorded about where this picture is from, nor of the people it may show."),
        { LastDay: { } last } when last >= day && last.DayNumber - day.DayNumber <= SoonDays => new PictureWarning(sha256, $"“{picture.Details.Title}” may be shown until {LibraryPicture.Say(last)}. Take the post down by then, or renew it."),
        { People: PeopleShown.NotSaid } => new PictureWarning(sha256, $"Nobody has said whether people can be recognised in “{picture.Details.Title}”."),
        _ => null,
    };

    private async Task<List<LibraryPicture>> KnownAsync(IReadOnlyCollection<DraftPicture> pictures, CancellationToken cancellationToken)
    {
        var hashes = pictures.Select(picture => picture.Sha256).ToList();
        return await db.LibraryPictures.AsNoTracking().Where(picture => hashes.Contains(picture.Sha256)).ToListAsync(cancellationToken);
    }

    private async Task<DateOnly> DayAsync(DateTimeOffset at, CancellationToken cancellationToken) =>
        Slots.At(at, await db.Organisations.AsNoTracking().Select(organisation => organisation.Zone).SingleAsync(cancellationToken)).Date.ToDateOnly();
}

/// <summary>Records of pictures as they are now.</summary>
/// <param name="zone">Where the organisation is: days end there.</param>
public sealed class OpenRecords(IReadOnlyCollection<LibraryPicture> known, string zone)
{
    /// <param name="at">When they are shown.</param>
    /// <returns>Why they may not be; none where they may.</returns>
    public IReadOnlyList<PictureObstacle> Against(IReadOnlyCollection<DraftPicture> pictures, DateTimeOffset at)
    {
        if (known.Count == 0 || pictures.Count == 0)
            return [];
        var day = Slots.At(at, zone).Date.ToDateOnly();
        return [.. known.Where(record => pictures.Any(picture => picture.Sha256 == record.Sha256)).SelectMany(record => record.Against(day))];
    }
}

/// <summary>The library's records as facts that rules know.</summary>
public static class PictureFacts
{
    public const string Source = "asset.source";
    public const string Licence = "licence";
    public const string Rights = "rights";
    public const string Expires = "expires";
    public const string Faces = "image.faces";
    public const string Minors = "minors";
    public const string Origin = "image.c2pa";
    public const string Depicts = "depicts";

    /// <summary>Every fact that may be stated here.</summary>
    public static readonly IReadOnlyList<string> Keys = [Source, Licence, Rights, Expires, Faces, Minors, Origin, Depicts];

    /// <remarks>
    /// That those shown agreed is never stated as a fact: the fact means a consent for what the words say as well, which nobody gave with it.
    /// Instead, faces are counted only where their consent is missing.
    /// </remarks>
    public static IReadOnlyDictionary<string, string> Of(IReadOnlyCollection<LibraryPicture> pictures)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (pictures.Count == 0)
            return facts;
        var weakest = pictures.MinBy(Standing)!;
        facts[Source] = weakest.Source switch
        {
            PictureSource.Own => "own",
            PictureSource.Commissioned => "commissioned",
            PictureSource.Stock => "stock",
            PictureSource.OpenLicence => "open-licence",
            PictureSource.Permission => "press",
            PictureSource.PublicDomain => "public-domain",
            PictureSource.Found => "web-image",
            _ => "unknown",
        };
        var proof = weakest.Details.Document.Length > 0 ? "recorded" : "none";
        if (weakest.Source is PictureSource.Stock or PictureSource.OpenLicence)
            facts[Licence] = proof;
        if (weakest.Source == PictureSource.Permission)
            facts[Rights] = proof;
        if (pictures.Select(picture => LibraryPicture.Day(picture.LicenceUntil)).Min() is { } ends)
            facts[Expires] = ends.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

        var unasked = pictures.Where(picture => picture.People is PeopleShown.ConsentNeeded or PeopleShown.ConsentWithdrawn).ToList();
        facts[Faces] = unasked.Count > 0 ? "1" : "0";
        if (unasked.Exists(picture => picture.Children))
            facts[Minors] = "likely";
        if (pictures.Any(picture => picture.Generated))
            facts[Origin] = "ai-generated";
        if (unasked.Exists(picture => picture.Generated))
            facts[Depicts] = "real-person";
        return facts;
    }

    /// <summary>0 is least in order.</summary>
    private static int Standing(LibraryPicture picture) => picture.Source switch
    {
        PictureSource.Found or PictureSource.NotKnown => 0,
        PictureSource.Stock or PictureSource.OpenLicence or PictureSource.Permission => picture.Details.Document.Length > 0 ? 2 : 1,
        _ => 3,
    };
}

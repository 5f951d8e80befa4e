using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Publishing;

/// <summary>Why the organisation may show a picture.</summary>
public enum PictureSource
{
    /// <summary>Nobody has said where it is from.</summary>
    NotKnown,

    /// <summary>Made by people of the organisation.</summary>
    Own,

    /// <summary>Made for the organisation, rights included.</summary>
    Commissioned,

    /// <summary>Bought from a library of pictures.</summary>
    Stock,

    /// <summary>Creative Commons and its like.</summary>
    OpenLicence,

    /// <summary>Somebody else's, who allowed this use.</summary>
    Permission,
    PublicDomain,

    /// <summary>Taken from the web, with nothing that allows it.</summary>
    Found,
}

/// <summary>Whether people can be recognised, and whether they agreed.</summary>
public enum PeopleShown
{
    NotSaid,
    None,

    /// <summary>They can be recognised, and nothing says that they agreed.</summary>
    ConsentNeeded,
    ConsentGiven,

    /// <summary>Somebody took their consent back.</summary>
    ConsentWithdrawn,
}

/// <summary>Words about a picture, sealed as one: they may name people.</summary>
/// <param name="Folder">"Products/Merlin"; empty at the top.</param>
/// <param name="Alt">What it shows, offered where a post uses it.</param>
/// <param name="Holder">Whose right it is.</param>
/// <param name="From">Where it was got: an agency, a photographer, an address.</param>
/// <param name="Document">What proves it: the number of a licence, where the contract lies.</param>
/// <param name="Consent">Where the consents of those shown lie.</param>
public sealed record PictureDetails(string Title, string Folder, string Alt, string Holder, string From, string Document, string Consent)
{
    /// <summary>What is left once it was erased.</summary>
    public static PictureDetails None { get; } = new(Erased.Marker, "", "", "", "", "", "");

    internal string Write() => this == None ? Erased.Marker : JsonSerializer.Serialize(this, JsonColumn.Options);

    internal IEnumerable<string> All => [Title, Folder, Alt, Holder, From, Document, Consent];
}

/// <summary>What somebody says of a picture.</summary>
/// <param name="LicenceUntil">The last day it may be shown, "2027-01-31" in the organisation's zone; null without an end.</param>
/// <param name="ConsentUntil">The last day those shown agreed to.</param>
/// <param name="Children">Children can be recognised.</param>
/// <param name="Generated">Made or changed by a machine.</param>
public sealed record PictureRecord(PictureDetails Details, PictureSource Source, string? LicenceUntil, PeopleShown People, string? ConsentUntil, bool Children, bool Generated);

/// <summary>A picture of the organisation's library: why it may be shown, until when, and what it shows.</summary>
public sealed class LibraryPicture : IGoverned
{
    /// <summary>Who keeps the library.</summary>
    private static readonly Role[] keepers = [Role.Author, Role.Brand, Role.Comms, Role.Legal, Role.Privacy];

    public required Guid Id { get; init; }

    /// <summary>Of its bytes; one record for each picture.</summary>
    public required string Sha256 { get; init; }

    public required PictureDetails Details { get; set; }

    public required string DetailsCommitment { get; set; }

    public PictureSource Source { get; set; }

    public string? LicenceUntil { get; set; }

    public PeopleShown People { get; set; }

    public string? ConsentUntil { get; set; }

    public bool Children { get; set; }

    public bool Generated { get; set; }

    /// <summary>Taken out of use: it stays with the posts that showed it, and goes into no new one.</summary>
    public bool Retired { get; set; }

    public required Guid AddedBy { get; init; }

    public required DateTimeOffset AddedAt { get; init; }

    public required Guid ChangedBy { get; set; }

    public required DateTimeOffset ChangedAt { get; set; }

    public int Revision { get; set; }

    public string Object => $"picture/{Id}";

    /// <summary>What was said of it is gone, and its bytes with the last post that showed them.</summary>
    public bool IsErased => Details == PictureDetails.None;

    internal void Erase() => Details = PictureDetails.None;

    JsonObject IGoverned.State() => new()
    {
        ["sha256"] = Sha256,
        ["details"] = DetailsCommitment,
        ["source"] = Source.ToString(),
        ["licenceUntil"] = LicenceUntil,
        ["people"] = People.ToString(),
        ["consentUntil"] = ConsentUntil,
        ["children"] = Children,
        ["generated"] = Generated,
        ["retired"] = Retired,
        ["addedBy"] = AddedBy.ToString(),
        ["addedAt"] = AddedAt.ToUnixTimeMilliseconds(),
        ["changedBy"] = ChangedBy.ToString(),
        ["changedAt"] = ChangedAt.ToUnixTimeMilliseconds(),
    };

    IEnumerable<Spoken> IGoverned.Words => [new("details", DetailsCommitment, Details.Write())];

    internal static Refusal Gone => new("erased", "This picture was erased from the library, on the word of two people. It does not come back.");

    public static bool Keeps(Actor by) => keepers.Any(by.HoldsAnywhere);

    /// <summary>Everybody who does anything here sees the library.</summary>
    public static bool MayRead(Actor reader) => reader.Grants.Count > 0;

    /// <summary>What is wrong with a record, whoever keeps it; null where nothing is.</summary>
    public static Refusal? Check(PictureRecord record) => record switch
    {
        { Details: var details } when string.IsNullOrWhiteSpace(details.Title) => new Refusal("no-title", "Give the picture a name, so that others find it."),
        { Details: var details } when details.All.Any(words => words.Length > Draft.MaxNote) => new Refusal("long-words", $"Keep each field to {Draft.MaxNote:N0} characters."),
        { LicenceUntil: { } until } when Day(until) is null => new Refusal("bad-licence-date", "Give the last day of the licence as a date, or leave it empty."),
        { ConsentUntil: { } until } when Day(until) is null => new Refusal("bad-consent-date", "Give the last day of the consent as a date, or leave it empty."),
        _ => null,
    };

    /// <param name="seen">The revision that was on the screen.</param>
    public Decision<PictureDescribed> Describe(PictureRecord record, int seen, Actor by, DateTimeOffset now) => this switch
    {
        _ when !Keeps(by) => new Refusal("not-entitled", "Keeping the library takes the Author, Brand, Legal, Privacy or Comms role.") { Attempt = new Attempt("picture.describe", Object, by.Id, now) },
        { IsErased: true } => Gone,
        _ when seen != Revision => new Refusal("version-changed", "Somebody changed this record while you were writing. What you typed is below; what is saved now is beside it."),
        _ when Check(record) is { } wrong => wrong,
        _ => new PictureDescribed { Subject = Id, By = by.Id, At = now, Record = record, Details = Sealed.New("details", record.Details.Write()) },
    };

    public void Apply(PictureDescribed described)
    {
        (Details, DetailsCommitment) = (described.Record.Details, described.Details.Commitment);
        (Source, LicenceUntil, People, ConsentUntil, Children, Generated) = (described.Record.Source, described.Record.LicenceUntil, described.Record.People, described.Record.ConsentUntil, described.Record.Children, described.Record.Generated);
        (ChangedBy, ChangedAt) = (described.By, described.At);
    }

    public Decision<PictureRetired> Retire(Actor by, DateTimeOffset now) => this switch
    {
        _ when !Keeps(by) => new Refusal("not-entitled", "Keeping the library takes the Author, Brand, Legal, Privacy or Comms role.") { Attempt = new Attempt("picture.retire", Object, by.Id, now) },
        { Retired: true } => new Refusal("retired", "It is out of use already."),
        _ => new PictureRetired { Subject = Id, By = by.Id, At = now },
    };

    public Decision<PictureRestored> Restore(Actor by, DateTimeOffset now) => this switch
    {
        _ when !Keeps(by) => new Refusal("not-entitled", "Keeping the library takes the Author, Brand, Legal, Privacy or Comms role.") { Attempt = new Attempt("picture.restore", Object, by.Id, now) },
        { Retired: false } => new Refusal("in-use", "It is in use already."),
        { IsErased: true } => Gone,
        _ => new PictureRestored { Subject = Id, By = by.Id, At = now },
    };

    /// <summary>Why it may not be shown on a day; none where it may.</summary>
    public IEnumerable<PictureObstacle> Against(DateOnly day)
    {
        if (Retired)
            yield return new PictureObstacle(Sha256, "picture-retired", $"“{Details.Title}” was taken out of use.");
        if (Day(LicenceUntil) is { } licence && licence < day)
            yield return new PictureObstacle(Sha256, "licence-ended", $"The licence of “{Details.Title}” ends on {Say(licence)}.");
        if (People == PeopleShown.ConsentWithdrawn)
            yield return new PictureObstacle(Sha256, "consent-withdrawn", $"Somebody shown in “{Details.Title}” took their consent back.");
        if (People == PeopleShown.ConsentNeeded)
            yield return new PictureObstacle(Sha256, "consent-missing", $"People can be recognised in “{Details.Title}”, and their consent is not on record.");
        if (People == PeopleShown.ConsentGiven && Day(ConsentUntil) is { } consent && consent < day)
            yield return new PictureObstacle(Sha256, "consent-ended", $"The consent of those shown in “{Details.Title}” ends on {Say(consent)}.");
    }

    /// <summary>The day after which it may not be shown any more; null where nothing ends.</summary>
    public DateOnly? LastDay => (Day(LicenceUntil), People == PeopleShown.ConsentGiven ? Day(ConsentUntil) : null) switch
    {
        ({ } licence, { } consent) => licence < consent ? licence : consent,
        var (licence, consent) => licence ?? consent,
    };

    public PictureRecord Record => new(Details, Source, LicenceUntil, People, ConsentUntil, Children, Generated);

    internal static DateOnly? Day(string? said) => DateOnly.TryParseExact(said, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    internal static string Say(DateOnly day) => day.ToString("d MMMM yyyy", CultureInfo.GetCultureInfo("en-GB"));
}

/// <summary>Why a picture may not be shown.</summary>
/// <param name="Code">As a held post carries it: "licence-ended".</param>
public sealed record PictureObstacle(string Sha256, string Code, string Sentence);

public sealed record PictureAdded : DomainEvent
{
    public override string Act => "picture.added";

    public required Sealed Details { get; init; }

    public override IEnumerable<Sealed> Seals => [Details];
}

public sealed record PictureDescribed : DomainEvent
{
    public override string Act => "picture.described";

    public required PictureRecord Record { get; init; }

    public required Sealed Details { get; init; }

    public override IEnumerable<Sealed> Seals => [Details];
}

public sealed record PictureRetired : DomainEvent
{
    public override string Act => "picture.retired";
}

public sealed record PictureRestored : DomainEvent
{
    public override string Act => "picture.restored";
}

internal sealed class LibraryMapping : IEntityTypeConfiguration<LibraryPicture>
{
    public void Configure(EntityTypeBuilder<LibraryPicture> entity)
    {
        entity.ToTable("library_picture").HasKey(picture => picture.Id);
        entity.Property(picture => picture.Details).HasJson();
        entity.Ignore(picture => picture.Object).Ignore(picture => picture.IsErased).Ignore(picture => picture.LastDay).Ignore(picture => picture.Record);
    }
}

public static class LibraryTable
{
    extension(CountersignDb db)
    {
        public DbSet<LibraryPicture> LibraryPictures => db.Set<LibraryPicture>();
    }
}

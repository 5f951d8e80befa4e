using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Controls;
using Countersign.Web.Shared.Frame;
using Countersign.Web.Shared.Parts;
using Place = Countersign.Web.Shared.Controls.Place;

namespace Countersign.Web.Publishing;

/// <summary>The library of pictures, or the part of it that was asked for.</summary>
/// <param name="For">The draft that a picture is chosen for; null where somebody looks around.</param>
/// <param name="Problems">What could not be added, one sentence each.</param>
public sealed record LibraryModel(ShellModel Shell, LibraryQuestion Question, LibraryPage Page, DateOnly Today, bool MayKeep, Guid? For = null, IReadOnlyList<string>? Problems = null, int Added = 0)
{
    private string Home => For is { } draft ? $"/compose/{draft}/library" : "/library";

    public string Address(string? folder = null, LibraryShow? show = null, int page = 1) =>
        $"{Home}?show={show ?? Question.Show}&folder={Uri.EscapeDataString(folder ?? Question.Folder ?? "")}&q={Uri.EscapeDataString(Question.Words ?? "")}&page={page}";

    public IReadOnlyList<Place> Folders =>
        [new("", "All folders", Address(folder: "", show: Question.Show), Page.All), .. Page.Folders.Select(folder => new Place(folder.Folder, folder.Folder, Address(folder: folder.Folder), folder.Count))];

    public IReadOnlyList<Place> States =>
        [.. LibraryWords.States.Select(state => new Place(state.Show.ToString(), state.Text, Address(show: state.Show), state.Show == LibraryShow.Ending ? Page.Ending : null))];
}

/// <summary>One picture's record.</summary>
/// <param name="Form">As it was typed, where it came back with a mistake.</param>
/// <param name="Back">Where somebody came from: the draft they write.</param>
public sealed record LibraryRecordModel(ShellModel Shell, KeptPicture Kept, PictureRecord Form, int Seen, IReadOnlyList<PictureUse> Uses, IReadOnlyList<string> Folders, string AddedBy, string ChangedBy, DateTimeOffset Now, DateOnly Today, bool MayKeep, Refusal? Refusal = null, string? Back = null, string? Done = null)
{
    public LibraryPicture Picture => Kept.Picture;

    public string? ErrorOf(string code) => Refusal?.Code == code ? Refusal.Sentence : null;

    /// <summary>Fields in which what was typed differs from what somebody else has saved meanwhile.</summary>
    public IReadOnlyList<(string Field, string Mine, string Theirs)> Differences =>
        Refusal?.Code == "version-changed" ? [.. LibraryWords.Say(Form).Zip(LibraryWords.Say(Picture.Record), (mine, theirs) => (mine.Field, mine.Value, theirs.Value)).Where(pair => pair.Item2 != pair.Item3)] : [];
}

/// <summary>What pages call the states of a picture.</summary>
public static class LibraryWords
{
    public static readonly IReadOnlyList<(LibraryShow Show, string Text)> States =
    [
        (LibraryShow.All, "All in use"), (LibraryShow.Usable, "May be shown today"), (LibraryShow.Ending, "Ending or ended"), (LibraryShow.Incomplete, "Something missing"), (LibraryShow.Retired, "Out of use"),
    ];

    public static readonly IReadOnlyList<Option> Sources =
    [
        new(nameof(PictureSource.NotKnown), "Nobody has said yet"),
        new(nameof(PictureSource.Own), "We made it"),
        new(nameof(PictureSource.Commissioned), "Made for us, rights included"),
        new(nameof(PictureSource.Stock), "Bought from a picture library"),
        new(nameof(PictureSource.OpenLicence), "Open licence (Creative Commons)"),
        new(nameof(PictureSource.Permission), "Somebody else’s, with permission"),
        new(nameof(PictureSource.PublicDomain), "Public domain"),
        new(nameof(PictureSource.Found), "From the web, nothing allows it"),
    ];

    public static readonly IReadOnlyList<Option> People =
    [
        new(nameof(PeopleShown.NotSaid), "Nobody has said yet"),
        new(nameof(PeopleShown.None), "Nobody can be recognised"),
        new(nameof(PeopleShown.ConsentNeeded), "People can be recognised, consent not on record"),
        new(nameof(PeopleShown.ConsentGiven), "People can be recognised, and they agreed"),
        new(nameof(PeopleShown.ConsentWithdrawn), "Somebody took their consent back"),
    ];

    public static (string Word, Tone Tone, string Icon) Look(KeptPicture kept, DateOnly today) => kept switch
    {
        { Picture.Retired: true } => ("Out of use", Tone.Neutral, "ban"),
        { Obstacles: [{ Code: "licence-ended" }, ..] } => ("Licence ended", Tone.Bad, "ban"),
        { Obstacles: [{ Code: "consent-ended" }, ..] } => ("Consent ended", Tone.Bad, "ban"),
        { Obstacles: [{ Code: "consent-withdrawn" }, ..] } => ("Consent taken back", Tone.Bad, "ban"),
        { Obstacles: [{ Code: "consent-missing" }, ..] } => ("Consent missing", Tone.Bad, "ban"),
        { Picture.LastDay: { } last } when last.DayNumber - today.DayNumber <= PictureRights.SoonDays => ($"Until {last.ToString("d MMM yyyy", English.Culture)}", Tone.Warn, "clock"),
        { Picture: { Source: PictureSource.NotKnown } } => ("Source not recorded", Tone.Warn, "alert"),
        { Picture: { Source: PictureSource.Found } } => ("Nothing allows it", Tone.Bad, "ban"),
        { Picture: { Source: PictureSource.Stock or PictureSource.OpenLicence or PictureSource.Permission, Details.Document: "" } } => ("Proof missing", Tone.Warn, "alert"),
        { Picture: { People: PeopleShown.NotSaid } } => ("People not recorded", Tone.Warn, "alert"),
        { Picture.LastDay: { } last } => ($"Until {last.ToString("d MMM yyyy", English.Culture)}", Tone.Ok, "check"),
        _ => ("May be shown", Tone.Ok, "check"),
    };

    public static string Of(PictureSource source) => Sources.First(option => option.Value == source.ToString()).Text;

    /// <summary>A record field by field, in the order of its form.</summary>
    public static IReadOnlyList<(string Field, string Value)> Say(PictureRecord record) =>
    [
        ("Name", record.Details.Title), ("Folder", record.Details.Folder), ("Alt text", record.Details.Alt),
        ("Where it is from", Of(record.Source)), ("Whose right it is", record.Details.Holder), ("Got from", record.Details.From), ("Proof", record.Details.Document), ("Last day of the licence", record.LicenceUntil ?? "no end"),
        ("People", People.First(option => option.Value == record.People.ToString()).Text), ("Where the consents are", record.Details.Consent), ("Last day of the consent", record.ConsentUntil ?? "no end"),
        ("Children", record.Children ? "yes" : "no"), ("Made by a machine", record.Generated ? "yes" : "no"),
    ];

    public static string Size(int bytes) => bytes >= 1_000_000 ? $"{(bytes / 1_000_000.0).ToString("0.0", English.Culture)} MB" : $"{Math.Max(1, bytes / 1000)} kB";
}

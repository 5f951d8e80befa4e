using Countersign.Decisions;
using Countersign.People;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Publishing;

/// <summary>The library of pictures: seeing what there is, adding, saying why a picture may be shown and until when.</summary>
public static class LibraryEndpoints
{
    public static void MapLibrary(this IEndpointRouteBuilder site)
    {
        site.MapGet("/library", (LibraryShow? show, string? folder, string? q, int? page, int? added, LibraryPages pages, CancellationToken stop) => pages.ShowListAsync(Ask(show, folder, q, page), null, stop, added: added ?? 0));
        site.MapPost("/library", UploadAsync).WithMetadata(new RequestSizeLimitAttribute(ComposeEndpoints.LargestUpload));
        site.MapGet("/library/{id:guid}", (Guid id, string? back, string? done, LibraryPages pages, CancellationToken stop) => pages.ShowOneAsync(id, stop, back: back, done: done));
        site.MapPost("/library/{id:guid}", SaveAsync);
        site.MapPost("/library/{id:guid}/retire", async (Guid id, IFormCollection sent, RetirePicture retire, Actor actor, LibraryPages pages, CancellationToken stop) =>
            await pages.AfterAsync(id, (await retire.RunAsync(id, actor, stop)).Refusal, "retired", sent["back"], stop));
        site.MapPost("/library/{id:guid}/restore", async (Guid id, IFormCollection sent, RetirePicture retire, Actor actor, LibraryPages pages, CancellationToken stop) =>
            await pages.AfterAsync(id, (await retire.RestoreAsync(id, actor, stop)).Refusal, "restored", sent["back"], stop));
        site.MapPost("/library/{id:guid}/clean", CleanAsync);
        site.MapGet("/compose/{id:guid}/library", (Guid id, LibraryShow? show, string? folder, string? q, int? page, LibraryPages pages, CancellationToken stop) => pages.ShowListAsync(Ask(show ?? LibraryShow.Usable, folder, q, page), id, stop));
        site.MapPost("/compose/{id:guid}/library", async (Guid id, IFormCollection sent, CountersignDb db, Actor actor, TimeProvider clock, CancellationToken stop) =>
        {
            await Autosaves.KeepAsync(db, actor.Id, id, ComposeForm.Read(sent).Write(), clock.GetUtcNow(), stop);
            return Results.LocalRedirect($"/compose/{id}/library");
        });
        site.MapPost("/compose/{id:guid}/record", RecordAsync);
    }

    private static LibraryQuestion Ask(LibraryShow? show, string? folder, string? words, int? page) => new(folder, words?.Trim(), show ?? LibraryShow.All, Math.Max(1, page ?? 1));

    private static async Task<IResult> UploadAsync(IFormCollection sent, AddPicture add, KeepPicture keep, Actor actor, LibraryPages pages, CancellationToken stop)
    {
        var folder = LibraryForm.Folder(sent["folder"]);
        var (added, problems) = (new List<LibraryPicture>(), new List<string>());
        foreach (var file in sent.Files)
        {
            var media = await ComposeEndpoints.ReadAsync(file, add, actor, stop);
            var kept = media.IsTaken ? await keep.RunAsync(media.Taken.Sha256, LibraryForm.Blank(Path.GetFileNameWithoutExtension(file.FileName), folder), actor, stop) : media.Refusal;
            if (kept.IsTaken)
                added.Add(kept.Taken);
            else
                problems.Add($"{file.FileName}: {kept.Refusal.Sentence}");
        }

        if (sent.Files.Count == 0)
            problems.Add("Choose a picture first.");
        return (added, problems) switch
        {
            ([var only], []) => Results.LocalRedirect($"/library/{only.Id}?done=added"),
            (_, []) => Results.LocalRedirect($"/library?show=Incomplete&added={added.Count}"),
            _ => await pages.ShowListAsync(Ask(null, null, null, null), null, stop, problems, added.Count),
        };
    }

    private static async Task<IResult> SaveAsync(Guid id, IFormCollection sent, DescribePicture describe, Actor actor, LibraryPages pages, CancellationToken stop)
    {
        var (record, seen) = LibraryForm.Read(sent);
        var saved = await describe.RunAsync(id, record, seen, actor, stop);
        return saved.IsTaken
            ? Results.LocalRedirect($"/library/{id}?done=saved{LibraryPages.BackQuery(sent["back"])}")
            : await pages.ShowOneAsync(id, stop, record, seen, saved.Refusal, sent["back"]);
    }

    private static async Task<IResult> CleanAsync(Guid id, IFormCollection _, CountersignDb db, CleanPicture clean, Actor actor, LibraryPages pages, CancellationToken stop)
    {
        if (await db.LibraryPictures.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, stop) is not { } picture)
            return Results.NotFound();
        var copy = await clean.RunAsync(picture.Sha256, actor, stop);
        if (!copy.IsTaken)
            return await pages.ShowOneAsync(id, stop, refusal: copy.Refusal);
        var made = await db.LibraryPictures.AsNoTracking().SingleAsync(row => row.Sha256 == copy.Taken.Sha256, stop);
        return Results.LocalRedirect($"/library/{made.Id}?done=cleaned");
    }

    /// <summary>From a draft: the picture goes into the library with the words it has there, and its record opens.</summary>
    private static async Task<IResult> RecordAsync(Guid id, IFormCollection sent, KeepPicture keep, ComposeReader reader, CountersignDb db, Actor actor, TimeProvider clock, CancellationToken stop)
    {
        var form = ComposeForm.Read(sent);
        await Autosaves.KeepAsync(db, actor.Id, id, form.Write(), clock.GetUtcNow(), stop);
        var sha256 = sent["record"].ToString();
        var alt = form.Pictures.FirstOrDefault(picture => picture.Sha256 == sha256).Alt ?? "";
        var blank = LibraryForm.Blank(alt.Length > 0 ? English.Shorten(alt, 60) : "New picture", "");
        var kept = await keep.RunAsync(sha256, blank with { Details = blank.Details with { Alt = alt } }, actor, stop);
        return kept.IsTaken
            ? Results.LocalRedirect($"/library/{kept.Taken.Id}?back=/compose/{id}")
            : await ComposeEndpoints.RefuseAsync(id, form, kept.Refusal, reader, stop);
    }
}

/// <summary>The fields of a record, as they are sent.</summary>
public static class LibraryForm
{
    public static PictureRecord Blank(string title, string folder) =>
        new(new PictureDetails(title.Length > 0 ? title : "New picture", folder, "", "", "", "", ""), PictureSource.NotKnown, null, PeopleShown.NotSaid, null, Children: false, Generated: false);

    public static (PictureRecord Record, int Seen) Read(IFormCollection sent)
    {
        string One(string name) => sent[name].ToString().ReplaceLineEndings("\n").Trim();
        string? Day(string name) => One(name) is { Length: > 0 } day ? day : null;
        return (
            new PictureRecord(
                new PictureDetails(One("title"), Folder(sent["folder"]), One("alt"), One("holder"), One("from"), One("document"), One("consent")),
                Enum.TryParse<PictureSource>(One("source"), out var source) && Enum.IsDefined(source) ? source : PictureSource.NotKnown,
                Day("licence-until"),
                Enum.TryParse<PeopleShown>(One("people"), out var people) && Enum.IsDefined(people) ? people : PeopleShown.NotSaid,
                Day("consent-until"),
                One("children") == "true",
                One("generated") == "true"),
            int.TryParse(sent["over"].ToString() is { Length: > 0 } over ? over : sent["seen"], System.Globalization.CultureInfo.InvariantCulture, out var seen) ? seen : 0);
    }

    /// <summary>"Products / Merlin/" as "Products/Merlin".</summary>
    public static string Folder(string? typed) => string.Join('/', (typed ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}

/// <summary>Reads what the library's pages show.</summary>
public sealed class LibraryPages(CountersignDb db, LibraryReader library, ShellReader shell, Actor actor, TimeProvider clock)
{
    public async Task<IResult> ShowListAsync(LibraryQuestion question, Guid? draft, CancellationToken stop, IReadOnlyList<string>? problems = null, int added = 0)
    {
        if (!LibraryPicture.MayRead(actor))
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        var model = new LibraryModel(await shell.ReadAsync(stop), question, await library.ListAsync(question, LocalTime.Zone, stop), Today, LibraryPicture.Keeps(actor), draft, problems, added);
        var status = problems is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
        return draft is null ? Pages.Show<LibraryListPage>(new { Model = model }, status) : Pages.Show<LibraryPickPage>(new { Model = model }, status);
    }

    public async Task<IResult> ShowOneAsync(Guid id, CancellationToken stop, PictureRecord? typed = null, int? seen = null, Refusal? refusal = null, string? back = null, string? done = null)
    {
        if (!LibraryPicture.MayRead(actor) || await library.FindAsync(id, LocalTime.Zone, stop) is not { } kept)
            return Results.NotFound();
        var names = await db.People.AsNoTracking().ToDictionaryAsync(person => person.Id, person => person.Name, stop);
        var folders = (await library.ListAsync(new LibraryQuestion(null, null, LibraryShow.All), LocalTime.Zone, stop)).Folders;
        var model = new LibraryRecordModel(
            await shell.ReadAsync(stop), kept, typed ?? kept.Picture.Record, seen ?? kept.Picture.Revision, await library.UsesAsync(kept.Picture.Sha256, actor, stop), [.. folders.Select(folder => folder.Folder)],
            names.GetValueOrDefault(kept.Picture.AddedBy, Actor.Automation.Name), names.GetValueOrDefault(kept.Picture.ChangedBy, Actor.Automation.Name), clock.GetUtcNow(), Today, LibraryPicture.Keeps(actor) && !kept.Picture.IsErased, refusal, IsDraft(back) ? back : null, done);
        return Pages.Show<LibraryRecordPage>(new { Model = model }, refusal is null ? StatusCodes.Status200OK : refusal.Code == "not-entitled" ? StatusCodes.Status403Forbidden : StatusCodes.Status422UnprocessableEntity);
    }

    public Task<IResult> AfterAsync(Guid id, Refusal? refusal, string done, string? back, CancellationToken stop) =>
        refusal is null ? Task.FromResult(Results.LocalRedirect($"/library/{id}?done={done}{BackQuery(back)}")) : ShowOneAsync(id, stop, refusal: refusal, back: back);

    internal static string BackQuery(string? back) => IsDraft(back) ? $"&back={back}" : "";

    private DateOnly Today => DateOnly.FromDateTime(LocalTime.At(clock.GetUtcNow()));

    private static bool IsDraft(string? back) => back?.StartsWith("/compose/", StringComparison.Ordinal) == true && Guid.TryParse(back["/compose/".Length..], out _);
}

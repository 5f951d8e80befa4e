using System.Globalization;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Publishing.Thumbnails;
using Countersign.Storage;
using Countersign.Web.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Publishing;

/// <summary>Writing a post. Whatever is refused comes back with everything that was typed.</summary>
public static class ComposeEndpoints
{
    /// <summary>Bytes. An upload too large for us is still read to its end, up to this, so that the words sent with it are not lost.</summary>
    internal const long LargestUpload = 64 * 1024 * 1024;

    public static void MapCompose(this IEndpointRouteBuilder site)
    {
        site.MapGet("/compose", (HttpContext context, TimeProvider clock) => Results.LocalRedirect($"/compose/{Guid.CreateVersion7(clock.GetUtcNow())}{context.Request.QueryString}"));
        site.MapGet("/compose/{id:guid}", ShowAsync);
        site.MapPost("/compose/{id:guid}", SaveAsync);
        site.MapPost("/compose/{id:guid}/check", async (Guid id, IFormCollection form, ComposeReader reader, CancellationToken stop) =>
            Pages.Show<ComposeLive>(new { Check = await reader.CheckAsync(id, ComposeForm.Read(form), stop) }));
        site.MapPost("/compose/{id:guid}/autosave", AutosaveAsync);
        site.MapPost("/compose/{id:guid}/picture", PictureAsync).WithMetadata(new RequestSizeLimitAttribute(LargestUpload));
        site.MapPost("/compose/{id:guid}/discard", async (Guid id, IFormCollection _, CountersignDb db, Actor actor, CancellationToken stop) =>
        {
            await Autosaves.ForgetAsync(db, actor.Id, id, stop);
            return Results.LocalRedirect($"/compose/{id}");
        });
        site.MapGet("/compose/{id:guid}/presence", async (Guid id, string? tab, WriteTogether together, CountersignDb db, Actor actor, CancellationToken stop) =>
            Pages.Show<ComposePresence>(new { Who = await MayWriteAsync(db, id, actor, stop) ? await together.ReadAsync(id, tab, actor, stop) : WhoWrites.Nobody }));
        site.MapPost("/compose/{id:guid}/here", async (Guid id, [FromForm] string? tab, WriteTogether together, CountersignDb db, Actor actor, CancellationToken stop) =>
        {
            if (!await MayWriteAsync(db, id, actor, stop))
                return Results.NotFound();
            await together.HereAsync(id, tab ?? "", actor, stop);
            return Pages.Show<ComposePresence>(new { Who = await together.ReadAsync(id, tab, actor, stop) });
        });
        site.MapPost("/compose/{id:guid}/gone", async (Guid id, [FromForm] string? tab, WriteTogether together, Actor actor, CancellationToken stop) =>
        {
            await together.GoneAsync(id, tab ?? "", actor, stop);
            return Results.NoContent();
        });
        site.MapGet("/media/{sha256}", async (string sha256, HttpContext context, CountersignDb db, Actor actor, CancellationToken stop) =>
        {
            if (!await DraftAccess.MayReadPictureAsync(db, sha256, actor, stop) || await db.Media.AsNoTracking().SingleOrDefaultAsync(media => media.Sha256 == sha256, stop) is not { Bytes.Length: > 0 } media)
                return Results.NotFound();
            context.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
            return Results.Bytes(media.Bytes, media.ContentType);
        });
        site.MapGet("/media/{sha256}/small", async (string sha256, HttpContext context, CountersignDb db, SmallPictures pictures, Actor actor, CancellationToken stop) =>
        {
            if (!await DraftAccess.MayReadPictureAsync(db, sha256, actor, stop) || await pictures.FindAsync(db, sha256, stop) is not { } small)
                return Results.NotFound();
            context.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
            return Results.Bytes(small.Bytes, small.ContentType);
        });
    }

    private static async Task<IResult> ShowAsync(Guid id, [AsParameters] ComposeTargetQuery other, [FromQuery] string? account, [FromQuery] string? date, [FromQuery] string? writing, [FromQuery] Guid? campaign, ComposeReader reader, CountersignDb db, TimeProvider clock, CancellationToken stop)
    {
        var draft = await db.Drafts.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, stop);
        if (draft is not null && (!draft.IsOpen || await IsOnItsWayAsync(db, id, stop)))
            return Results.LocalRedirect($"/posts/{id}");
        var planned = DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : (DateOnly?)null;
        var beginning = await other.BeginAsync(db, stop) is { } answer ? answer(clock.GetUtcNow()) : ComposeForm.Empty(Guid.TryParse(account, out var chosen) ? [chosen] : [], planned, clock.GetUtcNow()) with { Campaign = campaign };
        var model = await reader.ReadAsync(id, null, null, stop, beginning);
        return Show(writing is null || model is null ? model : model with { IsGoingOn = true });
    }

    private static async Task<IResult> SaveAsync(Guid id, IFormCollection sent, ComposeChanges changes, ComposeDraft compose, SplitIntoThread split, SendForApproval send, ComposeReader reader, CountersignDb db, Actor actor, TimeProvider clock, CancellationToken stop)
    {
        var form = ComposeForm.Read(sent);
        // Pressed where both versions were shown: mine goes on top of the one I saw there.
        if (int.TryParse(sent["over"], CultureInfo.InvariantCulture, out var over))
            form = form with { Seen = over };
        if (sent["do"] == "check")
            return Show(await reader.ReadAsync(id, form, null, stop));
        if (sent["do"] == "no-target")
            return Show(await reader.ReadAsync(id, form with { Target = "", Shape = form.Shape with { Kind = PostKind.Post, Target = null } }, null, stop));
        if (ThreadButton.Read(sent["do"]) is { } button)
        {
            var cut = await split.RunAsync(form.Text, form.Shape, button.Account, button.Numbered, stop);
            return cut.IsTaken ? Show(await reader.ReadAsync(id, form with { Shape = cut.Taken }, null, stop)) : await RefuseAsync(id, form, cut.Refusal, reader, stop);
        }
        if (sent["do"].ToString() is { Length: > 0 } act && act is not ("save" or "send"))
            return Show(await changes.MakeAsync(id, form, act, stop));

        var saved = await db.Drafts.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, stop);
        var version = form.Seen;
        if (saved is null || saved.Stage == DraftStage.Held || saved.Version != form.Seen || !form.IsAsSaved(saved, clock.GetUtcNow()))
        {
            var composed = await compose.RunAsync(id, (await reader.WithTargetAsync(id, form, stop)).ToDraft(), actor, stop);
            if (!composed.IsTaken)
                return await RefuseAsync(id, form, composed.Refusal, reader, stop);
            version++;
        }

        await Autosaves.ForgetAsync(db, actor.Id, id, stop);
        if (sent["do"] != "send")
            return Results.LocalRedirect($"/compose/{id}");
        var done = await send.RunAsync(id, version, actor, stop);
        return done.IsTaken
            ? Results.LocalRedirect($"/posts/{id}")
            : await RefuseAsync(id, form with { Seen = version }, done.Refusal, reader, stop);
    }

    private static async Task<IResult> AutosaveAsync(Guid id, IFormCollection sent, CountersignDb db, Actor actor, TimeProvider clock, CancellationToken stop)
    {
        var (now, fields) = (clock.GetUtcNow(), ComposeForm.Read(sent).Write());
        if (fields.Length > Autosaves.MaxFields)
            return Results.Content("Too long to be kept", "text/html");
        return Results.Content(await Autosaves.KeepAsync(db, actor.Id, id, fields, now, stop) ? $"Kept {LocalTime.TimeOfDay(now)}, not saved" : "Not kept: this draft is over", "text/html");
    }

    /// <summary>Adds or removes a picture. The words go into the autosave, so that the page can be loaded again without sending the file twice.</summary>
    private static async Task<IResult> PictureAsync(Guid id, IFormCollection sent, AddPicture add, CleanPicture clean, ComposeReader reader, CountersignDb db, Actor actor, TimeProvider clock, CancellationToken stop)
    {
        // From the page that chooses, only the picture comes; the words were kept before.
        var form = sent.ContainsKey("seen") ? ComposeForm.Read(sent) : await reader.CurrentAsync(id, stop);
        if (form is null)
            return Results.NotFound();
        if (sent["pick"] is [{ } picked, ..])
        {
            if (!await DraftAccess.MayReadPictureAsync(db, picked, actor, stop))
                return await RefuseAsync(id, form, new Refusal("no-picture", "That picture is gone. Choose another."), reader, stop);
            var alt = await db.LibraryPictures.AsNoTracking().Where(picture => picture.Sha256 == picked).Select(picture => picture.Details).SingleOrDefaultAsync(stop);
            if (form.Pictures.All(picture => picture.Sha256 != picked))
                form = form with { Pictures = [.. form.Pictures, (picked, alt?.Alt ?? "")] };
        }
        else if (sent["clean"] is [{ } located, ..])
        {
            var copy = await clean.RunAsync(located, actor, stop);
            if (!copy.IsTaken)
                return await RefuseAsync(id, form, copy.Refusal, reader, stop);
            form = form with { Pictures = [.. form.Pictures.Select(picture => picture.Sha256 == located ? (copy.Taken.Sha256, picture.Alt) : picture)] };
        }
        else if (sent["remove"] is [{ } removed, ..])
        {
            form = form with { Pictures = [.. form.Pictures.Where(picture => picture.Sha256 != removed)] };
        }
        else
        {
            var added = sent.Files["file"] is { } file ? await ReadAsync(file, add, actor, stop) : new Refusal("no-file", "Choose a picture first.");
            if (!added.IsTaken)
                return await RefuseAsync(id, form, added.Refusal, reader, stop);
            if (form.Pictures.All(picture => picture.Sha256 != added.Taken.Sha256))
                form = form with { Pictures = [.. form.Pictures, (added.Taken.Sha256, "")] };
        }

        if (form.Text.Length > Draft.MaxText)
            return Show(await reader.ReadAsync(id, form, null, stop));
        await Autosaves.KeepAsync(db, actor.Id, id, form.Write(), clock.GetUtcNow(), stop);
        return Results.LocalRedirect($"/compose/{id}?writing=on#pictures");
    }

    internal static async Task<Decision<Media>> ReadAsync(IFormFile file, AddPicture add, Actor actor, CancellationToken stop)
    {
        if (file.Length > AddPicture.MaxBytes)
            return AddPicture.TooLarge(file.Length);
        var bytes = new byte[file.Length];
        await using var stream = file.OpenReadStream();
        await stream.ReadExactlyAsync(bytes, stop);
        return await add.RunAsync(bytes, actor, stop);
    }

    internal static async Task<IResult> RefuseAsync(Guid id, ComposeForm form, Refusal refusal, ComposeReader reader, CancellationToken stop) =>
        Show(await reader.ReadAsync(id, form, refusal, stop), StatusCodes.Status422UnprocessableEntity);

    private static IResult Show(ComposeModel? model, int status = StatusCodes.Status200OK) =>
        model is null ? Results.NotFound() : Pages.Show<ComposePage>(new { Model = model }, status);

    private static async Task<bool> MayWriteAsync(CountersignDb db, Guid id, Actor actor, CancellationToken stop) =>
        actor.HoldsAnywhere(Role.Author) && (await db.Drafts.AsNoTracking().SingleOrDefaultAsync(draft => draft.Id == id, stop) is not { } draft || await DraftAccess.MayReadAsync(db, draft, actor, stop));

    /// <summary>True once words may have reached a network: they are read, not written, from then on.</summary>
    internal static async Task<bool> IsOnItsWayAsync(CountersignDb db, Guid id, CancellationToken stop) =>
        (await db.Publications.AsNoTracking().Where(publication => publication.DraftId == id).ToListAsync(stop)).Exists(publication => publication.MayHaveLeft || publication.State == PublicationState.Claimed);
}

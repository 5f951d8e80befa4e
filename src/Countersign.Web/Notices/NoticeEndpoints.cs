using System.Globalization;
using Countersign.Decisions;
using Countersign.Mail;
using Countersign.Notices;
using Countersign.People;
using Countersign.Storage;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Controls;
using Countersign.Web.Shared.Frame;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Notices;

/// <summary>What a person was told, and how they want to be told. Everybody sees their own and nobody else's.</summary>
public static class NoticeEndpoints
{
    public const string Place = "/notifications";

    public static void MapNotices(this IEndpointRouteBuilder site)
    {
        site.MapGet("/bell", async (ShellReader shell, CancellationToken stop) => Pages.Show<Bell>(new { Model = await shell.ReadBellAsync(stop) }));
        site.MapGet(Place, async (string? show, int? page, string? done, NoticePages pages, CancellationToken stop) => await pages.ShowAsync(show == "new", page ?? 1, done, stop));
        site.MapGet($"{Place}/list", async (string? show, int? page, NoticePages pages, CancellationToken stop) => Pages.Show<NoticeRows>(new { Model = await pages.ReadAsync(show == "new", page ?? 1, stop) }));
        site.MapGet($"{Place}/settings", async (string? done, NoticePages pages, CancellationToken stop) => await pages.SettingsAsync(null, null, done == "saved", stop));
        site.MapPost($"{Place}/settings", ChooseAsync);

        // Opening it is reading it; only the reader's own mark changes.
        site.MapGet($"{Place}/{{id:guid}}", async (Guid id, ReadNotices read, Actor actor, CancellationToken stop) =>
            await read.OneAsync(id, actor, stop) is { } notice ? Results.LocalRedirect($"/{NoticeWords.Path(notice.Kind, notice.Subject)}") : Results.NotFound());
        site.MapPost($"{Place}/{{id:guid}}/read", async (Guid id, [FromForm] string? back, ReadNotices read, Actor actor, CancellationToken stop) =>
            await read.OneAsync(id, actor, stop) is null ? Results.NotFound() : Results.LocalRedirect(back == "new" ? $"{Place}?show=new" : Place));
        site.MapPost($"{Place}/read", ReadAllAsync);
    }

    private static async Task<IResult> ReadAllAsync([FromForm] string? until, ReadNotices read, Actor actor, TimeProvider clock, CancellationToken stop)
    {
        // In whole microseconds, as both databases keep them.
        var shown = long.TryParse(until, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < DateTimeOffset.MaxValue.UtcTicks ? new DateTimeOffset(at, TimeSpan.Zero) : clock.GetUtcNow();
        await read.AllAsync(shown, actor, stop);
        return Results.LocalRedirect($"{Place}?done=read");
    }

    private static async Task<IResult> ChooseAsync(IFormCollection form, ChooseNotices choose, Actor actor, NoticePages pages, CancellationToken stop)
    {
        var ways = new Dictionary<NoticeKind, NoticeWay>();
        foreach (var kind in Enum.GetValues<NoticeKind>())
        {
            if (Enum.TryParse<NoticeWay>(form[$"way-{kind}"], out var way) && Enum.IsDefined(way))
                ways[kind] = way;
        }

        var choice = new NoticeChoice(ways, Time(form["quietFrom"]), Time(form["quietUntil"]), form["zone"].ToString(), Time(form["morning"]) ?? NoticeChoice.Usual("UTC").MorningAt);
        return await choose.RunAsync(choice, actor, stop) is { IsTaken: false, Refusal: var refusal }
            ? await pages.SettingsAsync(choice, refusal, saved: false, stop)
            : Results.LocalRedirect($"{Place}/settings?done=saved");
    }

    private static TimeOnly? Time(string? typed) => TimeOnly.TryParseExact(typed, ["HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
}

/// <param name="OnlyNew">Without what was read or is over.</param>
/// <param name="Channel">What the list listens for.</param>
public sealed record NoticesModel(NoticeList List, bool OnlyNew, string Channel, DateTimeOffset Now)
{
    public string Address(int page, string part = "") => $"{NoticeEndpoints.Place}{part}?page={page}{(OnlyNew ? "&show=new" : "")}";
}

/// <param name="MailIsOpen">False where this installation sends no e-mail.</param>
public sealed record NoticeSettingsModel(NoticeChoice Choice, bool MailIsOpen, string Email, Refusal? Refusal, bool Saved)
{
    public IReadOnlyList<Option> Ways(NoticeKind kind) => [.. NoticeChoice.WaysOf(kind).Select(way => new Option(way.ToString(), Say(way)))];

    private static string Say(NoticeWay way) => way switch
    {
        NoticeWay.None => "Not at all",
        NoticeWay.Page => "On the page",
        NoticeWay.Digest => "On the page and in the daily e-mail",
        _ => "On the page and by e-mail at once",
    };
}

/// <summary>Reads what the pages of notifications show.</summary>
public sealed class NoticePages(NoticesReader notices, NoticeBook book, MailRoute route, ShellReader shell, Actor actor, CountersignDb db, TimeProvider clock)
{
    public async Task<NoticesModel> ReadAsync(bool onlyNew, int page, CancellationToken stop) =>
        new(await notices.ListAsync(actor, onlyNew, page, stop), onlyNew, NoticeBook.Channel(actor.Id), clock.GetUtcNow());

    public async Task<IResult> ShowAsync(bool onlyNew, int page, string? done, CancellationToken stop) =>
        Pages.Show<NoticesPage>(new { Shell = await shell.ReadAsync(stop), Model = await ReadAsync(onlyNew, page, stop), AllRead = done == "read" });

    /// <param name="typed">What was refused; null shows what holds.</param>
    public async Task<IResult> SettingsAsync(NoticeChoice? typed, Refusal? refusal, bool saved, CancellationToken stop)
    {
        var email = await db.People.AsNoTracking().Where(person => person.Id == actor.Id).Select(person => person.Email).SingleAsync(stop);
        var model = new NoticeSettingsModel(typed ?? await book.ChoiceAsync(actor.Id, stop), route.IsOpen, email, refusal, saved);
        return Pages.Show<NoticeSettingsPage>(new { Shell = await shell.ReadAsync(stop), Model = model }, refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}

using System.Globalization;
using Countersign.Decisions;
using Countersign.Planning;
using Countersign.Publishing;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;

namespace Countersign.Web.Publishing;

/// <summary>Giving a post another time: dropped on a day, or typed. What it does is said first.</summary>
public static class MoveEndpoints
{
    /// <summary>Offered where a post has no time yet and nothing is free.</summary>
    private const string UsualTime = "09:00";

    private const int Suggestions = 3;

    public static void MapMove(this IEndpointRouteBuilder site)
    {
        site.MapGet("/calendar/move/{id:guid}", ShowAsync);
        site.MapPost("/calendar/move/{id:guid}", MoveAsync);
    }

    /// <summary>What was moved, as the calendar's address says it.</summary>
    public static async Task<MovedPost?> ReadAsync(IQueryCollection address, RescheduleDraft reschedule, Actor actor, CancellationToken stop)
    {
        if (!Guid.TryParse(address["moved"], out var id) || await reschedule.LookAsync(id, null, new Refusal("", ""), actor, stop) is not { Draft: { Slot: { } slot } draft })
            return null;
        var was = address["was"].ToString().Split('~');
        var undo = was.Length == 3 && draft.Version.ToString(CultureInfo.InvariantCulture) == address["v"] && was[0].Split('T') is [var date, var time] ? Slots.Resolve(date, time, was[1], was[2] == "2").Taken : null;
        return new MovedPost(id, CalendarReader.Title(draft.Title), $"{English.ShortWeekday(DayOf(slot))} {English.Day(DayOf(slot))}, {LocalTime.TimeOfDay(slot.Instant)}", draft.Version, undo, was is [_, _, "2"]);
    }

    private static async Task<IResult> ShowAsync(Guid id, HttpRequest http, RescheduleDraft reschedule, FindFreeTime free, ShellReader shell, Actor actor, CancellationToken stop)
    {
        if (await reschedule.LookAsync(id, null, new Refusal("", ""), actor, stop) is not { } outlook)
            return Results.NotFound();
        var draft = outlook.Draft;
        var suggestions = await SuggestAsync(draft, free, stop);
        var form = Begin(draft, http.Query, suggestions);
        var chosen = http.Query.ContainsKey("date") || http.Query.ContainsKey("to");
        if (chosen)
            outlook = (await reschedule.LookAsync(id, form.Seen, Slots.Resolve(form.Date, form.Time, form.Zone, form.Later), actor, stop))!;
        else if (!draft.MayReschedule(actor, [.. outlook.Accounts.Select(account => account.Ref)]))
            outlook = (await reschedule.LookAsync(id, null, Slots.Resolve(form.Date, form.Time, form.Zone, later: false), actor, stop))!;
        return await AnswerAsync(http, new MoveModel(id, form, outlook, chosen || outlook.Slot is not null ? outlook.Refusal : null) { Suggestions = suggestions }, shell, stop);
    }

    private static async Task<IResult> MoveAsync(Guid id, HttpRequest http, IFormCollection sent, RescheduleDraft reschedule, FindFreeTime free, ShellReader shell, Actor actor, CancellationToken stop)
    {
        var form = Read(name => sent[name] is [.., { } last] ? last : "");
        var wish = Slots.Resolve(form.Date, form.Time, form.Zone, form.Later);
        if (await reschedule.LookAsync(id, form.Seen, wish, actor, stop) is not { } outlook)
            return Results.NotFound();
        var old = outlook.Draft.Slot;
        // Warnings that were not on the screen are shown before anything is done.
        if (outlook.Refusal is null && outlook.Warnings.Count > 0 && sent["despite"] != "on")
            return await AnswerAsync(http, new MoveModel(id, form, outlook, null) { Suggestions = await SuggestAsync(outlook.Draft, free, stop) }, shell, stop);
        var moved = await reschedule.RunAsync(id, form.Seen ?? 0, wish, actor, stop);
        if (!moved.IsTaken)
            return await AnswerAsync(http, new MoveModel(id, form, outlook, moved.Refusal) { Suggestions = await SuggestAsync(outlook.Draft, free, stop) }, shell, stop);
        var was = old is null ? "" : $"&was={Uri.EscapeDataString($"{old.Local}~{old.Zone}~{(IsLater(old) ? 2 : 1)}")}";
        return Results.LocalRedirect($"{form.Back}&moved={id}&v={form.Seen + 1}{was}");
    }

    private static async Task<IResult> AnswerAsync(HttpRequest http, MoveModel model, ShellReader shell, CancellationToken stop)
    {
        var status = model.Refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
        return http.Headers.ContainsKey("X-Dialog")
            ? Pages.Show<MoveDialog>(new { Model = model }, status)
            : Pages.Show<MovePage>(new { Model = model with { Shell = await shell.ReadAsync(stop) } }, HttpMethods.IsGet(http.Method) ? StatusCodes.Status200OK : status);
    }

    /// <summary>Where the form begins: what was typed, or the day it was dropped on at its own time of day, or its present time, or the next free one.</summary>
    private static MoveForm Begin(Draft draft, IQueryCollection address, IReadOnlyList<FreeTime> suggestions)
    {
        var typed = Read(name => address[name].ToString());
        if (typed.Date.Length > 0)
            return typed;
        if (DateOnly.TryParseExact(address["to"], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var to))
        {
            if (draft.Slot is not { } slot)
                return typed with { Date = Iso(to), Time = suggestions.FirstOrDefault(free => free.Date == Iso(to))?.Time ?? UsualTime, Zone = LocalTime.Zone };
            // Days are counted on the calendar's clock; the time of day stays on the clock it was chosen on.
            var day = DateOnly.ParseExact(slot.Local[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture).AddDays(to.DayNumber - DayOf(slot).DayNumber);
            return typed with { Date = Iso(day), Time = slot.Local[11..16], Zone = slot.Zone };
        }

        return draft.Slot is { } now ? typed with { Date = now.Local[..10], Time = now.Local[11..16], Zone = now.Zone }
            : suggestions is [var first, ..] ? typed with { Date = first.Date, Time = first.Time, Zone = first.Zone }
            : typed with { Time = UsualTime };
    }

    private static MoveForm Read(Func<string, string> field) => new(
        int.TryParse(field("seen"), CultureInfo.InvariantCulture, out var seen) ? seen : null,
        field("date"),
        field("time"),
        field("zone") is { Length: > 0 } zone ? zone : LocalTime.Zone,
        field("later") switch { "on" => true, "off" => false, _ => null },
        field("back") is { } back && back.StartsWith("/calendar?", StringComparison.Ordinal) && LocalAddress.IsHere(back) ? back.Split("&moved=")[0] : CalendarQuery.Everything.Address);

    private static async Task<IReadOnlyList<FreeTime>> SuggestAsync(Draft draft, FindFreeTime free, CancellationToken stop) =>
        draft.AccountIds.Count == 0 ? [] : (await free.RunAsync(draft.Id, [.. draft.AccountIds], LocalTime.Zone, Suggestions, stop)).Times;

    private static bool IsLater(Slot slot) => Slots.Resolve(slot.Local[..10], slot.Local[11..16], slot.Zone).Taken is { } first && first.Instant != slot.Instant;

    private static DateOnly DayOf(Slot slot) => DateOnly.FromDateTime(LocalTime.At(slot.Instant));

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

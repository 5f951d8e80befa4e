using Countersign.Decisions;
using Countersign.Planning;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Web.Shared;

namespace Countersign.Web.Publishing;

/// <summary>Puts the next free time of all chosen accounts into the form. Nothing is saved by that; what was typed is kept.</summary>
public static class BestTime
{
    public static void MapBestTime(this IEndpointRouteBuilder site) => site.MapPost("/compose/{id:guid}/best-time", ChooseAsync);

    private static async Task<IResult> ChooseAsync(Guid id, IFormCollection sent, FindFreeTime find, ComposeReader reader, CountersignDb db, Actor actor, TimeProvider clock, CancellationToken stop)
    {
        var form = ComposeForm.Read(sent);
        var found = await FindAsync(id, form, find, stop);
        if (found.Taken is not { } time || form.Text.Length > Draft.MaxText)
            return await reader.ReadAsync(id, form with { AtTime = true }, found.Refusal, stop) is { } model ? Pages.Show<ComposePage>(new { Model = model }, StatusCodes.Status422UnprocessableEntity) : Results.NotFound();

        await Autosaves.KeepAsync(db, actor.Id, id, (form with { AtTime = true, Date = time.Date, Time = time.Time, Zone = time.Zone }).Write(), clock.GetUtcNow(), stop);
        return Results.LocalRedirect($"/compose/{id}?writing=on#when-h");
    }

    /// <summary>Asked again, it goes on from the time that is in the form.</summary>
    private static async Task<Decision<FreeTime>> FindAsync(Guid id, ComposeForm form, FindFreeTime find, CancellationToken stop)
    {
        if (form.Accounts.Count == 0)
            return new Refusal("no-free-time", "Choose the accounts first: each has its own times.");
        var times = await find.RunAsync(id, form.Accounts, LocalTime.Zone, 12, stop);
        var now = form.AtTime ? Slots.Resolve(form.Date, form.Time, form.Zone).Taken?.Instant : null;
        var next = times.Times.FirstOrDefault(time => !times.Times.Any(one => one.Instant == now) || time.Instant > now) ?? (times.Times is [var first, ..] ? first : null);
        return next is not null ? next : new Refusal("no-free-time", $"No time is free in the next {FreeTimes.DaysAhead} days. {string.Join(". ", times.PassedOver)}");
    }
}

using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.People;
using Countersign.Publishing;
using Countersign.Standing;
using Countersign.Storage;
using Countersign.Web.Evidence;
using Countersign.Web.Hosting;
using Countersign.Web.Publishing;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Planning;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Standing;

/// <summary>What stands on networks and should not, or not so: seeing it and deciding.</summary>
public static class IncidentEndpoints
{
    public static void MapIncidents(this IEndpointRouteBuilder site)
    {
        site.MapGet("/incidents", async (string? state, string? kind, Guid? account, IncidentPages pages, CancellationToken stop) => await pages.ShowListAsync(state, kind, account, stop));
        site.MapGet("/incidents/{id:guid}", async (Guid id, IncidentPages pages, CancellationToken stop) => await pages.ShowOneAsync(id, stop));
        site.MapPost("/incidents/{id:guid}/decide", DecideAsync);
        site.MapPost("/incidents/{id:guid}/link", async (Guid id, [FromForm] Guid? delivery, LinkIncident link, Actor actor, IncidentPages pages, CancellationToken stop) =>
            await AnswerAsync(id, (await link.RunAsync(id, delivery ?? Guid.Empty, actor, stop)).Refusal, null, pages, stop));
        site.MapPost("/standing/{id:guid}/withdraw", async (Guid id, IFormCollection _, AskWithdrawal ask, Actor actor, IncidentPages pages, CancellationToken stop) =>
            await ask.RunAsync(id, actor, stop) is { IsTaken: true, Taken: var opened } ? Results.LocalRedirect($"/incidents/{opened.Subject}") : await pages.ShowOfAsync(id, stop));
    }

    private static async Task<IResult> DecideAsync(Guid id, [FromForm] string? decision, [FromForm] string? reason, OrderTakeDown order, AcceptIncident accept, Actor actor, IncidentPages pages, CancellationToken stop)
    {
        var refusal = decision switch
        {
            "take-down" => (await order.RunAsync(id, reason ?? "", actor, stop)).Refusal,
            "accept" => (await accept.RunAsync(id, reason ?? "", actor, stop)).Refusal,
            _ => new Refusal("no-decision", "Choose: take it down, or leave it as it is."),
        };
        return await AnswerAsync(id, refusal, reason, pages, stop);
    }

    private static async Task<IResult> AnswerAsync(Guid id, Refusal? refusal, string? reason, IncidentPages pages, CancellationToken stop) =>
        refusal is null ? Results.LocalRedirect($"/incidents/{id}") : await pages.ShowOneAsync(id, stop, refusal, reason);
}

/// <summary>Reads what the pages of incidents show.</summary>
public sealed class IncidentPages(CountersignDb db, Incidents incidents, AuditTrail trail, ShellReader shell, Actor actor, TimeProvider clock)
{
    public async Task<IResult> ShowListAsync(string? state, string? kind, Guid? account, CancellationToken stop)
    {
        var question = new IncidentQuestion(
            state switch { "closed" => false, "all" => null, _ => true },
            Enum.TryParse<IncidentKind>(kind, out var chosen) && Enum.IsDefined(chosen) ? chosen : null,
            account);
        var accounts = (await db.Accounts.AsNoTracking().OrderBy(row => row.Title).ToListAsync(stop)).FindAll(row => Incidents.MayRead(actor, row.Ref));
        var model = new IncidentsModel(
            question,
            await incidents.ListAsync(question, actor, stop),
            await incidents.CountOpenAsync(actor, stop),
            await incidents.TimesAsync(actor, stop),
            await incidents.LastReviewAsync(stop),
            accounts,
            clock.GetUtcNow());
        return Pages.Show<IncidentsPage>(new { Shell = await shell.ReadAsync(stop), Model = model });
    }

    public async Task<IResult> ShowOneAsync(Guid id, CancellationToken stop, Refusal? refusal = null, string? reason = null)
    {
        if (await incidents.FindAsync(id, actor, stop) is not { } detail)
            return Results.NotFound();
        var account = detail.Row.Account;
        var model = new IncidentModel(
            detail,
            detail.Assessment is { } assessment ? FindingViews.Of(assessment) : FindingViews.None,
            await HistoryAsync(detail.Row, stop),
            await db.People.AsNoTracking().Where(person => person.Id == detail.Row.Incident.DecidedBy).Select(person => person.Name).SingleOrDefaultAsync(stop),
            TakeDown.WhyNot(actor, account.Ref) ?? (detail.CanTakeDown ? null : "This network does not let a program take posts down. Take it down on its own page; the next reading sees that."),
            Incident.WhyNot(actor, account.Ref),
            clock.GetUtcNow())
        { Refusal = refusal, Reason = reason };
        return Pages.Show<IncidentPage>(new { Shell = await shell.ReadAsync(stop), Model = model }, refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>After a withdrawal that was refused: the page of the task there is, or of the post.</summary>
    public async Task<IResult> ShowOfAsync(Guid standing, CancellationToken stop)
    {
        var open = await db.Incidents.AsNoTracking().Where(incident => incident.StandingId == standing && incident.Kind == IncidentKind.Withdraw && incident.Outcome == null).Select(incident => (Guid?)incident.Id).FirstOrDefaultAsync(stop);
        return open is { } task ? await ShowOneAsync(task, stop, new Refusal("open", "Its withdrawal was asked for already.")) : Results.StatusCode(StatusCodes.Status403Forbidden);
    }

    private async Task<List<TimelineEntry>> HistoryAsync(IncidentRow row, CancellationToken stop)
    {
        var entries = new List<AuditEntry>();
        foreach (var name in (string?[])[row.Incident.Object, row.Post.Object, row.Order?.Object])
        {
            if (name is not null)
                entries.AddRange(await trail.ListAsync(new LogQuestion(Object: name), stop));
        }

        // The page is about one post, so every line is.
        return [.. entries.OrderBy(entry => entry.Seq).Select(entry => AuditWords.OnTimeline(entry) with { What = $"{entry.Actor} {AuditWords.Verb(entry.Act)} it{(entry.Ok ? "" : ": refused")}" })];
    }
}

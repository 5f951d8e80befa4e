using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Mail;
using Countersign.People;
using Countersign.Storage;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Evidence;

/// <param name="AddedBy">The name of who added it.</param>
public sealed record RecipientRow(Recipient Recipient, string AddedBy);

/// <param name="Auditors">Addresses of those who get statements for their role.</param>
/// <param name="Closed">Why this person sees no addresses, or null.</param>
/// <param name="Off">Why this person cannot change it; null where they can.</param>
/// <param name="Trouble">Of the newest mail that did not go out.</param>
/// <param name="At">When the next one goes out, by the organisation's clock.</param>
public sealed record StatementsModel(IReadOnlyList<RecipientRow> Recipients, IReadOnlyList<string> Auditors, bool IsOpen, Statement? Last, TimeOnly At, int Waiting, int GivenUp, string? Trouble, string? Closed, string? Off, string Typed, DateTimeOffset Now, Refusal? Refusal, string? Done);

/// <summary>Reads what the page of statements shows.</summary>
public sealed class StatementPages(CountersignDb db, SendStatement statements, MailRoute route, ShellReader shell, Actor actor, TimeProvider clock)
{
    public async Task<IResult> ShowAsync(string typed, Refusal? refusal, string? done, CancellationToken stop)
    {
        var closed = Recipient.WhyNot(actor) is null || actor.HoldsAnywhere(Role.Auditor) ? null : "Who gets statements is for Compliance, Administrator and Auditor.";
        var recipients = await db.Recipients.AsNoTracking().Where(recipient => closed == null && recipient.RemovedAt == null).OrderBy(recipient => recipient.AddedAt).ToListAsync(stop);
        var adders = recipients.Select(recipient => recipient.AddedBy).Distinct().ToList();
        var people = await db.People.AsNoTracking().Where(person => adders.Contains(person.Id)).ToDictionaryAsync(person => person.Id, person => person.Name, stop);
        var model = new StatementsModel(
            [.. recipients.Select(recipient => new RecipientRow(recipient, people.GetValueOrDefault(recipient.AddedBy, "somebody")))],
            closed is null ? await statements.AuditorsAsync(stop) : [],
            route.IsOpen,
            await db.Statements.AsNoTracking().OrderByDescending(statement => statement.Day).FirstOrDefaultAsync(stop),
            route.Settings.StatementAt,
            await db.Mail.CountAsync(mail => mail.DueAt != null, stop),
            await db.Mail.CountAsync(mail => mail.DueAt == null && mail.SentAt == null, stop),
            await db.Mail.AsNoTracking().Where(mail => mail.Trouble != null).OrderByDescending(mail => mail.Id).Select(mail => mail.Trouble).FirstOrDefaultAsync(stop),
            closed,
            Recipient.WhyNot(actor),
            typed,
            clock.GetUtcNow(),
            refusal,
            done is "added" or "removed" ? done : null);
        return Pages.Show<StatementsPage>(new { Shell = await shell.ReadAsync(stop), Model = model }, closed is not null && refusal is null ? StatusCodes.Status403Forbidden : refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}

/// <summary>Choosing who outside gets the daily statement.</summary>
public static class StatementEndpoints
{
    public static void MapStatements(this IEndpointRouteBuilder site)
    {
        site.MapGet("/audit/statements", async (string? done, StatementPages pages, CancellationToken stop) => await pages.ShowAsync("", null, done, stop));
        site.MapPost("/audit/statements", async ([FromForm] string? address, ChooseRecipients choose, Actor actor, StatementPages pages, CancellationToken stop) =>
            (await choose.AddAsync(address ?? "", actor, stop)).Refusal is { } refusal ? await pages.ShowAsync(address ?? "", refusal, null, stop) : Results.LocalRedirect("/audit/statements?done=added"));
        site.MapPost("/audit/statements/{id:guid}/remove", async (Guid id, IFormCollection _, ChooseRecipients choose, Actor actor, StatementPages pages, CancellationToken stop) =>
            (await choose.RemoveAsync(id, actor, stop)).Refusal is { } refusal ? await pages.ShowAsync("", refusal, null, stop) : Results.LocalRedirect("/audit/statements?done=removed"));
    }
}

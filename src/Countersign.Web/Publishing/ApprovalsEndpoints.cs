using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Microsoft.AspNetCore.Mvc;

namespace Countersign.Web.Publishing;

/// <summary>The queue of those who sign, and one draft with everything a decision looks at.</summary>
public static class ApprovalsEndpoints
{
    public static void MapApprovals(this IEndpointRouteBuilder site)
    {
        site.MapGet("/approvals", (string? show, string? done, ApprovalsPages pages, CancellationToken stop) => pages.ShowAsync(null, show, stop, done));
        site.MapGet("/approvals/queue", async (string? show, Guid? open, ApprovalsPages pages, CancellationToken stop) => Pages.Show<ApprovalsQueue>(new { Model = await pages.QueueAsync(open, show, stop) }));
        site.MapGet("/approvals/{id:guid}", (Guid id, string? show, string? done, ApprovalsPages pages, CancellationToken stop) => pages.ShowAsync(id, show, stop, done));
        site.MapGet("/approvals/{id:guid}/changed", async (Guid id, int revision, ApprovalsPages pages, CancellationToken stop) => Pages.Show<ApprovalsChanged>(new { Id = id, Revision = revision, Changed = await pages.IsChangedAsync(id, revision, stop) }));
        site.MapPost("/approvals/{id:guid}/approve", ApproveAsync);
        site.MapPost("/approvals/{id:guid}/return", async (Guid id, [FromForm] string? reason, ReturnDraft slice, Actor actor, ApprovalsPages pages, CancellationToken stop) =>
            await pages.AnswerAsync(id, "return", reason, (await slice.RunAsync(id, reason ?? "", actor, stop)).Refusal, "returned", stop));
        site.MapPost("/approvals/{id:guid}/refuse", async (Guid id, [FromForm] string? reason, RefuseDraft slice, Actor actor, ApprovalsPages pages, CancellationToken stop) =>
            await pages.AnswerAsync(id, "refuse", reason, (await slice.RunAsync(id, reason ?? "", actor, stop)).Refusal, "refused", stop));
    }

    private static async Task<IResult> ApproveAsync(
        Guid id, [FromForm] string? seen, [FromForm] string? role, [FromForm] string? reason, [FromForm] Guid[]? opened,
        ApproveDraft approve, Actor actor, ApprovalsPages pages, CancellationToken stop)
    {
        if (SignedFor.Refuse(role, out var fills) is { } unknown)
            return await pages.AnswerAsync(id, "approve", reason, unknown, "", stop);
        var decision = await approve.RunAsync(id, seen ?? "", opened ?? [], fills, reason, actor, stop);
        return decision is { IsTaken: true, Taken: { IsComplete: true, IsLate: true } }
            ? Results.LocalRedirect($"/approvals/{id}?done=late")
            : await pages.AnswerAsync(id, "approve", reason, decision.Refusal, decision.Taken?.IsComplete == true ? "approved" : "signed", stop);
    }
}

/// <summary>Reads and shows the approvals page.</summary>
public sealed class ApprovalsPages(ShellReader shell, DraftQueue queue, ReviewDraft reviews, Actor actor, TimeProvider clock)
{
    private const string ShowAll = "all";

    public async Task<QueueModel> QueueAsync(Guid? open, string? show, CancellationToken cancellationToken)
    {
        var waiting = await queue.ListAsync(actor, cancellationToken);
        var opensAnother = open is { } id && waiting.Any(draft => draft.Draft.Id == id && !draft.IsMine);
        return new QueueModel(waiting, show == ShowAll || opensAnother, open, clock.GetUtcNow());
    }

    public async Task<bool> IsChangedAsync(Guid id, int revision, CancellationToken cancellationToken) =>
        await reviews.RunAsync(id, actor, cancellationToken) is not { } review || review.Draft.Revision != revision;

    public async Task<IResult> ShowAsync(Guid? id, string? show, CancellationToken cancellationToken, string? done = null, TypedDecision? typed = null)
    {
        var list = await QueueAsync(id, show, cancellationToken);
        // A wide screen has room for the first draft beside the list; a phone shows the list alone.
        var review = (id ?? list.First) is { } open ? await reviews.RunAsync(open, actor, cancellationToken) : null;
        if (id is not null && review is null)
            return Results.NotFound();
        var model = new ApprovalsModel(list, review, clock.GetUtcNow(), done, typed);
        return Pages.Show<ApprovalsPage>(new { Shell = await shell.ReadAsync(cancellationToken), Model = model }, typed is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>After a decision: the next draft in this person's queue, or the same page with what was typed and why it was refused.</summary>
    public async Task<IResult> AnswerAsync(Guid id, string act, string? words, Refusal? refusal, string done, CancellationToken cancellationToken)
    {
        if (refusal is not null)
            return await ShowAsync(id, null, cancellationToken, typed: new TypedDecision(act, words, refusal));
        var next = (await queue.ListAsync(actor, cancellationToken)).FirstOrDefault(draft => draft.IsMine);
        return Results.LocalRedirect(next is null ? $"/approvals?done={done}" : $"/approvals/{next.Draft.Id}?done={done}");
    }
}

using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Web.Evidence;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;

namespace Countersign.Web.Accounts;

/// <summary>Stopping, seeing what is stopped, and letting go again.</summary>
public static class LockdownEndpoints
{
    public static void MapLockdown(this IEndpointRouteBuilder site)
    {
        site.MapGet("/lockdown", ChooseAsync);
        site.MapPost("/lockdown/preview", async (IFormCollection form, LockPages pages, CancellationToken stop) => await pages.ShowAsync(LockForm.Read(form), stop));
        site.MapPost("/lockdown", LockAsync);
        site.MapGet("/lockdown/active", async (Guid[]? @new, bool? released, LockPages pages, CancellationToken stop) => await pages.ShowActiveAsync(@new ?? [], released == true, null, stop));
        site.MapPost("/lockdown/{id:guid}/propose", async (Guid id, IFormCollection _, ProposeRelease propose, Actor actor, LockPages pages, CancellationToken stop) =>
            await AnswerAsync((await propose.RunAsync(id, actor, stop)).Refusal, "/lockdown/active", pages, stop));
        site.MapPost("/lockdown/{id:guid}/confirm", async (Guid id, IFormCollection _, ConfirmRelease confirm, Actor actor, LockPages pages, CancellationToken stop) =>
            await AnswerAsync((await confirm.RunAsync(id, actor, stop)).Refusal, "/lockdown/active?released=true", pages, stop));
    }

    private static async Task<IResult> ChooseAsync(HttpRequest request, LockPages pages, CancellationToken stop)
    {
        var form = LockForm.Read(request.Query);
        return request.Headers.ContainsKey("HX-Request")
            ? Pages.Show<LockAgain>(new { Model = await pages.ReadAsync(form, stop) })
            : await pages.ShowAsync(form, stop);
    }

    /// <summary>One order for each target, one after another: what was locked before one failed stays locked, and the answer says so.</summary>
    private static async Task<IResult> LockAsync(IFormCollection fields, OrderLockdown order, Actor actor, LockPages pages, CancellationToken stop)
    {
        var form = LockForm.Read(fields);
        var (given, left, problems) = (new List<Guid>(), new List<Guid>(), new List<string>());
        foreach (var target in form.Orders.DefaultIfEmpty(Guid.Empty))
        {
            // Not the browser's token: somebody who closes the tab after the press still means it.
            var decision = await order.RunAsync(form.Scope, target, form.Reason, form.Note, actor, CancellationToken.None);
            if (decision.IsTaken)
            {
                given.Add(decision.Taken.Subject);
                continue;
            }

            left.Add(target ?? Guid.Empty);
            problems.Add(decision.Refusal.Sentence);
        }

        return problems.Count == 0
            ? Results.LocalRedirect($"/lockdown/active?{string.Join('&', given.Select(id => $"new={id}"))}")
            : await pages.ShowAsync(form with { Targets = [.. left.Where(id => id != Guid.Empty)] }, stop, given.Count, [.. problems.Distinct(StringComparer.Ordinal)]);
    }

    private static async Task<IResult> AnswerAsync(Refusal? refusal, string next, LockPages pages, CancellationToken stop) =>
        refusal is null ? Results.LocalRedirect(next) : await pages.ShowActiveAsync([], false, refusal.Sentence, stop);
}

/// <summary>Reads what the lockdown pages show.</summary>
public sealed class LockPages(WhatWouldStop stops, LocksInForce locks, AuditTrail trail, ShellReader shell, Actor actor, TimeProvider clock)
{
    public async Task<LockModel> ReadAsync(LockForm form, CancellationToken stop)
    {
        var targets = await stops.TargetsAsync(form.Scope, stop);
        var known = form with { Targets = [.. form.Targets.Where(id => targets.Any(target => target.Id == id))] };
        var chosen = known.Scope == LockScope.Everything || known.Targets.Count > 0;
        var counted = chosen ? await stops.CountAsync(known.Scope, known.Targets, stop) : null;
        // The title of the next post is for those who could stop it.
        var whyNot = OrderLockdown.WhyNot(actor);
        return new LockModel(
            known,
            targets,
            whyNot is null || counted is null ? counted : counted with { Next = null },
            await locks.CountAsync(stop),
            (await stops.TargetsAsync(LockScope.Account, stop)).Count,
            [.. (await stops.TargetsAsync(LockScope.Site, stop)).Select(site => site.Name)],
            whyNot,
            clock.GetUtcNow());
    }

    /// <param name="given">Orders of this press that are in force, where others were refused.</param>
    public async Task<IResult> ShowAsync(LockForm form, CancellationToken stop, int given = 0, IReadOnlyList<string>? problems = null)
    {
        var model = await ReadAsync(form, stop) with
        {
            Problems = problems ?? [],
            Locked = given == 0 ? [] : [$"{LockWords.Say(form.Scope, given)} locked, in force. The rest is not:"],
        };
        return Pages.Show<LockPage>(new { Shell = await shell.ReadAsync(stop), Model = model }, problems is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    public async Task<IResult> ShowActiveAsync(IReadOnlyList<Guid> fresh, bool released, string? problem, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var held = new List<ActiveLock>();
        foreach (var entry in await locks.ListAsync(stop))
        {
            var history = await trail.ListAsync(new LogQuestion(Object: entry.Order.Object), stop);
            held.Add(new ActiveLock(
                entry,
                entry.Order.ProposeRelease(actor, now).Refusal?.Sentence,
                entry.Order.ConfirmRelease(actor, now).Refusal?.Sentence,
                [.. history.Reverse().Select(AuditWords.OnTimeline)]));
        }

        return Pages.Show<ActivePage>(
            new { Shell = await shell.ReadAsync(stop), Model = new ActiveModel(held, fresh, now, released, problem) },
            problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}

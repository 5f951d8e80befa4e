using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.People;
using Countersign.Storage;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Evidence;

/// <summary>A hold that is in force.</summary>
/// <param name="Name">What is kept.</param>
public sealed record HoldRow(LegalHold Hold, string Name, string PlacedBy, string? ProposedBy, string? ProposeOff, string? ConfirmOff);

/// <param name="Against">What stands against it now, in a sentence; null where nothing does.</param>
/// <param name="Entry">The place of the entry that records it; null where nobody decided yet.</param>
public sealed record ErasureRow(Erasure Erasure, string Name, string AskedBy, string? DecidedBy, string? Against, int Left, string? ConfirmOff, string? DeclineOff, long? Entry);

/// <summary>What was typed, so that a form that comes back with a mistake keeps it.</summary>
public sealed record VaultForm(string Target = "", string Words = "", ErasureBasis Basis = ErasureBasis.NoLongerNecessary, bool IsHold = false);

/// <param name="Closed">Why this person sees nothing here, or null.</param>
public sealed record VaultModel(IReadOnlyList<HoldRow> Holds, IReadOnlyList<ErasureRow> Waiting, IReadOnlyList<ErasureRow> Decided, string? AskOff, string? HoldOff, VaultForm Form, DateTimeOffset Now, string? Closed, Refusal? Refusal, string? Done);

/// <summary>Reads what the page of holds and erasures shows.</summary>
public sealed class VaultPages(CountersignDb db, SignedLog log, ErasureTargets targets, AuditNames naming, ShellReader shell, Actor actor, TimeProvider clock)
{
    /// <summary>Requests that were decided, newest first; older ones are in the audit trail.</summary>
    private const int MaxDecided = 20;

    public async Task<IResult> ShowAsync(VaultForm form, Refusal? refusal, string? done, CancellationToken stop)
    {
        var (askOff, holdOff) = (Erasure.WhyNot(actor), LegalHold.WhyNot(actor));
        var now = clock.GetUtcNow();
        if (askOff is not null && holdOff is not null && !actor.HoldsAnywhere(Role.Auditor))
        {
            var closed = new VaultModel([], [], [], askOff, holdOff, form, now, "Holds and erasures are for Compliance, Privacy, Legal, Administrator and Auditor.", refusal, null);
            return Pages.Show<VaultPage>(new { Shell = await shell.ReadAsync(stop), Model = closed }, refusal is null ? StatusCodes.Status403Forbidden : StatusCodes.Status422UnprocessableEntity);
        }

        var holds = await db.Holds.AsNoTracking().Where(hold => hold.ReleasedAt == null).OrderByDescending(hold => hold.PlacedAt).ToListAsync(stop);
        var waiting = await db.Erasures.AsNoTracking().Where(erasure => erasure.State == ErasureState.Asked).OrderBy(erasure => erasure.AskedAt).ToListAsync(stop);
        var decided = await db.Erasures.AsNoTracking().Where(erasure => erasure.State != ErasureState.Asked).OrderByDescending(erasure => erasure.DecidedAt).Take(MaxDecided).ToListAsync(stop);
        var names = await naming.FindAsync(holds.Select(hold => hold.Target).Concat(waiting.Concat(decided).Select(erasure => erasure.Target)).SelectMany(EntryReading.Ids), actor, stop);
        var people = await db.People.AsNoTracking().ToDictionaryAsync(person => person.Id, person => person.Name, stop);
        var model = new VaultModel(
            [.. holds.Select(hold => new HoldRow(hold, NameOf(hold.Target, names), people[hold.PlacedBy], hold.ProposedBy is { } first ? people[first] : null, hold.ProposeRelease(actor, now).Refusal?.Sentence, hold.ConfirmRelease(actor, now).Refusal?.Sentence))],
            await ReadAsync(waiting, names, people, now, stop),
            await ReadAsync(decided, names, people, now, stop),
            askOff,
            holdOff,
            form,
            now,
            null,
            refusal,
            done);
        return Pages.Show<VaultPage>(new { Shell = await shell.ReadAsync(stop), Model = model }, refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private async Task<IReadOnlyList<ErasureRow>> ReadAsync(IReadOnlyList<Erasure> erasures, IReadOnlyDictionary<Guid, string> names, Dictionary<Guid, string> people, DateTimeOffset now, CancellationToken stop)
    {
        var objects = erasures.Select(erasure => erasure.Object).ToList();
        var places = await log.Places.OfObjectsAsync(entry => objects.Contains(entry.Object) && entry.Ok && entry.Act != "erasure.asked", stop);
        var rows = new List<ErasureRow>();
        foreach (var erasure in erasures)
        {
            var target = erasure.State == ErasureState.Asked ? await targets.FindAsync(erasure.Target, stop) : null;
            var against = erasure.State == ErasureState.Asked ? Erasure.WhyNotNow(target, erasure.Basis, now)?.Sentence : null;
            rows.Add(new ErasureRow(
                erasure,
                NameOf(erasure.Target, names),
                people[erasure.AskedBy],
                erasure.DecidedBy is { } by ? people[by] : null,
                against,
                target?.Left ?? 0,
                erasure.Refuse("erasure.confirm", actor, now)?.Sentence ?? against,
                erasure.Refuse("erasure.decline", actor, now)?.Sentence,
                places.TryGetValue(erasure.Object, out var index) ? index : null));
        }

        return rows;
    }

    private static string NameOf(string target, IReadOnlyDictionary<Guid, string> names) =>
        target == LegalHold.Everything ? "Everything" : EntryReading.Ids(target).Select(id => names.GetValueOrDefault(id)).FirstOrDefault() ?? (target.StartsWith("media/", StringComparison.Ordinal) ? "A picture" : English.Capital(target.Split('/')[0]));
}

/// <summary>Keeping what must be kept, and destroying what must be destroyed.</summary>
public static class VaultEndpoints
{
    public static void MapVault(this IEndpointRouteBuilder site)
    {
        site.MapGet("/vault", async (string? target, string? done, VaultPages pages, CancellationToken stop) => await pages.ShowAsync(new VaultForm(target ?? ""), null, done, stop));
        site.MapPost("/vault/erasures", AskAsync);
        site.MapPost("/vault/erasures/{id:guid}/confirm", async (Guid id, IFormCollection _, EraseContent erase, Actor actor, VaultPages pages, CancellationToken stop) =>
            await AnswerAsync((await erase.ConfirmAsync(id, actor, stop)).Refusal, "erased", new VaultForm(), pages, stop));
        site.MapPost("/vault/erasures/{id:guid}/decline", async (Guid id, IFormCollection _, EraseContent erase, Actor actor, VaultPages pages, CancellationToken stop) =>
            await AnswerAsync((await erase.DeclineAsync(id, actor, stop)).Refusal, "declined", new VaultForm(), pages, stop));
        site.MapPost("/vault/holds", HoldAsync);
        site.MapPost("/vault/holds/{id:guid}/propose", async (Guid id, IFormCollection _, HoldContent holds, Actor actor, VaultPages pages, CancellationToken stop) =>
            await AnswerAsync((await holds.ProposeReleaseAsync(id, actor, stop)).Refusal, "proposed", new VaultForm(), pages, stop));
        site.MapPost("/vault/holds/{id:guid}/confirm", async (Guid id, IFormCollection _, HoldContent holds, Actor actor, VaultPages pages, CancellationToken stop) =>
            await AnswerAsync((await holds.ConfirmReleaseAsync(id, actor, stop)).Refusal, "lifted", new VaultForm(), pages, stop));
    }

    private static async Task<IResult> AskAsync([FromForm] string? target, [FromForm] ErasureBasis? basis, [FromForm] string? note, EraseContent erase, Actor actor, VaultPages pages, CancellationToken stop)
    {
        var form = new VaultForm(target ?? "", note ?? "", basis ?? ErasureBasis.NoLongerNecessary);
        return await AnswerAsync((await erase.AskAsync(form.Target, form.Basis, form.Words, actor, stop)).Refusal, "asked", form, pages, stop);
    }

    private static async Task<IResult> HoldAsync([FromForm] string? target, [FromForm] string? matter, HoldContent holds, Actor actor, VaultPages pages, CancellationToken stop)
    {
        var form = new VaultForm(target ?? "", matter ?? "", IsHold: true);
        return await AnswerAsync((await holds.PlaceAsync(form.Target, form.Words, actor, stop)).Refusal, "placed", form, pages, stop);
    }

    private static async Task<IResult> AnswerAsync(Refusal? refusal, string done, VaultForm form, VaultPages pages, CancellationToken stop) =>
        refusal is null ? Results.LocalRedirect($"/vault?done={done}") : await pages.ShowAsync(form, refusal, null, stop);
}

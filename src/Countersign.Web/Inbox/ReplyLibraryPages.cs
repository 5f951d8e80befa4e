using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.People;
using Countersign.Publishing.Replies;
using Countersign.Storage;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Controls;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Inbox;

/// <summary>Reads what the pages of the library of replies show.</summary>
public sealed class ReplyLibraryPages(CountersignDb db, ReplyLibrary library, InboxReader reader, ShellReader shell, Actor actor, TimeProvider clock)
{
    public async Task<IResult> ShowListAsync(string? words, ReplyState? show, CancellationToken stop)
    {
        if (!ReplyTemplate.MayRead(actor))
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        var all = await library.ListAsync(stop);
        var found = all
            .Where(reply => show is { } state ? reply.State == state : reply.State != ReplyState.Withdrawn)
            .Where(reply => reply.Says(words));
        var ending = all.Where(reply => reply.Template.OwnerId == actor.Id && (reply.IsEnding || reply.State == ReplyState.Expired));
        return Pages.Show<ReplyListPage>(new { Model = new RepliesModel(await shell.ReadAsync(stop), [.. found], (words ?? "").Trim(), show, [.. ending], await NamesAsync(stop), actor.HoldsAnywhere(Role.Author), all.Count(reply => reply.State != ReplyState.Withdrawn)) });
    }

    public async Task<IResult> ShowOneAsync(Guid id, Refusal? refusal, string? done, CancellationToken stop)
    {
        if (!ReplyTemplate.MayRead(actor) || await library.ReadAsync(id, stop) is not { } detail)
            return Results.NotFound();
        IReadOnlyList<AccountRef> refs = [.. detail.Accounts.Select(account => account.Ref)];
        var (template, newest) = (detail.Reply.Template, detail.Reply.Newest);
        var isOpen = template.WithdrawnAt is null;
        var model = new ReplyRecordModel(
            await shell.ReadAsync(stop),
            detail,
            await SitesAsync(stop),
            actor,
            isOpen && actor.HoldsForAll(Role.Author, refs),
            isOpen && newest.Stage == TemplateStage.InReview && !template.Editors.Contains(actor.Id) && newest.Requirements.Any(need => actor.HoldsForAll(need.Role, refs)),
            isOpen && template.MayStop(actor, refs),
            isOpen && template.MayGive(actor, refs) ? await HeirsAsync(template, refs, stop) : [],
            clock.GetUtcNow(),
            refusal,
            done);
        return Pages.Show<ReplyRecordPage>(new { Model = model }, StatusOf(refusal));
    }

    /// <param name="seen">Null for the newest version that there is.</param>
    /// <param name="typed">As it was sent, where it comes back with a mistake.</param>
    public async Task<IResult> ShowEditAsync(Guid id, int? seen, ReplyContent? typed, Refusal? refusal, CancellationToken stop)
    {
        if (!actor.HoldsAnywhere(Role.Author))
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        var today = await library.TodayAsync(stop);
        var known = await db.ReplyTemplates.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, stop);
        if (known is null && seen is null)
            return Results.NotFound();
        var saved = known is null ? null : await db.ReplyTemplateVersions.AsNoTracking().SingleAsync(row => row.TemplateId == id && row.Version == known.Latest, stop);
        var form = typed ?? saved?.Content ?? new ReplyContent("", "", [], "en-GB", [], [], [], today.AddMonths(6).ToString("yyyy-MM-dd", English.Culture));

        // What somebody else saved meanwhile is shown beside, and saving again is over that.
        var model = new ReplyEditModel(await shell.ReadAsync(stop), id, refusal?.Code == "version-changed" ? known!.Latest : seen ?? known!.Latest, form, await SitesAsync(stop), await AccountsAsync(stop), today, refusal) { Saved = refusal?.Code == "version-changed" ? saved?.Content : null };
        return Pages.Show<ReplyEditPage>(new { Model = model }, StatusOf(refusal));
    }

    public Task<IResult> AfterAsync(Guid id, Refusal? refusal, string done, CancellationToken stop) =>
        refusal is null ? Task.FromResult(Results.LocalRedirect($"/inbox/library/{id}?done={done}")) : ShowOneAsync(id, refusal, null, stop);

    private static int StatusOf(Refusal? refusal) => refusal?.Code switch
    {
        null => StatusCodes.Status200OK,
        "not-entitled" or "own-words" or "two-roles" => StatusCodes.Status403Forbidden,
        _ => StatusCodes.Status422UnprocessableEntity,
    };

    private async Task<IReadOnlyList<Option>> HeirsAsync(ReplyTemplate template, IReadOnlyList<AccountRef> refs, CancellationToken stop) =>
        [.. (await db.People.AsNoTracking().Where(person => person.PasswordHash != null && person.Id != template.OwnerId).ToListAsync(stop))
            .Where(person => refs.Any(new Actor(person.Id, person.Name, person.Grants).HoldsAny))
            .OrderBy(person => person.Name, StringComparer.Ordinal)
            .Select(person => new Option(person.Id.ToString(), person.Name))];

    private Task<Dictionary<Guid, string>> NamesAsync(CancellationToken stop) => db.People.AsNoTracking().ToDictionaryAsync(person => person.Id, person => person.Name, stop);

    private Task<Dictionary<Guid, string>> SitesAsync(CancellationToken stop) => db.Sites.AsNoTracking().OrderBy(site => site.Name).ToDictionaryAsync(site => site.Id, site => site.Name, stop);

    private async Task<IReadOnlyList<Account>> AccountsAsync(CancellationToken stop) => [.. (await db.Accounts.AsNoTracking().Where(account => account.State != AccountState.Disconnected).ToListAsync(stop)).Where(reader.Answers).OrderBy(account => account.Title, StringComparer.Ordinal)];
}

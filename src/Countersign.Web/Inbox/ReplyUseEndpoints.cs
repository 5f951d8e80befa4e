using System.Globalization;
using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Publishing.Replies;
using Countersign.Storage;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Inbox;

/// <summary>Answering with a text of the library: choosing it, filling it, seeing what leaves and on which road.</summary>
public static class ReplyUseEndpoints
{
    public static void MapReplyUse(this IEndpointRouteBuilder site)
    {
        site.MapGet("/inbox/{id:guid}/library", async (Guid id, string? q, ReplyUsePages pages, CancellationToken stop) => await pages.ShowPickAsync(id, q ?? "", stop));
        site.MapGet("/inbox/{id:guid}/library/{template:guid}", async (Guid id, Guid template, ReplyUsePages pages, CancellationToken stop) => await pages.OpenAsync(id, template, stop));
        site.MapPost("/inbox/{id:guid}/library/{template:guid}", async (Guid id, Guid template, IFormCollection sent, ReplyUsePages pages, CancellationToken stop) => await pages.FillAsync(id, template, sent, stop));
    }
}

/// <summary>Reads and answers what the pages for using the library send.</summary>
public sealed class ReplyUsePages(CountersignDb db, InboxReader reader, ReplyLibrary library, ReplyFromLibrary use, InboxPages inbox, ShellReader shell, Actor actor, TimeProvider clock)
{
    /// <summary>Messages looked through for one that can be answered.</summary>
    private const int MostLooked = 20;

    public async Task<IResult> ShowPickAsync(Guid id, string words, CancellationToken stop)
    {
        if (await reader.FindAccountAsync(id, actor, stop) is not { } account || await TargetAsync(id, null, stop) is not { } message || await use.SuggestAsync(id, words, actor, stop) is not { } replies)
            return Results.NotFound();
        return Pages.Show<ReplyPickPage>(new { Model = new ReplyPickModel(await shell.ReadAsync(stop), await ConversationAsync(id, stop), account, message, replies, words) });
    }

    public async Task<IResult> OpenAsync(Guid id, Guid template, CancellationToken stop)
    {
        if (await library.FindAsync(template, stop) is not { } kept || await TargetAsync(id, null, stop) is not { } message)
            return Results.NotFound();
        var none = kept.Content.Variables.ToDictionary(variable => variable.Name, _ => "", StringComparer.Ordinal);

        // Without gaps there is nothing to fill in: what leaves is shown at once.
        return await ShowFillAsync(id, kept, message, none, Guid.CreateVersion7(clock.GetUtcNow()), look: none.Count == 0, null, stop);
    }

    public async Task<IResult> FillAsync(Guid id, Guid template, IFormCollection sent, CancellationToken stop)
    {
        if (await library.FindAsync(template, int.TryParse(sent["version"], CultureInfo.InvariantCulture, out var version) ? version : 0, stop) is not { } kept
            || await TargetAsync(id, Guid.TryParse(sent["message"], out var answered) ? answered : null, stop) is not { } message
            || !Guid.TryParse(sent["draft"], out var draft) || draft == Guid.Empty)
            return Results.NotFound();
        var values = kept.Content.Variables.ToDictionary(variable => variable.Name, variable => ReplyVariable.Clean(sent[$"v-{variable.Name}"]), StringComparer.Ordinal);
        var step = sent["step"].ToString();
        if (step is not ("send" or "ordinary"))
            return await ShowFillAsync(id, kept, message, values, draft, look: true, null, stop);

        // What is pressed is what was seen: values that changed since are shown first.
        if (kept.Content.Fill(values) is { IsTaken: true, Taken: var filled } && Fingerprint.Of(filled.Text) != sent["seen"])
            return await ShowFillAsync(id, kept, message, values, draft, look: true, new Refusal("values-changed", "What you filled in changed since the answer was shown. Look at it again, then send it."), stop);
        var answer = await use.RunAsync(id, new LibraryAnswer(draft, message.Id, new Filling(template, version, values), step == "send", sent["another"] == "true"), actor, stop);
        return answer.IsTaken ? await inbox.AnswerAsync(id, answer.Taken.Ordinary, stop) : await ShowFillAsync(id, kept, message, values, draft, look: true, answer.Refusal, stop);
    }

    private async Task<IResult> ShowFillAsync(Guid id, KeptReply kept, Message message, IReadOnlyDictionary<string, string> values, Guid draft, bool look, Refusal? refusal, CancellationToken stop)
    {
        if (await reader.FindAccountAsync(id, actor, stop) is not { } account)
            return Results.NotFound();
        var outlook = look ? await use.LookAsync(id, message.Id, new Filling(kept.Template.Id, kept.Version.Version, values), actor, stop) : null;
        refusal ??= outlook?.Refusal ?? kept.WhyNotUse(account.Ref);
        var model = new ReplyFillModel(await shell.ReadAsync(stop), await ConversationAsync(id, stop), account, message, kept, values, draft, outlook?.Taken, refusal, clock.GetUtcNow());
        return Pages.Show<ReplyFillPage>(new { Model = model }, refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private Task<Conversation> ConversationAsync(Guid id, CancellationToken stop) => db.Conversations.AsNoTracking().SingleAsync(row => row.Id == id, stop);

    /// <param name="chosen">The one that was answered when the form was shown; null for the newest that stands.</param>
    private async Task<Message?> TargetAsync(Guid id, Guid? chosen, CancellationToken stop)
    {
        if (!await reader.MayReadAsync(id, actor, stop))
            return null;
        var theirs = db.Messages.AsNoTracking().Where(message => message.ConversationId == id && !message.IsOurs);
        return chosen is { } one
            ? await theirs.SingleOrDefaultAsync(message => message.Id == one, stop)
            : (await theirs.Where(message => message.State != MessageState.Gone).OrderByDescending(message => message.WrittenAt).ThenByDescending(message => message.Id).Take(MostLooked).ToListAsync(stop)).Find(message => !message.IsErased);
    }
}

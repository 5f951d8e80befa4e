using System.Globalization;
using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Inbox.Clocks;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Countersign.Web.Inbox;

/// <summary>What others wrote to us: reading it, taking it, answering it.</summary>
public static class InboxEndpoints
{
    public static void MapInbox(this IEndpointRouteBuilder site)
    {
        site.MapGet("/inbox", async ([AsParameters] InboxQuery asked, InboxPages pages, CancellationToken stop) => await pages.ShowAsync(asked.Read(), null, stop));
        site.MapGet("/inbox/{id:guid}", async (Guid id, [AsParameters] InboxQuery asked, Guid? shown, InboxPages pages, CancellationToken stop) => await pages.ShowAsync(asked.Read(), id, stop, shown));
        site.MapPost("/inbox/next", async ([FromForm(Name = "site")] Guid? place, HandleConversation handle, Actor actor, InboxPages pages, CancellationToken stop) =>
            await handle.ClaimNextAsync(place, actor, stop) is { IsTaken: true, Taken: var taken } ? Results.LocalRedirect($"/inbox/{taken.Subject}") : await pages.ShowAsync(new InboxQuestion(InboxView.Unclaimed), null, stop, status: StatusCodes.Status422UnprocessableEntity));
        site.MapPost("/inbox/{id:guid}/claim", async (Guid id, IFormCollection _, HandleConversation handle, Actor actor, InboxPages pages, CancellationToken stop) =>
            await pages.AnswerAsync(id, (await handle.ClaimAsync(id, actor, stop)).Refusal, stop));
        site.MapPost("/inbox/{id:guid}/release", async (Guid id, IFormCollection _, HandleConversation handle, Actor actor, InboxPages pages, CancellationToken stop) =>
            await pages.AnswerAsync(id, (await handle.ReleaseAsync(id, actor, stop)).Refusal, stop));
        site.MapPost("/inbox/{id:guid}/hand-over", async (Guid id, [FromForm] Guid? to, [FromForm] string? note, HandleConversation handle, Actor actor, InboxPages pages, CancellationToken stop) =>
            await pages.AnswerAsync(id, (await handle.HandOverAsync(id, to ?? Guid.Empty, Lines(note), actor, stop)).Refusal, stop));
        site.MapPost("/inbox/{id:guid}/note", async (Guid id, [FromForm] string? note, HandleConversation handle, Actor actor, InboxPages pages, CancellationToken stop) =>
            await pages.AnswerAsync(id, (await handle.NoteAsync(id, Lines(note), actor, stop)).Refusal, stop, refusal => new InboxTyped(refusal, Note: note)));
        site.MapPost("/inbox/{id:guid}/resolve", async (Guid id, [FromForm] string? outcome, HandleConversation handle, Actor actor, InboxPages pages, CancellationToken stop) =>
            await pages.AnswerAsync(id, (await handle.ResolveAsync(id, Enum.TryParse<ConversationOutcome>(outcome, out var chosen) ? chosen : (ConversationOutcome)(-1), actor, stop)).Refusal, stop));
        site.MapPost("/inbox/{id:guid}/reopen", async (Guid id, IFormCollection _, HandleConversation handle, Actor actor, InboxPages pages, CancellationToken stop) =>
            await pages.AnswerAsync(id, (await handle.ReopenAsync(id, actor, stop)).Refusal, stop));
        site.MapPost("/inbox/{id:guid}/snooze", SnoozeAsync);
        site.MapPost("/inbox/{id:guid}/periods/keep", async (Guid id, [FromForm] string? period, HandleConversation handle, Actor actor, InboxPages pages, CancellationToken stop) =>
            await pages.AnswerAsync(id, Enum.TryParse<RegulatoryClock>(period, out var clock) ? (await handle.KeepAsync(id, clock, actor, stop)).Refusal : noPeriod, stop));
        site.MapPost("/inbox/{id:guid}/periods/deny", async (Guid id, [FromForm] string? period, [FromForm] string? reason, HandleConversation handle, Actor actor, InboxPages pages, CancellationToken stop) =>
            await pages.AnswerAsync(id, Enum.TryParse<RegulatoryClock>(period, out var clock) ? (await handle.DenyAsync(id, clock, Lines(reason), actor, stop)).Refusal : noPeriod, stop));
        site.MapPost("/inbox/{id:guid}/periods/resume", async (Guid id, [FromForm] string? period, HandleConversation handle, Actor actor, InboxPages pages, CancellationToken stop) =>
            await pages.AnswerAsync(id, Enum.TryParse<RegulatoryClock>(period, out var clock) ? (await handle.ResumeAsync(id, clock, actor, stop)).Refusal : noPeriod, stop));
        site.MapPost("/inbox/{id:guid}/reply", ReplyAsync);
        site.MapPost("/inbox/{id:guid}/check", CheckAsync);
        site.MapPost("/inbox/{id:guid}/here", HereAsync);
        site.MapGet("/inbox/{id:guid}/presence", async (Guid id, string? tab, WriteTogether together, InboxReader reader, Actor actor, CancellationToken stop) =>
            Pages.Show<InboxPresence>(new { Who = await reader.MayReadAsync(id, actor, stop) ? await together.ReadAsync(id, tab, actor, stop) : WhoWrites.Nobody }));
        site.MapPost("/inbox/messages/{id:guid}/label", LabelAsync);
    }

    private static readonly Refusal noPeriod = new("no-period", "Choose a period.");

    private static async Task<IResult> SnoozeAsync(Guid id, [FromForm] string? until, HandleConversation handle, Actor actor, InboxPages pages, TimeProvider clock, CancellationToken stop)
    {
        var hours = int.TryParse(until, CultureInfo.InvariantCulture, out var chosen) ? chosen : 0;
        var now = clock.GetUtcNow();
        return await pages.AnswerAsync(id, (await handle.SnoozeAsync(id, hours is > 0 and <= 24 * 90 ? now.AddHours(hours) : now, actor, stop)).Refusal, stop);
    }

    private static async Task<IResult> ReplyAsync(Guid id, [FromForm] Guid? draft, [FromForm] Guid? message, [FromForm] string? text, [FromForm] string? another, ReplyToMessage reply, Actor actor, InboxPages pages, CancellationToken stop)
    {
        var written = draft is { } new_ && new_ != Guid.Empty
            ? await reply.RunAsync(id, new ReplyForm(new_, message ?? Guid.Empty, Lines(text), another == "true"), actor, stop)
            : new Refusal("no-draft", "Load the page again, then answer.");
        return await pages.AnswerAsync(id, written.Refusal, stop, refusal => new InboxTyped(refusal, Reply: text, Message: message));
    }

    private static async Task<IResult> CheckAsync(Guid id, [FromForm] string? text, InboxReader reader, DraftScreening screening, Actor actor, CancellationToken stop)
    {
        if (await reader.FindAccountAsync(id, actor, stop) is not { } account)
            return Results.NotFound();
        var words = Lines(text);
        if (words.Length is 0 or > Draft.MaxText)
            return Pages.Show<ReplyFindings>(new { Assessment = (Screening.Assessment?)null });
        var target = await reader.LatestOfTheirsAsync(id, stop);
        var shape = target is null ? PostShape.Plain : PostShape.Plain with { Kind = PostKind.Reply, Target = new PostTarget(account.Network, target.Source.Id, null, null, "", target.Text, null) };
        return Pages.Show<ReplyFindings>(new { (await screening.ScreenAsync(new Composition(words, [], shape), [account], stop)).Assessment });
    }

    private static async Task<IResult> HereAsync(Guid id, [FromForm] string? draft, WriteTogether together, InboxReader reader, Actor actor, CancellationToken stop)
    {
        if (!await reader.MayReadAsync(id, actor, stop))
            return Results.NotFound();
        await together.HereAsync(id, draft ?? "", actor, stop);
        return Results.NoContent();
    }

    private static async Task<IResult> LabelAsync(Guid id, [FromForm] string? label, [FromForm] string? stands, HandleConversation handle, Actor actor, InboxPages pages, CancellationToken stop)
    {
        return await pages.AnswerMessageAsync(id, (await handle.LabelAsync(id, label ?? "", stands == "true", actor, stop)).Refusal, stop);
    }

    /// <summary>A browser sends line breaks as two characters.</summary>
    private static string Lines(string? text) => (text ?? "").ReplaceLineEndings("\n");
}

/// <summary>Reads what the pages of the inbox show.</summary>
public sealed class InboxPages(CountersignDb db, InboxReader reader, SearchInbox search, ReadTargets targets, IOptions<InboxSettings> settings, WriteTogether together, ShellReader shell, Actor actor, TimeProvider clock)
{
    public Task<IResult> AnswerAsync(Guid id, Refusal? refusal, CancellationToken stop, Func<Refusal, InboxTyped>? typed = null) => refusal switch
    {
        null => Task.FromResult(Results.LocalRedirect($"/inbox/{id}")),
        { Code: "no-conversation" } => Task.FromResult(Results.NotFound()),
        _ => ShowAsync(new InboxQuestion(InboxView.Open), id, stop, typed: typed?.Invoke(refusal) ?? new InboxTyped(refusal), status: StatusCodes.Status422UnprocessableEntity),
    };

    /// <summary>After something was done about a message.</summary>
    public async Task<IResult> AnswerMessageAsync(Guid message, Refusal? refusal, CancellationToken stop) =>
        await db.Messages.AsNoTracking().Where(row => row.Id == message).Select(row => (Guid?)row.ConversationId).SingleOrDefaultAsync(stop) is { } known ? await AnswerAsync(known, refusal, stop) : Results.NotFound();

    public async Task<IResult> ShowAsync(InboxQuestion question, Guid? open, CancellationToken stop, Guid? shown = null, InboxTyped? typed = null, int status = StatusCodes.Status200OK, ManyShown? many = null)
    {
        var detail = open is { } id ? await reader.FindAsync(id, actor, stop) : null;
        if (open is not null && detail is null)
            return Results.NotFound();
        var rows = question.Words is null ? await reader.ListAsync(question, actor, stop) : await search.RunAsync(question, actor, stop);
        var accounts = await reader.AccountsAsync(actor, stop);
        var model = new InboxModel(
            question,
            [.. rows.Take(InboxReader.PageSize)],
            rows.Count > InboxReader.PageSize && (question.Words is null || question.Page < SearchInbox.MostPages),
            await reader.CountAsync(actor, stop),
            accounts,
            await db.Sites.AsNoTracking().ToDictionaryAsync(site => site.Id, site => site.Name, stop),
            await reader.ReadingsAsync(actor, stop),
            actor,
            detail is null ? null : await ReadAsync(detail, shown, typed, stop),
            clock.GetUtcNow())
        {
            Targets = await targets.RunAsync(stop),
            Found = rows.Count,
            Handlers = accounts.Any(account => InboxRights.WhyNotHandle(actor, account.Ref) is null) ? await reader.HandlersAsync(accounts, stop) : [],
            Many = many,
            Owners = await reader.OwnersAsync(accounts, stop),
        };
        return Pages.Show<InboxPage>(new { Shell = await shell.ReadAsync(stop), Model = model }, status);
    }

    private async Task<ConversationModel> ReadAsync(ConversationDetail detail, Guid? shown, InboxTyped? typed, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var draft = Guid.CreateVersion7(now);
        var owner = detail.Conversation.OwnerAt(now);
        var off = detail switch
        {
            _ when InboxRights.WhyNotHandle(actor, detail.Account.Ref) is { } why => why,
            _ when !actor.Holds(Role.Author, detail.Account.Ref) => "Answering takes the Author role for the account.",
            _ when !reader.Answers(detail.Account) => "This network does not let a program answer. Answer on its own page.",
            { Account.State: not AccountState.Connected } => "The account has to be connected again first.",
            { Conversation.Kind: MessageKind.Direct } => Conversation.WrittenInPrivate,
            { Conversation.State: ConversationState.Resolved } => "This conversation was resolved. Reopen it to answer.",
            _ when owner is { } other && other != actor.Id => $"{detail.Names.GetValueOrDefault(other, "Somebody else")} has this conversation. Only its owner answers.",
            _ => null,
        };
        return new ConversationModel(detail, shown, draft, InboxRights.WhyNotHandle(actor, detail.Account.Ref), off, await together.ReadAsync(detail.Conversation.Id, null, actor, stop), await reader.IsLockedAsync(detail.Account, actor, stop), typed)
        {
            Counted = InboxWords.Counted(detail.Conversation.Priority, settings.Value),
        };
    }
}

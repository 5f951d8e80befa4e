using Countersign.Decisions;
using Countersign.Publishing.Replies;

namespace Countersign.Web.Inbox;

/// <summary>The library of replies: writing for it, signing, taking out of use.</summary>
public static class ReplyLibraryEndpoints
{
    public static void MapReplyLibrary(this IEndpointRouteBuilder site)
    {
        site.MapGet("/inbox/library", (string? q, string? show, ReplyLibraryPages pages, CancellationToken stop) =>
            pages.ShowListAsync(q, Enum.TryParse<ReplyState>(show, out var state) && Enum.IsDefined(state) ? state : null, stop));
        site.MapGet("/inbox/library/new", (ReplyLibraryPages pages, TimeProvider clock, CancellationToken stop) => pages.ShowEditAsync(Guid.CreateVersion7(clock.GetUtcNow()), 0, null, null, stop));
        site.MapPost("/inbox/library", SaveAsync);
        site.MapGet("/inbox/library/{id:guid}", (Guid id, string? done, ReplyLibraryPages pages, CancellationToken stop) => pages.ShowOneAsync(id, null, done, stop));
        site.MapGet("/inbox/library/{id:guid}/edit", (Guid id, ReplyLibraryPages pages, CancellationToken stop) => pages.ShowEditAsync(id, null, null, null, stop));
        site.MapPost("/inbox/library/{id:guid}/send", async (Guid id, IFormCollection sent, KeepReplies keep, Actor actor, ReplyLibraryPages pages, CancellationToken stop) =>
            await pages.AfterAsync(id, (await keep.SendAsync(id, sent.Number("seen"), actor, stop)).Refusal, "sent", stop));
        site.MapPost("/inbox/library/{id:guid}/approve", ApproveAsync);
        site.MapPost("/inbox/library/{id:guid}/return", async (Guid id, IFormCollection sent, KeepReplies keep, Actor actor, ReplyLibraryPages pages, CancellationToken stop) =>
            await pages.AfterAsync(id, (await keep.ReturnAsync(id, sent.Number("version"), sent["remark"].ToString(), actor, stop)).Refusal, "returned", stop));
        site.MapPost("/inbox/library/{id:guid}/withdraw", async (Guid id, IFormCollection _, KeepReplies keep, Actor actor, ReplyLibraryPages pages, CancellationToken stop) =>
            await pages.AfterAsync(id, (await keep.WithdrawAsync(id, actor, stop)).Refusal, "withdrawn", stop));
        site.MapPost("/inbox/library/{id:guid}/owner", async (Guid id, IFormCollection sent, KeepReplies keep, Actor actor, ReplyLibraryPages pages, CancellationToken stop) =>
            await pages.AfterAsync(id, (await keep.GiveAsync(id, sent.Id("to") ?? Guid.Empty, actor, stop)).Refusal, "given", stop));
        site.MapReplyUse();
    }

    private static async Task<IResult> SaveAsync(IFormCollection sent, KeepReplies keep, Actor actor, ReplyLibraryPages pages, CancellationToken stop)
    {
        var (id, seen, form) = (sent.Id("id") ?? Guid.Empty, sent.Number("seen"), ReadContent(sent));
        var saved = await keep.ComposeAsync(id, form, seen, actor, stop);
        return saved.IsTaken ? Results.LocalRedirect($"/inbox/library/{id}?done=saved") : await pages.ShowEditAsync(id, seen, form, saved.Refusal, stop);
    }

    private static async Task<IResult> ApproveAsync(Guid id, IFormCollection sent, KeepReplies keep, Actor actor, ReplyLibraryPages pages, CancellationToken stop)
    {
        Role? role = RoleNames.TryParse(sent["role"].ToString(), out var named) ? named : null;
        return await pages.AfterAsync(id, (await keep.ApproveAsync(id, sent.Number("version"), sent["digest"].ToString(), role, sent["reason"].ToString(), actor, stop)).Refusal, "signed", stop);
    }

    private static ReplyContent ReadContent(IFormCollection sent)
    {
        string One(string name) => sent[name].ToString();
        var variables = Enumerable.Range(1, ReplyContent.MostVariables)
            .Where(row => One($"v{row}-name").Trim().Length > 0)
            .Select(row => new ReplyVariable(
                One($"v{row}-name"),
                Enum.TryParse<VariableKind>(One($"v{row}-kind"), out var kind) && Enum.IsDefined(kind) ? kind : VariableKind.Words,
                sent.Number($"v{row}-most"),
                One($"v{row}-hosts").Split([' ', ',', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries),
                One($"v{row}-example")));
        return new ReplyContent(One("name"), One("text").ReplaceLineEndings("\n"), [.. variables], One("language"), [.. sent["labels"].OfType<string>()], sent.Ids("sites"), sent.Ids("accounts"), One("last-day"));
    }
}

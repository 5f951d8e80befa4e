using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Inbox.Rules;

namespace Countersign.Web.Inbox;

/// <summary>Rules of the inbox: writing them, dry runs, putting them live and in order.</summary>
public static class RuleEndpoints
{
    public static void MapInboxRules(this IEndpointRouteBuilder site)
    {
        site.MapGet("/inbox/rules", (string? done, RulePages pages, CancellationToken stop) => pages.ShowListAsync(null, done, stop));
        site.MapGet("/inbox/rules/new", (RulePages pages, TimeProvider clock, CancellationToken stop) => pages.ShowEditAsync(Guid.CreateVersion7(clock.GetUtcNow()), 0, null, null, null, stop));
        site.MapPost("/inbox/rules", SaveAsync);
        site.MapGet("/inbox/rules/{id:guid}", (Guid id, string? done, RulePages pages, CancellationToken stop) => pages.ShowOneAsync(id, null, done, stop));
        site.MapGet("/inbox/rules/{id:guid}/edit", (Guid id, RulePages pages, CancellationToken stop) => pages.ShowEditAsync(id, null, null, null, null, stop));
        site.MapPost("/inbox/rules/{id:guid}/try", async (Guid id, IFormCollection _, KeepRules keep, Actor actor, RulePages pages, CancellationToken stop) =>
            await pages.AfterAsync(id, (await keep.TryAsync(id, actor, stop)).Refusal, "tried", stop));
        site.MapPost("/inbox/rules/{id:guid}/live", async (Guid id, IFormCollection sent, KeepRules keep, Actor actor, RulePages pages, CancellationToken stop) =>
            await pages.AfterAsync(id, (await keep.PutLiveAsync(id, sent.Number("seen"), actor, stop)).Refusal, "live", stop));
        site.MapPost("/inbox/rules/{id:guid}/off", async (Guid id, IFormCollection _, KeepRules keep, Actor actor, RulePages pages, CancellationToken stop) =>
            await pages.AfterAsync(id, (await keep.SwitchOffAsync(id, actor, stop)).Refusal, "off", stop));
        site.MapPost("/inbox/rules/{id:guid}/move", async (Guid id, IFormCollection sent, KeepRules keep, Actor actor, RulePages pages, CancellationToken stop) =>
            (await keep.MoveAsync(id, sent["to"] == "earlier", actor, stop)).Refusal is { } refusal ? await pages.ShowListAsync(refusal, null, stop) : Results.LocalRedirect("/inbox/rules"));
        site.MapPost("/inbox/messages/{id:guid}/rule-wrong", async (Guid id, IFormCollection sent, HandleConversation handle, InboxPages pages, Actor actor, CancellationToken stop) =>
            await pages.AnswerMessageAsync(id, (await handle.DenyRuleAsync(id, sent.Id("rule") ?? Guid.Empty, actor, stop)).Refusal, stop));
    }

    private static async Task<IResult> SaveAsync(IFormCollection sent, KeepRules keep, Actor actor, RulePages pages, CancellationToken stop)
    {
        var (id, place, seen, content) = (sent.Id("id") ?? Guid.Empty, sent.Id("site"), sent.Number("seen"), Read(sent));
        var saved = await keep.ComposeAsync(id, place, content, seen, actor, stop);
        return saved.IsTaken ? Results.LocalRedirect($"/inbox/rules/{id}?done=saved") : await pages.ShowEditAsync(id, seen, place, content, saved.Refusal, stop);
    }

    private static RuleContent Read(IFormCollection sent) => new(
        sent["name"].ToString(),
        new RuleWhen(
            [.. sent["labels"].OfType<string>()],
            sent.Lines("authors"),
            sent.Ids("accounts"),
            [.. sent["networks"].OfType<string>()],
            [.. sent["kinds"].Select(kind => Enum.TryParse<MessageKind>(kind, out var one) ? one : (MessageKind)(-1))],
            Enum.TryParse<RuleHours>(sent["hours"], out var hours) ? hours : RuleHours.Always,
            sent["from"].ToString(),
            sent["until"].ToString(),
            sent.Lines("words")),
        new RuleThen(
            [.. sent["add"].OfType<string>()],
            Enum.TryParse<Priority>(sent["priority"], out var priority) ? priority : null,
            sent.Id("to"),
            sent.Id("reply"),
            sent.Ids("tell")));
}

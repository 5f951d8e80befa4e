using System.Globalization;
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
            await pages.AfterAsync(id, (await keep.PutLiveAsync(id, Number(sent, "seen"), actor, stop)).Refusal, "live", stop));
        site.MapPost("/inbox/rules/{id:guid}/off", async (Guid id, IFormCollection _, KeepRules keep, Actor actor, RulePages pages, CancellationToken stop) =>
            await pages.AfterAsync(id, (await keep.SwitchOffAsync(id, actor, stop)).Refusal, "off", stop));
        site.MapPost("/inbox/rules/{id:guid}/move", async (Guid id, IFormCollection sent, KeepRules keep, Actor actor, RulePages pages, CancellationToken stop) =>
            (await keep.MoveAsync(id, sent["to"] == "earlier", actor, stop)).Refusal is { } refusal ? await pages.ShowListAsync(refusal, null, stop) : Results.LocalRedirect("/inbox/rules"));
        site.MapPost("/inbox/messages/{id:guid}/rule-wrong", async (Guid id, IFormCollection sent, HandleConversation handle, InboxPages pages, Actor actor, CancellationToken stop) =>
            await pages.AnswerMessageAsync(id, (await handle.DenyRuleAsync(id, One(sent, "rule"), actor, stop)).Refusal, stop));
    }

    private static async Task<IResult> SaveAsync(IFormCollection sent, KeepRules keep, Actor actor, RulePages pages, CancellationToken stop)
    {
        var (id, seen, content) = (One(sent, "id"), Number(sent, "seen"), Read(sent));
        Guid? place = One(sent, "site") is var chosen && chosen != Guid.Empty ? chosen : null;
        var saved = await keep.ComposeAsync(id, place, content, seen, actor, stop);
        return saved.IsTaken ? Results.LocalRedirect($"/inbox/rules/{id}?done=saved") : await pages.ShowEditAsync(id, seen, place, content, saved.Refusal, stop);
    }

    private static RuleContent Read(IFormCollection sent) => new(
        sent["name"].ToString(),
        new RuleWhen(
            [.. sent["labels"].OfType<string>()],
            Lines(sent, "authors"),
            Ids(sent, "accounts"),
            [.. sent["networks"].OfType<string>()],
            [.. sent["kinds"].Select(kind => Enum.TryParse<MessageKind>(kind, out var one) ? one : (MessageKind)(-1))],
            Enum.TryParse<RuleHours>(sent["hours"], out var hours) ? hours : RuleHours.Always,
            sent["from"].ToString(),
            sent["until"].ToString(),
            Lines(sent, "words")),
        new RuleThen(
            [.. sent["add"].OfType<string>()],
            Enum.TryParse<Priority>(sent["priority"], out var priority) ? priority : null,
            One(sent, "to") is var to && to != Guid.Empty ? to : null,
            One(sent, "reply") is var reply && reply != Guid.Empty ? reply : null,
            Ids(sent, "tell")));

    private static Guid One(IFormCollection sent, string name) => Guid.TryParse(sent[name], out var id) ? id : Guid.Empty;

    private static IReadOnlyList<Guid> Ids(IFormCollection sent, string name) => [.. sent[name].Select(value => Guid.TryParse(value, out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty)];

    private static string[] Lines(IFormCollection sent, string name) => sent[name].ToString().ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static int Number(IFormCollection sent, string name) => int.TryParse(sent[name], CultureInfo.InvariantCulture, out var number) ? number : 0;
}

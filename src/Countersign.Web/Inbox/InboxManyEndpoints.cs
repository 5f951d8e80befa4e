using System.Globalization;
using Countersign.Decisions;
using Countersign.Inbox;

namespace Countersign.Web.Inbox;

/// <summary>One thing done with several conversations, and taken back.</summary>
public static class InboxManyEndpoints
{
    public static void MapInboxMany(this IEndpointRouteBuilder site)
    {
        site.MapPost("/inbox/many", RunAsync);
        site.MapPost("/inbox/many/undo", UndoAsync);
    }

    private static async Task<IResult> RunAsync([AsParameters] InboxQuery asked, IFormCollection form, HandleMany many, Actor actor, InboxPages pages, TimeProvider clock, CancellationToken stop)
    {
        if (!Enum.TryParse<ManyAct>(form["act"], out var act) || !Enum.IsDefined(act))
            return await ShowAsync(new Refusal("no-act", "Say what to do with them."));
        var hours = int.TryParse(form["until"], CultureInfo.InvariantCulture, out var chosen) && chosen is > 0 and <= 24 * 90 ? chosen : 0;
        var result = await many.RunAsync(
            new ManyForm(
                act,
                [.. form["c"].Select(id => Guid.TryParse(id, out var one) ? one : Guid.Empty)],
                Guid.TryParse(form["to"], out var to) ? to : null,
                form["note"].ToString().ReplaceLineEndings("\n"),
                form["label"],
                clock.GetUtcNow().AddHours(hours),
                Enum.TryParse<ConversationOutcome>(form["outcome"], out var outcome) ? outcome : null),
            actor,
            stop);
        return await ShowAsync(result);

        Task<IResult> ShowAsync(Decision<ManyResult> decision) => pages.ShowAsync(asked.Read(), null, stop, status: StatusOf(decision), many: new ManyShown(decision, Undone: false));
    }

    private static async Task<IResult> UndoAsync([AsParameters] InboxQuery asked, IFormCollection form, HandleMany many, Actor actor, InboxPages pages, CancellationToken stop)
    {
        // What is not named is what cannot be taken back.
        var act = Enum.TryParse<ManyAct>(form["act"], out var named) ? named : ManyAct.HandOver;
        var done = form["done"].Select(one => (one ?? "").Split(':')).Where(one => Guid.TryParse(one[0], out _))
            .Select(one => new DoneOne(Guid.Parse(one[0]), one.Length > 1 && Guid.TryParse(one[1], out var message) ? message : null)).ToList();
        var at = long.TryParse(form["at"], CultureInfo.InvariantCulture, out var milliseconds) && milliseconds is > 0 and < 32_503_680_000_000 ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : DateTimeOffset.UnixEpoch;
        var undone = await many.UndoAsync(new ManyResult(act, done, []) { Label = form["label"], At = at }, actor, stop);
        return await pages.ShowAsync(asked.Read(), null, stop, status: StatusOf(undone), many: new ManyShown(undone, Undone: true));
    }

    private static int StatusOf(Decision<ManyResult> decision) => decision is { IsTaken: true, Taken.Done.Count: > 0 } ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
}

/// <summary>What came of a press on several, for the page that follows it.</summary>
/// <param name="Undone">It took back what was done before.</param>
public sealed record ManyShown(Decision<ManyResult> Result, bool Undone);

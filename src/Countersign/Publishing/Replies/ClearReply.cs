using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Planning;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing.Replies;

/// <summary>What a text of the library is filled with, for one answer.</summary>
/// <param name="Version">The one that was on the screen.</param>
public sealed record Filling(Guid Template, int Version, IReadOnlyDictionary<string, string> Values);

/// <summary>
/// Lets an answer go at once by the signatures of the text it is made of, where that text, its values and what is found in them now
/// are within what was signed. Otherwise the answer waits for signatures of its own.
/// </summary>
public sealed class ClearReply(CountersignDb db, DraftReader reader, ReplyLibrary library, MakePublications make, PlanningReader planning, TimeProvider clock)
{
    private static readonly Refusal gone = new("no-template", "That reply is not in the library any more.");

    /// <param name="draft">Of the answer, sent for approval by <paramref name="by"/>.</param>
    /// <param name="grave">Labels of the conversation that want a person.</param>
    public async Task<Decision<DraftCleared>> RunAsync(Guid draft, Filling filling, IReadOnlyCollection<string> grave, Actor by, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        if (await reader.FindAsync(draft, cancellationToken) is not { } context)
            return new Refusal("no-draft", "That draft is gone.");
        if (await library.FindAsync(filling.Template, filling.Version, cancellationToken) is not { } kept)
            return gone;
        if ((await planning.ReadAsync(cancellationToken)).Forbids(clock.GetUtcNow(), context.Refs, "UTC") is { } forbidden)
            return forbidden;
        IReadOnlyList<Guid> hands = [.. kept.Template.Editors.Append(by.Id).Distinct()];
        var locked = (await db.OrdersInForce.ToListAsync(cancellationToken)).Exists(order => context.Accounts.Any(account => order.Stops(hands, account.Ref)));
        var decision = context.Draft.Clear(kept, filling, context, locked, grave, by, clock.GetUtcNow());
        return await db.CommitAsync(
            decision,
            cleared =>
            {
                context.Draft.Apply(cleared);
                make.Add(context, cleared, cleared.Seal, kept.Template.Editors);
            },
            cancellationToken);
    }
}

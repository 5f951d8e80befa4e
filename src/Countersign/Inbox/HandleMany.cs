using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Inbox;

/// <summary>What is done with several conversations in one press.</summary>
public enum ManyAct
{
    Claim,
    HandOver,
    Label,
    Snooze,
    Resolve,
}

/// <param name="To">Who is to have them, for a hand-over.</param>
/// <param name="Label">What the newest message of each is about.</param>
/// <param name="Until">Put off to then.</param>
public sealed record ManyForm(ManyAct Act, IReadOnlyList<Guid> Conversations, Guid? To = null, string Note = "", string? Label = null, DateTimeOffset? Until = null, ConversationOutcome? Outcome = null);

/// <param name="Message">The message that was labelled.</param>
public sealed record DoneOne(Guid Conversation, Guid? Message);

/// <param name="Done">What was done, in the order in which it was asked for.</param>
/// <param name="Refused">What was not, each with its own reason.</param>
public sealed record ManyResult(ManyAct Act, IReadOnlyList<DoneOne> Done, IReadOnlyList<(Guid Conversation, Refusal Why)> Refused)
{
    public string? Label { get; init; }

    public DateTimeOffset At { get; init; }
}

/// <summary>
/// Does one thing with several conversations. Each is decided by itself, by the rules that hold for it alone, and is a commit and an entry of its
/// own: what one of them is refused touches no other. What is asked for twice is refused the second time.
/// </summary>
public sealed class HandleMany(CountersignDb db, HandleConversation handle, InboxReader inbox, TimeProvider clock)
{
    /// <summary>Conversations of one press.</summary>
    public const int Most = 100;

    /// <summary>How long what was done can be taken back in one press. Afterwards each can be by itself.</summary>
    public static readonly TimeSpan UndoFor = TimeSpan.FromMinutes(10);

    /// <summary>Somebody else has it next, and may have begun: that is not taken back from them.</summary>
    public static bool CanUndo(ManyAct act) => act != ManyAct.HandOver;

    public async Task<Decision<ManyResult>> RunAsync(ManyForm form, Actor by, CancellationToken cancellationToken)
    {
        var ids = form.Conversations.Distinct().ToList();
        if (ids.Count == 0)
            return new Refusal("none-chosen", "Choose conversations first.");
        if (ids.Count > Most)
            return new Refusal("too-many", $"{Most} conversations at once are the most.");
        var (done, refused, at) = (new List<DoneOne>(), new List<(Guid, Refusal)>(), clock.GetUtcNow());
        foreach (var id in ids)
        {
            var (message, refusal) = await OneAsync(id, form, by, cancellationToken);
            if (refusal is null)
                done.Add(new DoneOne(id, message));
            else
                refused.Add((id, refusal));
        }

        return new ManyResult(form.Act, done, refused) { Label = form.Label, At = at };
    }

    /// <summary>Takes back what was done, where nobody has done anything about it since.</summary>
    public async Task<Decision<ManyResult>> UndoAsync(ManyResult before, Actor by, CancellationToken cancellationToken)
    {
        if (!CanUndo(before.Act) || before.Done.Count is 0 or > Most)
            return new Refusal("no-undo", "That cannot be taken back in one press.");
        if (clock.GetUtcNow() - before.At is var since && (since > UndoFor || since < TimeSpan.Zero))
            return new Refusal("too-late", $"What was done {UndoFor.TotalMinutes:0} minutes ago is not taken back in one press any more. Each conversation can be by itself.");
        var (done, refused) = (new List<DoneOne>(), new List<(Guid, Refusal)>());
        foreach (var one in before.Done.DistinctBy(one => one.Conversation))
        {
            if (await UndoOneAsync(one, before, by, cancellationToken) is { } refusal)
                refused.Add((one.Conversation, refusal));
            else
                done.Add(one);
        }

        return new ManyResult(before.Act, done, refused) { At = clock.GetUtcNow() };
    }

    private async Task<(Guid? Message, Refusal? Refusal)> OneAsync(Guid id, ManyForm form, Actor by, CancellationToken cancellationToken)
    {
        // What is so already is not written down again, although for one alone it may be.
        var message = form.Act == ManyAct.Label && await inbox.MayReadAsync(id, by, cancellationToken) ? (await inbox.LatestOfTheirsAsync(id, cancellationToken))?.Id : null;
        return (message, form.Act switch
        {
            ManyAct.Claim => (await handle.ClaimAsync(id, by, cancellationToken, again: false)).Refusal,
            ManyAct.HandOver => (await handle.HandOverAsync(id, form.To ?? Guid.Empty, form.Note, by, cancellationToken)).Refusal,
            ManyAct.Label => (await handle.LabelAsync(message ?? Guid.Empty, form.Label ?? "", stands: true, by, cancellationToken)).Refusal,
            ManyAct.Snooze => (await handle.SnoozeAsync(id, form.Until ?? clock.GetUtcNow(), by, cancellationToken, again: false)).Refusal,
            _ => (await handle.ResolveAsync(id, form.Outcome ?? (ConversationOutcome)(-1), by, cancellationToken)).Refusal,
        });
    }

    private async Task<Refusal?> UndoOneAsync(DoneOne one, ManyResult before, Actor by, CancellationToken cancellationToken)
    {
        if (before.Act == ManyAct.Label)
            return (await handle.LabelAsync(one.Message ?? Guid.Empty, before.Label ?? "", stands: false, by, cancellationToken)).Refusal;
        var row = await inbox.MayReadAsync(one.Conversation, by, cancellationToken) ? await db.Conversations.AsNoTracking().SingleOrDefaultAsync(conversation => conversation.Id == one.Conversation, cancellationToken) : null;
        var asItWas = (before.Act, row) switch
        {
            (_, null) => true,
            (ManyAct.Claim, var claimed) => claimed.OwnerAt(clock.GetUtcNow()) == by.Id,
            (ManyAct.Snooze, var snoozed) => snoozed.State == ConversationState.Snoozed,
            (_, var closed) => closed.State == ConversationState.Resolved && closed.ClosedBy == by.Id,
        };
        if (!asItWas)
            return new Refusal("went-on", "Something was done about this conversation since.");
        return before.Act == ManyAct.Claim
            ? (await handle.ReleaseAsync(one.Conversation, by, cancellationToken)).Refusal
            : (await handle.ReopenAsync(one.Conversation, by, cancellationToken)).Refusal;
    }
}

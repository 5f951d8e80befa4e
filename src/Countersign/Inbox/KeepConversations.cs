using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Inbox;

/// <summary>What becomes of conversations by themselves: an answer stands, a claim lapses, the time comes that one was put off to.</summary>
public sealed class KeepConversations(CountersignDb db, ReadTargets read, TimeProvider clock)
{
    /// <summary>Of each kind in one turn.</summary>
    private const int Most = 200;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await AnswerAsync(cancellationToken);
        await LapseAsync(cancellationToken);
        await WakeAsync(cancellationToken);
    }

    /// <summary>A conversation is answered when its answer stands by an entry of the log, and not before.</summary>
    private async Task AnswerAsync(CancellationToken cancellationToken)
    {
        var standing = await (
            from reply in db.ConversationReplies.AsNoTracking()
            where reply.AnsweredAt == null && reply.TurnedAt == null
            join post in db.Publications.AsNoTracking() on reply.DraftId equals post.DraftId
            where post.Place == Place.Post && post.Number == 1 && (post.State == PublicationState.Accepted || post.State == PublicationState.Confirmed)
            orderby reply.At
            select new { reply.DraftId, Publication = post.Id, Account = post.AccountId }).Take(Most).ToListAsync(cancellationToken);
        if (standing.Count == 0)
            return;
        var targets = await read.RunAsync(cancellationToken);
        foreach (var answer in standing)
        {
            db.ChangeTracker.Clear();
            var now = clock.GetUtcNow();
            var reply = await db.ConversationReplies.SingleAsync(row => row.DraftId == answer.DraftId, cancellationToken);
            if (reply.AnsweredAt is not null || reply.TurnedAt is not null)
                continue;
            var conversation = await db.Conversations.SingleAsync(row => row.Id == reply.ConversationId, cancellationToken);
            var message = await db.Messages.AsNoTracking().SingleAsync(row => row.Id == reply.MessageId, cancellationToken);
            var draft = await db.Drafts.AsNoTracking().SingleAsync(row => row.Id == reply.DraftId, cancellationToken);

            // It went to several accounts, and only one of them is this conversation's.
            if (answer.Account != conversation.AccountId && draft.AccountIds.Contains(conversation.AccountId))
                continue;
            if (!message.IsAnsweredBy(draft, answer.Account))
            {
                _ = await db.CommitAsync<ReplyTurned>(new ReplyTurned { Subject = conversation.Id, By = Actor.Automation.Id, At = now, Draft = draft.Id }, turned => reply.TurnedAt = turned.At, cancellationToken);
                continue;
            }

            var unseen = await db.FirstSeenAfterAsync(conversation.Id, reply.At, cancellationToken);
            _ = await db.CommitAsync<ConversationAnswered>(
                new ConversationAnswered { Subject = conversation.Id, By = Actor.Automation.Id, At = now, Publication = answer.Publication },
                answered =>
                {
                    (reply.AnsweredAt, reply.PublicationId) = (answered.At, answered.Publication);
                    db.FinishedClocks.AddRange(conversation.Apply(answered, unseen, targets));
                },
                cancellationToken);
        }
    }

    private async Task LapseAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        foreach (var id in await db.Conversations.AsNoTracking().Where(row => row.OwnerId != null && row.ClaimedUntil <= now).OrderBy(row => row.ClaimedUntil).Select(row => row.Id).Take(Most).ToListAsync(cancellationToken))
        {
            db.ChangeTracker.Clear();
            if (await db.Conversations.SingleAsync(row => row.Id == id, cancellationToken) is { OwnerId: not null } conversation && conversation.OwnerAt(now) is null)
                _ = await db.CommitAsync<ConversationLapsed>(new ConversationLapsed { Subject = id, By = Actor.Automation.Id, At = now }, lapsed => conversation.Apply(lapsed), cancellationToken);
        }
    }

    private async Task WakeAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        foreach (var id in await db.Conversations.AsNoTracking().Where(row => row.State == ConversationState.Snoozed && row.SnoozedUntil <= now).OrderBy(row => row.SnoozedUntil).Select(row => row.Id).Take(Most).ToListAsync(cancellationToken))
        {
            db.ChangeTracker.Clear();
            var targets = await read.RunAsync(cancellationToken);
            var conversation = await db.Conversations.SingleAsync(row => row.Id == id, cancellationToken);
            if (conversation.State == ConversationState.Snoozed && conversation.SnoozedUntil <= now)
                _ = await db.CommitAsync<ConversationWoken>(new ConversationWoken { Subject = id, By = Actor.Automation.Id, At = now }, woken => conversation.Apply(woken, targets), cancellationToken);
        }
    }
}

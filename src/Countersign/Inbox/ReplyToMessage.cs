using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Countersign.Inbox;

/// <summary>An answer as it was typed.</summary>
/// <param name="Draft">Chosen when the form was shown, so that a form sent twice is one answer.</param>
/// <param name="Another">The writer was shown that there is an answer already.</param>
public sealed record ReplyForm(Guid Draft, Guid Message, string Text, bool Another);

/// <param name="NotSent">Why the draft was kept but not sent for approval; null where it was sent.</param>
public sealed record WrittenReply(Guid Draft, Refusal? NotSent);

/// <summary>Somebody answers a message: the words become a draft that answers it, linked to the conversation, and take the road of every draft.</summary>
public sealed class ReplyToMessage(CountersignDb db, ComposeDraft compose, SendForApproval send, Networks networks, IOptions<InboxSettings> settings, TimeProvider clock)
{
    /// <summary>Where an answer is given up, and another takes its place without a question.</summary>
    private static readonly DraftStage[] over = [DraftStage.Refused, DraftStage.Withdrawn];

    public async Task<Decision<WrittenReply>> RunAsync(Guid id, ReplyForm form, Actor by, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        if (await db.Conversations.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } conversation
            || await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == conversation.AccountId, cancellationToken) is not { } account
            || !InboxRights.MayRead(by, account.Ref)
            || await db.Messages.AsNoTracking().SingleOrDefaultAsync(row => row.Id == form.Message, cancellationToken) is not { } message)
            return new Refusal("no-conversation", "That conversation is not here.");
        if (await db.ConversationReplies.AsNoTracking().SingleOrDefaultAsync(row => row.DraftId == form.Draft, cancellationToken) is { } sent)
            return sent.ConversationId == id && sent.ById == by.Id ? new WrittenReply(form.Draft, null) : new Refusal("no-draft", "Load the page again.");
        if (!networks.Acts(account.Network).Replies)
            return new Refusal("no-replies", "This network does not let a program answer. Answer on its own page.");
        if (conversation.MayReply(message, await OthersAsync(message.Id, cancellationToken), form.Another, by, account.Ref, clock.GetUtcNow()) is { } early)
        {
            await db.RecordAsync(early, cancellationToken);
            return early;
        }

        var composed = await compose.RunAsync(form.Draft, new DraftForm(0, form.Text, [], [account.Id], null, null, null) { Shape = PostShape.Plain with { Kind = PostKind.Reply, Target = TargetOf(account, message) } }, by, cancellationToken);
        if (!composed.IsTaken)
            return composed.Refusal;
        if ((await LinkAsync(id, form, by, cancellationToken)).Refusal is { } refusal)
            return refusal;
        db.ChangeTracker.Clear();
        return new WrittenReply(form.Draft, (await send.RunAsync(form.Draft, 1, by, cancellationToken)).Refusal);
    }

    internal static PostTarget TargetOf(Account account, Message message) =>
        new(account.Network, message.Source.Id, message.Source.Address, message.Source.Version, message.Source.AuthorName, message.Text, message.WrittenAt);

    /// <summary>Nothing is sent before it is linked; of two answers at once, the second is told of the first.</summary>
    private async Task<Decision<ReplyWritten>> LinkAsync(Guid id, ReplyForm form, Actor by, CancellationToken cancellationToken)
    {
        while (true)
        {
            db.ChangeTracker.Clear();
            var conversation = await db.Conversations.SingleAsync(row => row.Id == id, cancellationToken);
            var account = await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == conversation.AccountId, cancellationToken);
            var message = await db.Messages.AsNoTracking().SingleAsync(row => row.Id == form.Message, cancellationToken);
            var written = await db.CommitAsync(
                conversation.Reply(message, form.Draft, await OthersAsync(message.Id, cancellationToken), form.Another, settings.Value.ClaimFor, by, account.Ref, clock.GetUtcNow()),
                happened =>
                {
                    conversation.Apply(happened);
                    db.ConversationReplies.Add(new ConversationReply { DraftId = form.Draft, ConversationId = id, MessageId = message.Id, ById = by.Id, At = happened.At });
                },
                cancellationToken);
            if (written.Refusal?.Code != CountersignDb.ChangedMeanwhile.Code)
                return written;
        }
    }

    private async Task<int> OthersAsync(Guid message, CancellationToken cancellationToken) => await (
        from reply in db.ConversationReplies.AsNoTracking()
        where reply.MessageId == message && reply.TurnedAt == null
        join draft in db.Drafts.AsNoTracking() on reply.DraftId equals draft.Id
        where !over.Contains(draft.Stage)
        select reply.DraftId).CountAsync(cancellationToken);
}

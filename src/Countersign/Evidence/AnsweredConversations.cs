using Countersign.Inbox;
using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Evidence;

/// <summary>What an answer was written to, and what stood around it.</summary>
/// <param name="Message">The message that is answered.</param>
/// <param name="Entries">What was received, edited or went; what else of ours went out, with its words; and that the answer was written. In the order of the log.</param>
/// <param name="LeftOut">Entries of a very long conversation, far from the answer.</param>
public sealed record AnsweredConversation(Guid Conversation, Guid Message, IReadOnlyList<FoundEntry> Entries, int LeftOut);

/// <summary>Finds the conversations around answers, as the log has them: what is in no entry is not there.</summary>
public sealed class AnsweredConversations(CountersignDb db, SignedLog log, LogSearch search)
{
    /// <summary>Entries before the answer, and as many after it.</summary>
    private const int MostOnEachSide = 250;

    private const int AtOnce = 500;

    private static readonly string[] said = ["message.received", "message.edited", "message.moved"];

    /// <param name="size">Of the checkpoint that vouches for the entries; later ones are left out, and so are answers that were written later.</param>
    /// <returns>By draft. A draft that answers nothing in an inbox is not there.</returns>
    public async Task<IReadOnlyDictionary<Guid, AnsweredConversation>> FindAsync(IEnumerable<Guid> drafts, long size, CancellationToken cancellationToken)
    {
        await search.CatchUpAsync(size, cancellationToken);
        var found = new SortedDictionary<Guid, AnsweredConversation>();
        foreach (var some in drafts.Distinct().Chunk(AtOnce))
        {
            foreach (var reply in await db.ConversationReplies.AsNoTracking().Where(row => some.Contains(row.DraftId)).ToListAsync(cancellationToken))
            {
                if (await AroundAsync(reply, size, cancellationToken) is { } around)
                    found[reply.DraftId] = around;
            }
        }

        return found;
    }

    private async Task<AnsweredConversation?> AroundAsync(ConversationReply reply, long size, CancellationToken cancellationToken)
    {
        var (conversation, at) = ($"conversation/{reply.ConversationId}", reply.At.ToUnixTimeMilliseconds());
        var written = await Before(size).Where(look => look.Object == conversation && look.Act == "conversation.reply-written" && look.Actor == reply.ById && look.At == at).MinAsync(look => (long?)look.Index, cancellationToken);
        if (written is not { } answer)
            return null;
        var messages = await db.Messages.AsNoTracking().Where(message => message.ConversationId == reply.ConversationId).Select(message => message.Id).ToListAsync(cancellationToken);
        var indices = new SortedSet<long> { answer };
        foreach (var some in messages.Select(id => $"message/{id}").Chunk(AtOnce))
            indices.UnionWith(await Before(size).Where(look => some.Contains(look.Object) && said.Contains(look.Act)).Select(look => look.Index).ToListAsync(cancellationToken));
        indices.UnionWith(await OtherAnswersAsync(reply, size, cancellationToken));

        var near = indices.Where(index => index < answer).TakeLast(MostOnEachSide).Concat(indices.Where(index => index >= answer).Take(MostOnEachSide)).ToHashSet();
        var asked = $"message/{reply.MessageId}";
        near.UnionWith(await Before(size).Where(look => look.Object == asked && said.Contains(look.Act)).Select(look => look.Index).ToListAsync(cancellationToken));
        return new AnsweredConversation(reply.ConversationId, reply.MessageId, await log.Places.FindAsync(near, cancellationToken), indices.Count - near.Count);
    }

    /// <summary>Of other answers in the same conversation: that they went out, and the words they had then.</summary>
    private async Task<IReadOnlyList<long>> OtherAnswersAsync(ConversationReply reply, long size, CancellationToken cancellationToken)
    {
        var posts = await (
            from other in db.ConversationReplies.AsNoTracking()
            where other.ConversationId == reply.ConversationId && other.DraftId != reply.DraftId
            join post in db.Publications.AsNoTracking() on other.DraftId equals post.DraftId
            select new { post.Id, post.DraftId }).ToDictionaryAsync(post => $"publication/{post.Id}", post => $"draft/{post.DraftId}", cancellationToken);
        var indices = new List<long>();
        foreach (var some in posts.Keys.Chunk(AtOnce))
        {
            foreach (var accepted in await Before(size).Where(look => some.Contains(look.Object) && look.Act == "publication.accepted").ToListAsync(cancellationToken))
            {
                var draft = posts[accepted.Object];
                indices.Add(accepted.Index);
                if (await Before(accepted.Index).Where(look => look.Object == draft && look.Act == "draft.composed").MaxAsync(look => (long?)look.Index, cancellationToken) is { } composed)
                    indices.Add(composed);
            }
        }

        return indices;
    }

    private IQueryable<LedgerLook> Before(long size) => log.Looks.AsNoTracking().Where(look => look.Index < size && look.Ok);
}

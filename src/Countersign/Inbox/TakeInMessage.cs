using System.Security.Cryptography;
using System.Text;
using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Inbox.Rules;
using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Countersign.Inbox;

/// <summary>Takes in one thing that a network gave: as a new message, as an edit or a removal of one that is here, or not at all where it is known.</summary>
public sealed class TakeInMessage(CountersignDb db, TriageMessage triage, RunRules rules, ReadTargets targets, IOptions<InboxSettings> settings, TimeProvider clock)
{
    private const int Tries = 5;

    private static readonly Refusal contended = new("changed-meanwhile", "Its conversation was changed by others again and again.");

    /// <returns>Why it could not be kept; null where it is here now, as it is there.</returns>
    public async Task<Refusal?> RunAsync(Account account, InboxItem item, CancellationToken cancellationToken)
    {
        if (item.Remote.Id.Length == 0)
            return new Refusal("no-identifier", "It carries no identifier, so it could not be told from others.");
        for (var tried = 0; tried < Tries; tried++)
        {
            db.ChangeTracker.Clear();
            if (await TryAsync(account, item, cancellationToken) is not { } refusal)
                return null;

            // Another node, or another kind of this account, took it in at the same moment; or somebody handles its conversation.
            if (refusal.Code is not ("already-there" or "changed-meanwhile"))
                return refusal;
        }

        return contended;
    }

    private async Task<Refusal?> TryAsync(Account account, InboxItem item, CancellationToken cancellationToken)
    {
        var hash = HashOf(account.Id, item.Remote.Id);
        if (await db.Messages.SingleOrDefaultAsync(message => message.AccountId == account.Id && message.RemoteHash == hash, cancellationToken) is { } known)
            return await CompareAsync(known, account, item, cancellationToken);
        if (item.State == InboxState.Removed)
            return null;
        var parent = await ParentAsync(account, item, cancellationToken);

        // What we wrote stands with its delivery already; of what was written past us, only what belongs to a conversation is kept.
        if (item.IsOwn && (parent is null || await db.Publications.AnyAsync(post => post.AccountId == account.Id && post.RemoteId == item.Remote.Id, cancellationToken)))
            return null;
        return await ReceiveAsync(account, item, hash, parent, cancellationToken);
    }

    private async Task<Refusal?> ReceiveAsync(Account account, InboxItem item, string hash, Conversation? parent, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (words, source, kind) = (MessageWords.Of(item.Text), MessageWords.SourceOf(item), KindOf(item.Kind));
        var written = item.At is { } at && at < now ? at : now;
        var counts = !item.IsOwn && item.State != InboxState.Spam && IsYoung(account, written);
        var read = counts ? await triage.RunAsync(words.Text, kind, account.Network, cancellationToken) : Triage.None;
        var thread = ThreadOf(account.Id, item);
        var conversation = parent ?? await db.Conversations.SingleOrDefaultAsync(row => row.AccountId == account.Id && row.ThreadHash == thread, cancellationToken);
        var isNew = conversation is null;
        var ruled = counts ? await rules.RunAsync(account, kind, source, words.Text, written, read, read, [], conversation, cancellationToken) : Ruled.Nothing(read, []);
        conversation ??= new Conversation { Id = Guid.CreateVersion7(now), AccountId = account.Id, ThreadHash = thread, Kind = kind, OpenedAt = now };
        var received = new MessageReceived
        {
            Subject = Guid.CreateVersion7(now),
            By = Actor.Automation.Id,
            At = now,
            Source = Sealed.New("source", source.Content),
            Text = words.Text.Length == 0 ? null : Sealed.New("text", words.Text),
            Triage = ruled.Triage,
            Reopens = counts && conversation.State != ConversationState.Open,
        };
        var message = new Message
        {
            Id = received.Subject,
            ConversationId = conversation.Id,
            AccountId = account.Id,
            RemoteHash = hash,
            Kind = kind,
            IsOurs = item.IsOwn,
            Source = source,
            SourceCommitment = received.Source.Commitment,
            Text = words.Text,
            TextCommitment = received.Text?.Commitment,
            WholeLength = words.WholeLength,
            State = StateOf(item.State),
            WrittenAt = written,
            SeenAt = now,
            Labels = ruled.Triage.Labels,
            Priority = ruled.Triage.Priority,
            Rules = ruled.Marks,
            Release = read.Release,
        };
        var due = await targets.RunAsync(cancellationToken);
        return (await db.CommitAsync<MessageReceived>(
            received,
            _ =>
            {
                if (isNew)
                    db.Conversations.Add(conversation);
                db.Messages.Add(message);
                conversation.Receive(message, ruled.Triage, counts, isNew, due);
                Follow(conversation, ruled, now);
            },
            cancellationToken)).Refusal;
    }

    /// <summary>An edit, or another state, of one that is here.</summary>
    private async Task<Refusal?> CompareAsync(Message message, Account account, InboxItem item, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (words, state) = (MessageWords.Of(item.Text), StateOf(item.State));
        if (state != MessageState.Gone && message.IsChangedBy(words))
        {
            var (conversation, siblings) = await WholeAsync(message, cancellationToken);
            var ruled = message.Release is null ? Ruled.Nothing(Triage.None, message.Rules) : await ReadAgainAsync(message, words.Text, account, conversation, cancellationToken);
            var read = ruled.Triage;
            var due = await targets.RunAsync(cancellationToken);
            var reopens = message.Release is not null && conversation.State != ConversationState.Open && message.IsMoreWith(read);
            var edited = await db.CommitAsync<MessageEdited>(
                new MessageEdited { Subject = message.Id, By = Actor.Automation.Id, At = now, Text = words.Text.Length == 0 ? null : Sealed.New("text", words.Text), WholeLength = words.WholeLength, Triage = read, Rules = ruled.Marks, Reopens = reopens },
                happened =>
                {
                    db.MessageVersions.Add(MessageVersion.Of(message, now));
                    message.Apply(happened);
                    if (message.Release is not null)
                        conversation.Judge(siblings, happened.At, due, reopens);
                    Follow(conversation, ruled, happened.At);
                },
                cancellationToken);
            if (!edited.IsTaken)
                return edited.Refusal;
        }

        if (state == message.State)
            return null;
        return message is { State: MessageState.Spam, IsOurs: false, Release: null, IsErased: false } && state is MessageState.Shown or MessageState.Held && IsYoung(account, message.WrittenAt)
            ? await ClearAsync(message, state, account, cancellationToken)
            : (await db.CommitAsync<MessageMoved>(
                new MessageMoved(state) { Subject = message.Id, By = Actor.Automation.Id, At = now },
                _ => (message.State, message.GoneAt) = (state, state == MessageState.Gone ? now : null),
                cancellationToken)).Refusal;
    }

    /// <summary>Somebody on the network says that it is no spam: now it waits for an answer.</summary>
    private async Task<Refusal?> ClearAsync(Message message, MessageState state, Account account, CancellationToken cancellationToken)
    {
        var (conversation, due) = (await db.Conversations.SingleAsync(row => row.Id == message.ConversationId, cancellationToken), await targets.RunAsync(cancellationToken));
        var ruled = await ReadAgainAsync(message, message.Text, account, conversation, cancellationToken);
        return (await db.CommitAsync<MessageMoved>(
            new MessageMoved(state) { Subject = message.Id, By = Actor.Automation.Id, At = clock.GetUtcNow() },
            moved =>
            {
                (message.State, message.Labels, message.Priority, message.Release, message.Rules) = (state, ruled.Triage.Labels, ruled.Triage.Priority, ruled.Triage.Release, ruled.Marks);
                conversation.Clear(message, ruled.Triage, due);
                Follow(conversation, ruled, moved.At);
            },
            cancellationToken)).Refusal;
    }

    private async Task<Ruled> ReadAgainAsync(Message message, string text, Account account, Conversation conversation, CancellationToken cancellationToken)
    {
        var seen = await triage.RunAsync(text, message.Kind, account.Network, cancellationToken);
        return await rules.RunAsync(account, message.Kind, message.Source, text, message.WrittenAt, seen, TriageMessage.Keep(seen, message.Labels), message.Rules, conversation, cancellationToken);
    }

    /// <summary>What rules do about the conversation, after what the message does.</summary>
    private void Follow(Conversation conversation, Ruled ruled, DateTimeOffset at)
    {
        if (ruled.To is { } to)
            conversation.Give(to, settings.Value.ClaimFor, at);
        if (ruled.Tell.Count > 0)
            conversation.TellByRule(ruled.Tell, at);
    }

    /// <summary>What is older stood there before we listened, and nobody waits for an answer any more.</summary>
    private bool IsYoung(Account account, DateTimeOffset written) => written >= account.ConnectedAt - settings.Value.AnswerFrom;

    private async Task<(Conversation Conversation, List<Message> Theirs)> WholeAsync(Message message, CancellationToken cancellationToken) => (
        await db.Conversations.SingleAsync(row => row.Id == message.ConversationId, cancellationToken),
        await db.Messages.Where(row => row.ConversationId == message.ConversationId && !row.IsOurs && row.Release != null).ToListAsync(cancellationToken));

    /// <summary>The conversation of what it answers: a message that is here, or an answer of ours.</summary>
    private async Task<Conversation?> ParentAsync(Account account, InboxItem item, CancellationToken cancellationToken)
    {
        if (item.ReplyTo is not { } answered || item.Kind == InboxKind.Direct)
            return null;
        var hash = HashOf(account.Id, answered);
        var id = await db.Messages.Where(message => message.AccountId == account.Id && message.RemoteHash == hash).Select(message => (Guid?)message.ConversationId).SingleOrDefaultAsync(cancellationToken)
            ?? await (
                from post in db.Publications
                where post.AccountId == account.Id && post.RemoteId == answered
                join reply in db.ConversationReplies on post.DraftId equals reply.DraftId
                select (Guid?)reply.ConversationId).FirstOrDefaultAsync(cancellationToken);
        return id is null ? null : await db.Conversations.SingleAsync(row => row.Id == id, cancellationToken);
    }

    /// <summary>One thread for each person who writes to us in private or under one post; otherwise each message begins one.</summary>
    private static string ThreadOf(Guid account, InboxItem item) => HashOf(account, item switch
    {
        { Kind: InboxKind.Direct, AuthorId: { } author } => $"direct\n{author}",
        { About: { } about, AuthorId: { } author } => $"about\n{about}\n{author}",
        _ => $"item\n{item.Remote.Id}",
    });

    internal static string HashOf(Guid account, string remote) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{account}\n{remote}")));

    internal static MessageKind KindOf(InboxKind kind) => Enum.Parse<MessageKind>(kind.ToString());

    internal static InboxKind KindOf(MessageKind kind) => Enum.Parse<InboxKind>(kind.ToString());

    private static MessageState StateOf(InboxState state) => state switch
    {
        InboxState.Held => MessageState.Held,
        InboxState.Spam => MessageState.Spam,
        InboxState.Removed => MessageState.Gone,
        _ => MessageState.Shown,
    };
}

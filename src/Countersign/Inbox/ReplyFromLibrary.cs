using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Publishing.Replies;
using Countersign.Screening;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Inbox;

/// <summary>An answer made of a text of the library.</summary>
/// <param name="Draft">Chosen when the form was shown, so that a form sent twice is one answer.</param>
/// <param name="AtOnce">Its writer was told that nobody reads it again. Otherwise it takes the ordinary route.</param>
/// <param name="Another">The writer was shown that there is an answer already.</param>
public sealed record LibraryAnswer(Guid Draft, Guid Message, Filling Filling, bool AtOnce, bool Another);

/// <summary>An answer as it would go.</summary>
/// <param name="Ordinary">Why it would not go at once, in a sentence; null where it would.</param>
/// <param name="Objections">What the network would refuse.</param>
public sealed record AnswerOutlook(KeptReply Kept, FilledReply Filled, Assessment Found, Refusal? Ordinary, IReadOnlyList<string> Objections);

/// <param name="Ordinary">Why it waits for signatures though it was to go at once; null where it goes, or was not to.</param>
public sealed record SentAnswer(WrittenReply Written, Refusal? Ordinary);

/// <summary>Somebody answers a message with a text that was agreed beforehand.</summary>
public sealed class ReplyFromLibrary(CountersignDb db, ReplyLibrary library, ReplyToMessage reply, ClearReply clear, DraftScreening screening, Renderings renderings, TimeProvider clock)
{
    private static readonly Refusal none = new("no-template", "That reply is not in the library.");

    private static readonly Refusal noConversation = new("no-conversation", "That conversation is not here.");

    /// <summary>Says what would leave and on which road. Changes nothing but the record of words that are not what was signed.</summary>
    public async Task<Decision<AnswerOutlook>> LookAsync(Guid id, Guid message, Filling filling, Actor by, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, message, by, cancellationToken) is not (var account, { } answered))
            return noConversation;
        if (await library.FindAsync(filling.Template, filling.Version, cancellationToken) is not { } kept)
            return none;
        if (kept.WhyNotUse(account.Ref) is { } unusable)
            return await RecordAsync(unusable, kept, by, cancellationToken);
        var filled = kept.Content.Fill(filling.Values);
        if (!filled.IsTaken)
            return filled.Refusal;
        var body = ReplyLibrary.Answer(filled.Taken.Text, ReplyToMessage.TargetOf(account, answered));
        var (found, _) = await screening.ScreenAsync(body, [account], cancellationToken);
        var shown = await renderings.OfAsync(body, [account], cancellationToken);
        var locked = (await db.OrdersInForce.ToListAsync(cancellationToken)).Exists(order => order.Stops([.. kept.Template.Editors, by.Id], account.Ref));
        var ordinary = locked
            ? new Refusal("locked", "A lock is in force here, so nothing goes out at once. An answer can be written and agreed; it leaves when the lock is released.")
            : kept.WhyNotAtOnce(filled.Taken, body, found, account.Ref, [by.Id], await GraveAsync(id, cancellationToken));
        return new AnswerOutlook(kept, filled.Taken, found, ordinary, [.. shown.SelectMany(rendering => rendering.Objections)]);
    }

    public async Task<Decision<SentAnswer>> RunAsync(Guid id, LibraryAnswer form, Actor by, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        if (await db.ConversationReplies.AsNoTracking().SingleOrDefaultAsync(row => row.DraftId == form.Draft, cancellationToken) is { } sent)
            return sent.ConversationId == id && sent.ById == by.Id ? new SentAnswer(new WrittenReply(form.Draft, null), null) : new Refusal("no-draft", "Load the page again.");
        var outlook = await LookAsync(id, form.Message, form.Filling, by, cancellationToken);
        if (!outlook.IsTaken)
            return outlook.Refusal;

        // Its writer thought that it goes at once: they are told before anything is written.
        if (form.AtOnce && outlook.Taken.Ordinary is { } ordinary)
            return ordinary;
        var written = await reply.RunAsync(id, new ReplyForm(form.Draft, form.Message, outlook.Taken.Filled.Text, form.Another), by, cancellationToken);
        if (!written.IsTaken)
            return written.Refusal;
        if (!form.AtOnce || written.Taken.NotSent is not null)
            return new SentAnswer(written.Taken, null);

        // Whatever changed since then leaves it waiting for signatures of its own.
        return new SentAnswer(written.Taken, (await clear.RunAsync(form.Draft, form.Filling, await GraveAsync(id, cancellationToken), by, cancellationToken)).Refusal);
    }

    /// <summary>Texts that may be used for this message now: those for its labels first.</summary>
    /// <param name="words">Looked for in name and text; null for all.</param>
    /// <returns>Null where there is no such conversation for this person.</returns>
    public async Task<IReadOnlyList<ListedReply>?> SuggestAsync(Guid id, string? words, Actor by, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, null, by, cancellationToken) is not var (account, _))
            return null;
        var labels = (await db.Conversations.AsNoTracking().SingleAsync(row => row.Id == id, cancellationToken)).Labels;
        return [.. (await library.ListAsync(cancellationToken))
            .Where(listed => listed.State == ReplyState.Approved && listed.Version.Content.Covers(account.Ref))
            .Where(listed => listed.Says(words))
            .OrderByDescending(listed => listed.Version.Content.Labels.Intersect(labels).Count())
            .ThenByDescending(listed => listed.Uses)
            .ThenBy(listed => listed.Version.Content.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Labels of a conversation that want a person.</summary>
    private async Task<IReadOnlyList<string>> GraveAsync(Guid id, CancellationToken cancellationToken)
    {
        var labels = (await db.Conversations.AsNoTracking().SingleAsync(row => row.Id == id, cancellationToken)).Labels;
        var messages = await db.Messages.AsNoTracking().Where(message => message.ConversationId == id && !message.IsOurs).Select(message => message.Labels).ToListAsync(cancellationToken);
        return [.. labels.Where(Priorities.IsGrave).Union(Priorities.Grave(messages.SelectMany(one => one).Where(label => !label.Denied)), StringComparer.Ordinal)];
    }

    /// <param name="message">Null for whichever is newest.</param>
    private async Task<(Account Account, Message? Message)?> FindAsync(Guid id, Guid? message, Actor by, CancellationToken cancellationToken)
    {
        if (await db.Conversations.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } conversation)
            return null;
        var account = await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == conversation.AccountId, cancellationToken);
        if (!InboxRights.MayRead(by, account.Ref))
            return null;
        return (account, message is { } one ? await db.Messages.AsNoTracking().SingleOrDefaultAsync(row => row.Id == one && row.ConversationId == id, cancellationToken) : null);
    }

    /// <summary>Words that were changed past the program matter to an auditor.</summary>
    private async Task<Refusal> RecordAsync(Refusal refusal, KeptReply kept, Actor by, CancellationToken cancellationToken)
    {
        if (refusal.Code == "digest-broken")
            await db.RecordAsync(refusal with { Attempt = new Attempt("template.use", kept.Template.Object, by.Id, clock.GetUtcNow()) }, cancellationToken);
        return refusal;
    }
}

using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.People;
using Countersign.Publishing;
using Countersign.Standing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Evidence;

/// <summary>One person asks that words be destroyed, another confirms or declines. Words, salts and keys go in the transaction that records it.</summary>
public sealed class EraseContent(CountersignDb db, ErasureTargets targets, ErasedPages pages, TimeProvider clock)
{
    public async Task<Decision<ErasureAsked>> AskAsync(string target, ErasureBasis basis, string note, Actor by, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (Erasure.WhyNot(by) is { } why)
            return await db.CommitAsync<ErasureAsked>(new Refusal("not-entitled", why) { Attempt = new Attempt("erasure.ask", "erasure/new", by.Id, now) }, _ => { }, cancellationToken);
        if (note.Trim().Length is 0 or > Erasure.MaxNote)
            return new Refusal("no-note", $"Say who asked for it and how you know, in {Erasure.MaxNote:N0} characters at most.");
        var found = await targets.FindAsync(target, cancellationToken);
        if (Erasure.WhyNotNow(found, basis, now) is { } refusal)
            return await db.CommitAsync<ErasureAsked>(found is null ? refusal : refusal with { Attempt = new Attempt("erasure.ask", found.Object, by.Id, now) }, _ => { }, cancellationToken);
        if (await db.Erasures.AnyAsync(open => open.Target == found!.Object && open.State == ErasureState.Asked, cancellationToken))
            return new Refusal("asked", "Somebody asked for that already. A second person can confirm it now.");
        var words = Sealed.New("note", note.Trim());
        var erasure = new Erasure { Id = Guid.CreateVersion7(now), Target = found!.Object, Basis = basis, Note = note.Trim(), NoteCommitment = words.Commitment, AskedBy = by.Id, AskedAt = now };
        return await db.CommitAsync<ErasureAsked>(new ErasureAsked { Subject = erasure.Id, By = by.Id, At = now, Note = words }, _ => db.Erasures.Add(erasure), cancellationToken);
    }

    /// <remarks>What stands against it is read in the transaction that erases, and a hold writes the organisation's row as well: one placed meanwhile wins.</remarks>
    public async Task<Decision<ErasureConfirmed>> ConfirmAsync(Guid id, Actor by, CancellationToken cancellationToken)
    {
        var confirmed = await db.InTransactionAsync(_ => EraseAsync(id, by, cancellationToken), cancellationToken);
        if (confirmed.IsTaken)
            await pages.OverwriteAsync(CancellationToken.None);
        return confirmed;
    }

    public async Task<Decision<ErasureDeclined>> DeclineAsync(Guid id, Actor by, CancellationToken cancellationToken) =>
        await db.Erasures.FindAsync([id], cancellationToken) is { } erasure
            ? await db.CommitAsync(
                erasure.Decline(by, clock.GetUtcNow()),
                declined => (erasure.State, erasure.DecidedBy, erasure.DecidedAt) = (ErasureState.Declined, declined.By, declined.At),
                cancellationToken)
            : new Refusal("no-erasure", "That request is not here.");

    private async Task<Decision<ErasureConfirmed>> EraseAsync(Guid id, Actor by, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        if (await db.Erasures.FindAsync([id], cancellationToken) is not { } erasure)
            return new Refusal("no-erasure", "That request is not here.");
        var organisation = await db.Organisations.SingleAsync(cancellationToken);
        var target = await targets.FindAsync(erasure.Target, cancellationToken);
        var forget = await ForgettingAsync(erasure.Target, target?.Commitments ?? [], cancellationToken);
        var shown = target?.Pictures ?? [];
        var pictures = await db.Media.Where(media => shown.Contains(media.Sha256)).ToListAsync(cancellationToken);
        return await db.CommitAsync(
            erasure.Confirm(target, by, clock.GetUtcNow()),
            confirmed =>
            {
                (erasure.State, erasure.DecidedBy, erasure.DecidedAt, erasure.Items) = (ErasureState.Confirmed, confirmed.By, confirmed.At, confirmed.Commitments.Count);
                forget();
                pictures.ForEach(picture => picture.Erase(confirmed.Subject));
                db.Entry(organisation).State = EntityState.Modified;
            },
            cancellationToken);
    }

    /// <summary>Takes the words out of the rows that people read.</summary>
    /// <param name="commitments">To those words, where the target is a conversation: a long one goes in pieces.</param>
    private async Task<Action> ForgettingAsync(string target, IReadOnlyCollection<string> commitments, CancellationToken cancellationToken)
    {
        // A picture has no words.
        if (!Guid.TryParse(target.Split('/')[1], out var id))
            return () => { };
        if (target.StartsWith("conversation/", StringComparison.Ordinal))
            return await ForgettingConversationAsync(id, commitments, cancellationToken);
        var draft = await db.Drafts.SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        var versions = await db.DraftVersions.Where(row => row.DraftId == id).ToListAsync(cancellationToken);
        var autosaves = await db.Autosaves.Where(row => row.DraftId == id).ToListAsync(cancellationToken);
        var person = await db.People.SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        var publications = await db.Publications.Where(row => row.DraftId == id).Select(row => (Guid?)row.Id).ToListAsync(cancellationToken);
        var standing = await db.StandingPosts.Where(row => row.Id == id || publications.Contains(row.PublicationId)).ToListAsync(cancellationToken);
        var copies = standing.ConvertAll(row => row.Id);
        var replaced = await db.StandingVersions.Where(row => copies.Contains(row.StandingId)).ToListAsync(cancellationToken);
        var incident = await db.Incidents.SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        var order = await db.Lockdowns.SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        var recipient = await db.Recipients.SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        var kept = await db.LibraryPictures.SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        var hold = await db.Holds.SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        var asked = await db.Erasures.SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        return () =>
        {
            hold?.Erase();
            asked?.Erase();
            recipient?.Erase();
            kept?.Erase();
            draft?.Erase();
            versions.ForEach(version => version.Erase());
            db.RemoveRange(autosaves);
            person?.Erase();
            standing.ForEach(post => post.Erase());
            replaced.ForEach(version => version.Erase());
            if (incident is { Reason: not null })
                incident.Reason = Erased.Marker;
            if (order is { Note.Length: > 0 })
                order.Note = Erased.Marker;
        };
    }

    private async Task<Action> ForgettingConversationAsync(Guid id, IReadOnlyCollection<string> commitments, CancellationToken cancellationToken)
    {
        var messages = await db.Messages.Where(row => row.ConversationId == id && (commitments.Contains(row.SourceCommitment!) || commitments.Contains(row.TextCommitment!))).ToListAsync(cancellationToken);
        var edited = await db.MessageVersions.Where(row => commitments.Contains(row.TextCommitment!)).ToListAsync(cancellationToken);
        var notes = await db.ConversationNotes.Where(row => row.ConversationId == id && commitments.Contains(row.TextCommitment!)).ToListAsync(cancellationToken);
        var replies = await db.ConversationReplies.AsNoTracking().Where(reply => reply.ConversationId == id).Select(reply => reply.DraftId).ToListAsync(cancellationToken);
        var answers = (await db.Drafts.Where(draft => replies.Contains(draft.Id)).ToListAsync(cancellationToken)).FindAll(draft => Carries(draft.Shape));
        var written = (await db.DraftVersions.Where(version => replies.Contains(version.DraftId)).ToListAsync(cancellationToken)).FindAll(version => Carries(version.Shape));
        var autosaves = await db.Autosaves.Where(row => replies.Contains(row.DraftId)).ToListAsync(cancellationToken);
        return () =>
        {
            answers.ForEach(draft => draft.Shape = draft.Shape!.EraseTarget());
            written.ForEach(version => version.Shape = version.Shape!.EraseTarget());
            db.RemoveRange(autosaves);
            messages.ForEach(message => message.Erase());
            edited.ForEach(version => version.Erase());
            notes.ForEach(note => note.Erase());
        };

        bool Carries(PostShape? shape) => shape?.Target?.Commitment is { } commitment && commitments.Contains(commitment);
    }
}

/// <summary>What was erased, for pages and exports that would otherwise show words.</summary>
/// <param name="Entry">The place of the entry that says so; null in the moment before it has one.</param>
public sealed record ErasedContent(string Commitment, string Name, string Object, DateTimeOffset At, ErasureBasis Basis, long? Entry, Guid AskedBy, Guid ConfirmedBy)
{
    public string Say(Func<DateTimeOffset, string> day) => $"erased on {day(At)} on the basis “{Basis.Say()}”{(Entry is { } entry ? $", entry {entry:N0}" : "")}";
}

/// <summary>Reads what was erased, when, and on whose word.</summary>
public sealed class ErasedContents(CountersignDb db, SignedLog log)
{
    /// <param name="commitments">Null for all there are.</param>
    public async Task<IReadOnlyDictionary<string, ErasedContent>> FindAsync(IReadOnlyCollection<string>? commitments, CancellationToken cancellationToken)
    {
        var items = log.Vault.AsNoTracking().Where(item => item.Erasure != null);
        if (commitments is not null)
            items = items.Where(item => commitments.Contains(item.Commitment));
        var gone = await items.Select(item => new { item.Commitment, item.Name, item.Object, item.Erasure }).ToListAsync(cancellationToken);
        var ids = gone.Select(item => item.Erasure!.Value).Distinct().ToList();
        var erasures = await db.Erasures.AsNoTracking().Where(erasure => ids.Contains(erasure.Id) && erasure.State == ErasureState.Confirmed).ToDictionaryAsync(erasure => erasure.Id, cancellationToken);
        var names = erasures.Values.Select(erasure => erasure.Object).ToList();
        var places = await log.Places.OfObjectsAsync(entry => names.Contains(entry.Object) && entry.Act == "erasure.confirmed" && entry.Ok, cancellationToken);
        return gone.Where(item => erasures.ContainsKey(item.Erasure!.Value)).ToDictionary(item => item.Commitment, item =>
        {
            var erasure = erasures[item.Erasure!.Value];
            return new ErasedContent(item.Commitment, item.Name, item.Object, erasure.DecidedAt!.Value, erasure.Basis, places.TryGetValue(erasure.Object, out var index) ? index : null, erasure.AskedBy, erasure.DecidedBy!.Value);
        }, StringComparer.Ordinal);
    }
}

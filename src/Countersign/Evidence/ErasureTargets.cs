using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.People;
using Countersign.Publishing;
using Countersign.Standing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Evidence;

/// <summary>Something whose words could be erased, and what stands against it.</summary>
/// <param name="Object">As entries name it: "draft/0192…".</param>
/// <param name="Commitments">Content that is there.</param>
/// <param name="Held">A legal hold is on it, on its author or on everything.</param>
/// <param name="InUse">Why it cannot be erased yet, in a sentence; null where it can.</param>
public sealed record ErasureTarget(string Object, IReadOnlyList<string> Commitments, bool Held, string? InUse, Minimum? Minimum)
{
    /// <summary>Hashes of pictures that nothing else shows: their bytes go too.</summary>
    public IReadOnlyList<string> Pictures { get; init; } = [];

    /// <summary>Pieces that one entry has no room for: they stay until they are asked for again.</summary>
    public int Left { get; init; }

    /// <summary>Commitments that fit into one entry.</summary>
    public const int Most = 600;

    /// <summary>Where each may change a row of its own, which takes more room in the entry than the commitment does.</summary>
    public const int MostOfConversation = 200;
}

/// <summary>Finds what an erasure or a hold is about.</summary>
public sealed class ErasureTargets(CountersignDb db, SignedLog log)
{
    public const string NotFound = "Nothing here is called that. Copy the address of the post’s or the person’s page, or the name of the thing from an entry of the audit trail.";

    /// <param name="said">"draft/0192…", or an address that ends in the identifier of a draft, a person or a lock.</param>
    public async Task<ErasureTarget?> FindAsync(string said, CancellationToken cancellationToken)
    {
        var parts = said.Trim().TrimEnd('/').Split('/');
        var last = parts[^1];
        if (!Guid.TryParse(last.Split('?', '#')[0], out var id))
            return await db.Media.AsNoTracking().SingleOrDefaultAsync(media => media.Sha256 == last, cancellationToken) is { } media ? await ReadAsync(media, cancellationToken) : null;
        if (parts is [.., "conversation" or "inbox", _])
            return await db.Conversations.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is { } named ? await ReadAsync(named, cancellationToken) : null;
        if (await db.Drafts.AsNoTracking().SingleOrDefaultAsync(draft => draft.Id == id, cancellationToken) is { } draft)
            return await ReadAsync(draft, cancellationToken);
        if (await db.People.AsNoTracking().SingleOrDefaultAsync(person => person.Id == id, cancellationToken) is { } person)
            return await ReadAsync(person, cancellationToken);
        if (await db.StandingPosts.AsNoTracking().SingleOrDefaultAsync(post => post.Id == id, cancellationToken) is { } standing)
            return await ReadAsync(standing, cancellationToken);
        if (await db.Conversations.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is { } conversation)
            return await ReadAsync(conversation, cancellationToken);
        if (await db.LibraryPictures.AsNoTracking().SingleOrDefaultAsync(picture => picture.Id == id, cancellationToken) is { } picture)
            return await ReadAsync(picture, cancellationToken);
        if (await db.Incidents.AsNoTracking().SingleOrDefaultAsync(incident => incident.Id == id, cancellationToken) is { } incident)
            return new ErasureTarget(incident.Object, await OpenOfAsync(incident.ReasonCommitment is { } reason ? [reason] : [], cancellationToken), await IsHeldAsync([incident.Object, $"person/{incident.OpenedBy}", .. incident.DecidedBy is { } decided ? (string[])[$"person/{decided}"] : []], cancellationToken), incident.IsOpen ? "This incident is open. Its reason can go when it is decided." : null, null);
        if (await db.Holds.AsNoTracking().SingleOrDefaultAsync(hold => hold.Id == id, cancellationToken) is { } hold)
            return new ErasureTarget(hold.Object, await ContentsAsync(hold.Object, null, cancellationToken), await IsHeldAsync([hold.Object, $"person/{hold.PlacedBy}"], cancellationToken), hold.ReleasedAt is null ? "This hold is in force. Its matter can go when it is lifted." : null, null);
        if (await db.Erasures.AsNoTracking().SingleOrDefaultAsync(erasure => erasure.Id == id, cancellationToken) is { } erasure)
            return new ErasureTarget(erasure.Object, await ContentsAsync(erasure.Object, null, cancellationToken), await IsHeldAsync([erasure.Object, erasure.Target, $"person/{erasure.AskedBy}"], cancellationToken), erasure.State == ErasureState.Asked ? "This request is not decided. Who made it can be forgotten afterwards." : null, null);
        if (await db.Lockdowns.AsNoTracking().SingleOrDefaultAsync(order => order.Id == id, cancellationToken) is { } order)
            return new ErasureTarget(order.Object, await ContentsAsync(order.Object, null, cancellationToken), await IsHeldAsync([order.Object, $"person/{order.LockedBy}"], cancellationToken), order.InForce ? "This lock is in force. Its note can go when it is released." : null, null);
        if (await db.Recipients.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, cancellationToken) is { } recipient)
            return new ErasureTarget(recipient.Object, await ContentsAsync(recipient.Object, null, cancellationToken), await IsHeldAsync([recipient.Object], cancellationToken), recipient.RemovedAt is null ? "This address still gets statements. Remove it first." : null, null);
        return null;
    }

    private async Task<ErasureTarget> ReadAsync(Draft draft, CancellationToken cancellationToken)
    {
        var posts = await db.Publications.AsNoTracking().Where(post => post.DraftId == draft.Id).ToListAsync(cancellationToken);
        var published = posts.Where(post => post.RemoteId is not null).Select(post => post.SettledAt ?? post.IntentAt).Max();
        return new ErasureTarget(
            draft.Object,
            [.. await ContentsAsync(draft.Object, null, cancellationToken), .. await CopiesAsync(posts, cancellationToken)],
            await IsHeldAsync(NamesOf(draft), cancellationToken),
            IsOpen(draft, posts) ? "This draft is still in use. Withdraw it, or wait until it has gone out." : null,
            Minimum.Of(draft, published))
        { Pictures = await OwnPicturesAsync(draft, cancellationToken) };
    }

    /// <summary>Pictures of this draft, in any of its versions, that nothing else shows and that are not in the library.</summary>
    private async Task<IReadOnlyList<string>> OwnPicturesAsync(Draft draft, CancellationToken cancellationToken)
    {
        var versions = await db.DraftVersions.AsNoTracking().Where(version => version.DraftId == draft.Id).ToListAsync(cancellationToken);
        var own = new List<string>();
        foreach (var sha256 in versions.SelectMany(version => version.Body.AllPictures).Concat(draft.Body.AllPictures).Select(picture => picture.Sha256).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (!await IsShownAsync(sha256, draft.Id, cancellationToken) && !await IsInLibraryAsync(sha256, cancellationToken))
                own.Add(sha256);
        }

        return own;
    }

    private Task<bool> IsInLibraryAsync(string sha256, CancellationToken cancellationToken) => db.LibraryPictures.AnyAsync(kept => kept.Sha256 == sha256 && kept.Details != PictureDetails.None, cancellationToken);

    /// <returns>True where a draft that is not erased or a post of our own networks shows this picture, or where its bytes are gone anyway.</returns>
    /// <param name="but">A draft that does not count.</param>
    private async Task<bool> IsShownAsync(string sha256, Guid? but, CancellationToken cancellationToken) =>
        // The columns are JSON text; a hash stands in them as it is.
        await db.Drafts.AnyAsync(other => other.Id != but && other.Text != Erased.Marker && (((string)(object)other.Pictures).Contains(sha256) || (other.Shape != null && ((string)(object)other.Shape).Contains(sha256))), cancellationToken)
        || await db.DraftVersions.AnyAsync(other => other.DraftId != but && other.Text != Erased.Marker && (((string)(object)other.Pictures).Contains(sha256) || (other.Shape != null && ((string)(object)other.Shape).Contains(sha256))), cancellationToken)
        || await db.ShelvedPosts.AnyAsync(post => ((string)(object)post.Pictures).Contains(sha256), cancellationToken)
        || !await db.Media.AnyAsync(media => media.Sha256 == sha256 && media.Erasure == null, cancellationToken);

    /// <summary>What was ever said of it, and its bytes where no post shows them: with a post they are evidence, and go with its words.</summary>
    private async Task<ErasureTarget> ReadAsync(LibraryPicture picture, CancellationToken cancellationToken) => new(
        picture.Object,
        await ContentsAsync(picture.Object, null, cancellationToken),
        await IsHeldAsync([picture.Object, $"person/{picture.AddedBy}"], cancellationToken),
        picture.Retired ? null : "This picture is in use in the library. Take it out of use first.",
        null)
    { Pictures = await IsShownAsync(picture.Sha256, null, cancellationToken) ? [] : [picture.Sha256] };

    /// <summary>Bytes that nobody saved with anything: whoever was at it went away.</summary>
    private async Task<ErasureTarget> ReadAsync(Media media, CancellationToken cancellationToken) => new(
        media.Object,
        [],
        await IsHeldAsync([media.Object, .. media.Adders.Select(adder => $"person/{adder}")], cancellationToken),
        media.Erasure is not null ? null
            : await IsInLibraryAsync(media.Sha256, cancellationToken) ? "This picture is in the library. Erase it there."
            : await IsShownAsync(media.Sha256, null, cancellationToken) ? "A draft or a post shows this picture. It goes with the last of them."
            : null,
        null)
    { Pictures = media.Erasure is null ? [media.Sha256] : [] };

    /// <summary>The archive copies of a draft's posts go with its words: they are the same.</summary>
    private async Task<List<string>> CopiesAsync(List<Publication> posts, CancellationToken cancellationToken)
    {
        var ids = posts.ConvertAll(post => (Guid?)post.Id);
        var copies = await db.StandingPosts.AsNoTracking().Where(post => ids.Contains(post.PublicationId)).ToListAsync(cancellationToken);
        return await OpenOfAsync([.. await CommitmentsAsync(copies, cancellationToken)], cancellationToken);
    }

    private async Task<ErasureTarget> ReadAsync(StandingPost post, CancellationToken cancellationToken)
    {
        var written = await (from sent in db.Publications.AsNoTracking() where sent.Id == post.PublicationId join draft in db.Drafts.AsNoTracking() on sent.DraftId equals draft.Id select draft).SingleOrDefaultAsync(cancellationToken);
        return new ErasureTarget(
            post.Object,
            await OpenOfAsync([.. await CommitmentsAsync([post], cancellationToken)], cancellationToken),
            await IsHeldAsync([post.Object, .. written is null ? [] : NamesOf(written)], cancellationToken),
            post.State == StandingState.Stands ? "This post stands on its network. Its copy can go when the post is gone." : null,
            Minimum.Of(RetentionMatrix.Published, post.GoneAt ?? post.LastSeenAt));
    }

    /// <summary>What they wrote, what it was before it was edited, the copies that go with our answers, and what people here noted. What we answered is a draft, and has its own.</summary>
    private async Task<ErasureTarget> ReadAsync(Conversation conversation, CancellationToken cancellationToken)
    {
        var messages = await db.Messages.AsNoTracking().Where(message => message.ConversationId == conversation.Id).OrderBy(message => message.WrittenAt).ThenBy(message => message.Id).ToListAsync(cancellationToken);
        var ids = messages.ConvertAll(message => message.Id);
        var versions = (await db.MessageVersions.AsNoTracking().Where(version => ids.Contains(version.MessageId)).OrderBy(version => version.Version).ToListAsync(cancellationToken)).ToLookup(version => version.MessageId, version => version.TextCommitment);
        var notes = await db.ConversationNotes.AsNoTracking().Where(note => note.ConversationId == conversation.Id).OrderBy(note => note.At).ThenBy(note => note.Id).ToListAsync(cancellationToken);
        var answers = await AnswersAsync(conversation.Id, cancellationToken);
        var open = (await OpenOfAsync([.. answers.SelectMany(answer => answer.Targets), .. messages.SelectMany(message => message.Commitments.Concat(versions[message.Id].OfType<string>())), .. notes.Select(note => note.TextCommitment).OfType<string>()], cancellationToken)).ToHashSet(StringComparer.Ordinal);

        // Of a long one the oldest first: one entry names so many and no more, and the rest is asked for again.
        IEnumerable<IEnumerable<string>> pieces = [.. answers.Select(answer => answer.Targets), .. messages.Select(message => versions[message.Id].OfType<string>().Concat(message.Commitments)), .. notes.Select(note => (IEnumerable<string>)(note.TextCommitment is { } commitment ? [commitment] : []))];
        var first = new List<string>();
        foreach (var piece in pieces.Select(piece => piece.Where(open.Contains).ToList()))
        {
            if (first.Count + piece.Count > ErasureTarget.MostOfConversation)
            {
                // A message that was edited without end: its earlier versions first, and it itself, words and source together, at the end.
                if (first.Count == 0)
                    first.AddRange(piece.Take(ErasureTarget.MostOfConversation - 2));
                break;
            }

            first.AddRange(piece);
        }

        return new ErasureTarget(
            conversation.Object,
            [.. first.Order(StringComparer.Ordinal)],
            await IsHeldAsync([conversation.Object, .. answers.SelectMany(answer => answer.Names), .. notes.Select(note => $"person/{note.ById}").Distinct(StringComparer.Ordinal)], cancellationToken),
            conversation.State != ConversationState.Resolved ? "This conversation is not resolved. Its words can go when it is."
                : answers.Any(answer => answer.IsOpen) ? "An answer to this conversation is not out yet. Withdraw it, or wait until it has gone out."
                : null,
            null)
        { Left = open.Count - first.Count };
    }

    /// <summary>Each answer was written to words, which it carries along.</summary>
    private async Task<IReadOnlyList<(IReadOnlyList<string> Names, bool IsOpen, IReadOnlyList<string> Targets)>> AnswersAsync(Guid conversation, CancellationToken cancellationToken)
    {
        var ids = await db.ConversationReplies.AsNoTracking().Where(reply => reply.ConversationId == conversation).Select(reply => reply.DraftId).ToListAsync(cancellationToken);
        var drafts = await db.Drafts.AsNoTracking().Where(draft => ids.Contains(draft.Id)).OrderBy(draft => draft.Id).ToListAsync(cancellationToken);
        var versions = (await db.DraftVersions.AsNoTracking().Where(version => ids.Contains(version.DraftId)).ToListAsync(cancellationToken)).ToLookup(version => version.DraftId, version => version.Shape?.Target?.Commitment);
        var posts = (await db.Publications.AsNoTracking().Where(post => ids.Contains(post.DraftId)).ToListAsync(cancellationToken)).ToLookup(post => post.DraftId);
        return [.. drafts.Select(draft => (NamesOf(draft), IsOpen(draft, posts[draft.Id]), (IReadOnlyList<string>)[.. versions[draft.Id].Append(draft.Shape?.Target?.Commitment).OfType<string>().Distinct(StringComparer.Ordinal)]))];
    }

    /// <summary>What a hold on it may be on: itself, or somebody who wrote it.</summary>
    private static IReadOnlyList<string> NamesOf(Draft draft) => [draft.Object, .. draft.Editors.Append(draft.AuthorId).Distinct().Select(id => $"person/{id}")];

    private static bool IsOpen(Draft draft, IEnumerable<Publication> posts) =>
        posts.Any(post => post.SettledAt is null && post.State != PublicationState.Void) || draft.Stage is DraftStage.Draft or DraftStage.AwaitingApproval or DraftStage.Returned or DraftStage.Held;

    private async Task<IEnumerable<string>> CommitmentsAsync(List<StandingPost> posts, CancellationToken cancellationToken)
    {
        var ids = posts.ConvertAll(post => post.Id);
        var versions = await db.StandingVersions.AsNoTracking().Where(version => ids.Contains(version.StandingId)).ToListAsync(cancellationToken);
        return posts.SelectMany(post => post.Commitments).Concat(versions.SelectMany(version => version.Commitments)).Distinct(StringComparer.Ordinal);
    }

    /// <summary>Those of these commitments whose content is there still.</summary>
    private async Task<List<string>> OpenOfAsync(List<string> commitments, CancellationToken cancellationToken) =>
        await log.Vault.AsNoTracking().Where(item => commitments.Contains(item.Commitment) && item.Erasure == null).OrderBy(item => item.Commitment).Select(item => item.Commitment).ToListAsync(cancellationToken);

    private async Task<ErasureTarget> ReadAsync(Person person, CancellationToken cancellationToken)
    {
        var signed = await log.Events.AsNoTracking().Where(entry => entry.Actor == person.Id && (entry.Act == "draft.approved" || entry.Act == "template.approved")).OrderByDescending(entry => entry.Seq).Select(entry => (DateTimeOffset?)entry.At).FirstOrDefaultAsync(cancellationToken);
        // The column is JSON text; an identifier stands in it as it is.
        var mark = person.Id.ToString();
        var drafts = signed is null ? [] : await db.Drafts.AsNoTracking().Where(draft => ((string)(object)draft.Signatures).Contains(mark) || (draft.Clearance != null && ((string)(object)draft.Clearance).Contains(mark))).ToListAsync(cancellationToken);
        return new ErasureTarget(
            person.Object,
            await ContentsAsync(person.Object, person.Commitment, cancellationToken),
            await IsHeldAsync([person.Object], cancellationToken),
            person.Grants.Count > 0 ? "This person still holds roles. Take them first: somebody without a name cannot act." : null,
            signed is { } at ? Minimum.Of(RetentionMatrix.OfApprover(drafts), at) : null);
    }

    private async Task<bool> IsHeldAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken) =>
        await db.Holds.AnyAsync(hold => hold.ReleasedAt == null && (hold.Target == LegalHold.Everything || names.Contains(hold.Target)), cancellationToken);

    /// <param name="other">A commitment that is filed under something else: the first administrator's, under the organisation.</param>
    private async Task<List<string>> ContentsAsync(string obj, string? other, CancellationToken cancellationToken) =>
        await log.Vault.AsNoTracking().Where(item => (item.Object == obj || item.Commitment == other) && item.Erasure == null).OrderBy(item => item.Commitment).Select(item => item.Commitment).ToListAsync(cancellationToken);
}

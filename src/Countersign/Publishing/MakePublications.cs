using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Storage;

namespace Countersign.Publishing;

/// <summary>Puts the deliveries of a draft in line, in the commit that approves it.</summary>
public sealed class MakePublications(CountersignDb db, Networks networks)
{
    /// <param name="approved">The event that lets it out.</param>
    /// <param name="writers">Who wrote the words besides those who had the draft in hand: a lock on any of them stops the posts.</param>
    internal void Add(DraftContext context, DomainEvent approved, string seal, IReadOnlyCollection<Guid> writers)
    {
        foreach (var (account, publication) in context.Accounts.SelectMany(account => Of(context.Draft, account, approved, seal, writers).Select(publication => (account, publication))))
        {
            db.Publications.Add(publication);
            db.Jobs.Add(AccountLine.Enter(publication, account));
        }
    }

    /// <summary>One for each post it becomes there, each following the one before.</summary>
    private IEnumerable<Publication> Of(Draft draft, Account account, DomainEvent approved, string seal, IReadOnlyCollection<Guid> writers)
    {
        Guid? before = null;
        foreach (var (at, part) in draft.Body.For(account.Id).Index())
        {
            var publication = Of(draft, account, approved, seal, writers, part, at, before);
            before = publication.Id;
            yield return publication;
        }
    }

    private Publication Of(Draft draft, Account account, DomainEvent approved, string seal, IReadOnlyCollection<Guid> writers, OutgoingPart part, int at, Guid? before)
    {
        var due = draft.Slot?.Instant ?? approved.At;
        var until = draft.Slot is null ? approved.At + Draft.OpenWindow : due + Draft.Tolerance;
        return new Publication
        {
            Id = Guid.CreateVersion7(approved.At),
            DraftId = draft.Id,
            Version = draft.Version,
            AccountId = account.Id,
            Hands = [.. draft.Editors.Append(draft.AuthorId).Concat(writers).Distinct()],
            Seal = seal,
            Key = networks.Get<IMintKeys>(account.Network).Mint(approved.At),

            // Readers sort by it: no two parts share an instant.
            CreatedAt = due.AddMilliseconds(at),
            DueAt = due,
            Until = before is null ? until : until + Chain.Grace,
            Place = part.Place,
            Number = part.Number,
            Of = part.Of,
            FollowsId = before,
            ApprovalEvent = approved.Id,
        };
    }
}

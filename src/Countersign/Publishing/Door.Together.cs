using System.Collections.Concurrent;
using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>Several posts at once, each of another account: judged one by one as always, and written together.</summary>
public sealed partial class Door
{
    /// <summary>Each may take a connection to the database.</summary>
    private const int HandedOverAtOnce = 16;

    /// <summary>Lets out those of several claimed publications against which nothing speaks. The others have not moved, and go through the door by themselves.</summary>
    /// <param name="parcels">Single posts of different accounts, for networks on which nothing has to stand before the post.</param>
    /// <returns>How each of those moved that left.</returns>
    public async Task<IReadOnlyDictionary<Guid, PublicationMoved>> LetOutTogetherAsync(IReadOnlyList<Parcel> parcels, CancellationToken cancellationToken)
    {
        var passes = await gate.EnterTogetherAsync([.. parcels.Select(parcel => (Guid[])[parcel.Account.Id, parcel.Account.SiteId, .. parcel.Publication.Hands])], cancellationToken);
        var outcomes = new ConcurrentBag<(Parcel Parcel, Outcome? Outcome)>();
        try
        {
            foreach (var pass in passes)
                await pass.ReadyAsync();
            var intents = await db.InCompanyAsync(() => CommitIntentsAsync([.. parcels.Zip(passes)], cancellationToken), cancellationToken);
            foreach (var pass in passes.Except(intents.Select(intent => intent.Pass)))
                await pass.DisposeAsync();
            await Parallel.ForEachAsync(intents, new ParallelOptions { MaxDegreeOfParallelism = HandedOverAtOnce, CancellationToken = CancellationToken.None }, async (intent, _) =>
            {
                // Each pass ends with its own post: a lock waits for none of the others.
                await using var pass = intent.Pass;

                // Last look, as for one alone.
                var late = pass.Stop.IsCancellationRequested || clock.GetUtcNow() - intent.At > settings.Value.AnswerWithin;
                outcomes.Add((intent.Parcel, late ? null : await HandOverAsync(intent.Parcel.Account, intent.Parcel.Delivery, null, pass.Stop)));
            });
        }
        finally
        {
            foreach (var pass in passes)
                await pass.DisposeAsync();
        }

        return await RecordTogetherAsync([.. outcomes]);
    }

    /// <returns>Those whose intent is committed now.</returns>
    private async Task<IReadOnlyList<(Parcel Parcel, DepartureGate.Pass Pass, DateTimeOffset At)>> CommitIntentsAsync(IReadOnlyList<(Parcel Parcel, DepartureGate.Pass Pass)> all, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var ids = all.Select(one => one.Parcel.Publication.DraftId).ToList();
        var drafts = await db.Drafts.AsNoTracking().Where(draft => ids.Contains(draft.Id)).ToDictionaryAsync(draft => draft.Id, cancellationToken);
        var looked = await LookAsync(drafts.Values, [.. all.Select(one => one.Parcel.Publication)], cancellationToken);
        var leaving = new List<(Parcel Parcel, DepartureGate.Pass Pass, PublicationMoved Moved)>();
        foreach (var (parcel, pass) in all)
        {
            var publication = parcel.Publication;
            if (!pass.Stop.IsCancellationRequested
                && drafts.TryGetValue(publication.DraftId, out var draft)
                && looked.Accounts.TryGetValue(publication.AccountId, out var account)
                && await JudgeAsync(publication, draft, account, parcel.Delivery, null, looked, now, cancellationToken) is (PublicationState.Sending, var why)
                && publication.Move(PublicationState.Sending, now, why) is { Taken: { } moved })
                leaving.Add((parcel, pass, moved));
        }

        var refused = await db.CommitTogetherAsync([.. leaving.Select(one => (one.Moved, (IGoverned)one.Parcel.Publication, (Action)(() => one.Parcel.Publication.Apply(one.Moved))))], cancellationToken);
        return refused is null ? [.. leaving.Select(one => (one.Parcel, one.Pass, one.Moved.At))] : [];
    }

    private async Task<IReadOnlyDictionary<Guid, PublicationMoved>> RecordTogetherAsync(IReadOnlyList<(Parcel Parcel, Outcome? Outcome)> outcomes)
    {
        var now = clock.GetUtcNow();
        var ids = outcomes.Select(one => one.Parcel.Publication.Id).ToList();
        var followed = (await db.Publications.AsNoTracking().Where(other => other.FollowsId != null && ids.Contains(other.FollowsId.Value)).Select(other => other.FollowsId!.Value).ToListAsync(CancellationToken.None)).ToHashSet();
        var plain = outcomes.Where(one => one.Outcome is Outcome.Accepted && !followed.Contains(one.Parcel.Publication.Id))
            .Select(one => (one.Parcel.Publication, Moved: After(one.Parcel.Publication, one.Outcome, now).Taken!)).ToList();
        var moved = new Dictionary<Guid, PublicationMoved>();

        // Where somebody else moved one of them meanwhile, nothing here is believed any more: what was sent is looked up.
        if (await db.CommitTogetherAsync([.. plain.Select(one => (one.Moved, (IGoverned)one.Publication, (Action)(() => one.Publication.Apply(one.Moved))))], CancellationToken.None) is not null)
            return moved;
        foreach (var (publication, step) in plain)
            moved[publication.Id] = step;
        foreach (var (parcel, outcome) in outcomes.Where(one => !moved.ContainsKey(one.Parcel.Publication.Id)))
        {
            var account = await db.Accounts.SingleAsync(row => row.Id == parcel.Account.Id, CancellationToken.None);
            if (await RecordAsync(parcel.Publication, account, outcome) is not { Taken: { } step })
                break;
            moved[parcel.Publication.Id] = step;
        }

        return moved;
    }

    /// <summary>A claimed publication with what is handed over for it.</summary>
    public sealed record Parcel(Publication Publication, Account Account, Delivery Delivery);
}

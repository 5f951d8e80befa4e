using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Policies;
using Countersign.Publishing.Replies;
using Countersign.Screening;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using NetworkEvidence = Countersign.Channels.Evidence;

namespace Countersign.Publishing;

/// <summary>
/// The one way out. Checks everything again inside the transaction that commits the intent, and hands the post to its network
/// while the gate keeps locks from committing. No other type calls <see cref="IPublish"/>, nor edits, shows again or takes down; a test reads the compiled assembly for it.
/// </summary>
public sealed partial class Door(
    CountersignDb db,
    DepartureGate gate,
    Networks networks,
    DraftReader reader,
    PolicyInForce policy,
    PictureRights rights,
    ReplyLibrary library,
    SignedLog log,
    Credentials credentials,
    IOptions<DeliverySettings> settings,
    TimeProvider clock,
    ILogger<Door> logger)
{
    internal const string AccountShut = "account-not-connected";

    /// <summary>Lets one claimed publication out, or says why not. Either way the publication has moved when this returns.</summary>
    /// <param name="again">The post that is shown once more; null for everything but a repost.</param>
    public async Task<Decision<PublicationMoved>> LetOutAsync(Publication publication, Account account, Delivery delivery, RemoteRef? again, CancellationToken cancellationToken)
    {
        Outcome? outcome = null;
        await using (var pass = await gate.EnterAsync([account.Id, account.SiteId, .. publication.Hands], cancellationToken))
        {
            await pass.ReadyAsync();
            if (await IsLockedAsync(publication, account, cancellationToken))
                return await db.CommitAsync(publication.Move(PublicationState.Approved, clock.GetUtcNow(), "locked"), publication.Apply, cancellationToken);

            // One that has to be connected again is not knocked at: the judgement below holds its post for a person.
            switch (account.State == AccountState.Connected && again is null ? await PrepareAsync(account, delivery, pass.Stop, cancellationToken) : new PrepareOutcome.Ready(null))
            {
                case PrepareOutcome.Ready ready:
                    delivery = delivery with { Prepared = ready.Prepared };
                    break;
                case PrepareOutcome.Stopped stopped:
                    return await RecordAsync(publication, account, stopped.Why);
            }

            var intent = await db.InCompanyAsync(() => CommitIntentAsync(publication, account, delivery, again, pass.Stop, cancellationToken), cancellationToken);
            if (!intent.IsTaken || intent.Taken.To != PublicationState.Sending)
                return intent;

            // Last look. A worker that slept through its time, like one that a lock wants stopped, has not called the network yet.
            if (!pass.Stop.IsCancellationRequested && clock.GetUtcNow() - intent.Taken.At <= settings.Value.AnswerWithin)
                outcome = await HandOverAsync(account, delivery, again, pass.Stop);
        }

        return await RecordAsync(publication, account, outcome);
    }

    private async Task<Decision<PublicationMoved>> CommitIntentAsync(Publication publication, Account account, Delivery delivery, RemoteRef? again, CancellationToken stop, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var draft = await db.Drafts.SingleAsync(row => row.Id == publication.DraftId, cancellationToken);

        // Loaded before the pictures were prepared; somebody may have disconnected it since.
        await db.Entry(account).ReloadAsync(cancellationToken);
        var (to, why) = stop.IsCancellationRequested ? (PublicationState.Approved, "stopped") : await JudgeAsync(publication, draft, account, delivery, again, await LookAsync([draft], [publication], cancellationToken), now, cancellationToken);
        var othersLeft = to == PublicationState.Held && (await db.Publications.AsNoTracking().Where(other => other.DraftId == draft.Id && other.Id != publication.Id).ToListAsync(cancellationToken)).Exists(other => other.MayHaveLeft);
        return await db.CommitAsync(
            publication.Move(to, now, why, why == AccountShut ? $"{account.Title} has to be connected again first." : null),
            moved =>
            {
                publication.Apply(moved);

                // Only what voids the approval holds the draft, and with it its posts on other accounts. An account that is shut holds its own post;
                // and a post that stands on another account already stays approved, while this one waits for a person by itself.
                if (moved.To != PublicationState.Held || moved.Code == AccountShut || draft.Stage != DraftStage.Approved || othersLeft)
                    return;
                draft.Stage = DraftStage.Held;
                draft.HeldBecause = moved.Code;
            },
            cancellationToken);
    }

    /// <summary>Where the publication goes from here: Sending if nothing speaks against it, else where it waits, and a code for why.</summary>
    private async Task<(PublicationState To, string? Why)> JudgeAsync(Publication publication, Draft draft, Account account, Delivery delivery, RemoteRef? again, Looked looked, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Approved: stays where it is and is asked again. Held: a person has to choose. Missed: its time is over.
        if (now > publication.Until)
            return (PublicationState.Missed, "window-closed");
        if (looked.Stops(publication, account))
            return (PublicationState.Approved, "locked");
        if (draft.Version != publication.Version)
            return (PublicationState.Void, "older-version");
        if (draft.Stage == DraftStage.Held)
            return (PublicationState.Held, draft.HeldBecause);
        if (draft.Stage != DraftStage.Approved || draft.Seal != publication.Seal)
            return (PublicationState.Held, "approval-void");
        if (account.State != AccountState.Connected)
            return (PublicationState.Held, AccountShut);
        var before = publication.FollowsId is { } follows ? await db.Publications.AsNoTracking().SingleAsync(row => row.Id == follows, cancellationToken) : null;
        if (before is { Stands: false })
            return (PublicationState.Approved, "part-before");
        var context = await reader.ReadAsync(draft, looked.AccountsOf(draft), looked.Policy, cancellationToken);
        if (context.Seal != publication.Seal)
            return (PublicationState.Held, context.Assessment.Release == AssessmentFacts.Read(draft.Assessment)?.Release ? "content-changed" : "policy-changed");
        if (!IsInHand(delivery.Content, again, draft.Body, publication, before))
            return (PublicationState.Held, "content-changed");
        if (draft.Shape is { AllOrNone: true } && await WhyNoneAsync(publication, context, looked, cancellationToken) is { } none)
            return none;
        if (await rights.AgainstAsync(draft.Body.AllPictures, now, cancellationToken) is [var against, ..])
            return (PublicationState.Held, against.Code);
        if (draft.Clearance is { } clearance ? !await ClearanceHoldsAsync(draft, clearance, context, cancellationToken) : !SignaturesHold(draft, context, looked.Signers))
            return (PublicationState.Held, draft.Clearance is null ? "signature-void" : "clearance-void");
        return looked.Covered.Contains(publication.ApprovalEvent)
            ? (PublicationState.Sending, null)
            : (PublicationState.Approved, "not-yet-in-the-log");
    }

    /// <summary>What is in hand is the part of this delivery, of what the digest that was just compared is over.</summary>
    private static bool IsInHand(PostContent content, RemoteRef? again, Composition body, Publication publication, Publication? before) =>
        body.Part(publication.AccountId, publication.Place, publication.Number) is { } part
        && part.Of == publication.Of
        && again == Outgoing.ShownAgain(body.Shape)
        && Outgoing.IsInHand(content, body, part, before?.Remote);

    /// <summary>Where the author asked for all or none: what keeps the others back keeps this one, until the first has left.</summary>
    private async Task<(PublicationState To, string? Why)?> WhyNoneAsync(Publication publication, DraftContext context, Looked looked, CancellationToken cancellationToken)
    {
        var others = await db.Publications.AsNoTracking().Where(other => other.DraftId == publication.DraftId && other.Version == publication.Version && other.Id != publication.Id).ToListAsync(cancellationToken);
        if (others.Exists(other => other.MayHaveLeft))
            return null;
        if (context.Accounts.Any(account => account.State != AccountState.Connected) || others.Exists(other => !other.IsOpen))
            return (PublicationState.Held, "all-or-none");
        return context.Accounts.Any(account => looked.Stops(publication, account)) ? (PublicationState.Approved, "locked") : null;
    }

    private static bool SignaturesHold(Draft draft, DraftContext context, IReadOnlyDictionary<Guid, Person> signers) =>
        draft.Missing.Count == 0 && draft.Signatures.All(signature =>
            signature.Seal == draft.Seal
            && signature.PersonId != draft.AuthorId
            && !draft.Editors.Contains(signature.PersonId)
            && signers.TryGetValue(signature.PersonId, out var signer)
            && new Actor(signer.Id, signer.Name, signer.Grants).HoldsForAll(signature.Role, context.Refs));

    /// <summary>The text of the library that let it out is in use still, is what was signed, and says all that is said.</summary>
    private async Task<bool> ClearanceHoldsAsync(Draft draft, Clearance clearance, DraftContext context, CancellationToken cancellationToken) =>
        await library.FindAsync(clearance.Template, clearance.Version, cancellationToken) is { } kept
        && kept.Version.Digest == clearance.Digest
        && draft.Editors.All(editor => editor == draft.AuthorId)
        && context.Refs is [var account]
        && kept.WhyNotUse(account) is null
        && kept.Content.Fill(clearance.Values) is { IsTaken: true, Taken: var filled }
        && kept.WhyNotAtOnce(filled, draft.Body, context.Assessment, account, [draft.AuthorId], []) is null;

    /// <summary>Reads what is judged by, in the transaction of the intent: once for all that leave in it.</summary>
    private async Task<Looked> LookAsync(IReadOnlyCollection<Draft> drafts, IReadOnlyCollection<Publication> publications, CancellationToken cancellationToken)
    {
        var accounts = drafts.SelectMany(draft => draft.AccountIds).Concat(publications.Select(publication => publication.AccountId)).Distinct().ToList();
        var signers = drafts.SelectMany(draft => draft.Signatures).Select(signature => signature.PersonId).Distinct().ToList();
        return new Looked(
            await db.OrdersInForce.ToListAsync(cancellationToken),
            await db.Accounts.AsNoTracking().Where(account => accounts.Contains(account.Id)).ToDictionaryAsync(account => account.Id, cancellationToken),
            await db.People.AsNoTracking().Where(person => signers.Contains(person.Id)).ToDictionaryAsync(person => person.Id, cancellationToken),
            await policy.GetAsync(cancellationToken),
            await log.CoveredAsync([.. publications.Select(publication => publication.ApprovalEvent)], cancellationToken));
    }

    /// <summary>True if an order in force stops this post. Asked before it is claimed, before anything is uploaded, and in the transaction of the intent.</summary>
    internal async Task<bool> IsLockedAsync(Publication publication, Account account, CancellationToken cancellationToken) =>
        (await db.OrdersInForce.ToListAsync(cancellationToken)).Exists(order => order.Stops(publication.Hands, account.Ref));

    /// <summary>Pictures and a session; nothing of the post is on the network yet, and what fails here was not sent.</summary>
    private async Task<PrepareOutcome> PrepareAsync(Account account, Delivery delivery, CancellationToken stop, CancellationToken cancellationToken)
    {
        if (!networks.Can<IPrepare>(account.Network))
            return new PrepareOutcome.Ready(null);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop, cancellationToken);
        limit.CancelAfter(settings.Value.AnswerWithin * 2);
        try
        {
            return await networks.Get<IPrepare>(account.Network).PrepareAsync(delivery, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new PrepareOutcome.Stopped(new Outcome.NotSent(NotSentKind.Unreachable, null, new NetworkEvidence(null, null, stop.IsCancellationRequested
                ? "Stopped by a lock before anything was sent."
                : "The network took too long to take the pictures.")));
        }
    }

    private async Task<Outcome> HandOverAsync(Account account, Delivery delivery, RemoteRef? again, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(settings.Value.AnswerWithin);
        try
        {
            return again is null
                ? await networks.Get<IPublish>(account.Network).PublishAsync(delivery, limit.Token)
                : await ShowAgainAsync(account, delivery, again, limit.Token);
        }
        catch (OperationCanceledException)
        {
            return new Outcome.Unknown(new NetworkEvidence(null, null, stop.IsCancellationRequested
                ? "Stopped by a lock while the network had it."
                : $"The network did not answer within {settings.Value.AnswerWithin.TotalSeconds:0} seconds."));
        }
        catch (Exception fault)
        {
            // The contract says a connector throws only for programming errors; what the network has is not known then either.
            logger.LogError(fault, "The connector for {Network} failed on {Key}", account.Network, delivery.Key);
            return new Outcome.Unknown(new NetworkEvidence(null, fault.GetType().Name, "The connector failed while the network may have had it."));
        }
    }

    /// <param name="outcome">Null where the network was never called.</param>
    private async Task<Decision<PublicationMoved>> RecordAsync(Publication publication, Account account, Outcome? outcome)
    {
        var wake = await Chain.WakingAsync(db, publication, CancellationToken.None);
        var recorded = await db.CommitAsync(
            After(publication, outcome, clock.GetUtcNow()),
            moved =>
            {
                publication.Apply(moved);
                wake(moved);
            },
            CancellationToken.None);
        await MarkShutAsync(outcome, account);
        return recorded;
    }

    /// <summary>What a network's answer makes of a publication.</summary>
    private static Decision<PublicationMoved> After(Publication publication, Outcome? outcome, DateTimeOffset now) =>
        outcome switch
        {
            Outcome.Accepted accepted => publication.Move(PublicationState.Accepted, now, accepted.Differs is null ? null : "differs", accepted.Differs, new RemotePost(accepted.Remote.Id, accepted.Remote.Address, accepted.Remote.Version), now + accepted.PauseFor, accepted.Differs),

            // Nothing was made, and the words are as good as before: its author or Comms chooses what to do without the other post.
            Outcome.Rejected { Kind: RejectKind.TargetGone or RejectKind.VersionConflict } gone => publication.Move(PublicationState.Held, now, gone.Kind == RejectKind.TargetGone ? "target-gone" : "target-changed", gone.Evidence.Note),

            // The network has retired the interface that we speak: nothing was made, and nothing will be before the program is newer. All its posts wait, and none fails.
            Outcome.Rejected { Kind: RejectKind.ConnectorOutdated } outdated => publication.Move(PublicationState.Waiting, now, AccountLine.Outdated, outdated.Evidence.Note, notBefore: now + AccountLine.OutdatedPause),
            Outcome.Rejected rejected => publication.Move(PublicationState.Rejected, now, $"rejected-{rejected.Kind}", rejected.Evidence.Note),
            Outcome.NotSent notSent when publication.Attempts >= Publication.MaxAttempts => publication.Move(PublicationState.HumanReview, now, "attempts-used", notSent.Evidence.Note),
            Outcome.NotSent notSent => publication.Move(PublicationState.Waiting, now, $"not-sent-{notSent.Kind}", notSent.Evidence.Note, notBefore: now + notSent.RetryAfter),
            Outcome.Unknown unknown => publication.Move(PublicationState.Unknown, now, "outcome-unknown", unknown.Evidence.Note),
            null => publication.Move(PublicationState.Waiting, now, "stopped", "Stopped before the network had it."),
            _ => throw new InvalidOperationException($"An outcome called {outcome.GetType().Name} is not known."),
        };

    /// <summary>What is judged by, as it was in the transaction of the intent.</summary>
    private sealed record Looked(
        IReadOnlyList<Lockdown> Orders,
        IReadOnlyDictionary<Guid, Account> Accounts,
        IReadOnlyDictionary<Guid, Person> Signers,
        (int Number, PolicyRelease Release) Policy,
        IReadOnlySet<Guid> Covered)
    {
        public bool Stops(Publication publication, Account account) => Orders.Any(order => order.Stops(publication.Hands, account.Ref));

        public IReadOnlyList<Account> AccountsOf(Draft draft) => [.. draft.AccountIds.Select(Accounts.GetValueOrDefault).OfType<Account>()];
    }
}

using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Publishing;
using Countersign.Standing;
using Countersign.Storage;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Parts;
using Countersign.Web.Shared.Planning;
using Countersign.Web.Shared.Signing;
using Microsoft.EntityFrameworkCore;

using KnownNetworks = Countersign.Accounts.Networks;

namespace Countersign.Web.Publishing;

/// <summary>Reads the page of one post.</summary>
public sealed class PostReader(CountersignDb db, DraftReader reader, KnownNetworks networks, Incidents incidents, ShellReader shell, Actor actor, TimeProvider clock)
{
    private Dictionary<Guid, string> names = [];
    private Dictionary<Guid, string> titles = [];
    private IReadOnlyList<(Account Account, Obstacle Obstacle)> obstacles = [];
    private IReadOnlyDictionary<Guid, SeenPost> standing = new Dictionary<Guid, SeenPost>();
    private DateTimeOffset now;

    /// <returns>Null where there is none that the reader may read.</returns>
    public async Task<PostModel?> FindAsync(Guid id, Refusal? refusal, CancellationToken cancellationToken)
    {
        if (await reader.FindAsync(id, actor, cancellationToken) is not { } context)
            return null;
        now = clock.GetUtcNow();
        names = await db.People.AsNoTracking().ToDictionaryAsync(person => person.Id, person => person.Name, cancellationToken);
        var draft = context.Draft;
        var publications = await db.Publications.AsNoTracking().Where(publication => publication.DraftId == id && publication.Version == draft.Version && publication.State != PublicationState.Void).OrderBy(publication => publication.AccountId).ThenBy(publication => publication.CreatedAt).ToListAsync(cancellationToken);
        standing = await incidents.OfPublicationsAsync([.. publications.Select(publication => publication.Id)], cancellationToken);
        var accounts = await db.Accounts.AsNoTracking().ToDictionaryAsync(account => account.Id, cancellationToken);
        titles = accounts.Values.ToDictionary(account => account.Id, account => account.Title);
        obstacles = Obstacles.On(draft, context.Accounts, await db.OrdersInForce.ToListAsync(cancellationToken));
        var onItsWay = publications.Exists(publication => publication.MayHaveLeft || publication.State == PublicationState.Claimed);
        var left = publications.Where(publication => publication.State.Shown() == ShownStatus.Published).Select(publication => publication.IntentAt).Min();
        var when = (left ?? draft.Slot?.Instant) is { } at ? LocalTime.Moment(at, now) : "as soon as it is approved";
        var mayChange = draft.IsOpen && !onItsWay && (draft.AuthorId == actor.Id || draft.Editors.Contains(actor.Id) || actor.HoldsForAll(Role.Author, context.Refs));
        return new PostModel(
            await shell.ReadAsync(cancellationToken), draft, Name(draft.AuthorId), FindingViews.Of(AssessmentFacts.Read(draft.Assessment) ?? context.Assessment), await SlipAsync(context, cancellationToken),
            [.. context.Renderings.Select(rendering => new AccountPreview(rendering.AccountId, rendering.Network, rendering.Title, RenderViews.Of(rendering, draft.Body, when)))],
            [.. publications.Select(publication => Delivery(draft, publication, accounts[publication.AccountId]) with { MayRetime = mayChange && (publication.State is PublicationState.Missed or PublicationState.Held) })])
        {
            History = History(draft, publications, accounts),
            Remarks = [.. draft.Remarks.Select(remark => new RemarkView(new Face(Name(remark.PersonId)), $"{remark.Kind.ToString().ToLowerInvariant()} version {remark.Version}", LocalTime.Moment(remark.At, now), remark.Text))],
            Now = now,
            Next = $"{InPart(publications)}{Next(draft, publications)}",
            IsOut = publications.Count > 0 && publications.TrueForAll(publication => publication.State.Shown() == ShownStatus.Published),
            MayChange = mayChange,
            Refusal = refusal,
        };
    }

    private DeliveryView Delivery(Draft draft, Publication publication, Account account) => new(
        publication,
        account,
        LocalTime.Moment(publication.SettledAt ?? publication.IntentAt ?? publication.DueAt, now),
        actor.Holds(Role.Comms, account.Ref) && publication.State is PublicationState.Missing or PublicationState.HumanReview or PublicationState.Rejected or PublicationState.Held,
        publication.State != PublicationState.Rejected && publication.Differs is null && publication.IsStillAgreed(draft) && now <= publication.Until)
    {
        Acts = publication is { Stands: true } && draft.Body.Shape.Kind != PostKind.Repost && actor.Holds(Role.Author, account.Ref) ? Acts(account.Network) : [],
        Obstacle = publication.IsOpen ? ObstacleOn(publication) : Obstacle.None,
        Seen = standing.GetValueOrDefault(publication.Id),
        MayWithdraw = actor.Holds(Role.Comms, account.Ref),
    };

    private IReadOnlyList<PostAct> Acts(string network)
    {
        var acts = networks.Acts(network);
        return
        [
            .. acts.Replies ? [new PostAct("reply", "Reply")] : (PostAct[])[],
            .. acts.Quotes ? [new PostAct("quote", "Quote")] : (PostAct[])[],
            .. acts.Reposts ? [new PostAct("repost", "Show again")] : (PostAct[])[],
        ];
    }

    /// <summary>"Published in part: on Northgate 2 of 3 posts stand."; null where nothing of an account stands, or all of it.</summary>
    private string? InPart(List<Publication> publications)
    {
        var partly = publications.GroupBy(publication => publication.AccountId)
            .Select(chain => (Account: chain.Key, Stand: chain.Count(publication => publication.State.Shown() == ShownStatus.Published), Of: chain.Count()))
            .Where(chain => chain.Stand > 0 && chain.Stand < chain.Of)
            .ToList();
        return partly.Count == 0 ? null : $"Published in part: {string.Join(", ", partly.Select(chain => $"on {titles[chain.Account]} {chain.Stand} of {chain.Of} posts stand"))}. ";
    }

    private Obstacle ObstacleOn(Publication publication) => obstacles.FirstOrDefault(met => met.Account.Id == publication.AccountId).Obstacle;

    private async Task<SlipView> SlipAsync(DraftContext context, CancellationToken cancellationToken)
    {
        var draft = context.Draft;
        var signers = await reader.SignersAsync([draft.AuthorId, .. draft.Editors, .. draft.Signatures.Select(signature => signature.PersonId)], cancellationToken);
        var waiting = draft.Stage == DraftStage.AwaitingApproval;
        return new SlipView(SlipWords.Heading(draft),
        [
            .. draft.Signatures.Select(signature => new SignatureView(signature.Role.Name(), new Face(Name(signature.PersonId)), $"{LocalTime.Moment(signature.At, now)}, password")),
            .. draft.Clearance is not { } cleared ? [] : cleared.Signers.Select(signer => new SignatureView(signer.Role.Name(), new Face(Name(signer.PersonId)), $"version {cleared.Version} of the approved reply")),
            .. draft.Clearance is not null ? [] : draft.Missing.SelectMany(need => ComposeReader.Open(need.Role, need.Count, [.. signers.Where(person => person.HoldsForAll(need.Role, context.Refs)).Select(person => person.Name)])),
        ])
        {
            Note = waiting && draft.ApproveBy is { } by ? $"{SlipWords.Done(draft)} By {LocalTime.Moment(by, now)}. Later means held, never sent.".TrimStart() : SlipWords.Done(draft),
        };
    }

    private List<TimelineEntry> History(Draft draft, List<Publication> publications, Dictionary<Guid, Account> accounts)
    {
        List<(DateTimeOffset At, TimelineEntry Entry)> past =
        [
            (draft.CreatedAt, Done(draft.CreatedAt, $"{Name(draft.AuthorId)} began it")),
            (draft.EditedAt, Done(draft.EditedAt, $"{Name(draft.LastEditorId)} saved version {draft.Version}")),
            .. draft.Remarks.Select(remark => (remark.At, new TimelineEntry(Clock(remark.At), Moment.Bad, $"{Name(remark.PersonId)} {remark.Kind.ToString().ToLowerInvariant()} it", remark.Text))),
            .. draft.Signatures.Select(signature => (signature.At, new TimelineEntry(Clock(signature.At), Moment.Ok, $"{Name(signature.PersonId)} signed for {signature.Role.Name()}", signature.Reason))),
            .. draft.Clearance is not { } by ? [] : (IEnumerable<(DateTimeOffset, TimelineEntry)>)[(by.At, new TimelineEntry(Clock(by.At), Moment.Ok, "Let out by an approved reply", $"Signed by {English.List([.. by.Signers.Select(signer => $"{Name(signer.PersonId)} for {signer.Role.Name()}")])}"))],
            .. publications.Where(publication => publication.IntentAt is not null).Select(publication => (publication.IntentAt!.Value, new TimelineEntry(Clock(publication.IntentAt.Value), publication.State.Shown() == ShownStatus.Published ? Moment.Ok : Moment.Warn, $"{(publication.Of > 1 || publication.Place == Place.FirstComment ? $"{publication.Called} handed" : "Handed")} to {accounts[publication.AccountId].Title}", publication.Note))),
        ];
        if (draft.SentAt is { } sent)
            past.Add((sent, Done(sent, $"{Name(draft.SentBy ?? draft.LastEditorId)} sent it for approval")));
        return [.. past.OrderBy(entry => entry.At).Select(entry => entry.Entry), .. Ahead(draft, publications)];
    }

    private IEnumerable<TimelineEntry> Ahead(Draft draft, List<Publication> publications)
    {
        if (draft.Stage == DraftStage.AwaitingApproval)
            yield return new TimelineEntry("now", Moment.Now, $"Waits for {English.List([.. draft.Missing.Select(need => need.Role.Name())])}");
        if (draft.Stage is DraftStage.AwaitingApproval or DraftStage.Approved && draft.Slot is { } slot && slot.Instant > now && !publications.Exists(publication => publication.MayHaveLeft))
            yield return new TimelineEntry(Clock(slot.Instant), obstacles.Count == 0 ? Moment.ToCome : Moment.Warn, "Goes out", ObstacleWords.Say(obstacles), Warns: obstacles.Count > 0);
    }

    private string Next(Draft draft, List<Publication> publications) => draft.Stage switch
    {
        DraftStage.Draft => "It is a draft. Nothing happens until somebody sends it for approval.",
        DraftStage.AwaitingApproval => $"It waits for {English.List([.. draft.Missing.Select(need => $"{need.Count} {need.Role.Name()}")])}. With the last signature it {(draft.Slot is { } slot ? $"is planned for {LocalTime.Moment(slot.Instant, now)}" : "goes out at once")}. {ObstacleWords.Say(obstacles)}".TrimEnd(),
        DraftStage.Returned => "It is back with its author. Change it, then send it again.",
        DraftStage.Refused => "It was refused and ends here.",
        DraftStage.Withdrawn => "Its author took it back. It ends here.",
        DraftStage.Held => $"It is held. {PostStates.WhyHeld(draft.HeldBecause)} Save it anew to send it again.",
        _ when publications.TrueForAll(publication => publication.State.Shown() == ShownStatus.Published) => "It is published.",
        _ when publications.Exists(publication => publication.State.Shown() == ShownStatus.Unconfirmed) => "It is not known everywhere whether it arrived; see below.",
        _ when publications.Exists(publication => publication.IsOpen && ObstacleOn(publication) != Obstacle.None) => $"Every signature is there, but as things stand it does not go out{(publications.Exists(publication => publication.IsOpen && ObstacleOn(publication) == Obstacle.None) ? " everywhere" : "")}. {ObstacleWords.Say(obstacles)}",
        _ when publications.Exists(publication => publication.IsOpen && publication.DueAt > now) => $"Every signature is there. It goes out {LocalTime.Moment(publications.Where(publication => publication.IsOpen).Min(publication => publication.DueAt), now)}.",
        _ when publications.Exists(publication => publication.IsOpen) => "Every signature is there. It goes out now.",
        _ => "Every signature is there; see below where it stands.",
    };

    private TimelineEntry Done(DateTimeOffset at, string what) => new(Clock(at), Moment.Done, what);

    private string Clock(DateTimeOffset at) => LocalTime.At(at).Date == LocalTime.At(now).Date ? LocalTime.TimeOfDay(at) : LocalTime.At(at).ToString("d MMM", English.Culture);

    private string Name(Guid person) => names.GetValueOrDefault(person, "Countersign");
}

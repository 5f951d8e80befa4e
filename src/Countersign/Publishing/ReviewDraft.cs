using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Policies;
using Countersign.Screening;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>Somebody as a review names them.</summary>
/// <param name="Title">What they do here: "Compliance".</param>
public sealed record Named(Guid Id, string Name, string Title);

/// <summary>A signature that is asked for, given or not.</summary>
/// <param name="Given">Null while nobody has signed.</param>
/// <param name="Who">Who has signed; else null.</param>
/// <param name="Could">Who could sign it now, by name; the reader is not among them.</param>
public sealed record NeededSign(Role Role, Signature? Given, Named? Who, IReadOnlyList<Named> Could);

/// <summary>The version an earlier decision was about.</summary>
public sealed record DecidedVersion(Remark Decision, Named By, string Text, IReadOnlyList<DraftPicture> Pictures, IReadOnlyList<Guid> AccountIds)
{
    public PostShape Shape { get; init; } = PostShape.Plain;
}

/// <summary>What somebody said when they decided.</summary>
/// <param name="Signed">The role it was signed for; null where it was returned, refused or held.</param>
public sealed record Said(Named By, DateTimeOffset At, string Text, int Version, RemarkKind? Kind, Role? Signed);

/// <summary>Speaks for or against somebody signing, or counts for later.</summary>
public enum Bearing
{
    For,
    Later,
    Against,
}

/// <summary>One reason why a person may sign or not.</summary>
public sealed record SigningReason(Bearing Bearing, string Sentence);

/// <summary>What the reader may do with a draft.</summary>
/// <param name="CanSign">Roles the reader could fill now.</param>
/// <param name="CanDecide">May return or refuse it.</param>
public sealed record Eligible(IReadOnlyList<Role> CanSign, bool CanDecide, IReadOnlyList<SigningReason> Reasons);

/// <summary>A draft as somebody who decides on it has to see it.</summary>
/// <param name="Context">Draft, accounts, and how each account shows it now.</param>
/// <param name="Assessment">While it waits: under the rules in force. After that: what was decided on.</param>
/// <param name="Release">Number of the policy release of that assessment.</param>
/// <param name="Before">What the last decision against it was about; null where there was none.</param>
/// <param name="Obstacles">Accounts on which it would not go out as things stand: locked, not connected.</param>
/// <param name="NotJudged">Rules in force that cannot fire here.</param>
public sealed record Review(
    DraftContext Context,
    Assessment Assessment,
    int? Release,
    Named Author,
    DecidedVersion? Before,
    IReadOnlyList<Said> Said,
    IReadOnlyList<NeededSign> Needs,
    IReadOnlyList<Publication> Publications,
    IReadOnlyList<(Account Account, Obstacle Obstacle)> Obstacles,
    Eligible Reader,
    IReadOnlyList<string> NotJudged)
{
    /// <summary>What the library says about its pictures: that one may not be shown when it goes out, or not for long.</summary>
    public IReadOnlyList<string> Pictures { get; init; } = [];

    public Draft Draft => Context.Draft;
}

/// <summary>Reads a draft for a decision. Changes nothing.</summary>
public sealed class ReviewDraft(CountersignDb db, DraftReader drafts, DraftScreening screening, Repeats repeats, PictureRights rights, TimeProvider clock)
{
    private static readonly Named automation = new(Actor.Automation.Id, Actor.Automation.Name, "");

    /// <returns>Null where there is none that this person may read.</returns>
    public async Task<Review?> RunAsync(Guid id, Actor reader, CancellationToken cancellationToken)
    {
        if (await drafts.FindAsync(id, reader, cancellationToken) is not { } context)
            return null;
        var draft = context.Draft;
        var people = await db.People.AsNoTracking().ToListAsync(cancellationToken);
        var names = people.Select(person => new Named(person.Id, person.Name, person.Title)).Append(automation).ToDictionary(named => named.Id);
        var obstacles = Obstacles.On(draft, context.Accounts, await db.OrdersInForce.ToListAsync(cancellationToken));
        var assessment = draft.Stage is DraftStage.AwaitingApproval or DraftStage.Draft ? context.Assessment : AssessmentFacts.Read(draft.Assessment) ?? context.Assessment;
        return new Review(
            context with { Renderings = await repeats.WarnAsync(id, draft.Slot, context.Renderings, cancellationToken) },
            assessment,
            await db.Releases.Where(release => release.Digest == assessment.Release).Select(release => (int?)release.Number).FirstOrDefaultAsync(cancellationToken),
            names[draft.AuthorId],
            await BeforeAsync(draft, names, cancellationToken),
            ReadSaid(draft, names),
            ReadNeeds(draft, context.Refs, reader, people, names),
            await db.Publications.AsNoTracking().Where(publication => publication.DraftId == id && publication.State != PublicationState.Void).OrderBy(publication => publication.AccountId).ThenBy(publication => publication.CreatedAt).ToListAsync(cancellationToken),
            obstacles,
            Judge(context, reader, obstacles, clock.GetUtcNow()),
            await screening.NotJudgedAsync(cancellationToken))
        {
            Pictures = await PicturesAsync(draft, cancellationToken),
        };
    }

    private async Task<IReadOnlyList<string>> PicturesAsync(Draft draft, CancellationToken cancellationToken)
    {
        var at = draft.Slot?.Instant ?? clock.GetUtcNow();
        return [.. (await rights.AgainstAsync(draft.Body.AllPictures, at, cancellationToken)).Select(obstacle => $"{obstacle.Sentence} It is held when it goes out."), .. (await rights.WarningsAsync(draft.Pictures, at, cancellationToken)).Select(warning => warning.Sentence)];
    }

    private async Task<DecidedVersion?> BeforeAsync(Draft draft, Dictionary<Guid, Named> names, CancellationToken cancellationToken)
    {
        if (draft.Remarks.LastOrDefault(remark => remark.Version < draft.Version) is not { } last)
            return null;
        var version = await db.DraftVersions.AsNoTracking().SingleAsync(row => row.DraftId == draft.Id && row.Version == last.Version, cancellationToken);
        return new DecidedVersion(last, names[last.PersonId], version.Text, version.Pictures, version.AccountIds) { Shape = version.Body.Shape };
    }

    private static List<Said> ReadSaid(Draft draft, Dictionary<Guid, Named> names) =>
    [
        .. draft.Remarks.Select(remark => new Said(names[remark.PersonId], remark.At, remark.Text, remark.Version, remark.Kind, null))
            .Concat(draft.Signatures.Where(signature => signature.Reason is not null).Select(signature => new Said(names[signature.PersonId], signature.At, signature.Reason!, draft.Version, null, signature.Role)))
            .OrderBy(said => said.At),
    ];

    private static List<NeededSign> ReadNeeds(Draft draft, IReadOnlyCollection<AccountRef> accounts, Actor reader, List<Person> people, Dictionary<Guid, Named> names)
    {
        var needs = new List<NeededSign>();
        foreach (var need in draft.Requirements)
        {
            var given = draft.Signatures.Where(signature => signature.Role == need.Role).ToList();
            needs.AddRange(given.Select(signature => new NeededSign(need.Role, signature, names[signature.PersonId], [])));
            if (given.Count >= need.Count)
                continue;
            IReadOnlyList<Named> could = [.. people
                .Where(person => person.PasswordHash is not null && person.Id != reader.Id && !WroteOrSigned(draft, person.Id))
                .Where(person => new Actor(person.Id, person.Name, person.Grants).HoldsForAll(need.Role, accounts))
                .Select(person => names[person.Id])
                .OrderBy(person => person.Name, StringComparer.Ordinal)];
            needs.AddRange(Enumerable.Repeat(new NeededSign(need.Role, null, null, could), need.Count - given.Count));
        }

        return needs;
    }

    private static bool WroteOrSigned(Draft draft, Guid person) =>
        draft.AuthorId == person || draft.Editors.Contains(person) || draft.Signatures.Any(signature => signature.PersonId == person);

    /// <summary>The same conditions as <see cref="Draft.Approve"/>, each said on its own.</summary>
    private static Eligible Judge(DraftContext context, Actor reader, IReadOnlyList<(Account Account, Obstacle Obstacle)> obstacles, DateTimeOffset now)
    {
        var draft = context.Draft;
        if (draft.Stage != DraftStage.AwaitingApproval)
            return new Eligible([], false, []);
        var reasons = new List<SigningReason>();
        var wrote = draft.AuthorId == reader.Id || draft.Editors.Contains(reader.Id);
        var asked = draft.Requirements.Select(need => need.Role).ToList();
        var held = asked.FindAll(role => reader.HoldsForAll(role, context.Refs));
        var open = DraftQueue.CanSign(draft, context.Accounts, reader, wrote);
        var where = context.Accounts.Count switch { 1 => "this account", 2 => "both accounts", var count => $"all {count} accounts" };

        if (held.Count > 0)
            reasons.Add(new SigningReason(Bearing.For, $"You hold {Names(held, "and")} on {where}."));
        else
            reasons.Add(new SigningReason(Bearing.Against, $"Signing takes {Names(asked, "or")} on {where}, which you do not hold."));
        reasons.Add((draft.AuthorId == reader.Id, wrote) switch
        {
            (true, _) => new SigningReason(Bearing.Against, "You wrote this post. Whoever writes or edits a post never approves it."),
            (_, true) => new SigningReason(Bearing.Against, "You edited this post. Whoever writes or edits a post never approves it."),
            _ => new SigningReason(Bearing.For, "You did not write or edit this post."),
        });
        if (draft.Signatures.FirstOrDefault(signature => signature.PersonId == reader.Id) is { } own)
            reasons.Add(new SigningReason(Bearing.Against, $"You signed for {own.Role.Name()}. One person fills one role."));
        else if (!wrote && held.Count > 0 && open.Count == 0)
            reasons.Add(new SigningReason(Bearing.Against, $"{Names(held, "and")} {(held.Count == 1 ? "has" : "have")} signed already."));
        else if (!wrote && held.Count > 0)
            reasons.Add(new SigningReason(Bearing.For, "You have not signed in another role."));
        if (context.Seal != draft.Seal)
            reasons.Add(new SigningReason(Bearing.Against, "What would be published, or the rules, changed after it was sent. Return it, so that it is sent anew."));
        if (now >= draft.ApproveBy)
            reasons.Add(new SigningReason(Bearing.Later, "Its time has passed. Signed now, it is held and somebody chooses a new time."));
        if (obstacles.Any(met => met.Obstacle == Obstacle.Locked))
            reasons.Add(new SigningReason(Bearing.Later, "A lock is in force. Your signature counts, but nothing goes out until it is released."));
        foreach (var (account, obstacle) in obstacles.Where(met => met.Obstacle != Obstacle.Locked))
            reasons.Add(new SigningReason(Bearing.Later, $"{account.Title} {(obstacle == Obstacle.Disconnected ? "is disconnected" : "must be connected again")}. Your signature counts, but the post would be held at its time."));
        return new Eligible(context.Seal == draft.Seal ? open : [], !wrote && held.Count > 0, reasons);
    }

    private static string Names(List<Role> roles, string last) => roles.Count == 1
        ? roles[0].Name()
        : $"{string.Join(", ", roles.Take(roles.Count - 1).Select(role => role.Name()))} {last} {roles[^1].Name()}";
}

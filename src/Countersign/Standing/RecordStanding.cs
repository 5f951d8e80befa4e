using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Standing;

/// <summary>Writes down what a reading found: the archive copy first, then the incident that it is, in one transaction.</summary>
public sealed class RecordStanding(CountersignDb db, Networks networks, StandingScreening screening, TimeProvider clock)
{
    public Disparity Compare(string network, ListedPost shown, PostContent approved) =>
        (Disparity)(networks.Can<ICompare>(network) ? networks.Get<ICompare>(network).Compare(shown, approved) : Comparing.Plain(shown, approved));

    /// <summary>A delivery of ours, seen for the first time.</summary>
    public Task MeetOursAsync(ListedPost shown, Account account, Guid publication, PostContent approved, CancellationToken cancellationToken) =>
        MeetAsync(shown, account, publication, PostOrigin.Ours, Compare(account.Network, shown, approved), cancellationToken);

    /// <summary>A post that nobody here let out.</summary>
    public Task MeetStrangerAsync(ListedPost shown, Account account, CancellationToken cancellationToken) =>
        MeetAsync(shown, account, null, PostOrigin.NotOurs, Disparity.None, cancellationToken);

    /// <summary>A delivery whose outcome nobody was sure of stands there: it is accepted, and read back as any other.</summary>
    public async Task SettleAsync(ListedPost shown, Account account, Guid id, PostContent approved, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        var publication = await db.Publications.SingleAsync(row => row.Id == id, cancellationToken);
        var job = await db.Jobs.SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        var now = clock.GetUtcNow();
        var wake = await Chain.WakingAsync(db, publication, cancellationToken);
        var settled = await db.CommitAsync(
            publication.FoundStanding(new RemotePost(shown.Remote.Id, shown.Remote.Address, shown.Remote.Version), now),
            moved =>
            {
                publication.Apply(moved);
                wake(moved);
                if (job is not null)
                    (job.Lane, job.DoneAt, job.DueAt, job.LockedUntil, job.LockedBy) = (null, null, now, null, null);
            },
            cancellationToken);

        // Somebody was faster: the next reading sees what came of it.
        if (settled.IsTaken)
            await MeetOursAsync(shown, account, id, approved, cancellationToken);
    }

    /// <summary>Posts from before the account was connected: kept, and nobody's incident.</summary>
    public async Task KeepHistoryAsync(IReadOnlyList<ListedPost> shown, Account account, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        var now = clock.GetUtcNow();
        var words = shown.Select((post, at) => SealedWords.Of(post, $"-{at + 1}")).ToList();
        var rows = shown.Zip(words, (post, sealedWords) => New(post, account, null, PostOrigin.History, Disparity.None, sealedWords, now)).ToList();
        _ = await db.CommitAsync<HistoryRead>(
            new HistoryRead { Subject = account.Id, By = Actor.Automation.Id, At = now, Posts = rows.Count, Words = words },
            _ => db.StandingPosts.AddRange(rows),
            cancellationToken);
    }

    /// <summary>A post that is known shows something else than before, or is there again.</summary>
    /// <param name="approved">Of ours; null for what nobody approved.</param>
    public Task SeeAgainAsync(Guid id, ListedPost shown, Account account, PostContent? approved, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        return db.InTransactionAsync(
            async transaction =>
            {
                var post = await db.StandingPosts.SingleAsync(row => row.Id == id, cancellationToken);
                var now = clock.GetUtcNow();
                if (post.State == StandingState.Gone)
                    await ReturnAsync(post, now, cancellationToken);
                if (!post.IsChangedBy(shown))
                    return true;
                var differs = approved is null ? Disparity.None : Compare(account.Network, shown, approved);
                var words = SealedWords.Of(shown);
                _ = await db.CommitAsync<StandingEdited>(
                    new StandingEdited { Subject = post.Id, By = Actor.Automation.Id, At = now, Words = words },
                    _ =>
                    {
                        db.StandingVersions.Add(StandingVersion.Of(post, now));
                        post.Show(shown, words);
                        post.Differences = differs;
                        post.Version++;
                    },
                    cancellationToken);
                if (!await IsOursAsync(post, shown, differs, cancellationToken) && !await HasOpenAsync(post.Id, [IncidentKind.NotOurs, IncidentKind.Edited], cancellationToken))
                    await OpenAsync(post, account, IncidentKind.Edited, differs, now, cancellationToken);
                return true;
            },
            cancellationToken);
    }

    /// <summary>The network was asked, and has it no more.</summary>
    public Task LoseAsync(Guid id, Account account, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        return db.InTransactionAsync(
            async transaction =>
            {
                var post = await db.StandingPosts.SingleAsync(row => row.Id == id, cancellationToken);
                if (post.State == StandingState.Gone)
                    return false;
                var now = clock.GetUtcNow();
                var asked = await db.TakeDowns.AsNoTracking().Where(order => order.AccountId == account.Id && order.RemoteId == post.RemoteId).ToListAsync(cancellationToken);
                var takenDown = asked.Exists(order => order.MayHaveActed && order.OrderedAt >= post.FirstSeenAt);
                _ = await db.CommitAsync<StandingGone>(
                    new StandingGone(takenDown) { Subject = post.Id, By = Actor.Automation.Id, At = now },
                    _ => (post.State, post.GoneAt) = (StandingState.Gone, now),
                    cancellationToken);
                var open = await db.Incidents.Where(incident => incident.StandingId == post.Id && incident.Outcome == null).ToListAsync(cancellationToken);
                foreach (var incident in open)
                    _ = await db.CommitAsync<IncidentClosed>(incident.Close(takenDown, now), incident.Apply, cancellationToken);
                if (post.Origin == PostOrigin.Ours && !takenDown && open.Count == 0)
                    await OpenAsync(post, account, IncidentKind.Deleted, Disparity.None, now, cancellationToken);
                return true;
            },
            cancellationToken);
    }

    /// <summary>A delivery that was read back once and was gone before any list showed it: its archive copy is what was approved.</summary>
    public Task MissNeverSeenAsync(Publication publication, Account account, PostContent approved, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        var shown = new ListedPost(new RemoteRef(publication.RemoteId!, publication.Address, publication.RemoteVersion), approved.Text, [.. approved.Media.Select(media => media.Alt)], publication.IntentAt);
        return db.InTransactionAsync(
            async transaction =>
            {
                await MeetAsync(shown, account, publication.Id, PostOrigin.Ours, Disparity.None, cancellationToken);
                var post = await db.StandingPosts.AsNoTracking().SingleAsync(row => row.AccountId == account.Id && row.RemoteId == publication.RemoteId, cancellationToken);
                await LoseAsync(post.Id, account, cancellationToken);
                return true;
            },
            cancellationToken);
    }

    /// <summary>Opens an incident about a post that is kept already, in the transaction that is running.</summary>
    public async Task<Incident> OpenAsync(StandingPost post, Account account, IncidentKind kind, Disparity differences, DateTimeOffset now, CancellationToken cancellationToken, IReadOnlyList<string>? rules = null, int? release = null, Guid? by = null)
    {
        if (rules is null)
        {
            var (blocking, under) = kind == IncidentKind.Deleted ? ([], 0) : await screening.BlocksAsync(post, account, cancellationToken);
            (rules, release) = (blocking, under == 0 ? null : under);
        }

        var incident = new Incident
        {
            Id = Guid.CreateVersion7(now),
            Kind = kind,
            AccountId = account.Id,
            StandingId = post.Id,
            Version = post.Version,
            OpenedAt = now,
            OpenedBy = by ?? Actor.Automation.Id,
            Differences = differences,
            Rules = rules,
            Release = release,
        };
        _ = await db.CommitAsync<IncidentOpened>(
            new IncidentOpened { Subject = incident.Id, By = incident.OpenedBy, At = now, Kind = kind },
            _ => db.Incidents.Add(incident),
            cancellationToken);
        return incident;
    }

    public Task<bool> HasOpenAsync(Guid standing, IReadOnlyCollection<IncidentKind> kinds, CancellationToken cancellationToken) =>
        db.Incidents.AnyAsync(incident => incident.StandingId == standing && incident.Outcome == null && kinds.Contains(incident.Kind), cancellationToken);

    private Task<bool> MeetAsync(ListedPost shown, Account account, Guid? publication, PostOrigin origin, Disparity differences, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        return db.InTransactionAsync(
            async transaction =>
            {
                var now = clock.GetUtcNow();
                var words = SealedWords.Of(shown);
                var post = New(shown, account, publication, origin, differences, words, now);
                var seen = await db.CommitAsync<StandingSeen>(
                    new StandingSeen { Subject = post.Id, By = Actor.Automation.Id, At = now, Origin = origin, Words = words },
                    _ => db.StandingPosts.Add(post),
                    cancellationToken);
                if (seen.IsTaken && (origin == PostOrigin.NotOurs || differences != Disparity.None))
                    await OpenAsync(post, account, origin == PostOrigin.NotOurs ? IncidentKind.NotOurs : IncidentKind.Differs, differences, now, cancellationToken);
                return true;
            },
            cancellationToken);
    }

    private async Task ReturnAsync(StandingPost post, DateTimeOffset now, CancellationToken cancellationToken)
    {
        _ = await db.CommitAsync<StandingReturned>(
            new StandingReturned { Subject = post.Id, By = Actor.Automation.Id, At = now },
            _ => (post.State, post.GoneAt) = (StandingState.Stands, null),
            cancellationToken);
        var account = await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == post.AccountId, cancellationToken);
        await OpenAsync(post, account, IncidentKind.NotOurs, Disparity.None, now, cancellationToken);
    }

    /// <summary>An edit that went out through the door: the edition that the network answered with, showing what was approved.</summary>
    private async Task<bool> IsOursAsync(StandingPost post, ListedPost shown, Disparity differs, CancellationToken cancellationToken) =>
        differs == Disparity.None && shown.Edition is { } edition
        && await db.Publications.AnyAsync(publication => publication.Id == post.PublicationId && publication.RemoteVersion == edition, cancellationToken);

    private static StandingPost New(ListedPost shown, Account account, Guid? publication, PostOrigin origin, Disparity differences, SealedWords words, DateTimeOffset now)
    {
        var post = new StandingPost
        {
            Id = Guid.CreateVersion7(now),
            AccountId = account.Id,
            RemoteId = shown.Remote.Id,
            Address = shown.Remote.Address,
            PublicationId = publication,
            Origin = origin,
            Text = "",
            Differences = differences,
            CreatedAt = shown.CreatedAt,
            FirstSeenAt = now,
            LastSeenAt = now,
        };
        post.Show(shown, words);
        post.See(shown, now);
        return post;
    }
}

using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Policies;
using Countersign.Publishing;
using Countersign.Screening;
using Countersign.Standing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Standing;

/// <summary>What people decide about what stands, and what becomes of it.</summary>
public sealed class IncidentTests
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Taking_down_takes_the_comms_role_and_leaving_it_that_or_an_administrator(DatabaseKind kind)
    {
        var network = new WatchedNetwork();
        await using var here = await NorthgateAsync(kind, network.Instead());
        var incident = await AStrangersPostAsync(here, network);
        await here.JoinAsync("Adam Only", [new RoleGrant(Role.Administrator)]);
        foreach (var name in new[] { "Hannah", "Daniel", "Ned", "Bea", "Adam" })
            Refused("not-entitled", await here.OrderTakeDownAsync(incident.Id, await here.WhoAsync(name)));
        foreach (var name in new[] { "Hannah", "Daniel", "Ned", "Bea" })
            Refused("not-entitled", await here.AcceptAsync(incident.Id, await here.WhoAsync(name)));
        Refused("no-reason", await here.AcceptAsync(incident.Id, await here.WhoAsync("Ruth"), " "));

        Taken(await here.AcceptAsync(incident.Id, await here.WhoAsync("Adam")));

        Refused("closed", await here.OrderTakeDownAsync(incident.Id, await here.WhoAsync("Ruth")));
        var refused = await here.ReadAsync(db => db.Set<LedgerEvent>().CountAsync(entry => !entry.Ok && (entry.Act == "incident.take-down" || entry.Act == "incident.accept")));
        Assert.Equal(9, refused);
        Assert.DoesNotContain(network.Calls, call => call.StartsWith("delete", StringComparison.Ordinal));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_is_taken_down_is_read_back_as_gone_and_the_time_it_took_is_known(DatabaseKind kind)
    {
        var network = new WatchedNetwork();
        await using var here = await NorthgateAsync(kind, network.Instead());
        var incident = await AStrangersPostAsync(here, network);
        var post = Assert.Single(await here.StandingAsync());
        here.Clock.Advance(TimeSpan.FromMinutes(7));

        var order = Taken(await here.OrderTakeDownAsync(incident.Id, await here.WhoAsync("Ruth")));
        Refused("under-way", await here.OrderTakeDownAsync(incident.Id, await here.WhoAsync("Ruth")));
        await here.TakeDownAsync();

        Assert.Equal(TakeDownState.Confirmed, (await here.OrderOfAsync(order.Subject)).State);
        var closed = Assert.Single(await here.IncidentsAsync());
        Assert.Equal((IncidentOutcome.TakenDown, TimeSpan.FromMinutes(7)), (closed.Outcome, closed.TimeToTakeDown));
        Assert.Equal(["delete " + post.RemoteId, "read " + post.RemoteId], network.Calls.TakeLast(2));
        Assert.Equal((StandingState.Gone, "Another pointless all-hands."), Assert.Single(await here.StandingAsync()) switch { var kept => (kept.State, kept.Text) });
        await here.WatchAsync();
        Assert.Single(await here.IncidentsAsync());
        var acts = await here.ReadAsync(db => db.Set<LedgerEvent>().OrderBy(entry => entry.Seq).Where(entry => entry.Act.StartsWith("takedown.") || entry.Act.StartsWith("standing.") || entry.Act.StartsWith("incident.")).Select(entry => entry.Act).ToListAsync());
        Assert.Equal(["standing.seen", "incident.opened", "takedown.ordered", "takedown.sending", "takedown.down", "standing.gone", "incident.closed", "takedown.confirmed"], acts);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_post_that_somebody_else_deleted_first_counts_as_taken_down_once(DatabaseKind kind)
    {
        var network = new WatchedNetwork();
        await using var here = await NorthgateAsync(kind, network.Instead());
        var incident = await AStrangersPostAsync(here, network);
        network.DeletePast(Assert.Single(await here.StandingAsync()).RemoteId);
        var order = Taken(await here.OrderTakeDownAsync(incident.Id, await here.WhoAsync("Ruth")));

        await here.TakeDownAsync();
        await here.WatchAsync();

        Assert.Equal(TakeDownState.Confirmed, (await here.OrderOfAsync(order.Subject)).State);
        Assert.Equal(1, await here.ReadAsync(db => db.Set<LedgerEvent>().CountAsync(entry => entry.Act == "standing.gone")));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_answer_that_was_lost_is_asked_for_again_and_a_no_is_shown_to_a_person(DatabaseKind kind)
    {
        var network = new WatchedNetwork { Deletes = _ => new Outcome.Unknown(RecordingNetwork.Because("The line broke.")) };
        await using var here = await NorthgateAsync(kind, network.Instead());
        var incident = await AStrangersPostAsync(here, network);
        var ruth = await here.WhoAsync("Ruth");
        var order = Taken(await here.OrderTakeDownAsync(incident.Id, ruth));
        for (var step = 0; step < 10; step++)
        {
            await here.TakeDownAsync();
            here.Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal((TakeDownState.Failed, TakeDown.MaxAttempts), await here.OrderOfAsync(order.Subject) switch { var failed => (failed.State, failed.Attempts) });
        network.Deletes = _ => new Outcome.Rejected(RejectKind.NotOffered, RecordingNetwork.Because("Not here."));
        var second = Taken(await here.OrderTakeDownAsync(incident.Id, ruth));
        await here.TakeDownAsync();
        Assert.Equal((TakeDownState.Failed, "Not here."), await here.OrderOfAsync(second.Subject) switch { var failed => (failed.State, failed.Note) });
        Assert.True(Assert.Single(await here.IncidentsAsync()).IsOpen);

        // Taken down on the network's own page: the next reading sees it.
        network.DeletePast(Assert.Single(await here.StandingAsync()).RemoteId);
        await here.WatchAsync();
        Assert.False(Assert.Single(await here.IncidentsAsync()).IsOpen);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_network_that_says_done_and_goes_on_showing_it_is_not_believed(DatabaseKind kind)
    {
        var network = new WatchedNetwork();
        network.Deletes = standing => new Outcome.Accepted(standing);
        await using var here = await NorthgateAsync(kind, network.Instead());
        var incident = await AStrangersPostAsync(here, network);
        var order = Taken(await here.OrderTakeDownAsync(incident.Id, await here.WhoAsync("Ruth")));

        await here.TakeDownAsync();
        Assert.Equal(TakeDownState.Down, (await here.OrderOfAsync(order.Subject)).State);
        here.Clock.Advance(TimeSpan.FromMinutes(16));
        await here.TakeDownAsync();

        Assert.Equal((TakeDownState.Failed, "The network said that it took the post down, and still shows it."), await here.OrderOfAsync(order.Subject) switch { var failed => (failed.State, failed.Note) });
        Assert.True(Assert.Single(await here.IncidentsAsync()).IsOpen);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_lock_on_the_account_does_not_keep_a_post_up(DatabaseKind kind)
    {
        var network = new WatchedNetwork();
        await using var here = await NorthgateAsync(kind, network.Instead());
        var incident = await AStrangersPostAsync(here, network);
        var ruth = await here.WhoAsync("Ruth");
        Taken(await here.LockAsync(LockScope.Account, incident.AccountId, ruth));
        var order = Taken(await here.OrderTakeDownAsync(incident.Id, ruth));

        await here.TakeDownAsync();

        Assert.Equal(TakeDownState.Confirmed, (await here.OrderOfAsync(order.Subject)).State);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Who_lost_the_role_before_the_network_was_asked_takes_nothing_down(DatabaseKind kind)
    {
        var network = new WatchedNetwork();
        await using var here = await NorthgateAsync(kind, network.Instead());
        var incident = await AStrangersPostAsync(here, network);
        var (ruth, ada) = (await here.WhoAsync("Ruth"), await here.WhoAsync("Ada"));
        var order = Taken(await here.OrderTakeDownAsync(incident.Id, ruth));
        Taken(await here.ChangeRolesAsync(ruth.Id, [new RoleGrant(Role.Brand)], ada));

        await here.TakeDownAsync();

        Assert.Equal(TakeDownState.Failed, (await here.OrderOfAsync(order.Subject)).State);
        Assert.DoesNotContain(network.Calls, call => call.StartsWith("delete", StringComparison.Ordinal));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_post_that_stands_there_again_after_it_was_gone_is_an_incident_of_its_own(DatabaseKind kind)
    {
        var network = new WatchedNetwork();
        await using var here = await NorthgateAsync(kind, network.Instead());
        await here.AWatchedAccountAsync();
        var post = await here.AStandingPostAsync();
        var shown = network.Posts[0];
        network.Posts.Clear();
        await here.WatchAsync();
        Taken(await here.AcceptAsync((await here.IncidentsAsync())[0].Id, await here.WhoAsync("Ruth")));

        here.Clock.Advance(TimeSpan.FromMinutes(1));
        network.Posts.Add(shown);
        await here.WatchAsync();

        Assert.Equal([IncidentKind.Deleted, IncidentKind.NotOurs], (await here.IncidentsAsync()).Select(incident => incident.Kind));
        Assert.Equal((StandingState.Stands, post.Id), Assert.Single(await here.StandingAsync()) switch { var kept => (kept.State, kept.PublicationId) });
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_person_recognises_a_delivery_whose_words_the_network_changed(DatabaseKind kind)
    {
        var network = new WatchedNetwork(IdempotencyMode.LookupOnly) { Twists = post => post with { Text = "Something else" } };
        network.Answer = delivery =>
        {
            network.Take(delivery);
            return new Outcome.Unknown(RecordingNetwork.Because("The answer was lost."));
        };
        await using var here = await NorthgateAsync(kind, network.Instead());
        await here.AWatchedAccountAsync();
        var post = await here.AnApprovedPostAsync();
        await here.DeliverAsync();
        await here.WatchAsync();
        var incident = Assert.Single(await here.IncidentsAsync());
        var ruth = await here.WhoAsync("Ruth");

        Refused("not-entitled", await LinkAsync(here, incident.Id, post.Id, await here.WhoAsync("Hannah")));
        Taken(await LinkAsync(here, incident.Id, post.Id, ruth));

        Assert.Equal((PublicationState.Accepted, Assert.Single(network.Posts).Post.Remote.Id), await here.PublicationAsync(post.Id) switch { var found => (found.State, found.RemoteId) });
        Assert.Equal((PostOrigin.Ours, post.Id), Assert.Single(await here.StandingAsync()) switch { var kept => (kept.Origin, kept.PublicationId) });
        Assert.Equal(IncidentOutcome.Ours, Assert.Single(await here.IncidentsAsync()).Outcome);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_policy_that_takes_effect_asks_for_the_withdrawal_of_what_it_blocks_once(DatabaseKind kind)
    {
        var network = new WatchedNetwork();
        await using var here = await NorthgateAsync(kind, network.Instead());
        await here.AWatchedAccountAsync();
        var (blocked, rule) = BlockedWords;
        network.PostPast(await here.AccountAsync("newsroom"), blocked, here.Clock.GetUtcNow());
        await here.WatchAsync();
        var rogue = Assert.Single(await here.IncidentsAsync());
        Assert.Contains(rule, rogue.Rules);
        await here.UseAsync<ReviewStanding, DateTimeOffset>(review => review.RunAsync(default));
        Taken(await here.AcceptAsync(rogue.Id, await here.WhoAsync("Ruth"), "It is a quotation."));

        // Answered for under these rules: the daily screening asks nobody again.
        here.Clock.Advance(TimeSpan.FromDays(1));
        await here.UseAsync<ReviewStanding, DateTimeOffset>(review => review.RunAsync(default));
        Assert.Single(await here.IncidentsAsync());

        var standing = await here.AStandingPostAsync("We open on Saturday at ten.");
        Assert.Single(await here.IncidentsAsync());
        var release = await IssueAsync(here, "Saturday");
        await here.UseAsync<ReviewStanding, DateTimeOffset>(review => review.RunAsync(default));
        await here.UseAsync<ReviewStanding, DateTimeOffset>(review => review.RunAsync(default));

        var task = Assert.Single(await here.IncidentsAsync(), incident => incident.Kind == IncidentKind.Withdraw);
        Assert.Equal((release, "TST-01"), (task.Release, Assert.Single(task.Rules)));
        Assert.Equal(standing.Id, (await here.StandingAsync()).Single(post => post.Id == task.StandingId).PublicationId);
        var reviews = await here.ReadAsync(db => db.Reviews.AsNoTracking().OrderBy(review => review.At).ToListAsync());
        Assert.Equal([ReviewCause.Daily, ReviewCause.Daily, ReviewCause.Policy], reviews.Select(review => review.Cause));
        Assert.Equal((2, 1), (reviews[^1].Posts, reviews[^1].Withdrawals));

        here.Clock.Advance(TimeSpan.FromMinutes(12));
        Taken(await here.OrderTakeDownAsync(task.Id, await here.WhoAsync("Ruth")));
        await here.TakeDownAsync();
        var times = await here.UseAsync<Incidents, TakeDownTimes?>(async incidents => await incidents.TimesAsync(await here.WhoAsync("Ruth"), default));
        Assert.Equal(new TakeDownTimes(1, TimeSpan.FromMinutes(12), TimeSpan.FromMinutes(12), TimeSpan.FromMinutes(12)), times);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_person_asks_that_a_post_come_down_and_the_same_clock_runs(DatabaseKind kind)
    {
        var network = new WatchedNetwork();
        await using var here = await NorthgateAsync(kind, network.Instead());
        await here.AWatchedAccountAsync();
        await here.AStandingPostAsync();
        var post = Assert.Single(await here.StandingAsync());
        var (ruth, hannah) = (await here.WhoAsync("Ruth"), await here.WhoAsync("Hannah"));

        Refused("not-entitled", await here.UseAsync<AskWithdrawal, Decision<IncidentOpened>>(ask => ask.RunAsync(post.Id, hannah, default)));
        var opened = Taken(await here.UseAsync<AskWithdrawal, Decision<IncidentOpened>>(ask => ask.RunAsync(post.Id, ruth, default)));
        Refused("open", await here.UseAsync<AskWithdrawal, Decision<IncidentOpened>>(ask => ask.RunAsync(post.Id, ruth, default)));
        Taken(await here.OrderTakeDownAsync(opened.Subject, ruth));
        await here.TakeDownAsync();

        var closed = Assert.Single(await here.IncidentsAsync());
        Assert.Equal((IncidentKind.Withdraw, IncidentOutcome.TakenDown, ruth.Id), (closed.Kind, closed.Outcome, closed.OpenedBy));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Erasing_a_drafts_words_erases_the_copies_of_what_stood_and_they_are_not_taken_in_again(DatabaseKind kind)
    {
        var network = new WatchedNetwork();
        await using var here = await NorthgateAsync(kind, network.Instead());
        await here.AWatchedAccountAsync();
        var post = await here.AStandingPostAsync("Zaubernuss says hello.");
        network.EditPast(post.RemoteId!, shown => shown with { Text = "Zaubernuss says goodbye." });
        await here.WatchAsync();
        here.Clock.Advance(TimeSpan.FromDays(800));
        await here.SequenceAsync();
        var (daniel, ada) = (await here.WhoAsync("Daniel"), await here.WhoAsync("Ada"));
        var asked = Taken(await here.UseAsync<EraseContent, Decision<ErasureAsked>>(erase => erase.AskAsync($"draft/{post.DraftId}", ErasureBasis.Objection, "They asked us to.", daniel, default)));
        Taken(await here.UseAsync<EraseContent, Decision<ErasureConfirmed>>(erase => erase.ConfirmAsync(asked.Subject, ada, default)));

        await here.WatchAsync();

        Assert.All(await here.StandingAsync(), kept => Assert.Equal(Erased.Marker, kept.Text));
        foreach (var table in new[] { "standing_post", "standing_version", "draft", "draft_version" })
            Assert.DoesNotContain(await here.SqlAsync($"select text from {table}"), row => ((string)row[0]!).Contains("Zaubernuss", StringComparison.Ordinal));
        Assert.Empty((await Storage.StateCheckTests.CheckAsync(here)).Deviations.Select(deviation => deviation.Sentence));
    }

    private static async Task<Incident> AStrangersPostAsync(AnInstallation here, WatchedNetwork network)
    {
        var account = await here.AWatchedAccountAsync();
        network.PostPast(account, "Another pointless all-hands.", here.Clock.GetUtcNow());
        await here.WatchAsync();
        return Assert.Single(await here.IncidentsAsync());
    }

    private static Task<Decision<IncidentLinked>> LinkAsync(AnInstallation here, Guid incident, Guid publication, Actor by) =>
        here.UseAsync<LinkIncident, Decision<IncidentLinked>>(link => link.RunAsync(incident, publication, by, default));

    /// <summary>Words of a shipped pack that must be blocked, and the rule that blocks them.</summary>
    private static (string Words, string Rule) BlockedWords { get; } = FindBlocked();

    private static (string Words, string Rule) FindBlocked()
    {
        var release = PolicyRelease.Load(Path.Combine(Run.Root, "packs"));
        foreach (var words in new[] { "9 out of 10 dentists recommend our brush", "Obviously guilty, he has done it before." })
        {
            if (Screener.Screen(ScreeningItem.Post(words), release).Findings.FirstOrDefault(finding => finding.Decision == Strength.Block) is { } finding)
                return (words, finding.Rule);
        }

        throw new InvalidOperationException("No shipped rule blocks these words any more; choose others.");
    }

    /// <summary>The shipped rules and one more, which blocks a word.</summary>
    private static async Task<int> IssueAsync(AnInstallation here, string word)
    {
        var ada = await here.WhoAsync("Ada");
        var files = PolicyRelease.Load(Path.Combine(Run.Root, "packs")).Files;
        var rule = $"""
            id: TST-01
            version: 1.0.0
            title: A word that may not stand
            category: brand
            owner: Brand
            basis: House rule
            severity: S1
            decision: block
            applies:
              segments: [own]
            fires:
              - find: [{word}]
            message: The word.
            fix: Another word.
            cases:
              must: ["{word}!"]
              must-not: [Cake!]
            """;
        var issued = Taken(await here.UseAsync<IssueRelease, Decision<ReleaseIssued>>(issue => issue.RunAsync([.. files, new PolicyFile("TST/TST-01.yaml", rule)], ada, default)));
        return issued.Number;
    }
}

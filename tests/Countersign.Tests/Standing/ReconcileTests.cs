using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Standing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Standing;

/// <summary>What a reading of an account makes of what it finds there.</summary>
public sealed class ReconcileTests
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_post_that_was_published_past_us_is_an_incident_with_its_words_kept(DatabaseKind kind)
    {
        var network = new WatchedNetwork();
        await using var here = await NorthgateAsync(kind, network.Instead());
        var account = await here.AWatchedAccountAsync();
        network.PostPast(account, "Another pointless all-hands.", here.Clock.GetUtcNow(), "A clock on a wall");

        await here.WatchAsync();
        await here.WatchAsync();

        var incident = Assert.Single(await here.IncidentsAsync());
        Assert.Equal((IncidentKind.NotOurs, account.Id, true), (incident.Kind, incident.AccountId, incident.IsOpen));
        var kept = Assert.Single(await here.StandingAsync());
        Assert.Equal((PostOrigin.NotOurs, "Another pointless all-hands.", "A clock on a wall"), (kept.Origin, kept.Text, Assert.Single(kept.Alts).Text));
        var vault = await here.ReadAsync(db => db.Set<VaultItem>().AsNoTracking().Where(item => item.Object == kept.Object).ToListAsync());
        Assert.Equal(kept.Commitments.Order(StringComparer.Ordinal), vault.Select(item => item.Commitment).Order(StringComparer.Ordinal));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_stood_there_before_the_account_was_connected_is_history_and_nobodys_incident(DatabaseKind kind)
    {
        var network = new WatchedNetwork();
        await using var here = await NorthgateAsync(kind, network.Instead());
        var account = await here.AccountAsync("newsroom");
        for (var day = 1; day <= 50; day++)
            network.PostPast(account, $"Day {day} before", account.ConnectedAt.AddDays(-day));
        network.PostPast(account, "A minute after", account.ConnectedAt.AddMinutes(1));

        here.Clock.Advance(TimeSpan.FromMinutes(5));
        await here.WatchAsync();

        var kept = await here.StandingAsync();
        Assert.Equal(50, kept.Count(post => post.Origin == PostOrigin.History));
        Assert.Equal("A minute after", Assert.Single(kept, post => post.Origin == PostOrigin.NotOurs).Text);
        Assert.Single(await here.IncidentsAsync());
        var readings = await here.ReadAsync(db => db.Set<LedgerEvent>().CountAsync(entry => entry.Act == "account.history-read"));
        Assert.Equal(3, readings);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_post_that_says_it_is_older_than_it_is_does_not_pass_for_history(DatabaseKind kind)
    {
        var network = new WatchedNetwork();
        await using var here = await NorthgateAsync(kind, network.Instead());
        var account = await here.AWatchedAccountAsync();
        network.PostPast(account, "Dated back", account.ConnectedAt.AddYears(-1));

        here.Clock.Advance(TimeSpan.FromDays(1));
        await here.WatchAsync();

        Assert.Equal(IncidentKind.NotOurs, Assert.Single(await here.IncidentsAsync()).Kind);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_delivery_that_stands_as_approved_is_seen_and_is_no_incident(DatabaseKind kind)
    {
        var network = new WatchedNetwork();
        await using var here = await NorthgateAsync(kind, network.Instead());
        await here.AWatchedAccountAsync();

        var post = await here.AStandingPostAsync();

        Assert.Empty(await here.IncidentsAsync());
        var kept = Assert.Single(await here.StandingAsync());
        Assert.Equal((post.Id, PostOrigin.Ours, StandingState.Stands, Disparity.None, post.RemoteId), (kept.PublicationId, kept.Origin, kept.State, kept.Differences, kept.RemoteId));
        Assert.Equal(PublicationState.Confirmed, post.State);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite, Disparity.Words)]
    [InlineData(DatabaseKind.Postgres, Disparity.Words)]
    [InlineData(DatabaseKind.Sqlite, Disparity.Pictures)]
    [InlineData(DatabaseKind.Sqlite, Disparity.Audience)]
    [InlineData(DatabaseKind.Sqlite, Disparity.ReplyTarget)]
    public async Task A_post_that_does_not_stand_as_it_was_approved_is_an_incident_that_says_in_what(DatabaseKind kind, Disparity differs)
    {
        var network = new WatchedNetwork
        {
            Twists = post => differs switch
            {
                Disparity.Words => post with { Text = post.Text + " Or not." },
                Disparity.Pictures => post with { Alts = ["A picture of somebody else"] },
                Disparity.Audience => post with { Audience = "unlisted" },
                _ => post with { ReplyTo = "urn:other" },
            },
        };
        await using var here = await NorthgateAsync(kind, network.Instead());
        await here.AWatchedAccountAsync();

        await here.AStandingPostAsync();
        await here.WatchAsync();

        var incident = Assert.Single(await here.IncidentsAsync());
        Assert.Equal((IncidentKind.Differs, differs), (incident.Kind, incident.Differences));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Line_ends_and_space_around_the_words_are_no_difference(DatabaseKind kind)
    {
        var network = new WatchedNetwork { Twists = post => post with { Text = " " + post.Text.Replace("\n", "\r\n", StringComparison.Ordinal) + "\n" } };
        await using var here = await NorthgateAsync(kind, network.Instead());
        await here.AWatchedAccountAsync();

        await here.AStandingPostAsync("We open.\n\nOn Saturday.");

        Assert.Empty(await here.IncidentsAsync());
        Assert.Single(await here.StandingAsync());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_edit_on_the_network_is_an_incident_and_both_editions_are_kept(DatabaseKind kind)
    {
        var network = new WatchedNetwork();
        await using var here = await NorthgateAsync(kind, network.Instead());
        await here.AWatchedAccountAsync();
        var post = await here.AStandingPostAsync();
        network.EditPast(post.RemoteId!, shown => shown with { Text = "We close on Saturday." });

        await here.WatchAsync();
        await here.WatchAsync();

        var incident = Assert.Single(await here.IncidentsAsync());
        Assert.Equal((IncidentKind.Edited, Disparity.Words, 2), (incident.Kind, incident.Differences, incident.Version));
        var kept = Assert.Single(await here.StandingAsync());
        Assert.Equal(("We close on Saturday.", 2), (kept.Text, kept.Version));
        var before = await here.ReadAsync(db => db.StandingVersions.AsNoTracking().SingleAsync());
        Assert.Equal((kept.Id, 1, "We open on Saturday at ten."), (before.StandingId, before.Version, before.Text));
        Assert.Equal(["1", kept.Edition!], kept.RemoteIds);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Another_identifier_of_the_same_post_is_noted_and_is_no_edit(DatabaseKind kind)
    {
        var network = new WatchedNetwork();
        await using var here = await NorthgateAsync(kind, network.Instead());
        await here.AWatchedAccountAsync();
        var post = await here.AStandingPostAsync();
        network.Posts[0] = (network.Posts[0].Account, network.Posts[0].Post with { Remote = network.Posts[0].Post.Remote with { Version = "after a reaction" } });

        await here.WatchAsync();

        Assert.Empty(await here.IncidentsAsync());
        Assert.Equal(["1", "after a reaction"], Assert.Single(await here.StandingAsync()).RemoteIds);
        Assert.Equal(PublicationState.Confirmed, (await here.PublicationAsync(post.Id)).State);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_post_that_a_list_leaves_out_is_asked_for_before_anybody_calls_it_deleted(DatabaseKind kind)
    {
        var network = new WatchedNetwork();
        await using var here = await NorthgateAsync(kind, network.Instead());
        await here.AWatchedAccountAsync();
        var post = await here.AStandingPostAsync();
        network.Unlisted.Add(post.RemoteId!);

        await here.WatchAsync();

        Assert.Contains($"read {post.RemoteId}", network.Calls);
        Assert.Empty(await here.IncidentsAsync());
        Assert.Equal((StandingState.Stands, null), Assert.Single(await here.StandingAsync()) switch { var kept => (kept.State, kept.MissingSince) });

        network.DeletePast(post.RemoteId!);
        await here.WatchAsync();
        await here.WatchAsync();

        Assert.Equal(IncidentKind.Deleted, Assert.Single(await here.IncidentsAsync()).Kind);
        var gone = Assert.Single(await here.StandingAsync());
        Assert.Equal((StandingState.Gone, "We open on Saturday at ten."), (gone.State, gone.Text));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_network_that_cannot_be_read_has_deleted_nothing_and_is_asked_less_often(DatabaseKind kind)
    {
        var network = new WatchedNetwork();
        await using var here = await NorthgateAsync(kind, network.Instead());
        var account = await here.AWatchedAccountAsync();
        await here.AStandingPostAsync();
        network.Silent.Add(account.Id.ToString());

        var pauses = new List<TimeSpan>();
        for (var turn = 0; turn < 6; turn++)
            pauses.Add(await here.WatchAsync() - here.Clock.GetUtcNow());

        Assert.Equal([6, 12, 24, 48, 60, 60], pauses.Select(pause => (int)pause.TotalMinutes));
        Assert.Empty(await here.IncidentsAsync());
        Assert.Equal(("The network is down.", 6), await here.WatchOfAsync(account.Id) switch { var watch => (watch.Trouble, watch.Failures) });
        network.Silent.Clear();
        Assert.Equal(TimeSpan.FromMinutes(3), await here.WatchAsync() - here.Clock.GetUtcNow());
        Assert.Null((await here.WatchOfAsync(account.Id)).Trouble);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite, 15, 15, 30)]
    [InlineData(DatabaseKind.Postgres, 15, 15, 30)]
    [InlineData(DatabaseKind.Sqlite, 1, 3, 6)]
    public async Task A_network_that_charges_for_reading_is_read_no_more_often_than_it_says(DatabaseKind kind, int says, int next, int afterTrouble)
    {
        var network = new WatchedNetwork { ReadEvery = TimeSpan.FromMinutes(says) };
        await using var here = await NorthgateAsync(kind, network.Instead());
        var account = await here.AWatchedAccountAsync();

        Assert.Equal(TimeSpan.FromMinutes(next), await here.WatchAsync() - here.Clock.GetUtcNow());
        network.Silent.Add(account.Id.ToString());
        Assert.Equal(TimeSpan.FromMinutes(afterTrouble), await here.WatchAsync() - here.Clock.GetUtcNow());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_delivery_deleted_before_anybody_listed_it_is_missed_all_the_same(DatabaseKind kind)
    {
        var network = new WatchedNetwork();
        await using var here = await NorthgateAsync(kind, network.Instead());
        await here.AWatchedAccountAsync();
        var post = await here.AnApprovedPostAsync();
        await here.DeliverAsync();
        here.Clock.Advance(TimeSpan.FromSeconds(10));
        await here.DeliverAsync();
        network.DeletePast((await here.PublicationAsync(post.Id)).RemoteId!);

        await here.WatchAsync();
        Assert.Empty(await here.IncidentsAsync());
        here.Clock.Advance(TimeSpan.FromMinutes(16));
        await here.WatchAsync();
        await here.WatchAsync();

        Assert.Equal(IncidentKind.Deleted, Assert.Single(await here.IncidentsAsync()).Kind);
        Assert.Equal((StandingState.Gone, "We open on Saturday at ten."), Assert.Single(await here.StandingAsync()) switch { var kept => (kept.State, kept.Text) });
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite, IdempotencyMode.ClientKey)]
    [InlineData(DatabaseKind.Postgres, IdempotencyMode.ClientKey)]
    [InlineData(DatabaseKind.Sqlite, IdempotencyMode.LookupOnly)]
    [InlineData(DatabaseKind.Postgres, IdempotencyMode.LookupOnly)]
    public async Task A_delivery_whose_outcome_was_not_known_is_settled_when_it_is_seen(DatabaseKind kind, IdempotencyMode mode)
    {
        var network = new WatchedNetwork(mode);
        network.Answer = delivery =>
        {
            network.Take(delivery);
            return new Outcome.Unknown(RecordingNetwork.Because("The answer was lost."));
        };
        await using var here = await NorthgateAsync(kind, network.Instead());
        await here.AWatchedAccountAsync();
        var post = await here.AnApprovedPostAsync();
        await here.DeliverAsync();
        Assert.Equal(PublicationState.Unknown, (await here.PublicationAsync(post.Id)).State);

        await here.WatchAsync();
        Assert.Equal(PublicationState.Accepted, (await here.PublicationAsync(post.Id)).State);
        here.Clock.Advance(TimeSpan.FromSeconds(10));
        await here.DeliverAsync();

        Assert.Equal((PublicationState.Confirmed, 1), ((await here.PublicationAsync(post.Id)).State, network.Calls.Count(call => call == "publish")));
        Assert.Empty(await here.IncidentsAsync());
        Assert.Equal(post.Id, Assert.Single(await here.StandingAsync()).PublicationId);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_delivery_given_up_by_a_person_that_appears_later_is_found_to_have_left(DatabaseKind kind)
    {
        var network = new WatchedNetwork { Answer = _ => new Outcome.Unknown(RecordingNetwork.Because("The line broke.")) };
        await using var here = await NorthgateAsync(kind, network.Instead());
        await here.AWatchedAccountAsync();
        Delivery? late = null;
        network.Answer = delivery =>
        {
            late = delivery;
            return new Outcome.Unknown(RecordingNetwork.Because("The line broke."));
        };
        var post = await here.AnApprovedPostAsync();
        await here.DeliverAsync();
        for (var step = 0; step < 6; step++)
        {
            here.Clock.Advance(TimeSpan.FromMinutes(15));
            await here.DeliverAsync();
        }

        Assert.Equal(PublicationState.Missing, (await here.PublicationAsync(post.Id)).State);
        var ruth = await here.WhoAsync("Ruth");
        Taken(await here.UseAsync<ResolvePublication, Decision<PublicationMoved>>(resolve => resolve.RunAsync(post.Id, false, ruth, default)));

        network.Take(late!);
        await here.WatchAsync();

        Assert.Equal(PublicationState.Accepted, (await here.PublicationAsync(post.Id)).State);
        Assert.Empty(await here.IncidentsAsync());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_second_copy_of_a_delivery_is_not_ours(DatabaseKind kind)
    {
        var network = new WatchedNetwork(IdempotencyMode.LookupOnly);
        network.Answer = delivery =>
        {
            network.Take(delivery);
            network.Take(delivery);
            return new Outcome.Unknown(RecordingNetwork.Because("The answer was lost."));
        };
        await using var here = await NorthgateAsync(kind, network.Instead());
        await here.AWatchedAccountAsync();
        var post = await here.AnApprovedPostAsync();
        await here.DeliverAsync();

        await here.WatchAsync();

        Assert.Equal(PublicationState.Accepted, (await here.PublicationAsync(post.Id)).State);
        Assert.Equal(IncidentKind.NotOurs, Assert.Single(await here.IncidentsAsync()).Kind);
        Assert.Equal([PostOrigin.Ours, PostOrigin.NotOurs], (await here.StandingAsync()).Select(kept => kept.Origin).Order());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_delivery_on_its_way_is_not_taken_for_a_strangers_post(DatabaseKind kind)
    {
        var network = new WatchedNetwork(IdempotencyMode.LookupOnly);
        await using var here = await NorthgateAsync(kind, network.Instead());
        var account = await here.AWatchedAccountAsync();
        network.Answer = delivery =>
        {
            var remote = network.Take(delivery);

            // Read while the worker still waits for the answer.
            var next = here.WatchAsync().GetAwaiter().GetResult();
            Assert.Equal(TimeSpan.FromSeconds(15), next - here.Clock.GetUtcNow());
            return new Outcome.Accepted(remote);
        };

        await here.AStandingPostAsync();

        Assert.Empty(await here.IncidentsAsync());
        Assert.Single(await here.StandingAsync());
        Assert.NotNull((await here.WatchOfAsync(account.Id)).ReadAt);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task More_posts_than_one_reading_takes_are_a_gap_that_the_next_reading_closes(DatabaseKind kind)
    {
        var network = new WatchedNetwork();
        await using var here = await NorthgateAsync(kind, services =>
        {
            network.Instead()(services);
            services.Configure<StandingSettings>(settings => (settings.Pages, settings.Overlap) = (2, TimeSpan.FromMinutes(5)));
        });
        var account = await here.AWatchedAccountAsync();
        for (var minute = 1; minute <= 20; minute++)
        {
            here.Clock.Advance(TimeSpan.FromMinutes(1));
            network.PostPast(account, $"Minute {minute}", here.Clock.GetUtcNow());
        }

        Assert.Equal(here.Clock.GetUtcNow(), await here.WatchAsync());
        Assert.True((await here.WatchOfAsync(account.Id)).HasGap);
        Assert.Equal(6, (await here.IncidentsAsync()).Count);

        await here.WatchAsync();

        Assert.False((await here.WatchOfAsync(account.Id)).HasGap);
        Assert.Equal(20, (await here.IncidentsAsync()).Count);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_happens_while_an_account_is_let_go_is_not_ours_to_judge(DatabaseKind kind)
    {
        var network = new WatchedNetwork();
        await using var here = await NorthgateAsync(kind, network.Instead());
        var account = await here.AWatchedAccountAsync();
        var ada = await here.WhoAsync("Ada");
        Taken(await here.UseAsync<DisconnectAccount, Decision<AccountDisconnected>>(disconnect => disconnect.RunAsync(account.Id, ada, default)));
        await here.WatchAsync();
        network.PostPast(account, "While nobody watched", here.Clock.GetUtcNow());
        here.Clock.Advance(TimeSpan.FromHours(1));
        Taken(await here.UseAsync<ConnectAccount, Decision<AccountConnected>>(connect => connect.RunAsync(new Connecting("newsroom", account.SiteId, account.Handle, "", null, null), ada, default)));

        await here.WatchAsync();

        Assert.Empty(await here.IncidentsAsync());
        Assert.Equal(PostOrigin.History, Assert.Single(await here.StandingAsync()).Origin);
    }
}

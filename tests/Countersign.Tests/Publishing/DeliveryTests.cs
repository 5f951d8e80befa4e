using System.Text;
using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;
using static Countersign.Tests.Shared.RecordingNetwork;

namespace Countersign.Tests.Publishing;

/// <summary>What each answer of a network leads to, and when it is looked at again.</summary>
public sealed class DeliveryTests
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_post_that_was_not_sent_is_tried_five_times_with_doubling_pauses_and_then_shown_to_a_person(DatabaseKind kind)
    {
        var network = new RecordingNetwork { Answer = (_, _) => Task.FromResult<Outcome>(new Outcome.NotSent(NotSentKind.Unreachable, null, Because("No road there."))) };
        await using var here = await NorthgateAsync(kind, Instead(network));
        var post = await here.AnApprovedPostAsync();

        for (var attempt = 1; attempt < Publication.MaxAttempts; attempt++)
        {
            await here.DeliverAsync();
            var waits = await here.PublicationAsync(post.Id);
            var pause = (await JobAsync(here, post)).DueAt - here.Clock.GetUtcNow();

            Assert.Equal((PublicationState.Waiting, attempt), (waits.State, waits.Attempts));
            Assert.InRange(pause, TimeSpan.FromSeconds(60 << (attempt - 1)), TimeSpan.FromSeconds(60 << (attempt - 1)) * 1.1);
            here.Clock.Advance(pause - TimeSpan.FromSeconds(1));
            await here.DeliverAsync();
            Assert.Equal(attempt, network.HandOvers.Count);
            here.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await here.DeliverAsync();
        here.Clock.Advance(TimeSpan.FromHours(2));
        await here.DeliverAsync();

        var ended = await here.PublicationAsync(post.Id);
        Assert.Equal((PublicationState.HumanReview, Publication.MaxAttempts), (ended.State, network.HandOvers.Count));
        Assert.Equal("No road there.", ended.Note);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_networks_own_wish_when_to_come_back_is_honoured(DatabaseKind kind)
    {
        var wish = TimeSpan.FromMinutes(17);
        var network = new RecordingNetwork { Answer = (_, _) => Task.FromResult<Outcome>(new Outcome.NotSent(NotSentKind.RateLimited, wish, Because("Too many."))) };
        await using var here = await NorthgateAsync(kind, Instead(network));
        var post = await here.AnApprovedPostAsync();
        await here.DeliverAsync();
        Assert.Equal(here.Clock.GetUtcNow() + wish, (await JobAsync(here, post)).DueAt);

        network.Prepare = (_, _) => Task.FromResult<PrepareOutcome>(new PrepareOutcome.Stopped(new Outcome.NotSent(NotSentKind.MediaNotReady, wish * 2, Because("Still resizing."))));
        here.Clock.Advance(wish);
        await here.DeliverAsync();

        Assert.Equal(here.Clock.GetUtcNow() + (wish * 2), (await JobAsync(here, post)).DueAt);
        Assert.Single(network.HandOvers);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_post_that_was_refused_is_never_offered_again(DatabaseKind kind)
    {
        var network = new RecordingNetwork { Answer = (_, _) => Task.FromResult<Outcome>(new Outcome.Rejected(RejectKind.ContentPolicy, Because("Not here."))) };
        await using var here = await NorthgateAsync(kind, Instead(network));
        var post = await here.AnApprovedPostAsync();

        await DeliverForHoursAsync(here);

        var refused = await here.PublicationAsync(post.Id);
        Assert.Equal((PublicationState.Rejected, "Not here.", 1), (refused.State, refused.Note, network.HandOvers.Count));
        Refused("rejected", await ResolveAsync(here, post, sendAgain: true));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_account_that_its_network_shuts_out_has_to_be_connected_again_and_its_other_posts_wait_for_a_person(DatabaseKind kind)
    {
        var network = new RecordingNetwork { Prepare = (_, _) => Task.FromResult<PrepareOutcome>(new PrepareOutcome.Stopped(new Outcome.Rejected(RejectKind.AuthRevoked, Because("The app password no longer opens this account.")))) };
        await using var here = await NorthgateAsync(kind, Instead(network));
        var first = await here.AnApprovedPostAsync();
        var second = await here.AnApprovedPostAsync();

        await here.DeliverAsync();
        network.Prepare = null;
        await DeliverForHoursAsync(here);

        PublicationState[] states = [(await here.PublicationAsync(first.Id)).State, (await here.PublicationAsync(second.Id)).State];
        Assert.Contains(PublicationState.Rejected, states);
        Assert.Contains(PublicationState.Held, states);
        Assert.Empty(network.HandOvers);
        Assert.Equal(AccountState.NeedsReconnect, (await here.AccountAsync("newsroom")).State);
        var entry = await here.ReadAsync(db => db.Set<LedgerEvent>().SingleAsync(row => row.Act == "account.refused"));
        Assert.Contains("auth-revoked", Encoding.UTF8.GetString(entry.Leaf), StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_unknown_outcome_is_looked_up_at_ten_and_thirty_seconds_two_ten_and_thirty_minutes_and_never_sent_again(DatabaseKind kind)
    {
        var network = new RecordingNetwork { Answer = (_, _) => Task.FromResult<Outcome>(new Outcome.Unknown(Because("The line broke."))), Look = _ => new FindResult.Unavailable(Because("Down.")) };
        await using var here = await NorthgateAsync(kind, Instead(network));
        var post = await here.AnApprovedPostAsync();
        await here.DeliverAsync();
        var sent = here.Clock.GetUtcNow();
        Assert.Equal(PublicationState.Unknown, (await here.PublicationAsync(post.Id)).State);

        foreach (var (look, after) in new[] { (1, 10), (2, 30), (3, 120), (4, 600), (5, 1800) })
        {
            Assert.Equal(sent.AddSeconds(after), (await JobAsync(here, post)).DueAt);
            here.Clock.Advance(sent.AddSeconds(after) - here.Clock.GetUtcNow());
            await here.DeliverAsync();
            Assert.Equal(look, network.Finds);
        }

        await DeliverForHoursAsync(here);
        Assert.Equal((PublicationState.HumanReview, 1, 5), ((await here.PublicationAsync(post.Id)).State, network.HandOvers.Count, network.Finds));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_is_found_is_accepted_with_its_address_and_confirmed(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        network.Answer = (delivery, _) =>
        {
            network.Take(delivery);
            return Task.FromResult<Outcome>(new Outcome.Unknown(Because("The answer was lost.")));
        };
        await using var here = await NorthgateAsync(kind, Instead(network));
        var post = await here.AnApprovedPostAsync();

        await here.DeliverAsync();
        here.Clock.Advance(TimeSpan.FromSeconds(10));
        await here.DeliverAsync();
        Assert.Equal(PublicationState.Accepted, (await here.PublicationAsync(post.Id)).State);
        here.Clock.Advance(TimeSpan.FromSeconds(5));
        await here.DeliverAsync();

        var confirmed = await here.PublicationAsync(post.Id);
        Assert.Equal((PublicationState.Confirmed, $"http://127.0.0.1/{post.Key}", 1), (confirmed.State, confirmed.Address, network.HandOvers.Count));
        Assert.Equal(here.Clock.GetUtcNow(), (await here.AccountAsync("newsroom")).LastSuccessAt);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Not_found_proves_nothing_before_the_settle_time_and_then_a_person_may_send_it_again(DatabaseKind kind)
    {
        var network = new RecordingNetwork { Answer = (_, _) => Task.FromResult<Outcome>(new Outcome.Unknown(Because("The line broke."))) };
        await using var here = await NorthgateAsync(kind, Instead(network));
        var post = await here.AnApprovedPostAsync();
        await here.DeliverAsync();
        for (var minute = 0; minute < 14; minute++)
        {
            here.Clock.Advance(TimeSpan.FromMinutes(1));
            await here.DeliverAsync();
            Assert.Equal(PublicationState.Unknown, (await here.PublicationAsync(post.Id)).State);
        }

        here.Clock.Advance(TimeSpan.FromMinutes(20));
        await here.DeliverAsync();
        Assert.Equal(PublicationState.Missing, (await here.PublicationAsync(post.Id)).State);

        Refused("not-entitled", await ResolveAsync(here, post, sendAgain: true, "Hannah"));
        network.Answer = null;
        Taken(await ResolveAsync(here, post, sendAgain: true));
        await here.DeliverAsync();

        Assert.Equal(PublicationState.Accepted, (await here.PublicationAsync(post.Id)).State);
        Assert.Equal([post.Key, post.Key], network.HandOvers.Select(handOver => handOver.Key));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_connector_that_breaks_leaves_an_unknown_outcome(DatabaseKind kind)
    {
        var network = new RecordingNetwork { Answer = (_, _) => throw new FormatException("A bug.") };
        await using var here = await NorthgateAsync(kind, Instead(network));
        var post = await here.AnApprovedPostAsync();

        await here.DeliverAsync();

        Assert.Equal(PublicationState.Unknown, (await here.PublicationAsync(post.Id)).State);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Two_candidates_on_the_network_go_to_a_person(DatabaseKind kind)
    {
        var network = new RecordingNetwork { Answer = (_, _) => Task.FromResult<Outcome>(new Outcome.Unknown(Because("The line broke."))), Look = _ => new FindResult.Ambiguous("Two could be it.") };
        await using var here = await NorthgateAsync(kind, Instead(network));
        var post = await here.AnApprovedPostAsync();
        await here.DeliverAsync();
        here.Clock.Advance(TimeSpan.FromSeconds(10));

        await here.DeliverAsync();

        Assert.Equal((PublicationState.HumanReview, "Two could be it."), ((await here.PublicationAsync(post.Id)).State, (await here.PublicationAsync(post.Id)).Note));
        Taken(await ResolveAsync(here, post, sendAgain: false));
        await DeliverForHoursAsync(here);
        Assert.Equal((PublicationState.Abandoned, 1), ((await here.PublicationAsync(post.Id)).State, network.HandOvers.Count));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_was_accepted_and_is_gone_goes_to_a_person_once_reads_have_settled(DatabaseKind kind)
    {
        var network = new RecordingNetwork { Look = _ => new FindResult.NotFound(Conclusive: true) };
        await using var here = await NorthgateAsync(kind, Instead(network));
        var post = await here.AnApprovedPostAsync();
        await here.DeliverAsync();
        here.Clock.Advance(TimeSpan.FromMinutes(1));
        await here.DeliverAsync();
        Assert.Equal(PublicationState.Accepted, (await here.PublicationAsync(post.Id)).State);

        here.Clock.Advance(TimeSpan.FromMinutes(15));
        await here.DeliverAsync();

        Assert.Equal(PublicationState.HumanReview, (await here.PublicationAsync(post.Id)).State);
    }

    [Theory, ClassData(typeof(BothDatabases)), Trait("case", "PUB-21")]
    public async Task That_a_network_cannot_be_asked_says_nothing_about_a_post_that_it_accepted(DatabaseKind kind)
    {
        var network = new RecordingNetwork { Look = _ => new FindResult.Unavailable(Because("Gateway time-out.")) };
        await using var here = await NorthgateAsync(kind, Instead(network));
        var (first, second) = (await here.AnApprovedPostAsync(), await here.AnApprovedPostAsync("Doors close at six."));
        async Task<PublicationState> StateAsync(Publication post) => (await here.PublicationAsync(post.Id)).State;
        await here.DeliverAsync();
        for (var hour = 0; hour < 23; hour++)
        {
            here.Clock.Advance(TimeSpan.FromHours(1));
            await here.DeliverAsync();
            Assert.Equal((PublicationState.Accepted, PublicationState.Accepted), (await StateAsync(first), await StateAsync(second)));
        }

        network.Look = delivery => delivery.Key == first.Key ? new FindResult.Found(Remote(delivery)) : new FindResult.Unavailable(Because("Gateway time-out."));
        here.Clock.Advance(TimeSpan.FromHours(2));
        await here.DeliverAsync();

        Assert.Equal((PublicationState.Confirmed, PublicationState.HumanReview), (await StateAsync(first), await StateAsync(second)));
        Assert.Equal("The network accepted it, and could not be asked since whether it stands. Gateway time-out.", (await here.PublicationAsync(second.Id)).Note);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_row_of_the_account_that_changes_while_a_post_is_confirmed_loses_neither_step(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, Instead(network));
        var post = await here.AnApprovedPostAsync();
        await here.DeliverAsync();
        here.Clock.Advance(TimeSpan.FromSeconds(5));
        var ada = await here.WhoAsync("Ada");
        network.Look = delivery =>
        {
            Taken(here.UseAsync<DisconnectAccount, Decision<AccountDisconnected>>(disconnect => disconnect.RunAsync(post.AccountId, ada, default)).GetAwaiter().GetResult());
            return new FindResult.Found(new RemoteRef("urn:1", null));
        };

        await here.DeliverAsync();

        Assert.Equal(PublicationState.Confirmed, (await here.PublicationAsync(post.Id)).State);
        Assert.Equal(AccountState.Disconnected, (await here.AccountAsync("newsroom")).State);
    }

    private static Task<Job> JobAsync(AnInstallation here, Publication post) => here.ReadAsync(db => db.Jobs.AsNoTracking().SingleAsync(job => job.Id == post.Id));

    private static async Task DeliverForHoursAsync(AnInstallation here)
    {
        for (var step = 0; step < 12; step++)
        {
            await here.DeliverAsync();
            here.Clock.Advance(TimeSpan.FromMinutes(15));
        }
    }

    private static async Task<Decision<PublicationMoved>> ResolveAsync(AnInstallation here, Publication post, bool sendAgain, string who = "Ruth")
    {
        var actor = await here.WhoAsync(who);
        return await here.UseAsync<ResolvePublication, Decision<PublicationMoved>>(resolve => resolve.RunAsync(post.Id, sendAgain, actor, default));
    }
}

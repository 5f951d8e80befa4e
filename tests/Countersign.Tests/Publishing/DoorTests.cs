using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Policies;
using Countersign.Publishing;
using Countersign.Screening;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;
using static Countersign.Tests.Shared.RecordingNetwork;

namespace Countersign.Tests.Publishing;

/// <summary>What the last check before the network lets through, and what it keeps back.</summary>
public sealed class DoorTests
{
    private static readonly (string, string, string) noon = ("2026-11-12", "12:00", "Europe/London");

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Nothing_leaves_before_its_time_and_nothing_leaves_long_after_it(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, Instead(network));
        var onTime = await here.AnApprovedPostAsync("On time", noon);
        await here.DeliverAsync();
        here.Clock.Advance(TimeSpan.FromHours(2.25));
        await here.DeliverAsync();
        Assert.Empty(network.HandOvers);
        here.Clock.Advance(TimeSpan.FromMinutes(3));
        await here.DeliverAsync();
        Assert.Equal(onTime.Key, Assert.Single(network.HandOvers).Key);

        var late = await here.AnApprovedPostAsync("Too late", ("2026-11-12", "13:00", "Europe/London"));
        here.Clock.Advance(TimeSpan.FromHours(1) + Draft.Tolerance + TimeSpan.FromSeconds(1));
        await here.DeliverAsync();

        Assert.Equal(PublicationState.Missed, (await here.PublicationAsync(late.Id)).State);
        Assert.Single(network.HandOvers);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Nothing_leaves_before_its_last_signature_is_inside_a_signed_checkpoint(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, Instead(network));
        var (id, seal) = await here.AWaitingDraftAsync();
        Taken(await here.ApproveAsync(id, seal, await here.WhoAsync("Bea")));
        var post = await here.ReadAsync(db => db.Publications.AsNoTracking().SingleAsync());

        var next = await here.MoveAsync(post.Id);
        Assert.Equal(here.Clock.GetUtcNow().AddMilliseconds(50), next!.At);
        Assert.Empty(network.HandOvers);

        await here.SequenceAsync();
        await here.MoveAsync(post.Id);
        Assert.Single(network.HandOvers);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public Task A_signature_of_somebody_who_lost_the_role_is_void(DatabaseKind kind) =>
        IsHeldAsync(kind, "signature-void", async (here, _) => Taken(await here.ChangeRolesAsync((await here.WhoAsync("Bea")).Id, [new RoleGrant(Role.Author)], await here.WhoAsync("Ada"))));

    [Theory, ClassData(typeof(BothDatabases))]
    public Task Rules_that_changed_since_the_signature_hold_the_post(DatabaseKind kind) =>
        IsHeldAsync(kind, "policy-changed", async (here, _) =>
        {
            var files = await here.ReadAsync(db => db.Releases.AsNoTracking().Select(release => release.Files).SingleAsync());
            var ada = await here.WhoAsync("Ada");
            var changed = new PolicyProfile { Number = 2, Competitors = ["Southgate Instruments"] };
            Taken(await here.UseAsync<IssueRelease, Decision<ReleaseIssued>>(issue => issue.RunAsync([.. files.Where(file => file.Path != PolicyProfile.FileName), new PolicyFile(PolicyProfile.FileName, changed.ToFile())], ada, default)));
        });

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_account_that_is_let_go_while_pictures_are_prepared_gets_nothing(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, Instead(network));
        var post = await here.AnApprovedPostAsync();
        network.Prepare = async (_, _) =>
        {
            await DisconnectAsync(here, post);
            return new PrepareOutcome.Ready(null);
        };

        await here.DeliverAsync();

        var held = await here.PublicationAsync(post.Id);
        Assert.Equal((PublicationState.Held, "Northgate Instruments has to be connected again first."), (held.State, held.Note));
        Assert.Empty(network.HandOvers);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public Task Words_changed_in_the_drafts_row_are_found(DatabaseKind kind) =>
        IsHeldAsync(kind, "content-changed", (here, _) => here.SqlAsync("update draft set text = 'Other words'"));

    [Theory, ClassData(typeof(BothDatabases))]
    public Task Words_changed_in_the_row_that_is_handed_over_are_found(DatabaseKind kind) =>
        IsHeldAsync(kind, "content-changed", (here, _) => here.SqlAsync("update draft_version set text = 'Other words'"));

    [Theory, ClassData(typeof(BothDatabases))]
    public Task A_changed_byte_of_a_picture_is_found(DatabaseKind kind) =>
        IsHeldAsync(kind, "content-changed", (here, _) => here.SqlAsync(kind == DatabaseKind.Sqlite ? "update media set cipher = x'00'" : "update media set cipher = '\\x00'"));

    [Theory, ClassData(typeof(BothDatabases))]
    public Task A_seal_changed_in_the_row_fits_no_signature(DatabaseKind kind) =>
        IsHeldAsync(kind, "approval-void", (here, _) => here.SqlAsync($"update draft set seal = '{new string('0', 64)}'"));

    [Theory, ClassData(typeof(BothDatabases))]
    public Task A_requirement_that_nobody_signed_is_found(DatabaseKind kind) =>
        IsHeldAsync(kind, "signature-void", (here, _) => here.SqlAsync("update draft set signatures = '[]'"));

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_draft_taken_back_or_edited_after_approval_publishes_nothing(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, Instead(network));
        var hannah = await here.WhoAsync("Hannah");
        var (back, edited) = (await here.AnApprovedPostAsync("Taken back", noon), await here.AnApprovedPostAsync("Edited", noon));
        Taken(await here.UseAsync<WithdrawDraft, Decision<DraftWithdrawn>>(withdraw => withdraw.RunAsync(back.DraftId, hannah, default)));
        Taken(await here.ComposeAsync(edited.DraftId, hannah, "Edited!", [edited.AccountId], seen: 1));
        here.Clock.Advance(TimeSpan.FromHours(3));

        await here.DeliverAsync();

        Assert.Empty(network.HandOvers);
        Assert.Equal((PublicationState.Void, PublicationState.Void), ((await here.PublicationAsync(back.Id)).State, (await here.PublicationAsync(edited.Id)).State));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_worker_that_lost_its_lease_while_the_network_had_the_post_is_not_believed(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        var (called, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        network.Answer = async (delivery, _) =>
        {
            called.SetResult();
            await answer.Task;
            return network.Take(delivery);
        };
        await using var here = await NorthgateAsync(kind, Instead(network));
        var post = await here.AnApprovedPostAsync();
        var first = Task.Run(() => here.MoveAsync(post.Id));
        await called.Task;

        await here.MoveAsync(post.Id);
        Assert.Equal(PublicationState.Unknown, (await here.PublicationAsync(post.Id)).State);
        answer.SetResult();
        await first;

        Assert.Equal(PublicationState.Unknown, (await here.PublicationAsync(post.Id)).State);
        await here.MoveAsync(post.Id);
        Assert.Equal((PublicationState.Accepted, 1), ((await here.PublicationAsync(post.Id)).State, network.HandOvers.Count));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_program_that_died_after_its_intent_looks_the_post_up_and_never_sends_it_again(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, Instead(network));
        var post = await here.AnApprovedPostAsync();
        await here.SqlAsync($"update publication set state = 'Sending', attempts = 1, intent_at = due_at, revision = revision + 2");

        await here.MoveAsync(post.Id);
        here.Clock.Advance(TimeSpan.FromMinutes(16));
        await here.MoveAsync(post.Id);

        Assert.Equal(PublicationState.Missing, (await here.PublicationAsync(post.Id)).State);
        Assert.Empty(network.HandOvers);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Many_workers_on_one_post_hand_it_over_at_most_once(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, Instead(network));
        await using var other = kind == DatabaseKind.Postgres ? await here.AnotherNodeAsync(Instead(network)) : null;
        for (var round = 0; round < 10; round++)
        {
            var post = await here.AnApprovedPostAsync($"Once {round}");

            await Task.WhenAll(Enumerable.Range(0, 6).Select(worker => Task.Run(() => (worker % 2 == 0 ? here : other ?? here).MoveAsync(post.Id))));
            await Task.WhenAll(Enumerable.Range(0, 6).Select(worker => Task.Run(() => (worker % 2 == 0 ? here : other ?? here).MoveAsync(post.Id))));

            Assert.InRange(network.HandOvers.Count(handOver => handOver.Key == post.Key), 0, 1);
        }

        Assert.NotEmpty(network.HandOvers);
    }

    private static async Task DisconnectAsync(AnInstallation here, Publication post)
    {
        var ada = await here.WhoAsync("Ada");
        Taken(await here.UseAsync<DisconnectAccount, Decision<AccountDisconnected>>(disconnect => disconnect.RunAsync(post.AccountId, ada, default)));
    }

    /// <summary>An approved post with a picture; something happens; at its time the door holds it and its draft, with this code, and the network hears nothing.</summary>
    private static async Task IsHeldAsync(DatabaseKind kind, string because, Func<AnInstallation, Publication, Task> happens)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, Instead(network));
        var hannah = await here.WhoAsync("Hannah");
        var picture = Taken(await here.UseAsync<AddPicture, Decision<Media>>(add => add.RunAsync(SomePicture.Png(), hannah, default)));
        var post = await here.AnApprovedPostAsync(slot: noon, pictures: [(picture.Sha256, "One pixel, and through it whatever lies behind")]);

        await happens(here, post);
        here.Clock.Advance(TimeSpan.FromHours(2.5));
        await here.DeliverAsync();

        var draft = await here.DraftAsync(post.DraftId);
        Assert.Equal((PublicationState.Held, DraftStage.Held, because), ((await here.PublicationAsync(post.Id)).State, draft.Stage, draft.HeldBecause));
        Assert.Empty(network.HandOvers);
        var entry = await here.ReadAsync(db => db.Set<LedgerEvent>().Where(row => row.Object == post.Object).OrderByDescending(row => row.Seq).FirstAsync());
        Assert.Equal("publication.held", entry.Act);
    }
}

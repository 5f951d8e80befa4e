using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using static Countersign.Tests.Shared.AnInstallation;
using static Countersign.Tests.Shared.RecordingNetwork;

namespace Countersign.Tests.Publishing;

/// <summary>Threads and first comments: each part leaves once, after the one before it, and answers it.</summary>
public sealed class ChainTests
{
    private static readonly string[] three = ["We open on Saturday.", "Doors at ten.", "Bring your friends."];

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_thread_leaves_part_by_part_and_each_part_answers_the_one_before(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, Instead(network));
        var parts = await AThreadAsync(here, comment: "More in our newsroom.");

        await here.DeliverAsync();

        Assert.Equal([.. three, "More in our newsroom."], network.HandOvers.Select(over => over.Text));
        Assert.Equal(parts.Select(part => part.Key), network.HandOvers.Select(over => over.Key));
        Assert.Equal([null, .. parts.SkipLast(1).Select(part => $"urn:{part.Key}")], network.HandOvers.Select(over => over.Content!.ReplyTo?.Id));
        Assert.Equal([new ThreadPart(1, 3), new ThreadPart(2, 3), new ThreadPart(3, 3), null], network.HandOvers.Select(over => over.Content!.Part));
        Assert.All(await here.ChainAsync(parts[0].DraftId), part => Assert.Equal(PublicationState.Accepted, part.State));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Of_a_thread_half_sent_only_the_missing_parts_are_sent(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, Instead(network));
        var parts = await AThreadAsync(here, comment: null);
        var refused = 0;
        network.Answer = (delivery, _) => Task.FromResult<Outcome>(delivery.Content.Part?.Number == 2 && refused++ == 0
            ? new Outcome.NotSent(NotSentKind.Unreachable, null, Because("No way there."))
            : network.Take(delivery));

        await here.DeliverAsync();
        Assert.Equal([PublicationState.Accepted, PublicationState.Waiting, PublicationState.Approved], await StatesAsync(here, parts));
        here.Clock.Advance(TimeSpan.FromMinutes(5));
        await here.DeliverAsync();
        await here.DeliverAsync();

        Assert.Equal([three[0], three[1], three[1], three[2]], network.HandOvers.Select(over => over.Text));
        Assert.Equal(3, network.Standing.Count);
        Assert.Equal($"urn:{parts[1].Key}", network.HandOvers.Last().Content!.ReplyTo!.Id);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_part_whose_predecessor_is_unknown_waits_until_that_was_looked_up(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, Instead(network));
        var parts = await AThreadAsync(here, comment: null);
        var lost = 0;
        network.Answer = (delivery, _) =>
        {
            var taken = network.Take(delivery);
            return Task.FromResult<Outcome>(lost++ == 0 ? new Outcome.Unknown(Because("The answer was lost.")) : taken);
        };

        await here.DeliverAsync();
        Assert.Equal([PublicationState.Unknown, PublicationState.Approved, PublicationState.Approved], await StatesAsync(here, parts));
        Assert.Single(network.HandOvers);
        here.Clock.Advance(TimeSpan.FromSeconds(11));
        await here.DeliverAsync();

        Assert.Equal(three, network.HandOvers.Select(over => over.Text));
        Assert.Equal(3, network.Standing.Count);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_worker_that_dies_between_two_parts_leaves_the_rest_to_the_next(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, Instead(network));
        var parts = await AThreadAsync(here, comment: "More in our newsroom.");
        await here.MoveAsync(parts[0].Id);
        network.Answer = (_, _) => throw new InvalidOperationException("killed");
        await here.MoveAsync(parts[1].Id);
        network.Answer = null;

        // The state as a killed process leaves it: the intent is written, the outcome is not.
        Assert.Equal(PublicationState.Unknown, (await here.PublicationAsync(parts[1].Id)).State);
        network.Standing[parts[1].Key] = three[1];
        await using (var next = await here.AnotherNodeAsync(Instead(network)))
        {
            next.Clock.Advance(TimeSpan.FromMinutes(3));
            await next.DeliverAsync();
            await next.DeliverAsync();
        }

        Assert.Equal([.. three, "More in our newsroom."], network.HandOvers.Select(over => over.Text));
        Assert.Equal(4, network.Standing.Count);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_part_that_was_refused_holds_those_after_it_with_a_sentence(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, Instead(network));
        var parts = await AThreadAsync(here, comment: null);
        network.Answer = (delivery, _) => Task.FromResult<Outcome>(delivery.Content.Part?.Number == 2 ? new Outcome.Rejected(RejectKind.ContentPolicy, Because("Not here.")) : network.Take(delivery));

        await here.DeliverAsync();

        Assert.Equal([PublicationState.Accepted, PublicationState.Rejected, PublicationState.Held], await StatesAsync(here, parts));
        Assert.Equal("Part 2 of 3 is not there, so this one waits for it.", (await here.PublicationAsync(parts[2].Id)).Note);
        Assert.Equal(DraftStage.Approved, (await here.DraftAsync(parts[0].DraftId)).Stage);
        Refused("rejected", await ResolveAsync(here, parts[1], again: true));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_was_held_for_a_missing_part_goes_on_with_it_or_ends_with_it(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, Instead(network));
        var (on, ends) = (await AThreadAsync(here, comment: "More in our newsroom."), await AThreadAsync(here, comment: null));
        network.Answer = (delivery, _) => Task.FromResult<Outcome>(delivery.Content.Part?.Number == 2 ? new Outcome.Unknown(Because("The answer was lost.")) : network.Take(delivery));
        await here.DeliverAsync();
        for (var look = 0; look < 5; look++)
        {
            here.Clock.Advance(TimeSpan.FromMinutes(21));
            await here.DeliverAsync();
        }

        Assert.Equal([PublicationState.Confirmed, PublicationState.Missing, PublicationState.Held, PublicationState.Held], await StatesAsync(here, on));
        network.Answer = null;
        Taken(await ResolveAsync(here, on[1], again: true));
        Taken(await ResolveAsync(here, ends[1], again: false));
        await here.DeliverAsync();

        Assert.Equal([PublicationState.Accepted, PublicationState.Accepted, PublicationState.Accepted], (await StatesAsync(here, on)).Skip(1));
        Assert.Equal([PublicationState.Confirmed, PublicationState.Abandoned, PublicationState.Abandoned], await StatesAsync(here, ends));
        Assert.Equal(1, network.HandOvers.Count(over => over.Text == "More in our newsroom."));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Nothing_follows_a_part_that_stands_otherwise_than_agreed_and_it_is_not_sent_again(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, Instead(network));
        var parts = await AThreadAsync(here, comment: null);
        network.Answer = (delivery, _) => Task.FromResult<Outcome>(network.Take(delivery) with { Differs = "The server shows it as public; unlisted was approved." });

        await here.DeliverAsync();
        here.Clock.Advance(TimeSpan.FromSeconds(30));
        await here.DeliverAsync();

        Assert.Single(network.HandOvers);
        var first = await here.PublicationAsync(parts[0].Id);
        Assert.Equal((PublicationState.HumanReview, "The server shows it as public; unlisted was approved."), (first.State, first.Differs));
        Assert.Equal("Part 1 of 3 does not stand as it was agreed, so this one waits for a decision.", (await here.PublicationAsync(parts[1].Id)).Note);
        here.Clock.Advance(TimeSpan.FromMinutes(20));
        Refused("stands", await ResolveAsync(here, first, again: true));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_lock_in_the_middle_of_a_thread_stops_the_rest_until_it_is_released(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, Instead(network));
        var parts = await AThreadAsync(here, comment: null);
        var (ruth, carol) = (await here.WhoAsync("Ruth"), await here.WhoAsync("Carol"));
        await here.MoveAsync(parts[0].Id);
        var order = Taken(await here.LockAsync(LockScope.Account, parts[0].AccountId, ruth));

        await here.DeliverAsync();
        Assert.Single(network.HandOvers);
        await here.ReleaseAsync(order.Subject, ruth, carol);
        here.Clock.Advance(TimeSpan.FromMinutes(1));
        await here.DeliverAsync();
        await here.DeliverAsync();

        Assert.Equal(three, network.HandOvers.Select(over => over.Text));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_most_parts_that_may_be_written_fit_into_one_entry_and_one_more_is_refused(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, Instead(new RecordingNetwork()));
        var (hannah, newsroom, sandbox) = (await here.WhoAsync("Hannah"), await here.AccountAsync("newsroom"), await here.AccountAsync("sandbox"));
        PostShape Of(int parts) => new()
        {
            Variants = [new AccountWords(newsroom.Id, [.. Enumerable.Range(1, parts / 2).Select(number => new Words($"Part {number} of many, as we said on Saturday."))]), new AccountWords(sandbox.Id, [.. Enumerable.Range(1, parts - (parts / 2)).Select(number => new Words($"Part {number} of many, as we said on Sunday."))])],
        };

        var parts = await here.ApprovedAsync(Of(Draft.MaxDeliveries), "", newsroom.Id, sandbox.Id);

        Assert.Equal(Draft.MaxDeliveries, parts.Count);
        Refused("too-many-parts", await here.ComposeAsync(Guid.CreateVersion7(), hannah, "", [newsroom.Id, sandbox.Id], shape: Of(Draft.MaxDeliveries + 1)));
    }

    private static async Task<IReadOnlyList<Publication>> AThreadAsync(AnInstallation here, string? comment)
    {
        var newsroom = await here.AccountAsync("newsroom");
        var shape = new PostShape { Variants = [new AccountWords(newsroom.Id, [.. three.Select(text => new Words(text))])], FirstComment = comment is null ? null : new Words(comment) };
        return await here.ApprovedAsync(shape, "We open on Saturday at ten.", newsroom.Id);
    }

    private static async Task<IReadOnlyList<PublicationState>> StatesAsync(AnInstallation here, IReadOnlyList<Publication> parts) =>
        [.. (await here.ChainAsync(parts[0].DraftId)).Select(part => part.State)];

    private static Task<Decision<PublicationMoved>> ResolveAsync(AnInstallation here, Publication part, bool again) =>
        here.UseAsync<ResolvePublication, Decision<PublicationMoved>>(async resolve => await resolve.RunAsync(part.Id, again, await here.WhoAsync("Ruth"), default));
}

using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using static Countersign.Tests.Shared.AnInstallation;
using static Countersign.Tests.Shared.RecordingNetwork;

namespace Countersign.Tests.Publishing;

/// <summary>Times of the clock when the rules of their zone, or the machine's clock, change between planning and sending.</summary>
public sealed class RetimeTests
{
    private static readonly (string, string, string) noon = ("2026-11-13", "12:00", "Europe/London");

    [Theory, ClassData(typeof(BothDatabases)), Trait("case", "SCH-05")]
    public async Task When_a_zone_s_rules_change_the_time_of_the_clock_stays_and_those_who_signed_for_the_other_instant_are_asked_again(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, Instead(network));
        var post = await here.AnApprovedPostAsync(slot: noon);
        var (waiting, _) = await here.AWaitingDraftAsync("Waits for a signature", noon);
        await using var upgraded = await here.AnotherNodeAsync(services => With(services, network, new NewRules()));

        Assert.Equal(2, await RetimeAsync(upgraded));

        foreach (var id in new[] { post.DraftId, waiting })
        {
            var draft = await upgraded.DraftAsync(id);
            Assert.Equal((DraftStage.Held, Draft.RulesChanged), (draft.Stage, draft.HeldBecause));
            Assert.Equal(("2026-11-13T12:00", "Europe/London", "rules of tomorrow"), (draft.Slot!.Local, draft.Slot.Zone, draft.Slot.Rules));
            Assert.Equal(new DateTimeOffset(2026, 11, 13, 11, 0, 0, TimeSpan.Zero), draft.Slot.Instant);
            Assert.Empty(draft.Signatures);
        }

        here.Clock.Advance(TimeSpan.FromDays(2));
        await upgraded.DeliverAsync();
        Assert.Empty(network.HandOvers);
        Assert.Equal(PublicationState.Void, (await here.PublicationAsync(post.Id)).State);
        Assert.Equal(2, await here.ReadAsync(db => db.Set<LedgerEvent>().CountAsync(row => row.Act == "draft.retimed")));
        Assert.Equal(0, await RetimeAsync(upgraded));
    }

    [Theory, ClassData(typeof(BothDatabases)), Trait("case", "SCH-05")]
    public async Task New_rules_under_which_a_time_means_what_it_meant_change_nothing(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, Instead(network));
        var post = await here.AnApprovedPostAsync(slot: ("2026-11-13", "12:00", "Asia/Kolkata"));
        await using var upgraded = await here.AnotherNodeAsync(services => With(services, network, new NewRules()));

        Assert.Equal(0, await RetimeAsync(upgraded));
        here.Clock.Advance(post.DueAt - here.Clock.GetUtcNow());
        await upgraded.DeliverAsync();

        Assert.Single(network.HandOvers);
    }

    [Theory, ClassData(typeof(BothDatabases)), Trait("case", "SCH-05")]
    public async Task A_time_that_the_new_rules_jump_over_is_held_as_it_was_chosen(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, Instead(network));
        var post = await here.AnApprovedPostAsync(slot: noon);
        await using var upgraded = await here.AnotherNodeAsync(services => With(services, network, new NewRules { Jumps = true }));

        Assert.Equal(1, await RetimeAsync(upgraded));

        var draft = await upgraded.DraftAsync(post.DraftId);
        Assert.Equal((DraftStage.Held, "2026-11-13T12:00", post.DueAt), (draft.Stage, draft.Slot!.Local, draft.Slot.Instant));
    }

    [Theory, ClassData(typeof(BothDatabases)), Trait("case", "SCH-10")]
    public async Task A_clock_that_jumps_back_or_forward_while_a_post_is_sent_makes_no_second_one(DatabaseKind kind)
    {
        foreach (var jump in new[] { TimeSpan.FromHours(-3), TimeSpan.FromHours(3) })
        {
            var network = new RecordingNetwork();
            var (called, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
            network.Answer = async (delivery, _) =>
            {
                called.TrySetResult();
                await answer.Task;
                return network.Take(delivery);
            };
            await using var here = await NorthgateAsync(kind, Instead(network));
            var post = await here.AnApprovedPostAsync();
            var claim = Assert.Single(await here.ClaimAsync());
            var sending = Task.Run(() => here.MoveAsync(claim.Id));
            await called.Task;

            here.Clock.Advance(jump);
            foreach (var other in await here.ClaimAsync())
                await here.FinishAsync(other, await here.MoveAsync(other.Id));
            answer.SetResult();
            await here.FinishAsync(claim, await sending);
            here.Clock.Advance(TimeSpan.FromHours(4));
            await here.DeliverAsync();
            here.Clock.Advance(TimeSpan.FromMinutes(1));
            await here.DeliverAsync();

            Assert.Single(network.HandOvers);
            Assert.Equal(PublicationState.Confirmed, (await here.PublicationAsync(post.Id)).State);
        }
    }

    private static Task<int> RetimeAsync(AnInstallation here) => here.UseAsync<RetimeDrafts, int>(retime => retime.RunAsync(default));

    private static void With(IServiceCollection services, RecordingNetwork network, IDateTimeZoneProvider zones)
    {
        Instead(network)(services);
        services.AddSingleton(zones);
    }

    /// <summary>London keeps summer time all year; or jumps from eleven to one on one day.</summary>
    private sealed class NewRules : IDateTimeZoneProvider
    {
        public bool Jumps { get; init; }

        public System.Collections.ObjectModel.ReadOnlyCollection<string> Ids => DateTimeZoneProviders.Tzdb.Ids;

        public string VersionId => "rules of tomorrow";

        public DateTimeZone this[string id] => GetZoneOrNull(id) ?? throw new KeyNotFoundException(id);

        public DateTimeZone GetSystemDefault() => DateTimeZone.Utc;

        public DateTimeZone? GetZoneOrNull(string id) => id != "Europe/London" ? DateTimeZoneProviders.Tzdb.GetZoneOrNull(id)
            : Jumps ? new JumpingZone() : DateTimeZone.ForOffset(Offset.FromHours(1));
    }

    /// <summary>Over the noon of 13 November 2026.</summary>
    private sealed class JumpingZone() : DateTimeZone("Europe/London", isFixed: false, Offset.Zero, Offset.FromHours(2))
    {
        private static readonly Instant jump = Instant.FromUtc(2026, 11, 13, 11, 0);

        public override NodaTime.TimeZones.ZoneInterval GetZoneInterval(Instant instant) => instant < jump
            ? new NodaTime.TimeZones.ZoneInterval("before", null, jump, Offset.Zero, Offset.Zero)
            : new NodaTime.TimeZones.ZoneInterval("after", jump, null, Offset.FromHours(2), Offset.Zero);
    }
}

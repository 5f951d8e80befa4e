using System.Globalization;
using Countersign.Decisions;
using Countersign.Planning;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Publishing;

public sealed class RescheduleTests
{
    private const string London = "Europe/London";

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_new_time_voids_what_was_signed_and_only_new_signatures_let_it_out(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var hannah = await here.WhoAsync("Hannah");
        var publication = await here.AnApprovedPostAsync(slot: (DayIn(here, 2), "09:00", London));
        var later = Slots.Resolve(DayIn(here, 3), "09:00", London);

        var outlook = await here.UseAsync<RescheduleDraft, RescheduleOutlook?>(move => move.LookAsync(publication.DraftId, 1, later, hannah, default));
        var moved = Taken(await MoveAsync(here, publication.DraftId, 1, later, hannah));

        Assert.Equal((1, true, null), (outlook!.Voids, outlook.TakesItBack, outlook.Refusal));
        Assert.Equal(1, moved.SignaturesVoided);
        var draft = await here.DraftAsync(publication.DraftId);
        Assert.Equal((DraftStage.Draft, 2, 0, null), (draft.Stage, draft.Version, draft.Signatures.Count, draft.Seal));
        Assert.Equal(later.Taken, draft.Slot);
        Assert.Equal(PublicationState.Void, (await here.PublicationAsync(publication.Id)).State);

        here.Clock.Advance(TimeSpan.FromDays(4));
        await here.DeliverAsync();
        Assert.Equal(PublicationState.Void, (await here.PublicationAsync(publication.Id)).State);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_was_sent_again_after_the_move_goes_out_at_the_new_time_with_its_words(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var hannah = await here.WhoAsync("Hannah");
        var first = await here.AnApprovedPostAsync("The words stay.", slot: (DayIn(here, 2), "09:00", London));
        var later = Slots.Resolve(DayIn(here, 3), "09:00", London);
        Taken(await MoveAsync(here, first.DraftId, 1, later, hannah));

        Taken(await here.ApproveAsync(first.DraftId, Taken(await here.SendAsync(first.DraftId, 2, hannah)).Seal, await here.WhoAsync("Bea")));
        here.Clock.Advance(later.Taken!.Instant - here.Clock.GetUtcNow() + TimeSpan.FromMinutes(1));
        await here.DeliverAsync();

        var second = await here.ReadAsync(db => db.Publications.AsNoTracking().SingleAsync(row => row.DraftId == first.DraftId && row.State != PublicationState.Void));
        Assert.Equal((later.Taken.Instant, 2), (second.DueAt, second.Version));
        Assert.True(second.State is PublicationState.Accepted or PublicationState.Confirmed, $"It is {second.State}.");
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_is_on_its_way_overtaken_past_or_forbidden_is_not_moved(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (hannah, ned, bea) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Ned"), await here.WhoAsync("Bea"));
        var gone = await here.AnApprovedPostAsync();
        await here.DeliverAsync();
        var (waiting, _) = await here.AWaitingDraftAsync(slot: (DayIn(here, 2), "09:00", London));
        var later = Slots.Resolve(DayIn(here, 3), "09:00", London);

        Refused("on-its-way", await MoveAsync(here, gone.DraftId, 1, later, hannah));
        Refused("version-changed", await MoveAsync(here, waiting, 0, later, hannah));
        Refused("past", await MoveAsync(here, waiting, 1, Slots.Resolve(DayIn(here, -1), "09:00", London), hannah));
        Refused("no-change", await MoveAsync(here, waiting, 1, Slots.Resolve(DayIn(here, 2), "09:00", London), hannah));
        Refused("no-draft", await MoveAsync(here, waiting, 1, later, ned));
        Refused("not-entitled", await MoveAsync(here, waiting, 1, later, await here.WhoAsync("Daniel")));
        var ruth = await here.WhoAsync("Ruth");
        Taken(await here.UseAsync<PlaceBlackout, Decision<BlackoutPlaced>>(place => place.RunAsync(new BlackoutWish(BlackoutScope.Organisation, null, BlackoutForce.Refuse, later.Taken!.Instant.AddHours(-1), later.Taken.Instant.AddHours(1), "Mourning"), ruth, default)));
        Refused("blackout", await MoveAsync(here, waiting, 1, later, hannah));

        // Nothing of that touched the draft; and who moves it does not sign it: Bea is the only one for Brand.
        Assert.Equal(DraftStage.AwaitingApproval, (await here.DraftAsync(waiting)).Stage);
        Taken(await MoveAsync(here, waiting, 1, Slots.Resolve(DayIn(here, 4), "09:00", London), bea));
        Refused("nobody-can-sign", await here.SendAsync(waiting, 2, hannah));
    }

    [Fact]
    public void A_time_that_is_left_out_is_refused_and_one_that_comes_twice_is_asked()
    {
        Refused("no-such-time", Slots.Resolve("2027-03-28", "01:30", London, null));
        Refused(Slots.WhichOne, Slots.Resolve("2027-10-31", "01:30", London, null));
        var (first, second) = (Taken(Slots.Resolve("2027-10-31", "01:30", London, later: false)), Taken(Slots.Resolve("2027-10-31", "01:30", London, later: true)));
        Assert.Equal(TimeSpan.FromHours(1), second.Instant - first.Instant);
        Assert.Equal(first.Local, second.Local);
    }

    [Fact]
    public void A_shift_by_days_keeps_the_time_on_the_wall_in_the_zone_it_was_chosen_in()
    {
        var auckland = Taken(Slots.Resolve("2027-03-26", "09:00", "Pacific/Auckland"));
        var london = Taken(Slots.Resolve("2027-03-27", "09:00", London));

        Assert.Equal("2027-04-05T09:00", Taken(Slots.Shift(auckland, 10, null)).Local); // over the end of summer there
        Assert.Equal(TimeSpan.FromHours(23), Taken(Slots.Shift(london, 1, null)).Instant - london.Instant);
        Refused("no-such-time", Slots.Shift(Taken(Slots.Resolve("2027-03-27", "01:30", London)), 1, null));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_move_over_the_change_of_the_clocks_says_so(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var hannah = await here.WhoAsync("Hannah");
        var id = Guid.CreateVersion7();
        Taken(await here.ComposeAsync(id, hannah, "Spring", [(await here.AccountAsync("newsroom")).Id], slot: ("2027-03-27", "09:00", London)));

        var over = await here.UseAsync<RescheduleDraft, RescheduleOutlook?>(move => move.LookAsync(id, null, Slots.Resolve("2027-03-29", "09:00", London), hannah, default));
        var within = await here.UseAsync<RescheduleDraft, RescheduleOutlook?>(move => move.LookAsync(id, null, Slots.Resolve("2027-03-26", "09:00", London), hannah, default));

        var far = await here.UseAsync<RescheduleDraft, RescheduleOutlook?>(move => move.LookAsync(id, null, Slots.Resolve("2029-07-26", "09:00", London), hannah, default));

        Assert.Contains("The clocks change", Assert.Single(over!.Warnings), StringComparison.Ordinal);
        Assert.Contains("The clocks change", Assert.Single(far!.Warnings), StringComparison.Ordinal);
        Assert.Empty(within!.Warnings);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_private_address_reads_with_its_owners_eyes_until_it_is_taken_back(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (hannah, ned, ada) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Ned"), await here.WhoAsync("Ada"));
        var opened = Taken(await here.UseAsync<SubscribeToCalendar, Decision<FeedOpened>>(feeds => feeds.OpenAsync("", hannah, default)));
        async Task<Actor?> ReaderAsync() => (await here.UseAsync<SubscribeToCalendar, (CalendarFeed, Actor)?>(feeds => feeds.FindAsync(opened.Token, default)))?.Item2;
        Task<Decision<FeedRevoked>> RevokeAsync(Actor by) => here.UseAsync<SubscribeToCalendar, Decision<FeedRevoked>>(feeds => feeds.RevokeAsync(opened.Subject, by, default));

        Assert.Equal(43, opened.Token.Length);
        Assert.Empty(await here.SqlAsync($"select 1 from calendar_feed where token_digest like '%{opened.Token}%'"));
        Assert.Equal(hannah.Grants, (await ReaderAsync())!.Grants);
        Taken(await here.ChangeRolesAsync(hannah.Id, [], ada));
        Assert.Empty((await ReaderAsync())!.Grants);
        Refused("not-entitled", await RevokeAsync(ned));
        Taken(await RevokeAsync(hannah));
        Assert.Null(await ReaderAsync());
        Assert.Null(await here.UseAsync<SubscribeToCalendar, (CalendarFeed, Actor)?>(feeds => feeds.FindAsync("", default)));
    }

    private static string DayIn(AnInstallation here, int days) => here.Clock.GetUtcNow().AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Task<Decision<DraftRescheduled>> MoveAsync(AnInstallation here, Guid id, int seen, Decision<Slot> to, Actor by) =>
        here.UseAsync<RescheduleDraft, Decision<DraftRescheduled>>(move => move.RunAsync(id, seen, to, by, default));
}

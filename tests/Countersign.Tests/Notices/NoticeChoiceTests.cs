using System.Text;
using Countersign.Decisions;
using Countersign.Mail;
using Countersign.Notices;
using Countersign.Storage;
using Countersign.Tests.Inbox;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Notices;

/// <summary>How a person chooses to be told, and when an e-mail follows from it.</summary>
public sealed class NoticeChoiceTests
{
    private readonly WatchedNetwork network = new();

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Each_chooses_for_themselves_and_the_choice_holds_from_the_next_on(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, bea) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"));
        var choice = NoticeChoice.Usual("Europe/London");
        Refused("not-off", await ChooseAsync(here, choice with { Ways = new Dictionary<NoticeKind, NoticeWay> { [NoticeKind.UrgentMessage] = NoticeWay.None } }, bea));
        Refused("not-off", await ChooseAsync(here, choice with { Ways = new Dictionary<NoticeKind, NoticeWay> { [NoticeKind.PastLimit] = NoticeWay.None } }, bea));
        Refused("half-quiet", await ChooseAsync(here, choice with { QuietUntil = null }, bea));
        Refused("no-zone", await ChooseAsync(here, choice with { Zone = "Mars/North" }, bea));
        Taken(await ChooseAsync(here, choice with { Ways = new Dictionary<NoticeKind, NoticeWay> { [NoticeKind.ApprovalWaits] = NoticeWay.None } }, bea));
        await here.AWaitingDraftAsync();
        await here.TellAsync();
        Assert.Empty(await here.NoticesAsync());

        Taken(await ChooseAsync(here, choice with { Ways = new Dictionary<NoticeKind, NoticeWay> { [NoticeKind.ApprovalWaits] = NoticeWay.Page } }, bea));
        await here.TellAsync();
        Assert.Equal((bea.Id, NoticeWay.Page), (Assert.Single(await here.NoticesAsync()).PersonId, (await here.NoticesAsync())[0].Way));
        Taken(await ChooseAsync(here, choice, hannah));

        await here.SequenceAsync();
        var entries = await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().Where(entry => entry.Act == "notices.chosen").ToListAsync());
        Assert.Equal(3, entries.Count);
        Assert.All(entries, entry => Assert.Contains("Europe/London", Encoding.UTF8.GetString(entry.Leaf), StringComparison.Ordinal));
        Assert.True((await here.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default))).Fits);
        await here.SqlAsync("update notice_choice set choice = replace(choice, 'Page', 'None')");
        Assert.Equal("notice_choice", Assert.Single((await here.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default))).Deviations).Table);
    }

    [Theory]
    [InlineData("2026-11-12T12:00Z", "2026-11-12T12:01Z")]
    [InlineData("2026-11-12T21:00Z", "2026-11-13T07:00Z")]
    [InlineData("2026-11-13T05:00Z", "2026-11-13T07:00Z")]
    [InlineData("2026-11-13T06:59Z", "2026-11-13T07:00Z")]
    // In summer the clock in London is an hour ahead.
    [InlineData("2027-06-12T20:00Z", "2027-06-13T06:00Z")]
    // On the night on which it goes back the morning is an hour later.
    [InlineData("2026-10-24T20:00Z", "2026-10-25T07:00Z")]
    public void Quiet_hours_keep_an_email_until_they_are_over_by_the_persons_own_clock(string at, string mailed) =>
        Assert.Equal(DateTimeOffset.Parse(mailed), NoticeChoice.Usual("Europe/London").MailAt(NoticeKind.HandedOver, urgent: false, DateTimeOffset.Parse(at)));

    [Fact]
    public void What_is_urgent_breaks_through_and_quiet_hours_can_be_left_out_or_lie_within_a_day()
    {
        var night = DateTimeOffset.Parse("2026-11-12T23:00Z");
        var usual = NoticeChoice.Usual("Europe/London");
        Assert.Equal(night, usual.MailAt(NoticeKind.UrgentMessage, urgent: true, night));
        Assert.Equal(night + NoticeChoice.Gather, (usual with { QuietFrom = null, QuietUntil = null }).MailAt(NoticeKind.HandedOver, urgent: false, night));
        Assert.Equal(night + NoticeChoice.Gather, (usual with { QuietFrom = new(12, 0), QuietUntil = new(14, 0) }).MailAt(NoticeKind.HandedOver, urgent: false, night));
        Assert.Null(usual.MailAt(NoticeKind.NearLimit, urgent: false, night));
    }

    [Theory]
    [InlineData("Europe/London", "2026-11-12T07:59Z", "2026-11-12T08:00Z")]
    [InlineData("Europe/London", "2026-11-12T08:00Z", "2026-11-13T08:00Z")]
    [InlineData("Asia/Tokyo", "2026-11-12T08:00Z", "2026-11-12T23:00Z")]
    [InlineData("America/New_York", "2026-11-12T14:00Z", "2026-11-13T13:00Z")]
    public void The_daily_email_comes_in_the_persons_own_morning(string zone, string at, string mailed) =>
        Assert.Equal(DateTimeOffset.Parse(mailed), NoticeChoice.Usual(zone).MailAt(NoticeKind.ApprovalWaits, urgent: false, DateTimeOffset.Parse(at)));

    [Fact]
    public async Task Where_no_mail_server_is_named_nothing_waits_to_be_mailed()
    {
        await using var here = await NorthgateAsync(DatabaseKind.Sqlite, network.Instead());
        await here.AMessageAsync(network, "I am going to the Ombudsman");
        await here.TellAsync();
        Assert.NotEmpty(await here.NoticesAsync());
        Assert.All(await here.NoticesAsync(), notice => Assert.Null(notice.MailAt));
        Assert.Equal(0, await here.ReadAsync(db => db.Mail.CountAsync()));
    }

    private static Task<Decision<NoticesChosen>> ChooseAsync(AnInstallation here, NoticeChoice choice, Actor by) =>
        here.UseAsync<ChooseNotices, Decision<NoticesChosen>>(choose => choose.RunAsync(choice, by, default));
}

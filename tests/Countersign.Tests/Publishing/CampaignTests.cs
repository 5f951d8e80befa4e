using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Publishing;

/// <summary>Campaigns, and the tags that they put on links.</summary>
public sealed class CampaignTests
{
    private static readonly UtmTags winter = new("", "social", "winter-2026");

    [Theory]
    [InlineData("https://northgate.example/merlin", "https://northgate.example/merlin?utm_source=bluesky&utm_medium=social&utm_campaign=winter-2026")]
    [InlineData("See northgate.example/merlin, today.", "See northgate.example/merlin?utm_source=bluesky&utm_medium=social&utm_campaign=winter-2026, today.")]
    [InlineData("https://northgate.example/merlin?page=2#prices", "https://northgate.example/merlin?page=2&utm_source=bluesky&utm_medium=social&utm_campaign=winter-2026#prices")]
    [InlineData("Have you seen https://northgate.example/?", "Have you seen https://northgate.example/?utm_source=bluesky&utm_medium=social&utm_campaign=winter-2026?")]
    [InlineData("https://northgate.example/?a=1&", "https://northgate.example/?a=1&utm_source=bluesky&utm_medium=social&utm_campaign=winter-2026")]
    [InlineData("https://northgate.example/?utm_source=poster", "https://northgate.example/?utm_source=poster&utm_medium=social&utm_campaign=winter-2026")]
    [InlineData("https://northgate.example/?UTM_Source=poster&utm_medium=a&utm_campaign=b", "https://northgate.example/?UTM_Source=poster&utm_medium=a&utm_campaign=b")]
    [InlineData("(https://a.example/x) and https://b.example", "(https://a.example/x?utm_source=bluesky&utm_medium=social&utm_campaign=winter-2026) and https://b.example?utm_source=bluesky&utm_medium=social&utm_campaign=winter-2026")]
    [InlineData("Write to us@northgate.example.", "Write to us@northgate.example.")]
    [InlineData("No link at all", "No link at all")]
    public void Tags_go_on_links_once_and_change_nothing_else(string words, string tagged)
    {
        var (once, _) = winter.AddTo(words, "bluesky");
        var (twice, changed) = winter.AddTo(once, "mastodon");

        Assert.Equal((tagged, tagged, 0), (once, twice, changed));
    }

    [Theory]
    [InlineData("Winter", "social", "bad-utm-campaign")]
    [InlineData("winter 2026", "social", "bad-utm-campaign")]
    [InlineData("winter&x=1", "social", "bad-utm-campaign")]
    [InlineData("", "social", "bad-utm-campaign")]
    [InlineData("winter", "", "bad-utm-medium")]
    [InlineData("winter", "soc#ial", "bad-utm-medium")]
    public void A_tag_that_analytics_would_count_twice_or_that_breaks_a_link_is_refused(string campaign, string medium, string code) =>
        Assert.Equal(code, new UtmTags("", medium, campaign).Mistake?.Code);

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_campaign_is_planned_changed_and_closed_and_no_new_post_joins_it_then(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (hannah, ned) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Ned"));
        var id = await PlannedAsync(here, hannah);
        Task<Decision<CampaignPlanned>> PlanAsync(Guid campaign, CampaignPlan plan, int seen, Actor by) => here.UseAsync<PlanCampaign, Decision<CampaignPlanned>>(slice => slice.RunAsync(campaign, plan, seen, by, default));

        Refused("not-entitled", await PlanAsync(id, APlan(hannah.Id), 1, ned));
        Refused("version-changed", await PlanAsync(id, APlan(hannah.Id), 0, hannah));
        Refused("bad-end", await PlanAsync(id, APlan(hannah.Id) with { Begins = "2027-02-01" }, 1, hannah));
        Refused("no-owner", await PlanAsync(id, APlan(Guid.NewGuid()), 1, hannah));
        var draft = await JoinAsync(here, id, hannah);
        Taken(await here.UseAsync<PlanCampaign, Decision<CampaignClosed>>(slice => slice.CloseAsync(id, hannah, default)));
        var view = await here.UseAsync<CampaignReader, CampaignView?>(reader => reader.FindAsync(id, hannah, default));

        Assert.Equal([draft], view!.Drafts.Select(one => one.Id));
        Refused("no-campaign", await here.UseAsync<ComposeDraft, Decision<DraftComposed>>(compose => compose.RunAsync(Guid.CreateVersion7(), new DraftForm(0, "Late", [], [], null, null, null) { Campaign = id }, hannah, default)));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Names_and_objectives_stay_out_of_the_entries(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        await PlannedAsync(here, await here.WhoAsync("Hannah"));

        var leaves = await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().Select(entry => entry.Leaf).ToListAsync());
        Assert.Contains(leaves, leaf => System.Text.Encoding.UTF8.GetString(leaf).Contains("campaign.planned", StringComparison.Ordinal));
        Assert.DoesNotContain(leaves, leaf => System.Text.Encoding.UTF8.GetString(leaf).Contains("Zaubernuss", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a\n\nb\n\nc", "a\n\nb mine\n\nc", "a\n\nb\n\nc theirs", "a\n\nb mine\n\nc theirs")]
    [InlineData("a\nb\nc", "a\nb\nc", "a\nc", "a\nc")]
    [InlineData("a\nb", "new\na\nb", "a\nb\nmore", "new\na\nb\nmore")]
    [InlineData("a\nb\nc", "a\nsame\nc", "a\nsame\nc", "a\nsame\nc")]
    [InlineData("a\nb\nc", "a\nmine\nc", "a\ntheirs\nc", null)]
    [InlineData("a", "mine", "theirs", null)]
    [InlineData("a\n\nb\n\nc", "a\n\nb\n\nc\n\nd", "z\n\nb\n\nc", "z\n\nb\n\nc\n\nd")]
    public void Two_changes_in_different_lines_are_put_together_and_others_left_to_a_person(string before, string mine, string theirs, string? both) =>
        Assert.Equal((both, both), (ThreeWayMerge.Of(before, mine, theirs), ThreeWayMerge.Of(before, theirs, mine)));

    [Fact]
    public async Task Who_writes_is_known_on_every_node_and_forgotten_when_the_tab_falls_silent()
    {
        await using var here = await NorthgateAsync(DatabaseKind.Postgres);
        await using var there = await here.AnotherNodeAsync();
        var (hannah, bea) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"));
        var draft = Guid.CreateVersion7();
        Task<WhoWrites> WhoAsync(Actor reader, string? tab = null) => there.UseAsync<WriteTogether, WhoWrites>(together => together.ReadAsync(draft, tab, reader, default));
        Task SpeakAsync(Actor by, string tab) => here.UseAsync<WriteTogether, bool>(async together =>
        {
            await together.HereAsync(draft, tab, by, default);
            return true;
        });

        await SpeakAsync(hannah, "one");
        await SpeakAsync(hannah, "two");
        Assert.Equal(["Hannah Okafor"], (await WhoAsync(bea)).Others);
        Assert.True((await WhoAsync(hannah, "one")) is { Others: [], InAnotherTab: true });
        await here.UseAsync<WriteTogether, bool>(async together =>
        {
            await together.GoneAsync(draft, "two", hannah, default);
            return true;
        });
        Assert.False((await WhoAsync(hannah, "one")).InAnotherTab);
        here.Clock.Advance(Presence.Lapse + TimeSpan.FromSeconds(1));
        Assert.Empty((await WhoAsync(bea)).Others);
    }

    internal static async Task<Guid> PlannedAsync(AnInstallation here, Actor by)
    {
        var id = Guid.CreateVersion7();
        var site = await here.ReadAsync(db => db.Sites.Select(row => row.Id).FirstAsync());
        Taken(await here.UseAsync<PlanCampaign, Decision<CampaignPlanned>>(plan => plan.RunAsync(id, APlan(by.Id) with { Sites = [site] }, 0, by, default)));
        return id;
    }

    private static CampaignPlan APlan(Guid owner) => new(new CampaignDetails("Zaubernuss in winter", "Forty Zaubernuss sold by February"), "2026-11-12", "2027-01-31", new UtmTags("poster", "social", "winter-2026"), [], owner);

    private static async Task<Guid> JoinAsync(AnInstallation here, Guid campaign, Actor by)
    {
        var id = Guid.CreateVersion7();
        Taken(await here.UseAsync<ComposeDraft, Decision<DraftComposed>>(compose => compose.RunAsync(id, new DraftForm(0, "For the campaign", [], [], null, null, null) { Campaign = campaign }, by, default)));
        return id;
    }
}

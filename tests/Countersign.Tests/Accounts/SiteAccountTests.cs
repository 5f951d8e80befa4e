using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Standing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Countersign.Tests.Standing;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Accounts;

/// <summary>The whole road on a real WordPress: from the application password to the article that readers see.</summary>
public sealed class SiteAccountTests
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_approved_post_is_confirmed_on_a_real_site_and_stands_there_once(DatabaseKind kind)
    {
        var site = await WordPressServer.SharedAsync();
        await using var here = await NorthgateAsync(kind);
        await ConnectAsync(here, site);
        var mark = $"{Guid.NewGuid():N}";

        var post = await here.AnApprovedPostAsync($"We open on Saturday\n\nDoors at ten, at the old harbour office. {mark}", network: "wordpress");
        await here.DeliverAsync();
        here.Clock.Advance(TimeSpan.FromSeconds(10));
        await here.DeliverAsync();

        var published = await here.PublicationAsync(post.Id);
        Assert.Equal((PublicationState.Confirmed, 1), (published.State, published.Attempts));
        var article = Assert.Single(await site.ListUnderAsync(published.Key));
        Assert.Equal("We open on Saturday", article.GetProperty("title").GetProperty("raw").GetString());
        var page = await site.ReadPageAsync(published.Address!);
        Assert.Contains($"Doors at ten, at the old harbour office. {mark}", page, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_post_that_somebody_put_back_into_review_on_the_site_is_shown_to_a_person(DatabaseKind kind)
    {
        var site = await WordPressServer.SharedAsync();
        await using var here = await NorthgateAsync(kind);
        await ConnectAsync(here, site);
        var post = await here.AnApprovedPostAsync($"We open on Saturday. {Guid.NewGuid():N}", network: "wordpress");
        await here.DeliverAsync();
        var article = Assert.Single(await site.ListUnderAsync((await here.PublicationAsync(post.Id)).Key));

        await site.AskAsync("edith", HttpMethod.Post, $"wp/v2/posts/{article.GetProperty("id").GetInt64()}", new { status = "pending" });
        here.Clock.Advance(TimeSpan.FromSeconds(10));
        await here.DeliverAsync();

        var published = await here.PublicationAsync(post.Id);
        Assert.Equal((PublicationState.HumanReview, 1), (published.State, published.Attempts));
        Assert.Contains("holds it for somebody", published.Note, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_rogue_an_edited_and_a_deleted_post_on_a_real_site_become_incidents_and_the_rogue_one_is_taken_down(DatabaseKind kind)
    {
        var site = await WordPressServer.SharedAsync();
        await using var here = await NorthgateAsync(kind);
        await site.AskAsync("edith", HttpMethod.Post, "wp/v2/posts", new { title = "From before Countersign", content = "Old news", status = "publish" });
        await Task.Delay(TimeSpan.FromSeconds(1.1), TestContext.Current.CancellationToken);
        here.Clock.Advance(TimeProvider.System.GetUtcNow() - here.Clock.GetUtcNow());
        await ConnectAsync(here, site);
        var account = (await here.AccountAsync("wordpress")).Id;
        await here.WatchAsync(account);
        Assert.Empty(await here.IncidentsAsync());
        var (edited, deleted, kept) = (await StandingAsync(here, site, "We open on Saturday"), await StandingAsync(here, site, "We close on Sunday"), await StandingAsync(here, site, "Nobody touches this"));
        await here.WatchAsync(account);
        Assert.Empty(await here.IncidentsAsync());

        var mark = $"{Guid.NewGuid():N}";
        var rogue = await site.AskAsync("edith", HttpMethod.Post, "wp/v2/posts", new { title = "Not signed", content = $"<p>Nobody agreed to this {mark}</p>", status = "publish" });
        await site.AskAsync("admin", HttpMethod.Post, $"wp/v2/posts/{edited.Id}", new { content = "<p>We open never</p>" });
        await site.AskAsync("admin", HttpMethod.Delete, $"wp/v2/posts/{deleted.Id}");
        here.Clock.Advance(TimeSpan.FromMinutes(3));
        await here.WatchAsync(account);

        var (incidents, standing) = (await here.IncidentsAsync(), await here.StandingAsync());
        Assert.Equal([IncidentKind.Deleted, IncidentKind.Edited, IncidentKind.NotOurs], incidents.Select(incident => incident.Kind).OrderBy(one => one.ToString()));
        StandingPost PostOf(IncidentKind about) => standing.Single(post => post.Id == incidents.Single(incident => incident.Kind == about).StandingId);
        Assert.Contains(mark, PostOf(IncidentKind.NotOurs).Text, StringComparison.Ordinal);
        Assert.Equal((edited.Publication, Disparity.Words), (PostOf(IncidentKind.Edited).PublicationId, PostOf(IncidentKind.Edited).Differences));
        Assert.Contains("We open never", PostOf(IncidentKind.Edited).Text, StringComparison.Ordinal);
        Assert.Equal((deleted.Publication, StandingState.Gone), (PostOf(IncidentKind.Deleted).PublicationId, PostOf(IncidentKind.Deleted).State));
        Assert.Equal(StandingState.Stands, standing.Single(post => post.PublicationId == kept.Publication).State);
        Assert.Contains(standing, post => post.Origin == PostOrigin.History && post.Text.Contains("Old news", StringComparison.Ordinal));

        Taken(await here.OrderTakeDownAsync(incidents.Single(incident => incident.Kind == IncidentKind.NotOurs).Id, await here.WhoAsync("Ruth")));
        await here.SequenceAsync();
        await here.TakeDownAsync();
        here.Clock.Advance(TimeSpan.FromMinutes(5));
        await here.TakeDownAsync();
        Assert.Equal("trash", (await site.AskAsync("admin", HttpMethod.Get, $"wp/v2/posts/{rogue.GetProperty("id").GetInt64()}?context=edit")).GetProperty("status").GetString());
        Assert.Equal(IncidentOutcome.TakenDown, (await here.IncidentsAsync()).Single(incident => incident.Kind == IncidentKind.NotOurs).Outcome);
        await here.WatchAsync(account);
        Assert.Equal(3, (await here.IncidentsAsync()).Count);
    }

    /// <summary>A post of ours that left and was read back.</summary>
    private static async Task<(Guid Publication, long Id)> StandingAsync(AnInstallation here, WordPressServer site, string text)
    {
        var post = await here.AnApprovedPostAsync($"{text}. {Guid.NewGuid():N}", network: "wordpress");
        await here.DeliverAsync();
        here.Clock.Advance(TimeSpan.FromSeconds(10));
        await here.DeliverAsync();
        var published = await here.PublicationAsync(post.Id);
        Assert.Equal(PublicationState.Confirmed, published.State);
        return (post.Id, Assert.Single(await site.ListUnderAsync(published.Key)).GetProperty("id").GetInt64());
    }

    private static async Task ConnectAsync(AnInstallation here, WordPressServer site)
    {
        var ada = await here.WhoAsync("Ada");
        var connecting = new Connecting("wordpress", (await here.AccountAsync("newsroom")).SiteId, "edith", "The Harbour Post", site.Server.ToString(), site.PasswordOf("edith"));
        Taken(await here.UseAsync<ConnectAccount, Decision<AccountConnected>>(connect => connect.RunAsync(connecting, ada, default)));
    }
}

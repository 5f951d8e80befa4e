using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
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

    private static async Task ConnectAsync(AnInstallation here, WordPressServer site)
    {
        var ada = await here.WhoAsync("Ada");
        var connecting = new Connecting("wordpress", (await here.AccountAsync("newsroom")).SiteId, "edith", "The Harbour Post", site.Server.ToString(), site.PasswordOf("edith"));
        Taken(await here.UseAsync<ConnectAccount, Decision<AccountConnected>>(connect => connect.RunAsync(connecting, ada, default)));
    }
}

using Countersign.Tests.Shared;
using Countersign.Web.Tests.Shared;
using Microsoft.Playwright;

namespace Countersign.Web.Tests.Browser;

/// <summary>The owner of an account allows Countersign on the pages of their own server, a real one, in a browser: nobody types a password here.</summary>
public sealed class AllowedOnBlueskyTests(TheBrowser browser)
{
    private static readonly Dictionary<string, string> closely = new() { ["Standing__CheckEvery"] = "00:00:02", ["Standing__CountEvery"] = "00:00:02", ["Standing__Every"] = "00:00:02", ["Standing__LookEvery"] = "00:00:00.5" };

    [Fact]
    public async Task An_account_is_allowed_on_its_own_server_posted_to_and_asks_again_once_that_is_taken_back()
    {
        Chromium.Require();
        var network = await BlueskyNetwork.SharedWithViewsAsync();
        var owner = await network.CreateAccountAsync($"own{Guid.NewGuid():N}"[..14]);
        var server = new UriBuilder(network.Server) { Host = "localhost" }.Uri;
        await using var program = await TheProgram.StartDemoAsync(settings: closely);
        await using var marek = await browser.SeatAsync(program.Address);
        await marek.SignInAsync(TheDemo.EmailOf("Marek Nowak"));

        await marek.OpenAsync("/accounts/connect?network=bluesky&way=allow");
        var faults = new List<string>(await Looks.FaultsAsync(marek.Page, "allow-there"));
        await marek.Page.SetViewportSizeAsync(1440, 900);
        await AskAsync(marek, server);
        await AllowAsync(marek, owner, allows: false);
        await marek.SeesAsync("You did not allow it there");
        await AskAsync(marek, server);
        await AllowAsync(marek, owner, allows: true);
        await marek.PressAsync("Finish connecting");
        await marek.SeesAsync("Connected. The network was asked, and answered.");

        await using var hannah = await browser.SeatAsync(program.Address);
        await hannah.SignInAsync(TheDemo.EmailOf("Hannah Okafor"));
        await using var fiona = await browser.SeatAsync(program.Address);
        await fiona.SignInAsync(TheDemo.EmailOf("Fiona Drummond"));
        var draft = await hannah.SendAsync("The gate at Hill Street opens at six.", "Northgate, allowed");
        await fiona.ApproveAsync(draft, "Good.");
        await hannah.OpenAsync($"/posts/{draft}");
        await hannah.SeesInTimeAsync("Published, and read back as approved.");
        var post = Assert.Single(await network.ListPostsAsync(owner.Did), post => post.GetProperty("value").GetProperty("text").GetString() == "The gate at Hill Street opens at six.");

        // The network's public views count it, seen with what the owner gave.
        await network.LikeAsync(network.Bob, post.GetProperty("uri").GetString()!, post.GetProperty("cid").GetString()!);
        await hannah.SeesInTimeAsync("1 like, 0 reposts, 0 replies and 0 quotes, as Bluesky counted them");
        faults.AddRange(await Looks.FaultsAsync(hannah.Page, "post-responses"));

        using (var there = new BlueskyOwner(owner))
            await there.TakeBackAsync(server);
        await marek.OpenAsync("/accounts");
        await marek.SeesInTimeAsync("Connect again");
        await marek.Page.GetByRole(AriaRole.Link, new() { Name = "Northgate, allowed" }).First.ClickAsync();
        faults.AddRange(await Looks.FaultsAsync(marek.Page, "allowed-taken-back"));
        await marek.Page.SetViewportSizeAsync(1440, 900);
        await marek.Page.GetByRole(AriaRole.Link, new() { Name = "Allow it again, or give it a new app password" }).ClickAsync();
        await marek.Page.GetByRole(AriaRole.Link, new() { Name = "Allow it there" }).ClickAsync();
        await marek.PressAsync("Go on");
        await AllowAsync(marek, owner, allows: true);
        await marek.PressAsync("Finish connecting");
        await marek.SeesAsync("Connected. The network was asked, and answered.");
        Assert.Equal(1, await marek.Page.GetByRole(AriaRole.Link, new() { Name = "Northgate, allowed" }).CountAsync());

        Assert.Empty(faults);
        Assert.All((Seat[])[hannah, fiona], seat => Assert.Empty(seat.Complaints));
        Assert.DoesNotContain(marek.Complaints, complaint => complaint.Contains(program.Address.Authority, StringComparison.Ordinal));
        Assert.DoesNotContain("DPoP", program.Said, StringComparison.Ordinal);
    }

    private static async Task AskAsync(Seat marek, Uri server)
    {
        await marek.OpenAsync("/accounts/connect?network=bluesky");
        await marek.Page.GetByRole(AriaRole.Link, new() { Name = "Allow it there" }).ClickAsync();
        await marek.Field("Server").FillAsync(server.ToString());
        await marek.Field("Name here").FillAsync("Northgate, allowed");
        await marek.PressAsync("Go on");
    }

    /// <summary>Goes on to the server, signs in there as the owner and answers its question; the server sends the browser back.</summary>
    private static async Task AllowAsync(Seat marek, BlueskyAccount owner, bool allows)
    {
        await marek.Page.GetByRole(AriaRole.Link, new() { Name = "Go on to localhost" }).ClickAsync();
        await marek.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).First.ClickAsync();
        await marek.Page.Locator("input[name=username]").FillAsync(owner.Handle);
        await marek.Page.Locator("input[name=password]").FillAsync(owner.Password);
        await marek.Page.Locator("button[type=submit]").First.ClickAsync();
        await marek.Page.GetByRole(AriaRole.Button, new() { Name = allows ? "Authorize" : "Deny access" }).ClickAsync();
        await marek.Page.WaitForURLAsync("**/accounts/connect/back?*");
    }
}

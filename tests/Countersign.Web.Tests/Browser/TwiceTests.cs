using Microsoft.Playwright;

namespace Countersign.Web.Tests.Browser;

/// <summary>Two tabs, and presses that come twice.</summary>
public sealed class TwiceTests(TheBrowser browser, TheDemo demo)
{
    [Fact]
    public async Task Pressing_send_twice_sends_once()
    {
        await using var hannah = await browser.SeatAsync((await demo.StartedAsync()).Address);
        await hannah.SignInAsync(TheDemo.EmailOf("Hannah Okafor"), back: "/compose");
        await hannah.Field("Sandbox").CheckAsync();
        await hannah.WriteAsync("The lift in block C runs again.");
        await hannah.Button("Send for approval").DblClickAsync();
        await hannah.Page.WaitForURLAsync("**/posts/*");

        await hannah.SeesAsync("Version 1");
        Assert.Equal(1, await hannah.Page.GetByText("sent it for approval").CountAsync());
    }

    [Fact]
    public async Task Pressing_approve_in_two_tabs_signs_once_and_the_second_is_told()
    {
        var program = await demo.StartedAsync();
        await using var hannah = await browser.SeatAsync(program.Address);
        await hannah.SignInAsync(TheDemo.EmailOf("Hannah Okafor"));
        var draft = await hannah.SendAsync("The lift in block D runs again.", "Sandbox");

        await using var fiona = await browser.SeatAsync(program.Address);
        await fiona.SignInAsync(TheDemo.EmailOf("Fiona Drummond"), back: $"/approvals/{draft}");
        var other = await fiona.AnotherTabAsync();
        await other.GotoAsync($"/approvals/{draft}");
        await other.GetByRole(AriaRole.Link, new() { Name = "Approve and sign" }).ClickAsync();
        await fiona.ApproveAsync(draft, "Seen.");
        await other.Locator("#sign").GetByRole(AriaRole.Button, new() { Name = "Approve and sign" }).DblClickAsync();

        await Assertions.Expect(other.GetByText("Nothing was decided.")).ToBeVisibleAsync();
        await hannah.OpenAsync($"/posts/{draft}");
        Assert.Equal(1, await hannah.Page.Locator(".sign[data-signed]").CountAsync());
        await hannah.SeesInTimeAsync("Published, and read back as approved.");
        Assert.Empty(fiona.Complaints);
    }

    [Fact]
    public async Task Words_saved_in_another_tab_are_shown_before_they_are_overwritten()
    {
        await using var hannah = await browser.SeatAsync((await demo.StartedAsync()).Address);
        await hannah.SignInAsync(TheDemo.EmailOf("Hannah Okafor"), back: "/compose");
        await hannah.Field("Sandbox").CheckAsync();
        await hannah.WriteAsync("Doors open at nine.");
        await hannah.PressAsync("Save");
        await hannah.SeesAsync("Version 1");
        var other = await hannah.AnotherTabAsync();
        await other.GotoAsync(hannah.Page.Url);

        await hannah.WriteAsync("Doors open at ten.");
        await hannah.PressAsync("Save");
        await hannah.SeesAsync("Version 2");
        await other.GetByLabel("Post text").FillAsync("Doors open at eleven.");
        await other.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();

        await Assertions.Expect(other.GetByText("saved version 2 while you were writing")).ToBeVisibleAsync();
        Assert.Equal("Doors open at eleven.", await other.GetByLabel("Post text").InputValueAsync());
        await other.GetByRole(AriaRole.Button, new() { Name = "Save mine as version 3" }).ClickAsync();
        await Assertions.Expect(other.GetByText("Version 3").First).ToBeVisibleAsync();
    }
}

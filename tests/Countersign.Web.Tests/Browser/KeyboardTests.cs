using Microsoft.Playwright;

namespace Countersign.Web.Tests.Browser;

/// <summary>The main job without a mouse: Tab, Enter, Space, arrows and the shortcuts that the pages show.</summary>
public sealed class KeyboardTests(TheBrowser browser, TheDemo demo)
{
    private const string Words = "The night shift at Livingston has its own canteen now.";

    [Fact]
    public async Task A_post_is_written_sent_and_approved_with_the_keyboard_alone()
    {
        var program = await demo.StartedAsync();
        await using var tom = await browser.SeatAsync(program.Address);
        await SignInAsync(tom, "Tom Ashworth");
        await tom.Page.Keyboard.PressAsync("n");
        await tom.Page.WaitForURLAsync("**/compose/*");
        await TabToAsync(tom, tom.Field("Northgate Livingston"));
        await tom.Page.Keyboard.PressAsync("Space");
        await TabToAsync(tom, tom.Field("Post text"));
        await tom.Page.Keyboard.TypeAsync(Words);
        await tom.Page.Keyboard.PressAsync("Control+Enter");
        await tom.Page.WaitForURLAsync("**/posts/*");

        await using var fiona = await browser.SeatAsync(program.Address);
        await SignInAsync(fiona, "Fiona Drummond");
        await fiona.Page.Keyboard.PressAsync("g");
        await fiona.Page.Keyboard.PressAsync("a");
        await fiona.Page.WaitForURLAsync("**/approvals");
        await TabToAsync(fiona, fiona.Page.Locator(".queue-item", new() { HasText = "The night shift" }));
        await fiona.Page.Keyboard.PressAsync("Enter");
        await fiona.Page.WaitForURLAsync("**/approvals/*");
        await fiona.SeesAsync(Words);
        await fiona.Page.Keyboard.PressAsync("a");
        await Assertions.Expect(fiona.Page.Locator("#sign-reason")).ToBeFocusedAsync();
        await fiona.Page.Keyboard.TypeAsync("True, I ate there.");
        await fiona.Page.Keyboard.PressAsync("Control+Enter");
        await fiona.Page.WaitForURLAsync(url => url.Contains("done=approved", StringComparison.Ordinal));
        Assert.Empty(tom.Complaints.Concat(fiona.Complaints));
    }

    [Fact]
    public async Task A_dialog_keeps_the_focus_and_gives_it_back()
    {
        await using var sadia = await browser.SeatAsync((await demo.StartedAsync()).Address);
        await SignInAsync(sadia, "Sadia Rahman");
        await sadia.OpenAsync("/approvals");
        var opener = sadia.Page.GetByRole(AriaRole.Link, new() { Name = "Return" });
        await TabToAsync(sadia, opener);
        await sadia.Page.Keyboard.PressAsync("Enter");
        for (var step = 0; step < 12; step++)
        {
            Assert.True(await sadia.Page.EvaluateAsync<bool>("document.activeElement === document.body || document.activeElement.closest('dialog') !== null"));
            await sadia.Page.Keyboard.PressAsync("Tab");
        }

        await sadia.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(opener).ToBeFocusedAsync();
    }

    private static async Task SignInAsync(Seat seat, string name)
    {
        await seat.OpenAsync("/sign-in");
        await TabToAsync(seat, seat.Field("Work email"));
        await seat.Page.Keyboard.TypeAsync(TheDemo.EmailOf(name));
        await TabToAsync(seat, seat.Field("Password"));
        await seat.Page.Keyboard.TypeAsync(Setup.DemoOrganisation.Password);
        await seat.Page.Keyboard.PressAsync("Enter");
        await seat.Page.WaitForURLAsync(url => new Uri(url).AbsolutePath == "/");
    }

    /// <summary>Presses Tab until the wanted control has the focus, and sees that the focus shows wherever it stops.</summary>
    private static async Task TabToAsync(Seat seat, ILocator wanted)
    {
        for (var step = 0; step < 60; step++)
        {
            await seat.Page.Keyboard.PressAsync("Tab");
            if (await wanted.EvaluateAsync<bool>("control => control === document.activeElement"))
                return;
        }

        Assert.Fail($"Tab does not reach {wanted}.");
    }
}

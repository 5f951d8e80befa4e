using System.Diagnostics;
using Microsoft.Playwright;

namespace Countersign.Web.Tests.Browser;

/// <summary>Writing together, links of a campaign, pictures on their way.</summary>
public sealed class WritingTests(TheBrowser browser, TheDemo demo)
{
    private static readonly string merlin = Path.Combine(AppContext.BaseDirectory, "demo", "merlin.png");

    [Fact]
    public async Task Who_is_editing_is_seen_within_a_second_and_gone_when_the_tab_closes()
    {
        var program = await demo.StartedAsync();
        await using var hannah = await browser.SeatAsync(program.Address);
        await hannah.SignInAsync(TheDemo.EmailOf("Hannah Okafor"), back: "/compose");
        await hannah.Field("Sandbox").CheckAsync();
        await hannah.WriteAsync("The boiler house opens on Monday.");
        await hannah.PressAsync("Save");
        await hannah.SeesAsync("Version 1");
        await using var fiona = await browser.SeatAsync(program.Address);
        await fiona.SignInAsync(TheDemo.EmailOf("Fiona Drummond"));

        await fiona.OpenAsync(new Uri(hannah.Page.Url).AbsolutePath);
        var opened = Stopwatch.GetTimestamp();
        await Assertions.Expect(hannah.Page.Locator("#presence")).ToContainTextAsync("Fiona is editing", new() { Timeout = 20_000 });
        var seen = Stopwatch.GetElapsedTime(opened);
        await Assertions.Expect(fiona.Page.Locator("#presence")).ToContainTextAsync("Hannah is editing");
        await fiona.OpenAsync("/calendar");
        await Assertions.Expect(hannah.Page.Locator("#presence")).Not.ToContainTextAsync("editing");

        // A second on a machine that does nothing else; this one may be building meanwhile.
        TestContext.Current.SendDiagnosticMessage($"Seen after {seen.TotalMilliseconds:0} ms.");
        Assert.True(seen < TimeSpan.FromSeconds(5), $"Seen after {seen.TotalMilliseconds:0} ms.");
    }

    [Fact]
    public async Task Two_versions_stand_side_by_side_and_go_together_where_they_touch_different_lines()
    {
        var program = await demo.StartedAsync();
        await using var hannah = await browser.SeatAsync(program.Address);
        await hannah.SignInAsync(TheDemo.EmailOf("Hannah Okafor"), back: "/compose");
        await hannah.Field("Sandbox").CheckAsync();
        await hannah.WriteAsync("Doors open at nine.\n\nParking is behind the hall.");
        await hannah.PressAsync("Save");
        await hannah.SeesAsync("Version 1");
        await using var fiona = await browser.SeatAsync(program.Address);
        await fiona.SignInAsync(TheDemo.EmailOf("Fiona Drummond"), back: new Uri(hannah.Page.Url).AbsolutePath);
        await hannah.WriteAsync("Doors open at ten.\n\nParking is behind the hall.");
        await hannah.PressAsync("Save");
        await hannah.SeesAsync("Version 2");

        await fiona.WriteAsync("Doors open at nine.\n\nParking is in front of the hall.");
        await fiona.PressAsync("Save");

        await fiona.SeesAsync("Hannah Okafor saved version 2 while you were writing.");
        await Assertions.Expect(fiona.Page.Locator(".side-by-side .version").First).ToContainTextAsync("ten");
        await Assertions.Expect(fiona.Page.Locator(".side-by-side .version").Last).ToContainTextAsync("in front of");
        await fiona.PressAsync("Put both together");
        Assert.Equal("Doors open at ten.\n\nParking is in front of the hall.", await fiona.Field("Post text").InputValueAsync());
        await fiona.PressAsync("Save");
        await fiona.SeesAsync("Version 3");
    }

    [Fact]
    public async Task A_tab_that_is_drawn_anew_under_the_finger_is_still_picked()
    {
        var program = await demo.StartedAsync();
        await using var hannah = await browser.SeatAsync(program.Address);
        await hannah.SignInAsync(TheDemo.EmailOf("Hannah Okafor"), back: "/compose");
        await hannah.Field("Northgate Instruments").CheckAsync();
        await hannah.Field("Sandbox").CheckAsync();
        await hannah.WriteAsync("The boiler house opens on Monday.");
        var tab = hannah.Page.Locator("#preview-box").GetByRole(AriaRole.Tab).Last;
        await Assertions.Expect(tab).ToHaveAttributeAsync("aria-selected", "false");
        var before = await tab.ElementHandleAsync();

        await tab.HoverAsync();
        await hannah.Page.Mouse.DownAsync();
        await hannah.WriteAsync("The boiler house opens on Tuesday.");
        await Assertions.Expect(hannah.Page.Locator("#preview-box .tab-panel").Last).ToContainTextAsync("Tuesday");
        Assert.False(await before.EvaluateAsync<bool>("tab => tab.isConnected"));
        await hannah.Page.Mouse.UpAsync();

        await Assertions.Expect(tab).ToHaveAttributeAsync("aria-selected", "true");
    }

    [Fact]
    public async Task Links_carry_the_campaign_where_everybody_sees_it_and_its_page_lists_the_post()
    {
        var program = await demo.StartedAsync();
        await using var hannah = await browser.SeatAsync(program.Address);
        await hannah.SignInAsync(TheDemo.EmailOf("Hannah Okafor"), back: "/campaigns/new");
        await hannah.Field("Name").FillAsync("Winter readiness");
        await hannah.Field("utm_campaign").FillAsync("winter-2026");
        await hannah.PressAsync("Save the campaign");
        await hannah.SeesAsync("Hannah Okafor answers for it");
        await hannah.Page.GetByRole(AriaRole.Link, new() { Name = "Write a post" }).ClickAsync();
        await hannah.Field("Sandbox").CheckAsync();
        await hannah.Field("Northgate Instruments").CheckAsync();
        await hannah.WriteAsync($"Read northgate.example/winter first.\n\n{string.Concat(Enumerable.Repeat("Every pump house has a plan for frost. ", 20))}");
        await hannah.PressAsync("Add its tags to the links");
        await hannah.SeesAsync("1 link carries the campaign’s tags now");
        Assert.Contains("northgate.example/winter?utm_source=social&utm_medium=social&utm_campaign=winter-2026 first.", await hannah.Field("Post text").InputValueAsync(), StringComparison.Ordinal);

        await hannah.PressAsync("Save");
        await hannah.SeesAsync("Version 1");
        await hannah.OpenAsync("/campaigns");
        await hannah.Page.GetByRole(AriaRole.Link, new() { Name = "Winter readiness" }).ClickAsync();
        await hannah.SeesAsync("Read northgate.example");
    }

    [Fact]
    public async Task Words_typed_while_a_picture_is_on_its_way_stay_and_an_upload_can_be_cancelled()
    {
        var program = await demo.StartedAsync();
        await using var hannah = await browser.SeatAsync(program.Address);
        await hannah.SignInAsync(TheDemo.EmailOf("Hannah Okafor"), back: "/compose");
        var release = new TaskCompletionSource();
        await hannah.Page.RouteAsync("**/picture", async route =>
        {
            await release.Task;
            await route.ContinueAsync();
        });
        await hannah.WriteAsync("Before.");
        await hannah.Page.Locator("#compose input[type=file]").SetInputFilesAsync(merlin);
        await Assertions.Expect(hannah.Page.Locator("#upload-box progress")).ToBeVisibleAsync();
        await hannah.WriteAsync("Before, and while it was on its way.");
        await hannah.PressAsync("Save");
        await hannah.SeesAsync("A picture is still on its way. Wait for it, or cancel it.");
        release.SetResult();

        await hannah.SeesAsync("Alt text, picture 1");
        Assert.Equal("Before, and while it was on its way.", await hannah.Field("Post text").InputValueAsync());
        await hannah.Page.UnrouteAllAsync();
        await hannah.Page.RouteAsync("**/picture", _ => Task.CompletedTask);
        await hannah.Page.Locator("#compose input[type=file]").SetInputFilesAsync(Path.Combine(AppContext.BaseDirectory, "demo", "crew.png"));
        await hannah.PressAsync("Cancel");
        await Assertions.Expect(hannah.Page.Locator("#upload-box progress")).ToBeHiddenAsync();
        Assert.Equal(1, await hannah.Page.Locator(".media-item[data-sha]").CountAsync());
    }
}

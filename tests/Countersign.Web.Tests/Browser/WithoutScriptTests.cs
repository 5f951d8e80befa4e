using Countersign.Web.Tests.Shared;
using Microsoft.Playwright;

namespace Countersign.Web.Tests.Browser;

/// <summary>The main job where scripts are off: links and forms alone.</summary>
public sealed class WithoutScriptTests(TheBrowser browser, TheDemo demo)
{
    private const string Words = "The crane at the Sheffield works is painted. Come and see it on Friday.";

    [Fact]
    public async Task A_post_is_written_sent_and_approved_with_forms_alone()
    {
        var program = await demo.StartedAsync();
        await using var hannah = await browser.SeatAsync(program.Address, script: false);
        await hannah.SignInAsync(TheDemo.EmailOf("Hannah Okafor"));
        await hannah.OpenAsync("/compose");
        await hannah.Field("Sandbox").CheckAsync();
        await hannah.WriteAsync("Harcastle heaters catch fire, ours do not.");
        await hannah.PressAsync("Check the words");
        await hannah.SeesAsync("Damaging factual claim about a competitor");
        await hannah.WriteAsync(Words);
        await hannah.Page.Locator("input[type=file]").SetInputFilesAsync(Path.Combine(AppContext.BaseDirectory, "demo", "crew.png"));
        await hannah.PressAsync("Upload it");
        await hannah.Field("Alt text, picture 1").FillAsync("Drawing: two people in a works yard");
        var draft = await hannah.SendAsync();

        await using var fiona = await browser.SeatAsync(program.Address, script: false);
        await fiona.SignInAsync(TheDemo.EmailOf("Fiona Drummond"), back: "/approvals");
        await fiona.Page.Locator($"a.queue-item[href*='{draft}']").ClickAsync();
        await fiona.SeesAsync(Words);
        await fiona.Page.GetByRole(AriaRole.Link, new() { Name = "Approve and sign" }).ClickAsync();
        await fiona.Page.Locator("#sign").GetByRole(AriaRole.Button, new() { Name = "Approve and sign" }).ClickAsync();
        await fiona.Page.WaitForURLAsync(url => url.Contains("done=approved", StringComparison.Ordinal));

        await hannah.OpenAsync($"/posts/{draft}");
        await hannah.SeesInTimeAsync("Published, and read back as approved.");
    }

    [Fact]
    public async Task A_lock_is_looked_at_and_ordered_with_forms_alone()
    {
        // In an organisation of its own: a lock shows on every page.
        await using var program = await TheProgram.StartDemoAsync();
        await using var ruth = await browser.SeatAsync(program.Address, script: false);
        await ruth.SignInAsync(TheDemo.EmailOf("Ruth Fenwick"), back: "/lockdown?scope=Person");
        await ruth.Page.GetByLabel("Gareth Pugh").CheckAsync();
        await ruth.PressAsync("Show what would stop");
        await ruth.SeesAsync("Locking 1 person stops");
        await ruth.PressAsync("Lock 1 person");
        await ruth.SeesAsync("Release in stages");
    }
}

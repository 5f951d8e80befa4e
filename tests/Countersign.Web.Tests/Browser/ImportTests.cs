using System.Globalization;
using System.Text;
using Microsoft.Playwright;

namespace Countersign.Web.Tests.Browser;

/// <summary>A file of posts brought in a browser, with its progress on the screen.</summary>
public sealed class ImportTests(TheBrowser browser, TheDemo demo)
{
    [Fact]
    public async Task A_sheet_is_looked_through_and_saved_while_its_progress_shows()
    {
        var program = await demo.StartedAsync();
        await using var hannah = await browser.SeatAsync(program.Address);
        await hannah.SignInAsync(TheDemo.EmailOf("Hannah Okafor"));
        const int Rows = 120;
        var sheet = new StringBuilder("text;accounts;date;time\r\n");
        for (var row = 0; row < Rows; row++)
            sheet.Append(CultureInfo.InvariantCulture, $"Crane lesson {row + 1};Sandbox;{new DateOnly(2032, 1, 5).AddDays(row):yyyy-MM-dd};09:00\r\n");

        await hannah.OpenAsync("/calendar");
        await hannah.Page.Locator(".more-menu > summary").ClickAsync();
        await hannah.Page.GetByRole(AriaRole.Link, new() { Name = "Import posts from CSV" }).ClickAsync();
        await hannah.Page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = "cranes.csv", MimeType = "text/csv", Buffer = Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(sheet.ToString())).ToArray() });
        await hannah.PressAsync("Look through it");
        await hannah.SeesAsync("read as UTF-16 with semicolons between the cells");
        Assert.Empty(await Looks.FaultsAsync(hannah.Page, "calendar-import"));
        await hannah.PressAsync($"Save {Rows} drafts");
        await Assertions.Expect(hannah.Page.GetByText($"{Rows} drafts saved.")).ToBeVisibleAsync(new() { Timeout = 120_000 });

        await hannah.OpenAsync("/calendar?view=month&from=2032-01-05");
        await hannah.SeesAsync("Crane lesson 1");
        Assert.Empty(hannah.Complaints);
    }
}

using Microsoft.Playwright;

namespace Countersign.Web.Tests.Browser;

/// <summary>The other two answers of an approver, and a post that goes out at a minute of somebody else's clock.</summary>
public sealed class SetTimeTests(TheBrowser browser, TheDemo demo)
{
    private const string Tokyo = "Asia/Tokyo";

    [Fact]
    public async Task A_returned_post_is_mended_and_goes_out_at_the_minute_of_the_zone_that_was_chosen()
    {
        var program = await demo.StartedAsync();
        await using var hannah = await browser.SeatAsync(program.Address);
        await using var fiona = await browser.SeatAsync(program.Address);
        await hannah.SignInAsync(TheDemo.EmailOf("Hannah Okafor"));
        await fiona.SignInAsync(TheDemo.EmailOf("Fiona Drummond"));
        var draft = await hannah.SendAsync("The gate at Hill Street opens at six.", "Sandbox");

        await AnswerAsync(fiona, draft, "return", "Return to Hannah", "Say which day.");
        await hannah.OpenAsync($"/compose/{draft}");
        await hannah.SeesAsync("Say which day.");
        await hannah.WriteAsync("The gate at Hill Street opens at six on Monday.");
        var minute = TimeProvider.System.GetUtcNow().AddMinutes(2);
        var there = TimeZoneInfo.ConvertTime(minute, TimeZoneInfo.FindSystemTimeZoneById(Tokyo));
        await hannah.Page.GetByText("At a time", new() { Exact = true }).ClickAsync();
        await hannah.Field("Date").FillAsync(there.ToString("yyyy-MM-dd"));
        await hannah.Field("Time").FillAsync(there.ToString("HH:mm"));
        await hannah.Field("Time zone").SelectOptionAsync(Tokyo);
        await hannah.SendAsync();
        await fiona.ApproveAsync(draft, "Good.");

        var due = minute.AddSeconds(-minute.Second).AddMilliseconds(-minute.Millisecond);
        await hannah.OpenAsync($"/posts/{draft}");
        var early = await hannah.Page.Locator("main").InnerTextAsync();
        if (TimeProvider.System.GetUtcNow() < due)
            Assert.DoesNotContain("Published, and read back as approved.", early, StringComparison.Ordinal);
        await Assertions.Expect(hannah.Page.GetByText("Published, and read back as approved.").First).ToBeVisibleAsync(new() { Timeout = 150_000 });
        Assert.InRange(TimeProvider.System.GetUtcNow(), due, DateTimeOffset.MaxValue);
        Assert.Empty(hannah.Complaints);
        Assert.Empty(fiona.Complaints);
    }

    [Fact]
    public async Task A_refused_post_ends_there_and_its_author_reads_why()
    {
        var program = await demo.StartedAsync();
        await using var hannah = await browser.SeatAsync(program.Address);
        await using var fiona = await browser.SeatAsync(program.Address);
        await hannah.SignInAsync(TheDemo.EmailOf("Hannah Okafor"));
        await fiona.SignInAsync(TheDemo.EmailOf("Fiona Drummond"));
        var draft = await hannah.SendAsync("Come and see the new crane, all of you, right now.", "Sandbox");

        await AnswerAsync(fiona, draft, "refuse", "Refuse the post", "The yard is closed to visitors.");

        await hannah.OpenAsync($"/posts/{draft}");
        await hannah.SeesAsync("The yard is closed to visitors.");
        Assert.Equal(0, await hannah.Page.Locator("a.address").CountAsync());
        await fiona.OpenAsync($"/approvals/{draft}");
        Assert.Equal(0, await fiona.Page.GetByRole(AriaRole.Link, new() { Name = "Approve and sign" }).CountAsync());
    }

    private static async Task AnswerAsync(Seat approver, Guid draft, string dialog, string submit, string reason)
    {
        await approver.OpenAsync($"/approvals/{draft}");
        await approver.Page.Locator($"a[data-dialog={dialog}]").ClickAsync();
        await approver.Page.Locator($"#{dialog}-reason").FillAsync(reason);
        await approver.PressAsync(submit);
        await approver.Page.WaitForURLAsync(url => url.Contains("done=", StringComparison.Ordinal));
    }
}

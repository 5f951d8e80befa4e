using Microsoft.Playwright;

namespace Countersign.Web.Tests.Browser;

/// <summary>Posts moved by hand: with a mouse, and with keys alone.</summary>
public sealed class CalendarMoveTests(TheBrowser browser, TheDemo demo)
{
    [Fact]
    public async Task A_post_is_dragged_to_another_day_and_undo_takes_it_back()
    {
        await using var hannah = await HannahAsync();
        await PlanAsync(hannah, "Dragged by mouse", "2031-03-04");
        await hannah.OpenAsync("/calendar?view=week&from=2031-03-04");

        await DragAsync(hannah, "Dragged by mouse", "2031-03-06");

        await hannah.SeesAsync("Moved to Thu 6 March, 09:00.");
        await Assertions.Expect(Cell(hannah, "2031-03-06")).ToContainTextAsync("Dragged by mouse");
        await hannah.PressAsync("Undo");
        await hannah.SeesAsync("Moved to Tue 4 March, 09:00.");
        await Assertions.Expect(Cell(hannah, "2031-03-04")).ToContainTextAsync("Dragged by mouse");
        Assert.Empty(hannah.Complaints);
    }

    [Fact]
    public async Task A_drop_that_ends_approval_says_so_first_and_escape_leaves_it_where_it_was()
    {
        await using var hannah = await HannahAsync();
        var id = await PlanAsync(hannah, "Waiting for a signature", "2031-04-08", send: true);
        await hannah.OpenAsync("/calendar?view=month&from=2031-04-08");

        await DragAsync(hannah, "Waiting for a signature", "2031-04-10");
        await hannah.SeesAsync("It is taken back from approval.");
        await Assertions.Expect(Cell(hannah, "2031-04-10")).ToContainTextAsync("Waiting for a signature"); // shown where it would land
        await hannah.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(Cell(hannah, "2031-04-08")).ToContainTextAsync("Waiting for a signature");
        await hannah.OpenAsync($"/posts/{id}");
        await hannah.SeesAsync("8 Apr 2031");

        await hannah.OpenAsync("/calendar?view=month&from=2031-04-08");
        await DragAsync(hannah, "Waiting for a signature", "2031-04-10");
        await hannah.PressAsync("Move it");
        await hannah.SeesAsync("Moved to Thu 10 April, 09:00.");
        Assert.Empty(hannah.Complaints);
    }

    [Fact]
    public async Task What_the_server_refuses_goes_back_to_where_it_was_with_the_reason()
    {
        await using var hannah = await HannahAsync();
        var id = await PlanAsync(hannah, "Moved in another tab", "2031-05-06");
        await hannah.OpenAsync("/calendar?view=week&from=2031-05-06");
        var other = await hannah.AnotherTabAsync();
        await other.GotoAsync($"/calendar/move/{id}");
        await other.Locator("#move-time").FillAsync("11:00");
        await other.GetByRole(AriaRole.Button, new() { Name = "Move it" }).ClickAsync();
        await other.WaitForURLAsync("**/calendar?**");

        await DragAsync(hannah, "Moved in another tab", "2031-05-08");

        await hannah.SeesAsync("Somebody changed this post meanwhile");
        await hannah.Page.GetByRole(AriaRole.Link, new() { Name = "Back to the calendar" }).ClickAsync();
        await Assertions.Expect(Cell(hannah, "2031-05-06")).ToContainTextAsync("Moved in another tab");
        await Assertions.Expect(Cell(hannah, "2031-05-08")).Not.ToContainTextAsync("Moved in another tab");
    }

    [Fact]
    public async Task Keys_alone_pick_up_carry_and_drop_a_post()
    {
        await using var hannah = await HannahAsync();
        await PlanAsync(hannah, "Carried by keys", "2031-06-03");
        await hannah.OpenAsync("/calendar?view=week&from=2031-06-03");

        await hannah.Page.Locator(".ev", new() { HasText = "Carried by keys" }).FocusAsync();
        await hannah.Page.Keyboard.PressAsync("m");
        await Assertions.Expect(hannah.Page.Locator("#move-news")).ToContainTextAsync("is picked up");
        await hannah.Page.Keyboard.PressAsync("ArrowRight");
        await hannah.Page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(hannah.Page.Locator("#move-news")).ToHaveTextAsync("Thu 5 June");
        await hannah.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(hannah.Page.Locator("#move-news")).ToContainTextAsync("stays where it was");
        await hannah.Page.Keyboard.PressAsync("m");
        await hannah.Page.Keyboard.PressAsync("ArrowRight");
        await hannah.Page.Keyboard.PressAsync("Enter");

        await hannah.SeesAsync("Moved to Wed 4 June, 09:00.");
        Assert.Empty(hannah.Complaints);
    }

    [Fact]
    public async Task A_draft_without_a_time_is_dragged_onto_a_day()
    {
        await using var hannah = await HannahAsync();
        await PlanAsync(hannah, "No time yet for this", null);
        await hannah.OpenAsync("/calendar?view=week&from=2031-07-08");

        await hannah.Page.Locator("[data-move]", new() { HasText = "No time yet for this" }).DragToAsync(Cell(hannah, "2031-07-10"));

        await hannah.SeesAsync("Moved to Thu 10 July");
        Assert.Empty(hannah.Complaints);
    }

    private async Task<Seat> HannahAsync()
    {
        var program = await demo.StartedAsync();
        var hannah = await browser.SeatAsync(program.Address);
        await hannah.SignInAsync(TheDemo.EmailOf("Hannah Okafor"));
        await hannah.Page.SetViewportSizeAsync(1440, 1000);
        return hannah;
    }

    /// <summary>A draft for the sandbox, at nine on that day in London; null leaves it without a time.</summary>
    private static async Task<Guid> PlanAsync(Seat author, string text, string? date, bool send = false)
    {
        var api = author.Page.APIRequest;
        var accounts = await (await api.GetAsync("/api/v1/accounts")).JsonAsync();
        var sandbox = accounts!.Value.EnumerateArray().First(account => account.GetProperty("title").GetString() == "Sandbox").GetProperty("id").GetString();
        var id = Guid.CreateVersion7();
        var saved = await api.PutAsync($"/api/v1/drafts/{id}", new() { DataObject = new { seen = 0, text, accounts = new[] { sandbox }, date, time = date is null ? null : "09:00", zone = date is null ? null : "Europe/London" } });
        Assert.Equal(200, saved.Status);
        if (send)
            Assert.Equal(200, (await api.PostAsync($"/api/v1/drafts/{id}/send", new() { DataObject = new { seen = 1 } })).Status);
        return id;
    }

    private static ILocator Cell(Seat seat, string day) => seat.Page.Locator($":is(.cells:has(.lane:has-text('Sandbox')) > [data-day='{day}'], .month [data-day='{day}'])").First;

    private static Task DragAsync(Seat seat, string title, string day) => seat.Page.Locator("[data-move]", new() { HasText = title }).First.DragToAsync(Cell(seat, day));
}

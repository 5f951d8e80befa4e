using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Publishing;

public sealed class CalendarTests(ADemo demo) : IClassFixture<ADemo>
{
    [Theory]
    [InlineData("2027-03-28")] // 23 hours: the clocks go forward
    [InlineData("2027-10-31")] // 25 hours: they go back
    [InlineData("2027-07-04")] // an ordinary day, an hour from UTC
    public async Task A_day_holds_its_posts_from_its_first_minute_to_its_last(string day)
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        await PlanAsync(hannah, $"First minute of {day}", day, "00:00");
        await PlanAsync(hannah, $"Last minute of {day}", day, "23:59");

        var week = await hannah.OpenAsync($"/calendar?from={day}");
        var month = await hannah.OpenAsync($"/calendar?view=month&from={day}");

        // Each of these days is the Sunday of its week: the last cell of the lane.
        var sunday = week.Document.QuerySelectorAll(".week .cells:has(.lane)").Select(lane => lane.LastElementChild!.TextContent).ToList();
        Assert.Contains(sunday, cell => cell.Contains($"First minute of {day}", StringComparison.Ordinal) && cell.Contains($"Last minute of {day}", StringComparison.Ordinal));
        Assert.Contains("00:00", week.Text, StringComparison.Ordinal);
        Assert.Contains("23:59", week.Text, StringComparison.Ordinal);
        var cell = month.Document.QuerySelectorAll(".month [role=cell]:not(.out)").Single(one => one.QuerySelector(".date b")!.TextContent == int.Parse(day[8..], System.Globalization.CultureInfo.InvariantCulture).ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(2, cell.QuerySelectorAll(".mev").Length);
    }

    [Fact]
    public async Task A_post_planned_elsewhere_stands_on_the_day_it_has_here()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        await PlanAsync(hannah, "Morning in Auckland", "2027-06-15", "09:00", "Pacific/Auckland");

        var page = await hannah.OpenAsync("/calendar?view=month&from=2027-06-01");

        var cell = page.Document.QuerySelectorAll(".month [role=cell]").Single(one => one.TextContent.Contains("Morning in Auckland", StringComparison.Ordinal));
        Assert.Equal("14", cell.QuerySelector(".date b")!.TextContent);
        Assert.Contains("22:00", cell.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_demo_published_and_what_waits_are_there_with_links_to_them()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);

        var page = await hannah.OpenAsync("/calendar");
        var following = await hannah.OpenAsync(page.One("[aria-label='Next week']").GetAttribute("href")!);

        // What the demo plans for the next hours is next week's on a Sunday evening.
        var posts = page.Document.QuerySelectorAll(".ev").Concat(following.Document.QuerySelectorAll(".ev")).ToList();
        Assert.Contains(posts, post => post.Matches("[data-s=live][href^='/posts/']"));
        Assert.Contains(posts, post => post.Matches("[data-s=review][href^='/posts/']"));
        Assert.Contains("Times in London", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_post_that_stands_at_its_time_is_not_listed_without_one()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);

        var page = await hannah.OpenAsync("/calendar?view=month");

        Assert.Contains("Stand B14", page.One(".month").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Stand B14", page.Document.QuerySelectorAll(".card").Single(card => card.QuerySelector("h2")?.TextContent == "Without a time").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_weekend_on_which_something_happens_is_as_wide_as_any_other_day()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        var quiet = await hannah.OpenAsync("/calendar?from=2028-02-07");
        await PlanAsync(hannah, "Saturday market", "2028-02-12", "10:00");

        var busy = await hannah.OpenAsync("/calendar?from=2028-02-07");

        Assert.Null(quiet.Document.QuerySelector(".week-full"));
        Assert.NotNull(busy.Document.QuerySelector(".week-full"));
    }

    [Theory]
    [InlineData("/calendar?from=yesterday")]
    [InlineData("/calendar?from=9999-12-31")]
    [InlineData("/calendar?view=decade&from=0001-01-01")]
    public async Task An_address_that_makes_no_sense_shows_this_week(string path)
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);

        Assert.Single((await hannah.OpenAsync(path)).Document.QuerySelectorAll(".dayhead.today"));
    }

    private static async Task PlanAsync(Visitor visitor, string text, string date, string time, string zone = "Europe/London")
    {
        var page = await visitor.OpenAsync($"/compose?date={date}");
        var saved = await visitor.SubmitAsync(page, "form#compose", ("text", text), ("accounts", page.One("input[name=accounts]").GetAttribute("value")), ("time", time), ("zone", zone), ("do", "save"));
        Assert.Equal(text, saved.Value("#text"));
    }
}

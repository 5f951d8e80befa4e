using System.Net;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Publishing;

/// <summary>Another time for a post, and plans, blackouts and files of the calendar, by somebody whose browser runs no script.</summary>
public sealed class MoveTests(ADemo demo) : IClassFixture<ADemo>
{
    [Fact]
    public async Task A_post_is_moved_by_a_form_and_moved_back_by_undo()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        await PlanAsync(hannah, "Spring fair", "2029-04-10", "09:00");
        var week = await hannah.OpenAsync("/calendar?from=2029-04-10");

        var form = await hannah.OpenAsync(week.One(".ev-move[href^='/calendar/move/']").GetAttribute("href")!);
        Assert.Equal(("2029-04-10", "09:00"), (form.Value("#move-date"), form.Value("#move-time")));
        var moved = await hannah.SubmitAsync(form, "#move-form", ("date", "2029-04-12"), ("time", "16:15"));

        Assert.Contains("Moved to Thu 12 April, 16:15.", moved.Text, StringComparison.Ordinal);
        Assert.Contains("Spring fair", DayOf(moved, "2029-04-12"), StringComparison.Ordinal);
        var undone = await hannah.SubmitAsync(moved, "#moved form");
        Assert.Contains("Spring fair", DayOf(undone, "2029-04-10"), StringComparison.Ordinal);
        Assert.DoesNotContain("Spring fair", DayOf(undone, "2029-04-12"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signatures_that_would_end_are_counted_before_it_is_moved()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        using var fiona = await demo.Program.SignInAsync(ADemo.Fiona);
        var id = await PlanAsync(hannah, "The canteen opens at seven.", "2029-05-15", "09:00", send: true);
        var signing = await fiona.OpenAsync($"/approvals/{id}");
        await fiona.SubmitAsync(signing, "form[action$='/approve']", [("reason", "Good."), .. signing.Document.QuerySelectorAll("[data-opened]").Select(one => ("opened", one.GetAttribute("data-opened")))]);

        var form = await hannah.OpenAsync($"/calendar/move/{id}");

        Assert.Contains("1 signature will be void.", form.Text, StringComparison.Ordinal);
        Assert.Contains("Move it, 1 signature ends", form.Text, StringComparison.Ordinal);
        await hannah.SubmitAsync(form, "#move-form", ("date", "2029-05-16"));
        var post = await hannah.OpenAsync($"/compose/{id}");
        Assert.Equal("2029-05-16", post.Value("input[name=date]"));
        Assert.Contains("Draft", post.One(".page-head").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_the_clocks_leave_out_is_refused_and_one_that_comes_twice_is_asked()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        var id = await PlanAsync(hannah, "Night of the clocks", "2029-03-20", "01:30");

        var form = await hannah.OpenAsync($"/calendar/move/{id}");
        var gap = await hannah.SubmitAsync(form, "#move-form", ("date", "2029-03-25"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, gap.Status);
        Assert.Contains("does not exist", gap.One("#refusal").TextContent, StringComparison.Ordinal);
        var twice = await hannah.SubmitAsync(form, "#move-form", ("date", "2029-10-28"));
        Assert.Contains("comes twice", twice.One("#refusal").TextContent, StringComparison.Ordinal);
        var second = await hannah.SubmitAsync(twice, "#move-form", ("later", "on"), ("despite", "on"));
        Assert.Contains("Moved to Sun 28 October, 01:30.", second.Text, StringComparison.Ordinal);
        // Summer time had ended by then: 01:30 is 01:30 in UTC too.
        Assert.Contains("DTSTART:20291028T013000Z", await ReadAsync(hannah, "/calendar/export.ics?view=month&from=2029-10-01&q=Night"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_the_change_of_the_clocks_the_warning_is_read_before_it_is_moved()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        var id = await PlanAsync(hannah, "Summer begins", "2029-03-23", "09:00");

        var warned = await hannah.SubmitAsync(await hannah.OpenAsync($"/calendar/move/{id}"), "#move-form", ("date", "2029-03-26"));
        Assert.Contains("The clocks change in between.", warned.Text, StringComparison.Ordinal);
        var moved = await hannah.SubmitAsync(warned, "#move-form");

        Assert.Contains("Moved to Mon 26 March, 09:00.", moved.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_does_not_write_for_the_account_has_no_way_to_move_its_posts()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        using var helen = await demo.Program.SignInAsync(ADemo.Helen);
        var id = await PlanAsync(hannah, "For Hannah to move", "2029-06-12", "09:00");

        var week = await helen.OpenAsync("/calendar?from=2029-06-12");
        Assert.Contains("For Hannah to move", week.Text, StringComparison.Ordinal);
        Assert.Null(week.Document.QuerySelector("[href^='/calendar/move/']"));
        Assert.Contains("takes the Author role", (await helen.OpenAsync($"/calendar/move/{id}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filters_narrow_what_is_shown_and_counts_against_the_plan_stay()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        using var ruth = await demo.Program.SignInAsync(ADemo.Ruth);
        var plans = await ruth.OpenAsync("/calendar/plan");
        var plan = plans.Document.QuerySelectorAll("tr").Single(row => row.QuerySelector("th")?.TextContent.Contains("Northgate Instruments", StringComparison.Ordinal) == true).QuerySelector("a")!.GetAttribute("href")!;
        await ruth.SubmitAsync(await ruth.OpenAsync(plan), $"form[action='{plan}']", ("perWeek", "3"), ("days", "Friday"), ("times-Friday", "09:00 12:15"));
        await PlanAsync(hannah, "Needle in July", "2029-07-10", "09:00");
        await PlanAsync(hannah, "Haystack in July", "2029-07-11", "09:00");

        var only = $"&account={plan.Split('/')[^1]}";
        var found = await hannah.OpenAsync($"/calendar?view=week&from=2029-07-10&q=nEEDLE{only}");

        Assert.Contains("Needle in July", found.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Haystack", found.Text, StringComparison.Ordinal);
        Assert.Contains("2 of 3, 1 short", found.One(".lane .num").TextContent, StringComparison.Ordinal);
        var gap = Assert.Single(found.Document.QuerySelectorAll("[data-gap]"));
        Assert.Equal("2029-07-13", gap.ParentElement!.GetAttribute("data-day"));
        Assert.Empty((await hannah.OpenAsync($"/calendar?view=list&from=2029-07-10&state=published{only}")).Document.QuerySelectorAll("tbody tr"));
        var list = await hannah.OpenAsync("/calendar?view=list&from=2029-07-10");
        Assert.Contains(list.Document.QuerySelectorAll("tr.plan-gap"), row => row.TextContent.Contains("Fri 13 July", StringComparison.Ordinal));
        Assert.Contains("1 short", (await hannah.OpenAsync($"/calendar?view=month&from=2029-07-10{only}")).One("[data-day='2029-07-13']").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blackout_lists_what_stands_in_it_and_refuses_what_comes()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        using var ruth = await demo.Program.SignInAsync(ADemo.Ruth);
        await PlanAsync(hannah, "Planned before the mourning", "2029-08-15", "09:00");

        var listed = await ruth.SubmitAsync(await ruth.OpenAsync("/calendar/blackouts"), "form[action='/calendar/blackouts']", ("where", "organisation"), ("fromDate", "2029-08-14"), ("untilDate", "2029-08-16"), ("reason", "National mourning"));

        Assert.Contains("Planned before the mourning", listed.One(".rows").TextContent, StringComparison.Ordinal);
        Assert.Contains("National mourning", (await hannah.OpenAsync("/calendar?from=2029-08-15")).One(".allweek").TextContent, StringComparison.Ordinal);
        var page = await hannah.OpenAsync("/compose?date=2029-08-15");
        var refused = await hannah.SubmitAsync(page, "form#compose", ("text", "Too loud"), ("accounts", page.One("input[name=accounts]").GetAttribute("value")), ("time", "10:00"), ("do", "save"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("National mourning", refused.Text, StringComparison.Ordinal);
        await ruth.SubmitAsync(await ruth.OpenAsync("/calendar/blackouts"), "form[action$='/lift']");
    }

    [Fact]
    public async Task The_composer_takes_the_best_free_time_and_the_one_after_and_loses_no_word()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        var page = await hannah.OpenAsync("/compose");
        var account = page.One("input[name=accounts]").GetAttribute("value");
        var action = $"{page.PathOnly}/best-time";

        Assert.Contains("Choose the accounts first", (await hannah.SubmitAsync(page, "form#compose", ("text", "When?"), ("formaction", action))).Text, StringComparison.Ordinal);
        var first = await hannah.SubmitAsync(page, "form#compose", ("text", "When?"), ("accounts", account), ("formaction", action));
        var second = await hannah.SubmitAsync(first, "form#compose", ("formaction", action));

        Assert.Equal("When?", second.Value("#text"));
        Assert.NotNull(first.Document.QuerySelector("input[name=when][value=at][checked]"));
        Assert.True(string.CompareOrdinal($"{first.Value("input[name=date]")} {first.Value("input[name=time]")}", $"{second.Value("input[name=date]")} {second.Value("input[name=time]")}") < 0);
    }

    internal static async Task<Guid> PlanAsync(Visitor visitor, string text, string date, string time, bool send = false)
    {
        var page = await visitor.OpenAsync($"/compose?date={date}");
        var saved = await visitor.SubmitAsync(page, "form#compose", ("text", text), ("accounts", page.One("input[name=accounts]:not([disabled])").GetAttribute("value")), ("time", time), ("do", send ? "send" : "save"));
        return Guid.Parse(saved.PathOnly.Split('/')[2]);
    }

    internal static async Task<string> ReadAsync(Visitor visitor, string path)
    {
        using var answer = await visitor.Http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    private static string DayOf(Page page, string day) => string.Concat(page.Document.QuerySelectorAll($".week [data-day='{day}']").Select(cell => cell.TextContent));
}

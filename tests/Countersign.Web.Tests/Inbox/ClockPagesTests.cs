using System.Net;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Inbox;

/// <summary>Clocks as people see and answer for them, without a script, on the demo organisation.</summary>
public sealed class ClockPagesTests(ADemo demo) : IClassFixture<ADemo>
{
    private const string Callum = "callum.reid@northgate.example";

    [Fact]
    public async Task A_complaint_shows_its_periods_with_their_basis_and_says_who_said_what_was_done()
    {
        using var callum = await demo.Program.SignInAsync(Callum);
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        await callum.OpenInboxAsync();
        var path = (await callum.OpenAsync("/inbox?label=complaint")).One(".queue-item").GetAttribute("href")!.Split('?')[0];

        var page = await callum.OpenAsync(path);
        Assert.Equal(3, page.Document.QuerySelectorAll("#periods .clock-list > li").Length);
        Assert.Contains("FCA DISP 1.6.2R", page.One("#periods").TextContent, StringComparison.Ordinal);
        Assert.Contains("in office hours", page.One("#periods").TextContent, StringComparison.Ordinal);

        var kept = await callum.SubmitAsync(page, "#periods form[action$='/keep']:has([value=ComplaintAcknowledged])");
        Assert.Contains("Callum Reid", kept.One("#periods li").TextContent, StringComparison.Ordinal);
        Assert.Contains("In time", kept.One("#periods li").TextContent, StringComparison.Ordinal);

        // Hannah writes; she does not lead.
        Assert.Empty((await hannah.OpenAsync(path)).Document.QuerySelectorAll("form[action$='/deny'], form[action$='/resume']"));
        var denied = await callum.SubmitAsync(kept, "#periods form[action$='/deny']:has([value=ComplaintFinal])", ("reason", "They sold us the meter."));
        Assert.Contains("Does not apply", denied.One("#periods").TextContent, StringComparison.Ordinal);
        Assert.Contains("They sold us the meter.", denied.One(".msg-note").TextContent, StringComparison.Ordinal);
        var again = await callum.SubmitAsync(denied, "#periods form[action$='/resume']:has([value=ComplaintFinal])");
        Assert.NotEmpty(again.Document.QuerySelectorAll("#periods form[action$='/deny']:has([value=ComplaintFinal])"));
        var refused = await callum.SubmitAsync(denied, "#periods form[action$='/keep']:has([value=ComplaintSummary])", ("period", "Nothing"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
    }

    [Fact]
    public async Task How_long_people_waited_is_shown_for_a_period_with_who_still_waits_and_nothing_where_nothing_began()
    {
        using var callum = await demo.Program.SignInAsync(Callum);
        await callum.OpenInboxAsync();

        var times = await callum.OpenAsync("/inbox/times");
        Assert.Equal(["First response", "Next response", "Resolution"], times.Document.QuerySelectorAll("section.card h2").Select(title => title.TextContent));
        var all = times.One("section.card tbody tr").QuerySelectorAll("td").Select(cell => cell.TextContent.Trim()).ToList();
        Assert.True(int.Parse(all[1], System.Globalization.CultureInfo.InvariantCulture) > 10, string.Join(" | ", all));
        Assert.StartsWith("≥", all[^1], StringComparison.Ordinal);
        Assert.EndsWith("counted", all[^1], StringComparison.Ordinal);

        var before = await callum.OpenAsync("/inbox/times?from=2020-01-01&to=2020-01-31");
        Assert.Contains("1 Jan 2020 to 31 Jan 2020", before.Text, StringComparison.Ordinal);
        Assert.Empty(before.Document.QuerySelectorAll("tbody tr"));
        Assert.Contains((await callum.OpenAsync("/inbox")).Document.QuerySelectorAll("a"), link => link.GetAttribute("href") == "/inbox/times");
    }
}

using System.Net;
using Countersign.Web.Shared;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Hosting;

public sealed class TimeZoneTests
{
    private const string Form = "form[action='/setup']";
    private const string Password = "four ordinary words do well";

    [Fact]
    public async Task The_zone_chosen_at_set_up_is_that_of_every_page_and_of_a_new_post()
    {
        await using var program = await TheProgram.StartAsync();
        using var ada = program.Visit();
        var page = await ada.OpenAsync("/setup");
        Assert.Equal("Europe/London", page.Value("#zone"));
        (string, string?)[] typed = [("organisation", "Northgate"), ("place", "Auckland"), ("name", "Ada Byrne"), ("email", "ada@northgate.example"), ("password", Password)];

        var refused = await ada.SubmitAsync(page, Form, [.. typed, ("zone", "Mars/Olympus_Mons")]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("Choose a time zone from the list.", refused.Text, StringComparison.Ordinal);
        Assert.Equal("/sign-in", (await ada.SubmitAsync(refused, Form, [.. typed, ("zone", "Pacific/Auckland")])).Path);

        await AssertInAucklandAsync(program);
        await program.StopAsync();
        await program.StartAgainAsync();
        await AssertInAucklandAsync(program);
    }

    private static async Task AssertInAucklandAsync(TheProgram program)
    {
        using var ada = await program.SignInAsync("ada@northgate.example", Password);
        Assert.Contains("Times in Auckland", (await ada.OpenAsync("/calendar")).Text, StringComparison.Ordinal);
        Assert.Equal("Pacific/Auckland", (await ada.OpenAsync("/compose")).Value("#zone"));

        // No month of the year has the same hour in Auckland and in London.
        var latest = (await ada.OpenAsync("/audit")).Document.QuerySelectorAll("td.num").Select(cell => cell.TextContent.Trim()).First(cell => cell.Contains(':', StringComparison.Ordinal));
        var there = TimeZoneInfo.ConvertTimeBySystemTimeZoneId(TimeProvider.System.GetUtcNow(), "Pacific/Auckland").DateTime;
        Assert.InRange(there - DateTime.ParseExact(latest, "d MMM yyyy, HH:mm:ss", English.Culture), TimeSpan.Zero, TimeSpan.FromMinutes(30));
    }
}

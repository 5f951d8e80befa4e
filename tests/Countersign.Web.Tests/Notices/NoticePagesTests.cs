using System.Net;
using Countersign.Web.Tests.Inbox;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Notices;

/// <summary>What a person is told, and how they choose to be told, as they use it without a script.</summary>
public sealed class NoticePagesTests(ADemo demo) : IClassFixture<ADemo>
{
    private const string Callum = "callum.reid@northgate.example";

    [Fact]
    public async Task Whoever_is_given_a_conversation_hears_the_bell_opens_it_and_has_read_it_and_nobody_else_hears_of_it()
    {
        using var callum = await demo.Program.SignInAsync(Callum);
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        await callum.OpenInboxAsync();
        using var hers = new StreamReader(await hannah.Http.GetStreamAsync(new Uri("/events", UriKind.Relative)));
        using var his = new StreamReader(await callum.Http.GetStreamAsync(new Uri("/events", UriKind.Relative)));
        var channel = (await hannah.OpenAsync("/")).One("#bell").GetAttribute("data-live")!;
        Assert.NotEqual(channel, (await callum.OpenAsync("/")).One("#bell").GetAttribute("data-live"));

        var taken = await callum.SubmitAsync(await callum.OpenAsync("/inbox"), "form[action='/inbox/next']");
        var to = taken.Document.QuerySelectorAll("#to option").Single(option => option.TextContent == "Hannah Okafor").GetAttribute("value")!;
        await callum.SubmitAsync(taken, "form[action$='/hand-over']", ("to", to), ("note", "Their boiler, again."));

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!(await hers.ReadLineAsync(patience.Token))!.Contains(channel, StringComparison.Ordinal))
        {
            // Other news comes the same way.
        }

        var list = await hannah.OpenAsync("/notifications?show=new");
        var row = list.Document.QuerySelectorAll(".told").First(one => one.TextContent.Contains("A conversation was handed over to you.", StringComparison.Ordinal));
        Assert.DoesNotContain("boiler", list.Text, StringComparison.Ordinal);
        Assert.Contains(" new", list.One("#bell").GetAttribute("aria-label")!, StringComparison.Ordinal);
        var address = row.QuerySelector("a")!.GetAttribute("href")!;
        Assert.Equal(HttpStatusCode.NotFound, (await callum.OpenAsync(address)).Status);
        Assert.Equal(taken.PathOnly, (await hannah.OpenAsync(address)).PathOnly);
        Assert.DoesNotContain(address, (await hannah.OpenAsync("/notifications?show=new")).Document.QuerySelectorAll(".told a").Select(link => link.GetAttribute("href")!));
        Assert.Contains(address, (await hannah.OpenAsync("/notifications")).Document.QuerySelectorAll(".told a").Select(link => link.GetAttribute("href")!));

        // What Callum heard meanwhile is of conversations, and not that Hannah was told.
        await callum.SubmitAsync(await callum.OpenAsync("/"), "form[action='/sign-out']");
        Assert.DoesNotContain(channel, await his.ReadToEndAsync(patience.Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_is_marked_as_read_then_all_that_were_shown()
    {
        using var ruth = await demo.Program.SignInAsync(ADemo.Ruth);
        var list = await SomethingNewAsync(ruth);
        var first = list.Document.QuerySelectorAll(".told[data-new] a").Select(link => link.GetAttribute("href")!).First();
        var marked = await ruth.SubmitAsync(list, $"form[action='{first}/read']");
        Assert.DoesNotContain(first, marked.Document.QuerySelectorAll(".told[data-new] a").Select(link => link.GetAttribute("href")!));

        var cleared = await ruth.SubmitAsync(await SomethingNewAsync(ruth), "form[action='/notifications/read']");
        Assert.Contains("All are marked as read.", cleared.Text, StringComparison.Ordinal);
        Assert.NotEmpty(cleared.Document.QuerySelectorAll(".told"));
    }

    [Fact]
    public async Task Each_chooses_what_comes_how_and_when_and_is_told_where_no_mail_leaves()
    {
        using var helen = await demo.Program.SignInAsync(ADemo.Helen);
        Assert.Contains("Nothing new", (await helen.OpenAsync("/notifications?show=new")).Text, StringComparison.Ordinal);
        var settings = await helen.OpenAsync("/notifications/settings");
        Assert.Contains("No mail leaves this installation, so nothing is sent to you.", settings.Text, StringComparison.Ordinal);
        Assert.Equal(("20:00", "07:00", "08:00"), (settings.Value("#quietFrom"), settings.Value("#quietUntil"), settings.Value("#morning")));
        Assert.Empty(settings.Document.QuerySelectorAll("#way-UrgentMessage option[value=None]"));

        var refused = await helen.SubmitAsync(settings, "form[action='/notifications/settings']", ("quietFrom", ""), ("way-NearLimit", "None"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("Say when quiet hours begin and when they end, or leave both empty.", refused.Text, StringComparison.Ordinal);
        Assert.Equal("None", refused.One("#way-NearLimit option[selected]").GetAttribute("value"));
        refused = await helen.SubmitAsync(settings, "form[action='/notifications/settings']", ("way-PastLimit", "None"));
        Assert.Contains("cannot be switched off", refused.Text, StringComparison.Ordinal);

        var saved = await helen.SubmitAsync(settings, "form[action='/notifications/settings']", ("quietFrom", "22:30"), ("zone", "Asia/Tokyo"), ("way-NearLimit", "None"));
        Assert.Contains("Saved.", saved.Text, StringComparison.Ordinal);
        var again = await helen.OpenAsync("/notifications/settings");
        Assert.Equal(("22:30", "Asia/Tokyo", "None"), (again.Value("#quietFrom"), again.One("#zone option[selected]").GetAttribute("value"), again.One("#way-NearLimit option[selected]").GetAttribute("value")));
    }

    /// <summary>The demo's invented customers write what is urgent.</summary>
    private static async Task<Page> SomethingNewAsync(Visitor visitor)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            var list = await visitor.OpenAsync("/notifications");
            if (list.Document.QuerySelectorAll(".told[data-new]").Length > 0)
                return list;
            await Task.Delay(TimeSpan.FromMilliseconds(300), limit.Token);
        }
    }
}

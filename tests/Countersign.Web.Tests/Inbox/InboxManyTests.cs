using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Inbox;

/// <summary>One thing done with several conversations, without a script, on the demo organisation whose Sandbox has invented customers.</summary>
public sealed class InboxManyTests(ADemo demo) : IClassFixture<ADemo>
{
    private const string Callum = "callum.reid@northgate.example";

    [Fact]
    public async Task Several_are_put_off_in_one_press_those_refused_say_why_and_the_press_is_taken_back()
    {
        using var callum = await demo.Program.SignInAsync(Callum);
        var inbox = await callum.OpenInboxAsync();
        var ids = inbox.Document.QuerySelectorAll("input[name=c]").Select(box => box.GetAttribute("value")!).Take(3).ToList();

        // A browser sends one field for each box that is ticked.
        var done = await PressAsync(callum, inbox, "Snooze", ids);
        Assert.Contains("3 conversations put off.", Flat(done.One("#inbox-many-result")), StringComparison.Ordinal);
        Assert.All(ids, id => Assert.DoesNotContain(id, done.Document.QuerySelectorAll(".queue-item").Select(item => item.GetAttribute("href")!.Split('/', '?')[2])));

        var again = await PressAsync(callum, inbox, "Snooze", ids);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, again.Status);
        Assert.Contains("0 conversations put off, 3 not. This conversation was put off already. 1 2 3", Flat(again.One("#inbox-many-result")), StringComparison.Ordinal);

        var undone = await callum.SubmitAsync(done, "#many-undo");
        Assert.Contains("3 conversations as before.", Flat(undone.One("#inbox-many-result")), StringComparison.Ordinal);
        Assert.All(ids, id => Assert.Contains(id, undone.Document.QuerySelectorAll(".queue-item").Select(item => item.GetAttribute("href")!.Split('/', '?')[2])));
        Assert.Contains("Choose conversations first.", (await PressAsync(callum, inbox, "Claim", [])).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_takes_no_part_is_offered_nothing_to_do_with_several()
    {
        using var helen = await demo.Program.SignInAsync(ADemo.Helen);

        var inbox = await helen.OpenInboxAsync();

        Assert.Empty(inbox.Document.QuerySelectorAll("input[name=c], #many"));
    }

    private static async Task<Page> PressAsync(Visitor visitor, Page page, string act, List<string> ids)
    {
        var form = page.One("#many");
        var fields = form.QuerySelectorAll("select").Select(field => (Name: field.GetAttribute("name")!, Value: ((AngleSharp.Html.Dom.IHtmlSelectElement)field).Value ?? ""))
            .Append((Name: "__RequestVerificationToken", Value: form.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!))
            .Append((Name: "act", Value: act)).Concat(ids.Select(id => (Name: "c", Value: id)));
        using var content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var response = await visitor.Http.PostAsync(form.GetAttribute("action"), content);
        return new Page(response.StatusCode, form.GetAttribute("action")!, await new HtmlParser().ParseDocumentAsync(await response.Content.ReadAsStringAsync()));
    }

    private static string Flat(IElement element) => string.Join(' ', element.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}

using System.Globalization;
using System.Net;
using AngleSharp.Dom;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Inbox;

/// <summary>The library of replies as people use it, without a script: written, signed by two, used in an answer that goes at once.</summary>
public sealed class ReplyLibraryTests(ADemo demo) : IClassFixture<ADemo>
{
    private const string Callum = "callum.reid@northgate.example";
    private const string Sadia = "sadia.rahman@northgate.example";
    private const string Text = "Hello {name}, we open on Saturday at ten. The hours are at {link}";

    [Fact]
    public async Task A_reply_is_written_signed_by_two_and_an_answer_made_of_it_goes_at_once()
    {
        using var callum = await demo.Program.SignInAsync(Callum);
        var record = await ApprovedAsync(callum, "Opening hours");
        Assert.Contains("Approved", record.One(".page-sub").TextContent, StringComparison.Ordinal);
        var conversation = await PlainAsync(callum);

        var pick = await callum.OpenAsync((await callum.OpenAsync(conversation)).One(".reply-box a[data-key=l]").GetAttribute("href")!);
        var fill = await callum.OpenAsync(pick.Document.QuerySelectorAll("a.row").Single(row => row.TextContent.Contains("Opening hours", StringComparison.Ordinal)).GetAttribute("href")!);
        var refused = await callum.SubmitAsync(fill, "#fill", ("v-name", "evil.example"), ("v-link", "https://help.northgate.example/hours"), ("step", "show"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("no address", refused.Text, StringComparison.Ordinal);
        var seen = await callum.SubmitAsync(refused, "#fill", ("v-name", "Pat Kim"), ("v-link", "https://help.northgate.example/hours"), ("step", "show"));
        Assert.Contains("Hello Pat Kim, we open on Saturday at ten.", seen.One("#answer .reply-words").TextContent, StringComparison.Ordinal);
        Assert.Contains("It goes at once.", seen.Text, StringComparison.Ordinal);
        Assert.Contains("Sadia Rahman (Compliance)", seen.Text, StringComparison.Ordinal);

        // What was shown is what is sent: other values are shown first.
        var changed = await callum.SubmitAsync(seen, "#fill", ("v-name", "Pat Lee"), ("step", "send"));
        Assert.Contains("changed since the answer was shown", changed.Text, StringComparison.Ordinal);
        var sent = await callum.SubmitAsync(changed, "#fill", ("step", "send"));

        Assert.Equal(conversation, sent.PathOnly);
        Assert.Contains("Hello Pat Lee", sent.One(".msg-out").TextContent, StringComparison.Ordinal);
        await UntilAsync(async () => (await callum.OpenAsync(conversation)).One(".msg-out .badge").TextContent.Contains("Published", StringComparison.Ordinal));
        var post = await callum.OpenAsync(sent.One(".msg-out a").GetAttribute("href")!);
        Assert.Contains("Let out by an approved reply", post.Text, StringComparison.Ordinal);
        var used = await callum.OpenAsync(record.PathOnly);
        Assert.Contains("Hello Pat Lee", used.Text, StringComparison.Ordinal);

        // An examiner's pack about the answer takes the conversation along, so that may be withheld as well.
        using var helen = await demo.Program.SignInAsync(ADemo.Helen);
        var export = await helen.OpenAsync($"/audit/export?draft={post.PathOnly.Split('/')[^1]}");
        Assert.Contains(export.Document.QuerySelectorAll(".withhold label"), label => label.TextContent.Contains("Text of message", StringComparison.Ordinal));

        // Sent twice it is one: the same form again leads to the same answer.
        var again = await callum.SubmitAsync(changed, "#fill", ("step", "send"));
        Assert.Single(again.Document.QuerySelectorAll(".msg-out:has(a[href^='/posts/'])"));
    }

    [Fact]
    public async Task Where_a_person_is_wanted_the_page_says_so_before_anything_is_sent()
    {
        using var callum = await demo.Program.SignInAsync(Callum);
        var record = await ApprovedAsync(callum, "Hours for whoever is upset");
        var conversation = await AnswerableAsync(callum, "P1", "P2");

        var seen = await callum.SubmitAsync(await callum.OpenAsync($"{conversation}/library/{record.PathOnly.Split('/')[^1]}"), "#fill", ("v-name", "Pat"), ("v-link", "https://help.northgate.example/hours"), ("step", "show"));

        Assert.Contains("It does not go at once.", seen.Text, StringComparison.Ordinal);
        Assert.Empty(seen.Document.QuerySelectorAll("button[value=send]"));
        var forced = await callum.SubmitAsync(seen, "#fill", ("step", "send"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, forced.Status);
        var ordinary = await callum.SubmitAsync(seen, "#fill", ("step", "ordinary"));
        Assert.Contains("Waits for", ordinary.One(".msg-out .badge").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_with_a_mistake_comes_back_with_what_was_typed_and_an_end_that_is_near_is_said_to_its_owner()
    {
        using var callum = await demo.Program.SignInAsync(Callum);
        var form = await callum.OpenAsync("/inbox/library/new");

        var wrong = await callum.SubmitAsync(form, "#reply-form", [.. Fields(form, "Ends soon", TimeProvider.System.GetUtcNow().AddDays(12)).Where(field => field.Name != "text"), ("text", "Hello {name} and {nobody} {link}")]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Contains("{nobody}", wrong.One("#text-error").TextContent, StringComparison.Ordinal);
        Assert.Equal("Hello {name} and {nobody} {link}", wrong.Value("#text"));
        var late = await callum.SubmitAsync(wrong, "#reply-form", ("text", Text), ("last-day", Day(TimeProvider.System.GetUtcNow().AddDays(400))));
        Assert.Contains("a year from now", late.One("#last-day-error").TextContent, StringComparison.Ordinal);
        await ApprovedAsync(callum, "Ends soon", TimeProvider.System.GetUtcNow().AddDays(12));

        var list = await callum.OpenAsync("/inbox/library");
        Assert.Contains(list.Document.QuerySelectorAll(".banner-warn"), banner => banner.TextContent.Contains("“Ends soon” ends in", StringComparison.Ordinal));
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        Assert.Empty((await hannah.OpenAsync("/inbox/library")).Document.QuerySelectorAll(".banner-warn"));
    }

    [Fact]
    public async Task Taken_out_of_use_it_is_offered_no_more_and_what_was_open_is_refused()
    {
        using var callum = await demo.Program.SignInAsync(Callum);
        var record = await ApprovedAsync(callum, "Gone tomorrow");
        var conversation = await PlainAsync(callum);
        var open = await callum.SubmitAsync(await callum.OpenAsync($"{conversation}/library/{record.PathOnly.Split('/')[^1]}"), "#fill", ("v-name", "Pat"), ("v-link", "https://help.northgate.example/hours"), ("step", "show"));

        using var sadia = await demo.Program.SignInAsync(Sadia);
        var gone = await sadia.SubmitAsync(await sadia.OpenAsync(record.PathOnly), "form[action$='/withdraw']");
        Assert.Contains("Out of use.", gone.Text, StringComparison.Ordinal);

        var refused = await callum.SubmitAsync(open, "#fill", ("step", "send"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("was withdrawn", refused.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Gone tomorrow", (await callum.OpenAsync($"{conversation}/library")).Text, StringComparison.Ordinal);
    }

    private async Task<Page> ApprovedAsync(Visitor writer, string name, DateTimeOffset? until = null)
    {
        var form = await writer.OpenAsync("/inbox/library/new");
        var saved = await writer.SubmitAsync(form, "#reply-form", Fields(form, name, until ?? TimeProvider.System.GetUtcNow().AddMonths(3)));
        Assert.True(saved.Status == HttpStatusCode.OK, saved.Text);
        var sent = await writer.SubmitAsync(saved, "form[action$='/send']");
        foreach (var signer in (string[])[Sadia, ADemo.Fiona])
        {
            using var visitor = await demo.Program.SignInAsync(signer);
            var signed = await visitor.SubmitAsync(await visitor.OpenAsync(sent.PathOnly), "#sign");
            Assert.Contains("Signed.", signed.Text, StringComparison.Ordinal);
        }

        return await writer.OpenAsync(sent.PathOnly);
    }

    private static (string Name, string? Value)[] Fields(Page form, string name, DateTimeOffset until) =>
    [
        ("name", name), ("text", Text), ("last-day", Day(until)), ("labels", "question"),
        ("sites", form.Document.QuerySelectorAll("input[name=sites]").First(box => box.ParentElement!.TextContent.Contains("Sheffield", StringComparison.Ordinal)).GetAttribute("value")),
        ("v1-name", "name"), ("v1-kind", "Words"), ("v1-most", "30"), ("v1-example", "Ms Kim"),
        ("v2-name", "link"), ("v2-kind", "Link"), ("v2-most", "80"), ("v2-hosts", "help.northgate.example"), ("v2-example", "https://help.northgate.example/hours"),
    ];

    /// <summary>A conversation of Sheffield in which nothing wants a person.</summary>
    private static Task<string> PlainAsync(Visitor visitor) => AnswerableAsync(visitor, "P3", "P4");

    /// <summary>One of Sheffield, of one of these priorities, that nobody has answered and that can be answered from here.</summary>
    private static async Task<string> AnswerableAsync(Visitor visitor, params string[] priorities)
    {
        foreach (var item in (await SheffieldAsync(visitor)).Where(item => priorities.Any(priority => item.TextContent.Contains(priority, StringComparison.Ordinal))))
        {
            var path = item.GetAttribute("href")!.Split('?')[0];
            var page = await visitor.OpenAsync(path);
            if (page.Document.QuerySelector("#reply") is not null && page.Document.QuerySelectorAll(".msg-out").Length == 0)
                return path;
        }

        throw new InvalidOperationException("Nobody in Sheffield asks anything like that.");
    }

    /// <summary>The open conversations of Sheffield, as listed.</summary>
    private static async Task<IEnumerable<IElement>> SheffieldAsync(Visitor visitor)
    {
        var inbox = await visitor.OpenInboxAsync();
        var sheffield = inbox.Document.QuerySelectorAll("a.view").First(view => view.TextContent.Contains("Sheffield", StringComparison.Ordinal)).GetAttribute("href")!;
        return (await visitor.OpenAsync(sheffield)).Document.QuerySelectorAll(".queue-item");
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await isSo())
            await Task.Delay(TimeSpan.FromMilliseconds(300), limit.Token);
    }

    private static string Day(DateTimeOffset day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

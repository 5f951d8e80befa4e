using System.Net;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Inbox;

/// <summary>Rules of the inbox as people use them, without a script.</summary>
public sealed class RulePagesTests(ADemo demo) : IClassFixture<ADemo>
{
    [Fact]
    public async Task A_rule_is_written_tried_put_live_changed_and_switched_off()
    {
        using var callum = await demo.Program.SignInAsync("callum.reid@northgate.example");
        await callum.OpenInboxAsync();
        var wrong = await callum.SubmitAsync(await callum.OpenAsync("/inbox/rules/new"), "#rule-form", ("name", "Questions on duty"), ("words", "{nobody"), ("add", "question"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Equal("Questions on duty", wrong.Value("[name=name]"));
        Assert.Contains("These words cannot be read", wrong.One("#refusal").TextContent, StringComparison.Ordinal);

        var record = await callum.SubmitAsync(wrong, "#rule-form", ("words", ""), ("labels", "question"), ("priority", "P2"));
        Assert.Contains("Do a dry run of this version first.", record.Text, StringComparison.Ordinal);
        Assert.Contains("It is about Question", record.Text, StringComparison.Ordinal);
        var tried = await callum.SubmitAsync(record, "#try");
        Assert.NotEmpty(tried.Document.QuerySelectorAll("[aria-label=Examples] a.row"));
        var live = await callum.SubmitAsync(tried, "#live");
        Assert.Contains("Live, version 1", live.One(".page-sub").TextContent, StringComparison.Ordinal);
        var changed = await callum.SubmitAsync(await callum.OpenAsync($"{live.PathOnly}/edit"), "#rule-form", ("priority", "P3"));
        Assert.Contains("Live, version 1", changed.One(".page-sub").TextContent, StringComparison.Ordinal);
        Assert.Contains("Version 2 is a draft", (await callum.OpenAsync("/inbox/rules")).Text, StringComparison.Ordinal);
        var off = await callum.SubmitAsync(changed, "#off");

        Assert.Contains("Off", off.One(".page-sub").TextContent, StringComparison.Ordinal);
        using var helen = await demo.Program.SignInAsync(ADemo.Helen);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!(await helen.OpenAsync($"/audit?object=rule/{live.PathOnly.Split('/')[^1]}")).Text.Contains("Switched off the rule of the inbox", StringComparison.Ordinal))
            await Task.Delay(TimeSpan.FromMilliseconds(300), limit.Token);
    }

    [Fact]
    public async Task What_a_rule_did_stands_on_the_conversation_with_its_version_and_a_person_says_that_it_was_wrong()
    {
        using var callum = await demo.Program.SignInAsync("callum.reid@northgate.example");
        await callum.OpenInboxAsync();
        var kind = (await callum.OpenAsync("/inbox?label=question")).One(".queue-item").GetAttribute("href")!.Split('?')[0];

        var conversation = await callum.OpenAsync(kind);
        Assert.Contains("Questions: the manuals are ready", conversation.One("#convo-rules").TextContent, StringComparison.Ordinal);
        Assert.Contains("version 1", conversation.One("#convo-rules").TextContent, StringComparison.Ordinal);
        Assert.Contains("Set P3.", conversation.One("#convo-rules").TextContent, StringComparison.Ordinal);
        var denied = await callum.SubmitAsync(conversation, "#convo-rules form");

        Assert.Contains("Callum Reid said that it was wrong here.", denied.One("#convo-rules").TextContent, StringComparison.Ordinal);
        Assert.Empty(denied.Document.QuerySelectorAll("#convo-rules form"));
    }
}

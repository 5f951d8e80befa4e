using System.Globalization;
using System.Net;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Inbox;

/// <summary>The inbox as people use it, without a script, on the demo organisation whose Sandbox has invented customers.</summary>
public sealed class InboxPagesTests(ADemo demo) : IClassFixture<ADemo>
{
    private const string Callum = "callum.reid@northgate.example";

    [Fact]
    public async Task What_invented_customers_write_is_read_judged_and_waits_closest_to_its_limit_first()
    {
        using var callum = await demo.Program.SignInAsync(Callum);

        var inbox = await callum.OpenInboxAsync();

        Assert.Contains(inbox.Document.QuerySelectorAll(".queue-item .prio"), mark => mark.TextContent.StartsWith("P1", StringComparison.Ordinal));
        Assert.NotEqual("0", inbox.One("a.view[aria-current=true] .push").TextContent);
        Assert.Contains("Abusive words, hidden", inbox.Text, StringComparison.Ordinal);
        var limits = inbox.Document.QuerySelectorAll(".queue-item .clock").Select(clock => clock.TextContent.Trim()).ToList();
        Assert.True(limits.Count > 5, string.Join(", ", limits));
        Assert.Equal(limits.Select(Minutes).Order(), limits.Select(Minutes));
    }

    [Fact]
    public async Task A_conversation_is_taken_noted_handed_over_and_resolved_and_whoever_comes_second_is_told()
    {
        using var callum = await demo.Program.SignInAsync(Callum);
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        await callum.OpenInboxAsync();

        var taken = await callum.SubmitAsync(await callum.OpenAsync("/inbox"), "form[action='/inbox/next']");
        Assert.StartsWith("/inbox/", taken.Path, StringComparison.Ordinal);
        Assert.Contains("You have this until", taken.Text, StringComparison.Ordinal);
        var hers = await hannah.OpenAsync(taken.Path);
        Assert.Contains("Callum Reid has this until", hers.Text, StringComparison.Ordinal);
        Assert.Empty(hers.Document.QuerySelectorAll("form[action$='/claim']"));

        var noted = await callum.SubmitAsync(taken, "form[action$='/note']", ("note", "I ask the workshop."));
        Assert.Contains("I ask the workshop.", noted.One(".msg-note").TextContent, StringComparison.Ordinal);
        var to = noted.Document.QuerySelectorAll("#to option").Single(option => option.TextContent == "Hannah Okafor").GetAttribute("value")!;
        var given = await callum.SubmitAsync(noted, "form[action$='/hand-over']", ("to", to), ("note", "You know them."));
        Assert.Contains("Hannah Okafor has this until", given.Text, StringComparison.Ordinal);

        var refused = await hannah.SubmitAsync(await hannah.OpenAsync(taken.Path), "form[action$='/resolve']", ("outcome", "Settled"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("No answer of ours stands there", refused.Text, StringComparison.Ordinal);
        var done = await hannah.SubmitAsync(refused, "form[action$='/resolve']", ("outcome", "PassedOn"));
        Assert.Contains("Passed on outside this inbox", done.Text, StringComparison.Ordinal);
        Assert.Contains(taken.Path, (await hannah.OpenAsync("/inbox?view=done")).Document.QuerySelectorAll(".queue-item").Select(item => item.GetAttribute("href")!.Split('?')[0]));
    }

    [Fact]
    public async Task Hidden_words_are_shown_when_asked_for_and_a_label_is_corrected()
    {
        using var callum = await demo.Program.SignInAsync(Callum);
        var inbox = await callum.OpenInboxAsync();
        var item = inbox.Document.QuerySelectorAll(".queue-item").First(one => one.TextContent.Contains("Abusive words, hidden", StringComparison.Ordinal));
        var page = await callum.OpenAsync(item.GetAttribute("href")!);
        var link = page.One(".msg-text a").GetAttribute("href")!;

        var shown = await callum.OpenAsync(link);

        Assert.DoesNotContain("Abusive words, hidden", shown.One("#convo-body").TextContent, StringComparison.Ordinal);
        var before = shown.Document.QuerySelectorAll(".label-list > li").Length;
        var corrected = await callum.SubmitAsync(shown, ".label-list form");
        Assert.Equal(before - 1, corrected.Document.QuerySelectorAll(".label-list > li").Length);
        var added = await callum.SubmitAsync(corrected, "form[action$='/label']:has(select)", ("label", "praise"));
        Assert.Contains("Praise", added.One(".label-list").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_holds_nothing_for_the_account_does_not_see_what_was_written_to_it()
    {
        using var callum = await demo.Program.SignInAsync(Callum);
        using var tom = await demo.Program.SignInAsync(ADemo.Tom);
        var inbox = await callum.OpenInboxAsync();
        var sheffield = inbox.Document.QuerySelectorAll("a.view").Single(view => view.TextContent.Contains("Sheffield", StringComparison.Ordinal)).GetAttribute("href")!;
        var theirs = (await callum.OpenAsync(sheffield)).Document.QuerySelectorAll(".queue-item")[0].GetAttribute("href")!.Split('?')[0];

        Assert.Equal(HttpStatusCode.NotFound, (await tom.OpenAsync(theirs)).Status);
        Assert.DoesNotContain(theirs, (await tom.OpenAsync("/inbox")).Document.QuerySelectorAll(".queue-item").Select(item => item.GetAttribute("href")!.Split('?')[0]));
        Assert.NotEmpty((await tom.OpenAsync("/inbox")).Document.QuerySelectorAll(".queue-item"));
    }

    /// <summary>"3 h 12 min", "2 days", "18 min over", as minutes that are left.</summary>
    private static int Minutes(string limit)
    {
        var words = limit.Split(' ');
        var sum = words.Zip(words.Skip(1), (number, unit) => int.TryParse(number, CultureInfo.InvariantCulture, out var many) ? many * unit switch { "min" => 1, "h" => 60, _ => 24 * 60 } : 0).Sum();
        return words[^1] == "over" ? -sum : sum;
    }
}

using System.Net;

namespace Countersign.Web.Tests.Hosting;

public sealed partial class EveryRoleTests
{
    private const string Handlers = "hannah daniel fiona callum ruth";

    [Fact]
    public async Task What_others_write_is_read_with_the_account_and_handled_by_those_who_write_or_care_for_it()
    {
        var (id, message) = await ConversationAsync();
        _ = await PressAsync("callum", $"/inbox/messages/{message}/label", ("label", "data-protection-complaint"), ("stands", "true"));
        async Task<HttpStatusCode> PeriodAsync(string who, string act, string before)
        {
            _ = await PressAsync("ruth", $"/inbox/{id}/periods/{before}", ("period", "DataComplaint"));
            return await PressAsync(who, $"/inbox/{id}/periods/{act}", ("period", "DataComplaint"), ("reason", "It is about the weather."));
        }

        await OnlyAsync(
            ("read the inbox", All, who => GetAsync(who, "/inbox")),
            ("read how long people waited", All, who => GetAsync(who, "/inbox/times")),
            ("read a conversation of Sheffield", AllButLivingston, who => GetAsync(who, $"/inbox/{id}")),
            ("take it", Handlers, who => ThenReleaseAsync(who, PressAsync(who, $"/inbox/{id}/claim"))),
            ("note on it", Handlers, who => PressAsync(who, $"/inbox/{id}/note", ("note", "I ask."))),
            ("put it off", Handlers, who => PressAsync(who, $"/inbox/{id}/snooze", ("until", "4"))),
            ("bring it back", Handlers, async who =>
            {
                _ = await PressAsync("callum", $"/inbox/{id}/snooze", ("until", "4"));
                return await PressAsync(who, $"/inbox/{id}/reopen");
            }
        ),
            ("hand it over", Handlers, async who =>
            {
                var tried = await PressAsync(who, $"/inbox/{id}/hand-over", ("to", await PersonAsync(who == "callum" ? "Hannah Okafor" : "Callum Reid")));
                _ = await PressAsync("ruth", $"/inbox/{id}/release");
                return tried;
            }
        ),
            ("say what it is about", Handlers, async who =>
            {
                var tried = await PressAsync(who, $"/inbox/messages/{message}/label", ("label", "praise"), ("stands", "true"));
                _ = await PressAsync("callum", $"/inbox/messages/{message}/label", ("label", "praise"), ("stands", "false"));
                return tried;
            }
        ),
            ("say that what a period asks for was done", Handlers, who => PeriodAsync(who, "keep", "resume")),
            ("say that a period does not apply", "daniel sadia ruth callum", who => PeriodAsync(who, "deny", "resume")),
            ("let a period run on", "daniel sadia ruth callum", who => PeriodAsync(who, "resume", "keep")),
            ("put several off in one press", Handlers, async who =>
            {
                _ = await PressAsync("callum", $"/inbox/{id}/reopen");
                var tried = await PressAsync(who, "/inbox/many", ("act", "Snooze"), ("until", "4"), ("c", id));
                _ = await PressAsync("callum", $"/inbox/{id}/reopen");
                return tried;
            }
        ),
            ("take that back", Handlers, async who =>
            {
                _ = await PressAsync("callum", $"/inbox/{id}/snooze", ("until", "4"));
                var tried = await PressAsync(who, "/inbox/many/undo", ("act", "Snooze"), ("at", TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture)), ("done", id));
                _ = await PressAsync("callum", $"/inbox/{id}/reopen");
                return tried;
            }
        ),
            ("resolve it", Handlers, async who =>
            {
                var tried = await PressAsync(who, $"/inbox/{id}/resolve", ("outcome", "PassedOn"));
                _ = await PressAsync("callum", $"/inbox/{id}/reopen");
                return tried;
            }
        ));
    }

    private async Task<HttpStatusCode> ThenReleaseAsync(string who, Task<HttpStatusCode> claim)
    {
        var status = await claim;
        if (status == HttpStatusCode.Found)
            Assert.Equal(HttpStatusCode.Found, await PressAsync(who, await LastOfAsync(who)));
        return status;
    }

    /// <summary>Where the conversation that this person has is given back.</summary>
    private async Task<string> LastOfAsync(string who) => $"{(await people[who].Visitor.OpenAsync("/inbox?view=mine")).One(".queue-item").GetAttribute("href")!.Split('?')[0]}/release";

    /// <summary>What an invented customer wrote to the Sandbox of Sheffield, and nobody has.</summary>
    private async Task<(string Id, string Message)> ConversationAsync()
    {
        var callum = people["callum"].Visitor;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            var site = (await callum.OpenAsync("/inbox")).Document.QuerySelectorAll("a.view").FirstOrDefault(view => view.TextContent.Contains("Sheffield", StringComparison.Ordinal))?.GetAttribute("href");
            if (site is not null && (await callum.OpenAsync(site)).Document.QuerySelector(".queue-item")?.GetAttribute("href")?.Split('?')[0].Split('/')[^1] is { } id)
                return (id, (await callum.OpenAsync($"/inbox/{id}")).One(".msg").GetAttribute("id")!["message-".Length..]);
            await Task.Delay(TimeSpan.FromMilliseconds(300), limit.Token);
        }
    }

    private async Task<string> PersonAsync(string name) =>
        (await people["marek"].Visitor.OpenAsync("/people")).Document.QuerySelectorAll("a[href^='/people/']").First(link => link.TextContent.Contains(name, StringComparison.Ordinal)).GetAttribute("href")!.Split('/')[2].Split('?')[0];
}

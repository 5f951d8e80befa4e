using System.Net.Http.Json;
using Countersign.Web.Tests.Shared;
using Microsoft.Playwright;

namespace Countersign.Web.Tests.Browser;

/// <summary>Pages for writing and deciding. Each is looked at in both themes and at three widths.</summary>
public sealed class PublishingPagesTests(TheBrowser browser, TheDemo demo) : PagesTests(browser, demo)
{
    [Theory]
    [InlineData("today", "Daniel Mensah", "/")]
    [InlineData("today-author", "Hannah Okafor", "/")]
    [InlineData("compose", "Hannah Okafor", "/compose")]
    [InlineData("approvals", "Sadia Rahman", "/approvals")]
    [InlineData("approvals-nothing", "Helen Marsh", "/approvals")]
    [InlineData("inbox", "Callum Reid", "/inbox")]
    [InlineData("inbox-reader", "Helen Marsh", "/inbox?view=done")]
    [InlineData("notifications-nothing", "Helen Marsh", "/notifications?show=new")]
    [InlineData("notifications-settings", "Callum Reid", "/notifications/settings")]
    [InlineData("inbox-times", "Callum Reid", "/inbox/times")]
    [InlineData("replies", "Callum Reid", "/inbox/library")]
    [InlineData("reply-new", "Callum Reid", "/inbox/library/new")]
    [InlineData("rules", "Callum Reid", "/inbox/rules")]
    [InlineData("rules-reader", "Helen Marsh", "/inbox/rules")]
    [InlineData("rule-new", "Callum Reid", "/inbox/rules/new")]
    [InlineData("campaigns", "Fiona Drummond", "/campaigns")]
    [InlineData("campaign-new", "Fiona Drummond", "/campaigns/new")]
    [InlineData("library", "Fiona Drummond", "/library")]
    [InlineData("library-reader", "Helen Marsh", "/library")]
    [InlineData("calendar-month", "Hannah Okafor", "/calendar?view=month")]
    [InlineData("calendar-week", "Hannah Okafor", "/calendar?view=week")]
    [InlineData("calendar-list", "Hannah Okafor", "/calendar?view=list")]
    [InlineData("calendar-plans", "Ruth Fenwick", "/calendar/plan")]
    [InlineData("calendar-blackouts", "Ruth Fenwick", "/calendar/blackouts")]
    [InlineData("calendar-feeds", "Hannah Okafor", "/calendar/feeds")]
    [InlineData("calendar-import-begin", "Hannah Okafor", "/calendar/import")]
    public Task Nothing_is_wrong_with_the_page(string name, string who, string path) => LooksRightAsync(name, who, path);

    [Fact]
    public Task Nothing_is_wrong_with_a_conversation() => LooksRightAsync("inbox-conversation", "Callum Reid", "/inbox", async seat =>
    {
        await seat.SeesInTimeAsync("Not claimed");
        await seat.Page.Locator(".queue-item").First.ClickAsync();
        await Assertions.Expect(seat.Page.Locator("#convo-body .msg").First).ToBeVisibleAsync();
        await seat.Page.GetByText("Internal note").First.ClickAsync();
        await seat.Page.GetByText("Hand over").Filter(new() { Visible = true }).First.ClickAsync();
    });

    [Fact]
    public Task Nothing_is_wrong_with_the_list_of_notifications() => LooksRightAsync("notifications", "Ruth Fenwick", "/notifications", seat => seat.SeesInTimeAsync("An urgent message came in."));

    [Theory]
    [InlineData("reply", "Sadia Rahman", "How to reach the service desk")]
    [InlineData("reply-in-use", "Callum Reid", "Where the manuals are")]
    public Task Nothing_is_wrong_with_a_reply_of_the_library(string name, string who, string reply) => LooksRightAsync(name, who, "/inbox/library", seat => seat.Page.GetByRole(AriaRole.Link, new() { Name = reply }).ClickAsync());

    [Fact]
    public Task Nothing_is_wrong_with_a_rule_and_its_dry_run() => LooksRightAsync("rule", "Callum Reid", "/inbox/rules", async seat =>
    {
        await seat.Page.GetByRole(AriaRole.Link, new() { Name = "Questions: the manuals are ready" }).ClickAsync();
        await seat.PressAsync("Do the dry run again");
        await seat.SeesAsync("Done. Nothing was changed.");
    });

    [Fact]
    public Task Nothing_is_wrong_with_a_conversation_that_a_rule_matched() => LooksRightAsync("inbox-rules", "Callum Reid", "/inbox", async seat =>
    {
        await seat.SeesInTimeAsync("Not claimed");
        await seat.OpenAsync("/inbox?label=question");
        await seat.Page.Locator(".queue-item").First.ClickAsync();
        await seat.SeesAsync("Rules that matched");
    });

    [Fact]
    public Task Nothing_is_wrong_with_choosing_a_reply_and_filling_it() => LooksRightAsync("reply-fill", "Callum Reid", "/inbox", async seat =>
    {
        await seat.SeesInTimeAsync("Not claimed");
        await seat.OpenAsync($"{await seat.Page.Locator("a.view", new() { HasText = "Sheffield" }).First.GetAttributeAsync("href")}&priority=P3");
        await seat.Page.Locator(".queue-item").First.ClickAsync();
        await seat.Page.GetByRole(AriaRole.Link, new() { Name = "From the library" }).ClickAsync();
        await seat.Page.GetByText("Where the manuals are").ClickAsync();
        await seat.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Pat Kim");
        await seat.Page.GetByLabel("Link", new() { Exact = true }).FillAsync("https://docs.northgate.example/kestrel-3");
        await seat.PressAsync("Show the answer");
        await seat.SeesAsync("What leaves");
        await seat.Page.GetByText("Change the words").ClickAsync();
    });

    [Fact]
    public Task Nothing_is_wrong_with_a_post_that_cannot_be_sent_yet() => LooksRightAsync("compose-findings", "Hannah Okafor", "/compose", async seat =>
    {
        await seat.Field("Northgate Instruments").CheckAsync();
        await seat.Field("Post text").FillAsync("Harcastle heaters catch fire, ours do not.\n\nObviously guilty, he has done it before.");
        await Assertions.Expect(seat.Page.Locator("#findings article.finding").First).ToBeVisibleAsync();
    });

    [Fact]
    public Task Nothing_is_wrong_with_the_record_of_a_picture() => LooksRightAsync("library-picture", "Fiona Drummond", "/library", seat => seat.Page.Locator("a.lib-title").First.ClickAsync());

    [Fact]
    public Task Nothing_is_wrong_with_a_post_with_pictures() => LooksRightAsync("compose-pictures", "Hannah Okafor", "/compose", async seat =>
    {
        await seat.Field("Northgate Instruments").CheckAsync();
        await seat.Field("Post text").FillAsync("The yard in Sheffield, this morning.");
        await seat.PressAsync("From the library");
        await seat.Page.GetByRole(AriaRole.Button, new() { Name = "Use “Apprentices in the works yard”" }).ClickAsync();
        await seat.SeesAsync("Alt text, picture 1");
        await seat.Page.GetByText("It needs no alt text").ClickAsync();
        await seat.Page.Locator("input[type=file]").SetInputFilesAsync(Path.Combine(AppContext.BaseDirectory, "demo", "merlin.png"));
        await seat.SeesAsync("Alt text, picture 2");
    });

    [Fact]
    public Task Nothing_is_wrong_with_a_draft_open_for_a_signature() => LooksRightAsync("approvals-item", "Sadia Rahman", "/approvals", seat => seat.Page.Locator(".queue-item").First.ClickAsync());

    [Fact]
    public Task Nothing_is_wrong_with_the_signing_dialog() => LooksRightAsync("approvals-signing", "Sadia Rahman", "/approvals", async seat =>
    {
        await seat.Page.Locator(".queue-item").First.ClickAsync();
        await seat.Page.GetByRole(AriaRole.Link, new() { Name = "Approve and sign" }).ClickAsync();
        await seat.SeesAsync("You approve exactly this");
    });

    [Fact]
    public Task Nothing_is_wrong_with_the_plan_of_an_account() => LooksRightAsync("calendar-plan", "Ruth Fenwick", "/calendar/plan", seat => seat.Page.Locator("a[href^='/calendar/plan/']").First.ClickAsync());

    [Fact]
    public Task Nothing_is_wrong_with_the_page_that_changes_a_time() => LooksRightAsync("calendar-move", "Hannah Okafor", "/calendar?view=list", seat => seat.Page.Locator("a[href^='/calendar/move/']").First.ClickAsync());

    [Fact]
    public Task Nothing_is_wrong_with_the_page_of_a_post_that_went_out() => LooksRightAsync("post", "Hannah Okafor", "/calendar?view=week", seat => seat.Page.Locator("a[href^='/posts/']").First.ClickAsync());
}

/// <summary>Pages for those who come from outside, set up, run and check.</summary>
public sealed class ControlPagesTests(TheBrowser browser, TheDemo demo) : PagesTests(browser, demo)
{
    [Theory]
    [InlineData("sign-in", null, "/sign-in")]
    [InlineData("invitation-used", null, "/invitation/nothing")]
    [InlineData("newsroom", null, "/newsroom")]
    [InlineData("accounts", "Marek Nowak", "/accounts")]
    [InlineData("accounts-connect", "Marek Nowak", "/accounts/connect")]
    [InlineData("people", "Marek Nowak", "/people")]
    [InlineData("people-invite", "Marek Nowak", "/people/invite")]
    [InlineData("audit", "Helen Marsh", "/audit")]
    [InlineData("audit-entry", "Helen Marsh", "/audit/5")]
    [InlineData("audit-export", "Helen Marsh", "/audit/export?act=draft.")]
    [InlineData("audit-witnesses", "Helen Marsh", "/audit/witnesses")]
    [InlineData("audit-statements", "Sadia Rahman", "/audit/statements")]
    [InlineData("vault", "Daniel Mensah", "/vault")]
    [InlineData("incidents", "Ruth Fenwick", "/incidents")]
    [InlineData("lockdown", "Ruth Fenwick", "/lockdown")]
    [InlineData("lockdown-everything", "Ruth Fenwick", "/lockdown?scope=Everything")]
    [InlineData("not-here", "Hannah Okafor", "/no-such-page")]
    public Task Nothing_is_wrong_with_the_page(string name, string? who, string path) => LooksRightAsync(name, who, path);

    [Fact]
    public Task Nothing_is_wrong_with_a_post_in_the_newsroom() => LooksRightAsync("newsroom-post", null, "/newsroom", seat => seat.Page.Locator("article a").First.ClickAsync());

    [Fact]
    public async Task Nothing_is_wrong_with_holds_and_erasures_that_wait_and_that_were_decided()
    {
        await using var program = await TheProgram.StartDemoAsync();
        await using var daniel = await Browser.SeatAsync(program.Address);
        await daniel.SignInAsync(TheDemo.EmailOf("Daniel Mensah"), back: "/vault");
        using var hannah = await program.SignInAsync(ADemo.Hannah);
        foreach (var (words, basis) in new[] { ("Words that somebody wants gone", "Objection"), ("More words that somebody wants gone", "Unlawful") })
        {
            var id = await AWithdrawnDraftAsync(hannah, words);
            await daniel.Page.Locator("#erase-target").FillAsync($"draft/{id}");
            await daniel.Page.GetByLabel("Legal basis").SelectOptionAsync(basis);
            await daniel.Page.GetByLabel("Who asked, and how you know").FillAsync("She wrote from the address we have.");
            await daniel.PressAsync("Ask for erasure");
            await daniel.SeesAsync("Asked. Somebody else must confirm.");
        }

        await daniel.Page.Locator("#hold-target").FillAsync("everything");
        await daniel.Page.GetByLabel("Matter").FillAsync("Claim by Harcastle Heating");
        await daniel.PressAsync("Place hold");
        await daniel.SeesAsync("Held. Nothing of it is erased until two people lift the hold.");
        await NothingIsWrongAsync(daniel, "vault-waiting");

        await daniel.PressAsync("Propose to lift");
        await using var eleanor = await Browser.SeatAsync(program.Address);
        await eleanor.SignInAsync(TheDemo.EmailOf("Eleanor Whitcombe"), back: "/vault");
        await eleanor.PressAsync("Lift the hold");
        await eleanor.SeesAsync("The hold is lifted.");
        await using var marek = await Browser.SeatAsync(program.Address);
        await marek.SignInAsync(TheDemo.EmailOf("Marek Nowak"), back: "/vault");
        await marek.Page.GetByRole(AriaRole.Button, new() { Name = "Erase for good" }).First.ClickAsync();
        await marek.SeesAsync("Erased for good. The audit trail says so.");
        await NothingIsWrongAsync(marek, "vault-decided");
        await daniel.Page.GotoAsync(new Uri(program.Address, "/vault").ToString());
        await daniel.Page.Locator("td a[href^='/audit/']").First.ClickAsync();
        await daniel.SeesAsync("confirmed the erasure of");
        await NothingIsWrongAsync(daniel, "vault-entry");
    }

    private static async Task<Guid> AWithdrawnDraftAsync(Visitor author, string words)
    {
        var id = Guid.CreateVersion7();
        using var saved = await author.Http.PutAsJsonAsync($"/api/v1/drafts/{id}", new { seen = 0, text = words, accounts = Array.Empty<Guid>() });
        saved.EnsureSuccessStatusCode();
        var token = (await author.OpenAsync("/people")).Value("input[name=__RequestVerificationToken]");
        using var withdrawn = await author.Http.PostAsync(new Uri($"/compose/{id}/withdraw", UriKind.Relative), new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", token)]));
        Assert.True((int)withdrawn.StatusCode < 400);
        return id;
    }

    [Fact]
    public async Task Nothing_is_wrong_with_a_lock_that_is_in_force()
    {
        // In an organisation of its own: a lock shows on every page.
        await using var program = await TheProgram.StartDemoAsync();
        await using var ruth = await Browser.SeatAsync(program.Address);
        await ruth.SignInAsync(TheDemo.EmailOf("Ruth Fenwick"), back: "/lockdown?scope=Account");
        await ruth.Page.GetByLabel("Northgate Livingston").CheckAsync();
        await ruth.PressAsync("Lock 1 account");
        await ruth.SeesAsync("Release in stages");
        await NothingIsWrongAsync(ruth, "lockdown-active");
    }

    [Fact]
    public async Task Nothing_is_wrong_with_the_first_page_of_all()
    {
        await using var program = await TheProgram.StartAsync();
        await using var seat = await Browser.SeatAsync(program.Address);
        await seat.OpenAsync("/");
        await NothingIsWrongAsync(seat, "first-run");
    }
}

/// <summary>Opens a page of the demo as one of its people and looks at it.</summary>
public abstract class PagesTests(TheBrowser browser, TheDemo demo)
{
    protected TheBrowser Browser => browser;

    protected async Task LooksRightAsync(string name, string? who, string path, Func<Seat, Task>? then = null)
    {
        await using var seat = await browser.SeatAsync((await demo.StartedAsync()).Address);
        if (who is not null)
            await seat.SignInAsync(TheDemo.EmailOf(who), back: path);
        else
            await seat.OpenAsync(path);
        if (then is not null)
            await then(seat);
        await seat.Page.WaitForLoadStateAsync(LoadState.Load);

        Assert.Equal(name == "not-here", await seat.Page.GetByRole(AriaRole.Heading, new() { Name = "Not here" }).CountAsync() > 0);
        await NothingIsWrongAsync(seat, name);
    }

    protected static async Task NothingIsWrongAsync(Seat seat, string name)
    {
        IReadOnlyList<string> faults = [.. await Looks.FaultsAsync(seat.Page, name), .. seat.Complaints];
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }
}

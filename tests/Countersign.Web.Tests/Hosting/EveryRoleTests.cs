using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Hosting;

/// <summary>What there is to do, tried by everybody at Northgate on things that are there, with forms of their own. Who may is written here, not derived.</summary>
public sealed partial class EveryRoleTests(ADemo demo) : IClassFixture<ADemo>, IAsyncLifetime
{
    /// <summary>Tom and Aisha hold their roles for Livingston alone.</summary>
    private static readonly string[] everybody =
    [
        "hannah.okafor", "tom.ashworth", "daniel.mensah", "sadia.rahman", "eleanor.whitcombe", "aisha.khan", "fiona.drummond",
        "ruth.fenwick", "gareth.pugh", "callum.reid", "owen.pritchard", "ines.carvalho", "helen.marsh", "marek.nowak",
    ];

    private const string Writers = "hannah tom daniel fiona callum";
    private const string Keepers = "hannah tom daniel eleanor aisha fiona ruth callum owen";
    private const string Planners = "hannah tom daniel fiona ruth callum";
    private const string SignersForBrand = "fiona ruth";
    private const string Administrator = "marek";
    private const string All = "hannah tom daniel sadia eleanor aisha fiona ruth gareth callum owen ines helen marek";
    private const string AllButLivingston = "hannah daniel sadia eleanor fiona ruth gareth callum owen ines helen marek";

    private readonly Dictionary<string, (Visitor Visitor, string Token)> people = [];

    public async ValueTask InitializeAsync()
    {
        foreach (var name in everybody)
        {
            var visitor = await demo.Program.SignInAsync($"{name}@northgate.example");
            people[name.Split('.')[0]] = (visitor, (await visitor.OpenAsync("/people")).Value("input[name=__RequestVerificationToken]"));
        }
    }

    public ValueTask DisposeAsync()
    {
        foreach (var (visitor, _) in people.Values)
            visitor.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public Task Writing_and_sending_take_an_author_of_the_account() => OnlyAsync(
        ("compose", Writers, async who => await ComposeAsync(who, Guid.CreateVersion7(), "Northgate Livingston")),
        ("send", Writers, async who => await SendAsync(who, await DraftAsync("Northgate Livingston"))));

    [Fact]
    public async Task The_library_is_seen_by_all_and_kept_by_those_who_write_and_sign()
    {
        var page = await people["fiona"].Visitor.OpenAsync("/library");
        var picture = page.One("a.lib-title").GetAttribute("href")!;
        var record = await people["fiona"].Visitor.OpenAsync(picture);
        (string, string)[] fields = [("title", record.Value("[name=title]")), ("folder", "Products"), ("source", "Own"), ("people", "None")];
        async Task<(string, string)[]> FieldsAsync() => [.. fields, ("seen", (await people["fiona"].Visitor.OpenAsync(picture)).Value("[name=seen]"))];

        await OnlyAsync(
            ("see the library", All, who => GetAsync(who, "/library")),
            ("see a record", All, who => GetAsync(who, picture)),
            ("change a record", Keepers, async who => await PressAsync(who, picture, await FieldsAsync())),
            ("make a copy without metadata", Keepers, who => PressAsync(who, $"{picture}/clean")),
            ("take out of use", Keepers, who => PressThenAsync(who, $"{picture}/retire", $"{picture}/restore")),
            ("put back", Keepers, async who =>
            {
                Assert.Equal(HttpStatusCode.Found, await PressAsync("fiona", $"{picture}/retire"));
                var status = await PressAsync(who, $"{picture}/restore");
                if (status != HttpStatusCode.Found)
                    Assert.Equal(HttpStatusCode.Found, await PressAsync("fiona", $"{picture}/restore"));
                return status;
            }
        ));
    }

    [Fact]
    public async Task Campaigns_are_seen_by_all_and_planned_by_those_who_write_for_a_brand()
    {
        (string, string)[] plan = [("name", "Winter"), ("utm-medium", "social"), ("utm-campaign", "winter-2026"), ("seen", "0")];
        async Task<Guid> PlannedAsync()
        {
            var id = Guid.CreateVersion7();
            Assert.Equal(HttpStatusCode.Found, await PressAsync("fiona", $"/campaigns/{id}/plan", plan));
            return id;
        }

        var standing = await PlannedAsync();
        await OnlyAsync(
            ("see campaigns", All, who => GetAsync(who, "/campaigns")),
            ("see one", All, who => GetAsync(who, $"/campaigns/{standing}")),
            ("plan one", Planners, who => PressAsync(who, $"/campaigns/{Guid.CreateVersion7()}/plan", plan)),
            ("close one", Planners, async who => await PressAsync(who, $"/campaigns/{await PlannedAsync()}/close")));
    }

    [Fact]
    public async Task Who_writes_in_a_draft_is_for_those_who_may_read_it_and_write()
    {
        var sheffield = await DraftAsync("Northgate Instruments");
        await OnlyAsync(("say that they write", "hannah daniel fiona callum", who => PressAsync(who, $"/compose/{sheffield}/here", ("tab", "a"))));
    }

    /// <summary>Where the press was taken, Fiona undoes it for the next.</summary>
    private async Task<HttpStatusCode> PressThenAsync(string who, string path, string undo)
    {
        var status = await PressAsync(who, path);
        if (status == HttpStatusCode.Found)
            Assert.Equal(HttpStatusCode.Found, await PressAsync("fiona", undo));
        return status;
    }

    [Fact]
    public Task Deciding_takes_the_role_that_is_asked_for_and_withdrawing_the_author_or_the_head_of_communications() => OnlyAsync(
        ("approve", SignersForBrand, async who => await ApproveAsync(who)),
        ("return", SignersForBrand, async who => await PutAsync(who, HttpMethod.Post, $"/api/v1/drafts/{await WaitingAsync()}/return", new { reason = "Say when." })),
        ("refuse", SignersForBrand, async who => await PutAsync(who, HttpMethod.Post, $"/api/v1/drafts/{await WaitingAsync()}/refuse", new { reason = "Not now." })),
        ("withdraw", "hannah ruth", async who => await PressAsync(who, $"/compose/{await WaitingAsync()}/withdraw")));

    [Fact]
    public async Task Planning_takes_an_author_for_the_time_of_a_post_and_the_head_of_communications_for_what_is_wanted()
    {
        var account = await FindAccountAsync("Northgate Livingston");
        (string, string)[] mourning = [("where", "organisation"), ("fromDate", "2033-01-01"), ("fromTime", "00:00"), ("untilDate", "2033-01-02"), ("untilTime", "00:00"), ("reason", "Mourning"), ("force", "Warn")];
        await OnlyAsync(
            ("read the calendar", All, who => GetAsync(who, "/calendar?view=list")),
            ("take it as a file", All, who => GetAsync(who, "/calendar/export.csv")),
            ("take it for a calendar program", All, who => GetAsync(who, "/calendar/export.ics")),
            ("subscribe", All, who => PressAsync(who, "/calendar/feeds")),
            ("read plans", All, who => GetAsync(who, $"/calendar/plan/{account}")),
            ("bring a file of posts", All, who => GetAsync(who, "/calendar/import")),
            ("take its template", All, who => GetAsync(who, "/calendar/import/template.csv")),
            ("move a post", Writers, async who => await PressAsync(who, $"/calendar/move/{await DraftAsync("Northgate Livingston")}", ("seen", "1"), ("date", "2033-02-01"), ("time", "09:00"), ("zone", "Europe/London"))),
            ("set a plan", "ruth", who => PressAsync(who, $"/calendar/plan/{account}", ("perWeek", "3"), ("zone", "Europe/London"))),
            ("list a day", "ruth", who => PressAsync(who, "/calendar/days", ("day", $"2034-01-{10 + everybody.ToList().FindIndex(name => name.StartsWith(who, StringComparison.Ordinal)):00}"), ("name", "Fair"))),
            ("place a blackout", "daniel sadia ruth", who => PressAsync(who, "/calendar/blackouts", mourning)),
            ("lift a blackout", "daniel sadia ruth", async who => await PressAsync(who, $"/calendar/blackouts/{await BlackoutAsync(mourning)}/lift")));
    }

    [Fact]
    public Task Stopping_takes_one_of_three_roles_and_letting_go_two_people() => OnlyAsync(
        ("lock", "daniel sadia ruth ines", async who => await LockAsync(who, await AccountAsync())),
        ("propose release", "ruth", async who => await PressAsync(who, $"/lockdown/{await LockedAsync()}/propose")),
        // Ruth has proposed each of these, so she is not among those who confirm.
        ("confirm release", "daniel sadia", async who => await PressAsync(who, $"/lockdown/{await ProposedAsync()}/confirm")));

    [Fact]
    public Task Keeping_and_destroying_take_two_of_a_few_roles() => OnlyAsync(
        ("read holds and erasures", "daniel sadia eleanor helen marek owen", who => GetAsync(who, "/vault")),
        ("place a hold", "daniel sadia eleanor", async who => await PressAsync(who, "/vault/holds", ("target", $"draft/{await DraftAsync("Northgate Livingston")}"), ("matter", "A claim"))),
        ("ask for an erasure", "daniel sadia marek owen", async who => await PressAsync(who, "/vault/erasures", ("target", $"draft/{await WithdrawnAsync()}"), ("basis", "Objection"), ("note", "She asked."))),
        ("read who gets statements", "daniel sadia helen marek", who => GetAsync(who, "/audit/statements")),
        ("choose who gets statements", "daniel sadia marek", async who => await PressAsync(who, "/audit/statements", ("address", $"auditor.of.{who}@firm.example"))),
        // Daniel asked for each of these, so he is not among those who confirm.
        ("confirm an erasure", "sadia marek owen", async who => await PressAsync(who, $"/vault/erasures/{await AskedAsync()}/confirm")));

    [Fact]
    public async Task Deciding_on_what_stands_takes_comms_or_an_administrator_and_taking_it_down_comms()
    {
        var post = await StandingAsync();
        var incident = await AskedDownAsync(post);
        await OnlyAsync(
            ("read the incidents", All, who => GetAsync(who, "/incidents")),
            // It stands on the newsroom of Sheffield.
            ("read one of Sheffield", AllButLivingston, who => GetAsync(who, $"/incidents/{incident}")),
            ("leave it as it is", "ruth marek", async who => await PressAsync(who, $"/incidents/{await AskedDownAsync(post)}/decide", ("decision", "accept"), ("reason", "It does no harm."))),
            ("name who answers for an account", Administrator, async who => await PressAsync(who, $"/accounts/{await FindAccountAsync("Sandbox")}/owner", ("owner", (await people["marek"].Visitor.OpenAsync($"/accounts/{await FindAccountAsync("Sandbox")}")).One("#owner option:last-child").GetAttribute("value")!))));

        var last = await AskedDownAsync(post);
        await OnlyAsync(
            ("link it to a delivery", "", who => PressAsync(who, $"/incidents/{last}/link", ("delivery", Guid.NewGuid().ToString()))),
            ("take it down", "ruth", who => PressAsync(who, $"/incidents/{last}/decide", ("decision", "take-down"), ("reason", "It is not true."))));
        foreach (var who in people.Keys.Except(["ruth", "marek"]))
            Assert.Contains(await PressAsync(who, $"/standing/{post}/withdraw"), (HttpStatusCode[])[HttpStatusCode.Forbidden, HttpStatusCode.NotFound, HttpStatusCode.UnprocessableEntity]);
    }

    [Fact]
    public async Task Setting_up_takes_an_administrator()
    {
        var person = await InvitedAsync();
        await OnlyAsync(
            ("connect an account", Administrator, async who => await ConnectAsync(who, $"wall-of-{who}")),
            ("be sent to a network to allow it", Administrator, async who => await PressAsync(who, "/accounts/connect", ("network", "x"), ("site", await SiteAsync()), ("app", "an-app"), ("secret", "a-secret"))),
            ("disconnect", Administrator, async who => await PressAsync(who, $"/accounts/{await AccountAsync()}/disconnect")),
            ("open a site", Administrator, async who => await PressAsync(who, "/accounts/sites", ("name", $"Site of {who}"))),
            ("invite", Administrator, async who => await PressAsync(who, "/people/invite", ("name", "Guest"), ("email", $"guest.of.{who}@northgate.example"), ("role", "Legal"), ("place", "everywhere"))),
            ("change roles", Administrator, async who => await PressAsync(who, $"{person}/roles", ("role", "Privacy"), ("place", "everywhere"))));
    }

    [Fact]
    public async Task Reading_follows_the_account_and_the_trail_is_for_all_but_its_export()
    {
        var (sheffield, livingston) = (await DraftAsync("Northgate Instruments"), await DraftAsync("Northgate Livingston"));
        await OnlyAsync(
            ("read a draft of Sheffield", AllButLivingston, who => GetAsync(who, $"/posts/{sheffield}")),
            ("read it as JSON", AllButLivingston, who => GetAsync(who, $"/api/v1/drafts/{sheffield}")),
            ("read a draft of Livingston", All, who => GetAsync(who, $"/posts/{livingston}")),
            ("read the audit trail", All, who => GetAsync(who, "/audit")),
            ("read who witnesses it", All, who => GetAsync(who, "/audit/witnesses")),
            ("take an entry's proof", All, who => GetAsync(who, "/audit/0/proof")),
            ("take the signed checkpoint", All, who => GetAsync(who, "/audit/log/checkpoint")),
            ("check the audit trail", All, who => PressAsync(who, "/audit/verify")),
            ("see what could be exported", All, who => GetAsync(who, "/audit/export")),
            ("export the audit trail", "daniel sadia helen", who => PressAsync(who, "/audit/export")),
            ("read what others publish", All, who => GetAsync(who, "/feeds")),
            ("follow what others publish", "hannah tom daniel fiona callum ruth marek", FollowAsync),
            ("gather a digest", Writers, async who => await PressAsync(who, "/feeds/digest", ("title", "This week"), ("item", await NewsAsync()))),
            ("read who is here", All, who => GetAsync(who, "/people")));
    }

    /// <summary>Tries each act as each person; says every difference at once.</summary>
    private async Task OnlyAsync(params (string Act, string Allowed, Func<string, Task<HttpStatusCode>> Try)[] acts)
    {
        var wrong = new List<string>();
        foreach (var (act, allowed, tryAs) in acts)
        {
            foreach (var who in people.Keys)
            {
                var status = await tryAs(who);
                var expected = allowed.Split(' ').Contains(who)
                    ? status is HttpStatusCode.OK or HttpStatusCode.Found or HttpStatusCode.SeeOther
                    : status is HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.UnprocessableEntity;
                if (!expected)
                    wrong.Add($"{act}, {who}: {status}");
            }
        }

        Assert.Empty(wrong);
    }

    private async Task<HttpStatusCode> GetAsync(string who, string path)
    {
        using var answer = await people[who].Visitor.Http.GetAsync(new Uri(path, UriKind.Relative));
        return answer.StatusCode;
    }

    private async Task<HttpStatusCode> PressAsync(string who, string path, params (string Name, string Value)[] fields)
    {
        using var answer = await SubmitAsync(who, path, fields);
        return answer.StatusCode;
    }

    private Task<HttpResponseMessage> SubmitAsync(string who, string path, params (string Name, string Value)[] fields) =>
        people[who].Visitor.Http.PostAsync(new Uri(path, UriKind.Relative), new FormUrlEncodedContent(fields.Append(("__RequestVerificationToken", people[who].Token)).Select(field => KeyValuePair.Create(field.Item1, field.Item2))));

    private async Task<HttpStatusCode> PutAsync(string who, HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        using var answer = await people[who].Visitor.Http.SendAsync(request);
        return answer.StatusCode;
    }

    private async Task<HttpStatusCode> ComposeAsync(string who, Guid id, string account) =>
        await PutAsync(who, HttpMethod.Put, $"/api/v1/drafts/{id}", new { seen = 0, text = "The canteen opens at seven on Monday.", accounts = new[] { await FindAccountAsync(account) } });

    private Task<HttpStatusCode> SendAsync(string who, Guid draft) => PutAsync(who, HttpMethod.Post, $"/api/v1/drafts/{draft}/send", new { seen = 1 });

    private async Task<HttpStatusCode> ApproveAsync(string who)
    {
        var draft = await WaitingAsync();
        var seal = (await people["hannah"].Visitor.Http.GetFromJsonAsync<JsonElement>($"/api/v1/drafts/{draft}")).GetProperty("seal").GetString();
        return await PutAsync(who, HttpMethod.Post, $"/api/v1/drafts/{draft}/approve", new { seen = seal, opened = new[] { await FindAccountAsync("Northgate Livingston") } });
    }

    /// <summary>A post of the demo, once it was seen standing in the newsroom of Sheffield.</summary>
    private async Task<Guid> StandingAsync()
    {
        var ruth = people["ruth"].Visitor;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            foreach (var link in (await ruth.OpenAsync("/calendar?view=week")).Document.QuerySelectorAll("a[href^='/posts/']").Select(link => link.GetAttribute("href")!).Distinct())
            {
                var post = await ruth.OpenAsync(link);
                if (post.Document.QuerySelector("form[action$='/withdraw'][action^='/standing/']") is { } form && post.Text.Contains("Northgate Instruments", StringComparison.Ordinal))
                    return Guid.Parse(form.GetAttribute("action")!.Split('/')[2]);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(500), limit.Token);
        }
    }

    /// <summary>The open task to withdraw a post: Ruth's, or the one there is.</summary>
    private async Task<string> AskedDownAsync(Guid post)
    {
        using var asked = await SubmitAsync("ruth", $"/standing/{post}/withdraw");
        return asked.Headers.Location?.ToString().Split('/')[^1]
            ?? (await people["ruth"].Visitor.OpenAsync("/incidents?kind=Withdraw")).One("tbody th a").GetAttribute("href")!.Split('/')[^1];
    }

    /// <summary>Hannah's words, saved.</summary>
    private async Task<Guid> DraftAsync(string account)
    {
        var id = Guid.CreateVersion7();
        Assert.Equal(HttpStatusCode.OK, await ComposeAsync("hannah", id, account));
        return id;
    }

    /// <summary>Hannah's words, waiting for one signature for Brand.</summary>
    private async Task<Guid> WaitingAsync()
    {
        var id = await DraftAsync("Northgate Livingston");
        Assert.Equal(HttpStatusCode.OK, await SendAsync("hannah", id));
        return id;
    }

    private async Task<Guid> FindAccountAsync(string title) =>
        (await people["marek"].Visitor.Http.GetFromJsonAsync<JsonElement>("/api/v1/accounts")).EnumerateArray().Single(account => account.GetProperty("title").GetString() == title).GetProperty("id").GetGuid();

    private async Task<string> SiteAsync() =>
        (await people["marek"].Visitor.OpenAsync("/accounts/connect?network=sandbox")).Document.QuerySelectorAll("#site option").First(option => option.TextContent == "Livingston").GetAttribute("value")!;

    private async Task<HttpStatusCode> ConnectAsync(string who, string handle)
    {
        return await PressAsync(who, "/accounts/connect", ("network", "sandbox"), ("site", await SiteAsync()), ("handle", handle), ("title", handle));
    }

    /// <summary>A practice wall that nobody has touched.</summary>
    private async Task<Guid> AccountAsync()
    {
        var handle = $"wall-{Guid.NewGuid():n}";
        Assert.Equal(HttpStatusCode.Found, await ConnectAsync("marek", handle));
        return await FindAccountAsync(handle);
    }

    /// <summary>Of a feed that nobody could follow, because it lies inside: whoever may follow any is told that, the others that they may not.</summary>
    private async Task<HttpStatusCode> FollowAsync(string who)
    {
        using var answer = await SubmitAsync(who, "/feeds", ("address", "https://127.0.0.1/feed.xml"));
        return (await answer.Content.ReadAsStringAsync()).Contains("closed network", StringComparison.Ordinal) ? HttpStatusCode.OK : answer.StatusCode;
    }

    /// <summary>A post of our own newsroom, as something to gather.</summary>
    private async Task<string> NewsAsync() => (await people["hannah"].Visitor.OpenAsync("/feeds")).Value("input[name=item]");

    private Task<HttpStatusCode> LockAsync(string who, Guid account) => PressAsync(who, "/lockdown", ("scope", "Account"), ("targets", account.ToString()), ("reason", "Incident"));

    /// <summary>A lock by Ines.</summary>
    private async Task<string> LockedAsync()
    {
        using var locked = await SubmitAsync("ines", "/lockdown", ("scope", "Account"), ("targets", (await AccountAsync()).ToString()), ("reason", "Incident"));
        return locked.Headers.Location!.ToString().Split("new=")[1];
    }

    /// <summary>Words that nobody uses any more.</summary>
    private async Task<Guid> WithdrawnAsync()
    {
        var id = await DraftAsync("Northgate Livingston");
        Assert.Equal(HttpStatusCode.Found, await PressAsync("hannah", $"/compose/{id}/withdraw"));
        return id;
    }

    /// <summary>An erasure that Daniel asked for.</summary>
    private async Task<string> AskedAsync()
    {
        var draft = $"draft/{await WithdrawnAsync()}";
        Assert.Equal(HttpStatusCode.Found, await PressAsync("daniel", "/vault/erasures", ("target", draft), ("basis", "Objection"), ("note", "She asked.")));
        var page = await people["daniel"].Visitor.OpenAsync("/vault");
        return page.Document.QuerySelectorAll("li").Single(row => row.QuerySelector("a")?.GetAttribute("href")?.EndsWith(Uri.EscapeDataString(draft), StringComparison.Ordinal) == true)
            .QuerySelector("form[action$='/decline']")?.GetAttribute("action")?.Split('/')[3] ?? throw new InvalidOperationException("The request is not shown.");
    }

    /// <summary>A blackout that Ruth placed.</summary>
    private async Task<string> BlackoutAsync((string, string)[] fields)
    {
        using var placed = await SubmitAsync("ruth", "/calendar/blackouts", fields);
        return placed.Headers.Location!.ToString().Split('/')[^1];
    }

    private async Task<string> ProposedAsync()
    {
        var order = await LockedAsync();
        Assert.Equal(HttpStatusCode.Found, await PressAsync("ruth", $"/lockdown/{order}/propose"));
        return order;
    }

    /// <returns>The path of somebody who was asked in and has not come yet.</returns>
    private async Task<string> InvitedAsync()
    {
        var marek = people["marek"].Visitor;
        var shown = await marek.SubmitAsync(await marek.OpenAsync("/people/invite"), "form[action='/people/invite']", ("name", "Nina New"), ("email", "nina.new@northgate.example"), ("role", "Legal"), ("place", "everywhere"));
        return shown.One("form[action$='/roles']").GetAttribute("action")!.Replace("/roles", "", StringComparison.Ordinal);
    }
}

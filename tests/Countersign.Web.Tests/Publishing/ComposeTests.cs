using System.Net;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Publishing;

public sealed class ComposeTests(ADemo demo) : IClassFixture<ADemo>
{
    private const string Form = "form#compose";

    [Fact]
    public async Task What_is_saved_comes_back_as_it_was_typed()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        const string Words = "  Two spaces first.\n\nÉté, 14.82 l/s & <b>no markup</b> 🙂\n";

        var saved = await SaveAsync(hannah, Words);

        Assert.Equal(HttpStatusCode.OK, saved.Status);
        Assert.Equal(Words, saved.Value("#text"));
        Assert.Contains("Version 1", saved.One(".page-sub").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Findings_and_who_must_sign_are_on_the_page_without_script()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);

        var saved = await SaveAsync(hannah, "Built carbon neutral in Livingston.");

        Assert.Equal("carbon neutral", saved.One(".finding-words").TextContent);
        Assert.Contains("carbon neutral", saved.One("#text-marks mark").TextContent, StringComparison.Ordinal);
        Assert.StartsWith("Needs 1 Legal", saved.One("#slip-heading").TextContent, StringComparison.Ordinal);
        Assert.Contains("Eleanor", saved.One(".sign").TextContent, StringComparison.Ordinal);
        Assert.Contains("1 thing to fix before sending", saved.One("#blockers").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_few_people_for_a_role_are_named_and_nobody_is_said_who_is_not()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        var page = await hannah.OpenAsync("/compose");

        var saved = await hannah.SubmitAsync(page, Form, ("text", "Looking for a risk-free investment? Our equity fund is a risk-free investment."), ("accounts", FirstAccount(page)), ("do", "save"));

        Assert.Contains("2 are needed for FP-Approver; only Gareth could sign on all of these accounts.", saved.One("#blockers").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Nobody but you", saved.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("override", saved.Text, StringComparison.Ordinal);
        Assert.Equal(["Gareth", "Nobody else could sign"], saved.Document.QuerySelectorAll(".sign").Where(sign => sign.TextContent.Contains("FP-Approver", StringComparison.Ordinal)).Select(sign => sign.QuerySelector("small")!.TextContent));
    }

    [Fact]
    public async Task The_live_check_answers_with_findings_and_saves_nothing()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        var page = await hannah.OpenAsync("/compose");

        var live = await hannah.SubmitAsync(page, Form, ("formaction", $"{page.PathOnly}/check"), ("text", "Built carbon neutral in Livingston."), ("accounts", FirstAccount(page)));
        var again = await hannah.OpenAsync(page.Path);

        Assert.Equal("carbon neutral", live.One(".finding-words").TextContent);
        Assert.NotNull(live.Document.QuerySelector("#preview-box .render-text"));
        Assert.Equal("", again.Value("#text"));
    }

    [Fact]
    public async Task Words_that_were_only_kept_are_offered_again_and_can_be_discarded()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        var page = await hannah.OpenAsync("/compose");
        await hannah.SubmitAsync(page, Form, ("formaction", $"{page.PathOnly}/autosave"), ("text", "Half a sentence"));

        var again = await hannah.OpenAsync(page.Path);
        var discarded = await hannah.SubmitAsync(again, "form[action$='/discard']");

        Assert.Equal("Half a sentence", again.Value("#text"));
        Assert.Contains("Unsaved words from today", again.Text, StringComparison.Ordinal);
        Assert.Equal("", discarded.Value("#text"));
    }

    [Fact]
    public async Task Nobody_else_sees_words_that_were_only_kept()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        using var tom = await demo.Program.SignInAsync(ADemo.Tom);
        var page = await hannah.OpenAsync("/compose");
        await hannah.SubmitAsync(page, Form, ("formaction", $"{page.PathOnly}/autosave"), ("text", "Mine alone so far"));

        Assert.Equal("", (await tom.OpenAsync(page.Path)).Value("#text"));
    }

    [Fact]
    public async Task A_text_of_100_000_characters_is_refused_and_comes_back_whole()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        var words = string.Concat(Enumerable.Repeat("Water flows. ", 7_700))[..100_000];

        var page = await SaveAsync(hannah, words);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Equal(words, page.Value("#text"));
        Assert.Contains("100,000 characters; 20,000 is the most", page.One("#refusal").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_in_the_past_is_refused_beside_its_field()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);

        var page = await SaveAsync(hannah, "Yesterday's news.", ("when", "at"), ("date", "2024-02-29"), ("time", "09:00"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains("That time has passed", page.One("#slot-note").TextContent, StringComparison.Ordinal);
        Assert.Equal(("2024-02-29", "Yesterday's news."), (page.Value("#date"), page.Value("#text")));
    }

    [Fact]
    public async Task A_time_that_the_clocks_skip_is_refused()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);

        var page = await SaveAsync(hannah, "Early birds.", ("when", "at"), ("date", "2027-03-28"), ("time", "01:30"));

        Assert.Contains("the clocks go forward over it", page.One("#slot-note").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_that_comes_twice_says_which_is_meant()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);

        var page = await SaveAsync(hannah, "Night owls.", ("when", "at"), ("date", "2027-10-31"), ("time", "01:30"));

        Assert.Contains("the first of the two is meant", page.One("#slot-note").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_that_is_not_there_is_refused_and_the_words_stay()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);

        var page = await SaveAsync(hannah, "To nowhere.", ("accounts", Guid.NewGuid().ToString()));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains("not connected any more", page.Text, StringComparison.Ordinal);
        Assert.Equal("To nowhere.", page.Value("#text"));
    }

    [Fact]
    public async Task Nobody_writes_over_a_version_they_have_not_seen()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        using var tom = await demo.Program.SignInAsync(ADemo.Tom);
        var theirs = (await tom.OpenAsync("/compose")).One("input[name=accounts]:not([disabled])").GetAttribute("value")!;
        var shared = await SaveAsync(hannah, "The first draft.", ("accounts", theirs));
        var toms = await tom.OpenAsync(shared.Path);
        await tom.SubmitAsync(toms, Form, ("text", "Tom was here."), ("do", "save"));

        var refused = await hannah.SubmitAsync(shared, Form, ("text", "Hannah was here."), ("do", "save"));
        var over = await hannah.SubmitAsync(refused, Form, ("over", "2"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("Tom Ashworth saved version 2", refused.Text, StringComparison.Ordinal);
        Assert.Equal("Hannah was here.", refused.Value("#text"));
        Assert.Contains("Tom was here", refused.One("section[aria-labelledby=theirs-h] ins").TextContent, StringComparison.Ordinal);
        Assert.Contains("Hannah was here", refused.One("section[aria-labelledby=mine-h] ins").TextContent, StringComparison.Ordinal);
        Assert.Contains("Version 3", over.One(".page-sub").TextContent, StringComparison.Ordinal);
        Assert.Equal("Hannah was here.", over.Value("#text"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_form_sent_after_the_session_ended_keeps_its_words(bool byScript)
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        var page = await hannah.OpenAsync("/compose");
        await EndSessionAsync(hannah);

        if (byScript)
            hannah.Http.DefaultRequestHeaders.Add("HX-Request", "true");
        var late = await hannah.SubmitAsync(page, Form, ("formaction", byScript ? $"{page.PathOnly}/check" : page.PathOnly), ("text", "Typed over lunch."), ("do", "save"));
        hannah.Http.DefaultRequestHeaders.Remove("HX-Request");
        var signIn = await hannah.OpenAsync($"/sign-in?back={Uri.EscapeDataString(page.PathOnly)}");
        var back = await hannah.SubmitAsync(signIn, "form[action='/sign-in']", ("email", ADemo.Hannah), ("password", Setup.DemoOrganisation.Password));

        Assert.Equal(byScript ? HttpStatusCode.Unauthorized : HttpStatusCode.OK, late.Status);
        Assert.Equal(byScript ? $"{page.PathOnly}/check" : $"/sign-in?back={Uri.EscapeDataString(page.PathOnly)}", late.Path);
        Assert.Equal("Typed over lunch.", back.Value("#text"));
        Assert.Contains("Unsaved words", back.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/compose/01900000-0000-7000-8000-000000000000", null)]
    [InlineData("/calendar?view=month", "/sign-in?back=%2Fcalendar%3Fview%3Dmonth")]
    public async Task A_refresh_after_the_session_ended_leads_to_sign_in_except_from_under_a_half_written_post(string page, string? leadsTo)
    {
        using var anybody = demo.Program.Visit();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/strip", UriKind.Relative));
        request.Headers.Add("HX-Request", "true");
        request.Headers.Add("HX-Current-URL", new Uri(demo.Program.Address, page).ToString());

        using var answer = await anybody.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(leadsTo, answer.Headers.TryGetValues("HX-Redirect", out var to) ? to.Single() : null);
    }

    [Fact]
    public async Task What_blocks_sending_is_said_and_the_words_are_saved()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        var page = await hannah.OpenAsync("/compose");

        var refused = await hannah.SubmitAsync(page, Form, ("text", "Built carbon neutral in Livingston."), ("accounts", FirstAccount(page)), ("do", "send"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("1 thing to fix before sending.", refused.One("#refusal").TextContent, StringComparison.Ordinal);
        Assert.Contains("Version 1", refused.One(".page-sub").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sent_post_shows_who_must_sign_and_can_be_taken_back()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        var page = await hannah.OpenAsync("/compose");

        var sent = await hannah.SubmitAsync(page, Form, ("text", "The canteen has a new kettle."), ("accounts", FirstAccount(page)), ("do", "send"));
        var withdrawn = await hannah.SubmitAsync(sent, "form[action$='/withdraw']");

        Assert.StartsWith("/posts/", sent.Path, StringComparison.Ordinal);
        Assert.Equal("Needs 1 Brand", sent.One("#slip-heading").TextContent);
        Assert.Contains("Withdrawn", withdrawn.One(".page-sub").TextContent, StringComparison.Ordinal);
        Assert.Equal(sent.Path, (await hannah.OpenAsync(page.Path)).Path);
    }

    [Fact]
    public async Task Somebody_who_writes_for_no_account_is_told_so_and_cannot_save()
    {
        using var auditor = await demo.Program.SignInAsync(ADemo.Helen);
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        var form = await hannah.OpenAsync("/compose");

        var page = await auditor.OpenAsync("/compose");
        var token = (await auditor.OpenAsync("/compose")).Document.QuerySelector("form input[name='__RequestVerificationToken']")?.GetAttribute("value");
        var forced = await auditor.SubmitAsync(form, Form, ("__RequestVerificationToken", token), ("text", "Forced."), ("do", "save"));

        Assert.Contains("Writing takes the Author role", page.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, forced.Status);
        Assert.Equal("", (await hannah.OpenAsync(form.Path)).Value("#text"));
    }

    private static Task<Page> SaveAsync(Visitor visitor, string text, params (string, string?)[] more) => SaveAsync(visitor, "/compose", text, more);

    private static async Task<Page> SaveAsync(Visitor visitor, string path, string text, (string, string?)[] more) =>
        await visitor.SubmitAsync(await visitor.OpenAsync(path), Form, [("text", text), ("do", "save"), .. more]);

    private static string FirstAccount(Page page) => page.One("input[name=accounts]").GetAttribute("value")!;

    /// <summary>As after eight idle hours: the cookie is still there, the session it names has ended.</summary>
    private async Task EndSessionAsync(Visitor visitor)
    {
        var cookie = visitor.Cookies.GetCookies(demo.Program.Address)["countersign.session"]!;
        await visitor.SubmitAsync(await visitor.OpenAsync("/compose"), "form[action='/sign-out']");
        visitor.Cookies.Add(new Cookie(cookie.Name, cookie.Value, "/", demo.Program.Address.Host));
    }
}

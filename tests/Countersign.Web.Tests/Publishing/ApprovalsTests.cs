using System.Net;
using AngleSharp.Html.Dom;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Publishing;

/// <summary>Deciding over HTTP, against the real program with its demo organisation. The server refuses, not the page.</summary>
public sealed class ApprovalsTests(ADemo shared) : IClassFixture<ADemo>
{
    private const string Kestrel = "Kestrel 3: test results";

    [Fact]
    public async Task The_last_signature_lets_a_post_out_and_leads_to_the_next_draft()
    {
        await using var program = await TheProgram.StartDemoAsync();
        using var daniel = await SignInAsync(program, "daniel.mensah");
        var page = await OpenAsync(daniel, Kestrel);
        Assert.Contains("Changed since version 1", page.Text);
        Assert.Contains("Matches table 2 of the report.", page.Text);

        var next = await daniel.SubmitAsync(page, "#sign-form", ("reason", "Measured, and the report is named."));

        Assert.Equal(HttpStatusCode.OK, next.Status);
        Assert.EndsWith("?done=approved", next.Path);
        Assert.Contains("Every signature is there", next.One(".toast").TextContent);
        var decided = await daniel.OpenAsync(page.Path);
        Assert.Contains("Goes out at its time.", decided.Text);
        Assert.Contains("Measured, and the report is named.", decided.Text);
        Assert.Null(decided.Document.QuerySelector("#sign-form"));
    }

    [Fact]
    public async Task A_draft_that_is_signed_twice_from_two_tabs_says_so_and_changes_nothing()
    {
        await using var program = await TheProgram.StartDemoAsync();
        using var sadia = await SignInAsync(program, "sadia.rahman");
        var first = await OpenAsync(sadia, "Harcastle heaters");
        var second = await OpenAsync(sadia, "Harcastle heaters");

        Assert.EndsWith("?done=signed", (await sadia.SubmitAsync(first, "#sign-form")).Path);
        var again = await sadia.SubmitAsync(second, "#sign-form", ("reason", "Twice"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, again.Status);
        Assert.Contains("You signed in one role already.", again.One("[role=alert]").TextContent);
        Assert.Single(again.Document.QuerySelectorAll(".sign[data-signed]"));
    }

    [Fact]
    public async Task Nobody_signs_their_own_words_even_with_a_form_of_their_own()
    {
        var program = shared.Program;
        using var fiona = await SignInAsync(program, "fiona.drummond");
        using var daniel = await SignInAsync(program, "daniel.mensah");
        var own = await OpenAsync(daniel, "Speak-up week");
        Assert.Contains("You wrote this post", own.Text);
        Assert.Null(own.Document.QuerySelector("#sign-form"));

        // The form of somebody who may sign, sent by the author.
        var forged = await daniel.SubmitAsync(await WithFormOfAsync(fiona, daniel, "Speak-up week"), "#sign-form", ("role", "Brand"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, forged.Status);
        Assert.Contains("Someone else must decide on what you wrote.", forged.One("[role=alert]").TextContent);
    }

    [Fact]
    public async Task A_role_that_is_not_held_for_the_account_is_refused()
    {
        var program = shared.Program;
        using var daniel = await SignInAsync(program, "daniel.mensah");
        using var aisha = await SignInAsync(program, "aisha.khan");
        var page = await OpenAsync(aisha, Kestrel);
        Assert.Contains("which you do not hold", page.Text);

        // Aisha signs for Legal in Livingston; this post also goes to Sheffield.
        var refused = await aisha.SubmitAsync(await WithFormOfAsync(daniel, aisha, Kestrel), "#sign-form", ("role", "Compliance"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("You do not hold Compliance", refused.One("[role=alert]").TextContent);
    }

    [Fact]
    public async Task A_person_fills_one_role_only()
    {
        var program = shared.Program;
        using var daniel = await SignInAsync(program, "daniel.mensah");
        using var eleanor = await SignInAsync(program, "eleanor.whitcombe");
        var page = await OpenAsync(eleanor, Kestrel);
        Assert.Contains("You signed for Legal. One person fills one role.", page.Text);

        var again = await eleanor.SubmitAsync(await WithFormOfAsync(daniel, eleanor, Kestrel), "#sign-form", ("role", "Legal"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, again.Status);
        Assert.Contains("signed", again.One("[role=alert]").TextContent);
    }

    [Fact]
    public async Task A_digest_other_than_the_one_that_was_shown_is_refused_and_keeps_the_reason()
    {
        var program = shared.Program;
        using var daniel = await SignInAsync(program, "daniel.mensah");
        var page = await OpenAsync(daniel, Kestrel);

        var refused = await daniel.SubmitAsync(page, "#sign-form", ("seen", new string('0', 64)), ("reason", "I read it twice."));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("changed while you were reading it", refused.One("[role=alert]").TextContent);
        Assert.Equal("I read it twice.", ((IHtmlTextAreaElement)refused.One("#sign-reason")).Value.Trim());
    }

    [Fact]
    public async Task An_account_that_was_not_opened_is_named()
    {
        var program = shared.Program;
        using var daniel = await SignInAsync(program, "daniel.mensah");

        var refused = await daniel.SubmitAsync(await OpenAsync(daniel, Kestrel), "#sign-form", ("opened", null));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("Northgate Livingston", refused.One("[role=alert]").TextContent);
    }

    [Fact]
    public async Task Returning_takes_a_remark_and_refusing_a_reason()
    {
        await using var program = await TheProgram.StartDemoAsync();
        using var daniel = await SignInAsync(program, "daniel.mensah");
        var page = await OpenAsync(daniel, Kestrel);

        var empty = await daniel.SubmitAsync(page, "#return-form", ("reason", " "));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, empty.Status);
        Assert.Equal("Say what has to change.", empty.One("#return .error-text").TextContent.Trim());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await daniel.SubmitAsync(page, "#refuse-form", ("reason", ""))).Status);

        Assert.EndsWith("?done=returned", (await daniel.SubmitAsync(page, "#return-form", ("reason", "Name the laboratory."))).Path);
        Assert.Contains("Name the laboratory.", (await daniel.OpenAsync(page.Path)).Text);
        using var hannah = await SignInAsync(program, "hannah.okafor");
        var today = await hannah.OpenAsync("/");
        Assert.Contains("Name the laboratory.", today.Text);
    }

    [Fact]
    public async Task A_form_without_its_token_decides_nothing()
    {
        var program = shared.Program;
        using var daniel = await SignInAsync(program, "daniel.mensah");
        var page = await OpenAsync(daniel, Kestrel);

        foreach (var form in new[] { "#sign-form", "#return-form", "#refuse-form" })
        {
            var refused = await daniel.SubmitAsync(page, form, ("__RequestVerificationToken", "of another page"), ("reason", "Not by me."));
            Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        }

        Assert.NotNull((await daniel.OpenAsync(page.Path)).Document.QuerySelector("#sign-form"));
    }

    [Fact]
    public async Task Looking_decides_nothing()
    {
        var program = shared.Program;
        using var daniel = await SignInAsync(program, "daniel.mensah");
        var page = await OpenAsync(daniel, Kestrel);

        foreach (var act in new[] { "approve", "return", "refuse" })
        {
            var form = (IHtmlFormElement)page.One($"form[action$='/{act}']");
            using var looked = await daniel.Http.GetAsync(new Uri($"{form.GetAttribute("action")}?reason=x", UriKind.Relative));
            Assert.Contains(looked.StatusCode, new[] { HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed });
        }

        Assert.NotNull((await daniel.OpenAsync(page.Path)).Document.QuerySelector("#sign-form"));
    }

    [Fact]
    public async Task A_severe_finding_that_was_cleared_is_always_shown()
    {
        var program = shared.Program;
        using var fiona = await SignInAsync(program, "fiona.drummond");

        var page = await OpenAsync(fiona, "About a rumour");

        Assert.Contains("Severe, suppressed", page.One(".finding[data-state=suppressed]").TextContent);
        Assert.Contains("The sentence denies or corrects the claim.", page.Text);
    }

    [Fact]
    public async Task A_draft_that_is_not_there_is_not_found()
    {
        var program = shared.Program;
        using var daniel = await SignInAsync(program, "daniel.mensah");

        Assert.Equal(HttpStatusCode.NotFound, (await daniel.OpenAsync($"/approvals/{Guid.CreateVersion7()}")).Status);
    }

    private static Task<Visitor> SignInAsync(TheProgram program, string name) => program.SignInAsync($"{name}@northgate.example");

    /// <summary>The review of the waiting draft whose title begins like this.</summary>
    private static async Task<Page> OpenAsync(Visitor visitor, string title)
    {
        var queue = await visitor.OpenAsync("/approvals?show=all");
        var item = queue.Document.QuerySelectorAll(".queue-item").Single(link => link.TextContent.Trim().StartsWith(title, StringComparison.Ordinal));
        var page = await visitor.OpenAsync(item.GetAttribute("href")!);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        return page with { Path = page.Path.Split('?')[0] };
    }

    /// <summary>The signing form that one person was given, with the token of another: what somebody could forge by hand.</summary>
    private static async Task<Page> WithFormOfAsync(Visitor entitled, Visitor other, string title)
    {
        var page = await OpenAsync(entitled, title);
        var own = (IHtmlInputElement)(await OpenAsync(other, title)).One("input[name=__RequestVerificationToken]");
        foreach (var token in page.Document.QuerySelectorAll("input[name=__RequestVerificationToken]").OfType<IHtmlInputElement>())
            token.Value = own.Value;
        return page;
    }
}

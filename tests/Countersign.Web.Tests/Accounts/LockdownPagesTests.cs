using System.Net;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Accounts;

/// <summary>Without script: what a page does with it, it does without it.</summary>
public sealed class LockdownPagesTests(ADemo demo) : IClassFixture<ADemo>
{
    private const string Form = "form[action='/lockdown']";

    [Fact]
    public async Task One_press_locks_two_accounts_and_two_people_release_them()
    {
        using var daniel = await demo.Program.SignInAsync(ADemo.Daniel);
        using var ruth = await demo.Program.SignInAsync(ADemo.Ruth);
        var page = await daniel.OpenAsync("/lockdown");
        var targets = Targets(page)[..2];

        var active = await daniel.SubmitAsync(page, Form, [.. targets.Select(id => ("targets", (string?)id)), ("note", "Stopping both while we look.")]);
        Assert.StartsWith("/lockdown/active", active.Path, StringComparison.Ordinal);
        Assert.Equal(2, active.Document.QuerySelectorAll(".big-lock").Length);
        Assert.Contains("2 orders were in force", active.Text, StringComparison.Ordinal);
        Assert.Contains("Stopping both while we look.", active.Text, StringComparison.Ordinal);
        Assert.Contains("Locked: 2 accounts", active.One("#strip").TextContent, StringComparison.Ordinal);

        foreach (var _ in targets)
        {
            var asked = await ruth.OpenAsync("/lockdown/active");
            var action = asked.One("form[action$='/propose']").GetAttribute("action")!;
            var proposed = await ruth.SubmitAsync(asked, "form[action$='/propose']");
            Assert.Contains("Someone else must confirm what you proposed.", proposed.Text, StringComparison.Ordinal);
            var alone = await ruth.SubmitAsync(proposed, "form[action='/sign-out']", ("formaction", action.Replace("propose", "confirm", StringComparison.Ordinal)));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, alone.Status);

            var released = await daniel.SubmitAsync(await daniel.OpenAsync("/lockdown/active"), "form[action$='/confirm']");
            Assert.Contains("Released.", released.Text, StringComparison.Ordinal);
        }

        Assert.Contains("Publishing open", (await daniel.OpenAsync("/strip")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_count_comes_before_the_press_and_keeps_what_was_typed()
    {
        using var daniel = await demo.Program.SignInAsync(ADemo.Daniel);
        var page = await daniel.OpenAsync("/lockdown");

        var shown = await daniel.SubmitAsync(page, Form, ("formaction", "/lockdown/preview"), ("scope", "Everything"), ("reason", "Incident"), ("note", "The alarm at the works."));

        Assert.Contains("Locking everything stops", shown.One("#lock-effect").TextContent, StringComparison.Ordinal);
        Assert.Contains("scheduled post", shown.One(".effect").TextContent, StringComparison.Ordinal);
        Assert.Equal("Lock everything now", shown.One("#lock-effect .btn-danger").ChildNodes[1].TextContent.Trim());
        Assert.Equal("The alarm at the works.", shown.One("#note").TextContent);
        Assert.NotNull(shown.Document.QuerySelector("#reason-Incident[checked]"));
        Assert.Contains("Publishing open", (await daniel.OpenAsync("/strip")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_script_only_the_parts_that_depend_on_the_choice_come_again()
    {
        using var daniel = await demo.Program.SignInAsync(ADemo.Daniel);
        var first = Targets(await daniel.OpenAsync("/lockdown"))[0];
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/lockdown?scope=Account&targets={first}") { Headers = { { "HX-Request", "true" } } };

        var answer = await (await daniel.Http.SendAsync(request, TestContext.Current.CancellationToken)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith("<div class=\"stack gap-4\" id=\"lock-what\"", answer.TrimStart(), StringComparison.Ordinal);
        Assert.Contains("hx-swap-oob=\"true\"", answer, StringComparison.Ordinal);
        Assert.Contains("Lock 1 account now", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("<textarea", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_press_with_nothing_chosen_says_so_and_loses_no_word()
    {
        using var daniel = await demo.Program.SignInAsync(ADemo.Daniel);

        var page = await daniel.SubmitAsync(await daniel.OpenAsync("/lockdown"), Form, ("note", "A long story."));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains("Choose what must stop.", page.Text, StringComparison.Ordinal);
        Assert.Equal("A long story.", page.One("#note").TextContent);
    }

    [Fact]
    public async Task Somebody_without_the_role_sees_why_and_is_refused_by_the_server_too()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        var page = await hannah.OpenAsync("/lockdown");
        Assert.Equal("true", page.One("#lock-effect .btn-danger").GetAttribute("aria-disabled"));
        Assert.Contains("Locking takes the Comms, Compliance or Security role.", page.Text, StringComparison.Ordinal);

        var refused = await hannah.SubmitAsync(page, Form, ("scope", "Everything"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("Publishing open", (await hannah.OpenAsync("/strip")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_locked_person_is_out_at_their_next_step()
    {
        using var callum = await demo.Program.SignInAsync("callum.reid@northgate.example");
        using var daniel = await demo.Program.SignInAsync(ADemo.Daniel);
        using var ruth = await demo.Program.SignInAsync(ADemo.Ruth);
        var people = await daniel.OpenAsync("/lockdown?scope=Person");
        var id = people.Document.QuerySelectorAll("input[name=targets]").Single(input => input.Closest("label")!.TextContent.Contains("Callum Reid", StringComparison.Ordinal)).GetAttribute("value");

        await daniel.SubmitAsync(people, Form, ("targets", id));

        Assert.StartsWith("/sign-in", (await callum.OpenAsync("/lockdown")).Path, StringComparison.Ordinal);
        Assert.Contains("Locked", (await daniel.OpenAsync($"/people/{id}")).Text, StringComparison.Ordinal);
        await ruth.SubmitAsync(await ruth.OpenAsync("/lockdown/active"), "form[action$='/propose']");
        await daniel.SubmitAsync(await daniel.OpenAsync("/lockdown/active"), "form[action$='/confirm']");
    }

    private static string[] Targets(Page page) => [.. page.Document.QuerySelectorAll("input[name=targets]").Select(input => input.GetAttribute("value")!)];
}

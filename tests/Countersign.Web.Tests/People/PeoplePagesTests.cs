using System.Net;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.People;

public sealed class PeoplePagesTests(ADemo demo) : IClassFixture<ADemo>
{
    private const string Password = "four ordinary words do well";

    [Fact]
    public async Task An_invitation_is_shown_once_works_once_and_gives_the_roles()
    {
        using var marek = await demo.Program.SignInAsync(ADemo.Marek);
        var form = await marek.OpenAsync("/people/invite");
        var livingston = form.Document.QuerySelectorAll("#place-1 option").Single(option => option.TextContent == "For Livingston").GetAttribute("value");

        var shown = await marek.SubmitAsync(form, "form[action='/people/invite']", ("name", "Nina New"), ("email", "nina.new@northgate.example"), ("title", "Legal"), ("role", "Legal"), ("place", livingston));
        var link = new Uri(shown.One("#invitation").GetAttribute("value")!);
        Assert.Equal(demo.Program.Address.Authority, link.Authority);
        var person = shown.One("form[action$='/roles']").GetAttribute("action")!.Replace("/roles", "", StringComparison.Ordinal);
        Assert.DoesNotContain("/invitation/", (await marek.OpenAsync(person)).One("main").TextContent, StringComparison.Ordinal);
        Assert.Null((await marek.OpenAsync(person)).Document.QuerySelector("#invitation"));

        using var nina = demo.Program.Visit();
        await nina.SubmitAsync(await nina.OpenAsync(link.PathAndQuery), "form[action^='/invitation/']", ("password", Password));
        using var signedIn = await demo.Program.SignInAsync("nina.new@northgate.example", Password);
        Assert.Contains("does not work", (await nina.OpenAsync(link.PathAndQuery)).Text, StringComparison.Ordinal);
        Assert.Contains("Legal for Livingston", (await marek.OpenAsync(person)).One("form[action$='/roles']").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_really_invited_into_a_demo_is_not_offered_to_strangers()
    {
        using var marek = await demo.Program.SignInAsync(ADemo.Marek);
        using var stranger = demo.Program.Visit();
        var before = await stranger.OpenAsync("/sign-in");

        await marek.SubmitAsync(await marek.OpenAsync("/people/invite"), "form[action='/people/invite']", ("name", "Rhea Real"), ("email", "rhea@real.example"), ("title", "Visitor"), ("role", "Legal"), ("place", "everywhere"));
        var page = await stranger.OpenAsync("/sign-in");

        Assert.DoesNotContain("Rhea", page.Document.DocumentElement.OuterHtml, StringComparison.Ordinal);
        Assert.DoesNotContain("rhea@real.example", page.Document.DocumentElement.OuterHtml, StringComparison.Ordinal);
        Assert.Equal(before.Document.QuerySelectorAll(".demo-person").Length, page.Document.QuerySelectorAll(".demo-person").Length);
        Assert.Contains(page.Document.QuerySelectorAll(".demo-person"), person => person.TextContent.Contains("Gareth Pugh", StringComparison.Ordinal) && person.TextContent.Contains("Manager, FP-Approver", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Accounts_are_named_at_the_head_of_what_people_may_do()
    {
        using var marek = await demo.Program.SignInAsync(ADemo.Marek);

        var page = await marek.OpenAsync("/people");

        var heads = page.Document.QuerySelectorAll("thead .right-col .under").Select(head => head.TextContent).ToList();
        Assert.Contains("Northgate Livingston", heads);
        Assert.Equal(heads, page.Document.QuerySelectorAll("tbody tr:first-child .right-col").Select(cell => cell.GetAttribute("data-label")));
    }

    [Fact]
    public async Task A_refused_invitation_keeps_what_was_typed()
    {
        using var marek = await demo.Program.SignInAsync(ADemo.Marek);

        var page = await marek.SubmitAsync(await marek.OpenAsync("/people/invite"), "form[action='/people/invite']", ("name", "Hannah Again"), ("email", ADemo.Hannah), ("role", "Brand"), ("place", "everywhere"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Equal("Somebody with this address is here already.", page.One("#email-error").TextContent.Trim());
        Assert.Equal("Hannah Again", page.One("#name").GetAttribute("value"));
        Assert.NotNull(page.Document.QuerySelector("input[name=grants][value='Brand|everywhere'][checked]"));
    }

    [Fact]
    public async Task Roles_are_given_and_taken_and_count_from_then_on()
    {
        using var marek = await demo.Program.SignInAsync(ADemo.Marek);
        var sadia = await LinkAsync(marek, "Sadia Rahman");
        var before = await marek.OpenAsync(sadia);

        var after = await marek.SubmitAsync(before, "form[action$='/roles']", ("grants", null), ("role", "Security"), ("place", "everywhere"));

        Assert.Contains("The roles are changed.", after.Text, StringComparison.Ordinal);
        Assert.Equal(["Security|everywhere"], after.Document.QuerySelectorAll("input[name=grants]").Select(box => box.GetAttribute("value")));
    }

    [Fact]
    public async Task Nobody_gives_themselves_roles_and_the_last_administrator_stays()
    {
        using var marek = await demo.Program.SignInAsync(ADemo.Marek);
        var own = await LinkAsync(marek, "Marek Nowak");

        var given = await marek.SubmitAsync(await marek.OpenAsync(own), "form[action$='/roles']", ("role", "Legal"), ("place", "everywhere"));
        var left = await marek.SubmitAsync(await marek.OpenAsync(own), "form[action$='/roles']", ("grants", null));

        Assert.Contains("Another administrator must give you roles.", given.Text, StringComparison.Ordinal);
        Assert.Contains("Make someone else an administrator first", left.Text, StringComparison.Ordinal);
        Assert.Equal(["Administrator|everywhere"], (await marek.OpenAsync(own)).Document.QuerySelectorAll("input[name=grants]").Select(box => box.GetAttribute("value")));
    }

    private static async Task<string> LinkAsync(Visitor visitor, string name) =>
        (await visitor.OpenAsync("/people")).Document.QuerySelectorAll("th a").Single(link => link.TextContent.Contains(name, StringComparison.Ordinal)).GetAttribute("href")!;
}

using Countersign.Web.Shared.Frame;
using Countersign.Web.Shared.Parts;

namespace Countersign.Web.Tests.Shared;

public sealed class FrameTests
{
    private static readonly Face Hannah = new("Hannah Okafor", "Brand & Content");

    [Fact]
    public void A_page_names_itself_and_marks_its_place_in_the_navigation()
    {
        var page = Page(new StripModel(StripState.Open), Nav.Compose);

        Assert.Equal("Merlin · Countersign", page.Title);
        Assert.All(page.QuerySelectorAll("[aria-current=page]"), link => Assert.Equal("/compose", link.GetAttribute("href")));
        Assert.Equal("#main", page.QuerySelector("a.skip")!.GetAttribute("href"));
        Assert.Contains("The words", page.GetElementById("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_on_a_page_is_inline_so_that_the_content_policy_holds()
    {
        var page = Page(new StripModel(StripState.Open), Nav.Today);

        Assert.Empty(page.QuerySelectorAll("style, [style], script:not([src])"));
        Assert.DoesNotContain(page.All.SelectMany(element => element.Attributes), attribute => attribute.Name.StartsWith("on", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_form_carries_the_token()
    {
        var page = Page(new StripModel(StripState.Open), Nav.Today);

        Assert.All(page.QuerySelectorAll("form"), form =>
        {
            Assert.Equal("post", form.GetAttribute("method"));
            Assert.NotNull(form.QuerySelector("input[name=__RequestVerificationToken]"));
        });
    }

    [Fact]
    public void A_lock_is_said_in_words_and_leads_to_the_lockdown()
    {
        var strip = Page(new StripModel(StripState.PartlyLocked) { LockedScopes = "2 accounts", Since = "09:31", By = "Daniel Mensah", Held = "7 posts held" }, null).QuerySelector("header")!;

        Assert.Contains("strip-locked", strip.ClassList);
        Assert.Equal("Locked: 2 accounts", strip.QuerySelector(".strip-state")!.TextContent.Trim());
        Assert.Contains("Since 09:31 by Daniel Mensah", strip.TextContent, StringComparison.Ordinal);
        Assert.Contains("7 posts held", strip.TextContent, StringComparison.Ordinal);
        Assert.Equal("View lockdown", strip.QuerySelector("a[href='/lockdown']")!.TextContent.Trim());
    }

    [Fact]
    public void A_broken_audit_trail_is_not_called_verified()
    {
        var strip = Page(new StripModel(StripState.Open) { AuditVerifiedTo = 183960, AuditOk = false }, null).QuerySelector("header")!;

        Assert.Contains("Audit trail fails at entry 183,960", strip.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_with_markup_in_it_stays_a_name()
    {
        var page = Rendering.Document<Shell>(
            ("Model", new ShellModel(new Face("<script>alert(1)</script>"), new StripModel(StripState.Open))),
            ("Title", "</title><script>"),
            ("ChildContent", Rendering.Text("")));

        Assert.Equal("</title><script> · Countersign", page.Title);
        Assert.All(page.QuerySelectorAll("script"), script => Assert.NotNull(script.GetAttribute("src")));
    }

    [Theory]
    [InlineData("Hannah Okafor", "HO", "H. Okafor", "Hannah")]
    [InlineData("Anne Marie van der Berg", "AB", "A. Berg", "Anne")]
    [InlineData("Countersign", "C", "Countersign", "Countersign")]
    [InlineData("", "?", "", "")]
    public void A_person_is_shortened_without_losing_them(string name, string initials, string shortName, string first)
    {
        var face = new Face(name);

        Assert.Equal((initials, shortName, first), (face.Initials, face.ShortName, face.FirstName));
        Assert.InRange(face.Tone, 1, 5);
    }

    private static AngleSharp.Dom.IDocument Page(StripModel strip, string? current) => Rendering.Document<Shell>(
        ("Model", new ShellModel(Hannah, strip, ApprovalsWaiting: 6)),
        ("Title", "Merlin"),
        ("Current", current),
        ("ChildContent", Rendering.Text("The words")));
}

using Countersign.Web.Shared.Controls;

namespace Countersign.Web.Tests.Shared;

public sealed class ControlsTests
{
    [Fact]
    public void A_field_is_bound_to_its_label_its_mistake_and_its_hint()
    {
        var body = Rendering.Body<TextField>(
            ("Label", "Work email"), ("Name", "email"), ("Value", "x"), ("Error", "That is not an address"), ("Hint", "The one from work"));

        var input = body.QuerySelector("input")!;
        Assert.Equal(input.Id, body.QuerySelector("label")!.GetAttribute("for"));
        Assert.Equal("true", input.GetAttribute("aria-invalid"));
        Assert.Equal(
            ["That is not an address", "The one from work"],
            input.GetAttribute("aria-describedby")!.Split(' ').Select(id => body.QuerySelector($"#{id}")!.TextContent.Trim()));
    }

    [Fact]
    public void A_field_without_a_mistake_says_nothing_about_one()
    {
        var body = Rendering.Body<TextArea>(("Label", "Note"), ("Name", "note"));

        Assert.Null(body.QuerySelector("textarea")!.GetAttribute("aria-invalid"));
        Assert.Null(body.QuerySelector("textarea")!.GetAttribute("aria-describedby"));
        Assert.Null(body.QuerySelector(".field")!.GetAttribute("data-invalid"));
    }

    [Theory]
    [InlineData("\n\nTwo empty lines first")]
    [InlineData("</textarea><script>alert(1)</script>")]
    [InlineData("Ends with a line break\n")]
    public void What_was_typed_comes_back_letter_for_letter(string typed)
    {
        var body = Rendering.Body<TextArea>(("Label", "Note"), ("Name", "note"), ("Value", typed));

        Assert.Equal(typed, body.QuerySelector("textarea")!.TextContent);
        Assert.Null(body.QuerySelector("script"));
    }

    [Fact]
    public void A_list_shows_what_was_chosen()
    {
        var body = Rendering.Body<SelectField>(
            ("Label", "Zone"), ("Name", "zone"), ("Value", "b"), ("Options", new[] { new Option("a", "London"), new Option("b", "Lisbon") }));

        Assert.Equal("Lisbon", body.QuerySelector("option[selected]")!.TextContent);
    }

    [Fact]
    public void A_button_that_is_off_can_be_reached_and_says_why()
    {
        var body = Rendering.Body<Button>(("OffBecause", "Open the Newsroom render first"), ("ChildContent", Rendering.Text("Approve")));

        var button = body.QuerySelector("button")!;
        Assert.Equal("true", button.GetAttribute("aria-disabled"));
        Assert.False(button.HasAttribute("disabled"));
        Assert.Equal("button", button.GetAttribute("type"));
        Assert.Equal("Open the Newsroom render first", body.QuerySelector($"#{button.GetAttribute("aria-describedby")}")!.TextContent);
    }

    [Fact]
    public void A_shortcut_is_shown_and_named_for_the_script()
    {
        var button = Rendering.Body<Button>(("Shortcut", "Ctrl ↵"), ("ChildContent", Rendering.Text("Send"))).QuerySelector("button")!;

        Assert.Equal("ctrl+enter", button.GetAttribute("data-key"));
        Assert.Equal("Ctrl ↵", button.QuerySelector("kbd")!.TextContent);
    }

    [Fact]
    public void An_icon_alone_has_a_name()
    {
        var button = Rendering.Body<Button>(("Icon", "x"), ("Label", "Close")).QuerySelector("button")!;

        Assert.Equal("Close", button.GetAttribute("aria-label"));
        Assert.Equal("true", button.QuerySelector("svg")!.GetAttribute("aria-hidden"));
    }

    [Fact]
    public void An_account_that_is_closed_cannot_be_picked_and_says_why()
    {
        var body = Rendering.Body<AccountPicker>(("Accounts", new[]
        {
            new AccountChoice("1", "bluesky", "Bluesky", Chosen: true),
            new AccountChoice("2", "newsroom", "Newsroom", ClosedBecause: "it needs the credit course."),
        }));

        var (open, closed) = (body.QuerySelector("input[value='1']")!, body.QuerySelector("input[value='2']")!);
        Assert.True(open.HasAttribute("checked"));
        Assert.True(closed.HasAttribute("disabled"));
        Assert.Equal("Newsroom is closed to you: it needs the credit course.", body.QuerySelector($"#{closed.GetAttribute("aria-describedby")}")!.TextContent);
    }

    [Fact]
    public void Tabs_are_links_to_their_panels_until_a_script_makes_them_tabs()
    {
        var body = Rendering.Body<TabSet>(
            ("Label", "Preview"),
            ("Items", new[] { new TabItem("p-1", "Bluesky", "bluesky", Seen: true), new TabItem("p-2", "Newsroom") }),
            ("Panel", (Microsoft.AspNetCore.Components.RenderFragment<TabItem>)(item => Rendering.Text(item.Text + " panel"))));

        Assert.Equal(
            ["Bluesky panel", "Newsroom panel"],
            body.QuerySelectorAll("[data-tab-list] a").Select(link => body.QuerySelector(link.GetAttribute("href")!)!.TextContent));
        Assert.All(body.QuerySelectorAll(".tab-panel"), panel => Assert.False(panel.HasAttribute("hidden")));
        Assert.Contains("opened", body.QuerySelector("a[href='#p-1']")!.TextContent, StringComparison.Ordinal);
    }
}

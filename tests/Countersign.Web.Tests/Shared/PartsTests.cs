using Countersign.Web.Shared;
using Countersign.Web.Shared.Boxes;
using Countersign.Web.Shared.Parts;
using Countersign.Web.Shared.Planning;
using Countersign.Web.Shared.Signing;
using Countersign.Web.Shared.Stopping;
using Countersign.Web.Shared.Trust;
using Countersign.Web.Shared.Words;

namespace Countersign.Web.Tests.Shared;

public sealed class PartsTests
{
    private static readonly Face Eleanor = new("Eleanor Whitcombe");

    [Theory]
    [InlineData(48, "48 min")]
    [InlineData(78, "1 h 18 min")]
    [InlineData(120, "2 h")]
    [InlineData(-12, "12 min over")]
    [InlineData(3 * 24 * 60, "3 days")]
    public void A_clock_says_its_time_in_words(int minutes, string words)
    {
        var body = Rendering.Body<Clock>(("Time", new TimeLeft(TimeSpan.FromMinutes(minutes), TimeSpan.FromDays(4))));

        Assert.Equal(words, body.TextContent.Replace('\u00a0', ' ').Trim());
    }

    [Theory]
    [InlineData(61, false)]
    [InlineData(60, true)]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    public void A_third_or_less_is_soon_and_over_is_over(int left, bool soon)
    {
        var time = new TimeLeft(TimeSpan.FromMinutes(left), TimeSpan.FromMinutes(180));

        Assert.Equal((soon, left < 0), (time.Soon, time.Over));
    }

    [Fact]
    public void A_network_says_its_name_when_it_stands_alone()
    {
        Assert.Equal("Newsroom", Rendering.Body<ChannelGlyph>(("Network", "newsroom"), ("Labelled", true)).QuerySelector("[role=img]")!.GetAttribute("aria-label"));
        Assert.Equal("Pixelfed", Networks.Look("pixelfed").Name);
    }

    [Fact]
    public void A_finding_shows_the_words_the_reason_the_basis_and_the_fix()
    {
        var body = Rendering.Body<FindingCard>(("Box", "text"), ("Finding", new FindingView(2, "DEF-03", "Harmful claim", 1, "It says a product is unsafe, as a fact.")
        {
            Words = "a danger",
            Start = 20,
            Basis = "Defamation Act 2013, section 1",
            Fix = "Say what ours does.",
            Suggestion = "tested to −20 °C",
            Blocks = true,
            LeadsTo = [new NeededRole("Legal", 1)],
        }));

        Assert.Equal("Finding 2", body.QuerySelector(".ref")!.TextContent);
        Assert.Equal("Severe", body.QuerySelector(".sev")!.TextContent.Trim());
        Assert.Equal("a danger", body.QuerySelector("mark.m1")!.TextContent);
        Assert.Contains("Basis Defamation Act 2013, section 1", body.TextContent, StringComparison.Ordinal);
        Assert.Contains("Blocks sending", body.QuerySelector(".finding-leads")!.TextContent, StringComparison.Ordinal);
        var use = body.QuerySelector("button[data-use]")!;
        Assert.Equal(("tested to −20 °C", "a danger", "20", "text"), (use.GetAttribute("data-use"), use.GetAttribute("data-words"), use.GetAttribute("data-start"), use.GetAttribute("data-for")));
    }

    [Fact]
    public void A_suppressed_finding_is_not_hidden_and_says_why_it_does_not_count()
    {
        var body = Rendering.Body<FindingCard>(("Finding", new FindingView(1, "MAR-01", "Hint at results", 1, "It speaks of orders.") { SuppressedBecause = "It repeats a public notice." }));

        Assert.Equal("Severe, suppressed", body.QuerySelector(".sev")!.TextContent.Trim());
        Assert.Contains("Suppressed It repeats a public notice.", body.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slip_shows_who_signed_and_who_is_still_to_sign()
    {
        var body = Rendering.Body<DecisionSlip>(("Slip", new SlipView("Needs 1 Legal and 1 Compliance",
            [new SignatureView("Legal", Eleanor, "09:12"), new SignatureView("Compliance", Below: "Or Sadia Rahman", Yours: true)])
        {
            Blockers = [new SlipBlocker("State the basis", Finding: 3)],
        }));

        Assert.Equal(["E. Whitcombe", "Your signature"], body.QuerySelectorAll(".sign-line").Select(line => line.LastChild!.TextContent));
        Assert.True(body.QuerySelectorAll(".sign")[0].HasAttribute("data-signed"));
        Assert.False(body.QuerySelectorAll(".sign")[1].HasAttribute("data-signed"));
        Assert.Equal("1 thing to fix before sending.", body.QuerySelector("#blockers b")!.TextContent);
        Assert.Equal("#finding-3", body.QuerySelector("#blockers a")!.GetAttribute("href"));
    }

    [Fact]
    public void A_return_that_lacks_its_reason_comes_back_open_with_what_was_typed()
    {
        var body = Rendering.Body<ReturnDialog>(("Action", "/return"), ("Submit", "Return to Hannah"), ("Reason", " "), ("Error", "Write one sentence."));

        Assert.True(body.QuerySelector("dialog")!.HasAttribute("data-open"));
        Assert.Equal("Write one sentence.", body.QuerySelector($"#{body.QuerySelector("textarea")!.GetAttribute("aria-describedby")}")!.TextContent);
        Assert.Equal(body.QuerySelector("form")!.Id, body.QuerySelector("button.btn-primary")!.GetAttribute("form"));
    }

    [Fact]
    public void A_render_shows_the_fold_the_overrun_and_the_count()
    {
        var body = Rendering.Body<ChannelRender>(("View", new RenderView("bluesky", "Northgate", "@northgate", "Seen first, then more, then too much")
        {
            FoldAt = 12,
            OverFrom = 23,
            Count = 314,
            Limit = 300,
            Pictures = [new Picture("/media/1", null)],
        }));

        Assert.Equal("Seen first, Fold at 12 charactersthen more, then too much", body.QuerySelector(".render-text")!.TextContent);
        Assert.Equal("then more, ", body.QuerySelector(".below")!.TextContent);
        Assert.Equal("then too much", body.QuerySelector(".over")!.TextContent);
        Assert.Contains("14 over", body.QuerySelector(".counts")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Picture without alt text", body.QuerySelector("img")!.GetAttribute("alt"));
    }

    [Fact]
    public void A_week_puts_each_post_on_its_account_and_day()
    {
        var thursday = new DateOnly(2026, 11, 12);
        var body = Rendering.Body<WeekCalendar>(
            ("Monday", new DateOnly(2026, 11, 9)),
            ("Today", thursday),
            ("Lanes", new[] { new Lane("bluesky", "Bluesky", [new PlannedPost("/d/1", "Kestrel 3", ShownStatus.InReview, thursday, "11:00", "bluesky")], Planned: 2) { Gaps = [new DateOnly(2026, 11, 13)] } }),
            ("NewHref", (Func<Lane, DateOnly, string>)((lane, day) => $"/compose?day={day:yyyy-MM-dd}")));

        var cells = body.QuerySelectorAll("[role=cell]");
        Assert.Equal(7, cells.Length);
        Assert.Contains("11:00, In reviewKestrel 3", cells[3].TextContent, StringComparison.Ordinal);
        Assert.Contains("1 of 2, 1 short", body.QuerySelector("[role=rowheader]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("/compose?day=2026-11-13", body.QuerySelector("a[data-gap]")!.GetAttribute("href"));
        Assert.Null(cells[2].QuerySelector("a"));
    }

    [Theory]
    [InlineData(2026, 11, 6, "26", "6")]
    [InlineData(2027, 2, 4, "1", "28")]
    [InlineData(2026, 6, 5, "1", "5")]
    public void A_month_is_whole_weeks_from_Monday(int year, int month, int weeks, string first, string last)
    {
        var body = Rendering.Body<MonthCalendar>(
            ("Month", new DateOnly(year, month, 15)), ("Today", new DateOnly(2026, 11, 12)), ("Posts", Array.Empty<PlannedPost>()), ("WeekHref", (Func<DateOnly, string>)(_ => "/calendar")));

        var days = body.QuerySelectorAll(".date b").Select(day => day.TextContent).ToList();
        Assert.Equal((weeks * 7, first, last), (days.Count, days[0], days[^1]));
    }

    [Fact]
    public void A_lock_says_before_it_is_made_what_it_cannot_stop()
    {
        var body = Rendering.Body<EffectPreview>(
            ("Heading", "Locking 2 accounts stops"), ("CountedAt", "09:42:10"), ("GoesOn", "drafts"),
            ("Stops", new[] { new EffectLine(1234, "scheduled posts") }), ("Gaps", new[] { "2 people can still post on LinkedIn itself." }));

        Assert.Equal("1,234", body.QuerySelector(".effect b")!.TextContent);
        Assert.Contains("2 people can still post on LinkedIn itself. Countersign cannot stop that.", body.QuerySelector(".banner-warn")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_right_that_is_off_says_so()
    {
        var body = Rendering.Body<RoleMatrix>(
            ("Accounts", new[] { new RightsColumn("bluesky", "Bluesky") }),
            ("Rows", new[] { new RightsRow(Eleanor, null, "Legal", [new RightCell([ShownRight.Publish], "course lapsed")]) }));

        Assert.Equal("publish after approval, off for now: course lapsed", body.QuerySelector("[data-r=P]")!.GetAttribute("aria-label"));
        Assert.Equal("Bluesky", body.QuerySelector("th.right-col .under")!.TextContent);
    }

    [Fact]
    public void A_proof_is_said_in_a_sentence()
    {
        var body = Rendering.Body<InclusionProof>(("Proof", new ProofView(184196, "aa", [new ProofStep("bb", true, "cc"), new ProofStep("dd", false, "ee")], "ee", 184202)));

        Assert.Equal(
            "Entry 184,196, joined with 2 other hashes, gives the root of the checkpoint at 184,202 entries",
            body.QuerySelector("svg")!.GetAttribute("aria-label"));
    }

    [Fact]
    public void A_banner_that_warns_at_once_is_an_alert() =>
        Assert.Equal("alert", Rendering.Body<Banner>(("Tone", Tone.Bad), ("Alert", true), ("Title", "Not saved.")).QuerySelector(".banner")!.GetAttribute("role"));

    [Theory]
    [InlineData("Legal", new[] { "Legal" })]
    [InlineData("Legal and Brand", new[] { "Legal", "Brand" })]
    [InlineData("Legal, Brand and Comms", new[] { "Legal", "Brand", "Comms" })]
    public void A_list_reads_as_a_sentence(string expected, string[] items) => Assert.Equal(expected, English.List(items));

    [Theory]
    [InlineData("Northgate Livingston", "Livingston")]
    [InlineData("Sandbox", "Sandbox")]
    [InlineData("Harcastle news", "Harcastle news")]
    public void A_name_is_told_apart_by_what_it_does_not_share(string name, string shown) =>
        Assert.Equal(shown, English.Apart(name, ["Northgate Instruments", "Northgate Livingston", "Sandbox", "Harcastle news"]));
}

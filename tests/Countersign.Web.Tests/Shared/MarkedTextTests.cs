using Countersign.Web.Shared.Words;

namespace Countersign.Web.Tests.Shared;

public sealed class MarkedTextTests
{
    private const string Text = "Brocklow meters are a danger.\nLease from £38.";

    [Fact]
    public void Marks_carry_their_number_for_those_who_do_not_see_them()
    {
        var body = Rendering.Body<HighlightedText>(("Text", Text), ("Spans", new[] { new MarkedSpan(0, 15, 2, 1), new MarkedSpan(36, 8, 1, 3) }));

        var marks = body.QuerySelectorAll("mark");
        Assert.Equal(["m1", "m3"], marks.Select(mark => mark.ClassName));
        Assert.Equal(["Brocklow metersfinding 2", "from £38finding 1"], marks.Select(mark => mark.TextContent));
    }

    [Fact]
    public void A_suppressed_finding_is_marked_as_such_whatever_its_severity() =>
        Assert.Equal("m0", new MarkedSpan(0, 1, 1, 1, Suppressed: true).Css);

    [Fact]
    public void Hostile_words_stay_words()
    {
        const string hostile = "<script>alert('x')</script><img src=x onerror=alert(1)>";
        var body = Rendering.Body<HighlightedText>(("Text", hostile), ("Spans", new[] { new MarkedSpan(3, 20, 1, 2) }));

        foreach (var number in body.QuerySelectorAll("sup"))
            number.Remove();
        Assert.Equal(hostile, body.TextContent);
        Assert.Empty(body.QuerySelectorAll("script, img"));
    }

    [Fact]
    public void Where_findings_overlap_the_severest_colours_the_words_and_both_are_numbered()
    {
        var pieces = MarkedText.Cut("abcdefgh", [new MarkedSpan(0, 6, 1, 3), new MarkedSpan(2, 2, 2, 1)]);

        Assert.Equal(["ab", "cd", "ef", "gh"], pieces.Select(piece => piece.Text));
        Assert.Equal([1, 2, 1, null], pieces.Select(piece => piece.Mark?.Number));
        Assert.Equal([[], [2], [1], []], pieces.Select(piece => piece.Ends));
    }

    [Fact]
    public void A_finding_that_stands_covers_one_that_is_suppressed()
    {
        var pieces = MarkedText.Cut("abcd", [new MarkedSpan(0, 4, 1, 1, Suppressed: true), new MarkedSpan(0, 4, 2, 4)]);

        Assert.Equal(2, Assert.Single(pieces).Mark!.Number);
    }

    [Fact]
    public void The_pieces_are_the_text_wherever_the_spans_point()
    {
        var chance = new Random(7);
        for (var round = 0; round < 2_000; round++)
        {
            var text = Text[..chance.Next(Text.Length + 1)];
            var spans = Enumerable.Range(1, chance.Next(6))
                .Select(number => new MarkedSpan(chance.Next(-5, 60), chance.Next(-5, 60), number, number % 4 + 1))
                .ToList();

            Assert.Equal(text, string.Concat(MarkedText.Cut(text, spans, chance.Next(-5, 60)).Select(piece => piece.Text)));
        }
    }

    [Fact]
    public void The_layer_under_the_text_box_repeats_it_letter_for_letter()
    {
        const string typed = "\nFirst line empty, Brocklow second.\n";
        var body = Rendering.Body<EditableText>(
            ("Label", "Post text"), ("Text", typed), ("Spans", new[] { new MarkedSpan(19, 8, 1, 1) }), ("FindingsId", "findings"));

        var (box, layer) = (body.QuerySelector("textarea")!, body.QuerySelector(".marked-layer")!);
        Assert.Equal(layer.Id, box.GetAttribute("data-marks"));
        Assert.Equal("true", layer.GetAttribute("aria-hidden"));
        Assert.Equal("Post text", box.GetAttribute("aria-label"));
        Assert.Equal("findings", box.GetAttribute("aria-describedby"));
        Assert.Equal("Brocklow", layer.QuerySelector("mark")!.ChildNodes[0].TextContent);
        foreach (var number in layer.QuerySelectorAll("sup"))
            number.Remove();
        Assert.Equal(typed, box.TextContent);
        Assert.Equal(typed + "\n", layer.TextContent);
    }
}

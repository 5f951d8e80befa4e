using Countersign.Publishing.Replies;

namespace Countersign.Tests.Publishing.Replies;

/// <summary>What may stand in a text of the library, and what may go into its gaps.</summary>
public sealed class ReplyContentTests
{
    private static readonly DateOnly today = new(2026, 11, 12);

    private static readonly ReplyVariable name = new("name", VariableKind.Words, 40, [], "Pat");

    private static readonly ReplyVariable link = new("link", VariableKind.Link, 80, ["help.northgate.example"], "https://help.northgate.example/hours");

    private static readonly ReplyVariable number = new("case", VariableKind.Reference, 20, [], "NI-1");

    [Theory]
    [InlineData("Pat")]
    [InlineData("Dr. Pat O’Neill-Byrne")]
    [InlineData("J. Smith & Sons")]
    [InlineData("Nguyễn Thị Ánh")]
    [InlineData("محمد علي")]
    [InlineData("Saturday 14 November")]
    public void A_name_or_a_day_fits_into_words(string value) => Assert.Null(name.WhyNot(ReplyVariable.Clean(value)));

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("Pat Pat Pat Pat Pat Pat", "six words")]
    [InlineData("Patpatpatpatpatpatpatpatpatpatpatpatpatpat", "longer than its bound")]
    [InlineData("Pat\nWe never pay", "a line break")]
    [InlineData("Pat\u2028We", "a line separator")]
    [InlineData("Pat\u202Eeel", "turned about")]
    [InlineData("Pat\u2066eel\u2069", "an isolate")]
    [InlineData("Pat\u200Beel", "no width")]
    [InlineData("Pat\u200Deel", "a joiner")]
    [InlineData("Pat\uFEFFeel", "a byte order mark")]
    [InlineData("Pat\u00ADeel", "a soft hyphen")]
    [InlineData("Pat\u3164eel", "a blank letter")]
    [InlineData("Pat\U000E0041eel", "a tag")]
    [InlineData("Pat\uFE0Feel", "a variation")]
    [InlineData("Pat\uD83D", "half a character")]
    [InlineData("Pa\u0301\u0301\u0301\u0301t", "a pile of marks")]
    [InlineData("evil.example", "an address")]
    [InlineData("https://evil.example", "a whole address")]
    [InlineData("@somebody", "an account")]
    [InlineData("#Sale", "a hashtag")]
    [InlineData("{case}", "a gap")]
    [InlineData("you. Pay us", "a sentence")]
    [InlineData("Pat!", "a cry")]
    [InlineData("🎉", "a picture")]
    [InlineData("- Pat", "a dash first")]
    public void What_could_turn_the_meaning_or_hide_does_not_fit_into_words(string value, string what)
    {
        Assert.NotEmpty(what);
        Assert.Equal("bad-value", name.WhyNot(ReplyVariable.Clean(value))?.Code);
    }

    [Theory]
    [InlineData("https://help.northgate.example/hours?day=saturday#ten")]
    [InlineData("https://help.northgate.example")]
    public void An_address_on_an_agreed_host_fits(string value) => Assert.Null(link.WhyNot(value));

    [Theory]
    [InlineData("http://help.northgate.example/")]
    [InlineData("https://evil.example/help.northgate.example")]
    [InlineData("https://help.northgate.example.evil.example/")]
    [InlineData("https://help.northgate.example@evil.example/")]
    [InlineData("https://evil.example?https://help.northgate.example")]
    [InlineData("https://help.northgate.example:8443/")]
    [InlineData("https://help.northgate.example\\@evil.example/")]
    [InlineData("https://help.northgate.example/go?to=https://evil.example")]
    [InlineData("https://help.northgate.example/%68")]
    [InlineData("https://hеlp.northgate.example/")]
    [InlineData("https://HELP.northgate.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://help.northgate.example/ and more")]
    public void An_address_that_leads_or_could_be_read_elsewhere_does_not(string value) => Assert.Equal("bad-value", link.WhyNot(value)?.Code);

    [Theory]
    [InlineData("NI-2026/118", true)]
    [InlineData("7", true)]
    [InlineData("refused", false)]
    [InlineData("NI 1", false)]
    [InlineData("1--2", false)]
    [InlineData("1//2", false)]
    [InlineData("-1", false)]
    [InlineData("1.example", false)]
    [InlineData("１２", false)]
    public void A_reference_is_a_number_of_something(string value, bool fits) => Assert.Equal(fits, number.WhyNot(value) is null);

    [Fact]
    public void A_value_is_never_read_as_a_gap_and_its_place_in_the_text_is_known()
    {
        var content = Content("{case}: dear {name}, {case}.", name, number);

        var filled = content.Fill(new Dictionary<string, string> { ["name"] = "Zoë", ["case"] = "NI-7" }).Taken!;

        Assert.Equal("NI-7: dear Zoë, NI-7.", filled.Text);
        Assert.Equal(["NI-7", "Zoë", "NI-7"], filled.Values.Select(value => filled.Text[value.Start..value.End]));
    }

    [Theory]
    [InlineData("Dear {name", "braces")]
    [InlineData("Dear }name{", "braces")]
    [InlineData("Dear {Name}", "braces")]
    [InlineData("Dear {{name}}", "braces")]
    [InlineData("Dear {name} {other}", "no-variable")]
    [InlineData("Dear all", "unused")]
    [InlineData("", "empty")]
    [InlineData("Dear {name}\u202E", "hidden")]
    [InlineData("Dear {name}\u200B", "hidden")]
    public void A_text_whose_gaps_are_not_what_its_variables_say_is_not_kept(string text, string code) => Assert.Equal(code, Content(text, name).Tidy().Check(today)?.Code);

    [Theory]
    [InlineData("2026-11-12", null)]
    [InlineData("2027-11-12", null)]
    [InlineData("2027-11-13", "bad-end")]
    [InlineData("2026-11-11", "bad-end")]
    [InlineData("", "no-end")]
    [InlineData("12 November", "no-end")]
    public void It_ends_within_a_year(string day, string? code) => Assert.Equal(code, (Content("Dear {name}", name) with { LastDay = day }).Check(today)?.Code);

    [Fact]
    public void Every_word_and_bound_is_in_the_digest()
    {
        var (id, content) = (Guid.NewGuid(), Content("Dear {name}, {link}", name, link));
        ReplyContent[] others =
        [
            content with { Name = "Other" },
            content with { Text = "Dear {link}, {name}" },
            content with { Language = "cy" },
            content with { Labels = ["question", "complaint"] },
            content with { Sites = [id] },
            content with { Accounts = [id] },
            content with { LastDay = "2027-01-02" },
            content with { Variables = [name with { Most = 41 }, link] },
            content with { Variables = [name with { Example = "Kim" }, link] },
            content with { Variables = [name, link with { Hosts = ["northgate.example"] }] },
            content with { Variables = [name with { Kind = VariableKind.Reference }, link] },
        ];
        List<string> digests = [content.DigestOf(id, 1, "{}"), content.DigestOf(id, 2, "{}"), content.DigestOf(Guid.NewGuid(), 1, "{}"), content.DigestOf(id, 1, "{ }"), content.DigestOf(id, 1, null), .. others.Select(other => other.DigestOf(id, 1, "{}"))];

        Assert.Equal(digests.Count, digests.Distinct().Count());
        Assert.Equal(digests[0], content.DigestOf(id, 1, "{}"));
    }

    [Fact]
    public void A_link_needs_a_host_and_a_variable_an_example_that_fits()
    {
        Assert.Equal("no-host", Content("See {link}", link with { Hosts = [] }).Check(today)?.Code);
        Assert.Equal("no-host", Content("See {link}", link with { Hosts = ["https://northgate.example"] }).Check(today)?.Code);
        Assert.Equal("bad-example", Content("See {link}", link with { Example = "https://evil.example" }).Check(today)?.Code);
        Assert.Equal("bad-bound", Content("Dear {name}", name with { Most = 61 }).Check(today)?.Code);
        Assert.Equal("twice", Content("Dear {name}", name, name).Check(today)?.Code);
    }

    private static ReplyContent Content(string text, params ReplyVariable[] variables) => new("A name", text, variables, "en-GB", ["question"], [], [Guid.Empty], "2027-01-01");
}

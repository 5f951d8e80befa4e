using Countersign.Channels.Text;
using Countersign.Publishing;
using FsCheck;
using FsCheck.Fluent;

namespace Countersign.Tests.Publishing;

/// <summary>Long texts cut into the parts of a thread.</summary>
public sealed class ThreadsTests
{
    /// <summary>Words, links, emoji of several code points, letters with marks, unbreakable spaces, paragraphs.</summary>
    private static readonly Gen<string> texts =
        from pieces in Gen.Elements("We", "open", "on Saturday.", "Why?", "https://northgate.example/a/b?c=d", "👩‍👩‍👧‍👦", "e\u0301clair", "10\u00a0%", "क्षि", "\n\n", "\n", " ", "  ", "“Yes.”", "(at ten)", "開店します。土曜日です。").ListOf()
        select string.Join(' ', pieces);

    private static readonly Gen<int> limits = Gen.Choose(40, 120);

    [Fact]
    public void Nothing_is_lost_but_white_space_at_the_cuts() => Check((text, limit, numbered) =>
    {
        var parts = Threads.Split(text, Within(limit), numbered);
        return parts.Count == 0 || Squeeze(string.Concat(parts.Select((part, at) => Unnumbered(part, at + 1, parts.Count, numbered)))) == Squeeze(text);
    });

    [Fact]
    public void Every_part_is_within_the_limit_with_its_number() => Check((text, limit, numbered) => Threads.Split(text, Within(limit), numbered).All(Within(limit)));

    [Fact]
    public void No_link_and_no_character_is_cut() => Check((text, limit, numbered) =>
    {
        var parts = Threads.Split(text, Within(limit), numbered);
        var own = parts.Select((part, at) => Unnumbered(part, at + 1, parts.Count, numbered)).ToList();
        return parts.Count == 0
            || (own.SelectMany(Links.In).Select(link => link.Target).SequenceEqual(Links.In(text).Select(link => link.Target))
                && own.Sum(part => Graphemes.Count(Squeeze(part))) == Graphemes.Count(Squeeze(text)));
    });

    [Fact]
    public void No_word_is_cut() => Check((text, limit, numbered) =>
    {
        var parts = Threads.Split(text, Within(limit), numbered);
        var whole = Cut(text).ToHashSet();
        return parts.Select((part, at) => Unnumbered(part, at + 1, parts.Count, numbered)).SelectMany(Cut).All(word => whole.Contains(word) || word.Contains('。', StringComparison.Ordinal));
    });

    [Fact]
    public void The_same_text_gives_the_same_parts() => Check((text, limit, numbered) => Threads.Split(text, Within(limit), numbered).SequenceEqual(Threads.Split(text, Within(limit), numbered)));

    [Fact]
    public void A_text_that_fits_is_one_part_without_a_number() => Assert.Equal(["We open on Saturday."], Threads.Split("  We open on Saturday.\n", Within(300), numbered: true));

    [Fact]
    public void Parts_end_at_a_paragraph_else_at_a_sentence_else_at_a_word()
    {
        Assert.Equal(["The doors open at ten on Saturday.", "Come early, it will be full by noon."], Threads.Split("The doors open at ten on Saturday.\n\nCome early, it will be full by noon.", Within(50), numbered: false));
        Assert.Equal(["The doors open at ten on Saturday.", "Come early, it will be full by noon."], Threads.Split("The doors open at ten on Saturday. Come early, it will be full by noon.", Within(50), numbered: false));
        Assert.Equal(["one two three four", "five six seven"], Threads.Split("one two three four five six seven", Within(20), numbered: false));
    }

    [Fact]
    public void Numbers_count_and_are_right_beyond_nine_parts()
    {
        var text = string.Join(' ', Enumerable.Repeat("word", 60));

        var parts = Threads.Split(text, Within(26), numbered: true);

        Assert.True(parts.Count > 9);
        Assert.All(parts.Index(), part => Assert.EndsWith($" {part.Index + 1}/{parts.Count}", part.Item, StringComparison.Ordinal));
        Assert.All(parts, part => Assert.True(part.Length <= 26));
    }

    [Fact]
    public void What_no_part_can_hold_is_not_cut_at_all()
    {
        Assert.Empty(Threads.Split($"See https://northgate.example/{new string('a', 80)} now", Within(40), numbered: false));
        Assert.Empty(Threads.Split(string.Join(' ', Enumerable.Repeat("word", 1_000)), Within(20), numbered: false));
        Assert.Empty(Threads.Split(" \n ", Within(20), numbered: false));
    }

    private static void Check(Func<string, int, bool, bool> holds) => Prop.ForAll(
        Arb.From(from text in texts from limit in limits from numbered in Gen.Elements(true, false) select (text, limit, numbered)),
        one => holds(one.text, one.limit, one.numbered)).QuickCheckThrowOnFailure();

    private static Func<string, bool> Within(int limit) => part => Graphemes.Count(part) <= limit;

    private static string Unnumbered(string part, int number, int of, bool numbered) => numbered && of > 1 ? part[..^$" {number}/{of}".Length] : part;

    private static string Squeeze(string text) => string.Concat(text.Where(letter => !char.IsWhiteSpace(letter) || letter == '\u00a0'));

    private static string[] Cut(string text) => text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
}

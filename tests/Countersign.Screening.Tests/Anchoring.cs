using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Countersign.Screening.Tests;

/// <summary>What the fast way finds against the slow one, which tries every pattern of every rule at every word.</summary>
public class Anchoring
{
    private static readonly string[] Pieces =
    [
        "Guaranteed returns", " in our fund ", "Brocklow are crooks", "e\u0301", "\uD83D", "ＦＲＥＥ", "Frее", "\u200B", "s c a m", ". ", "! ", "\n", " ", "\"", "4242 4242 4242 4242",
        "@wendlebyhomes", "#ad", "[FIRSTNAME]", "sh1t", "f**k", "don't ", "not ", "£1,000", "8.5%", "x", "Dana Orrell ", "lied to customers", "GB82 WEST 1234 5698 7654 32", "nhs 943 476 5919",
        "https://bit.ly/x", "12 Hill Street", "photo.jpg", "#thisisfartoolong", "-----", "M1 1AA", "QK 12 34 56 C", "aaa", "postgres://u:pw@h",
    ];

    private static readonly (string Context, string Text)[] Cases =
        [.. Packs.Release.Rules.SelectMany(rule => rule.Cases).Select(one => (one.Context, Packs.Filled(one.Text)))];

    [Fact]
    public void On_every_case_of_the_packs_the_two_say_the_same() => Assert.All(Cases, one => Same(one.Context, one.Text));

    [Fact]
    public void On_cases_with_pieces_put_in_anywhere_the_two_say_the_same() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1500),
        Prop.ForAll(
            Gen.Elements(Cases).Zip(Gen.Elements(Pieces).Zip(Gen.Choose(0, 300)).ListOf(3)).ToArbitrary(),
            drawn =>
            {
                var text = drawn.Item2.Aggregate(drawn.Item1.Text, (made, piece) => made.Insert(Math.Min(piece.Item2, made.Length), piece.Item1));
                Same(drawn.Item1.Context, text);
            }));

    [Fact]
    public void On_pieces_in_a_row_the_two_say_the_same() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(Gen.Elements([.. Pieces, .. Cases.Select(one => one.Text)]).ArrayOf(4).ToArbitrary(), pieces => Same("", string.Join(' ', pieces))));

    private static void Same(string context, string text)
    {
        var item = CaseItem.From(context, text);
        Assert.Equal(
            JsonSerializer.Serialize(Screener.Screen(item, Packs.Release, exhaustive: true, out _)),
            JsonSerializer.Serialize(Screener.Screen(item, Packs.Release, out _)));
    }
}

using Countersign.Publishing;
using FsCheck;
using FsCheck.Fluent;

namespace Countersign.Tests.Publishing;

/// <summary>What an approval is bound to, and what it is not.</summary>
public sealed class SealTests
{
    private static readonly DateTimeOffset noon = new(2026, 11, 17, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid[] accounts = [Guid.Parse("00000000-0000-7000-8000-000000000001"), Guid.Parse("00000000-0000-7000-8000-000000000002"), Guid.Parse("00000000-0000-7000-8000-000000000003")];

    /// <summary>Small domains, so that equal and unequal contents both come up often.</summary>
    private static readonly Gen<Content> contents =
        from text in Gen.Elements("Open on Saturday", "Open on saturday", "Open on Saturday ", "")
        from pictures in Gen.SubListOf("a", "b")
        from alt in Gen.Elements("", "Two boats", "Two boats.")
        from chosen in Gen.SubListOf(0, 1, 2)
        from slot in Gen.Elements(null, new Slot("2026-11-17T12:00", "Europe/London", noon), new Slot("2026-11-17T12:00", "UTC", noon), new Slot("2026-11-17T12:01", "Europe/London", noon.AddMinutes(1)))
        from release in Gen.Elements("r1", "r2")
        from handle in Gen.Elements("northgate", "northgate.example")
        from fold in Gen.Elements<int?>(null, 10, 11)
        from link in Gen.Elements<string?>(null, "https://a.example/", "https://b.example/")
        select new Content(text, string.Join(',', pictures), pictures.Count == 0 ? "" : alt, string.Join(',', chosen.Order()), slot, release, chosen.Count == 0 ? "" : handle, chosen.Count == 0 ? null : fold, chosen.Count == 0 ? null : link);

    [Fact]
    public void Two_contents_share_a_seal_exactly_when_everything_signed_is_equal() => Prop.ForAll(
        Arb.From(from one in contents from other in Gen.OneOf(contents, Gen.Constant(one)) select (one, other)),
        pair => (Of(pair.one) == Of(pair.other)) == (pair.one == pair.other)).QuickCheckThrowOnFailure();

    [Fact]
    public void Each_thing_that_is_signed_changes_the_seal_by_itself()
    {
        var signed = new Content("Open on Saturday", "a", "Two boats", "0,1", new Slot("2026-11-17T12:00", "Europe/London", noon), "r1", "northgate", 10, "https://a.example/");
        Content[] others =
        [
            signed with { Text = "Open on Saturday!" },
            signed with { Pictures = "b" },
            signed with { Alt = "Two boats on a lake" },
            signed with { Accounts = "0,2" },
            signed with { Accounts = "0" },
            signed with { Slot = null },
            signed with { Slot = signed.Slot! with { Instant = noon.AddHours(1) } },
            signed with { Release = "r2" },
            signed with { Handle = "southgate" },
            signed with { Fold = 11 },
            signed with { Link = "https://b.example/" },
        ];

        Assert.Equal(others.Length + 1, others.Append(signed).Select(Of).Distinct().Count());
    }

    [Fact]
    public void The_order_of_accounts_and_what_only_pages_show_change_nothing()
    {
        var signed = new Content("Open on Saturday", "a", "Two boats", "0,1,2", null, "r1", "northgate", null, null);
        var shown = Renderings(signed);
        IReadOnlyList<AccountRendering> shuffled = [.. Enumerable.Reverse(shown).Select(rendering => rendering with { Title = "Renamed", NetworkTitle = "Newsroom of ours", Counts = [new("characters", 1, 2)], Objections = ["Too short"] })];

        Assert.Equal(Of(signed), Seal.Of(new Composition(signed.Text, Pictures(signed), PostShape.Plain), signed.Slot, shuffled, signed.Release));
    }

    [Fact]
    public void The_order_of_pictures_is_signed() =>
        Assert.NotEqual(Of(new Content("", "a,b", "", "0", null, "r1", "northgate", null, null)), Of(new Content("", "b,a", "", "0", null, "r1", "northgate", null, null)));

    private static string Of(Content content) => Seal.Of(new Composition(content.Text, Pictures(content), PostShape.Plain), content.Slot, Renderings(content), content.Release);

    private static List<DraftPicture> Pictures(Content content) =>
        [.. content.Pictures.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(letter => new DraftPicture(new string(letter[0], 64), "image/png", 10, 10, content.Alt))];

    private static List<AccountRendering> Renderings(Content content) =>
        [.. content.Accounts.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(at => new AccountRendering(
            accounts[at[0] - '0'], "newsroom", "Newsroom", content.Handle, "Northgate", content.Text, content.Fold, content.Link is null ? [] : [new(0, 4, content.Link)], [], []))];

    private sealed record Content(string Text, string Pictures, string Alt, string Accounts, Slot? Slot, string Release, string Handle, int? Fold, string? Link);
}

using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Screening;
using Countersign.Storage;
using Countersign.Tests.Shared;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Publishing;

/// <summary>What screening is told besides the words, and what it therefore cannot judge.</summary>
public sealed class ScreeningFactsTests
{
    /// <summary>As the documents name them; every other shipped rule about posts can fire.</summary>
    private static readonly string[] notJudged =
    [
        "ADV-02", "ADV-03", "CHN-01", "CHN-05", "CHN-07", "CHN-08", "CHN-10", "CHN-12", "CNF-02", "CRI-13", "ELE-01", "ELE-02", "ELE-03", "ELE-04", "EMP-06",
        "FP-14", "FP-16", "FP-18", "MAR-03", "MAR-05",
    ];

    [Fact]
    public void Every_shipped_rule_about_posts_can_fire_here_or_is_named_as_not_judged()
    {
        var named = DraftScreening.NotJudged(PolicyRelease.Load(Path.Combine(Run.Root, "packs")));
        var sentence = $"{string.Join(", ", notJudged[..^1])} and {notJudged[^1]}";

        Assert.Equal(notJudged, named);
        Assert.Contains(sentence, File.ReadAllText(Path.Combine(Run.Root, "docs", "concepts.md")), StringComparison.Ordinal);
        Assert.Contains(sentence, File.ReadAllText(Path.Combine(Run.Root, "packs", "README.md")), StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_text_too_long_for_one_of_its_accounts_is_found_once_whichever_way_round(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (newsroom, sandbox) = (await here.AccountAsync("newsroom"), await here.AccountAsync("sandbox"));
        var text = string.Concat(Enumerable.Repeat("We open on Saturday. ", 40));

        Assert.Single(await RulesAsync(here, text, [], newsroom, sandbox), "CHN-06");
        Assert.Single(await RulesAsync(here, text, [], sandbox, newsroom), "CHN-06");
        Assert.DoesNotContain("CHN-06", await RulesAsync(here, text, [], newsroom));
        Assert.DoesNotContain("CHN-06", await RulesAsync(here, text, []));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_picture_that_tells_where_it_was_taken_is_found(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var hannah = await here.WhoAsync("Hannah");
        var (newsroom, sandbox) = (await here.AccountAsync("newsroom"), await here.AccountAsync("sandbox"));
        var located = Taken(await here.UseAsync<AddPicture, Decision<Media>>(add => add.RunAsync(SomePicture.TakenAtAPlace(), hannah, default)));
        var plain = Taken(await here.UseAsync<AddPicture, Decision<Media>>(add => add.RunAsync(SomePicture.Png(), hannah, default)));

        Assert.Single(await RulesAsync(here, "Morning run", [located], newsroom, sandbox), "PII-11");
        Assert.DoesNotContain("PII-11", await RulesAsync(here, "Morning run", [plain], newsroom, sandbox));
    }

    private static async Task<IReadOnlyList<string>> RulesAsync(AnInstallation here, string text, IReadOnlyList<Media> pictures, params IReadOnlyList<Account> accounts)
    {
        IReadOnlyList<DraftPicture> shown = [.. pictures.Select(picture => new DraftPicture(picture.Sha256, picture.ContentType, picture.Width, picture.Height, "A path in a wood."))];
        var (assessment, _) = await here.UseAsync<DraftScreening, (Assessment, int)>(screening => screening.ScreenAsync(new Composition(text, shown, PostShape.Plain), accounts, default));
        return [.. assessment.Findings.Select(finding => finding.Rule)];
    }
}

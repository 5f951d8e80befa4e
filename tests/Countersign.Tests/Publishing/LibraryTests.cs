using System.Globalization;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Screening;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Publishing;

/// <summary>What is on record about a picture, and what it keeps from going out.</summary>
public sealed class LibraryTests
{
    public static TheoryData<DatabaseKind, string> Ends()
    {
        var ends = new TheoryData<DatabaseKind, string>();
        foreach (var kind in (DatabaseKind[])[DatabaseKind.Sqlite, DatabaseKind.Postgres])
        {
            foreach (var code in (string[])["licence-ended", "consent-ended", "consent-missing", "consent-withdrawn", "picture-retired"])
                ends.Add(kind, code);
        }

        return ends;
    }

    [Theory, MemberData(nameof(Ends))]
    public async Task A_picture_that_may_not_be_shown_keeps_its_draft_from_being_sent(DatabaseKind kind, string code)
    {
        await using var here = await NorthgateAsync(kind);
        var (hannah, picture) = (await here.WhoAsync("Hannah"), await KeptAsync(here));
        await SpoilAsync(here, picture, code, DayOf(here, -1));
        var id = await ADraftAsync(here, picture.Sha256, null);

        Refused(code, await here.SendAsync(id, 1, hannah));
        Assert.Equal(DraftStage.Draft, (await here.DraftAsync(id)).Stage);
    }

    [Theory, MemberData(nameof(Ends))]
    public async Task A_picture_whose_right_ends_after_the_signatures_holds_the_post_at_the_door(DatabaseKind kind, string code)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, RecordingNetwork.Instead(network));
        var picture = await KeptAsync(here);
        var post = await here.AnApprovedPostAsync(slot: Tomorrow(here), pictures: [(picture.Sha256, "One pixel.")]);
        await SpoilAsync(here, picture, code, DayOf(here, 0));
        here.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1));
        await here.DeliverAsync();

        Assert.Equal((PublicationState.Held, code), ((await here.PublicationAsync(post.Id)).State, (await here.DraftAsync(post.DraftId)).HeldBecause));
        Assert.Empty(network.HandOvers);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_picture_of_a_link_preview_needs_its_rights_as_any_other_when_it_is_sent_and_at_the_door(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, RecordingNetwork.Instead(network));
        var (hannah, picture, account) = (await here.WhoAsync("Hannah"), await KeptAsync(here), await here.AccountAsync("newsroom"));
        var card = PostShape.Plain with { Preview = new LinkCard("https://northgate.example/open", "Opening", "When we open.", new DraftPicture(picture.Sha256, "", 0, 0, "A door.")) };
        var (held, unsent) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        Taken(await here.ComposeAsync(held, hannah, "We open", [account.Id], slot: Tomorrow(here), shape: card));
        Taken(await here.ComposeAsync(unsent, hannah, "We open again", [account.Id], shape: card));
        Taken(await here.ApproveAsync(held, Taken(await here.SendAsync(held, 1, hannah)).Seal, await here.WhoAsync("Bea")));

        await SpoilAsync(here, picture, "licence-ended", DayOf(here, -1));
        Refused("licence-ended", await here.SendAsync(unsent, 1, hannah));
        here.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1));
        await here.DeliverAsync();

        Assert.Equal("licence-ended", (await here.DraftAsync(held)).HeldBecause);
        Assert.Empty(network.HandOvers);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_plan_says_beforehand_which_posts_a_picture_would_hold_and_says_it_no_more_of_what_has_gone(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, RecordingNetwork.Instead(new RecordingNetwork()));
        var (hannah, picture) = (await here.WhoAsync("Hannah"), await KeptAsync(here));
        await DescribeAsync(here, picture, record => record with { LicenceUntil = DayOf(here, 1) });
        var (waiting, tooLate) = (await ADraftAsync(here, picture.Sha256, Tomorrow(here)), await ADraftAsync(here, picture.Sha256, Tomorrow(here) with { Date = DayOf(here, 3) }));
        var gone = await here.AnApprovedPostAsync("It has gone", slot: Tomorrow(here), pictures: [(picture.Sha256, "One pixel.")]);
        async Task<IReadOnlyList<(Guid, string)>> SaidAsync() =>
            [.. (await here.UseAsync<PlanReader, IReadOnlyList<PlannedDelivery>>(plan => plan.BetweenAsync(here.Clock.GetUtcNow().AddDays(-30), here.Clock.GetUtcNow().AddDays(30), hannah, default)))
                .SelectMany(post => post.Against.Select(against => (post.DraftId, against.Code)))];

        Assert.Equal([(tooLate, "licence-ended")], await SaidAsync());
        here.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1));
        await here.DeliverAsync();
        Assert.Equal(PublicationState.Accepted, (await here.PublicationAsync(gone.Id)).State);
        await DescribeAsync(here, picture, record => record with { LicenceUntil = DayOf(here, -2) });
        Assert.Equal([(waiting, "licence-ended"), (tooLate, "licence-ended")], (await SaidAsync()).OrderBy(said => said.Item1));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_licence_holds_to_the_end_of_its_last_day_where_the_organisation_is(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (hannah, picture) = (await here.WhoAsync("Hannah"), await KeptAsync(here));
        await DescribeAsync(here, picture, record => record with { LicenceUntil = Tomorrow(here).Date });

        var (last, next) = (await ADraftAsync(here, picture.Sha256, Tomorrow(here) with { Time = "23:30" }), await ADraftAsync(here, picture.Sha256, (DayOf(here, 2), "00:10", "Europe/London")));

        Taken(await here.SendAsync(last, 1, hannah));
        Refused("licence-ended", await here.SendAsync(next, 1, hannah));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_end_soon_after_a_post_goes_out_is_said_and_so_is_a_picture_nobody_knows_anything_of(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var picture = await KeptAsync(here);
        var stray = Taken(await here.UseAsync<AddPicture, Decision<Media>>(add => add.RunAsync(SomePicture.TakenAtAPlace(), here.WhoAsync("Hannah").Result, default)));
        await DescribeAsync(here, picture, record => record with { LicenceUntil = DayOf(here, PictureRights.SoonDays) });
        Task<IReadOnlyList<PictureWarning>> WarnAsync(string sha256) => here.UseAsync<PictureRights, IReadOnlyList<PictureWarning>>(rights => rights.WarningsAsync([new DraftPicture(sha256, "image/png", 1, 1, "")], here.Clock.GetUtcNow(), default));

        Assert.Contains("may be shown until", Assert.Single(await WarnAsync(picture.Sha256)).Sentence, StringComparison.Ordinal);
        Assert.Contains("Nothing is recorded", Assert.Single(await WarnAsync(stray.Sha256)).Sentence, StringComparison.Ordinal);
        await DescribeAsync(here, picture, record => record with { LicenceUntil = DayOf(here, PictureRights.SoonDays + 1) });
        Assert.Empty(await WarnAsync(picture.Sha256));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Rules_are_told_what_the_library_knows(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var picture = await KeptAsync(here);
        async Task<IReadOnlyList<string>> RulesAsync(PictureRecord record)
        {
            await DescribeAsync(here, picture, _ => record);
            var (assessment, _) = await here.UseAsync<DraftScreening, (Assessment, int)>(screening => screening.ScreenAsync(new Composition("Our garden this morning", [new DraftPicture(picture.Sha256, "image/png", 1, 1, "A garden")], PostShape.Plain), [], default));
            return [.. assessment.Findings.Select(finding => finding.Rule).Intersect(["BRD-02", "BRD-07", "PII-09"])];
        }

        var own = ARecord();
        Assert.Empty(await RulesAsync(own));
        Assert.Equal(["BRD-02"], await RulesAsync(own with { Source = PictureSource.Found }));
        Assert.Equal(["BRD-02"], await RulesAsync(own with { Source = PictureSource.NotKnown }));
        Assert.Equal(["BRD-02"], await RulesAsync(own with { Source = PictureSource.Stock, Details = own.Details with { Document = "" } }));
        Assert.Empty(await RulesAsync(own with { Source = PictureSource.Stock }));
        Assert.Equal(["PII-09"], await RulesAsync(own with { People = PeopleShown.ConsentNeeded }));
        Assert.Equal(["BRD-07", "PII-09"], (await RulesAsync(own with { People = PeopleShown.ConsentNeeded, Generated = true })).Order(StringComparer.Ordinal));
        Assert.Empty(await RulesAsync(own with { People = PeopleShown.ConsentGiven, Children = true }));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_consent_for_a_picture_clears_no_words_about_a_persons_health(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var picture = await KeptAsync(here);
        await DescribeAsync(here, picture, record => record with { People = PeopleShown.ConsentGiven });

        var (assessment, _) = await here.UseAsync<DraftScreening, (Assessment, int)>(screening => screening.ScreenAsync(new Composition("Get well soon Priya, hope the chemo goes OK", [new DraftPicture(picture.Sha256, "image/png", 1, 1, "Flowers")], PostShape.Plain), [], default));

        Assert.Contains(assessment.Findings, finding => finding.Rule == "PII-08");
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_library_is_kept_by_those_who_write_and_sign_and_each_change_is_an_entry_without_its_words(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (picture, ned) = (await KeptAsync(here), await here.WhoAsync("Ned"));

        Refused("not-entitled", await here.UseAsync<DescribePicture, Decision<PictureDescribed>>(describe => describe.RunAsync(picture.Id, ARecord(), picture.Revision, ned, default)));
        Refused("not-entitled", await here.UseAsync<RetirePicture, Decision<PictureRetired>>(retire => retire.RunAsync(picture.Id, ned, default)));
        Refused("version-changed", await here.UseAsync<DescribePicture, Decision<PictureDescribed>>(describe => describe.RunAsync(picture.Id, ARecord(), picture.Revision + 7, here.WhoAsync("Hannah").Result, default)));
        Refused("bad-licence-date", await here.UseAsync<DescribePicture, Decision<PictureDescribed>>(describe => describe.RunAsync(picture.Id, ARecord() with { LicenceUntil = "31/12/2027" }, picture.Revision, here.WhoAsync("Hannah").Result, default)));
        var leaves = await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().Select(entry => entry.Leaf).ToListAsync());
        Assert.DoesNotContain(leaves, leaf => System.Text.Encoding.UTF8.GetString(leaf).Contains("Zaubernuss", StringComparison.Ordinal));
        Assert.Contains(leaves, leaf => System.Text.Encoding.UTF8.GetString(leaf).Contains("picture.added", StringComparison.Ordinal));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Folders_words_and_states_find_pictures_and_where_they_are_used(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (hannah, picture) = (await here.WhoAsync("Hannah"), await KeptAsync(here));
        await DescribeAsync(here, picture, record => record with { LicenceUntil = DayOf(here, 5) });
        var id = await ADraftAsync(here, picture.Sha256, null);
        Task<LibraryPage> ListAsync(string? folder = null, string? words = null, LibraryShow show = LibraryShow.All) => here.UseAsync<LibraryReader, LibraryPage>(reader => reader.ListAsync(new LibraryQuestion(folder, words, show), "Europe/London", default));

        Assert.Equal(["Gardens", "Gardens/Leeds"], (await ListAsync()).Folders.Select(folder => folder.Folder));
        Assert.Single((await ListAsync(folder: "Gardens")).Pictures);
        Assert.Empty((await ListAsync(folder: "Leeds")).Pictures);
        Assert.Single((await ListAsync(words: "zauber garden")).Pictures);
        Assert.Empty((await ListAsync(words: "tulip")).Pictures);
        Assert.Single((await ListAsync(show: LibraryShow.Ending)).Pictures);
        var use = Assert.Single(await here.UseAsync<LibraryReader, IReadOnlyList<PictureUse>>(reader => reader.UsesAsync(picture.Sha256, hannah, default)));
        Assert.Equal((id, "With a picture"), (use.Draft, use.Title));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_picture_without_words_is_sent_only_with_a_reason_which_the_seal_and_the_approver_hold(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (hannah, picture, sandbox) = (await here.WhoAsync("Hannah"), await KeptAsync(here), await here.AccountAsync("newsroom"));
        var id = Guid.CreateVersion7();
        Taken(await here.ComposeAsync(id, hannah, "With a picture", [sandbox.Id], pictures: [(picture.Sha256, "")]));
        Refused("network-refuses", await here.SendAsync(id, 1, hannah));

        async Task<string> SendWithoutAsync(int seen, string reason)
        {
            var form = new DraftForm(seen, "With a picture", [(picture.Sha256, "")], [sandbox.Id], null, null, null) { NoAlt = new Dictionary<string, string> { [picture.Sha256] = reason } };
            Taken(await here.UseAsync<ComposeDraft, Decision<DraftComposed>>(compose => compose.RunAsync(id, form, hannah, default)));
            return Taken(await here.SendAsync(id, seen + 1, hannah)).Seal;
        }

        var first = await SendWithoutAsync(1, "A plain pattern.");
        var second = await SendWithoutAsync(2, "Another reason.");

        Assert.NotEqual(first, second);
        Taken(await here.ApproveAsync(id, second, await here.WhoAsync("Bea")));
        await here.DeliverAsync();
        Assert.Equal(PublicationState.Accepted, Assert.Single(await here.ReadAsync(db => db.Publications.AsNoTracking().Where(post => post.DraftId == id).ToListAsync())).State);
        var draft = await here.DraftAsync(id);
        Assert.Equal("Another reason.", Assert.Single(draft.Pictures).NoAlt);
        Assert.DoesNotContain("CHN-03", AssessmentFacts.Read(draft.Assessment)!.Findings.Select(finding => finding.Rule));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_clean_copy_says_nothing_of_the_place_and_keeps_what_is_on_record(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var hannah = await here.WhoAsync("Hannah");
        var located = Taken(await here.UseAsync<AddPicture, Decision<Media>>(add => add.RunAsync(SomePicture.TakenAtAPlace(), hannah, default)));
        Taken(await here.UseAsync<KeepPicture, Decision<LibraryPicture>>(keep => keep.RunAsync(located.Sha256, ARecord(), hannah, default)));

        var copy = Taken(await here.UseAsync<CleanPicture, Decision<Media>>(clean => clean.RunAsync(located.Sha256, hannah, default)));

        Assert.True(located.TellsPlace);
        Assert.False(copy.TellsPlace);
        Assert.Equal((located.Width, located.Height), (copy.Width, copy.Height));
        Assert.Equal(PictureSource.Own, (await here.ReadAsync(db => db.LibraryPictures.SingleAsync(row => row.Sha256 == copy.Sha256))).Source);
    }

    internal static PictureRecord ARecord() => new(new PictureDetails("The Zaubernuss in the garden", "Gardens/Leeds", "A witch hazel in flower", "Northgate", "Our own people", "REC-7", "CN-8"), PictureSource.Own, null, PeopleShown.None, null, Children: false, Generated: false);

    internal static async Task<LibraryPicture> KeptAsync(AnInstallation here)
    {
        var hannah = await here.WhoAsync("Hannah");
        var media = Taken(await here.UseAsync<AddPicture, Decision<Media>>(add => add.RunAsync(SomePicture.Png(), hannah, default)));
        return Taken(await here.UseAsync<KeepPicture, Decision<LibraryPicture>>(keep => keep.RunAsync(media.Sha256, ARecord(), hannah, default)));
    }

    private static async Task DescribeAsync(AnInstallation here, LibraryPicture picture, Func<PictureRecord, PictureRecord> change)
    {
        var bea = await here.WhoAsync("Bea");
        var now = await here.ReadAsync(db => db.LibraryPictures.AsNoTracking().SingleAsync(row => row.Id == picture.Id));
        Taken(await here.UseAsync<DescribePicture, Decision<PictureDescribed>>(describe => describe.RunAsync(picture.Id, change(now.Record), now.Revision, bea, default)));
    }

    /// <summary>Makes the record say what leads to a code.</summary>
    private static async Task SpoilAsync(AnInstallation here, LibraryPicture picture, string code, string ended)
    {
        var bea = await here.WhoAsync("Bea");
        if (code == "picture-retired")
        {
            Taken(await here.UseAsync<RetirePicture, Decision<PictureRetired>>(retire => retire.RunAsync(picture.Id, bea, default)));
            return;
        }

        await DescribeAsync(here, picture, record => code switch
        {
            "licence-ended" => record with { LicenceUntil = ended },
            "consent-ended" => record with { People = PeopleShown.ConsentGiven, ConsentUntil = ended },
            "consent-missing" => record with { People = PeopleShown.ConsentNeeded },
            _ => record with { People = PeopleShown.ConsentWithdrawn },
        });
    }

    private static async Task<Guid> ADraftAsync(AnInstallation here, string sha256, (string Date, string Time, string Zone)? slot)
    {
        var id = Guid.CreateVersion7();
        Taken(await here.ComposeAsync(id, await here.WhoAsync("Hannah"), "With a picture", [(await here.AccountAsync("newsroom")).Id], slot: slot, pictures: [(sha256, "One pixel.")]));
        return id;
    }

    private static string DayOf(AnInstallation here, int days) => here.Clock.GetUtcNow().AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static (string Date, string Time, string Zone) Tomorrow(AnInstallation here) => (DayOf(here, 1), here.Clock.GetUtcNow().ToString("HH:mm", CultureInfo.InvariantCulture), "Europe/London");
}

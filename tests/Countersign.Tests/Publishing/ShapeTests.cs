using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Screening;
using Countersign.Storage;
using Countersign.Tests.Shared;
using static Countersign.Tests.Shared.AnInstallation;
using static Countersign.Tests.Shared.RecordingNetwork;

namespace Countersign.Tests.Publishing;

/// <summary>What a draft can be besides one text for everybody, and that every bit of it is agreed.</summary>
public sealed class ShapeTests
{
    private static readonly Guid account = Guid.Parse("00000000-0000-7000-8000-000000000001");
    private static readonly PostTarget target = new("newsroom", "urn:1", "https://northgate.example/1", "v1", "pat", "When do you open?", new DateTimeOffset(2026, 11, 17, 12, 0, 0, TimeSpan.Zero));

    private static readonly PostShape full = new()
    {
        Kind = PostKind.Reply,
        Target = target,
        Variants = [new AccountWords(account, [new Words("One"), new Words("Two")])],
        FirstComment = new Words("Come early."),
        ContentWarning = new Words("Opening hours"),
        Audience = Audience.Unlisted,
        Preview = new LinkCard("https://northgate.example/", "Opening", "When we open.", new DraftPicture(new string('a', 64), "image/png", 1, 1, "A door")),
        AllOrNone = true,
    };

    [Fact]
    public void Each_thing_that_a_shape_says_changes_the_seal_by_itself()
    {
        var card = full.Preview!;
        PostShape[] others =
        [
            PostShape.Plain,
            full with { Kind = PostKind.Quote },
            full with { Target = target with { Id = "urn:2" } },
            full with { Target = target with { Version = "v2" } },
            full with { Target = target with { Author = "sam" } },
            full with { Target = target with { Text = "When do you close?" } },
            full with { Target = target with { Address = null } },
            full with { Target = target with { At = null } },
            full with { Variants = [new AccountWords(account, [new Words("One"), new Words("Three")])] },
            full with { Variants = [new AccountWords(account, [new Words("One")])] },
            full with { FirstComment = new Words("Come late.") },
            full with { FirstComment = null },
            full with { ContentWarning = new Words("Hours") },
            full with { Audience = Audience.Followers },
            full with { Preview = card with { Address = "https://northgate.example/b" } },
            full with { Preview = card with { Title = "Closing" } },
            full with { Preview = card with { Description = "When we close." } },
            full with { Preview = card with { Picture = null } },
            full with { Preview = card with { Picture = card.Picture! with { Alt = "A gate" } } },
            full with { AllOrNone = false },
        ];

        Assert.Equal(others.Length + 1, others.Append(full).Select(SealOf).Distinct().Count());
        Assert.Equal(SealOf(full), SealOf(full.Close().Shape));
    }

    [Fact]
    public void Every_word_is_committed_to_and_none_is_left_after_erasing()
    {
        var (shape, words) = full.Close();

        Assert.Equal(words.Count, words.Select(item => item.Name).Distinct().Count());
        Assert.Equal(["target", "words1.1", "words1.2", "comment", "warning", "preview"], words.Select(item => item.Name));
        var draft = new Draft { Id = account, AuthorId = account, CreatedAt = default, LastEditorId = account, EditedAt = default, Shape = shape };
        draft.Erase();
        var left = System.Text.Json.JsonSerializer.Serialize(draft.Shape, JsonColumn.Options);
        Assert.All((string[])["When do you open", "pat", "urn:1", "One", "Two", "Come early", "Opening", "northgate.example", "A door"], word => Assert.DoesNotContain(word, left, StringComparison.Ordinal));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_makes_no_sense_is_refused_with_a_sentence(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, Instead(new RecordingNetwork()));
        var (hannah, newsroom) = (await here.WhoAsync("Hannah"), await here.AccountAsync("newsroom"));
        Task<Decision<DraftComposed>> SaveAsync(PostShape shape, string text = "Words") => here.ComposeAsync(Guid.CreateVersion7(), hannah, text, [newsroom.Id], shape: shape);

        Refused("no-target", await SaveAsync(new PostShape { Kind = PostKind.Reply }));
        Refused("not-a-reply", await SaveAsync(new PostShape { Target = target }));
        Refused("repost-words", await SaveAsync(new PostShape { Kind = PostKind.Repost, Target = target }));
        Refused("repost-words", await SaveAsync(new PostShape { Kind = PostKind.Repost, Target = target, FirstComment = new Words("Look") }, ""));
        Refused("words-without-account", await SaveAsync(new PostShape { Variants = [new AccountWords(account, [new Words("One")])] }));
        Refused("empty-part", await SaveAsync(new PostShape { Variants = [new AccountWords(newsroom.Id, [new Words("One"), new Words(" ")])] }));
        Refused("bad-card", await SaveAsync(new PostShape { Preview = new LinkCard("javascript:alert(1)", "Title", "", null) }));
        Refused("bad-text", await SaveAsync(new PostShape { FirstComment = new Words("\ud83d") }));
        Taken(await SaveAsync(new PostShape { Kind = PostKind.Repost, Target = target }, ""));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_words_of_parts_comments_and_of_the_other_post_are_screened(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, Instead(new RecordingNetwork()));
        var newsroom = await here.AccountAsync("newsroom");
        const string Bad = "Our new fund guarantees a return of 8% a year. No risk at all!";
        async Task<Finding?> FoundAsync(PostShape shape) =>
            (await here.UseAsync<DraftScreening, (Assessment Assessment, int)>(screening => screening.ScreenAsync(new Composition("We open on Saturday.", [], shape), [newsroom], default))).Assessment.Findings.FirstOrDefault(finding => finding.End > finding.Start);

        Assert.Null(await FoundAsync(PostShape.Plain));
        Assert.Equal((SegmentKind.Own, 2), Where(await FoundAsync(new PostShape { Variants = [new AccountWords(newsroom.Id, [new Words("We open."), new Words(Bad)])] })));
        Assert.Equal((SegmentKind.Own, 1), Where(await FoundAsync(new PostShape { FirstComment = new Words(Bad) })));
        Assert.Equal((SegmentKind.Own, 2), Where(await FoundAsync(new PostShape { Preview = new LinkCard("https://northgate.example/", "Fund", Bad, null) })));
        Assert.Equal(SegmentKind.Quoted, (await FoundAsync(new PostShape { Kind = PostKind.Quote, Target = target with { Text = "Quillmere is going under, they can't pay staff this month" } }))?.Segment);

        static (SegmentKind, int) Where(Finding? finding) => (finding!.Segment, finding.SegmentIndex);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_repost_and_a_quote_take_the_same_road_and_only_on_their_network(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, Instead(network));
        var (hannah, newsroom, sandbox) = (await here.WhoAsync("Hannah"), await here.AccountAsync("newsroom"), await here.AccountAsync("sandbox"));

        var again = Assert.Single(await here.ApprovedAsync(new PostShape { Kind = PostKind.Repost, Target = target }, "", newsroom.Id));
        await here.DeliverAsync();
        here.Clock.Advance(TimeSpan.FromSeconds(10));
        await here.DeliverAsync();

        Assert.Equal(new RemoteRef("urn:1", "https://northgate.example/1", "v1"), Assert.Single(network.HandOvers).ShownAgain);
        Assert.Equal(PublicationState.Confirmed, (await here.PublicationAsync(again.Id)).State);
        Assert.Equal("Repost: When do you open?", (await here.DraftAsync(again.DraftId)).Title);
        var elsewhere = Guid.CreateVersion7();
        Taken(await here.ComposeAsync(elsewhere, hannah, "See this", [sandbox.Id], shape: new PostShape { Kind = PostKind.Quote, Target = target }));
        Refused("network-refuses", await here.SendAsync(elsewhere, 1, hannah));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_door_hands_over_exactly_what_was_agreed_or_nothing(DatabaseKind kind)
    {
        foreach (var (was, becomes) in ((string, string)[])[("Two", "Three"), ("Come early.", "Come late."), ("Opening hours", "Closing hours"), ("Unlisted", "Everybody"), ("urn:1", "urn:2")])
        {
            var network = new RecordingNetwork();
            await using var here = await NorthgateAsync(kind, Instead(network));
            var newsroom = await here.AccountAsync("newsroom");
            var shape = full with { Preview = null, AllOrNone = false, Variants = [new AccountWords(newsroom.Id, full.Variants[0].Parts)] };
            var parts = await here.ApprovedAsync(shape, "Common words", newsroom.Id);
            await here.SqlAsync($"update draft_version set shape = replace(shape, '{was}', '{becomes}')");

            await here.DeliverAsync();

            Assert.DoesNotContain(network.HandOvers, over => over.Text is "Three" or "Come late." || over.Content is { ContentWarning: "Closing hours" } or { Visibility: Visibility.Everybody } or { ReplyTo.Id: "urn:2" });
            Assert.Contains(await here.ChainAsync(parts[0].DraftId), part => part.State == PublicationState.Held);
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task All_or_none_holds_every_account_for_one_and_otherwise_each_waits_for_itself(DatabaseKind kind)
    {
        foreach (var all in (bool[])[true, false])
        {
            var (newsroom, sandbox) = (new RecordingNetwork(), new RecordingNetwork("sandbox"));
            await using var here = await NorthgateAsync(kind, Instead(newsroom, sandbox));
            var (shut, other) = (await here.AccountAsync("newsroom"), await here.AccountAsync("sandbox"));
            await here.ApprovedAsync(new PostShape { AllOrNone = all, FirstComment = new Words("Come early.") }, "We open on Saturday at ten.", shut.Id, other.Id);
            Taken(await here.UseAsync<DisconnectAccount, Decision<AccountDisconnected>>(async disconnect => await disconnect.RunAsync(shut.Id, await here.WhoAsync("Ada"), default)));

            await here.DeliverAsync();

            Assert.Empty(newsroom.HandOvers);
            Assert.Equal(all ? 0 : 2, sandbox.HandOvers.Count);
        }
    }

    [Theory, ClassData(typeof(BothDatabases)), Trait("case", "PUB-14")]
    public async Task The_same_words_or_the_same_time_on_one_account_are_said_to_whoever_signs(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, Instead(new RecordingNetwork()));
        var slot = (here.Clock.GetUtcNow().AddDays(2).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), "09:00", "Europe/London");
        await here.AnApprovedPostAsync("We open on Saturday at ten.", slot);
        var (same, _) = await here.AWaitingDraftAsync("We open on Saturday at ten.");
        var (clash, _) = await here.AWaitingDraftAsync("Doors close at six.", slot);
        var (other, _) = await here.AWaitingDraftAsync("Doors close at six.");
        async Task<IReadOnlyList<string>> SaidAsync(Guid id) =>
            (await here.UseAsync<ReviewDraft, Review?>(async review => await review.RunAsync(id, await here.WhoAsync("Bea"), default)))!.Context.Renderings.Single().Warnings;

        Assert.EndsWith("has another post with the same words within 7 days.", Assert.Single(await SaidAsync(same)), StringComparison.Ordinal);
        Assert.EndsWith("has another post at the same time.", Assert.Single(await SaidAsync(clash)), StringComparison.Ordinal);
        Assert.Empty(await SaidAsync(other));
    }

    private static string SealOf(PostShape shape)
    {
        var body = new Composition("Common words", [], shape);
        var parts = body.For(account);
        return Seal.Of(body, null, [new AccountRendering(account, "newsroom", "Newsroom", "northgate", "Northgate", parts[0].Text, null, [], [], [])
        {
            Following = [.. parts.Skip(1).Select(part => new PartRendering(part.Place, part.Number, part.Of, part.Text, null, [], [], part.TextNumber))],
        }], "r1");
    }
}

using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Publishing;

public sealed class PreviewAndPlanTests
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_preview_says_what_sending_would_ask_for_and_keeps_nothing(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var hannah = await here.WhoAsync("Hannah");
        var newsroom = await here.AccountAsync("newsroom");
        const string Words = "We open on Saturday at ten.";

        var preview = await here.UseAsync<PreviewDraft, DraftPreview>(slice => slice.RunAsync(Guid.CreateVersion7(), Words, [], PostShape.Plain, [newsroom.Id], hannah, default));
        var (id, _) = await here.AWaitingDraftAsync(Words);
        var sent = await here.DraftAsync(id);

        Assert.Equal(sent.Requirements, preview.Needs.Select(need => new Requirement(need.Role, need.Count)));
        Assert.Equal(["Bea Brand"], preview.Needs.Single().Who);
        Assert.Equal(Words, preview.Renderings.Single().Text);
        Assert.Equal(1, await here.ReadAsync(db => db.Drafts.CountAsync()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Nobody_is_offered_to_sign_their_own_words(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var bea = await here.WhoAsync("Bea");
        var newsroom = await here.AccountAsync("newsroom");

        var preview = await here.UseAsync<PreviewDraft, DraftPreview>(slice => slice.RunAsync(Guid.CreateVersion7(), "We open on Saturday at ten.", [], PostShape.Plain, [newsroom.Id], bea, default));

        Assert.Empty(preview.Needs.Single().Who);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_plan_holds_each_post_once_from_draft_to_published(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var hannah = await here.WhoAsync("Hannah");
        var newsroom = await here.AccountAsync("newsroom");
        var sandbox = await here.AccountAsync("sandbox");
        var day = DateOnly.FromDateTime(here.Clock.GetUtcNow().UtcDateTime).AddDays(2);
        var slot = ($"{day:yyyy-MM-dd}", "00:30", "Europe/London");
        var (from, until) = (Slots.StartOf(day, "Europe/London"), Slots.StartOf(day.AddDays(1), "Europe/London"));
        Task<IReadOnlyList<PlannedDelivery>> PlanAsync() => here.UseAsync<PlanReader, IReadOnlyList<PlannedDelivery>>(plan => plan.BetweenAsync(from, until, hannah, default));
        var id = Guid.CreateVersion7();

        Taken(await here.ComposeAsync(id, hannah, "Open day", [newsroom.Id, sandbox.Id], slot: slot));
        var asDraft = await PlanAsync();
        var seal = Taken(await here.SendAsync(id, 1, hannah)).Seal;
        Taken(await here.ApproveAsync(id, seal, await here.WhoAsync("Bea")));
        await here.SequenceAsync();
        var asApproved = await PlanAsync();
        here.Clock.Advance(from + TimeSpan.FromMinutes(31) - here.Clock.GetUtcNow());
        await here.DeliverAsync();
        var asPublished = await PlanAsync();

        var both = new[] { newsroom.Id, sandbox.Id }.Order();
        Assert.Equal(both, asDraft.Select(post => post.AccountId!.Value).Order());
        Assert.All(asDraft, post => Assert.Equal((DraftStage.Draft, null), (post.Stage, post.State)));
        Assert.Equal(both, asApproved.Select(post => post.AccountId!.Value).Order());
        Assert.All(asApproved, post => Assert.Equal(PublicationState.Approved, post.State));
        Assert.Equal(both, asPublished.Select(post => post.AccountId!.Value).Order());
        Assert.All(asPublished, post => Assert.True(post.State is PublicationState.Accepted or PublicationState.Confirmed, $"It is {post.State}."));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_newsroom_shows_what_was_published_and_writes_it_into_every_feed(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var author = await here.WhoAsync("Hannah");
        var picture = Taken(await here.UseAsync<AddPicture, Decision<Media>>(add => add.RunAsync(SomePicture.Png(), author, default)));
        var publication = await here.AnApprovedPostAsync("We open on Saturday: https://northgate.example/open", pictures: [(picture.Sha256, "A door")]);
        await here.AnApprovedPostAsync("Only a rehearsal.", network: "sandbox");
        await here.DeliverAsync();

        var newsroom = await here.UseAsync<NewsroomReader, Newsroom?>(reader => reader.FindAsync(null, default));
        var stranger = await here.UseAsync<NewsroomReader, NewsroomPost?>(async reader => await reader.FindPostAsync("sandbox", publication.Key, default));
        var feeds = new List<string>();
        foreach (var format in Enum.GetValues<FeedFormat>())
            feeds.Add((await here.UseAsync<NewsroomReader, WrittenFeed?>(reader => reader.WriteFeedAsync("newsroom", format, default)))!.Text);

        var post = Assert.Single(newsroom!.Posts);
        Assert.Equal((publication.Key, "https://northgate.example/open", "A door"), (post.Key, post.Links.Single().Target, post.Pictures.Single().Alt));
        Assert.Null(stranger);
        Assert.All(feeds, feed => Assert.Contains($"urn:uuid:{publication.Key}", feed, StringComparison.Ordinal));
        Assert.All(feeds, feed => Assert.Contains(post.PathOf(post.Pictures.Single()), feed, StringComparison.Ordinal));
        Assert.All(feeds, feed => Assert.DoesNotContain("rehearsal", feed, StringComparison.Ordinal));
    }
}

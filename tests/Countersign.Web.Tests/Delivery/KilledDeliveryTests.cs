using System.Diagnostics;
using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Countersign.Web.Tests.Delivery;

/// <summary>The program is killed (SIGKILL) at every step of a delivery to a real Bluesky server, started again, killed again.</summary>
public sealed class KilledDeliveryTests
{
    /// <summary>Kills on each database: every step once every day, twice where nobody waits, 50 in the long run.</summary>
    private static readonly int kills = Run.Long ? 50 : Run.NoSkip ? 12 : 6;

    private static readonly HoldAt[] steps = [HoldAt.SessionAsked, HoldAt.PictureAsked, HoldAt.WriteAsked, HoldAt.WriteAccepted, HoldAt.AnswerGiven, HoldAt.Never];

    /// <summary>A PNG of one pixel.</summary>
    private static readonly byte[] pixel = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Killed_at_every_step_each_post_stands_at_most_once_and_none_is_lost_unseen(DatabaseKind kind)
    {
        await using var network = await BlueskyNetwork.StartAsync();
        await using var line = await HeldLine.OpenAsync(network.Server);
        await using var here = await AnInstallation.NorthgateAsync(kind, services => services.AddSingleton(TimeProvider.System));
        var texts = await ApproveAsync(here, network, line, kills);
        var random = new Random(20261122);

        var held = new Dictionary<HoldAt, int>();
        for (var kill = 0; kill < kills; kill++)
        {
            var step = steps[kill % steps.Length];
            var reached = line.ArmAsync(step);
            using var program = TheProgramOn.Start(here);
            var enough = Task.Delay(step == HoldAt.Never ? TimeSpan.FromMilliseconds(random.Next(500, 4000)) : TimeSpan.FromSeconds(60));
            if (await Task.WhenAny(reached, enough) == reached)
                held[step] = held.GetValueOrDefault(step) + 1;
            if (step == HoldAt.AnswerGiven)
                await Task.Delay(random.Next(0, 15));
            program.Kill();
            await program.WaitForExitAsync();
        }

        _ = line.ArmAsync(HoldAt.Never);
        using (var program = TheProgramOn.Start(here))
        {
            await SettleAsync(here);
            program.Kill();
            await program.WaitForExitAsync();
        }

        await AssertEveryPostIsAccountedForAsync(here, network, line, texts);
        Assert.All(steps.Where(step => step != HoldAt.Never), step => Assert.True(held.GetValueOrDefault(step) > 0, $"No kill happened at {step}."));
        await TheTrail.AssertVerifiesAsync(here);
    }

    private static async Task<IReadOnlyList<string>> ApproveAsync(AnInstallation here, BlueskyNetwork network, HeldLine line, int count)
    {
        var ada = await here.WhoAsync("Ada");
        var site = await here.ReadAsync(db => db.Sites.AsNoTracking().SingleAsync());
        var connected = AnInstallation.Taken(await here.UseAsync<ConnectAccount, Decision<AccountConnected>>(connect =>
            connect.RunAsync(new Connecting("bluesky", site.Id, network.Alice.Handle, "Alice", line.Address.ToString(), network.Alice.AppPassword), ada, default)));
        var (hannah, bea) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"));
        var picture = AnInstallation.Taken(await here.UseAsync<AddPicture, Decision<Media>>(add => add.RunAsync(pixel, hannah, default)));
        var texts = Enumerable.Range(1, count).Select(number => $"Notice {number} of {count}: the works canteen opens at seven.").ToList();
        foreach (var text in texts)
        {
            var id = Guid.CreateVersion7();
            AnInstallation.Taken(await here.UseAsync<ComposeDraft, Decision<DraftComposed>>(compose =>
                compose.RunAsync(id, new DraftForm(0, text, [(picture.Sha256, "A green square")], [connected.Subject], null, null, null), hannah, default)));
            var sent = AnInstallation.Taken(await here.UseAsync<SendForApproval, Decision<DraftSent>>(send => send.RunAsync(id, 1, hannah, default)));
            AnInstallation.Taken(await here.UseAsync<ApproveDraft, Decision<DraftApproved>>(approve => approve.RunAsync(id, sent.Seal, [connected.Subject], null, null, bea, default)));
        }

        return texts;
    }

    private static async Task SettleAsync(AnInstallation here)
    {
        var deadline = Stopwatch.StartNew();
        while (await here.ReadAsync(db => db.Publications.AnyAsync(publication =>
            publication.State != PublicationState.Confirmed && publication.State != PublicationState.Missing && publication.State != PublicationState.HumanReview)))
        {
            if (deadline.Elapsed > TimeSpan.FromSeconds(120))
                Assert.Fail("Not settled: " + string.Join(", ", await here.ReadAsync(db => db.Publications.Select(publication => $"{publication.State} {publication.Note}").ToListAsync())));
            await Task.Delay(250);
        }
    }

    private static async Task AssertEveryPostIsAccountedForAsync(AnInstallation here, BlueskyNetwork network, HeldLine line, IReadOnlyList<string> texts)
    {
        var standing = (await network.ListPostsAsync(network.Alice.Did)).Select(post => post.GetProperty("value").GetProperty("text").GetString()!).ToList();
        Assert.Equal(standing.Distinct(), standing);
        Assert.All(line.Writes.Values, writes => Assert.Equal(1, writes));

        var publications = await here.ReadAsync(db => db.Publications.AsNoTracking().Join(db.Drafts, publication => publication.DraftId, draft => draft.Id, (publication, draft) => new { publication.State, draft.Text }).ToListAsync());
        Assert.Equal(texts.Count, publications.Count);
        Assert.All(publications, publication => Assert.True((publication.State == PublicationState.Confirmed) == standing.Contains(publication.Text), $"{publication.Text} is {publication.State}."));
        Assert.Contains(publications, publication => publication.State == PublicationState.Confirmed);
        Assert.Contains(publications, publication => publication.State == PublicationState.Missing);
    }
}

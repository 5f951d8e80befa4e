using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Publishing;

/// <summary>Posts of several accounts that are due at the same moment, on a network of our own: one commit, and every check for each.</summary>
public sealed class TogetherTests
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_leaves_together_leaves_as_it_would_alone_and_each_has_its_own_entries(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var posts = await OnDesksAsync(here, 5);

        var next = await TogetherAsync(here, posts);

        Assert.Equal(posts.Order(), next.Keys.Order());
        Assert.All(next.Values, move => Assert.Equal(LanePlace.Leaves, move.Step!.Place));
        Assert.All(await here.ReadAsync(db => db.Publications.AsNoTracking().ToListAsync()), post => Assert.Equal((PublicationState.Accepted, 1), (post.State, post.Attempts)));
        Assert.Equal(5, await here.ReadAsync(db => db.ShelvedPosts.CountAsync()));
        await here.SequenceAsync();
        var acts = await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().Where(entry => entry.Act == "publication.sending" || entry.Act == "publication.accepted").Select(entry => new { entry.Act, entry.Object }).ToListAsync());
        Assert.Equal(10, acts.Distinct().Count());
        Assert.Equal(10, acts.Count);
        Assert.True((await here.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default))).Fits);

        here.Clock.Advance(TimeSpan.FromSeconds(6));
        foreach (var post in posts)
            await here.MoveAsync(post);
        Assert.All(await here.ReadAsync(db => db.Publications.AsNoTracking().ToListAsync()), post => Assert.Equal(PublicationState.Confirmed, post.State));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_is_locked_changed_unsigned_or_not_yet_in_the_log_stays_and_the_others_leave(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var posts = await OnDesksAsync(here, 6);
        var locked = await here.PublicationAsync(posts[0]);
        Taken(await here.LockAsync(LockScope.Account, locked.AccountId, await here.WhoAsync("Ruth")));
        await here.SqlAsync($"update draft set text = 'Something else' where id = '{Id(kind, (await here.PublicationAsync(posts[1])).DraftId)}'");
        await here.SqlAsync($"update draft_version set text = 'Something else' where draft_id = '{Id(kind, (await here.PublicationAsync(posts[2])).DraftId)}'");
        await here.SqlAsync($"update draft set signatures = '[]' where id = '{Id(kind, (await here.PublicationAsync(posts[3])).DraftId)}'");
        var unsigned = Assert.Single(await OnDesksAsync(here, 1, sequenced: false));

        var next = await TogetherAsync(here, [.. posts, unsigned]);

        Assert.Equal(posts.Skip(4).Order(), next.Keys.Order());
        foreach (var post in posts.Take(4).Append(unsigned))
            Assert.Equal(PublicationState.Approved, (await here.PublicationAsync(post)).State);
        Assert.Equal(2, await here.ReadAsync(db => db.ShelvedPosts.CountAsync()));
        await here.MoveAsync(posts[1]);
        Assert.Equal((PublicationState.Held, DraftStage.Held), ((await here.PublicationAsync(posts[1])).State, (await here.DraftAsync((await here.PublicationAsync(posts[1])).DraftId)).Stage));
        await here.MoveAsync(unsigned);
        Assert.Equal(PublicationState.Approved, (await here.PublicationAsync(unsigned)).State);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_post_that_somebody_else_moved_meanwhile_takes_none_of_the_others_out_twice(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var posts = await OnDesksAsync(here, 4);

        var both = await Task.WhenAll(Task.Run(() => TogetherAsync(here, posts)), Task.Run(() => TogetherAsync(here, posts)));

        Assert.Empty(both[0].Keys.Intersect(both[1].Keys));
        foreach (var post in posts)
            Assert.True((await here.PublicationAsync(post)) is { Attempts: 1, State: PublicationState.Accepted } or { Attempts: 0, State: PublicationState.Approved });
        await here.SequenceAsync();
        Assert.True((await here.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default))).Fits);
    }

    private static string Id(DatabaseKind kind, Guid id) => kind == DatabaseKind.Sqlite ? $"{id}".ToUpperInvariant() : $"{id}";

    private static Task<IReadOnlyDictionary<Guid, NextMove>> TogetherAsync(AnInstallation here, IReadOnlyCollection<Guid> posts) =>
        here.UseAsync<MovePublication, IReadOnlyDictionary<Guid, NextMove>>(move => move.RunTogetherAsync(posts, default));

    private static async Task<IReadOnlyList<Guid>> OnDesksAsync(AnInstallation here, int count, bool sequenced = true)
    {
        var (ada, hannah, bea) = (await here.WhoAsync("Ada"), await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"));
        var site = await here.ReadAsync(db => db.Sites.AsNoTracking().Select(row => row.Id).FirstAsync());
        var posts = new List<Guid>();
        for (var number = 0; number < count; number++)
        {
            var desk = $"desk-{Guid.NewGuid():N}";
            var (id, account) = (Guid.CreateVersion7(), Taken(await here.UseAsync<ConnectAccount, Decision<AccountConnected>>(connect => connect.RunAsync(new Connecting("sandbox", site, desk, "A desk", null, null), ada, default))).Subject);
            Taken(await here.ComposeAsync(id, hannah, $"The canteen opens at seven. Desk {number + 1}.", [account]));
            Taken(await here.ApproveAsync(id, Taken(await here.SendAsync(id, 1, hannah)).Seal, bea));
            posts.Add(await here.ReadAsync(db => db.Publications.AsNoTracking().Where(row => row.DraftId == id).Select(row => row.Id).SingleAsync()));
        }

        if (sequenced)
            await here.SequenceAsync();
        return posts;
    }
}

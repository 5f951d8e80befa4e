using System.Diagnostics;
using System.Globalization;
using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Standing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Countersign.Web.Tests.Delivery;

/// <summary>
/// The real program on real servers, while the lines between them drop, delay, repeat, cut and reset calls before, while and after the
/// network has accepted, and the program is killed (SIGKILL) again and again. One life of it carries many posts and replies.
/// </summary>
public sealed class FaultRunTests(ITestOutputHelper output)
{
    /// <summary>Posts and replies on each database: 500 in all in the long run.</summary>
    private static readonly int runs = Run.Long ? 250 : Run.NoSkip ? 15 : 6;

    private static readonly PublicationState[] settled = [PublicationState.Confirmed, PublicationState.Missing, PublicationState.HumanReview, PublicationState.Rejected, PublicationState.Held];

    /// <summary>Given by whoever repeats a run.</summary>
    private static readonly int seed = int.TryParse(Environment.GetEnvironmentVariable("COUNTERSIGN_SEED"), CultureInfo.InvariantCulture, out var given) ? given : 20261130;

    private static readonly TimeSpan longest = TimeSpan.FromMinutes(Run.Long ? 30 : 8);

    /// <summary>Longer than anything is waited for.</summary>
    private static readonly TimeSpan longestLife = TimeSpan.FromSeconds(60);

    /// <summary>A life ends after fewer calls than this: counted so, it does as much on a machine that is busy.</summary>
    private static readonly int callsOfLife = Run.Long ? 150 : 40;

    /// <summary>Longer than a busy server takes for a write that was on its way when its caller was killed.</summary>
    private static readonly TimeSpan settle = TimeSpan.FromSeconds(20);

    private static readonly Dictionary<string, string> inAHurry = new() { ["Delivery__AtOnce"] = "8", ["Delivery__Settle"] = $"{settle}", ["DOTNET_TieredPGO"] = "0" };

    /// <summary>On PostgreSQL in the long run only: the short lives of a busy machine end before its first posts have left, and most of the time goes into starting.</summary>
    public static TheoryData<DatabaseKind> Databases => Run.Long ? [DatabaseKind.Sqlite, DatabaseKind.Postgres] : [DatabaseKind.Sqlite];

    [Theory, MemberData(nameof(Databases))]
    [Trait("case", "PUB-01"), Trait("case", "PUB-02"), Trait("case", "PUB-07"), Trait("case", "PUB-34"), Trait("case", "PUB-35")]
    public async Task Whatever_goes_wrong_each_post_and_each_reply_stands_at_most_once_and_a_person_is_shown_every_one_that_is_not_confirmed(DatabaseKind kind)
    {
        await using var here = await AnInstallation.NorthgateAsync(kind, services => services.AddSingleton(TimeProvider.System).Configure<DeliverySettings>(settings => (settings.AnswerWithin, settings.Settle) = (TimeSpan.FromSeconds(4), settle)));
        await using var bluesky = await ServerOnALine.BlueskyAsync(here);
        await using var snac = await ServerOnALine.SnacAsync(here);
        await using var wordpress = await ServerOnALine.WordPressAsync(here);
        ServerOnALine[] servers = [bluesky, snac, wordpress];
        var mark = string.Concat(Guid.NewGuid().ToString("N")[..12].Select(digit => (char)('k' + int.Parse($"{digit}", NumberStyles.HexNumber, CultureInfo.InvariantCulture))));
        var faults = new RunOfFaults(seed, mark);
        var notices = await ApproveAsync(here, servers, faults);
        await LeaveReadingForTomorrowAsync(here);

        var watch = Stopwatch.StartNew();
        faults.Begin(servers);
        var kills = await KillUntilSettledAsync(here, faults, new Random(seed + 1));
        RunOfFaults.End(servers);
        var ends = await EndsAsync(here, faults, notices);
        output.WriteLine($"{kind}: {runs} posts and replies, seed {seed}, {kills} kills, {watch.Elapsed.TotalSeconds:0} s, {faults.Calls} calls.\n{faults.Tell(ends)}");

        await AssertAccountedForAsync(here, servers, faults, ends, mark);
        await AssertMissingOnesCanBeSentAsync(here, servers, faults, ends, mark);
        await TheTrail.AssertVerifiesAsync(here);
    }

    /// <summary>What stands on each account is read in its turn, and at once by a program that has never read it: here that would be most of what a short life does.</summary>
    private static Task<bool> LeaveReadingForTomorrowAsync(AnInstallation here) => here.ReadAsync(async db =>
    {
        var tomorrow = TimeProvider.System.GetUtcNow().AddDays(1);
        db.Jobs.AddRange((await db.Accounts.AsNoTracking().Select(account => account.Id).ToListAsync()).Select(id => new Job { Id = id, Kind = WatchAccount.JobKind, Pool = WatchAccount.JobKind, Place = tomorrow, DueAt = tomorrow }));
        return await db.KeepAsync(default);
    });

    /// <summary>Each life ends at a random moment, after so many calls and a little more; some end while the program still starts.</summary>
    private static async Task<int> KillUntilSettledAsync(AnInstallation here, RunOfFaults faults, Random random)
    {
        var watch = Stopwatch.StartNew();
        for (var kills = 0; ; kills++)
        {
            Assert.True(watch.Elapsed < longest, $"Not settled after {kills} kills: {await TallyAsync(here)}");
            var (calls, more, unborn) = (faults.Calls + random.Next(1, callsOfLife), TimeSpan.FromMilliseconds(random.Next(400)), random.Next(12) == 0);
            using var program = TheProgramOn.Start(here, inAHurry);
            try
            {
                var until = unborn ? TimeSpan.FromMilliseconds(random.Next(4_000)) : longestLife;
                var living = Stopwatch.StartNew();
                for (var look = 1; faults.Calls < calls && living.Elapsed < until; look++)
                {
                    Assert.False(program.HasExited, "The program ended by itself.");
                    await Task.Delay(25);
                    if (look % 40 == 0 && await IsSettledAsync(here))
                        return kills;
                }

                await Task.Delay(more);
            }
            finally
            {
                program.Kill();
                await program.WaitForExitAsync();
            }
        }
    }

    private static async Task AssertAccountedForAsync(AnInstallation here, ServerOnALine[] servers, RunOfFaults faults, IReadOnlyDictionary<string, PublicationState> ends, string mark)
    {
        var standing = await StandingAsync(servers, faults, mark);
        Assert.Equal([], standing.Where(notice => notice.Value > 1).Select(notice => $"{notice.Key} stands {notice.Value} times."));
        Assert.Equal([], standing.Keys.Except(ends.Keys));

        var shown = (await here.UseAsync<ReadToday, MorningView>(async today => await today.RunAsync(await here.WhoAsync("Ruth"), default))).Unsettled.Select(post => faults.NoticeIn(post.Draft.Text)).ToHashSet();
        foreach (var (notice, state) in ends)
        {
            var stands = standing.ContainsKey(notice);
            Assert.True(state == PublicationState.HumanReview || stands == (state == PublicationState.Confirmed), $"{notice} is {state} and {(stands ? "stands" : "does not stand")}.");
            Assert.True(state == PublicationState.Confirmed || shown.Contains(notice), $"Nobody is shown {notice}, which is {state}.");
        }

        Assert.Contains(PublicationState.Confirmed, ends.Values);
    }

    /// <summary>What is said to be nowhere certainly is nowhere: sent once more by a person, each stands once.</summary>
    private static async Task AssertMissingOnesCanBeSentAsync(AnInstallation here, ServerOnALine[] servers, RunOfFaults faults, IReadOnlyDictionary<string, PublicationState> ends, string mark)
    {
        var ruth = await here.WhoAsync("Ruth");
        var missing = ends.Where(end => end.Value == PublicationState.Missing).Select(end => end.Key).ToHashSet();
        var publications = await here.ReadAsync(db => db.Publications.AsNoTracking().Where(publication => publication.State == PublicationState.Missing).Select(publication => publication.Id).ToListAsync());
        Assert.Equal(missing.Count, publications.Count);
        if (missing.Count == 0)
            return;
        foreach (var id in publications)
            AnInstallation.Taken(await here.UseAsync<ResolvePublication, Decision<PublicationMoved>>(resolve => resolve.RunAsync(id, sendAgain: true, ruth, default)));

        using (var program = TheProgramOn.Start(here, new Dictionary<string, string>(inAHurry) { ["Delivery__AnswerWithin"] = "00:00:20", ["Delivery__Settle"] = "00:00:40", ["Delivery__Lease"] = "00:01:00" }))
        {
            var watch = Stopwatch.StartNew();
            while (await here.ReadAsync(db => db.Publications.AnyAsync(publication => publications.Contains(publication.Id) && publication.State != PublicationState.Confirmed)))
            {
                Assert.True(watch.Elapsed < longest, $"Not confirmed: {await TallyAsync(here)}");
                await Task.Delay(300);
            }

            program.Kill();
            await program.WaitForExitAsync();
        }

        var standing = await StandingAsync(servers, faults, mark);
        Assert.All(missing, notice => Assert.Equal(1, standing.GetValueOrDefault(notice)));
    }

    private static async Task<IReadOnlyDictionary<string, int>> StandingAsync(ServerOnALine[] servers, RunOfFaults faults, string mark)
    {
        var texts = new List<string>();
        foreach (var server in servers)
            texts.AddRange(await server.StandingAsync(mark));
        return texts.Select(faults.NoticeIn).OfType<string>().GroupBy(notice => notice, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
    }

    /// <summary>Every second one is a reply, where the account may reply, to a post of the same network that stands already.</summary>
    /// <returns>The notices, each on one account.</returns>
    private static async Task<IReadOnlyList<string>> ApproveAsync(AnInstallation here, ServerOnALine[] servers, RunOfFaults faults)
    {
        var (hannah, bea) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"));
        async Task<Guid> SignAsync(string text, Guid account, PostShape? shape)
        {
            var id = Guid.CreateVersion7();
            AnInstallation.Taken(await here.ComposeAsync(id, hannah, text, [account], shape: shape));
            var sent = AnInstallation.Taken(await here.SendAsync(id, 1, hannah));
            AnInstallation.Taken(await here.ApproveAsync(id, sent.Seal, bea));
            return id;
        }

        foreach (var server in servers)
            await SignAsync("The works canteen opens at seven.", server.Accounts[0], null);
        await here.DeliverAsync();
        var targets = new Dictionary<string, PostTarget>(StringComparer.Ordinal);
        foreach (var post in await here.ReadAsync(db => db.Publications.AsNoTracking().ToListAsync()))
        {
            var target = await here.UseAsync<ChooseTarget, PostTarget?>(choose => choose.FindAsync(post.Id, hannah, default));
            Assert.True(target is not null, $"{post.State}: {post.Note}");
            targets[target.Network] = target;
        }

        var notices = new List<string>();
        for (var number = 0; number < runs; number++)
        {
            var server = servers[number % servers.Length];
            var answers = number / servers.Length % 2 == 1;
            var accounts = answers ? server.Repliers : server.Accounts;
            var notice = faults.MarkOf(number);
            await SignAsync($"The works canteen opens at seven, notice {notice}", accounts[number / (2 * servers.Length) % accounts.Count], answers ? new PostShape { Kind = PostKind.Reply, Target = targets[server.Network] } : null);
            notices.Add(notice);
        }

        return notices;
    }

    private static async Task<IReadOnlyDictionary<string, PublicationState>> EndsAsync(AnInstallation here, RunOfFaults faults, IReadOnlyList<string> notices)
    {
        var publications = await here.ReadAsync(db => db.Publications.AsNoTracking().Join(db.Drafts, publication => publication.DraftId, draft => draft.Id, (publication, draft) => new { publication.State, draft.Text }).ToListAsync());
        var ends = publications.Where(publication => faults.NoticeIn(publication.Text) is not null).ToDictionary(publication => faults.NoticeIn(publication.Text)!, publication => publication.State, StringComparer.Ordinal);
        Assert.Equal(notices.Order(StringComparer.Ordinal), ends.Keys.Order(StringComparer.Ordinal));
        return ends;
    }

    private static Task<bool> IsSettledAsync(AnInstallation here) => here.ReadAsync(async db => !await db.Publications.AnyAsync(publication => !settled.Contains(publication.State)));

    /// <summary>How many are where, and of those that are not settled, how their jobs stand.</summary>
    private static Task<string> TallyAsync(AnInstallation here) => here.ReadAsync(async db =>
    {
        var counts = await db.Publications.GroupBy(publication => new { publication.State, publication.Note }).Select(group => new { group.Key, Count = group.Count() }).ToListAsync();
        var open = await db.Publications.AsNoTracking().Where(publication => !settled.Contains(publication.State)).Join(db.Jobs, publication => publication.Id, job => job.Id, (publication, job) => new { publication.State, publication.IntentAt, job.Pool, job.Claims, job.DueAt, job.LockedUntil, job.DoneAt }).ToListAsync();
        return $"{string.Join(", ", counts.Select(group => $"{group.Count} {group.Key.State} ({group.Key.Note})"))}. It is {TimeProvider.System.GetUtcNow():O}.\n{string.Join("\n", open)}";
    });
}

using Countersign.Ledger;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Storage;

/// <summary>Being a witness for somebody else's log.</summary>
public sealed class WitnessBookTests
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_log_that_grows_is_cosigned_and_one_that_forgets_or_forks_is_not(DatabaseKind kind)
    {
        var log = new ALog();
        await using var here = await EmptyAsync(kind, log.IsServed);
        var key = CosignatureVerifier.Parse(here.Services.GetRequiredService<WitnessKey>().VerifierKey);

        Assert.True(key.Verifies(SignedNote.Of(log.At(3).Text, Consent(await AskAsync(here, log.Request(0, 3)))), out var at));
        Assert.Equal(here.Clock.GetUtcNow().ToUnixTimeSeconds(), at.ToUnixTimeSeconds());
        Assert.Equal(200, (await AskAsync(here, log.Request(3, 7))).Answer.Status);
        Assert.Equal((409, 7L), (await AskAsync(here, log.Request(3, 9))).Answer is var late ? (late.Status, late.Size!.Value) : default);
        Assert.Equal((409, 7L), (await AskAsync(here, log.Request(0, 5))).Answer is var old ? (old.Status, old.Size!.Value) : default);
        Assert.Empty(await AlarmsAsync(here));

        var fork = log.Fork(at: 5);
        Assert.Equal(422, (await AskAsync(here, fork.Request(7, 12))).Answer.Status);
        Assert.Equal((409, null), (await AskAsync(here, fork.Request(7, 7))).Answer is var same ? (same.Status, same.Size) : default);
        Assert.Equal(422, (await AskAsync(here, fork.Request(7, 12))).Answer.Status);
        var alarms = await AlarmsAsync(here);
        Assert.Equal(2, alarms.Count);
        Assert.All(alarms, alarm => Assert.Equal((log.At(7).ToString(), true), (alarm.Held, alarm.Offered == fork.At(12).ToString() || alarm.Offered == fork.At(7).ToString())));

        // The true log goes on as if nothing had been asked, and the alarm is over; what was kept stays.
        Assert.Equal(200, (await AskAsync(here, log.Request(7, 12))).Answer.Status);
        Assert.All(await AlarmsAsync(here), alarm => Assert.NotNull(alarm.EndedAt));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_was_cosigned_is_remembered_by_a_program_that_was_started_again(DatabaseKind kind)
    {
        var log = new ALog();
        await using var here = await EmptyAsync(kind, log.IsServed);
        await AskAsync(here, log.Request(0, 6));

        await using var again = await here.AnotherNodeAsync(log.IsServed);

        Assert.Equal((409, 6L), (await AskAsync(again, log.Fork(2).Request(0, 9))).Answer is var answer ? (answer.Status, answer.Size!.Value) : default);
        Assert.Equal(here.Services.GetRequiredService<WitnessKey>().VerifierKey, again.Services.GetRequiredService<WitnessKey>().VerifierKey);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Strangers_are_turned_away_before_anything_is_written(DatabaseKind kind)
    {
        var log = new ALog();
        await using var here = await EmptyAsync(kind, log.IsServed);
        var otherKey = new ALog();

        Assert.Equal(403, (await AskAsync(here, otherKey.Request(0, 3))).Answer.Status);
        Assert.Equal(404, (await AskAsync(here, new ALog("another.example/log").Request(0, 3))).Answer.Status);
        Assert.Equal(400, (await AskAsync(here, log.Request(0, 3) with { OldSize = 4 })).Answer.Status);
        Assert.Empty(await here.SqlAsync("select origin from witnessed_log"));
        Assert.Empty(await AlarmsAsync(here));
    }

    /// <summary>Fifty ask at once from the same size, each for a history of its own; on PostgreSQL half of them ask another node.</summary>
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Of_many_histories_offered_at_once_one_is_cosigned(DatabaseKind kind)
    {
        const int asking = 50;
        var log = new ALog();
        await using var here = await EmptyAsync(kind, log.IsServed);
        await using var other = kind == DatabaseKind.Postgres ? await here.AnotherNodeAsync(log.IsServed) : null;
        Assert.Equal(200, (await AskAsync(here, log.Request(0, 4))).Answer.Status);

        for (var round = 0; round < 3; round++)
        {
            var size = 4 + (round * 4);
            var histories = Enumerable.Range(0, asking).Select(number => log.Fork(size, $"{round}.{number}")).ToList();
            using var start = new SemaphoreSlim(0);
            var asked = histories.Select((history, number) => Task.Run(async () =>
            {
                await start.WaitAsync();
                return (history, (await AskAsync(number % 2 == 1 && other is not null ? other : here, history.Request(size, size + 4))).Answer);
            })).ToList();
            start.Release(asking);
            var answers = await Task.WhenAll(asked);

            log = Assert.Single(answers, answer => answer.Answer.Status == 200).history;
            Assert.All(answers.Where(answer => answer.Answer.Status != 200), answer => Assert.Equal((409, size + 4L), (answer.Answer.Status, answer.Answer.Size!.Value)));
        }

        Assert.Equal(log.At(16).ToString(), Assert.Single(Assert.Single(await here.SqlAsync("select note from witnessed_log"))));
    }

    private static NoteSignature Consent((WitnessAnswer Answer, NoteSignature? Cosignature) given) => given.Cosignature ?? throw new InvalidOperationException(given.Answer.Sentence);

    private static Task<(WitnessAnswer Answer, NoteSignature? Cosignature)> AskAsync(AnInstallation here, AddCheckpoint request) =>
        here.UseAsync<WitnessBook, (WitnessAnswer, NoteSignature?)>(book => book.AnswerAsync(request, default));

    private static Task<List<WitnessAlarm>> AlarmsAsync(AnInstallation here) => here.ReadAsync(db => db.Set<WitnessAlarm>().AsNoTracking().ToListAsync());

    /// <summary>Somebody else's log, in memory.</summary>
    private sealed class ALog
    {
        private readonly Ed25519NoteSigner signer;
        private readonly Func<long, string> entry;

        public ALog(string name = "theirs.example/log")
            : this(Ed25519NoteSigner.Create(name), number => $"entry {number}")
        {
        }

        private ALog(Ed25519NoteSigner signer, Func<long, string> entry) => (this.signer, this.entry) = (signer, entry);

        /// <summary>The same key over another history from this entry on.</summary>
        public ALog Fork(long at, string name = "fork") => new(signer, number => number < at ? entry(number) : $"{name} {number}");

        public void IsServed(IServiceCollection services)
        {
            var file = Path.GetTempFileName();
            File.WriteAllText(file, $"log {signer.VerifierKey}\nquorum none\n");
            services.Configure<WitnessSettings>(settings => settings.Serves = file);
        }

        public SignedNote At(long size) => signer.Sign(new Checkpoint(signer.Name, size, Tree(size).Root));

        public AddCheckpoint Request(long old, long size)
        {
            var tiles = Tree(size).ChangedTiles().ToDictionary(tile => (tile.Level, tile.Index), tile => tile.Hashes);
            return new AddCheckpoint(old, ConsistencyProof.Build(old, size, (level, index) => tiles.GetValueOrDefault((level, index))).Hashes, At(size));
        }

        private GrowingTree Tree(long size)
        {
            var tree = new GrowingTree();
            for (var number = 0L; number < size; number++)
                tree.Append(TreeHash.OfLeaf(System.Text.Encoding.UTF8.GetBytes(entry(number))));
            return tree;
        }
    }
}

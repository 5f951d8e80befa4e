using System.Buffers.Binary;
using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Storage;

/// <summary>Several requests that wait to write share one transaction of SQLite, and each is answered as if it were alone.</summary>
public sealed class SharedCommitTests
{
    private const int Requests = 20;

    [Fact]
    public async Task Those_who_wait_share_one_commit_and_what_one_is_refused_touches_no_other()
    {
        await using var here = await NorthgateAsync(DatabaseKind.Sqlite);
        var taken = await here.ReadAsync(db => db.Sites.AsNoTracking().FirstAsync());
        var commits = await CommitsAsync(here);
        var entries = await EntriesAsync(here);
        using var cancelled = new CancellationTokenSource();

        Task<Decision<SiteOpened>>[] answers;
        Task<Decision<SiteOpened>> duplicate, stale, gone;
        var halfSaved = Guid.NewGuid();
        await using (await HoldTheTurnAsync(here))
        {
            duplicate = OpenAsync(here, db => db.AddRange(new Site { Id = halfSaved, Name = "Written before the refusal" }, new Site { Id = taken.Id, Name = "Twice" }));
            stale = OpenAsync(here, db => db.Attach(new Site { Id = taken.Id, Name = "Changed", Revision = taken.Revision + 6 }).State = EntityState.Modified);
            gone = OpenAsync(here, db => db.Add(new Site { Id = Guid.NewGuid(), Name = "Never" }), cancelled.Token);
            answers = [.. Enumerable.Range(0, Requests).Select(number => OpenAsync(here, db => db.Add(new Site { Id = Guid.NewGuid(), Name = $"Site {number}" })))];
            await Task.Delay(200);
            await cancelled.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
            Assert.Equal(commits, await CommitsAsync(here));
        }

        Assert.All(await Task.WhenAll(answers), answer => Assert.True(answer.IsTaken));
        Refused("already-there", await duplicate);
        Refused("changed-meanwhile", await stale);
        Assert.Equal(commits + 1, await CommitsAsync(here));
        Assert.Equal(entries + Requests, await EntriesAsync(here));
        Assert.False(await here.ReadAsync(db => db.Sites.AnyAsync(site => site.Id == halfSaved || site.Name == "Never" || site.Name == "Changed")));
        await here.SequenceAsync();
        Assert.True((await here.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default))).Fits);
    }

    [Fact]
    public async Task A_context_that_saved_in_company_goes_on_by_itself()
    {
        await using var here = await NorthgateAsync(DatabaseKind.Sqlite);
        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(number => here.ReadAsync(async db =>
        {
            var site = new Site { Id = Guid.NewGuid(), Name = $"Site {number}" };
            Task<Decision<SiteOpened>> together;
            await using (await HoldTheTurnAsync(here))
                together = db.CommitAsync(Opened(), _ => db.Add(site), default);
            Taken(await together);
            Assert.Equal(EntityState.Unchanged, db.Entry(site).State);
            Assert.Equal(site.Name, (await db.Sites.AsNoTracking().SingleAsync(row => row.Id == site.Id)).Name);
            return await db.InTransactionAsync(_ => db.CommitAsync(Opened(), _ => db.Remove(site), default), default);
        })));
        Assert.All(answers, answer => Assert.True(answer.IsTaken));
        Assert.Equal(1, await here.ReadAsync(db => db.Sites.CountAsync()));
    }

    private static Task<Decision<SiteOpened>> OpenAsync(AnInstallation here, Action<CountersignDb> change, CancellationToken cancellationToken = default) =>
        here.ReadAsync(db => db.CommitAsync(Opened(), _ => change(db), cancellationToken));

    private static Decision<SiteOpened> Opened() => new SiteOpened { Subject = Guid.CreateVersion7(), By = Guid.Empty, At = DateTimeOffset.UnixEpoch };

    private static Task<int> EntriesAsync(AnInstallation here) => here.ReadAsync(db => db.Set<LedgerEvent>().CountAsync());

    /// <summary>A transaction that others wait for until this is disposed of.</summary>
    private static async Task<Turn> HoldTheTurnAsync(AnInstallation here)
    {
        var (taken, end) = (new TaskCompletionSource(), new TaskCompletionSource<bool>());
        var work = here.ReadAsync(db => db.InTransactionAsync(
            _ =>
            {
                taken.SetResult();
                return end.Task;
            },
            default));
        await taken.Task;
        return new Turn(end, work);
    }

    private sealed class Turn(TaskCompletionSource<bool> end, Task work) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            end.SetResult(true);
            await work;
        }
    }

    /// <summary>Frames of the journal that end a transaction (https://sqlite.org/fileformat.html#walformat): each stands for one wait for the disk.</summary>
    private static async Task<int> CommitsAsync(AnInstallation here)
    {
        const int Header = 32;
        const int FrameHeader = 24;
        var path = Path.Combine(here.Services.GetRequiredService<Installation>().DataFolder, "countersign.db-wal");
        if (!File.Exists(path))
            return 0;
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes);
        if (bytes.Length == 0)
            return 0;
        var page = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(8));
        var ends = 0;
        for (var at = Header; at + FrameHeader <= bytes.Length; at += FrameHeader + page)
        {
            if (BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 4)) != 0 && bytes.AsSpan(at + 8, 8).SequenceEqual(bytes.AsSpan(16, 8)))
                ends++;
        }

        return ends;
    }
}

using System.IO.Compression;
using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Evidence;

/// <summary>One pack that is being written or lies ready.</summary>
public sealed class ExportJob(Guid id, Guid by, string folder, DateTimeOffset at) : IProgress<PackProgress>
{
    public Guid Id => id;

    public Guid By => by;

    public DateTimeOffset At => at;

    internal string Folder => folder;

    public PackProgress Progress { get; private set; } = new("Choosing entries", 0, 0);

    /// <summary>Set when it is ready.</summary>
    public WrittenPack? Written { get; private set; }

    /// <summary>Set when there will be none.</summary>
    public string? Trouble { get; private set; }

    public bool IsOver => Written is not null || Trouble is not null;

    public void Report(PackProgress value) => Progress = value;

    internal void Finish(WrittenPack written) => Written = written;

    internal void Fail(string why) => (Written, Trouble) = (null, why);
}

/// <summary>
/// Writes packs while their readers wait or do something else. A pack lies in the data folder, which only its owner reads, until an hour
/// has passed, something is erased, or the program ends; with several nodes, on the one that wrote it.
/// </summary>
public sealed class ExportJobs(IServiceScopeFactory scopes, Installation installation, TimeProvider clock, ILogger<ExportJobs> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan kept = TimeSpan.FromHours(1);

    /// <summary>How soon after an erasure no finished pack holds its words any more.</summary>
    private static readonly TimeSpan look = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, ExportJob> jobs = [];
    private readonly List<Task> running = [];
    private readonly CancellationTokenSource ending = new();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>No words of a pack stay behind.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await ending.CancelAsync();
        List<Task> last;
        lock (gate)
            last = [.. running];
        await Task.WhenAll(last).WaitAsync(cancellationToken);
    }

    public void Dispose() => ending.Dispose();

    public ExportJob Start(EvidenceOrder order, Actor by)
    {
        var id = Guid.NewGuid();
        var job = new ExportJob(id, by.Id, Path.Combine(installation.DataFolder, "exports", id.ToString("N")), clock.GetUtcNow());
        lock (gate)
        {
            running.RemoveAll(task => task.IsCompleted);
            jobs.Add(id, job);
            running.Add(Task.Run(() => RunAsync(job, order, by)));
        }

        return job;
    }

    /// <returns>Null where this person has no such pack, or may not have one any more.</returns>
    public ExportJob? Find(Guid id, Actor who)
    {
        if (ExportEvidence.WhyNot(who) is not null)
            return null;
        lock (gate)
            return jobs.GetValueOrDefault(id) is { } job && job.By == who.Id ? job : null;
    }

    /// <summary>The pack as one file, made while it is sent.</summary>
    public static Task SendAsync(ExportJob job, Stream to, CancellationToken stop) =>
        ZipFile.CreateFromDirectoryAsync(job.Folder, to, CompressionLevel.Fastest, includeBaseDirectory: false, stop);

    private async Task RunAsync(ExportJob job, EvidenceOrder order, Actor by)
    {
        var over = await WriteAndKeepAsync(job, order, by);
        // Its page says that it is gone once it is.
        Delete(job);
        job.Fail(over);
        try
        {
            // Whoever looks at its page is told what became of it.
            await Task.Delay(kept, clock, ending.Token);
        }
        catch (OperationCanceledException)
        {
            // Nobody looks any more.
        }

        lock (gate)
            jobs.Remove(job.Id);
    }

    /// <returns>Why the pack is not here any more.</returns>
    private async Task<string> WriteAndKeepAsync(ExportJob job, EvidenceOrder order, Actor by)
    {
        try
        {
            var erasures = await ErasuresAsync();
            if (await WriteAsync(job, order, by) is { } refusal)
                return refusal.Sentence;
            return await KeepAsync(erasures);
        }
        catch (OperationCanceledException)
        {
            return "The program is ending. Make it again when it runs.";
        }
        catch (Exception fault)
        {
            logger.LogError(fault, "The evidence pack {Id} could not be written or kept: it is deleted", job.Id);
            return $"It could not be written or kept. Tell an administrator the reference {job.Id}.";
        }
    }

    /// <returns>Why it was not written; null where it was.</returns>
    private async Task<Refusal?> WriteAsync(ExportJob job, EvidenceOrder order, Actor by)
    {
        await using var scope = scopes.CreateAsyncScope();
        var written = await scope.ServiceProvider.GetRequiredService<EvidencePack>().WriteAsync(job.Folder, order, by, job, ending.Token);
        if (!written.IsTaken)
            return written.Refusal;
        job.Finish(written.Taken);
        return null;
    }

    /// <summary>Waits until the pack has lain for as long as it may, or something was erased since it was begun.</summary>
    /// <param name="erasures">How many there had been. No clock is asked: nodes have one each.</param>
    private async Task<string> KeepAsync(int erasures)
    {
        var until = clock.GetUtcNow() + kept;
        while (clock.GetUtcNow() < until)
        {
            if (await ErasuresAsync() != erasures)
                return "Something was erased after this pack was begun, so it is not here any more. Make it again.";
            await Task.Delay(look, clock, ending.Token);
        }

        return "It lay here for an hour and was deleted. Make it again.";
    }

    private async Task<int> ErasuresAsync()
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<CountersignDb>().Erasures.CountAsync(erasure => erasure.State == ErasureState.Confirmed, ending.Token);
    }

    private void Delete(ExportJob job)
    {
        try
        {
            if (Directory.Exists(job.Folder))
                Directory.Delete(job.Folder, recursive: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            logger.LogError(fault, "The folder of the evidence pack {Id} could not be deleted: the next start does it", job.Id);
        }
    }
}

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
public sealed class ExportJobs(IServiceScopeFactory scopes, Installation installation, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<ExportJobs> logger)
{
    private static readonly TimeSpan kept = TimeSpan.FromHours(1);

    /// <summary>How soon after an erasure no finished pack holds its words any more.</summary>
    private static readonly TimeSpan look = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, ExportJob> jobs = [];

    public ExportJob Start(EvidenceOrder order, Actor by)
    {
        var id = Guid.NewGuid();
        var job = new ExportJob(id, by.Id, Path.Combine(installation.DataFolder, "exports", id.ToString("N")), clock.GetUtcNow());
        lock (gate)
            jobs.Add(id, job);
        _ = Task.Run(() => RunAsync(job, order, by));
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
        await WriteAsync(job, order, by);
        if (job.Written is null)
            Delete(job);
        try
        {
            await KeepAsync(job);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            logger.LogError(fault, "Whether the evidence pack {Id} may be kept could not be asked: it is deleted", job.Id);
            job.Fail("It could not be kept. Make it again.");
        }
        catch (OperationCanceledException)
        {
            job.Fail("The program is ending. Make it again when it runs.");
        }

        Delete(job);
        lock (gate)
            jobs.Remove(job.Id);
    }

    /// <summary>Waits until the pack has lain for as long as it may, without its words from the moment that something was erased.</summary>
    private async Task KeepAsync(ExportJob job)
    {
        while (clock.GetUtcNow() - job.At < kept)
        {
            if (job.Written is not null && await ErasedSinceAsync(job.At))
            {
                job.Fail("Something was erased after this pack was begun, so it is not here any more. Make it again.");
                Delete(job);
            }

            await Task.Delay(look, clock, lifetime.ApplicationStopping);
        }
    }

    private async Task<bool> ErasedSinceAsync(DateTimeOffset at)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<CountersignDb>().Erasures.AnyAsync(erasure => erasure.State == ErasureState.Confirmed && erasure.DecidedAt >= at, lifetime.ApplicationStopping);
    }

    private async Task WriteAsync(ExportJob job, EvidenceOrder order, Actor by)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var written = await scope.ServiceProvider.GetRequiredService<EvidencePack>().WriteAsync(job.Folder, order, by, job, CancellationToken.None);
            if (written.IsTaken)
                job.Finish(written.Taken);
            else
                job.Fail(written.Refusal.Sentence);
        }
        catch (Exception fault)
        {
            logger.LogError(fault, "The evidence pack {Id} could not be written", job.Id);
            job.Fail($"It could not be written. Tell an administrator the reference {job.Id}.");
        }
    }

    private static void Delete(ExportJob job)
    {
        if (Directory.Exists(job.Folder))
            Directory.Delete(job.Folder, recursive: true);
    }
}

using System.IO.Compression;
using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Storage;

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
    public WrittenPack? Written { get; internal set; }

    /// <summary>Set when there will be none.</summary>
    public string? Trouble { get; internal set; }

    public bool IsOver => Written is not null || Trouble is not null;

    public void Report(PackProgress value) => Progress = value;
}

/// <summary>
/// Writes packs while their readers wait or do something else. A pack lies in the data folder, which only its owner reads, until an hour
/// has passed or the program starts again; with several nodes, on the one that wrote it.
/// </summary>
public sealed class ExportJobs(IServiceScopeFactory scopes, Installation installation, TimeProvider clock, ILogger<ExportJobs> logger)
{
    private static readonly TimeSpan kept = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, ExportJob> jobs = [];

    public ExportJob Start(EvidenceOrder order, Actor by)
    {
        var id = Guid.NewGuid();
        var job = new ExportJob(id, by.Id, Path.Combine(installation.DataFolder, "exports", id.ToString("N")), clock.GetUtcNow());
        lock (gate)
        {
            foreach (var old in jobs.Values.Where(old => old.IsOver && job.At - old.At > kept).ToList())
                Forget(old);
            jobs.Add(id, job);
        }

        _ = Task.Run(() => WriteAsync(job, order, by));
        return job;
    }

    /// <returns>Null where this person has no such pack.</returns>
    public ExportJob? Find(Guid id, Actor who)
    {
        lock (gate)
            return jobs.GetValueOrDefault(id) is { } job && job.By == who.Id ? job : null;
    }

    /// <summary>The pack as one file, made while it is sent.</summary>
    public static Task SendAsync(ExportJob job, Stream to, CancellationToken stop) =>
        ZipFile.CreateFromDirectoryAsync(job.Folder, to, CompressionLevel.Fastest, includeBaseDirectory: false, stop);

    private async Task WriteAsync(ExportJob job, EvidenceOrder order, Actor by)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var written = await scope.ServiceProvider.GetRequiredService<EvidencePack>().WriteAsync(job.Folder, order, by, job, CancellationToken.None);
            if (written.IsTaken)
                job.Written = written.Taken;
            else
                job.Trouble = written.Refusal.Sentence;
        }
        catch (Exception fault)
        {
            logger.LogError(fault, "The evidence pack {Id} could not be written", job.Id);
            job.Trouble = $"It could not be written. Tell an administrator the reference {job.Id}.";
        }
    }

    private void Forget(ExportJob job)
    {
        jobs.Remove(job.Id);
        if (Directory.Exists(job.Folder))
            Directory.Delete(job.Folder, recursive: true);
    }
}

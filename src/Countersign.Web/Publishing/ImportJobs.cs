using System.Collections.Concurrent;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Web.Shared;

namespace Countersign.Web.Publishing;

/// <summary>A file that is being judged or saved, and how far that is.</summary>
public sealed class ImportJob : IProgress<ImportProgress>
{
    private int saving;

    public ImportProgress Progress { get; private set; } = new("Reading rows", 0, 0);

    /// <summary>Set when every row was judged.</summary>
    public CheckedImport? Checked { get; internal set; }

    /// <summary>Set while its rows become drafts.</summary>
    public bool IsSaving => saving == 1;

    /// <summary>Set when something failed that is nobody's mistake.</summary>
    public string? Trouble { get; internal set; }

    public bool IsBusy => Trouble is null && (Checked is null || IsSaving);

    public void Report(ImportProgress value) => Progress = value;

    /// <returns>True for the first who asks.</returns>
    internal bool TryBeginSaving() => Interlocked.Exchange(ref saving, 1) == 0;

    internal void EndSaving() => Interlocked.Exchange(ref saving, 0);
}

/// <summary>Judges and saves files while those who brought them wait or do something else. What is known of a file is lost when the program ends, and worked out again when its page is opened.</summary>
public sealed class ImportJobs(IServiceScopeFactory scopes, ILogger<ImportJobs> logger)
{
    private readonly ConcurrentDictionary<Guid, ImportJob> jobs = [];

    /// <summary>The job of a file; one begins where there is none.</summary>
    public ImportJob Of(DraftImport import, Actor by) => jobs.GetOrAdd(import.Id, id =>
    {
        var job = new ImportJob();
        _ = Task.Run(() => RunAsync(id, job, async services =>
        {
            var file = ImportFile.Read(import.Bytes).Taken ?? throw new InvalidOperationException("What was brought here could be read then.");
            job.Checked = await services.GetRequiredService<CheckImport>().RunAsync(file, LocalTime.Zone, by, job, CancellationToken.None);
        }));
        return job;
    });

    /// <summary>Only the first who asks begins it.</summary>
    public void Save(Guid id, Actor by)
    {
        if (jobs.GetValueOrDefault(id) is not { Checked: { } rows } job || !job.TryBeginSaving())
            return;

        _ = Task.Run(() => RunAsync(id, job, async services =>
        {
            await services.GetRequiredService<ImportDrafts>().SaveAsync(id, rows, by, job, CancellationToken.None);
            _ = jobs.TryRemove(id, out _);
            job.EndSaving();
        }));
    }

    public void Forget(Guid id) => jobs.TryRemove(id, out _);

    private async Task RunAsync(Guid id, ImportJob job, Func<IServiceProvider, Task> work)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await work(scope.ServiceProvider);
        }
        catch (Exception fault)
        {
            logger.LogError(fault, "The import {Id} could not go on", id);
            job.Trouble = $"It could not go on. Load the page again to try once more; tell an administrator the reference {id} if that does not help.";
            job.EndSaving();
            _ = jobs.TryRemove(id, out _);
        }
    }
}

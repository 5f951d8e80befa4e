using System.Security.Cryptography;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>Brings a file here, and lets its rows become drafts: all of them, or none.</summary>
/// <remarks>
/// Rows are saved by <see cref="BatchSize"/>, each batch in one transaction, so that deliveries are not kept waiting. A row that is refused
/// ends it, and what was saved before is withdrawn. A program that ends in between goes on where it was: a row's draft has the same id each time.
/// </remarks>
public sealed class ImportDrafts(CountersignDb db, ComposeDraft compose, WithdrawDraft withdraw, TimeProvider clock)
{
    public const int BatchSize = 25;

    private const int MaxFileName = 120;

    public async Task<Decision<DraftImport>> BringAsync(string fileName, byte[] bytes, Actor by, CancellationToken cancellationToken)
    {
        if (!by.HoldsAnywhere(Role.Author))
            return new Refusal("not-entitled", "Importing posts takes the Author role.");
        var read = ImportFile.Read(bytes);
        if (!read.IsTaken)
            return read.Refusal;
        var now = clock.GetUtcNow();
        var old = now - DraftImport.Kept;
        db.DraftImports.RemoveRange(await db.DraftImports.Where(row => row.UploadedAt < old && row.State != ImportState.Saving).ToListAsync(cancellationToken));
        var import = new DraftImport
        {
            Id = Guid.CreateVersion7(now),
            PersonId = by.Id,
            FileName = fileName.Length > MaxFileName ? fileName[..MaxFileName] : fileName,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
            Bytes = bytes,
            UploadedAt = now,
            Rows = read.Taken.Rows.Count,
        };
        db.DraftImports.Add(import);
        _ = await db.KeepAsync(cancellationToken);
        return import;
    }

    public Task<DraftImport?> FindAsync(Guid id, Actor who, CancellationToken cancellationToken) =>
        db.DraftImports.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.PersonId == who.Id, cancellationToken);

    public async Task DiscardAsync(Guid id, Actor who, CancellationToken cancellationToken)
    {
        if (await db.DraftImports.SingleOrDefaultAsync(row => row.Id == id && row.PersonId == who.Id && row.State == ImportState.Uploaded, cancellationToken) is not { } import)
            return;
        db.DraftImports.Remove(import);
        _ = await db.KeepAsync(cancellationToken);
    }

    /// <summary>Somebody says yes to what was listed. Said twice, it counts once.</summary>
    public async Task<Decision<ImportConfirmed>> ConfirmAsync(Guid id, CheckedImport seen, Actor by, CancellationToken cancellationToken)
    {
        if (await db.DraftImports.SingleOrDefaultAsync(row => row.Id == id && row.PersonId == by.Id, cancellationToken) is not { } import)
            return new Refusal("no-import", "That file is not here any more. Bring it again.");
        if (import.State != ImportState.Uploaded)
            return new Refusal("confirmed", "These rows are being saved already, or have been.");
        if (!seen.MaySave)
            return new Refusal("problems", "Nothing is saved while a row has a problem that stops it.");
        var now = clock.GetUtcNow();
        return await db.CommitAsync<ImportConfirmed>(
            new ImportConfirmed { Subject = id, By = by.Id, At = now, File = import.Sha256, Rows = seen.Rows.Count },
            _ => (import.State, import.ConfirmedAt, import.Rows) = (ImportState.Saving, now, seen.Rows.Count),
            cancellationToken);
    }

    /// <summary>Saves the rows that are no drafts yet; takes all of them back where one is refused.</summary>
    /// <returns>Why nothing is saved; null where every row is a draft.</returns>
    public async Task<Refusal?> SaveAsync(Guid id, CheckedImport rows, Actor by, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        for (var first = 0; first < rows.Rows.Count; first += BatchSize)
        {
            progress?.Report(new ImportProgress("Saving", first, rows.Rows.Count));
            if (await SaveAsync(id, rows.Rows, first, by, cancellationToken) is not { } refusal)
                continue;
            await TakeBackAsync(id, rows.Rows.Count, refusal.Sentence, by, progress, cancellationToken);
            return refusal;
        }

        await FinishAsync(id, ImportState.Saved, null, cancellationToken);
        return null;
    }

    private async Task<Refusal?> SaveAsync(Guid id, IReadOnlyList<ImportRow> rows, int first, Actor by, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        var refused = await db.InTransactionAsync(
            async transaction =>
            {
                var import = await db.DraftImports.AsNoTracking().SingleAsync(row => row.Id == id, cancellationToken);
                for (var at = first; at < Math.Min(first + BatchSize, rows.Count); at++)
                {
                    var draft = import.DraftOf(at);
                    if (await db.Drafts.AnyAsync(row => row.Id == draft, cancellationToken))
                        continue;
                    var saved = await compose.RunAsync(draft, rows[at].Form, by, cancellationToken);
                    if (!saved.IsTaken)
                        return saved.Refusal with { Sentence = $"Line {rows[at].Line}: {saved.Refusal.Sentence}" };
                }

                var standing = await db.DraftImports.SingleAsync(row => row.Id == id, cancellationToken);
                standing.Saved = Math.Min(first + BatchSize, rows.Count);
                _ = await db.KeepAsync(cancellationToken);
                return null;
            },
            cancellationToken);
        db.ChangeTracker.Clear();
        return refused;
    }

    private async Task TakeBackAsync(Guid id, int rows, string trouble, Actor by, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        var import = await db.DraftImports.AsNoTracking().SingleAsync(row => row.Id == id, cancellationToken);
        for (var at = 0; at < rows; at++)
        {
            if (at % BatchSize == 0)
                progress?.Report(new ImportProgress("Taking back", at, rows));
            db.ChangeTracker.Clear();
            var draft = import.DraftOf(at);
            if (await db.Drafts.AnyAsync(row => row.Id == draft && row.Stage == DraftStage.Draft, cancellationToken))
                _ = await withdraw.RunAsync(draft, by, cancellationToken);
        }

        await FinishAsync(id, ImportState.TakenBack, trouble, cancellationToken);
    }

    private async Task FinishAsync(Guid id, ImportState state, string? trouble, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        var import = await db.DraftImports.SingleAsync(row => row.Id == id, cancellationToken);
        (import.State, import.Trouble, import.Bytes) = (state, trouble, []);
        _ = await db.KeepAsync(cancellationToken);
    }
}

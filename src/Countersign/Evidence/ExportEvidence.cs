using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Ledger;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Evidence;

/// <summary>Writes the whole log as a folder that verifies with the server off, by programs we did not write.</summary>
public sealed class ExportEvidence(CountersignDb db, SignedLog log, ContentKeys keys, LedgerKey key, TimeProvider clock)
{
    /// <summary>Checkpoints kept in the folder besides the last one, spread over the log: enough to show that it only ever grew.</summary>
    private const int MaxCheckpoints = 1_000;

    /// <summary>Why this person cannot export, or null where they can.</summary>
    public static string? WhyNot(Actor by) =>
        by == Actor.Automation || by.HoldsAnywhere(Role.Auditor) || by.HoldsAnywhere(Role.Compliance) ? null : "Exporting the audit trail takes the Auditor or Compliance role.";

    /// <param name="withWords">Also the words behind the commitments: drafts, reasons, names.</param>
    /// <param name="by">Who asks; the export is itself an entry, of the log's next checkpoint.</param>
    public async Task<Decision<EvidenceExported>> RunAsync(string folder, bool withWords, Actor by, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (WhyNot(by) is { } why)
        {
            return await db.CommitAsync<EvidenceExported>(
                new Refusal("not-entitled", why) { Attempt = new Attempt("evidence.export", "evidence/export", by.Id, now) },
                _ => { },
                cancellationToken);
        }

        if (await log.LatestAsync(cancellationToken) is not { } latest || !SignedNote.TryParse(latest.Note, out var checkpoint))
            return new Refusal("nothing-signed", "The audit trail holds no signed entry yet.");
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            return new Refusal("not-empty", "Choose an empty folder: an export is never mixed with other files.");

        await LogFolder.WriteAsync(folder, LeavesAsync(latest.Size, cancellationToken), checkpoint, [NoteVerifier.Parse(key.VerifierKey)], await KeptAsync(latest.Size, cancellationToken), cancellationToken);
        if (withWords)
            await WriteWordsAsync(folder, latest.Size, cancellationToken);
        return await db.CommitAsync<EvidenceExported>(
            new EvidenceExported { Subject = Guid.CreateVersion7(now), By = by.Id, At = now, Size = latest.Size, WithWords = withWords },
            _ => { },
            cancellationToken);
    }

    private IQueryable<LedgerEvent> Entries(long size) => log.Index.AsNoTracking()
        .Where(place => place.Index < size)
        .Join(log.Events.AsNoTracking(), place => place.Seq, entry => entry.Seq, (place, entry) => new { place.Index, entry })
        .OrderBy(row => row.Index)
        .Select(row => row.entry);

    private async IAsyncEnumerable<byte[]> LeavesAsync(long size, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var entry in Entries(size).AsAsyncEnumerable().WithCancellation(cancellationToken))
            yield return entry.Leaf;
    }

    private async Task<IReadOnlyList<SignedNote>> KeptAsync(long size, CancellationToken cancellationToken)
    {
        var sizes = await log.Checkpoints.Where(row => row.Size < size).OrderBy(row => row.Size).Select(row => row.Size).ToListAsync(cancellationToken);
        var step = Math.Max(1, (sizes.Count + MaxCheckpoints - 1) / MaxCheckpoints);
        var chosen = sizes.Where((_, at) => at % step == 0).ToList();
        var notes = await log.Checkpoints.AsNoTracking().Where(row => chosen.Contains(row.Size)).OrderBy(row => row.Size).Select(row => row.Note).ToListAsync(cancellationToken);
        return [.. notes.Select(text => SignedNote.TryParse(text, out var note) ? note : throw new InvalidDataException("A stored checkpoint cannot be read."))];
    }

    private async Task WriteWordsAsync(string folder, long size, CancellationToken cancellationToken)
    {
        // One query after the other: a connection to PostgreSQL does not take a second one while the first is being read.
        var wanted = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var leaf in LeavesAsync(size, cancellationToken))
        {
            if (JsonNode.Parse(leaf)?["c"] is JsonObject commitments)
                wanted.UnionWith(commitments.Select(pair => pair.Value!.GetValue<string>()));
        }

        foreach (var some in wanted.Chunk(500))
        {
            await foreach (var item in log.Vault.AsNoTracking().Where(row => some.Contains(row.Commitment)).AsAsyncEnumerable().WithCancellation(cancellationToken))
            {
                // What was erased, or cannot be opened, is not there to be shown; its commitment is.
                if (item.Salt is { } salt && keys.TryOpen(item, out var content))
                    await LogFolder.WriteContentAsync(folder, new CommittedContent(salt, item.Item, content), cancellationToken);
            }
        }
    }
}

public sealed record EvidenceExported : DomainEvent
{
    public override string Act => "evidence.exported";

    public required long Size { get; init; }

    public required bool WithWords { get; init; }

    public override JsonObject Facts => new() { ["entries"] = Size, ["withWords"] = WithWords };
}

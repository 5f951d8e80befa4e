using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Ledger;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Evidence;

/// <summary>Writes the whole log as a folder that verifies with the server off, by programs we did not write.</summary>
public sealed class ExportEvidence(CountersignDb db, SignedLog log, OutsideCopies outside, ContentKeys keys, LedgerKey key, TimeProvider clock)
{
    /// <summary>Checkpoints kept in the folder besides the last one, spread over the log: enough to show that it only ever grew.</summary>
    private const int MaxCheckpoints = 1_000;

    /// <summary>Why this person cannot export, or null where they can.</summary>
    public static string? WhyNot(Actor by) =>
        by == Actor.Automation || by.HoldsAnywhere(Role.Auditor) || by.HoldsAnywhere(Role.Compliance) ? null : "Exporting the audit trail takes the Auditor or Compliance role.";

    /// <summary>The whole trail with everything there is.</summary>
    /// <param name="withWords">Also the words behind the commitments: drafts, reasons, names.</param>
    /// <param name="by">Who asks; the export is itself an entry, of the log's next checkpoint.</param>
    public async Task<Decision<EvidenceExported>> RunAsync(string folder, bool withWords, Actor by, CancellationToken cancellationToken)
    {
        var begun = await BeginAsync(null, by, cancellationToken);
        if (!begun.IsTaken)
            return begun.Refusal;
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            return new Refusal("not-empty", "Choose an empty folder: an export is never mixed with other files.");
        await WriteAsync(folder, begun.Taken, withWords ? _ => true : null, null, cancellationToken);
        return await RecordAsync(begun.Taken.Size, begun.Taken.Size, withWords, 0, by, cancellationToken);
    }

    /// <summary>The checkpoint that an export will be of.</summary>
    /// <param name="at">A size that was signed; null for the newest.</param>
    public async Task<Decision<LedgerCheckpoint>> BeginAsync(long? at, Actor by, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (WhyNot(by) is { } why)
        {
            var refusal = new Refusal("not-entitled", why) { Attempt = new Attempt("evidence.export", "evidence/export", by.Id, now) };
            await db.RecordAsync(refusal, cancellationToken);
            return refusal;
        }

        if (at is { } size)
        {
            return await log.Checkpoints.AsNoTracking().SingleOrDefaultAsync(row => row.Size == size, cancellationToken) is { } then
                ? Vouched(then)
                : new Refusal("no-checkpoint", $"No checkpoint of exactly {size:N0} entries was signed.");
        }

        return await log.LatestAsync(cancellationToken) is { } latest ? Vouched(latest) : new Refusal("nothing-signed", "The audit trail holds no signed entry yet.");
    }

    /// <summary>What the key of now did not sign, no pack that it signs can rest on.</summary>
    private Decision<LedgerCheckpoint> Vouched(LedgerCheckpoint checkpoint) =>
        SignedNote.TryParse(checkpoint.Note, out var note) && NoteVerifier.Parse(key.VerifierKey).Verifies(note)
            ? checkpoint
            : new Refusal("earlier-key", $"The checkpoint of {checkpoint.Size:N0} entries is not signed by the key that the log has now. Choose a later one; after a change of the key, wait until the next is signed.");

    /// <param name="shows">Which commitments' content goes along; null for none.</param>
    /// <param name="progress">Told how many entries are written.</param>
    /// <returns>The sizes of the checkpoints that went along.</returns>
    public async Task<IReadOnlySet<long>> WriteAsync(string folder, LedgerCheckpoint checkpoint, Func<string, bool>? shows, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        if (!SignedNote.TryParse(checkpoint.Note, out var note))
            throw new InvalidDataException("A stored checkpoint cannot be read.");

        // Whoever was given one key of this log comes to the others through its entries. Checkpoints from before a recovery are of another log.
        var name = NoteVerifier.Parse(key.VerifierKey).Name;
        var keys = key.Verifiers.Where(verifier => verifier.Name == name).ToList();
        var kept = (await KeptAsync(checkpoint.Size, cancellationToken)).Where(pair => keys.Exists(verifier => verifier.Verifies(pair.Note))).ToList();
        await LogFolder.WriteAsync(
            folder,
            LeavesAsync(checkpoint.Size, progress, cancellationToken),
            await outside.WithCosignaturesAsync(note, checkpoint.Size, cancellationToken),
            keys,
            kept.Select(pair => pair.Note),
            cancellationToken);
        if (shows is not null)
            await WriteWordsAsync(folder, checkpoint.Size, shows, cancellationToken);
        return kept.Select(pair => pair.Size).Append(checkpoint.Size).ToHashSet();
    }

    /// <param name="chosen">Entries that were asked for.</param>
    /// <param name="withheld">Pieces of content that were asked for and are not shown.</param>
    public async Task<Decision<EvidenceExported>> RecordAsync(long size, long chosen, bool withWords, int withheld, Actor by, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return await db.CommitAsync<EvidenceExported>(
            new EvidenceExported { Subject = Guid.CreateVersion7(now), By = by.Id, At = now, Size = size, Chosen = chosen, WithWords = withWords, Withheld = withheld },
            _ => { },
            cancellationToken);
    }

    private async IAsyncEnumerable<byte[]> LeavesAsync(long size, IProgress<long>? progress, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var written = 0L;
        await foreach (var portion in log.Places.PortionsAsync(0, size, cancellationToken))
        {
            foreach (var (entry, _) in portion)
            {
                yield return entry.Leaf;
                if (++written % 256 == 0 || written == size)
                    progress?.Report(written);
            }
        }
    }

    private async Task<IReadOnlyList<(long Size, SignedNote Note)>> KeptAsync(long size, CancellationToken cancellationToken)
    {
        var stamped = await db.Set<CheckpointStamp>().Where(stamp => stamp.Size < size).Select(stamp => stamp.Size).ToListAsync(cancellationToken);
        var sizes = await log.Checkpoints.Where(row => row.Size < size).OrderBy(row => row.Size).Select(row => row.Size).ToListAsync(cancellationToken);
        var step = Math.Max(1, (sizes.Count + MaxCheckpoints - 1) / MaxCheckpoints);
        var chosen = sizes.Where((kept, at) => at % step == 0 || stamped.Contains(kept)).ToList();
        var rows = await log.Checkpoints.AsNoTracking().Where(row => chosen.Contains(row.Size)).OrderBy(row => row.Size).ToListAsync(cancellationToken);
        var kept = new List<(long, SignedNote)>();
        foreach (var row in rows)
        {
            // One that cannot be read any more vouches for nothing; the check of the log names it.
            if (SignedNote.TryParse(row.Note, out var note))
                kept.Add((row.Size, await outside.WithCosignaturesAsync(note, row.Size, cancellationToken)));
        }

        return kept;
    }

    private async Task WriteWordsAsync(string folder, long size, Func<string, bool> shows, CancellationToken cancellationToken)
    {
        // One query after the other: a connection to PostgreSQL does not take a second one while the first is being read.
        var wanted = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var leaf in LeavesAsync(size, null, cancellationToken))
        {
            if (JsonNode.Parse(leaf)?["c"] is JsonObject commitments)
                wanted.UnionWith(commitments.Select(pair => pair.Value!.GetValue<string>()));
        }

        foreach (var some in wanted.Where(shows).Chunk(500))
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

    /// <summary>Entries that were asked for.</summary>
    public required long Chosen { get; init; }

    public required bool WithWords { get; init; }

    /// <summary>Pieces of content that were asked for and not shown.</summary>
    public required int Withheld { get; init; }

    public override JsonObject Facts => new() { ["entries"] = Size, ["chosen"] = Chosen, ["withWords"] = WithWords, ["withheld"] = Withheld };
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Ledger;
using Countersign.Policies;
using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Evidence;

/// <summary>How far the writing of a pack has come.</summary>
/// <param name="Step">What is being done, in words.</param>
public sealed record PackProgress(string Step, long Done, long Of);

/// <param name="Chosen">Entries that were asked for.</param>
public sealed record WrittenPack(long Size, long Chosen);

/// <summary>
/// Writes what an examiner asked for as a folder that opens, prints and verifies with everything of ours switched off. The same order at
/// the same checkpoint gives the same bytes, but for the manifest, which holds the time, and its signature.
/// </summary>
public sealed class EvidencePack(CountersignDb db, ExportEvidence export, ChosenEntries chosen, AnsweredConversations conversations, AuditTrail trail, AuditNames naming, ProveEntry prove, ErasedContents erased, Withholding withholding, SignedLog log, OutsideCopies outside, WitnessPolicies policies, Installation installation, LedgerKey key, ContentKeys keys, TimeProvider clock)
{
    private const int Batch = 500;

    /// <summary>Entries that get a file and a proof each; of more, the verifier makes the proof that is needed.</summary>
    private const int MostProofs = 10_000;

    /// <param name="folder">Created if need be; must be empty.</param>
    public async Task<Decision<WrittenPack>> WriteAsync(string folder, EvidenceOrder order, Actor by, IProgress<PackProgress>? progress, CancellationToken stop)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            return new Refusal("not-empty", "Choose an empty folder: an export is never mixed with other files.");
        var withheld = await withholding.FindAsync(order.Withheld, stop);
        if (order.Withheld.Keys.Where(commitment => !withheld.Asked.Contains(commitment)).Order(StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            return new Refusal("unknown-commitment", $"Nothing here has the commitment {unknown}, so nothing would be withheld for it. Nothing was written.");
        var begun = await export.BeginAsync(order.At, by, stop);
        if (!begun.IsTaken)
            return begun.Refusal;
        var checkpoint = begun.Taken;
        progress?.Report(new PackProgress("Choosing entries", 0, checkpoint.Size));
        var places = await chosen.ReadAsync(order, checkpoint.Size, stop);
        var files = new PackFiles(Directory.CreateDirectory(folder).FullName);
        var tables = new PackTables(files, order, withheld, checkpoint, installation.Origin, await AnchorAsync(checkpoint, stop));
        var wanted = await DescribeAsync(files, tables, order, withheld, places, checkpoint, by, progress, stop);
        if (order.Withheld.Keys.Where(commitment => !wanted.Contains(commitment)).Order(StringComparer.Ordinal).FirstOrDefault() is { } elsewhere)
        {
            Directory.Delete(folder, recursive: true);
            return new Refusal("not-chosen", $"What has the commitment {elsewhere} is not among what was asked for. Leave it out of what is withheld. Nothing was written.");
        }

        var signed = await export.WriteAsync(
            files.PathOf("log"),
            checkpoint,
            order.WithWords ? commitment => wanted.Contains(commitment) && !withheld.All.ContainsKey(commitment) : null,
            new Relay(done => progress?.Report(new PackProgress("Writing the trail", done, checkpoint.Size))),
            stop);
        var stamps = await db.Set<CheckpointStamp>().AsNoTracking().Where(row => row.Size <= checkpoint.Size).OrderBy(row => row.Size).ToListAsync(stop);
        foreach (var stamp in stamps.Where(stamp => signed.Contains(stamp.Size)))
            await LogFolder.WriteTimeStampAsync(files.PathOf("log"), stamp.Size, stamp.Token, stop);

        await WriteReleasesAsync(files, tables, stop);
        await WriteErasedAsync(files, checkpoint.Size, stop);
        var kept = withheld.All.Where(pair => wanted.Contains(pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal).ToList();
        if (kept.Count > 0)
            await files.WriteAsync("withheld.csv", PackTables.Csv([["of", "what", "commitment", "reason"], .. kept.Select(pair => (string[])[pair.Value.Of, pair.Value.Name, pair.Key, pair.Value.Reason])]));
        if (policies.Settings.Policy is { } policy)
            await files.CopyAsync("witness-policy.txt", Path.Combine(installation.DataFolder, policy));
        await files.WriteAsync("log-key.pem", PackReadMe.Pem(key.VerifierKey));
        await files.WriteAsync("README.txt", PackReadMe.Text(installation.Origin, key.VerifierKey, order, checkpoint.Size, places.Count, policies.Settings.Policy is not null));
        await files.CopyFolderAsync("verifier", Path.Combine(AppContext.BaseDirectory, "verifier"));
        await WriteManifestAsync(files, order, checkpoint, places.Count, kept.Count, by, progress, stop);

        var recorded = await export.RecordAsync(checkpoint.Size, places.Count, order.WithWords, kept.Count, by, stop);
        return recorded.IsTaken ? new WrittenPack(checkpoint.Size, places.Count) : recorded.Refusal;
    }

    /// <summary>Writes what people read of the chosen entries.</summary>
    /// <returns>The commitments they hold.</returns>
    private async Task<HashSet<string>> DescribeAsync(PackFiles files, PackTables tables, EvidenceOrder order, Withheld withheld, IReadOnlyList<FoundEntry> places, LedgerCheckpoint checkpoint, Actor by, IProgress<PackProgress>? progress, CancellationToken stop)
    {
        var commitments = new HashSet<string>(StringComparer.Ordinal);
        var items = new PackItems(files, order, withheld, await db.Publications.AsNoTracking().ToDictionaryAsync(post => post.Id, post => post.DraftId, stop));
        var threads = new PackThreads(files, order, withheld);
        var shown = new SortedDictionary<Guid, HashSet<string>>();
        var proves = order.Narrows && places.Count <= MostProofs;
        var done = 0L;
        foreach (var some in places.Chunk(Batch))
        {
            var entries = await trail.ReadAsync(some, stop);
            var names = withheld.Without(await naming.FindAsync(order.WithWords ? entries.SelectMany(entry => EntryReading.Ids(Raw(entry))) : [], by == Actor.Automation ? Everybody : by, stop, withheld.Wordless));
            var vault = await VaultAsync(order, withheld, entries, commitments, stop);
            foreach (var entry in entries)
            {
                tables.Add(entry, names);
                var words = Words(entry, vault);
                if (await items.AddAsync(entry, names, words) is { } draft)
                {
                    threads.Choose(draft, entry, words);
                    (shown.TryGetValue(draft, out var digests) ? digests : shown[draft] = []).UnionWith(EntryReading.Commitments(Raw(entry)));
                }

                if (proves)
                    await WriteProofAsync(files, entry, checkpoint, stop);
            }

            progress?.Report(new PackProgress("Describing entries", done += some.Length, places.Count));
        }

        foreach (var (draft, around) in await conversations.FindAsync(items.Drafts, checkpoint.Size, stop))
        {
            var entries = await trail.ReadAsync(around.Entries, stop);
            var vault = await VaultAsync(order, withheld, entries, commitments, stop);
            foreach (var entry in entries)
            {
                tables.AddPerson(entry);
                await threads.AddAsync(draft, around, entry, Words(entry, vault));
                if (proves)
                    await WriteProofAsync(files, entry, checkpoint, stop);
            }
        }

        await tables.FinishAsync(commitments.Count(withheld.All.ContainsKey));
        await items.FinishAsync(order.WithWords ? await WritePicturesAsync(files, withheld, shown, stop) : new Dictionary<Guid, IReadOnlyList<string>>(), await threads.FinishAsync());
        return commitments;
    }

    /// <summary>The entry byte for byte, as the proof of it needs it; elsewhere in the pack it is written for people to read.</summary>
    private async Task WriteProofAsync(PackFiles files, AuditEntry entry, LedgerCheckpoint checkpoint, CancellationToken stop)
    {
        await files.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"entries/{entry.Index}.json"), entry.Leaf);
        if ((await prove.RunAsync(entry.Index!.Value, entry.Leaf, checkpoint, stop))?.Text is { } proof)
            await files.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"entries/{entry.Index}.tlog-proof"), proof);
    }

    private static string Raw(AuditEntry entry) => entry.IsReadable ? Encoding.UTF8.GetString(entry.Leaf) : "";

    /// <summary>What may be shown of these entries, by commitment.</summary>
    /// <param name="commitments">Gets all that the entries hold.</param>
    private async Task<Dictionary<string, VaultItem>> VaultAsync(EvidenceOrder order, Withheld withheld, IReadOnlyList<AuditEntry> entries, HashSet<string> commitments, CancellationToken stop)
    {
        var held = entries.SelectMany(entry => EntryReading.Commitments(Raw(entry))).Distinct(StringComparer.Ordinal).ToList();
        commitments.UnionWith(held);
        var wanted = order.WithWords ? held.Where(commitment => !withheld.All.ContainsKey(commitment)).ToList() : [];
        return await log.Vault.AsNoTracking().Where(item => wanted.Contains(item.Commitment)).ToDictionaryAsync(item => item.Commitment, StringComparer.Ordinal, stop);
    }

    /// <summary>Who runs the machine reads everything on it.</summary>
    private static Actor Everybody => new(Guid.Empty, "Countersign", [new RoleGrant(Role.Auditor)]);

    /// <param name="vault">What may be shown, by commitment.</param>
    /// <returns>What the entry's own commitments stand for, by name, in the order of the names.</returns>
    private SortedDictionary<string, string> Words(AuditEntry entry, Dictionary<string, VaultItem> vault)
    {
        var words = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (entry.Read()["c"] is not JsonObject commitments)
            return words;
        foreach (var (name, commitment) in commitments)
        {
            if (vault.TryGetValue(commitment!.GetValue<string>(), out var item) && keys.TryOpen(item, out var content))
                words[name] = content;
        }

        return words;
    }

    /// <param name="shown">What the chosen entries of each draft name by hash, its pictures among them.</param>
    /// <returns>The paths written, within the folder of each draft.</returns>
    private async Task<IReadOnlyDictionary<Guid, IReadOnlyList<string>>> WritePicturesAsync(PackFiles files, Withheld withheld, IReadOnlyDictionary<Guid, HashSet<string>> shown, CancellationToken stop)
    {
        var written = new Dictionary<Guid, IReadOnlyList<string>>();
        foreach (var (draft, hashes) in shown)
        {
            var paths = new List<string>();
            foreach (var hash in await db.Media.Where(media => hashes.Contains(media.Sha256)).Select(media => media.Sha256).OrderBy(hash => hash).ToListAsync(stop))
            {
                if (withheld.All.ContainsKey(hash) || await db.Media.AsNoTracking().SingleAsync(media => media.Sha256 == hash, stop) is not { Bytes.Length: > 0 } media)
                    continue;
                paths.Add($"media/{hash}.{media.ContentType.Split('/')[^1]}");
                await files.WriteAsync($"{PackItems.FolderOf(draft)}/{paths[^1]}", media.Bytes);
            }

            written[draft] = paths;
        }

        return written;
    }

    /// <summary>The policy that held while the chosen entries were made.</summary>
    private async Task WriteReleasesAsync(PackFiles files, PackTables tables, CancellationToken stop)
    {
        if (tables.First is not { } first || tables.Last is not { } last)
            return;
        var releases = await db.Releases.AsNoTracking().Where(release => release.EffectiveFrom <= last).OrderBy(release => release.Number).ToListAsync(stop);
        foreach (var (release, next) in releases.Select((release, at) => (release, releases.ElementAtOrDefault(at + 1))))
        {
            if (next is not null && next.EffectiveFrom <= first)
                continue;
            var place = string.Create(CultureInfo.InvariantCulture, $"policy/release-{release.Number}");
            await files.WriteAsync($"{place}/release.json", CanonicalJson.Encode(release.State()));
            foreach (var file in release.Files)
                await files.WriteAsync($"{place}/{file.Path}", file.Yaml);
        }
    }

    /// <summary>What stands in place of words that are not there because two people destroyed them.</summary>
    private async Task WriteErasedAsync(PackFiles files, long size, CancellationToken stop) => await files.WriteAsync("erased.csv", PackTables.Csv([
        ["commitment", "object", "name", "erased", "basis", "entry", "asked_by", "confirmed_by", "sentence"],
        .. (await erased.FindAsync(null, stop)).Values.Where(item => item.Entry < size).OrderBy(item => item.Entry).ThenBy(item => item.Commitment, StringComparer.Ordinal).Select(item => (string[])[
            item.Commitment, item.Object, item.Name, PackTables.Instant(item.At), item.Basis.ToString(), item.Entry!.Value.ToString(CultureInfo.InvariantCulture), item.AskedBy.ToString(), item.ConfirmedBy.ToString(),
            item.Say(at => at.ToString("d MMMM yyyy", CultureInfo.InvariantCulture)),
        ]),
    ]));

    /// <summary>Who outside had vouched for how much of it, by the checkpoint of the export.</summary>
    private async Task<string> AnchorAsync(LedgerCheckpoint checkpoint, CancellationToken stop)
    {
        // Before a recovery the log had another name: who vouched for that did not vouch for this.
        var begins = await log.Checkpoints.Where(row => row.Note.StartsWith(installation.Origin + "\n")).MinAsync(row => (long?)row.Size, stop) ?? checkpoint.Size;
        var cosigned = await db.Set<Cosignature>().AsNoTracking().Where(line => line.Size >= begins && line.Size <= checkpoint.Size).OrderByDescending(line => line.Size).ThenBy(line => line.Witness).FirstOrDefaultAsync(stop);
        var stamped = await db.Set<CheckpointStamp>().AsNoTracking().Where(stamp => stamp.Size >= begins && stamp.Size <= checkpoint.Size).OrderByDescending(stamp => stamp.Size).FirstOrDefaultAsync(stop);
        var anchor = (cosigned, stamped) switch
        {
            (null, null) => ((long, DateTimeOffset, string)?)null,
            ({ } one, null) => (one.Size, one.At, one.Witness),
            (null, { } other) => (other.Size, other.At, other.Authority),
            ({ } one, { } other) => one.At >= other.At ? (one.Size, one.At, one.Witness) : (other.Size, other.At, other.Authority),
        };
        return anchor is var (size, at, who)
            ? string.Create(CultureInfo.InvariantCulture, $"Last anchored outside {PackTables.Instant(at)}, by {who}, to entry {size}: {Span(checkpoint.At - at)} before this checkpoint was signed. Of entries from number {size} on, nobody outside had vouched for anything.")
            : "Never anchored outside: no witness and no time stamp authority had vouched for any of it.";
    }

    private static string Span(TimeSpan span) => span <= TimeSpan.FromMinutes(1) ? "less than a minute" : Shared.English.Span(span);

    private async Task WriteManifestAsync(PackFiles files, EvidenceOrder order, LedgerCheckpoint checkpoint, long count, int withheld, Actor by, IProgress<PackProgress>? progress, CancellationToken stop)
    {
        var (hashes, lengths) = (new JsonObject(), new JsonObject());
        var paths = files.All();
        foreach (var (path, at) in paths.Select((path, at) => (path, at)))
        {
            hashes[path] = await files.HashAsync(path, stop);
            lengths[path] = new FileInfo(files.PathOf(path)).Length;
            if (at % Batch == 0)
                progress?.Report(new PackProgress("Hashing files", at, paths.Count));
        }

        var manifest = new JsonObject
        {
            ["format"] = "countersign-evidence/1",
            ["log"] = installation.Origin,
            ["exportedAt"] = clock.GetUtcNow().ToString("O"),
            ["exportedBy"] = by.Id.ToString(),
            ["order"] = order.ToJson(),
            ["checkpoint"] = checkpoint.Size,
            ["chosen"] = count,
            ["withheld"] = withheld,
            ["lastAnchored"] = (await outside.WitnessedAsync(stop)).At?.ToString("O"),
            ["files"] = hashes,
            ["lengths"] = lengths,
        };
        var bytes = Encoding.UTF8.GetBytes(manifest.ToJsonString(new() { WriteIndented = true }) + "\n");
        await files.WriteAsync("manifest.json", bytes);

        // Never a checkpoint: what follows the first line is not a size.
        await files.WriteAsync("manifest.note", key.Sign($"{installation.Origin}\nevidence manifest\n{Convert.ToBase64String(SHA256.HashData(bytes))}\n").ToString());
    }

    /// <summary>Tells at once, on the thread that writes.</summary>
    private sealed class Relay(Action<long> tell) : IProgress<long>
    {
        public void Report(long value) => tell(value);
    }
}

/// <summary>The files of one pack.</summary>
internal sealed class PackFiles(string folder)
{
    public string PathOf(string path) => Path.Combine(folder, path);

    public Task WriteAsync(string path, string text) => WriteAsync(path, new UTF8Encoding(false).GetBytes(text));

    public Task WriteAsync(string path, byte[] bytes)
    {
        var file = Path.GetFullPath(PathOf(path));
        if (!file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new InvalidDataException($"{path} would lie outside the pack.");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        return File.WriteAllBytesAsync(file, bytes);
    }

    public async Task CopyAsync(string path, string from) => await WriteAsync(path, await File.ReadAllBytesAsync(from));

    public async Task CopyFolderAsync(string path, string from)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            await CopyAsync($"{path}/{Path.GetRelativePath(from, file)}", file);
    }

    public IReadOnlyList<string> All() => [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    public async Task<string> HashAsync(string path, CancellationToken stop)
    {
        await using var file = File.OpenRead(PathOf(path));
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, stop));
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using Countersign.Ledger;

namespace Countersign.Storage;

/// <summary>
/// What this process committed and has not seen in its place yet, by the hash of each entry: whoever edits or removes an entry in the moment
/// before it has its place, when nothing signed vouches for it, is found out by those who wrote it.
/// </summary>
public sealed class Acknowledged
{
    private readonly ConcurrentDictionary<TreeHash, (Guid Id, long At)> open = [];

    /// <summary>To be called when the entry is durable, and never before.</summary>
    internal void Add(LedgerEvent written) => open.TryAdd(TreeHash.OfLeaf(written.Leaf), (written.Id, Stopwatch.GetTimestamp()));

    /// <summary>What was committed before this instant of the process: whoever began to read the database later finds each of them there.</summary>
    internal IReadOnlyList<(TreeHash Hash, Guid Id)> Before(long instant) => open.IsEmpty ? [] : [.. open.Where(one => one.Value.At < instant).Select(one => (one.Key, one.Value.Id))];

    internal void Remove(TreeHash hash) => open.TryRemove(hash, out _);
}

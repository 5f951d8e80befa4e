using System.Collections.Concurrent;
using System.Diagnostics;

namespace Countersign.Storage;

/// <summary>
/// What this process committed and has not seen in its place yet, by number, with its bytes: whoever edits or removes an entry in the moment
/// before it has its place, when nothing signed vouches for it, is found out by those who wrote it.
/// </summary>
public sealed class Acknowledged
{
    private readonly ConcurrentDictionary<long, (byte[] Leaf, long At)> open = [];

    /// <summary>To be called when the entry is durable, and never before.</summary>
    internal void Add(LedgerEvent written) => open.TryAdd(written.Seq, (written.Leaf, Stopwatch.GetTimestamp()));

    /// <summary>What was committed before this instant of the process: whoever began to read the database later finds each of them there.</summary>
    internal IEnumerable<(long Seq, byte[] Leaf)> Before(long instant) => open.Where(one => one.Value.At < instant).Select(one => (one.Key, one.Value.Leaf));

    /// <summary>Whether these are the bytes that this process committed under this number.</summary>
    internal bool Holds(long seq, ReadOnlySpan<byte> leaf) => open.TryGetValue(seq, out var committed) && leaf.SequenceEqual(committed.Leaf);

    /// <summary>It has its place for good, and is no longer looked after.</summary>
    internal void Forget(long seq) => open.TryRemove(seq, out _);
}

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
    internal IReadOnlyList<(long Seq, byte[] Leaf)> Before(long instant) => open.IsEmpty ? [] : [.. open.Where(one => one.Value.At < instant).Select(one => (one.Key, one.Value.Leaf))];

    /// <summary>It was found, and is no longer looked after if these are the bytes that were committed.</summary>
    internal void Found(long seq, ReadOnlySpan<byte> leaf)
    {
        if (open.TryGetValue(seq, out var committed) && leaf.SequenceEqual(committed.Leaf))
            open.TryRemove(seq, out _);
    }
}

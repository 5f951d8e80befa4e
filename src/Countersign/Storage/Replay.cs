using System.Text.Json;
using System.Text.Json.Nodes;

namespace Countersign.Storage;

/// <summary>What the log last said of one object.</summary>
/// <param name="After">SHA-256 of its state; null where the entry says that it is gone.</param>
/// <param name="Index">The entry's place; null where it has none yet.</param>
internal readonly record struct LastSaid(byte[]? After, long? Index);

/// <summary>A commitment that an entry holds.</summary>
internal readonly record struct Committing(string Name, string Object, long? Index);

/// <summary>The log read from its first entry, for one share of the objects that it names: memory is bounded by the share, not by the log.</summary>
/// <param name="mine">True for the names (of objects, and commitments) in this share.</param>
internal sealed class Replay(SignedLog log, Func<string, bool> mine)
{
    public Dictionary<string, LastSaid> Objects { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Committing> Commitments { get; } = new(StringComparer.Ordinal);

    /// <summary>Commitments whose content an entry says was erased, with that entry's place.</summary>
    public Dictionary<string, long?> Erased { get; } = new(StringComparer.Ordinal);

    /// <summary>Objects whose entries do not follow on each other: between these two the log once held something else.</summary>
    public List<(string Object, long? Before, long? After)> Breaks { get; } = [];

    /// <summary>Entries whose bytes are no entry.</summary>
    public List<long?> Unreadable { get; } = [];

    /// <summary>Numbers of events that have no place and will get none: nothing of them is signed, and nothing of them is believed.</summary>
    public List<long> Placeless { get; } = [];

    public long Entries { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var (leaf, index) in EntriesAsync(log, Placeless, cancellationToken))
        {
            Entries++;
            try
            {
                using var entry = JsonDocument.Parse(leaf);
                Take(entry.RootElement, index);
            }
            catch (Exception damage) when (damage is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                Unreadable.Add(index);
            }
        }
    }

    /// <summary>The states that the log last gave these objects, field by field.</summary>
    public static async Task<Dictionary<string, JsonObject>> StatesAsync(SignedLog log, IReadOnlySet<string> objects, CancellationToken cancellationToken)
    {
        var states = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        if (objects.Count == 0)
            return states;
        await foreach (var (leaf, _) in EntriesAsync(log, [], cancellationToken))
        {
            if (Parse(leaf)?["changes"] is not JsonArray changes)
                continue;
            foreach (var change in changes)
            {
                if (change?["obj"] is not JsonValue named || !objects.Contains(named.ToString()) || change["set"] is not JsonObject set)
                    continue;
                if (!states.TryGetValue(named.ToString(), out var state))
                    states[named.ToString()] = state = [];
                foreach (var (field, value) in set)
                    state[field] = value is JsonArray { Count: 2 } pair ? pair[1]?.DeepClone() : null;
            }
        }

        return states;
    }

    private static async IAsyncEnumerable<(byte[] Leaf, long? Index)> EntriesAsync(SignedLog log, List<long> placeless, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Changes to one object wait for each other, so the order of insertion is theirs, also where the places differ.
        var waiting = await log.Places.WaitingAsync(cancellationToken);
        await foreach (var (entry, index) in log.Places.InsertedAsync(cancellationToken))
        {
            if (index is null && !waiting.Contains(entry.Seq))
                placeless.Add(entry.Seq);
            else
                yield return (entry.Leaf, index);
        }
    }

    private static JsonNode? Parse(byte[] leaf)
    {
        try
        {
            return JsonNode.Parse(leaf);
        }
        catch (JsonException)
        {
            // Counted as unreadable by whoever replays.
            return null;
        }
    }

    private void Take(JsonElement entry, long? index)
    {
        if (entry.TryGetProperty("c", out var commitments))
        {
            foreach (var item in commitments.EnumerateObject())
            {
                if (item.Value.GetString() is { } commitment && mine(commitment))
                    Commitments[commitment] = new Committing(item.Name, entry.GetProperty("obj").GetString()!, index);
            }
        }

        if (entry.TryGetProperty("erased", out var erased))
        {
            foreach (var item in erased.EnumerateArray())
            {
                if (item.GetString() is { } commitment && mine(commitment))
                    Erased[commitment] = index;
            }
        }

        if (!entry.TryGetProperty("changes", out var changes))
            return;
        foreach (var change in changes.EnumerateArray())
        {
            var name = change.GetProperty("obj").GetString()!;
            if (!mine(name))
                continue;
            var (before, after) = (Bytes(change.GetProperty("before")), Bytes(change.GetProperty("after")));
            if (Objects.TryGetValue(name, out var last) ? !Same(last.After, before) : before is not null)
                Breaks.Add((name, Objects.TryGetValue(name, out last) ? last.Index : null, index));
            Objects[name] = new LastSaid(after, index);
        }
    }

    private static byte[]? Bytes(JsonElement hex) => hex.GetString() is { } digits ? Convert.FromHexString(digits) : null;

    private static bool Same(byte[]? one, byte[]? other) => one is null ? other is null : other is not null && one.AsSpan().SequenceEqual(other);
}

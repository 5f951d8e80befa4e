using System.Text.Json;

namespace Countersign.Storage;

/// <summary>What an entry says of itself, read from the bytes that are hashed: the columns beside them are to search by, and could be edited.</summary>
public sealed record EntryHead(Guid Id, DateTimeOffset At, Guid Actor, string Act, string Object, bool Ok)
{
    /// <returns>Null where the bytes are no entry.</returns>
    public static EntryHead? Read(byte[] leaf)
    {
        try
        {
            using var json = JsonDocument.Parse(leaf);
            var root = json.RootElement;
            return new EntryHead(
                root.GetProperty("id").GetGuid(),
                DateTimeOffset.FromUnixTimeMilliseconds(root.GetProperty("at").GetInt64()),
                root.GetProperty("actor").GetGuid(),
                root.GetProperty("act").GetString()!,
                root.GetProperty("obj").GetString()!,
                root.GetProperty("ok").GetBoolean());
        }
        catch (Exception damage) when (damage is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>True where the columns of the row say what its bytes say. A leaf counts milliseconds, a column more.</summary>
    public static bool Agrees(LedgerEvent row) =>
        Read(row.Leaf) is { } head && head == new EntryHead(row.Id, DateTimeOffset.FromUnixTimeMilliseconds(row.At.ToUnixTimeMilliseconds()), row.Actor, row.Act, row.Object, row.Ok);
}

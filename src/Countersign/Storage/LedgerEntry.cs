using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Ledger;

namespace Countersign.Storage;

/// <summary>Turns an event, or a refusal that matters, into the bytes of its ledger entry.</summary>
internal static class LedgerEntry
{
    /// <summary>The largest entry written, in bytes; tlog-tiles allows 65,535. Larger things go in by commitment.</summary>
    private const int MaxBytes = 60 * 1024;

    public static LedgerEvent Of(DomainEvent happened, string origin, IEnumerable<Change> changes)
    {
        var leaf = new JsonObject
        {
            ["v"] = 1,
            ["id"] = happened.Id.ToString(),
            ["org"] = origin,
            ["at"] = happened.At.ToUnixTimeMilliseconds(),
            ["actor"] = happened.By.ToString(),
            ["via"] = happened.By == Actor.Automation.Id ? "automation" : "human",
            ["act"] = happened.Act,
            ["obj"] = happened.Object,
            ["ok"] = true,
        };
        if (happened.Why is { } why)
            leaf["why"] = why;
        if (happened.Cause is { } cause)
            leaf["cause"] = cause.ToString();
        if (happened.Facts is { } facts)
            leaf["facts"] = facts;
        var commitments = happened.Seals.ToList();
        if (commitments.Count > 0)
            leaf["c"] = new JsonObject(commitments.Select(item => KeyValuePair.Create(item.Name, (JsonNode?)item.Commitment)));
        if (happened.Erases.Count > 0)
            leaf["erased"] = new JsonArray([.. happened.Erases.Order(StringComparer.Ordinal).Select(commitment => (JsonNode)commitment)]);
        leaf["changes"] = new JsonArray([.. changes.Select(change => change.ToJson())]);
        return Row(leaf, happened.Id, happened.At, happened.By, happened.Act, happened.Object, ok: true);
    }

    /// <summary>SHA-256 of a row's canonical state, as entries give it before and after.</summary>
    public static byte[] HashOf(JsonObject state) => SHA256.HashData(CanonicalJson.Encode(state));

    public static LedgerEvent Of(Refusal refusal, Attempt attempt, string origin)
    {
        var id = Guid.CreateVersion7();
        var leaf = new JsonObject
        {
            ["v"] = 1,
            ["id"] = id.ToString(),
            ["org"] = origin,
            ["at"] = attempt.At.ToUnixTimeMilliseconds(),
            ["actor"] = attempt.By.ToString(),
            ["via"] = attempt.By == Actor.Automation.Id ? "automation" : "human",
            ["act"] = attempt.Act,
            ["obj"] = attempt.Object,
            ["ok"] = false,
            ["why"] = refusal.Code,
        };
        return Row(leaf, id, attempt.At, attempt.By, attempt.Act, attempt.Object, ok: false);
    }

    private static LedgerEvent Row(JsonObject leaf, Guid id, DateTimeOffset at, Guid actor, string act, string obj, bool ok)
    {
        var bytes = CanonicalJson.Encode(leaf);
        return bytes.Length <= MaxBytes
            ? new LedgerEvent { Id = id, Leaf = bytes, At = at, Actor = actor, Act = act, Object = obj, Ok = ok }
            : throw new InvalidOperationException($"The entry {act} on {obj} has {bytes.Length} bytes; more than {MaxBytes} go in by commitment.");
    }

    /// <summary>One row as it was and as it is. <paramref name="Before"/> is null for a new row, <paramref name="After"/> for one that is gone.</summary>
    internal sealed record Change(string Object, JsonObject? Before, JsonObject? After)
    {
        public JsonObject ToJson()
        {
            var set = new JsonObject();
            foreach (var key in (Before ?? []).Concat(After ?? []).Select(pair => pair.Key).Distinct().Order(StringComparer.Ordinal))
            {
                var (was, now) = (Before?[key], After?[key]);
                if (!JsonNode.DeepEquals(was, now))
                    set[key] = new JsonArray(was?.DeepClone(), now?.DeepClone());
            }

            return new JsonObject
            {
                ["obj"] = Object,
                ["set"] = set,
                ["before"] = Hash(Before),
                ["after"] = Hash(After),
            };
        }

        /// <summary>Lower-case hex SHA-256 of the canonical state: <see cref="StateCheck"/> compares it with the row.</summary>
        private static string? Hash(JsonObject? state) => state is null ? null : Convert.ToHexStringLower(HashOf(state));
    }
}

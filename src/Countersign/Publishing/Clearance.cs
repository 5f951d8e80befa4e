using System.Text.Json;
using System.Text.Json.Serialization;
using Countersign.Decisions;
using Countersign.Storage;

namespace Countersign.Publishing;

/// <summary>Whose signature on an approved text lets an answer out.</summary>
/// <param name="Event">The entry of that signature.</param>
public sealed record ClearedBy(Guid PersonId, Role Role, Guid Event);

/// <summary>What stands in the place of an answer's own signatures: those of the text it was made of.</summary>
/// <param name="Digest">What they are bound to.</param>
/// <param name="Filled">The values of its variables, as JSON; sealed, because they can name a person.</param>
/// <param name="FilledCommitment">What stands for them in entries.</param>
public sealed record Clearance(Guid Template, int Version, string Digest, IReadOnlyList<ClearedBy> Signers, string Filled, string FilledCommitment, DateTimeOffset At, Guid Event)
{
    /// <summary>None once they were erased.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> Values => Filled == Erased.Marker ? new Dictionary<string, string>() : Read(Filled);

    public bool Equals(Clearance? other) => other is not null && (Event, Filled) == (other.Event, other.Filled);

    public override int GetHashCode() => Event.GetHashCode();

    internal static string Write(IReadOnlyDictionary<string, string> values) => JsonSerializer.Serialize(new SortedDictionary<string, string>(values.ToDictionary(), StringComparer.Ordinal), JsonColumn.Options);

    internal Clearance Erase() => this with { Filled = Erased.Marker };

    internal string Describe() => $"{Template} {Version} {Digest} {string.Join(' ', Signers.Select(signer => $"{signer.Role.Name()} {signer.PersonId} {signer.Event}"))} {FilledCommitment} {At.ToUnixTimeMilliseconds()} {Event}";

    private static Dictionary<string, string> Read(string json) => JsonSerializer.Deserialize<Dictionary<string, string>>(json, JsonColumn.Options) ?? [];
}

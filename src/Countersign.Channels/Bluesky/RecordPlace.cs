namespace Countersign.Channels.Bluesky;

/// <summary>Where a record stands: at://did/collection/key.</summary>
internal readonly record struct RecordPlace(string Did, string Collection, string Key)
{
    /// <returns>Null for anything that is no such address.</returns>
    public static RecordPlace? Parse(string id) =>
        id.Split('/') is ["at:", "", { Length: > 0 } did, { Length: > 0 } collection, { Length: > 0 } key] ? new RecordPlace(did, collection, key) : null;

    public override string ToString() => $"at://{Did}/{Collection}/{Key}";
}

/// <summary>One version of one record, as another record names it.</summary>
internal sealed record StrongRef(string Uri, string Cid)
{
    public System.Text.Json.Nodes.JsonObject ToJson() => new() { ["uri"] = Uri, ["cid"] = Cid };
}

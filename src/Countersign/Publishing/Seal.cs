using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Countersign.Ledger;

namespace Countersign.Publishing;

/// <summary>
/// The digest an approval is bound to: SHA-256 of the canonical JSON of the words, the pictures and what they are said to show,
/// the links, every account with how it will show the post, who can see it, when it may go out, and the policy release.
/// Change one character of any of these and the signatures no longer fit.
/// </summary>
public static class Seal
{
    /// <returns>Lower-case hex, 64 characters.</returns>
    public static string Of(string text, IReadOnlyList<DraftPicture> pictures, Slot? slot, IReadOnlyList<AccountRendering> renderings, string release) =>
        Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Encode(new JsonObject
        {
            ["v"] = 1,
            ["text"] = text,
            ["pictures"] = new JsonArray([.. pictures.Select(picture => (JsonNode)new JsonObject { ["sha256"] = picture.Sha256, ["alt"] = picture.Alt })]),
            ["links"] = new JsonArray([.. renderings.SelectMany(rendering => rendering.Links).Select(link => link.Target).Distinct().Order(StringComparer.Ordinal).Select(target => (JsonNode)target)]),
            ["accounts"] = new JsonArray([.. renderings.OrderBy(rendering => rendering.AccountId).Select(rendering => (JsonNode)new JsonObject
            {
                ["id"] = rendering.AccountId.ToString(),
                ["network"] = rendering.Network,
                ["handle"] = rendering.Handle,
                ["shown"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(rendering.Text))),
                ["fold"] = rendering.FoldAt,
                ["links"] = new JsonArray([.. rendering.Links.Select(link => (JsonNode)$"{link.Start}-{link.End} {link.Target}")]),
            })]),
            ["audience"] = "public",
            ["window"] = slot is null ? null : new JsonObject { ["local"] = slot.Local, ["zone"] = slot.Zone, ["from"] = slot.Instant.ToUnixTimeMilliseconds(), ["minutes"] = (int)Draft.Tolerance.TotalMinutes },
            ["release"] = release,
        })));

    /// <summary>As pages show it: the first eight digits in two groups.</summary>
    public static string Short(string seal) => $"{seal[..4]} {seal[4..8]}";
}

/// <summary>A draft as one account will show it.</summary>
/// <param name="FoldAt">Where the network hides the rest (UTF-16 index); null where it shows everything.</param>
/// <param name="Counts">As that network counts.</param>
/// <param name="Objections">Why the network would refuse it, in sentences.</param>
public sealed record AccountRendering(
    Guid AccountId,
    string Network,
    string NetworkTitle,
    string Handle,
    string Title,
    string Text,
    int? FoldAt,
    IReadOnlyList<RenderingLink> Links,
    IReadOnlyList<RenderingCount> Counts,
    IReadOnlyList<string> Objections);

public sealed record RenderingLink(int Start, int End, string Target);

public sealed record RenderingCount(string Unit, int Used, int? Limit)
{
    public bool Over => Used > Limit;
}

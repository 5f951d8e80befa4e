using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Countersign.Ledger;

namespace Countersign.Publishing;

/// <summary>
/// The digest an approval is bound to: SHA-256 of the canonical JSON of the words, the pictures and what they are said to show,
/// the links, every account with everything it will show, the post that is answered or shown, who can see it, when it may go out, and the policy release.
/// Change one character of any of these and the signatures no longer fit.
/// </summary>
public static class Seal
{
    /// <returns>Lower-case hex, 64 characters.</returns>
    public static string Of(Composition body, Slot? slot, IReadOnlyList<AccountRendering> renderings, string release)
    {
        var sealedParts = new JsonObject
        {
            ["v"] = 1,
            ["text"] = body.Text,
            ["pictures"] = new JsonArray([.. body.Pictures.Select(picture => (JsonNode)Picture(picture))]),
            ["links"] = new JsonArray([.. renderings.SelectMany(rendering => rendering.Links).Select(link => link.Target).Distinct().Order(StringComparer.Ordinal).Select(target => (JsonNode)target)]),
            ["accounts"] = new JsonArray([.. renderings.OrderBy(rendering => rendering.AccountId).Select(rendering => (JsonNode)Account(rendering))]),
            ["audience"] = "public",
            ["window"] = slot is null ? null : new JsonObject { ["local"] = slot.Local, ["zone"] = slot.Zone, ["from"] = slot.Instant.ToUnixTimeMilliseconds(), ["minutes"] = (int)Draft.Tolerance.TotalMinutes },
            ["release"] = release,
        };

        // One plain post is sealed as it always was, so that what was signed before posts had shapes still fits.
        if (!body.Shape.IsPlain)
            AddShape(sealedParts, body.Shape, renderings);
        return Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Encode(sealedParts)));
    }

    /// <summary>As pages show it: the first eight digits in two groups.</summary>
    public static string Short(string seal) => $"{seal[..4]} {seal[4..8]}";

    private static void AddShape(JsonObject sealedParts, PostShape shape, IReadOnlyList<AccountRendering> renderings)
    {
        sealedParts["v"] = 2;
        sealedParts["kind"] = shape.Kind.ToString();
        sealedParts["audience"] = shape.Audience.ToString();
        sealedParts["warning"] = shape.ContentWarning?.Text;
        sealedParts["allOrNone"] = shape.AllOrNone;
        sealedParts["target"] = shape.Target is not { } target ? null : new JsonObject
        {
            ["network"] = target.Network,
            ["id"] = target.Id,
            ["address"] = target.Address,
            ["version"] = target.Version,
            ["author"] = target.Author,
            ["text"] = target.Text,
            ["at"] = target.At?.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture),
        };
        sealedParts["preview"] = shape.Preview is not { } card ? null : new JsonObject
        {
            ["address"] = card.Address,
            ["title"] = card.Title,
            ["description"] = card.Description,
            ["picture"] = card.Picture is null ? null : Picture(card.Picture),
        };
        sealedParts["follows"] = new JsonArray([.. renderings.OrderBy(rendering => rendering.AccountId).SelectMany(rendering => rendering.Following.Select(part => (JsonNode)new JsonObject
        {
            ["account"] = rendering.AccountId.ToString(),
            ["place"] = part.Place.ToString(),
            ["number"] = part.Number,
            ["of"] = part.Of,
            ["shown"] = Digest(part.Text),
            ["fold"] = part.FoldAt,
            ["links"] = Links(part.Links),
        }))]);
    }

    private static JsonObject Account(AccountRendering rendering) => new()
    {
        ["id"] = rendering.AccountId.ToString(),
        ["network"] = rendering.Network,
        ["handle"] = rendering.Handle,
        ["shown"] = Digest(rendering.Text),
        ["fold"] = rendering.FoldAt,
        ["links"] = Links(rendering.Links),
    };

    /// <summary>A reason for having no alternative text is part of what is agreed; seals of posts without one are what they were before there was such a thing.</summary>
    private static JsonObject Picture(DraftPicture picture)
    {
        var shown = new JsonObject { ["sha256"] = picture.Sha256, ["alt"] = picture.Alt };
        if (picture.NoAlt is not null)
            shown["noAlt"] = picture.NoAlt;
        return shown;
    }

    private static JsonArray Links(IReadOnlyList<RenderingLink> links) => [.. links.Select(link => (JsonNode)$"{link.Start}-{link.End} {link.Target}")];

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>A draft as one account will show it.</summary>
/// <param name="Text">Of the post, or of the first part of its thread.</param>
/// <param name="FoldAt">Where the network hides the rest (UTF-16 index); null where it shows everything.</param>
/// <param name="Counts">As that network counts.</param>
/// <param name="Objections">Why the network would refuse it or what follows it, in sentences.</param>
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
    IReadOnlyList<string> Objections)
{
    /// <summary>The further parts of the thread, then the first comment.</summary>
    public IReadOnlyList<PartRendering> Following { get; init; } = [];

    /// <summary>What whoever writes or signs it should know; stops nothing and is not signed.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Which of <see cref="Composition.Texts"/> stands in <see cref="Text"/>.</summary>
    public int TextNumber { get; init; }
}

/// <summary>A post that follows another, as the account will show it.</summary>
/// <param name="TextNumber">As <see cref="Composition.Texts"/> counts.</param>
public sealed record PartRendering(Place Place, int Number, int Of, string Text, int? FoldAt, IReadOnlyList<RenderingLink> Links, IReadOnlyList<RenderingCount> Counts, int TextNumber)
{
    /// <summary>As pages call it.</summary>
    public string Called => Place == Place.FirstComment ? "First comment" : $"Part {Number} of {Of}";
}

public sealed record RenderingLink(int Start, int End, string Target);

public sealed record RenderingCount(string Unit, int Used, int? Limit)
{
    public bool Over => Used > Limit;
}

using System.Globalization;
using System.Text.Json;
using Countersign.Publishing;
using Countersign.Web.Shared;
using Microsoft.Extensions.Primitives;

namespace Countersign.Web.Publishing;

/// <summary>The compose form as it stands on the screen: what was typed, right or wrong.</summary>
/// <param name="Seen">The version it was opened on; 0 for a new draft.</param>
/// <param name="AtTime">Goes out at the time given; otherwise as soon as it is approved.</param>
public sealed record ComposeForm(int Seen, string Text, IReadOnlyList<(string Sha256, string Alt)> Pictures, IReadOnlyList<Guid> Accounts, bool AtTime, string Date, string Time, string Zone)
{
    /// <summary>Without its target until that has been looked up.</summary>
    public PostShape Shape { get; init; } = PostShape.Plain;

    /// <summary>The post that is answered, quoted or shown again: a delivery's identifier, <see cref="FoundName"/>, "kept" for what the draft has already, or nothing.</summary>
    public string Target { get; init; } = "";

    /// <summary>Where a post of somebody else is looked for, as typed.</summary>
    public string Other { get; init; } = "";

    /// <summary>What it serves.</summary>
    public Guid? Campaign { get; init; }

    /// <summary>Why a picture needs no alternative text, by its hash.</summary>
    public IReadOnlyDictionary<string, string> NoAlt { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <param name="date">The day it is planned for, if the calendar said one.</param>
    public static ComposeForm Empty(IReadOnlyList<Guid> accounts, DateOnly? date, DateTimeOffset now) =>
        new(0, "", [], accounts, date is not null, (date ?? DateOnly.FromDateTime(LocalTime.At(now)).AddDays(1)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "09:00", LocalTime.Zone);

    public static ComposeForm Of(Draft draft, DateTimeOffset now)
    {
        var form = Empty(draft.AccountIds, null, now) with { Seen = draft.Version, Text = draft.Text, Campaign = draft.CampaignId, Pictures = [.. draft.Pictures.Select(picture => (picture.Sha256, picture.Alt))], NoAlt = Reasons(draft.Pictures.Select(picture => (picture.Sha256, picture.NoAlt ?? ""))), Shape = draft.Body.Shape, Target = draft.Shape?.Target is null ? "" : ComposeShape.Kept };
        return draft.Slot is { } slot ? form with { AtTime = true, Date = slot.Local[..10], Time = slot.Local[11..16], Zone = slot.Zone } : form;
    }

    public static ComposeForm Read(IEnumerable<KeyValuePair<string, StringValues>> fields)
    {
        var sent = fields.ToDictionary(field => field.Key, field => field.Value, StringComparer.Ordinal);
        string One(string name) => sent.GetValueOrDefault(name) is [.., { } last] ? last : "";
        return new ComposeForm(
            int.TryParse(One("seen"), CultureInfo.InvariantCulture, out var seen) ? seen : 0,
            Lines(One("text")),
            [.. sent.GetValueOrDefault("picture").Zip(sent.GetValueOrDefault("alt"), (sha256, alt) => (sha256 ?? "", Lines(alt ?? "")))],
            [.. sent.GetValueOrDefault("accounts").Where(id => Guid.TryParse(id, out _)).Select(id => Guid.Parse(id!)).Distinct()],
            One("when") == "at",
            One("date"),
            One("time"),
            One("zone") is { Length: > 0 } zone ? zone : LocalTime.Zone)
        {
            Shape = ComposeShape.Read(sent),
            Target = One("target"),
            Other = One("other"),
            Campaign = Guid.TryParse(One("campaign"), out var campaign) ? campaign : null,
            NoAlt = Reasons(sent.GetValueOrDefault("picture").Zip(sent.GetValueOrDefault("noAlt"), (sha256, reason) => (sha256 ?? "", Lines(reason ?? "")))),
        };
    }

    /// <returns>Null where what was kept is no form of ours.</returns>
    public static ComposeForm? Read(Autosave kept) =>
        JsonSerializer.Deserialize<Dictionary<string, string?[]>>(kept.Fields) is { } fields
            ? Read(fields.Select(field => KeyValuePair.Create(field.Key, new StringValues(field.Value))))
            : null;

    /// <summary>As an autosave keeps it: the form's own fields.</summary>
    public string Write() => JsonSerializer.Serialize(new Dictionary<string, string[]>(ComposeShape.Write(Shape))
    {
        ["seen"] = [Seen.ToString(CultureInfo.InvariantCulture)],
        ["text"] = [Text],
        ["picture"] = [.. Pictures.Select(picture => picture.Sha256)],
        ["alt"] = [.. Pictures.Select(picture => picture.Alt)],
        ["noAlt"] = [.. Pictures.Select(picture => NoAlt.GetValueOrDefault(picture.Sha256, ""))],
        ["accounts"] = [.. Accounts.Select(id => id.ToString())],
        ["when"] = [AtTime ? "at" : "now"],
        ["date"] = [Date],
        ["time"] = [Time],
        ["zone"] = [Zone],
        ["target"] = [Target],
        ["campaign"] = [Campaign?.ToString() ?? ""],
    });

    public DraftForm ToDraft() => new(Seen, Text, Pictures, Accounts, AtTime ? Date : null, AtTime ? Time : null, AtTime ? Zone : null) { Shape = Shape, NoAlt = NoAlt, Campaign = Campaign };

    public bool IsEmpty => string.IsNullOrWhiteSpace(Text) && Pictures.Count == 0 && Shape is { Kind: PostKind.Post, Variants: [] };

    /// <summary>True when saving it would change nothing.</summary>
    public bool IsAsSaved(Draft draft, DateTimeOffset now)
    {
        var saved = Of(draft, now);
        return Text == saved.Text && AtTime == saved.AtTime
            && (!AtTime || (Date, Time, Zone) == (saved.Date, saved.Time, saved.Zone))
            && Pictures.Select(picture => (picture.Sha256, picture.Alt.Trim())).SequenceEqual(saved.Pictures)
            && Pictures.All(picture => (picture.Alt.Trim().Length > 0 ? "" : NoAlt.GetValueOrDefault(picture.Sha256, "").Trim()) == saved.NoAlt.GetValueOrDefault(picture.Sha256, ""))
            && Accounts.ToHashSet().SetEquals(saved.Accounts)
            && Campaign == saved.Campaign && Target == saved.Target && IsSame(Shape, saved.Shape);
    }

    /// <summary>What was typed; the target is compared by its name, and a picture by its hash and words.</summary>
    private static bool IsSame(PostShape one, PostShape other) =>
        ComposeShape.Write(one).Select(field => (field.Key, Value: string.Join('\0', field.Value))).SequenceEqual(ComposeShape.Write(other).Select(field => (field.Key, Value: string.Join('\0', field.Value))));

    private static Dictionary<string, string> Reasons(IEnumerable<(string Sha256, string Reason)> reasons) =>
        reasons.Where(picture => picture.Reason.Trim().Length > 0).DistinctBy(picture => picture.Sha256).ToDictionary(picture => picture.Sha256, picture => picture.Reason, StringComparer.Ordinal);

    /// <summary>A browser sends line breaks as two characters; marks and counts mean one.</summary>
    private static string Lines(string text) => text.ReplaceLineEndings("\n");
}

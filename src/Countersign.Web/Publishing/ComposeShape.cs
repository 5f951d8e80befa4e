using Countersign.Publishing;
using Microsoft.Extensions.Primitives;

namespace Countersign.Web.Publishing;

/// <summary>The fields of the compose form that make a draft more than one plain post. What is left empty is not there.</summary>
public static class ComposeShape
{
    /// <summary>The target that the draft has already.</summary>
    public const string Kept = "kept";

    /// <summary>Fields with the words of one account, one for each part: "words-0192…".</summary>
    public const string WordsOf = "words-";

    /// <param name="sent">By name, each value with one kind of line break.</param>
    public static PostShape Read(IReadOnlyDictionary<string, StringValues> sent)
    {
        string One(string name) => sent.GetValueOrDefault(name) is [.., { } last] ? last.ReplaceLineEndings("\n") : "";
        return new PostShape
        {
            Kind = Enum.TryParse<PostKind>(One("kind"), ignoreCase: true, out var kind) ? kind : PostKind.Post,
            Variants =
            [
                .. sent.Where(field => field.Key.StartsWith(WordsOf, StringComparison.Ordinal))
                    .Select(field => (Id: Guid.TryParse(field.Key.AsSpan(WordsOf.Length), out var id) ? id : Guid.Empty, Parts: Parts(field.Value)))
                    .Where(variant => variant.Id != Guid.Empty && variant.Parts.Count > 0)
                    .OrderBy(variant => variant.Id)
                    .Select(variant => new AccountWords(variant.Id, variant.Parts)),
            ],
            FirstComment = Words.Of(One("comment")),
            ContentWarning = Words.Of(One("warning").Trim()),
            Audience = Enum.TryParse<Audience>(One("audience"), ignoreCase: true, out var audience) ? audience : Audience.Everybody,
            Preview = Card(One),
            AllOrNone = One("all-or-none") == "on",
        };
    }

    public static IEnumerable<KeyValuePair<string, string[]>> Write(PostShape shape)
    {
        yield return new("kind", [shape.Kind.ToString()]);
        foreach (var variant in shape.Variants)
            yield return new(WordsOf + variant.AccountId, [.. variant.Parts.Select(part => part.Text)]);
        yield return new("comment", [shape.FirstComment?.Text ?? ""]);
        yield return new("warning", [shape.ContentWarning?.Text ?? ""]);
        yield return new("audience", [shape.Audience.ToString()]);
        yield return new("all-or-none", [shape.AllOrNone ? "on" : ""]);
        if (shape.Preview is not { } card)
            yield break;
        yield return new("card-address", [card.Address]);
        yield return new("card-title", [card.Title]);
        yield return new("card-description", [card.Description]);
        yield return new("card-picture", [card.Picture?.Sha256 ?? ""]);
        yield return new("card-alt", [card.Picture?.Alt ?? ""]);
    }

    private static List<Words> Parts(StringValues values) =>
        [.. values.OfType<string>().Where(text => !string.IsNullOrWhiteSpace(text)).Select(text => new Words(text.ReplaceLineEndings("\n")))];

    private static LinkCard? Card(Func<string, string> one) =>
        one("card-address").Trim() is { Length: > 0 } address
            ? new LinkCard(address, one("card-title").Trim(), one("card-description").Trim(), one("card-picture") is { Length: > 0 } sha256 ? new DraftPicture(sha256, "", 0, 0, one("card-alt").Trim()) : null)
            : null;
}

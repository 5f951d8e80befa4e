using Countersign.Decisions;

namespace Countersign.Publishing;

public sealed partial class Draft
{
    /// <summary>What no network could make of it. What a single network does not take is its objection, and keeps nobody from saving.</summary>
    private static Refusal? RefuseShape(DraftContent content) => content.Shape switch
    {
        { Kind: not PostKind.Post, Target: null } => new Refusal("no-target", "Choose the post to answer, quote or show again first."),
        { Kind: PostKind.Post, Target: not null } => new Refusal("not-a-reply", "A post by itself answers and quotes nothing. Choose reply, quote or repost, or let the other post go."),
        { Target.Text.Length: > PostTarget.MaxText } => new Refusal("too-long", $"The other post has {content.Shape.Target.Text.Length:N0} characters; {PostTarget.MaxText:N0} is the most that is kept."),
        { Kind: PostKind.Repost } shape when !string.IsNullOrWhiteSpace(content.Text) || content.Pictures.Count > 0 || shape.Variants.Count > 0 || shape is not { FirstComment: null, ContentWarning: null, Preview: null, Audience: Audience.Everybody } =>
            new Refusal("repost-words", "A repost shows the other post as it stands, without anything of yours. Quote it to add words."),
        { Variants: var variants } when variants.FirstOrDefault(variant => content.Accounts.All(account => account.Id != variant.AccountId)) is not null =>
            new Refusal("words-without-account", "There are words for an account that the post does not go to. Tick the account, or take its own words away."),
        { Variants: var variants } when variants.Any(variant => variant.Parts.Count == 0 || variant.Parts.Any(part => string.IsNullOrWhiteSpace(part.Text))) =>
            new Refusal("empty-part", "One account’s own words have an empty part. Write it, or take it away."),
        { Variants: var variants } when variants.DistinctBy(variant => variant.AccountId).Count() != variants.Count => new Refusal("words-twice", "One account has its own words twice."),
        var shape when shape.Variants.SelectMany(variant => variant.Parts).Append(shape.FirstComment).Any(words => words?.Text.Length > MaxText) =>
            new Refusal("too-long", $"One of the texts has more than {MaxText:N0} characters, the most that is kept. Nothing was cut."),
        { ContentWarning.Text.Length: > MaxNote } => new Refusal("long-warning", $"Say the content warning in {MaxNote:N0} characters at most."),
        { Preview: { } card } when RefuseCard(card) is { } refusal => refusal,
        _ => RefuseDeliveries(content),
    };

    private static Refusal? RefuseCard(LinkCard card) => card switch
    {
        _ when card.Address.Length > LinkCard.MaxAddress || !Uri.TryCreate(card.Address, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http") =>
            new Refusal("bad-card", "The link preview needs a web address that begins with https://."),
        { Title: var title } when string.IsNullOrWhiteSpace(title) || title.Length > LinkCard.MaxTitle => new Refusal("bad-card", $"The link preview needs a title of {LinkCard.MaxTitle} characters at most."),
        { Description.Length: > LinkCard.MaxDescription } => new Refusal("bad-card", $"Describe the link in {LinkCard.MaxDescription:N0} characters at most."),
        { Picture.Alt.Length: > MaxNote } => new Refusal("long-alt", $"Describe a picture in {MaxNote:N0} characters at most."),
        _ => null,
    };

    private static Refusal? RefuseDeliveries(DraftContent content)
    {
        var chains = content.Accounts.Select(account => content.Body.For(account.Id).Count).ToList();
        return chains.Exists(parts => parts > 1) && chains.Sum() > MaxDeliveries
            ? new Refusal("too-many-parts", $"All parts and comments on all accounts are {chains.Sum():N0} posts; {MaxDeliveries} in one draft are the most. Split it over fewer accounts.")
            : null;
    }
}

namespace Countersign.Publishing;

/// <summary>Which of a draft's posts a delivery is.</summary>
public enum Place
{
    /// <summary>The post itself, or a part of its thread.</summary>
    Post,

    /// <summary>The comment of our own that follows it.</summary>
    FirstComment,
}

/// <summary>Everything a draft says and shows.</summary>
/// <param name="Text">The common words; an account may have others.</param>
public sealed record Composition(string Text, IReadOnlyList<DraftPicture> Pictures, PostShape Shape)
{
    /// <summary>Every text that goes out under an account's name, by the number that findings know it by. The common text is 0 and always there.</summary>
    public IReadOnlyList<string> Texts =>
    [
        Text,
        .. Shape.Variants.SelectMany(variant => variant.Parts).Select(part => part.Text),
        .. Extras,
    ];

    /// <summary>Everything it shows, the picture of its link preview too.</summary>
    public IReadOnlyList<DraftPicture> AllPictures => [.. Pictures.Append(Shape.Preview?.Picture).OfType<DraftPicture>()];

    /// <summary>What one account would hand over, in the order it leaves.</summary>
    public IReadOnlyList<OutgoingPart> For(Guid account)
    {
        if (Shape.Kind == PostKind.Repost)
            return [new OutgoingPart(Place.Post, 1, 1, "", [], 0)];
        var (texts, first) = WordsOf(account);
        return
        [
            .. texts.Select((text, at) => new OutgoingPart(Place.Post, at + 1, texts.Count, text, at == 0 ? Pictures : [], first + at)),
            .. Shape.FirstComment is { } comment ? [new OutgoingPart(Place.FirstComment, 1, 1, comment.Text, [], ExtrasBegin)] : (OutgoingPart[])[],
        ];
    }

    /// <returns>Null where the account has no such part.</returns>
    public OutgoingPart? Part(Guid account, Place place, int number) => For(account).FirstOrDefault(part => part.Place == place && part.Number == number);

    /// <summary>True where the account has words of its own.</summary>
    public bool HasOwnWords(Guid account) => Shape.Variants.Any(variant => variant.AccountId == account);

    /// <summary>The numbers of the texts that one account shows: its own words or the common ones, the comment, the warning, the card.</summary>
    internal IEnumerable<int> TextsOf(Guid? account)
    {
        var (texts, first) = account is { } id ? WordsOf(id) : ([Text], 0);
        return Enumerable.Range(first, texts.Count).Concat(Enumerable.Range(ExtrasBegin, Extras.Count));
    }

    private int ExtrasBegin => 1 + Shape.Variants.Sum(variant => variant.Parts.Count);

    private IReadOnlyList<string> Extras =>
    [
        .. Shape.FirstComment is { } comment ? [comment.Text] : (string[])[],
        .. Shape.ContentWarning is { } warning ? [warning.Text] : (string[])[],
        .. Shape.Preview is { } card ? [card.Title, card.Description] : (string[])[],
    ];

    private (IReadOnlyList<string> Texts, int First) WordsOf(Guid account)
    {
        var at = 1;
        foreach (var variant in Shape.Variants)
        {
            if (variant.AccountId == account)
                return ([.. variant.Parts.Select(part => part.Text)], at);
            at += variant.Parts.Count;
        }

        return ([Text], 0);
    }
}

/// <summary>One post of those that a draft becomes on one account.</summary>
/// <param name="Number">From 1, within its place.</param>
/// <param name="TextNumber">As <see cref="Composition.Texts"/> counts.</param>
public sealed record OutgoingPart(Place Place, int Number, int Of, string Text, IReadOnlyList<DraftPicture> Pictures, int TextNumber);

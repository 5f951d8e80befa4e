using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Countersign.Decisions;

namespace Countersign.Publishing;

public enum PostKind
{
    Post,

    /// <summary>Answers a post that stands.</summary>
    Reply,

    /// <summary>Own words, with another post shown inside.</summary>
    Quote,

    /// <summary>Shows another post once more under the account's name, without a word.</summary>
    Repost,
}

/// <summary>Who is shown a post.</summary>
public enum Audience
{
    Everybody,

    /// <summary>Everybody who has the address, but in no public list.</summary>
    Unlisted,
    Followers,
}

/// <summary>Words of a draft beside its text, with what stands for them in entries.</summary>
public sealed record Words(string Text)
{
    /// <summary>Null before the first save.</summary>
    public string? Commitment { get; init; }

    /// <summary>The same words: each save commits to them anew.</summary>
    public bool Equals(Words? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    internal Words Erase() => this with { Text = Erased.Marker };

    /// <returns>Null for nothing but space.</returns>
    public static Words? Of(string? text) => string.IsNullOrWhiteSpace(text) ? null : new Words(text);
}

/// <summary>The post that is answered, quoted or shown again, with its words as they were when it was chosen: they are part of what is agreed.</summary>
/// <param name="Network">As accounts carry it: only an account there can do it.</param>
/// <param name="Id">The network's identifier.</param>
/// <param name="Version">What the network calls the version that was read, where it has versions.</param>
/// <param name="Author">Handle of whoever wrote it.</param>
/// <param name="At">When it was posted, where that is known.</param>
public sealed record PostTarget(string Network, string Id, string? Address, string? Version, string Author, string Text, DateTimeOffset? At)
{
    /// <summary>UTF-16 units of its words that are kept; networks here take no longer ones.</summary>
    public const int MaxText = Draft.MaxText;

    public string? Commitment { get; init; }

    /// <summary>The same version of the same post.</summary>
    public bool IsSame(PostTarget other) => (Network, Id, Version) == (other.Network, other.Id, other.Version);

    /// <summary>What is sealed: all of it at once, because an identifier can name a person as well as words can.</summary>
    [JsonIgnore]
    internal string Content => Id.Length == 0 ? Erased.Marker : new JsonObject
    {
        ["network"] = Network,
        ["id"] = Id,
        ["address"] = Address,
        ["version"] = Version,
        ["author"] = Author,
        ["text"] = Text,
        ["at"] = At?.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture),
    }.ToJsonString();

    internal PostTarget Erase() => this with { Id = "", Address = null, Version = null, Author = "", Text = Erased.Marker, At = null };
}

/// <summary>The words of one account where they differ from the common text. Several parts are a thread.</summary>
public sealed record AccountWords(Guid AccountId, IReadOnlyList<Words> Parts)
{
    public bool Equals(AccountWords? other) => other is not null && AccountId == other.AccountId && Parts.SequenceEqual(other.Parts);

    public override int GetHashCode() => AccountId.GetHashCode();
}

/// <summary>The card of a link as it was agreed; the network is not asked to make one of its own.</summary>
/// <param name="Picture">With what it shows as its alternative text.</param>
public sealed record LinkCard(string Address, string Title, string Description, DraftPicture? Picture)
{
    /// <summary>UTF-16 units.</summary>
    public const int MaxAddress = 2_000;

    /// <inheritdoc cref="MaxAddress"/>
    public const int MaxTitle = 300;

    /// <inheritdoc cref="MaxAddress"/>
    public const int MaxDescription = 1_000;

    public string? Commitment { get; init; }

    public bool Equals(LinkCard? other) => other is not null && (Address, Title, Description) == (other.Address, other.Title, other.Description) && Equals(Picture, other.Picture);

    public override int GetHashCode() => Address.GetHashCode(StringComparison.Ordinal);

    /// <summary>What is sealed: all of its words at once.</summary>
    [JsonIgnore]
    internal string Content => Address == Erased.Marker ? Erased.Marker : new JsonObject
    {
        ["address"] = Address,
        ["title"] = Title,
        ["description"] = Description,
        ["alt"] = Picture?.Alt,
    }.ToJsonString();

    internal LinkCard Erase() => this with { Address = Erased.Marker, Title = "", Description = "", Picture = Picture is null ? null : Picture with { Alt = "" } };
}

/// <summary>What makes a draft more than one text with pictures for everybody: what it answers, the words of single accounts, what follows it, who sees it.</summary>
public sealed record PostShape
{
    public static readonly PostShape Plain = new();

    public PostKind Kind { get; init; }

    /// <summary>Of everything but a post.</summary>
    public PostTarget? Target { get; init; }

    /// <summary>An account that is not among them has the common text.</summary>
    public IReadOnlyList<AccountWords> Variants { get; init; } = [];

    /// <summary>Follows the post on every account, as a reply of its own.</summary>
    public Words? FirstComment { get; init; }

    /// <summary>What readers see before they choose to see the post.</summary>
    public Words? ContentWarning { get; init; }

    public Audience Audience { get; init; }

    public LinkCard? Preview { get; init; }

    /// <summary>Where it cannot leave on one account, it leaves on none. Otherwise each account waits for itself alone.</summary>
    public bool AllOrNone { get; init; }

    [JsonIgnore]
    public bool IsPlain => Equals(Plain);

    public bool Equals(PostShape? other) =>
        other is not null
        && (Kind, Target?.Content, FirstComment, ContentWarning, Audience, Preview, AllOrNone) == (other.Kind, other.Target?.Content, other.FirstComment, other.ContentWarning, other.Audience, other.Preview, other.AllOrNone)
        && Variants.SequenceEqual(other.Variants);

    public override int GetHashCode() => HashCode.Combine(Kind, Audience, Variants.Count);

    /// <summary>Commits to every word in it.</summary>
    /// <returns>The same shape with what stands for its words, and the words to keep.</returns>
    public (PostShape Shape, IReadOnlyList<Sealed> Words) Close()
    {
        var words = new List<Sealed>();
        string Add(string name, string content)
        {
            words.Add(Sealed.New(name, content));
            return words[^1].Commitment;
        }

        var shape = this with
        {
            Target = Target is null ? null : Target with { Commitment = Add("target", Target.Content) },
            Variants = [.. Variants.Select((variant, at) => variant with { Parts = [.. variant.Parts.Select((part, number) => part with { Commitment = Add($"words{at + 1}.{number + 1}", part.Text) })] })],
            FirstComment = FirstComment is null ? null : FirstComment with { Commitment = Add("comment", FirstComment.Text) },
            ContentWarning = ContentWarning is null ? null : ContentWarning with { Commitment = Add("warning", ContentWarning.Text) },
            Preview = Preview is null ? null : Preview with { Commitment = Add("preview", Preview.Content) },
        };
        return (shape, words);
    }

    internal JsonObject State() => new()
    {
        ["kind"] = Kind.ToString(),
        ["target"] = Target?.Commitment,
        ["variants"] = new JsonArray([.. Variants.Select(variant => (JsonNode)$"{variant.AccountId} {string.Join(' ', variant.Parts.Select(part => part.Commitment))}")]),
        ["comment"] = FirstComment?.Commitment,
        ["warning"] = ContentWarning?.Commitment,
        ["audience"] = Audience.ToString(),
        ["preview"] = Preview?.Commitment,
        ["previewPicture"] = Preview?.Picture?.Describe(),
        ["allOrNone"] = AllOrNone,
    };

    internal IEnumerable<Spoken> Words =>
    [
        .. Target is null ? [] : (Spoken[])[new("shape", Target.Commitment, Target.Content)],
        .. Variants.SelectMany(variant => variant.Parts).Append(FirstComment).Append(ContentWarning).OfType<Words>().Select(words => new Spoken("shape", words.Commitment, words.Text)),
        .. Preview is null ? [] : (Spoken[])[new("shape", Preview.Commitment, Preview.Content)],
    ];

    /// <summary>The words of whoever is answered are theirs, and may have to go while ours stay.</summary>
    internal PostShape EraseTarget() => this with { Target = Target?.Erase() };

    internal PostShape Erase() => this with
    {
        Target = Target?.Erase(),
        Variants = [.. Variants.Select(variant => variant with { Parts = [.. variant.Parts.Select(part => part.Erase())] })],
        FirstComment = FirstComment?.Erase(),
        ContentWarning = ContentWarning?.Erase(),
        Preview = Preview?.Erase(),
    };
}

using System.Collections.Frozen;
using System.Globalization;
using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Policies;
using Countersign.Screening;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Countersign.Publishing;

/// <summary>Screens a draft as each of its accounts will show it, with the facts that are known here.</summary>
public sealed class DraftScreening(CountersignDb db, PolicyInForce policy, Networks networks, PictureRights rights, KnownAssessments known, ILogger<DraftScreening> logger)
{
    private const string Alt = "image.alt";
    private const string Place = "image.exif.gps";
    private const string Serial = "image.exif.serial";
    private const string Platform = "platform";
    private const string Length = "weighted_len";
    private const string Limit = "limit";
    private const string Fold = "fold";
    private const string Action = "action";
    private const string Quoted = "quoted";
    private const string Thread = "thread";

    /// <summary>Every fact that is ever stated here. A rule that needs another one cannot fire, and pages say so.</summary>
    public static readonly FrozenSet<string> Stated = PictureFacts.Keys.Concat([Alt, Place, Serial, Platform, Length, Limit, Fold, Action, Quoted, Thread]).ToFrozenSet(StringComparer.Ordinal);

    private static readonly SegmentKind[] segmentsStated = [SegmentKind.Own, SegmentKind.Alt, SegmentKind.Quoted, SegmentKind.Parent];

    private static readonly ItemKind[] kindsStated = [ItemKind.Post, ItemKind.Reply, ItemKind.Repost];

    /// <returns>The assessment of all renderings together, and the number of the release it was made under. Without an account, the words alone are screened.</returns>
    public async Task<(Assessment Assessment, int Release)> ScreenAsync(Composition body, IReadOnlyCollection<Account> accounts, CancellationToken cancellationToken) =>
        await ScreenAsync(body, accounts, await policy.GetAsync(cancellationToken), cancellationToken);

    /// <param name="inForce">The release of this moment.</param>
    internal async Task<(Assessment Assessment, int Release)> ScreenAsync(Composition body, IReadOnlyCollection<Account> accounts, (int Number, PolicyRelease Release) inForce, CancellationToken cancellationToken)
    {
        var (number, release) = inForce;
        var pictures = body.AllPictures;
        List<Segment> around = [.. pictures.Select((picture, at) => new Segment(SegmentKind.Alt, at, picture.Alt)).Where(segment => segment.Text.Length > 0)];
        var facts = await OfPicturesAsync(pictures, cancellationToken);
        var kind = AddTarget(body.Shape, around, facts);

        // Two accounts of one network with the same words show a post alike and are screened once.
        var shownOn = accounts.Select(account => (account.Network, Own: body.HasOwnWords(account.Id) ? account.Id : (Guid?)null)).Distinct().OrderBy(view => view.Network, StringComparer.Ordinal).ThenBy(view => view.Own).ToList();
        IReadOnlyList<ScreeningItem> items = shownOn.Count == 0
            ? [new ScreeningItem(Direction.Outbound, kind, [.. Texts(body, null), .. around], facts)]
            : [.. shownOn.Select(view => new ScreeningItem(Direction.Outbound, kind, [.. Texts(body, view.Own), .. around], new Dictionary<string, string>([.. facts, .. OfRendering(body, view.Own, view.Network)], StringComparer.Ordinal)))];
        var assessment = AssessmentMerge.Of([.. items.Select(item => known.Screen(item, release))], Direction.Outbound, release);
        foreach (var (rule, fault) in assessment.Faults)
            logger.LogError("Rule {Rule} of policy release {Release} could not judge a draft, which is held: {Fault}", rule, number, fault);
        return (assessment, number);
    }

    /// <summary>What was found on several networks, as one.</summary>
    internal async Task<Assessment> MergeAsync(IReadOnlyList<Assessment> found, CancellationToken cancellationToken) => AssessmentMerge.Of(found, Direction.Outbound, (await policy.GetAsync(cancellationToken)).Release);

    /// <summary>Rules in force that cannot fire here, because what they look at is not connected.</summary>
    public async Task<IReadOnlyList<string>> NotJudgedAsync(CancellationToken cancellationToken) => NotJudged((await policy.GetAsync(cancellationToken)).Release);

    public static IReadOnlyList<string> NotJudged(PolicyRelease release) => release.OutOfReach(Direction.Outbound, kindsStated, segmentsStated, Stated);

    /// <summary>The words that go out under an account's name, each by its number in <see cref="Composition.Texts"/>.</summary>
    private static IEnumerable<Segment> Texts(Composition body, Guid? own)
    {
        var texts = body.Texts;
        return body.TextsOf(own).Select(number => new Segment(SegmentKind.Own, number, texts[number]));
    }

    /// <summary>The words of the other post, where a rule looks for them.</summary>
    private static ItemKind AddTarget(PostShape shape, List<Segment> segments, Dictionary<string, string> facts)
    {
        if (shape.Kind == PostKind.Post || shape.Target is not { } target)
            return ItemKind.Post;
        facts[Action] = shape.Kind switch { PostKind.Reply => "reply", PostKind.Quote => "quote", _ => "repost" };
        var (segment, fact) = shape.Kind == PostKind.Reply ? (SegmentKind.Parent, Thread) : (SegmentKind.Quoted, Quoted);
        if (target.Text.Length > 0)
        {
            segments.Add(new Segment(segment, 0, target.Text));
            facts[fact] = target.Text;
        }

        return shape.Kind == PostKind.Reply ? ItemKind.Reply : ItemKind.Repost;
    }

    private async Task<Dictionary<string, string>> OfPicturesAsync(IReadOnlyList<DraftPicture> pictures, CancellationToken cancellationToken)
    {
        var facts = new Dictionary<string, string>(await rights.FactsAsync(pictures, cancellationToken), StringComparer.Ordinal);
        if (pictures.Count == 0)
            return facts;
        facts[Alt] = pictures.Any(picture => picture.Alt.Length == 0 && picture.NoAlt is null) ? "none" : string.Join(" | ", pictures.Select(picture => picture.NoAlt is null ? picture.Alt : "waived"));
        var hashes = pictures.Select(picture => picture.Sha256).ToList();
        var telling = await db.Media.AsNoTracking().Where(media => hashes.Contains(media.Sha256)).Select(media => new { media.TellsPlace, media.TellsCamera }).ToListAsync(cancellationToken);
        if (telling.Exists(media => media.TellsPlace))
            facts[Place] = "present";
        if (telling.Exists(media => media.TellsCamera))
            facts[Serial] = "present";
        return facts;
    }

    private IEnumerable<KeyValuePair<string, string>> OfRendering(Composition body, Guid? own, string network)
    {
        // Pictures change neither how long the words are nor where they fold.
        var render = networks.Get<IRender>(network);
        var shown = body.For(own ?? Guid.Empty).Where(part => part.Place == Publishing.Place.Post)
            .Select(part => render.Render(new PostContent(part.Text, []) { ContentWarning = body.Shape.ContentWarning?.Text })).ToList();
        yield return new(Platform, network);
        if (shown[0].FoldAt is { } fold)
            yield return new(Fold, fold.ToString(CultureInfo.InvariantCulture));

        // A network may count in two units, and a thread has several parts; what is nearest to its limit decides.
        if (shown.SelectMany(one => one.Counts).Where(count => count.Limit > 0).MaxBy(count => (double)count.Used / count.Limit!.Value) is { Limit: { } limit } tightest)
        {
            yield return new(Length, tightest.Used.ToString(CultureInfo.InvariantCulture));
            yield return new(Limit, limit.ToString(CultureInfo.InvariantCulture));
        }
    }
}

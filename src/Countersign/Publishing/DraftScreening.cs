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
public sealed class DraftScreening(CountersignDb db, PolicyInForce policy, Networks networks, ILogger<DraftScreening> logger)
{
    private const string Alt = "image.alt";
    private const string Place = "image.exif.gps";
    private const string Serial = "image.exif.serial";
    private const string Platform = "platform";
    private const string Length = "weighted_len";
    private const string Limit = "limit";
    private const string Fold = "fold";

    /// <summary>Every fact that is ever stated here. A rule that needs another one cannot fire, and pages say so.</summary>
    public static readonly FrozenSet<string> Stated = new[] { Alt, Place, Serial, Platform, Length, Limit, Fold }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly SegmentKind[] segmentsStated = [SegmentKind.Own, SegmentKind.Alt];

    /// <returns>The assessment of all renderings together, and the number of the release it was made under. Without an account, the words alone are screened.</returns>
    public async Task<(Assessment Assessment, int Release)> ScreenAsync(string text, IReadOnlyList<DraftPicture> pictures, IReadOnlyCollection<Account> accounts, CancellationToken cancellationToken)
    {
        var (number, release) = await policy.GetAsync(cancellationToken);
        var segments = new List<Segment> { new(SegmentKind.Own, 0, text) };
        segments.AddRange(pictures.Select((picture, at) => new Segment(SegmentKind.Alt, at, picture.Alt)).Where(segment => segment.Text.Length > 0));
        var facts = await OfPicturesAsync(pictures, cancellationToken);
        // Two accounts of one network show a post alike and are screened once.
        var shownOn = accounts.Select(account => account.Network).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        IReadOnlyList<Dictionary<string, string>> views = shownOn.Count == 0 ? [facts] : [.. shownOn.Select(network => new Dictionary<string, string>([.. facts, .. OfRendering(text, network)], StringComparer.Ordinal))];
        var assessment = AssessmentMerge.Of([.. views.Select(view => Screener.Screen(new ScreeningItem(Direction.Outbound, ItemKind.Post, segments, view), release))], Direction.Outbound, release);
        foreach (var (rule, fault) in assessment.Faults)
            logger.LogError("Rule {Rule} of policy release {Release} could not judge a draft, which is held: {Fault}", rule, number, fault);
        return (assessment, number);
    }

    /// <summary>Rules in force that cannot fire here, because what they look at is not connected.</summary>
    public async Task<IReadOnlyList<string>> NotJudgedAsync(CancellationToken cancellationToken) => NotJudged((await policy.GetAsync(cancellationToken)).Release);

    public static IReadOnlyList<string> NotJudged(PolicyRelease release) => release.OutOfReach(Direction.Outbound, ItemKind.Post, segmentsStated, Stated);

    private async Task<Dictionary<string, string>> OfPicturesAsync(IReadOnlyList<DraftPicture> pictures, CancellationToken cancellationToken)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (pictures.Count == 0)
            return facts;
        facts[Alt] = pictures.Any(picture => picture.Alt.Length == 0) ? "none" : string.Join(" | ", pictures.Select(picture => picture.Alt));
        var hashes = pictures.Select(picture => picture.Sha256).ToList();
        var telling = await db.Media.AsNoTracking().Where(media => hashes.Contains(media.Sha256)).Select(media => new { media.TellsPlace, media.TellsCamera }).ToListAsync(cancellationToken);
        if (telling.Exists(media => media.TellsPlace))
            facts[Place] = "present";
        if (telling.Exists(media => media.TellsCamera))
            facts[Serial] = "present";
        return facts;
    }

    private IEnumerable<KeyValuePair<string, string>> OfRendering(string text, string network)
    {
        // Pictures change neither how long the words are nor where they fold.
        var shown = networks.Get<IRender>(network).Render(new PostContent(text, []));
        yield return new(Platform, network);
        if (shown.FoldAt is { } fold)
            yield return new(Fold, fold.ToString(CultureInfo.InvariantCulture));
        // A network may count in two units; the one that is nearest to its limit decides.
        if (shown.Counts.Where(count => count.Limit > 0).MaxBy(count => (double)count.Used / count.Limit!.Value) is { Limit: { } limit } tightest)
        {
            yield return new(Length, tightest.Used.ToString(CultureInfo.InvariantCulture));
            yield return new(Limit, limit.ToString(CultureInfo.InvariantCulture));
        }
    }
}

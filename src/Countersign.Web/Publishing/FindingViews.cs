using Countersign.Publishing;
using Countersign.Screening;
using Countersign.Web.Shared.Signing;
using Countersign.Web.Shared.Words;

namespace Countersign.Web.Publishing;

/// <summary>An assessment as pages show it: numbered in reading order, the same number in the text, in the margin and in the slip.</summary>
/// <param name="Standing">What counts.</param>
/// <param name="Suppressed">What would have fired and why it does not count; numbered after the others.</param>
/// <param name="Spans">Where they are in the common words.</param>
public sealed record FindingViews(IReadOnlyList<FindingView> Standing, IReadOnlyList<FindingView> Suppressed, IReadOnlyList<MarkedSpan> Spans)
{
    public static readonly FindingViews None = new([], [], []);

    public static FindingViews Of(Assessment assessment)
    {
        var numbered = InOrder(assessment.Findings).Concat(InOrder(assessment.Cleared)).Select((finding, at) => (finding, Number: at + 1)).ToList();
        return new FindingViews(
            [.. numbered.Where(one => one.finding.ClearedBecause is null).Select(one => View(one.finding, one.Number))],
            [.. numbered.Where(one => one.finding.ClearedBecause is not null).Select(one => View(one.finding, one.Number))],
            SpansOf(numbered, 0))
        {
            ByText = numbered.Where(one => one.finding.Segment == SegmentKind.Own).Select(one => one.finding.SegmentIndex).Distinct().ToDictionary(text => text, text => SpansOf(numbered, text)),
        };
    }

    /// <summary>Where they are in one of the texts, as <see cref="Composition.Texts"/> counts.</summary>
    public IReadOnlyList<MarkedSpan> SpansIn(int text) => ByText.GetValueOrDefault(text) ?? [];

    private Dictionary<int, IReadOnlyList<MarkedSpan>> ByText { get; init; } = [];

    private static IReadOnlyList<MarkedSpan> SpansOf(IEnumerable<(Finding finding, int Number)> numbered, int text) =>
        [.. numbered.Where(one => one.finding.Segment == SegmentKind.Own && one.finding.SegmentIndex == text && one.finding.End > one.finding.Start)
            .Select(one => new MarkedSpan(one.finding.Start, one.finding.End - one.finding.Start, one.Number, (int)one.finding.Severity, one.finding.ClearedBecause is not null))];

    /// <summary>Why each signature is asked for, with the finding it comes from.</summary>
    public IReadOnlyList<SlipReason> Because(Assessment assessment) =>
        [.. assessment.Route.Because.Select(reason => new SlipReason(reason.Sentence, Standing.FirstOrDefault(finding => finding.Rule == reason.Rule) is { } from ? (from.Number, from.Severity) : null))];

    public IReadOnlyList<SlipBlocker> Blockers => [.. Standing.Where(finding => finding.Blocks).Select(finding => new SlipBlocker(finding.Title, finding.Number))];

    /// <summary>Words first, in their order; then alternative texts; then what is about the whole.</summary>
    private static IEnumerable<Finding> InOrder(IEnumerable<Finding> findings) =>
        findings.OrderBy(finding => finding.End == finding.Start).ThenBy(finding => finding.Segment).ThenBy(finding => finding.SegmentIndex).ThenBy(finding => finding.Start).ThenBy(finding => finding.Severity);

    private static FindingView View(Finding finding, int number) => new(number, finding.Rule, finding.Title, (int)finding.Severity, finding.Why)
    {
        Words = finding.Words.Length > 0 ? finding.Words : null,
        Start = finding.Start,
        Basis = finding.Basis.Length > 0 ? finding.Basis : null,
        Fix = finding.Fix.Length > 0 ? finding.Fix : null,
        Blocks = finding.Decision >= Strength.Hold,
        LeadsTo = [.. finding.Approvals.Select(need => new NeededRole(need.Role, need.Count))],
        SuppressedBecause = finding.ClearedBecause,
    };
}

/// <summary>A post as each account will show it.</summary>
public static class RenderViews
{
    /// <param name="when">As it is shown under the account's name: "Tue 17 Nov, 09:00", "as soon as it is approved".</param>
    /// <param name="findings">Marked in the words; null where they are not shown.</param>
    public static RenderView Of(AccountRendering rendering, Composition body, string when, FindingViews? findings = null)
    {
        var (shape, pictures) = (body.Shape, body.Pictures);
        IReadOnlyList<MarkedSpan> SpansOf(int text) => findings?.SpansIn(text) ?? [];

        var counts = rendering.Counts.OrderByDescending(count => count.Over).ToList();
        return new RenderView(rendering.Network, rendering.Title, $"{rendering.Handle} · {when}", rendering.Text)
        {
            FoldAt = rendering.FoldAt,
            Count = counts is [var first, ..] ? first.Used : rendering.Text.Length,
            Limit = counts is [{ Limit: { } limit }, ..] ? limit : null,
            CountNote = counts is [{ Unit: not "characters" and var unit }, ..] ? unit : null,
            Spans = SpansOf(rendering.TextNumber),
            Pictures = [.. pictures.Select(Show)],
            Warnings = [.. rendering.Objections, .. rendering.Warnings],
            ContentWarning = shape.ContentWarning?.Text,
            Readers = shape.Audience == Audience.Everybody ? null : shape.Audience.Sentence(),
            Part = rendering.Following is [{ Place: Place.Post, Of: var of }, ..] ? $"Part 1 of {of}" : null,
            Link = shape.Preview is { } card ? new CardView(Uri.TryCreate(card.Address, UriKind.Absolute, out var address) ? address.Host : card.Address, card.Title) { Description = card.Description, Address = card.Address, Picture = card.Picture is { } picture ? Show(picture) : null } : null,
            Other = shape.Target is { } target ? new OtherPost(TargetWords.Heading(shape.Kind, target.Author), target.Text, PostStates.IsWeb(target.Address) ? target.Address : null, shape.Kind == PostKind.Repost) : null,
            Following =
            [
                .. rendering.Following.Select(part => (Part: part, Nearest: part.Counts.OrderByDescending(count => count.Over).FirstOrDefault())).Select(next => new FollowingView(
                    next.Part.Called, next.Part.Text, SpansOf(next.Part.TextNumber), next.Nearest?.Used ?? next.Part.Text.Length, next.Nearest?.Limit)),
            ],
        };
    }

    private static Picture Show(DraftPicture picture) => new($"/media/{picture.Sha256}", picture.Alt.Length > 0 ? picture.Alt : null, picture.NoAlt);
}

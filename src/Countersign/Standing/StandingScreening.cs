using Countersign.Accounts;
using Countersign.Publishing;
using Countersign.Screening;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Standing;

/// <summary>Screens what stands by the code that screens drafts: the words as the network shows them, under the release in force.</summary>
public sealed class StandingScreening(CountersignDb db, DraftScreening screening)
{
    /// <summary>What it answers or quotes is known of ours; of others only that they do.</summary>
    public async Task<(Assessment Assessment, int Release)> ScreenAsync(StandingPost post, Account account, CancellationToken cancellationToken)
    {
        var (shape, pictures) = await AgreedAsync(post, account, cancellationToken);
        var shown = post.Alts.Select((alt, at) => pictures.Count == post.Alts.Count ? pictures[at] with { Alt = alt.Text } : new DraftPicture("", "", 0, 0, alt.Text));
        return await screening.ScreenAsync(
            new Composition(post.Text, [.. shown], PostShape.Plain with { Kind = shape.Kind, Target = shape.Target, ContentWarning = Words.Of(post.Warning) }), [account], cancellationToken);
    }

    /// <returns>The rules that block these words now, and the release that says so.</returns>
    public async Task<(IReadOnlyList<string> Rules, int Release)> BlocksAsync(StandingPost post, Account account, CancellationToken cancellationToken)
    {
        if (post.IsErased)
            return ([], 0);
        var (assessment, release) = await ScreenAsync(post, account, cancellationToken);
        return ([.. assessment.Findings.Where(finding => finding.Decision == Strength.Block).Select(finding => finding.Rule).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], release);
    }

    /// <summary>The bytes of our own pictures are known, and with them what their metadata tell; of others only what they are said to show.</summary>
    private async Task<(PostShape Shape, IReadOnlyList<DraftPicture> Pictures)> AgreedAsync(StandingPost post, Account account, CancellationToken cancellationToken)
    {
        if (await db.Publications.AsNoTracking().SingleOrDefaultAsync(row => row.Id == post.PublicationId, cancellationToken) is not { } publication)
            return (PostShape.Plain, []);
        var version = await db.DraftVersions.AsNoTracking().SingleAsync(row => row.DraftId == publication.DraftId && row.Version == publication.Version, cancellationToken);
        return (version.Body.Shape, version.Body.Part(account.Id, publication.Place, publication.Number)?.Pictures ?? []);
    }
}

using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>Somebody plans a campaign, or changes its plan.</summary>
public sealed class PlanCampaign(CountersignDb db, TimeProvider clock)
{
    /// <param name="id">Of the campaign; a new one is made where there is none of that id, so that a form sent twice makes one.</param>
    /// <param name="seen">The revision that was on the screen; 0 for a new one.</param>
    public async Task<Decision<CampaignPlanned>> RunAsync(Guid id, CampaignPlan plan, int seen, Actor by, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (id == Guid.Empty)
            return new Refusal("no-id", "Choose an id for the campaign; this one is all zeros.");
        if (Campaign.Check(plan) is null)
        {
            if (!await db.People.AnyAsync(person => person.Id == plan.Owner, cancellationToken))
                return new Refusal("no-owner", "Choose who answers for it.");
            if (await db.Sites.CountAsync(site => plan.Sites.Contains(site.Id), cancellationToken) != plan.Sites.Distinct().Count())
                return new Refusal("no-site", "One of these sites is not there any more.");
        }

        var known = await db.Campaigns.FindAsync([id], cancellationToken);
        var campaign = known ?? new Campaign { Id = id, Details = plan.Details, DetailsCommitment = "", UtmSource = "", UtmMedium = "", UtmCampaign = "", OwnerId = by.Id, AddedBy = by.Id, AddedAt = now, ChangedBy = by.Id, ChangedAt = now };
        return await db.CommitAsync(
            campaign.Change(plan, seen, by, now),
            planned =>
            {
                if (known is null)
                    db.Campaigns.Add(campaign);
                campaign.Apply(planned);
            },
            cancellationToken);
    }

    public async Task<Decision<CampaignClosed>> CloseAsync(Guid id, Actor by, CancellationToken cancellationToken) =>
        await db.Campaigns.FindAsync([id], cancellationToken) is { } campaign
            ? await db.CommitAsync(campaign.Close(by, clock.GetUtcNow()), _ => campaign.Closed = true, cancellationToken)
            : new Refusal("no-campaign", "That campaign is not here.");
}

/// <summary>A campaign with how far its posts are.</summary>
/// <param name="Drafts">Those the reader may read, the next to go out first.</param>
/// <param name="Others">How many there are besides.</param>
public sealed record CampaignView(Campaign Campaign, string Owner, IReadOnlyList<string> Sites, IReadOnlyList<Draft> Drafts, int Others, int Published);

/// <summary>Reads campaigns and their posts.</summary>
public sealed class CampaignReader(CountersignDb db)
{
    /// <returns>Those that run first, closed ones last.</returns>
    public async Task<IReadOnlyList<CampaignView>> ListAsync(Actor reader, CancellationToken cancellationToken) =>
        await ReadAsync(await db.Campaigns.AsNoTracking().ToListAsync(cancellationToken), reader, cancellationToken);

    public async Task<CampaignView?> FindAsync(Guid id, Actor reader, CancellationToken cancellationToken) =>
        await db.Campaigns.AsNoTracking().SingleOrDefaultAsync(campaign => campaign.Id == id, cancellationToken) is { } found
            ? (await ReadAsync([found], reader, cancellationToken))[0]
            : null;

    private async Task<IReadOnlyList<CampaignView>> ReadAsync(List<Campaign> campaigns, Actor reader, CancellationToken cancellationToken)
    {
        var ids = campaigns.ConvertAll(campaign => (Guid?)campaign.Id);
        var drafts = await db.Drafts.AsNoTracking().Where(draft => ids.Contains(draft.CampaignId) && draft.Stage != DraftStage.Withdrawn && draft.Stage != DraftStage.Refused).ToListAsync(cancellationToken);
        var readable = (await DraftAccess.ReadableAsync(db, drafts, reader, cancellationToken)).ToHashSet();
        var posts = drafts.ConvertAll(draft => draft.Id);
        var published = (await db.Publications.AsNoTracking().Where(post => posts.Contains(post.DraftId) && post.RemoteId != null).Select(post => post.DraftId).ToListAsync(cancellationToken)).ToHashSet();
        var people = await db.People.AsNoTracking().ToDictionaryAsync(person => person.Id, person => person.Name, cancellationToken);
        var sites = await db.Sites.AsNoTracking().ToDictionaryAsync(site => site.Id, site => site.Name, cancellationToken);
        return [.. campaigns.OrderBy(campaign => campaign.Closed).ThenBy(campaign => campaign.Begins ?? "9999", StringComparer.Ordinal).ThenBy(campaign => campaign.Id).Select(campaign =>
        {
            var its = drafts.FindAll(draft => draft.CampaignId == campaign.Id);
            return new CampaignView(
                campaign,
                people.GetValueOrDefault(campaign.OwnerId, Actor.Automation.Name),
                [.. campaign.SiteIds.Select(id => sites.GetValueOrDefault(id, "a site that is gone"))],
                [.. its.Where(readable.Contains).OrderBy(draft => draft.Slot?.Instant ?? DateTimeOffset.MaxValue).ThenByDescending(draft => draft.EditedAt)],
                its.Count(draft => !readable.Contains(draft)),
                its.Count(draft => published.Contains(draft.Id)));
        })];
    }
}

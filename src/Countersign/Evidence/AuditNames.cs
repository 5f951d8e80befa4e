using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Inbox.Rules;
using Countersign.People;
using Countersign.Publishing;
using Countersign.Publishing.Replies;
using Countersign.Standing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Evidence;

/// <summary>What people call the things that entries name by their identifiers, as they are called today.</summary>
public sealed class AuditNames(CountersignDb db)
{
    /// <summary>Characters of a draft's first line: enough to know it by, in a list.</summary>
    private const int MaxTitle = 44;

    /// <param name="reader">A draft is called by its words only to those who may read it.</param>
    /// <param name="wordless">Those that are not called by any word of theirs.</param>
    /// <returns>A name for each identifier that is known here.</returns>
    public async Task<IReadOnlyDictionary<Guid, string>> FindAsync(IEnumerable<Guid> ids, Actor reader, CancellationToken cancellationToken, IReadOnlySet<Guid>? wordless = null)
    {
        var names = new Dictionary<Guid, string>();
        bool HasWords(Guid id) => wordless?.Contains(id) != true;
        var open = ids.Where(id => id != Guid.Empty).ToHashSet();
        var holds = await db.Holds.AsNoTracking().Where(hold => open.Contains(hold.Id)).Select(hold => new { hold.Id, hold.Target }).ToListAsync(cancellationToken);
        var erasures = await db.Erasures.AsNoTracking().Where(erasure => open.Contains(erasure.Id)).Select(erasure => new { erasure.Id, erasure.Target }).ToListAsync(cancellationToken);
        var about = holds.Concat(erasures).Where(pair => Guid.TryParse(pair.Target.Split('/')[^1], out _)).ToDictionary(pair => pair.Id, pair => Guid.Parse(pair.Target.Split('/')[^1]));
        open.UnionWith(about.Values);
        var locks = await db.Lockdowns.AsNoTracking().Where(order => open.Contains(order.Id)).ToListAsync(cancellationToken);
        open.UnionWith(locks.Where(order => order.TargetId is not null).Select(order => order.TargetId!.Value));
        var orders = await db.TakeDowns.AsNoTracking().Where(order => open.Contains(order.Id)).Select(order => new { order.Id, order.AccountId, order.RemoteId }).ToListAsync(cancellationToken);
        var incidents = await db.Incidents.AsNoTracking().Where(incident => open.Contains(incident.Id)).Select(incident => new { incident.Id, incident.StandingId }).ToListAsync(cancellationToken);
        open.UnionWith(incidents.Select(incident => incident.StandingId));
        var remotes = orders.ConvertAll(order => order.RemoteId);
        var standing = await db.StandingPosts.AsNoTracking().Where(post => open.Contains(post.Id) || remotes.Contains(post.RemoteId)).ToListAsync(cancellationToken);
        open.UnionWith(standing.Select(post => post.AccountId));
        var conversations = (await db.Conversations.AsNoTracking().Where(row => open.Contains(row.Id)).Select(row => new { row.Id, row.AccountId }).ToListAsync(cancellationToken))
            .Concat(await db.Messages.AsNoTracking().Where(row => open.Contains(row.Id)).Select(row => new { row.Id, row.AccountId }).ToListAsync(cancellationToken)).ToList();
        open.UnionWith(conversations.Select(conversation => conversation.AccountId));
        var publications = await db.Publications.AsNoTracking().Where(post => open.Contains(post.Id)).Select(post => new { post.Id, post.DraftId, post.AccountId }).ToListAsync(cancellationToken);
        open.UnionWith(publications.SelectMany(post => new[] { post.DraftId, post.AccountId }));

        foreach (var person in await db.People.AsNoTracking().Where(person => open.Contains(person.Id)).Select(person => new { person.Id, person.Name }).ToListAsync(cancellationToken))
            names[person.Id] = person.Name;
        foreach (var account in await db.Accounts.AsNoTracking().Where(account => open.Contains(account.Id)).Select(account => new { account.Id, account.Title }).ToListAsync(cancellationToken))
            names[account.Id] = account.Title;
        foreach (var site in await db.Sites.AsNoTracking().Where(site => open.Contains(site.Id)).Select(site => new { site.Id, site.Name }).ToListAsync(cancellationToken))
            names[site.Id] = site.Name;
        foreach (var feed in await db.FollowedFeeds.AsNoTracking().Where(feed => open.Contains(feed.Id)).Select(feed => new { feed.Id, feed.Title }).ToListAsync(cancellationToken))
            names[feed.Id] = feed.Title;
        foreach (var organisation in await db.Organisations.AsNoTracking().Where(organisation => open.Contains(organisation.Id)).Select(organisation => new { organisation.Id, organisation.Name }).ToListAsync(cancellationToken))
            names[organisation.Id] = organisation.Name;
        var drafts = await db.Drafts.AsNoTracking().Where(draft => open.Contains(draft.Id)).ToListAsync(cancellationToken);
        var readable = (await DraftAccess.ReadableAsync(db, drafts, reader, cancellationToken)).ToHashSet();
        foreach (var draft in drafts)
            names[draft.Id] = readable.Contains(draft) && HasWords(draft.Id) ? FirstLine(draft.Text) : "a draft";
        foreach (var campaign in await db.Campaigns.AsNoTracking().Where(campaign => open.Contains(campaign.Id)).ToListAsync(cancellationToken))
            names[campaign.Id] = HasWords(campaign.Id) ? campaign.Details.Name : "a campaign";
        foreach (var picture in await db.LibraryPictures.AsNoTracking().Where(picture => open.Contains(picture.Id)).ToListAsync(cancellationToken))
            names[picture.Id] = LibraryPicture.MayRead(reader) && HasWords(picture.Id) ? FirstLine(picture.Details.Title) : "a picture";
        foreach (var reply in await db.ReplyTemplateVersions.AsNoTracking().Where(version => open.Contains(version.TemplateId)).OrderBy(version => version.Version).ToListAsync(cancellationToken))
            names[reply.TemplateId] = ReplyTemplate.MayRead(reader) && HasWords(reply.TemplateId) ? FirstLine(reply.Content.Name) : "a reply";
        foreach (var rule in await db.InboxRuleVersions.AsNoTracking().Where(version => open.Contains(version.RuleId)).OrderBy(version => version.Version).ToListAsync(cancellationToken))
            names[rule.RuleId] = InboxRule.MayRead(reader) && HasWords(rule.RuleId) ? FirstLine(rule.Content.Name) : "a rule of the inbox";
        foreach (var hold in holds.Where(hold => hold.Target == LegalHold.Everything))
            names[hold.Id] = "everything";
        foreach (var post in publications)
            names[post.Id] = $"{names.GetValueOrDefault(post.DraftId, "a post")} on {names.GetValueOrDefault(post.AccountId, "an account")}";
        foreach (var order in locks)
            names[order.Id] = order.TargetId is { } target ? names.GetValueOrDefault(target, "what is gone") : "everything";
        var shown = (await db.Accounts.AsNoTracking().ToListAsync(cancellationToken)).Where(account => Incidents.MayRead(reader, account.Ref)).Select(account => account.Id).ToHashSet();
        foreach (var post in standing)
            names[post.Id] = $"{(shown.Contains(post.AccountId) && HasWords(post.Id) ? FirstLine(post.Text) : "a post")} on {names.GetValueOrDefault(post.AccountId, "an account")}";
        foreach (var incident in incidents)
            names[incident.Id] = names.GetValueOrDefault(incident.StandingId, "a post");
        foreach (var order in orders)
            names[order.Id] = standing.Find(post => post.AccountId == order.AccountId && post.RemoteId == order.RemoteId) is { } target ? names[target.Id] : "a post";
        foreach (var conversation in conversations)
            names[conversation.Id] = $"what somebody wrote to {names.GetValueOrDefault(conversation.AccountId, "an account")}";
        foreach (var (id, target) in about)
            names[id] = names.GetValueOrDefault(target, "what is gone");
        return names;
    }

    private static string FirstLine(string text) => text.Trim().Split('\n', 2)[0].TrimEnd() switch
    {
        "" => "an empty draft",
        { Length: > MaxTitle } line => $"{line.AsSpan(0, MaxTitle - 1).TrimEnd()}…",
        var line => line,
    };
}

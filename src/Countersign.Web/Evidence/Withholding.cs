using Countersign.Evidence;
using Countersign.Inbox;
using Countersign.People;
using Countersign.Publishing;
using Countersign.Standing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Evidence;

/// <summary>What is kept out of one pack.</summary>
/// <param name="Asked">What the order names, by commitment; a picture has its hash for one. What nothing here has is missing.</param>
/// <param name="All">That and its copies elsewhere, with the reason for each.</param>
/// <param name="Wordless">What is not called by its words: a name made of its first words would tell them.</param>
/// <param name="Nameless">People whose name is withheld: their pseudonym stands in its place.</param>
public sealed record Withheld(IReadOnlySet<string> Asked, IReadOnlyDictionary<string, WithheldContent> All, IReadOnlySet<Guid> Wordless, IReadOnlySet<Guid> Nameless)
{
    /// <summary>Who did it, as the pack may say it.</summary>
    public string Who(AuditEntry entry, bool withNames) =>
        entry.ActorId == Guid.Empty ? "Countersign" : withNames && !Nameless.Contains(entry.ActorId) ? entry.Actor : entry.ActorId.ToString();

    /// <summary>The names that may be said.</summary>
    public IReadOnlyDictionary<Guid, string> Without(IReadOnlyDictionary<Guid, string> names) =>
        Nameless.Count == 0 ? names : names.Where(pair => !Nameless.Contains(pair.Key)).ToDictionary();
}

/// <param name="Of">What it belongs to, as entries name it.</param>
public sealed record WithheldContent(string Name, string Of, string Reason);

/// <summary>Finds what has to be kept out of a pack so that nothing in it says what is withheld: the same words may lie here more than once.</summary>
public sealed class Withholding(CountersignDb db, SignedLog log)
{
    private static readonly string[] about = ["remark", "reason", "target"];

    public async Task<Withheld> FindAsync(IReadOnlyDictionary<string, string> reasons, CancellationToken stop)
    {
        var all = await ReadAsync(reasons, stop);
        var asked = all.Keys.ToHashSet(StringComparer.Ordinal);
        foreach (var sha256 in await db.Media.AsNoTracking().Where(media => reasons.Keys.Contains(media.Sha256)).Select(media => media.Sha256).ToListAsync(stop))
        {
            asked.Add(sha256);
            all[sha256] = new WithheldContent("picture", $"media/{sha256}", reasons[sha256]);
        }

        foreach (var content in all.Values.ToList())
        {
            var copies = (await CopiesAsync(content, stop)).Where(copy => !all.ContainsKey(copy)).Distinct(StringComparer.Ordinal).ToDictionary(copy => copy, _ => $"A copy of what is withheld. {content.Reason}", StringComparer.Ordinal);
            foreach (var (commitment, copy) in await ReadAsync(copies, stop))
                all[commitment] = copy;
        }

        var ids = all.Values.SelectMany(content => EntryReading.Ids(content.Of)).ToHashSet();
        var standing = await (from post in db.Publications.AsNoTracking() where ids.Contains(post.DraftId) join copy in db.StandingPosts.AsNoTracking() on (Guid?)post.Id equals copy.PublicationId select copy.Id).ToListAsync(stop);
        var people = await db.People.AsNoTracking().Where(person => reasons.Keys.Contains(person.Commitment)).Select(person => person.Id).ToListAsync(stop);
        return new Withheld(asked, all, ids.Concat(standing).ToHashSet(), people.Concat(all.Values.Where(content => content.Name == "person").SelectMany(content => EntryReading.Ids(content.Of))).ToHashSet());
    }

    private async Task<Dictionary<string, WithheldContent>> ReadAsync(IReadOnlyDictionary<string, string> reasons, CancellationToken stop) =>
        (await log.Vault.AsNoTracking().Where(item => reasons.Keys.Contains(item.Commitment)).Select(item => new { item.Commitment, item.Name, item.Object }).ToListAsync(stop))
        .ToDictionary(item => item.Commitment, item => new WithheldContent(item.Name, item.Object, reasons[item.Commitment]), StringComparer.Ordinal);

    /// <summary>A message goes along with each answer to it, and a post has a copy of what stands on its network.</summary>
    private async Task<IReadOnlyList<string>> CopiesAsync(WithheldContent content, CancellationToken stop)
    {
        if (content.Of.Split('/') is not [var kind, var text] || !Guid.TryParse(text, out var id))
            return [];
        return kind switch
        {
            "message" => await TargetsAsync(await db.ConversationReplies.AsNoTracking().Where(reply => reply.MessageId == id).Select(reply => reply.DraftId).ToListAsync(stop), stop),
            "draft" when content.Name == "target" => [.. await TargetsAsync([id], stop), .. await AnsweredAsync(id, stop)],
            "draft" when !about.Contains(content.Name) => await StandingAsync(id, stop),
            _ => [],
        };
    }

    private async Task<IReadOnlyList<string>> TargetsAsync(IReadOnlyCollection<Guid> drafts, CancellationToken stop)
    {
        var shapes = await db.Drafts.AsNoTracking().Where(draft => drafts.Contains(draft.Id)).Select(draft => draft.Shape).ToListAsync(stop);
        shapes.AddRange(await db.DraftVersions.AsNoTracking().Where(version => drafts.Contains(version.DraftId)).Select(version => version.Shape).ToListAsync(stop));
        return [.. shapes.Select(shape => shape?.Target?.Commitment).OfType<string>()];
    }

    private async Task<IReadOnlyList<string>> AnsweredAsync(Guid draft, CancellationToken stop)
    {
        var messages = await (from reply in db.ConversationReplies.AsNoTracking() where reply.DraftId == draft join message in db.Messages.AsNoTracking() on reply.MessageId equals message.Id select message).ToListAsync(stop);
        var ids = messages.ConvertAll(message => message.Id);
        var versions = await db.MessageVersions.AsNoTracking().Where(version => ids.Contains(version.MessageId)).Select(version => version.TextCommitment).ToListAsync(stop);
        return [.. messages.SelectMany(message => message.Commitments), .. versions.OfType<string>()];
    }

    private async Task<IReadOnlyList<string>> StandingAsync(Guid draft, CancellationToken stop)
    {
        var posts = await (from post in db.Publications.AsNoTracking() where post.DraftId == draft join copy in db.StandingPosts.AsNoTracking() on (Guid?)post.Id equals copy.PublicationId select copy).ToListAsync(stop);
        var ids = posts.ConvertAll(post => post.Id);
        var versions = await db.StandingVersions.AsNoTracking().Where(version => ids.Contains(version.StandingId)).ToListAsync(stop);
        return [.. posts.SelectMany(post => post.Commitments), .. versions.SelectMany(version => version.Commitments)];
    }
}

using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Screening;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing.Replies;

/// <summary>How a reply of the library stands, for lists.</summary>
public enum ReplyState
{
    Draft,
    InReview,
    Returned,
    Approved,
    Expired,
    Withdrawn,
}

/// <summary>A reply with the version that counts: the one in use, or the newest where none is.</summary>
/// <param name="Newest">The newest version; the same where nothing newer waits.</param>
/// <param name="Uses">Answers that went out with it at once.</param>
public sealed record ListedReply(ReplyTemplate Template, ReplyTemplateVersion Version, ReplyTemplateVersion Newest, int Uses, DateOnly Today)
{
    /// <summary>An end within this many days is said beforehand.</summary>
    public const int SoonDays = 30;

    public ReplyState State => this switch
    {
        { Template.WithdrawnAt: not null } => ReplyState.Withdrawn,
        { Version.Stage: TemplateStage.Approved } => Version.LastDay < Today ? ReplyState.Expired : ReplyState.Approved,
        { Version.Stage: TemplateStage.InReview } => ReplyState.InReview,
        { Version.Stage: TemplateStage.Returned } => ReplyState.Returned,
        _ => ReplyState.Draft,
    };

    public int DaysLeft => Version.LastDay.DayNumber - Today.DayNumber;

    /// <summary>True where each word stands in its name or its text.</summary>
    public bool Says(string? words) => (words ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .All(word => Version.Content.Name.Contains(word, StringComparison.OrdinalIgnoreCase) || Version.Content.Text.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>In use, and not for long.</summary>
    public bool IsEnding => State == ReplyState.Approved && DaysLeft <= SoonDays;
}

/// <summary>An answer that went out at once.</summary>
public sealed record ReplyUse(Draft Draft, Publication? Post, string By);

/// <param name="Used">The newest of them.</param>
/// <param name="Found">Of its newest version, under the rules in force; null where that was decided.</param>
public sealed record ReplyDetail(ListedReply Reply, IReadOnlyList<ReplyTemplateVersion> Versions, IReadOnlyList<ReplyUse> Used, IReadOnlyList<Account> Accounts, IReadOnlyDictionary<Guid, string> Names, Assessment? Found);

/// <summary>Reads the library of replies.</summary>
public sealed class ReplyLibrary(CountersignDb db, Networks networks, DraftScreening screening, Renderings renderings, TimeProvider clock)
{
    /// <summary>Uses that one page shows.</summary>
    public const int MostUses = 50;

    public async Task<DateOnly> TodayAsync(CancellationToken cancellationToken) =>
        Slots.At(clock.GetUtcNow(), await db.Organisations.AsNoTracking().Select(organisation => organisation.Zone).SingleAsync(cancellationToken)).Date.ToDateOnly();

    /// <returns>Null where there is no such version.</returns>
    public async Task<KeptReply?> FindAsync(Guid template, int version, CancellationToken cancellationToken)
    {
        if (await db.ReplyTemplates.AsNoTracking().SingleOrDefaultAsync(row => row.Id == template, cancellationToken) is not { } found
            || await db.ReplyTemplateVersions.AsNoTracking().SingleOrDefaultAsync(row => row.TemplateId == template && row.Version == version, cancellationToken) is not { } words)
            return null;
        var signers = words.Signatures.Select(signature => signature.PersonId).ToList();
        var people = await db.People.AsNoTracking().Where(person => signers.Contains(person.Id)).ToListAsync(cancellationToken);
        return new KeptReply(found, words, people.ToDictionary(person => person.Id, person => new Actor(person.Id, person.Name, person.Grants)), await TodayAsync(cancellationToken));
    }

    /// <summary>The version in use; null where none is.</summary>
    public async Task<KeptReply?> FindAsync(Guid template, CancellationToken cancellationToken) =>
        await db.ReplyTemplates.AsNoTracking().Where(row => row.Id == template).Select(row => row.Live).SingleOrDefaultAsync(cancellationToken) is { } live ? await FindAsync(template, live, cancellationToken) : null;

    /// <summary>All there are: what ends first at the top, what is withdrawn at the end.</summary>
    public async Task<IReadOnlyList<ListedReply>> ListAsync(CancellationToken cancellationToken)
    {
        var templates = await db.ReplyTemplates.AsNoTracking().ToListAsync(cancellationToken);
        var versions = (await db.ReplyTemplateVersions.AsNoTracking().Where(version => version.Stage != TemplateStage.Replaced).ToListAsync(cancellationToken)).ToLookup(version => version.TemplateId);
        var uses = await db.Drafts.AsNoTracking().Where(draft => draft.TemplateId != null).GroupBy(draft => draft.TemplateId).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Key!.Value, group => group.Count, cancellationToken);
        var today = await TodayAsync(cancellationToken);
        return [.. templates.Select(template => Of(template, versions[template.Id], uses.GetValueOrDefault(template.Id), today)).OrderBy(reply => reply.State == ReplyState.Withdrawn).ThenBy(reply => reply.Version.LastDay).ThenBy(reply => reply.Version.Content.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <returns>Null where there is none.</returns>
    public async Task<ReplyDetail?> ReadAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await db.ReplyTemplates.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } template)
            return null;
        var versions = await db.ReplyTemplateVersions.AsNoTracking().Where(row => row.TemplateId == id).OrderByDescending(row => row.Version).ToListAsync(cancellationToken);
        var drafts = await db.Drafts.AsNoTracking().Where(draft => draft.TemplateId == id).OrderByDescending(draft => draft.EditedAt).Take(MostUses).ToListAsync(cancellationToken);
        var ids = drafts.ConvertAll(draft => draft.Id);
        var posts = await db.Publications.AsNoTracking().Where(post => ids.Contains(post.DraftId) && post.State != PublicationState.Void).ToListAsync(cancellationToken);
        var names = await db.People.AsNoTracking().ToDictionaryAsync(person => person.Id, person => person.Name, cancellationToken);
        var uses = await db.Drafts.AsNoTracking().CountAsync(draft => draft.TemplateId == id, cancellationToken);
        var listed = Of(template, versions.Where(version => version.Stage != TemplateStage.Replaced), uses, await TodayAsync(cancellationToken));
        var accounts = await AccountsAsync(listed.Newest.Content, cancellationToken);
        return new ReplyDetail(
            listed,
            versions,
            [.. drafts.Select(draft => new ReplyUse(draft, posts.Find(post => post.DraftId == draft.Id), names.GetValueOrDefault(draft.AuthorId, "Somebody")))],
            accounts,
            names,
            listed.Newest.Stage == TemplateStage.Approved ? null : (await ScreenAsync(listed.Newest.Content, accounts, cancellationToken)).Found);
    }

    /// <summary>Connected accounts that the words may be used on, where the network lets a program answer.</summary>
    public async Task<IReadOnlyList<Account>> AccountsAsync(ReplyContent content, CancellationToken cancellationToken) =>
        [.. (await db.Accounts.AsNoTracking().Where(account => account.State != AccountState.Disconnected).ToListAsync(cancellationToken)).Where(account => content.Covers(account.Ref) && networks.Acts(account.Network).Replies).OrderBy(account => account.Title, StringComparer.Ordinal)];

    /// <summary>Judges the words with the examples, as answers on each of the accounts.</summary>
    internal async Task<(Assessment Found, IReadOnlyList<string> Objections)> ScreenAsync(ReplyContent content, IReadOnlyList<Account> accounts, CancellationToken cancellationToken)
    {
        var found = new List<Assessment>();
        var objections = new List<string>();
        foreach (var network in accounts.GroupBy(account => account.Network, StringComparer.Ordinal))
        {
            var body = Answer(content.WithExamples().Text, new PostTarget(network.Key, "example", null, null, "", "", null));
            found.Add((await screening.ScreenAsync(body, [.. network], cancellationToken)).Assessment);
            objections.AddRange((await renderings.OfAsync(body, [.. network], cancellationToken)).SelectMany(shown => shown.Objections.Select(sentence => $"{shown.Title}: {sentence}")));
        }

        return (found.Count == 0 ? (await screening.ScreenAsync(Answer(content.WithExamples().Text, null), [], cancellationToken)).Assessment : await screening.MergeAsync(found, cancellationToken), objections);
    }

    /// <summary>An answer with nothing but these words.</summary>
    public static Composition Answer(string text, PostTarget? target) => new(text, [], PostShape.Plain with { Kind = PostKind.Reply, Target = target });

    private static ListedReply Of(ReplyTemplate template, IEnumerable<ReplyTemplateVersion> versions, int uses, DateOnly today)
    {
        var standing = versions.ToDictionary(version => version.Version);
        var newest = standing[template.Latest];
        return new ListedReply(template, template.Live is { } live && standing.TryGetValue(live, out var used) ? used : newest, newest, uses, today);
    }
}

using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Screening;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>What words would become if they were sent as they stand: seen while they are typed, nothing is saved.</summary>
/// <param name="NotJudged">Rules in force that cannot fire here.</param>
public sealed record DraftPreview(Assessment Assessment, int Release, IReadOnlyList<DraftPicture> Pictures, IReadOnlyList<AccountRendering> Renderings, IReadOnlyList<NeededSignatures> Needs, IReadOnlyList<string> NotJudged)
{
    public required Composition Body { get; init; }
}

/// <param name="Who">Names of those who could sign; empty where nobody could.</param>
public sealed record NeededSignatures(Role Role, int Count, IReadOnlyList<string> Who);

/// <summary>Screens and renders words that are not saved yet.</summary>
public sealed class PreviewDraft(CountersignDb db, Renderings renderings, DraftScreening screening, DraftReader reader, Repeats repeats)
{
    /// <param name="id">The draft's; there may be none yet.</param>
    /// <param name="pictures">Hash and alternative text; a picture that is not stored is left out.</param>
    /// <param name="by">Who writes: cannot sign it.</param>
    public async Task<DraftPreview> RunAsync(Guid id, string text, IReadOnlyList<(string Sha256, string Alt)> pictures, PostShape shape, IReadOnlyCollection<Guid> accounts, Actor by, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? noAlt = null)
    {
        var stored = await DraftPictures.FindAsync(db, pictures, cancellationToken, noAlt);
        var body = new Composition(text, stored, await DraftPictures.ResolveAsync(db, shape, cancellationToken));
        var where = await db.Accounts.AsNoTracking().Where(account => accounts.Contains(account.Id) && account.State != AccountState.Disconnected).ToListAsync(cancellationToken);
        var (assessment, release) = await screening.ScreenAsync(body, where, cancellationToken);
        var shown = await repeats.WarnAsync(id, null, await renderings.OfAsync(body, where, cancellationToken), cancellationToken);
        var writers = await db.Drafts.AsNoTracking().Where(draft => draft.Id == id).Select(draft => new { draft.AuthorId, draft.Editors }).SingleOrDefaultAsync(cancellationToken);
        var signers = await reader.SignersAsync([by.Id, .. writers is null ? [] : writers.Editors.Append(writers.AuthorId)], cancellationToken);
        var refs = where.ConvertAll(account => account.Ref);
        return new DraftPreview(assessment, release, stored, shown, [.. assessment.Route.Approvals.Select(need => WhoCould(need, signers, refs))], await screening.NotJudgedAsync(cancellationToken)) { Body = body };
    }

    private static NeededSignatures WhoCould(RoleCount need, List<Actor> signers, List<AccountRef> accounts)
    {
        var role = Draft.ParseRole(need.Role);
        return new NeededSignatures(role, need.Count, [.. signers
            .Where(person => accounts.Count == 0 ? person.HoldsAnywhere(role) : person.HoldsForAll(role, accounts))
            .Select(person => person.Name)
            .Order(StringComparer.Ordinal)]);
    }
}

/// <summary>Pictures of a form, as stored.</summary>
public static class DraftPictures
{
    /// <returns>Those that are stored, in the order asked for.</returns>
    public static async Task<IReadOnlyList<DraftPicture>> FindAsync(CountersignDb db, IReadOnlyList<(string Sha256, string Alt)> wanted, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? noAlt = null)
    {
        if (wanted.Count == 0)
            return [];
        var hashes = wanted.Select(picture => picture.Sha256).ToList();
        var found = await db.Media.Where(media => hashes.Contains(media.Sha256))
            .Select(media => new { media.Sha256, media.ContentType, media.Width, media.Height })
            .ToDictionaryAsync(media => media.Sha256, cancellationToken);
        return [.. wanted.Where(picture => found.ContainsKey(picture.Sha256))
            .Select(picture => new DraftPicture(picture.Sha256, found[picture.Sha256].ContentType, found[picture.Sha256].Width, found[picture.Sha256].Height, picture.Alt.Trim())
            {
                NoAlt = picture.Alt.Trim().Length == 0 && noAlt?.GetValueOrDefault(picture.Sha256)?.Trim() is { Length: > 0 } reason ? reason : null,
            })];
    }

    /// <summary>The card's picture as stored; a card whose picture is gone has none.</summary>
    public static async Task<PostShape> ResolveAsync(CountersignDb db, PostShape shape, CancellationToken cancellationToken) =>
        shape.Preview is { Picture: { } picture } card
            ? shape with { Preview = card with { Picture = await FindAsync(db, [(picture.Sha256, picture.Alt)], cancellationToken) is [var stored, ..] ? stored : null } }
            : shape;
}

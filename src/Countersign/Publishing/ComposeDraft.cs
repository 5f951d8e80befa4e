using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Planning;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>A form as an author filled it in.</summary>
/// <param name="Seen">The version that was on the screen; 0 for a new draft.</param>
/// <param name="Pictures">Hash of an added picture, and its alternative text.</param>
/// <param name="Date">Null with <paramref name="Time"/>: as soon as it is approved.</param>
public sealed record DraftForm(int Seen, string Text, IReadOnlyList<(string Sha256, string Alt)> Pictures, IReadOnlyList<Guid> Accounts, string? Date, string? Time, string? Zone)
{
    /// <summary>What it serves; null for none.</summary>
    public Guid? Campaign { get; init; }

    /// <summary>Why a picture needs no alternative text, by its hash.</summary>
    public IReadOnlyDictionary<string, string> NoAlt { get; init; } = new Dictionary<string, string>();

    /// <summary>What it answers, words of single accounts, and so on. A target that the draft has already stays as it was read when it was chosen.</summary>
    public PostShape Shape { get; init; } = PostShape.Plain;

    internal IEnumerable<string> Words =>
    [
        Text,
        .. Pictures.Select(picture => picture.Alt),
        .. NoAlt.Values,
        .. Shape.Variants.SelectMany(variant => variant.Parts).Append(Shape.FirstComment).Append(Shape.ContentWarning).OfType<Words>().Select(words => words.Text),
        .. Shape.Preview is { } card ? [card.Title, card.Description, card.Picture?.Alt ?? ""] : (string[])[],
    ];
}

/// <summary>An author saves words: new, or into a draft that is there.</summary>
public sealed class ComposeDraft(CountersignDb db, DraftScreening screening, PlanningReader planning, TimeProvider clock)
{
    /// <param name="id">Of the draft; a new one is made when there is none of that id, so that a form sent twice makes one draft.</param>
    public async Task<Decision<DraftComposed>> RunAsync(Guid id, DraftForm form, Actor by, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (id == Guid.Empty)
            return new Refusal("no-id", "Choose an id for the draft; this one is all zeros.");
        var known = await db.Drafts.FindAsync([id], cancellationToken);
        if (known is not null && !await DraftAccess.MayReadAsync(db, known, by, cancellationToken))
            return await db.CommitAsync<DraftComposed>(new Refusal("no-draft", "That draft is not here.") { Attempt = new Attempt("draft.compose", known.Object, by.Id, now) }, _ => { }, cancellationToken);
        if (form.Text.Length > Draft.MaxText)
            return new Refusal("too-long", $"The text has {form.Text.Length:N0} characters; {Draft.MaxText:N0} is the most that is kept. Nothing was cut.");
        if (!form.Words.All(IsWellFormed))
            return new Refusal("bad-text", "The text holds half a character, which no network takes. Type the last emoji again.");
        var accounts = await db.Accounts.Where(account => form.Accounts.Contains(account.Id) && account.State != AccountState.Disconnected).ToListAsync(cancellationToken);
        if (accounts.Count != form.Accounts.Distinct().Count())
            return new Refusal("no-account", "One of these accounts is not connected any more. Choose again.");
        var pictures = await DraftPictures.FindAsync(db, form.Pictures, cancellationToken, form.NoAlt);
        if (pictures.Count != form.Pictures.Count || !await MayUseAsync(pictures, known, by, cancellationToken))
            return new Refusal("no-picture", "One of the pictures is gone. Add it again.");
        var shape = await DraftPictures.ResolveAsync(db, form.Shape, cancellationToken);
        if (form.Shape.Preview?.Picture is not null && (shape.Preview?.Picture is not { } card || !await MayUseAsync([card], known, by, cancellationToken)))
            return new Refusal("no-picture", "The picture of the link preview is gone. Add it again.");
        if (shape.Target is { } chosen && known?.Shape?.Target is { } read && read.IsSame(chosen))
            shape = shape with { Target = read };
        if (form.Campaign is { } campaign && campaign != known?.CampaignId && !await db.Campaigns.AnyAsync(row => row.Id == campaign && !row.Closed, cancellationToken))
            return new Refusal("no-campaign", "That campaign is closed or gone. Choose another, or none.");
        Slot? slot = null;
        if (form.Date is not null || form.Time is not null)
        {
            var resolved = Slots.Resolve(form.Date ?? "", form.Time ?? "", form.Zone ?? "");
            if (!resolved.IsTaken)
                return resolved.Refusal;
            slot = resolved.Taken;
            if ((await planning.ReadAsync(cancellationToken)).Forbids(slot.Instant, [.. accounts.Select(account => account.Ref)], slot.Zone) is { } forbidden)
                return forbidden;
        }

        var draft = known ?? new Draft { Id = id, AuthorId = by.Id, CreatedAt = now, LastEditorId = by.Id, EditedAt = now };
        var current = known is null ? [] : (await db.Accounts.Where(account => known.AccountIds.Contains(account.Id)).ToListAsync(cancellationToken)).ConvertAll(account => account.Ref);
        var publications = known is null ? [] : await db.Publications.Where(publication => publication.DraftId == id).ToListAsync(cancellationToken);
        var (assessment, _) = await screening.ScreenAsync(new Composition(form.Text, pictures, shape), accounts, cancellationToken);
        var content = new DraftContent(form.Seen, form.Text, pictures, [.. accounts.Select(account => account.Ref)], slot) { Shape = shape, Campaign = form.Campaign };
        var onItsWay = publications.Exists(publication => publication.MayHaveLeft || publication.State == PublicationState.Claimed);

        return await db.CommitAsync(
            draft.Compose(content, current, Sealed.New("text", form.Text), AssessmentFacts.Write(assessment), onItsWay, by, now),
            composed =>
            {
                if (known is null)
                    db.Drafts.Add(draft);
                draft.Apply(composed);
                foreach (var publication in publications.Where(publication => publication.EndsWithItsWords))
                    publication.State = PublicationState.Void;
                db.DraftVersions.Add(new DraftVersion { DraftId = id, Version = draft.Version, Text = draft.Text, TextCommitment = draft.TextCommitment, Pictures = draft.Pictures, Shape = draft.Shape, AccountIds = draft.AccountIds, EditorId = by.Id, At = now });
            },
            cancellationToken);
    }

    /// <summary>The hash of a picture is no secret, the audit trail names it; naming it must not open the picture.</summary>
    private async Task<bool> MayUseAsync(IReadOnlyList<DraftPicture> pictures, Draft? known, Actor by, CancellationToken cancellationToken)
    {
        foreach (var sha256 in pictures.Select(picture => picture.Sha256).Except(known?.Pictures.Append(known.Shape?.Preview?.Picture).OfType<DraftPicture>().Select(picture => picture.Sha256) ?? []))
        {
            if (!await DraftAccess.MayReadPictureAsync(db, sha256, by, cancellationToken))
                return false;
        }

        return true;
    }

    private static bool IsWellFormed(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
            return true;
        for (var at = 0; at < text.Length; at++)
        {
            if (!char.IsSurrogate(text[at]))
                continue;
            if (at + 1 == text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
                return false;
            at++;
        }

        return true;
    }
}

using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>What a person had typed and not saved, so that a lost session or a closed tab loses nothing. One per draft and person.</summary>
public sealed class Autosave
{
    /// <summary>"person/draft".</summary>
    public required string Id { get; init; }

    public required Guid PersonId { get; init; }

    public required Guid DraftId { get; init; }

    /// <summary>The form's fields as JSON; only ever shown to the person who typed them.</summary>
    public required string Fields { get; set; }

    public required DateTimeOffset At { get; set; }
}

/// <summary>Keeps, finds and forgets what was typed and not saved.</summary>
public static class Autosaves
{
    /// <summary>Characters of JSON kept: a text five times the longest post, every letter escaped. A form beyond this is no post.</summary>
    public const int MaxFields = 1_000_000;

    /// <returns>False where nothing is kept: it is too much, or the draft is over, and its words may have been erased.</returns>
    public static async Task<bool> KeepAsync(CountersignDb db, Guid person, Guid draft, string fields, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (fields.Length > MaxFields || await IsOverAsync(db, draft, cancellationToken))
            return false;
        if (await FindAsync(db, person, draft, cancellationToken) is { } known)
            (known.Fields, known.At) = (fields, now);
        else
            db.Autosaves.Add(new Autosave { Id = $"{person}/{draft}", PersonId = person, DraftId = draft, Fields = fields, At = now });
        _ = await db.KeepAsync(cancellationToken);
        return true;
    }

    private static Task<bool> IsOverAsync(CountersignDb db, Guid draft, CancellationToken cancellationToken) =>
        db.Drafts.AnyAsync(row => row.Id == draft && (row.Stage == DraftStage.Withdrawn || row.Stage == DraftStage.Refused || row.Text == Erased.Marker || (row.Text == "" && row.Assessment == null)), cancellationToken);

    public static Task<Autosave?> FindAsync(CountersignDb db, Guid person, Guid draft, CancellationToken cancellationToken) =>
        db.Autosaves.SingleOrDefaultAsync(row => row.Id == $"{person}/{draft}", cancellationToken);

    public static async Task ForgetAsync(CountersignDb db, Guid person, Guid draft, CancellationToken cancellationToken)
    {
        if (await FindAsync(db, person, draft, cancellationToken) is not { } known)
            return;
        db.Autosaves.Remove(known);
        _ = await db.KeepAsync(cancellationToken);
    }
}

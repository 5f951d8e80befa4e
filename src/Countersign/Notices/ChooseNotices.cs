using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Notices;

/// <summary>A person chooses how to be told. What they were told before stays as it is.</summary>
public sealed class ChooseNotices(CountersignDb db, TimeProvider clock)
{
    public async Task<Decision<NoticesChosen>> RunAsync(NoticeChoice choice, Actor by, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        var standing = await db.NoticeChoices.SingleOrDefaultAsync(row => row.PersonId == by.Id, cancellationToken);
        return await db.CommitAsync(
            NoticeChoices.Choose(choice, by, clock.GetUtcNow()),
            chosen =>
            {
                if (standing is null)
                    db.NoticeChoices.Add(new NoticeChoices { PersonId = by.Id, Choice = chosen.Choice });
                else
                    standing.Choice = chosen.Choice;
            },
            cancellationToken);
    }
}

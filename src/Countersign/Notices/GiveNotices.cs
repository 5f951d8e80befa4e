using System.Globalization;
using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Notices;

/// <summary>
/// Tells people what they have to know of conversations. What is to be said is worked out from the row, marked in it and written in the same
/// transaction; a row changes once, so of two nodes one tells.
/// </summary>
public sealed class GiveNotices(CountersignDb db, NoticeBook book, TimeProvider clock)
{
    /// <summary>Conversations looked at in one turn.</summary>
    private const int Most = 200;

    /// <returns>True where there may be more.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var due = await db.Conversations.AsNoTracking().Where(row => row.TellAt <= now).OrderBy(row => row.TellAt).ThenBy(row => row.Id).Select(row => row.Id).Take(Most).ToListAsync(cancellationToken);
        foreach (var id in due)
        {
            while (await SayAsync(id, now, cancellationToken))
            {
                // A conversation may have several things to say at once.
            }
        }

        return due.Count == Most;
    }

    /// <returns>True where it said something, and may have more to say.</returns>
    private async Task<bool> SayAsync(Guid id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        if (await db.Conversations.SingleOrDefaultAsync(row => row.Id == id && row.TellAt <= now, cancellationToken) is not { } conversation)
            return false;
        if (conversation.WordAt(now) is not { } word)
        {
            conversation.TellAt = conversation.NextWordAfter(now);
            _ = await db.KeepAsync(cancellationToken);
            return false;
        }

        var account = await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == conversation.AccountId, cancellationToken);
        var audience = NoticeAccess.Audience(word.Kind, account, conversation.OwnerAt(now), conversation.LapsedFrom, conversation.RuleTells is [var tell, ..] ? tell.People : [], await book.PeopleAsync(cancellationToken)).ToList();
        var urgent = word.Kind == ConversationWord.Urgent || (word.Kind == ConversationWord.PastLimit && conversation.Priority == Priority.P1);
        var occasion = word.Occasion.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var kind = KindOf(word.Kind);

        // A limit can be moved and moved back.
        var already = await db.Notices.Where(notice => notice.Subject == id && notice.Kind == kind && notice.Occasion == occasion).Select(notice => notice.PersonId).ToListAsync(cancellationToken);
        audience.RemoveAll(person => already.Contains(person.Id));
        var notices = await book.WriteAsync(audience.ConvertAll(person => new ToTell(person.Id, kind, id, occasion, account.Id, urgent)), cancellationToken);
        void Tell()
        {
            conversation.Said(word, now);
            db.Notices.AddRange(notices);
        }

        if (word.Kind is ConversationWord.HandedOver or ConversationWord.Lapsed or ConversationWord.ByRule || already.Count > 0)
        {
            // That it was handed over, that a rule named them, that a claim was over, or that these were told, is an entry already.
            Tell();
            if (!await db.KeepAsync(cancellationToken))
                return false;
        }
        else
        {
            var told = new ConversationTold(word.Kind) { Subject = id, By = Actor.Automation.Id, At = now, Clock = word.Limit?.Clock, People = [.. audience.Select(person => person.Id)] };
            if (!(await db.CommitAsync<ConversationTold>(told, _ => Tell(), cancellationToken)).IsTaken)
                return false;
        }

        book.Changed(notices.Select(notice => notice.PersonId));
        return true;
    }

    private static NoticeKind KindOf(ConversationWord word) => word switch
    {
        ConversationWord.HandedOver => NoticeKind.HandedOver,
        ConversationWord.Lapsed => NoticeKind.ClaimLapsed,
        ConversationWord.Urgent => NoticeKind.UrgentMessage,
        ConversationWord.NearLimit => NoticeKind.NearLimit,
        ConversationWord.NearPeriod => NoticeKind.PeriodNear,
        ConversationWord.ByRule => NoticeKind.ByRule,
        ConversationWord.PastPeriod => NoticeKind.PeriodOver,
        _ => NoticeKind.PastLimit,
    };
}

using System.Net.Mail;
using System.Text;
using Countersign.Accounts;
using Countersign.Mail;
using Countersign.People;
using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Notices;

/// <summary>
/// Writes what people are told by e-mail: links and kinds, no word that anybody wrote. What was read, is over or may not be seen any more is
/// left out. A notice and the e-mail that tells of it change in one transaction, so it is in one e-mail and no other.
/// </summary>
public sealed class MailNotices(CountersignDb db, NoticeBook book, MailRoute route, PublicAddress address, TimeProvider clock)
{
    /// <summary>Things named in one e-mail; of the rest the number is given.</summary>
    private const int MostNamed = 50;

    /// <returns>How many e-mails were written.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (!route.IsOpen)
            return 0;
        var now = clock.GetUtcNow();
        var due = await db.Notices.AsNoTracking().Where(notice => notice.MailAt <= now).Select(notice => new { notice.PersonId, notice.Way }).Distinct().ToListAsync(cancellationToken);
        var written = 0;
        foreach (var one in due)
            written += await WriteAsync(one.PersonId, one.Way, now, cancellationToken) ? 1 : 0;
        return written;
    }

    private async Task<bool> WriteAsync(Guid person, NoticeWay way, DateTimeOffset now, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();

        // What is due in a moment goes with it.
        var until = way == NoticeWay.AtOnce ? now + NoticeChoice.Gather : now;
        var notices = await db.Notices.Where(notice => notice.PersonId == person && notice.Way == way && notice.MailAt <= until).OrderBy(notice => notice.At).ThenBy(notice => notice.Id).ToListAsync(cancellationToken);
        var reader = (await book.PeopleAsync(cancellationToken)).SingleOrDefault(actor => actor.Id == person);
        var to = await db.People.AsNoTracking().Where(row => row.Id == person).Select(row => row.Email).SingleAsync(cancellationToken);
        var accounts = await NoticeAccess.AccountsAsync(db, cancellationToken);
        var told = reader is null || !MailAddress.TryCreate(to, out _) ? [] : await NoticeAccess.VisibleAsync(db, notices.FindAll(notice => notice is { ReadAt: null, OverAt: null }), accounts, reader, cancellationToken);
        var mail = told.Count == 0 ? null : Write(to, told, accounts, way, now);
        foreach (var notice in notices)
            (notice.MailAt, notice.MailId) = (null, told.Contains(notice) ? mail!.Id : null);
        if (mail is not null)
            db.Mail.Add(mail);
        return await db.KeepAsync(cancellationToken) && mail is not null;
    }

    private OutgoingMail Write(string to, IReadOnlyList<Notice> told, IReadOnlyDictionary<Guid, Account> accounts, NoticeWay way, DateTimeOffset now)
    {
        var body = new StringBuilder();
        foreach (var notice in told.Take(MostNamed))
        {
            body.Append(NoticeWords.Say(notice.Kind));
            if (notice.AccountId is { } account)
                body.Append(' ').Append(accounts[account].Title);
            body.Append('\n').Append(new Uri(address.Root, NoticeWords.Path(notice.Kind, notice.Subject))).Append("\n\n");
        }

        if (told.Count > MostNamed)
            body.Append("And more than these, on the page of notifications:\n").Append(new Uri(address.Root, "notifications")).Append("\n\n");
        body.Append("This e-mail holds links and no words of anybody. What you are told, and how:\n").Append(new Uri(address.Root, "notifications/settings")).Append('\n');
        return new OutgoingMail
        {
            Id = Guid.CreateVersion7(now),
            Recipient = to,
            Subject = SubjectOf(told, way),
            Body = body.ToString(),
            DueAt = now,
        };
    }

    private static string SubjectOf(IReadOnlyList<Notice> told, NoticeWay way) => told switch
    {
        [var only] => NoticeWords.Say(only.Kind).TrimEnd('.'),
        _ when way == NoticeWay.AtOnce && told.Any(notice => notice.IsUrgent) => $"Urgent: {told.Count} things wait for you",
        _ => $"{told.Count} things wait for you",
    };
}

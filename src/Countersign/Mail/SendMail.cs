using System.Net;
using System.Net.Mail;
using System.Text;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Mail;

/// <summary>
/// Sends what is due, one mail after the other, and tries again later what the server did not take. Every mail ends with the newest signed
/// checkpoint: each mailbox is a place outside that remembers it.
/// </summary>
public sealed class SendMail(CountersignDb db, SignedLog log, MailRoute route, TimeProvider clock)
{
    private const int AtOnce = 20;

    /// <summary>How long what was sent is kept: it holds somebody's address.</summary>
    private static readonly TimeSpan kept = TimeSpan.FromDays(30);

    /// <summary>Between one attempt and the next; after the last of them it is given up.</summary>
    private static readonly TimeSpan[] pauses =
        [.. new[] { 1, 5, 15, 60, 180, 360, 720, 1_440, 1_440 }.Select(minutes => TimeSpan.FromMinutes(minutes))];

    /// <returns>How many mails went out.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (!route.IsOpen)
            return 0;
        var now = clock.GetUtcNow();
        var due = await db.Mail.AsNoTracking().Where(mail => mail.DueAt != null && mail.DueAt <= now).OrderBy(mail => mail.DueAt).Take(AtOnce).Select(mail => mail.Id).ToListAsync(cancellationToken);
        var sent = 0;
        foreach (var id in due)
        {
            if (await TakeAsync(id, cancellationToken) is not { } mail)
                continue;
            var trouble = await TrySendAsync(mail, cancellationToken);
            mail.SentAt = trouble is null ? clock.GetUtcNow() : null;
            mail.Trouble = trouble;
            mail.DueAt = trouble is null || mail.Attempts > pauses.Length ? null : clock.GetUtcNow() + pauses[mail.Attempts - 1];
            _ = await db.KeepAsync(cancellationToken);
            sent += trouble is null ? 1 : 0;
        }

        db.ChangeTracker.Clear();
        db.Mail.RemoveRange(await db.Mail.Where(mail => mail.SentAt < now - kept).OrderBy(mail => mail.SentAt).Take(AtOnce).ToListAsync(cancellationToken));
        _ = await db.KeepAsync(cancellationToken);
        return sent;
    }

    /// <returns>Null where another node was quicker.</returns>
    private async Task<OutgoingMail?> TakeAsync(Guid id, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        var now = clock.GetUtcNow();
        if (await db.Mail.SingleOrDefaultAsync(mail => mail.Id == id && mail.DueAt != null && mail.DueAt <= now, cancellationToken) is not { } mail)
            return null;
        mail.Attempts++;

        // A node that dies with it leaves it to the others after that.
        mail.DueAt = now + (route.Settings.AnswerWithin * 2);
        return await db.KeepAsync(cancellationToken) ? mail : null;
    }

    private async Task<string?> TrySendAsync(OutgoingMail mail, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(route.Settings.AnswerWithin);
        try
        {
            using var message = await WriteAsync(mail, cancellationToken);
            using var client = new SmtpClient(route.Settings.Host, route.Settings.Port) { EnableSsl = route.Settings.Encrypt, DeliveryMethod = SmtpDeliveryMethod.Network };
            if (route.Password is { } password)
                client.Credentials = new NetworkCredential(route.Settings.UserName, password);
            await client.SendMailAsync(message, limit.Token);
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "The server did not answer in time.";
        }
        catch (Exception failure) when (failure is SmtpException or IOException or FormatException or System.Security.Authentication.AuthenticationException)
        {
            return failure.InnerException is { } inner ? $"{failure.Message} {inner.Message}" : failure.Message;
        }
    }

    private async Task<MailMessage> WriteAsync(OutgoingMail mail, CancellationToken cancellationToken)
    {
        var message = new MailMessage(route.From!, new MailAddress(mail.Recipient))
        {
            Subject = mail.Subject,
            Body = $"{mail.Body.TrimEnd()}\n\n{Footer(await log.LatestAsync(cancellationToken))}",
            BodyEncoding = Encoding.UTF8,
            SubjectEncoding = Encoding.UTF8,
        };
        message.Headers["Auto-Submitted"] = "auto-generated";
        message.Headers["Message-ID"] = $"<{mail.Id:N}@{route.From!.Host}>";
        if (mail is { Attachment: { } attachment, AttachmentName: { } name })
        {
            // Base64, so that every byte arrives as it was signed.
            message.Attachments.Add(new Attachment(new MemoryStream(Encoding.UTF8.GetBytes(attachment)), name, "text/plain; charset=utf-8") { TransferEncoding = System.Net.Mime.TransferEncoding.Base64 });
        }

        return message;
    }

    private static string Footer(LedgerCheckpoint? latest) => latest is null
        ? "-- \nNothing is signed in this installation's audit trail yet."
        : $"-- \nThe newest signed checkpoint of this installation's audit trail. Whoever keeps this mail can prove with it later that nothing before it was changed.\n\n{latest.Note}";
}

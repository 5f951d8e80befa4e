using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Countersign.Inbox;

/// <summary>
/// Reads messages again that somebody still has to do with, where the network can: an edit or a removal may show itself in no list. Some at a time,
/// in turn by the clock, so that nothing has to be written down of it.
/// </summary>
public sealed class RecheckMessages(CountersignDb db, Networks networks, Credentials credentials, TakeInMessage take, IOptions<InboxSettings> settings, ILogger<RecheckMessages> logger)
{
    /// <summary>Messages older than this are left as they were read.</summary>
    private static readonly TimeSpan youngEnough = TimeSpan.FromDays(30);

    /// <summary>What was resolved no longer ago than this is read again too: other words may open it.</summary>
    private static readonly TimeSpan doneLately = TimeSpan.FromDays(7);

    /// <summary>Once for every <see cref="InboxSettings.RecheckEvery"/>; a network that does not answer is asked again in the next.</summary>
    /// <param name="last">When the inbox was read before; null for never.</param>
    public async Task RunAsync(Account account, MessageKind kind, DateTimeOffset? last, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (last is not { } before || Turn(before) == Turn(now) || !networks.Can<IRecheckInbox>(account.Network))
            return;
        var network = networks.Get<IRecheckInbox>(account.Network);
        var (since, done, conversations) = (now - youngEnough, now - doneLately, db.Conversations);
        var open = db.Messages.AsNoTracking().Where(message => message.AccountId == account.Id && message.Kind == kind && !message.IsOurs && message.State != MessageState.Gone && message.SourceCommitment != null
            && message.WrittenAt >= since && conversations.Any(row => row.Id == message.ConversationId && (row.State != ConversationState.Resolved || (row.Outcome != ConversationOutcome.History && row.ClosedAt >= done))));
        var most = network.MostRecheckedAtOnce;
        if (await open.CountAsync(cancellationToken) is not (> 0 and var count))
            return;
        var messages = await open.OrderBy(message => message.Id).Skip((int)(Turn(now) % ((count + most - 1) / most)) * most).Take(most).ToListAsync(cancellationToken);
        var known = messages.Where(message => !message.IsErased).ToDictionary(message => message.Source.Id, message => new RemoteRef(message.Source.Id, message.Source.Address, message.Source.Version), StringComparer.Ordinal);
        if (known.Count == 0)
            return;
        var asked = await Asking.WithinAsync<InboxRecheck?>(settings.Value.AnswerWithin, async stop => await network.RecheckAsync(credentials.Open(account), [.. known.Values], stop), null, cancellationToken);
        if (asked is not InboxRecheck.Read read)
            return;
        var gone = read.Gone.Where(known.ContainsKey).Select(id => new InboxItem(known[id], TakeInMessage.KindOf(kind), "", null) { State = InboxState.Removed });
        foreach (var item in read.Shown.Where(item => known.ContainsKey(item.Remote.Id)).Concat(gone))
        {
            if (await take.RunAsync(account, item, cancellationToken) is { } refusal)
                logger.LogWarning("A message on account {Account} was changed there and could not be kept as it is now: {Why}", account.Id, refusal.Sentence);
        }
    }

    private long Turn(DateTimeOffset at) => at.UtcTicks / settings.Value.RecheckEvery.Ticks;
}

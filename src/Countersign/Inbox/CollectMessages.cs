using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using NetworkEvidence = Countersign.Channels.Evidence;

namespace Countersign.Inbox;

/// <summary>One turn of one kind of one account: reads on from its cursor and takes in what it finds. The cursor moves only past what is here, or is named as refused.</summary>
public sealed class CollectMessages(CountersignDb db, Networks networks, Credentials credentials, TakeInMessage take, RecheckMessages recheck, IOptions<InboxSettings> settings, TimeProvider clock, ILogger<CollectMessages> logger)
{
    public const string JobKind = "inbox";

    private static readonly TimeSpan longestWait = TimeSpan.FromHours(1);

    /// <summary>Turns after which a reading that does not end is given a pause between each.</summary>
    private const int longReading = 50;

    private const string NotNow = "Messages cannot be kept at the moment, so none was read further. They are read from here again when they can.";

    /// <summary>How long an account is left alone that is not connected.</summary>
    private static readonly TimeSpan askConnectedAgain = TimeSpan.FromMinutes(1);

    /// <summary>Adds a reading and its turn for each kind of each account that has an inbox and none yet.</summary>
    public async Task PlanAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var known = (await db.InboxReadings.AsNoTracking().Select(reading => new { reading.AccountId, reading.Kind }).ToListAsync(cancellationToken)).ToHashSet();
        foreach (var account in await db.Accounts.AsNoTracking().Where(account => account.State == AccountState.Connected).ToListAsync(cancellationToken))
        {
            if (!networks.Knows(account.Network) || !networks.Can<IInbox>(account.Network))
                continue;
            foreach (var kind in networks.Get<IInbox>(account.Network).InboxKinds.Select(TakeInMessage.KindOf).Where(kind => !known.Contains(new { AccountId = account.Id, Kind = kind })))
            {
                var reading = new InboxReading { Id = Guid.CreateVersion7(now), AccountId = account.Id, Kind = kind, IsWhole = true };
                db.InboxReadings.Add(reading);
                db.Jobs.Add(new Job { Id = reading.Id, Kind = JobKind, Pool = JobKind, Place = now, DueAt = now });
            }
        }

        // Another node may have planned them a moment ago: then the next round sees it.
        if (db.ChangeTracker.HasChanges())
            _ = await db.KeepAsync(cancellationToken);
    }

    /// <returns>When it is its turn again; null where there is no such reading.</returns>
    public async Task<DateTimeOffset?> RunAsync(Guid id, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        if (await db.InboxReadings.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } reading)
            return null;
        var account = await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == reading.AccountId, cancellationToken);
        var began = clock.GetUtcNow();
        if (account.State != AccountState.Connected || !networks.Can<IInbox>(account.Network))
            return began + askConnectedAgain;
        var every = networks.ReadEvery(account.Network, settings.Value.Every);
        var (cursor, met) = (reading.Cursor, new HashSet<string?>(StringComparer.Ordinal) { reading.Cursor });
        for (var page = 0; page < settings.Value.Pages; page++)
        {
            var found = await AskAsync(account, reading.Kind, cursor, cancellationToken);
            if (found is not InboxPage.Read read)
            {
                var evidence = ((InboxPage.Unavailable)found).Evidence;
                await ChangeAsync(id, row => row.Fail(evidence.Note ?? "The network gave no answer that could be read.", clock.GetUtcNow()), cancellationToken);
                return clock.GetUtcNow() + Wait(every, reading.Failures + 1);
            }

            if (await TakeAsync(account, read.Items, cancellationToken) is not { } refused)
            {
                await ChangeAsync(id, row => row.Fail(NotNow, clock.GetUtcNow()), cancellationToken);
                return clock.GetUtcNow() + Wait(every, reading.Failures + 1);
            }

            if (read.IsComplete)
            {
                var oldest = reading.ReadFrom ?? await db.Messages.Where(message => message.AccountId == account.Id && message.Kind == reading.Kind).MinAsync(message => (DateTimeOffset?)message.WrittenAt, cancellationToken);
                await ChangeAsync(id, row => { Note(row, refused); row.Finish(read.Cursor, began, oldest); }, cancellationToken);
                await recheck.RunAsync(account, reading.Kind, reading.ReadUntil, began, cancellationToken);
                return clock.GetUtcNow() + every;
            }

            if (!met.Add(read.Cursor))
            {
                await ChangeAsync(
                    id,
                    row =>
                    {
                        Note(row, refused);
                        row.GapSince ??= row.ReadUntil ?? began;
                        row.StartOver();
                        row.Fail("The network gives the same page again and again, so what comes after it cannot be read. It is tried from the beginning.", clock.GetUtcNow());
                    },
                    cancellationToken);
                return clock.GetUtcNow() + Wait(every, reading.Failures + 1);
            }

            cursor = read.Cursor;
            await ChangeAsync(id, row => { Note(row, refused); (row.Cursor, row.IsBehind) = (read.Cursor, true); }, cancellationToken);
        }

        // A network that always has one more page is read on, but not without a pause.
        await ChangeAsync(id, row => row.Turns++, cancellationToken);
        return reading.Turns < longReading ? clock.GetUtcNow() : clock.GetUtcNow() + every;
    }

    /// <summary>Longer and longer, up to an hour.</summary>
    internal static TimeSpan Wait(TimeSpan every, int failures)
    {
        var wait = every * Math.Pow(2, Math.Min(failures, 12));
        return wait > longestWait ? longestWait > every ? longestWait : every : wait;
    }

    /// <summary>One that cannot be kept keeps no other from being kept.</summary>
    /// <returns>Null where it is not the message that is at fault: nothing can be kept now, and what was not must be read again.</returns>
    private async Task<List<(string Remote, string? Why)>?> TakeAsync(Account account, IReadOnlyList<InboxItem> items, CancellationToken cancellationToken)
    {
        var told = new List<(string, string?)>();
        foreach (var item in items)
        {
            string? why;
            try
            {
                var refusal = await take.RunAsync(account, item, cancellationToken);
                if (refusal?.Code is "read-only" or "changed-meanwhile")
                    return null;
                why = refusal?.Sentence;
            }
            catch (Exception fault) when (fault is not OperationCanceledException && Databases.IsInTrouble(fault))
            {
                logger.LogError(fault, "Messages on account {Account} cannot be kept now", account.Id);
                return null;
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                logger.LogError(fault, "A message on account {Account} could not be kept", account.Id);
                why = "It could not be kept; the program's log says why.";
            }

            told.Add((item.Remote.Address ?? item.Remote.Id, why));
        }

        return told;
    }

    private void Note(InboxReading reading, List<(string Remote, string? Why)> told)
    {
        foreach (var (remote, why) in told)
        {
            if (why is null)
                reading.Accept(remote);
            else
                reading.Refuse(remote, why, clock.GetUtcNow());
        }
    }

    private Task<InboxPage> AskAsync(Account account, MessageKind kind, string? cursor, CancellationToken cancellationToken) => Asking.WithinAsync<InboxPage>(
        settings.Value.AnswerWithin,
        stop => networks.Get<IInbox>(account.Network).ReadInboxAsync(credentials.Open(account), TakeInMessage.KindOf(kind), cursor, stop),
        new InboxPage.Unavailable(new NetworkEvidence(null, null, "The network did not answer in time.")),
        cancellationToken);

    private async Task ChangeAsync(Guid id, Action<InboxReading> change, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        change(await db.InboxReadings.SingleAsync(row => row.Id == id, cancellationToken));
        _ = await db.KeepAsync(cancellationToken);
    }
}

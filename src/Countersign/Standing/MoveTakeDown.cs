using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Countersign.Standing;

/// <summary>Takes one order its next step, under a job's lease: through the door, then reading back until the network shows the post no more.</summary>
public sealed class MoveTakeDown(CountersignDb db, Door door, Networks networks, Credentials credentials, RecordStanding record, IOptions<DeliverySettings> settings, TimeProvider clock)
{
    /// <returns>When to look again; null when there is nothing more to do.</returns>
    public async Task<DateTimeOffset?> RunAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await db.TakeDowns.FindAsync([id], cancellationToken) is not { } order)
            return null;
        var account = await db.Accounts.SingleAsync(row => row.Id == order.AccountId, cancellationToken);
        DateTimeOffset? notBefore = null;
        if (order.State is TakeDownState.Ordered or TakeDownState.Sending)
        {
            var moved = await door.TakeDownAsync(order, account, cancellationToken);
            if (!moved.IsTaken)
                return clock.GetUtcNow() + TimeSpan.FromSeconds(2);
            notBefore = moved.Taken.NotBefore;
        }

        if (order.State == TakeDownState.Down)
            await ReadBackAsync(order, account, cancellationToken);
        var now = clock.GetUtcNow();
        return order.State switch
        {
            TakeDownState.Ordered => Later(notBefore, now + TimeSpan.FromSeconds(10 * Math.Pow(3, Math.Max(0, order.Attempts - 1)))),
            TakeDownState.Down => now + settings.Value.Looks[0],
            _ => null,
        };
    }

    /// <summary>Reads lag writes: a post that is still shown right after proves nothing, and one that is shown after the settle time was not taken down.</summary>
    private async Task ReadBackAsync(TakeDown order, Account account, CancellationToken cancellationToken)
    {
        var gone = !networks.Can<IReadPost>(account.Network) || await AskAsync(order, account, cancellationToken) is PostReading.Gone;
        var now = clock.GetUtcNow();
        if (gone && await db.StandingPosts.AsNoTracking().SingleOrDefaultAsync(post => post.AccountId == account.Id && post.RemoteId == order.RemoteId, cancellationToken) is { } post)
        {
            await record.LoseAsync(post.Id, account, cancellationToken);
            db.ChangeTracker.Clear();
            db.TakeDowns.Attach(order);
        }

        var move = gone ? order.Move(TakeDownState.Confirmed, now)
            : now - order.OrderedAt >= settings.Value.Settle ? order.Move(TakeDownState.Failed, now, "still-there", "The network said that it took the post down, and still shows it.")
            : null;
        if (move is not null)
            _ = await db.CommitAsync(move, order.Apply, cancellationToken);
    }

    private Task<PostReading?> AskAsync(TakeDown order, Account account, CancellationToken cancellationToken) => Asking.WithinAsync<PostReading?>(
        settings.Value.AnswerWithin,
        async stop => await networks.Get<IReadPost>(account.Network).ReadAsync(credentials.Open(account), new RemoteRef(order.RemoteId, order.Address, order.RemoteVersion), stop),
        null,
        cancellationToken);

    private static DateTimeOffset Later(DateTimeOffset? asked, DateTimeOffset ours) => asked > ours ? asked.Value : ours;
}

using Countersign.Accounts;
using Countersign.Channels;

namespace Countersign.Publishing;

public sealed partial class Door
{
    /// <summary>Shows another post once more under the account's name: the same road, another write at its end.</summary>
    private Task<Outcome> ShowAgainAsync(Account account, Delivery delivery, RemoteRef post, CancellationToken stop) =>
        networks.Get<IRepost>(account.Network).RepostAsync(new Repost(delivery.Key, delivery.Account, post, delivery.CreatedAt), stop);
}

using Countersign.Channels;
using Countersign.Channels.Bluesky;
using Countersign.Channels.Shelf;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Tests.Architecture.Samples;

/// <summary>Writes to a network past the door: by the contract, and by the connector's own name in a delegate.</summary>
internal static class ASecondDoor
{
    public static async Task<Outcome> PublishAsync(IPublish network, Delivery delivery)
    {
        await Task.Yield();
        return await network.PublishAsync(delivery, default);
    }
}

internal static class AThirdDoor
{
    public static Func<Delivery, CancellationToken, Task<Outcome>> Of(NewsroomChannel newsroom) => newsroom.PublishAsync;
}

internal static class ADoorForReposts
{
    public static Task<Outcome> RepostAsync(IRepost network, Repost repost) => network.RepostAsync(repost, default);
}

internal static class ADoorForEdits
{
    public static Task<Outcome> EditAsync(IEdit network, Delivery delivery, RemoteRef standing) => network.EditAsync(delivery, standing, default);
}

internal static class ADoorForDeletions
{
    public static Func<ConnectedAccount, RemoteRef, CancellationToken, Task<Outcome>> Of(BlueskyChannel bluesky) => bluesky.DeleteAsync;
}

/// <summary>Writes past the commit in three ways. The compiler refuses these already; here it is told to look away.</summary>
#pragma warning disable RS0030
internal static class ASecondCommit
{
    public static Task SaveAsync(DbContext db) => db.SaveChangesAsync();

    public static Task<int> UpdateAsync(CountersignDb db) => db.Set<Job>().ExecuteUpdateAsync(set => set.SetProperty(job => job.Claims, 0));

    public static Task<int> SpeakAsync(CountersignDb db) => db.Database.ExecuteSqlRawAsync("select 1");
}
#pragma warning restore RS0030

namespace Countersign.Channels.Tests;

/// <summary>A network with an account on it, and a way to see what really stands there that does not go through the connector.</summary>
/// <param name="StandingAsync">Every post of the account that could be this delivery's.</param>
public sealed record ChannelUnderTest(
    IChannel Channel, ConnectedAccount Account, Func<Delivery, Task<IReadOnlyList<StandingPost>>> StandingAsync)
{
    private static readonly DateTimeOffset at = new(2026, 11, 12, 9, 42, 0, TimeSpan.Zero);

    public IMeasure Measures => (IMeasure)Channel;

    public IValidate Validates => (IValidate)Channel;

    public IFind Finds => (IFind)Channel;

    /// <summary>Of this moment, because many connectors of these tests write to one account.</summary>
    public string Mint() => ((IMintKeys)Channel).Mint(TimeProvider.System.GetUtcNow());

    public Delivery Deliver(PostContent content) => new(Mint(), Account, content, at);

    /// <summary>Prepares, where the network has something to prepare, and publishes.</summary>
    public Task<Outcome> SendAsync(Delivery delivery) =>
        PreparedAsync(delivery, ready => ((IPublish)Channel).PublishAsync(ready, TestContext.Current.CancellationToken));

    public Task<Outcome> EditAsync(Delivery delivery, RemoteRef standing) =>
        PreparedAsync(delivery, ready => ((IEdit)Channel).EditAsync(ready, standing, TestContext.Current.CancellationToken));

    private async Task<Outcome> PreparedAsync(Delivery delivery, Func<Delivery, Task<Outcome>> write)
    {
        var stop = TestContext.Current.CancellationToken;
        if (Channel is IPrepare preparing)
        {
            switch (await preparing.PrepareAsync(delivery, stop))
            {
                case PrepareOutcome.Stopped stopped:
                    return stopped.Why;
                case PrepareOutcome.Ready ready:
                    delivery = delivery with { Prepared = ready.Prepared };
                    break;
            }
        }

        return await write(delivery);
    }
}

public sealed record StandingPost(string Text, IReadOnlyList<string> Alts);

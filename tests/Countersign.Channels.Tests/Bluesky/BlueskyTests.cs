using Countersign.Tests.Shared;

namespace Countersign.Channels.Tests.Bluesky;

/// <summary>The contract, on a real Bluesky server.</summary>
public sealed class BlueskyTests : NetworkContract, IAsyncLifetime
{
    private BlueskyNetwork network = null!;
    private FaultyLine? line;

    public async ValueTask InitializeAsync() => network = await BlueskyNetwork.SharedAsync();

    public async ValueTask DisposeAsync()
    {
        if (line is not null)
            await line.DisposeAsync();
    }

    protected override Task<ChannelUnderTest> ConnectedAsync() => Task.FromResult(Through(network.Server));

    protected override Task<ChannelUnderTest> LosingAnswersAsync()
    {
        line = new FaultyLine(network.Server) { Strikes = method => method == "putRecord" ? new Fault.LosesTheAnswer() : null };
        return Task.FromResult(Through(line.Address));
    }

    private ChannelUnderTest Through(Uri server) => OnBluesky.Open(network, network.Alice, server);

    protected override Task<ConnectOutcome> ConnectWithAsync(string wrong) =>
        ((IConnect)Through(network.Server).Channel).ConnectAsync(new ConnectRequest(network.Server, network.Alice.Handle, wrong), TestContext.Current.CancellationToken);

    protected override Task<RemoteRef> GoneAsync(ChannelUnderTest network) =>
        Task.FromResult(new RemoteRef($"at://{network.Account.RemoteId}/app.bsky.feed.post/{network.Mint()}", null));
}

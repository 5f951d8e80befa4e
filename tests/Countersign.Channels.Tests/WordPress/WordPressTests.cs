using Countersign.Tests.Shared;

namespace Countersign.Channels.Tests.WordPress;

/// <summary>The contract, on a real site.</summary>
[Collection(OnWordPress.OneAfterTheOther)]
public sealed class WordPressTests : NetworkContract, IAsyncLifetime
{
    private WordPressServer site = null!;
    private FaultyLine? line;

    public async ValueTask InitializeAsync() => site = await WordPressServer.SharedAsync();

    public async ValueTask DisposeAsync()
    {
        if (line is not null)
            await line.DisposeAsync();
    }

    protected override bool HonoursKeys => false;

    protected override bool LooksFirst => true;

    protected override bool? ProvesAbsence => true;

    protected override Task<ChannelUnderTest> ConnectedAsync() => OnWordPress.OpenAsync(site, "edith");

    protected override Task<ChannelUnderTest> LosingAnswersAsync()
    {
        // The first call to the posts looks whether something stands there already; the second writes.
        var calls = 0;
        line = new FaultyLine(site.Server) { Strikes = path => path.EndsWith("/posts", StringComparison.Ordinal) && Interlocked.Increment(ref calls) == 2 ? new Fault.LosesTheAnswer() : null };
        return OnWordPress.OpenAsync(site, "edith", line.Address);
    }

    protected override Task<ConnectOutcome> ConnectWithAsync(string wrong) =>
        OnWordPress.Channel.ConnectAsync(new ConnectRequest(site.Server, "edith", wrong), TestContext.Current.CancellationToken);

    protected override Task<RemoteRef> GoneAsync(ChannelUnderTest network) => Task.FromResult(new RemoteRef(new Uri(site.Server, "/?p=999999").AbsoluteUri, null));
}

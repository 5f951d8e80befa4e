using Countersign.Channels.Bluesky;
using Countersign.Channels.Http;
using Countersign.Tests.Shared;

namespace Countersign.Channels.Tests.Bluesky;

public sealed class BlueskyConnectTests : IAsyncLifetime
{
    private static readonly HttpClient http = new(Transport.NewHandler());
    private readonly BlueskyChannel bluesky = new(http, TimeProvider.System, OnBluesky.NothingToSave);
    private BlueskyNetwork network = null!;

    public async ValueTask InitializeAsync() => network = await BlueskyNetwork.SharedAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("alice.test")]
    [InlineData(" @alice.test ")]
    public async Task An_app_password_connects_the_account_by_its_lasting_id(string handle)
    {
        var before = (await network.ListPostsAsync(network.Alice.Did)).Count;

        var connected = Assert.IsType<ConnectOutcome.Connected>(await Connect(network.Server, handle, network.Alice.AppPassword));

        Assert.Equal((network.Alice.Did, "alice.test"), (connected.RemoteId, connected.Handle));
        Assert.InRange(before, 0, (await network.ListPostsAsync(network.Alice.Did)).Count);
    }

    [Fact]
    public async Task The_accounts_own_password_is_refused_because_it_can_change_everything() =>
        Assert.Equal("main-password", await Refusal(network.Server, "alice.test", network.Alice.Password));

    [Fact]
    public async Task Another_accounts_password_is_refused() =>
        Assert.Equal("wrong-password", await Refusal(network.Server, "alice.test", network.Bob.AppPassword));

    [Fact]
    public async Task An_account_taken_down_is_refused_in_words_that_allow_for_it()
    {
        var account = await network.CreateAccountAsync("taken");
        await network.TakeDownAsync(account);

        // The server does not tell the two apart for an app password.
        var refused = Assert.IsType<ConnectOutcome.Refused>(await Connect(network.Server, account.Handle, account.AppPassword));
        Assert.Equal("wrong-password", refused.Code);
        Assert.Contains("restricted", refused.Sentence, StringComparison.Ordinal);
        Assert.Equal("restricted", await Refusal(network.Server, account.Handle, account.Password));
    }

    [Theory]
    [InlineData("http://example.test/", "bad-server")]
    [InlineData("ftp://example.test/", "bad-server")]
    [InlineData("https://someone:secret@example.test/", "bad-server")]
    [InlineData("http://127.0.0.1:1/", "unreachable")]
    public async Task A_server_that_cannot_be_trusted_or_reached_is_refused(string server, string code) =>
        Assert.Equal(code, await Refusal(new Uri(server), "alice.test", "abcd-efgh-ijkl-mnop"));

    [Theory]
    [InlineData("", "abcd-efgh-ijkl-mnop", "no-handle")]
    [InlineData("alice.test", " ", "no-password")]
    public async Task What_is_missing_is_named(string handle, string password, string code) =>
        Assert.Equal(code, await Refusal(network.Server, handle, password));

    [Fact]
    public async Task A_server_that_is_something_else_is_refused()
    {
        await using var line = new FaultyLine(network.Server) { Strikes = _ => new Fault.Says(Fault.Http("200 OK", "<html>Welcome</html>")) };

        Assert.Equal("not-bluesky", await Refusal(line.Address, "alice.test", network.Alice.AppPassword));
    }

    private Task<ConnectOutcome> Connect(Uri server, string handle, string? secret) =>
        bluesky.ConnectAsync(new ConnectRequest(server, handle, secret), TestContext.Current.CancellationToken);

    private async Task<string> Refusal(Uri server, string handle, string? secret) =>
        Assert.IsType<ConnectOutcome.Refused>(await Connect(server, handle, secret)).Code;
}

using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Countersign.Channels.Http;
using Countersign.Channels.Tests.Fakes;
using Countersign.Channels.X;

namespace Countersign.Channels.Tests.X;

/// <summary>The contract of every network once more, with Prism between the connector and the fake: both are held to tests/servers/prism/x.yaml.</summary>
public sealed class XContractTests : NetworkContract
{
    private static readonly SemaphoreSlim starting = new(1, 1);
    private static XBehindPrism? shared;

    protected override bool HonoursKeys => false;

    protected override bool RefusesDuplicates => true;

    protected override int AnEmojiCounts => 2;

    /// <summary>Prism takes longer to take a large form apart than a connector waits; the fake alone is sent the largest.</summary>
    protected override int LargestTried(int largest) => 20_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"text":"x","colour":"red"}""")]
    [InlineData("""{"text":5}""")]
    [InlineData("""{"text":"x","reply_settings":"everybody"}""")]
    [InlineData("""{"text":"x","media":{"media_ids":[]}}""")]
    [InlineData("""{"text":"x","reply":{}}""")]
    public async Task A_request_that_is_not_in_the_contract_is_refused_before_it_reaches_the_fake(string body)
    {
        var behind = await SharedAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(behind.Prism.Address, "/2/tweets")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "anything");
        var before = behind.Fake.Calls.Count;

        using var answer = await http.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal(before, behind.Fake.Calls.Count);
    }

    [Theory]
    [InlineData(201, """{"data":{"id":19,"text":"x"}}""")]
    [InlineData(201, """{"id":"19"}""")]
    [InlineData(403, """{"message":"no"}""")]
    public async Task A_fake_that_answers_off_the_contract_fails_its_test(int status, string body)
    {
        var behind = await SharedAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(behind.Prism.Address, "/2/tweets")) { Content = new StringContent("""{"text":"x"}""", Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "anything");
        behind.Fake.Instead = _ => new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

        using var answer = await http.SendAsync(request, Stop);

        behind.Fake.Instead = _ => null;
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains("VIOLATIONS", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    protected override async Task<ChannelUnderTest> ConnectedAsync()
    {
        var behind = await SharedAsync();
        behind.Fake.Loses = _ => false;
        var connected = Assert.IsType<ConnectOutcome.Connected>(await CompleteAsync(behind, null));
        var account = new ConnectedAccount(Guid.NewGuid().ToString(), connected.Handle, connected.Server, connected.RemoteId, connected.Secret);
        return new ChannelUnderTest(behind.Channel, account, delivery => Task.FromResult<IReadOnlyList<StandingPost>>(
            [.. behind.Fake.Standing().Where(post => post.Text == delivery.Content.Text).Select(post => new StandingPost(post.Text, post.Alts))]));
    }

    protected override async Task<ChannelUnderTest> LosingAnswersAsync()
    {
        var network = await ConnectedAsync();
        shared!.Fake.Loses = request => request is { Method.Method: "POST", RequestUri.AbsolutePath: "/2/tweets" };
        return network;
    }

    protected override async Task<ConnectOutcome> ConnectWithAsync(string wrong) => await CompleteAsync(await SharedAsync(), wrong);

    protected override Task<RemoteRef> GoneAsync(ChannelUnderTest network) => Task.FromResult(new RemoteRef("9", null, "9"));

    private static async Task<ConnectOutcome> CompleteAsync(XBehindPrism behind, string? code)
    {
        var ask = Assert.IsType<AuthoriseOutcome.Ask>(await behind.Channel.BeginAsync(Some.Asking(null, StrictX.App), Stop));
        return await behind.Channel.CompleteAsync(ask.Kept, code ?? behind.Fake.Allow(ask.Page).Query.Split("code=")[1], Stop);
    }

    /// <summary>One for the class: Prism takes seconds to start. It ends with the test process.</summary>
    private static async Task<XBehindPrism> SharedAsync()
    {
        await starting.WaitAsync(Stop);
        try
        {
            return shared ??= await XBehindPrism.StartAsync();
        }
        finally
        {
            starting.Release();
        }
    }

    private sealed record XBehindPrism(StrictX Fake, FakeServer Server, Prism Prism, XChannel Channel)
    {
        public static async Task<XBehindPrism> StartAsync()
        {
            var fake = new StrictX(TimeProvider.System);
            var server = new FakeServer(fake);
            var prism = await Prism.StartAsync("x.yaml", server.Address);
            var channel = new XChannel(new HttpClient(Transport.NewHandler()), TimeProvider.System, (_, _, _) => Task.CompletedTask, new XSettings { Api = prism.Address });
            return new XBehindPrism(fake, server, prism, channel);
        }
    }
}

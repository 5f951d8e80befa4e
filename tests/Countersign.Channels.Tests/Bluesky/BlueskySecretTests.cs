using System.Net;
using System.Text;
using System.Text.Json;
using Countersign.Channels.Bluesky;

namespace Countersign.Channels.Tests.Bluesky;

/// <summary>Secrets are planted wherever a server or a broken line could hand them back, and looked for in everything that comes out.</summary>
public sealed class BlueskySecretTests
{
    private const string AppPassword = "plnt-aaaa-pass-word";
    private const string Access = "plantedhead.plantedaccess.plantedsign";
    private const string Refresh = "plantedhead.plantedrefresh.plantedsign";

    private static readonly ConnectedAccount account = new("1", "alice.test", new Uri("https://pds.example.test/"), "did:plc:alice", AppPassword);

    public static TheoryData<string> Places => ["errors", "codes", "exceptions", "torn", "identifiers", "granted"];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task No_secret_is_in_anything_that_comes_out(string place)
    {
        using var http = new HttpClient(new Leaky(place));
        var bluesky = new BlueskyChannel(http, TimeProvider.System, OnBluesky.NothingToSave);
        var delivery = new Delivery(bluesky.Mint(DateTimeOffset.UnixEpoch), account, new PostContent("Hello @bob.test", [Some.Picture()]), DateTimeOffset.UnixEpoch);
        var stop = TestContext.Current.CancellationToken;

        var prepared = await bluesky.PrepareAsync(delivery, stop);
        var request = new ConnectRequest(account.Server, account.Handle, AppPassword);
        // Words alone need no preparing, so the write is reached even where preparing fails.
        var words = delivery with { Content = Some.Words("Hello") };
        object[] everything =
        [
            prepared, await bluesky.PublishAsync(words, stop), await bluesky.PublishAsync(words, stop),
            await bluesky.FindAsync(words, stop), await bluesky.ConnectAsync(request, stop), request, account, delivery, bluesky,
        ];

        foreach (var thing in everything)
        {
            Assert.DoesNotContain("plnt-", thing.ToString(), StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("planted", thing.ToString(), StringComparison.OrdinalIgnoreCase);
        }

        foreach (var outcome in everything.Where(t => t is Outcome or PrepareOutcome or FindResult or ConnectOutcome))
        {
            var json = JsonSerializer.Serialize(outcome, outcome.GetType());
            Assert.DoesNotContain("plnt-", json, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("planted", json, StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>A server that opens a session, and then gives the caller's secrets back.</summary>
    private sealed class Leaky(string place) : HttpMessageHandler
    {
        private static readonly string session = $$"""{"did":"did:plc:alice","handle":"alice.test","accessJwt":"{{Access}}","refreshJwt":"{{Refresh}}","active":true}""";

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Content is not null)
                await request.Content.CopyToAsync(Stream.Null, cancellationToken);
            var method = request.RequestUri!.AbsolutePath.Split('.')[^1];
            if (method is "createSession" or "refreshSession" && place != "errors")
                return Answer(HttpStatusCode.OK, session);

            var echo = $"{AppPassword} {request.Headers.Authorization} {Access} {Refresh}";
            return place switch
            {
                "errors" => Answer(HttpStatusCode.BadRequest, JsonSerializer.Serialize(new { error = "InvalidRequest", message = echo })),
                "codes" => Answer(HttpStatusCode.BadRequest, JsonSerializer.Serialize(new { error = method == "getRecord" ? AppPassword : Access })),
                "exceptions" => throw new HttpRequestException(echo, new IOException(echo)),
                "torn" => throw new IOException(echo),
                "identifiers" => Answer(HttpStatusCode.OK, JsonSerializer.Serialize(new { uri = Access, cid = Refresh, blob = echo, did = Access, value = new { text = echo } })),
                _ => Answer(HttpStatusCode.OK, session),
            };
        }

        private static HttpResponseMessage Answer(HttpStatusCode status, string body) =>
            new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json"), Headers = { { "X-Echo", AppPassword } } };
    }
}

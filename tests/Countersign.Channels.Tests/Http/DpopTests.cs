using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.Tests.Http;

/// <summary>Calls signed with a key, against a server that reads each signature by another road and changes the number it wants signed whenever it likes.</summary>
public sealed class DpopTests
{
    private static readonly Uri address = new("https://pds.example.test/xrpc/com.atproto.repo.createRecord?validate=true");

    [Fact]
    public async Task When_the_servers_number_changes_under_calls_that_run_together_each_refused_one_is_made_once_more()
    {
        var server = new ChangingServer { Changes = Change.InTheMiddleOfEight };
        using var http = new HttpClient(server);
        var calls = new DpopCalls(new Wire(http, TimeProvider.System), TimeProvider.System);
        var key = DpopKey.New();
        Assert.True(await OkAsync(calls, key, "first"));
        var rounds = new List<bool[]>();
        for (var round = 0; round < 5; round++)
            rounds.Add(await Task.WhenAll(Enumerable.Range(0, 8).Select(at => OkAsync(calls, key, $"{round}-{at}"))));

        Assert.All(rounds.SelectMany(round => round), Assert.True);
        Assert.Equal(41, server.Taken.Count);
        Assert.Equal(41, server.Taken.Distinct().Count());
        Assert.All(server.Seen.GroupBy(call => call), call => Assert.InRange(call.Count(), 1, 2));
        Assert.Contains(server.Seen.GroupBy(call => call), call => call.Count() == 2);
        Assert.Empty(server.Wrong);
    }

    [Fact]
    public async Task A_server_that_asks_for_another_number_each_time_is_asked_twice_and_took_nothing()
    {
        var server = new ChangingServer { Changes = Change.Always };
        using var http = new HttpClient(server);

        var reply = await new DpopCalls(new Wire(http, TimeProvider.System), TimeProvider.System).SendAsync(() => Call("never"), DpopKey.New(), "token", TestContext.Current.CancellationToken);

        Assert.Equal(DpopCalls.AsksForNonce, Assert.IsType<Reply.Answered>(reply).Code);
        Assert.Equal((2, 0), (server.Seen.Count, server.Taken.Count));
    }

    [Fact]
    public async Task A_refusal_for_any_other_reason_is_not_repeated()
    {
        var server = new ChangingServer { Changes = Change.Never, Refuses = true };
        using var http = new HttpClient(server);
        var calls = new DpopCalls(new Wire(http, TimeProvider.System), TimeProvider.System);
        var key = DpopKey.New();
        _ = await OkAsync(calls, key, "learns the number");

        var before = server.Seen.Count;
        Assert.False(await OkAsync(calls, key, "refused"));

        Assert.Equal(before + 1, server.Seen.Count);
    }

    private static async Task<bool> OkAsync(DpopCalls calls, DpopKey key, string name) =>
        await calls.SendAsync(() => Call(name), key, "token", TestContext.Current.CancellationToken) is Reply.Answered { Ok: true };

    private static HttpRequestMessage Call(string name) => new(HttpMethod.Post, address) { Content = SentContent.Json(new { name }) };

    private enum Change
    {
        Never,
        InTheMiddleOfEight,
        Always,
    }

    private sealed class ChangingServer : HttpMessageHandler
    {
        private readonly Lock turn = new();
        private readonly HashSet<string> arrived = new(StringComparer.Ordinal);
        private readonly HashSet<string> signatures = new(StringComparer.Ordinal);
        private int number;

        public required Change Changes { get; init; }

        /// <summary>Refuses whatever is signed as it should be.</summary>
        public bool Refuses { get; init; }

        public ConcurrentQueue<string> Seen { get; } = new();

        public ConcurrentQueue<string> Taken { get; } = new();

        public ConcurrentQueue<string> Wrong { get; } = new();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = JsonDocument.Parse(await request.Content!.ReadAsStringAsync(cancellationToken)).RootElement;
            var name = body.GetProperty("name").GetString()!;
            Seen.Enqueue(name);
            lock (turn)
            {
                if (Changes == Change.Always || (arrived.Add(name) && Changes == Change.InTheMiddleOfEight && arrived.Count % 8 == 4))
                    number++;
            }

            await Task.Yield();
            var claims = Claims(request);
            lock (turn)
            {
                var isSigned = claims.TryGetProperty("nonce", out var nonce) && nonce.GetString() == $"number {number}";
                if (isSigned && !Refuses)
                    Taken.Enqueue(name);

                return new HttpResponseMessage(isSigned && !Refuses ? HttpStatusCode.OK : HttpStatusCode.Unauthorized)
                {
                    Headers = { { "DPoP-Nonce", $"number {number}" } },
                    Content = new StringContent(isSigned ? Refuses ? """{"error":"invalid_token"}""" : "{}" : $$"""{"error":"{{DpopCalls.AsksForNonce}}"}"""),
                };
            }
        }

        /// <summary>What was signed; says what is wrong with it (RFC 9449, 4.3).</summary>
        private JsonElement Claims(HttpRequestMessage request)
        {
            var parts = request.Headers.GetValues("DPoP").Single().Split('.');
            var (header, claims) = (Read(parts[0]), Read(parts[1]));
            var jwk = header.GetProperty("jwk");
            using var key = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = Base64Url.DecodeFromChars(jwk.GetProperty("x").GetString()), Y = Base64Url.DecodeFromChars(jwk.GetProperty("y").GetString()) },
            });
            Check(key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256), "signature");
            Check(header.GetProperty("typ").GetString() == "dpop+jwt" && header.GetProperty("alg").GetString() == "ES256", "header");
            Check(!jwk.TryGetProperty("d", out _), "the private key is in it");
            Check(claims.GetProperty("htm").GetString() == "POST" && claims.GetProperty("htu").GetString() == address.GetLeftPart(UriPartial.Path), "what is called");
            Check(claims.GetProperty("ath").GetString() == Base64Url.EncodeToString(SHA256.HashData("token"u8)), "the token");
            Check(request.Headers.Authorization is { Scheme: "DPoP", Parameter: "token" }, "authorisation");
            lock (turn)
                Check(signatures.Add(claims.GetProperty("jti").GetString()!), "signed twice under one name");
            return claims;

            static JsonElement Read(string part) => JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(part));

            void Check(bool right, string what)
            {
                if (!right)
                    Wrong.Enqueue(what);
            }
        }
    }
}

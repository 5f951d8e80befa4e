using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Countersign.Channels.Bluesky;

namespace Countersign.Channels.Tests.Bluesky;

/// <summary>Answers of the right status and the wrong shape: each part of each good answer is replaced in turn.</summary>
public sealed class BlueskyShapeTests
{
    private const string Key = "3jzfcijpj2z2a";
    private static readonly PostMedia picture = Some.Picture();
    private static readonly string[] instead = ["null", "true", "-1", "1e400", "\"\"", "\"x\"", "[]", "[1]", "{}", "{\"$link\":7}"];

    private static readonly Dictionary<string, string> good = new()
    {
        ["createSession"] = """{"did":"did:plc:a","handle":"a.test","accessJwt":"h.eyJpYXQiOjEsImV4cCI6NzIwMX0.s","refreshJwt":"h.e.s"}""",
        ["getSession"] = """{"did":"did:plc:a","handle":"a.test","active":true}""",
        ["resolveHandle"] = """{"did":"did:plc:b"}""",
        ["uploadBlob"] = $$$"""{"blob":{"ref":{"$link":"{{{BlobId.Of(picture)}}}"},"mimeType":"image/png","size":200}}""",
        ["putRecord"] = $$"""{"uri":"at://did:plc:a/app.bsky.feed.post/{{Key}}","cid":"bafy"}""",
        ["getRecord"] = $$$$$"""{"uri":"at://did:plc:a/app.bsky.feed.post/{{{{{Key}}}}}","cid":"bafy","value":{"text":"Hi @b.test","embed":{"images":[{"alt":"{{{{{picture.Alt}}}}}","image":{"ref":{"$link":"{{{{{BlobId.Of(picture)}}}}}"}}}]}}}""",
    };

    public static TheoryData<string> Methods => [.. good.Keys];

    [Fact]
    public async Task The_unchanged_answers_are_good_ones()
    {
        var (_, published, found, connected) = await RunAsync(good);

        Assert.IsType<Outcome.Accepted>(published);
        Assert.IsType<FindResult.Found>(found);
        Assert.IsType<ConnectOutcome.Connected>(connected);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task No_shape_of_an_answer_is_an_exception_or_a_false_acceptance(string method)
    {
        foreach (var mutant in Mutants(good[method]))
        {
            var (_, published, _, _) = await RunAsync(new(good) { [method] = mutant });

            // A content id of any name is the network's own affair; a place that is not ours is no confirmation.
            if (method == "putRecord" && !mutant.Contains(Key, StringComparison.Ordinal))
                Assert.IsType<Outcome.Unknown>(published);
        }
    }

    [Fact]
    public async Task No_shape_of_one_message_hides_the_others()
    {
        const string whole = """{"uri":"at://did:plc:b/app.bsky.feed.post/3k","cid":"bafy","reason":"reply","author":{"did":"did:plc:b","handle":"b.test","displayName":"B"},"indexedAt":"2026-11-12T09:42:00.000Z","record":{"text":"Hi","langs":["en"],"reply":{"root":{"uri":"at://r"},"parent":{"uri":"at://p"}},"facets":[{"index":{"byteStart":0,"byteEnd":2},"features":[{"uri":"https://a.test/","did":"did:plc:c"}]}],"embed":{"images":[{"alt":"A","image":{"mimeType":"image/png"}}],"record":{"uri":"at://did:plc:a/app.bsky.feed.post/3j"}}}}""";
        var other = whole.Replace("/3k", "/3other", StringComparison.Ordinal);

        foreach (var mutant in Mutants(whole).Where(mutant => mutant != "1e400"))
        {
            var page = Assert.IsType<InboxPage.Read>(await InboxOfAsync(_ => $$"""{"notifications":[{{mutant}},{{other}}]}"""));
            Assert.Contains(page.Items, item => item.Remote.Id.EndsWith("/3other", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Messages_that_are_too_long_together_are_read_a_few_at_a_time()
    {
        var text = new string('é', 500_000);
        string Message(int number) => $$$"""{"uri":"at://did:plc:b/app.bsky.feed.post/{{{number}}}","cid":"bafy","reason":"reply","author":{},"indexedAt":"2026-11-12T09:42:00.000Z","record":{"text":"{{{text}}}"}}""";

        var page = Assert.IsType<InboxPage.Read>(await InboxOfAsync(query => $$"""{"notifications":[{{string.Join(',', Enumerable.Range(0, Math.Min(30, Limit(query))).Select(Message))}}],"cursor":"2026-11-12T09:42:00.000Z"}"""));

        Assert.Equal((1, 500_000, false), (page.Items.Count, page.Items[0].Text.Length, page.IsComplete));
    }

    private static int Limit(string query) => int.Parse(query.Split("limit=")[1].Split('&')[0], System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<InboxPage> InboxOfAsync(Func<string, string> notifications)
    {
        using var http = new HttpClient(new Scripted(good) { Notifications = notifications });
        var bluesky = new BlueskyChannel(http, TimeProvider.System, OnBluesky.NothingToSave);
        var account = new ConnectedAccount("1", "a.test", new Uri("https://pds.example.test/"), "did:plc:a", "abcd-efgh-ijkl-mnop");
        return await bluesky.ReadInboxAsync(account, InboxKind.Reply, null, TestContext.Current.CancellationToken);
    }

    private static async Task<(PrepareOutcome Prepared, Outcome Published, FindResult Found, ConnectOutcome Connected)> RunAsync(Dictionary<string, string> answers)
    {
        using var http = new HttpClient(new Scripted(answers));
        var bluesky = new BlueskyChannel(http, TimeProvider.System, OnBluesky.NothingToSave);
        var account = new ConnectedAccount("1", "a.test", new Uri("https://pds.example.test/"), "did:plc:a", "abcd-efgh-ijkl-mnop");
        var delivery = new Delivery(Key, account, new PostContent("Hi @b.test", [picture]), DateTimeOffset.UnixEpoch);
        var stop = TestContext.Current.CancellationToken;

        var prepared = await bluesky.PrepareAsync(delivery, stop);
        var ready = delivery with { Prepared = (prepared as PrepareOutcome.Ready)?.Prepared };
        return (prepared, await bluesky.PublishAsync(ready, stop), await bluesky.FindAsync(ready, stop),
            await bluesky.ConnectAsync(new ConnectRequest(account.Server, "a.test", "abcd-efgh-ijkl-mnop"), stop));
    }

    /// <summary>The answer with each of its parts, and the whole, replaced by each of the odd values, or left out.</summary>
    private static IEnumerable<string> Mutants(string json)
    {
        foreach (var value in instead)
            yield return value;
        foreach (var path in Paths(JsonNode.Parse(json)!))
        {
            foreach (var value in instead.Append("").Where(v => v != "1e400" || path.Count > 0))
            {
                var whole = JsonNode.Parse(json)!;
                var parent = path.SkipLast(1).Aggregate(whole, (node, step) => step is int i ? node[i]! : node[(string)step]!);
                if (path[^1] is string name)
                {
                    parent.AsObject().Remove(name);
                    if (value.Length > 0)
                        parent[name] = JsonNode.Parse(value);
                }

                yield return whole.ToJsonString();
            }
        }
    }

    private static IEnumerable<List<object>> Paths(JsonNode node) => node switch
    {
        JsonObject parts => parts.SelectMany(p => Below(p.Key, p.Value!)),
        JsonArray items => items.SelectMany((item, i) => Below(i, item!)),
        _ => [],
    };

    private static IEnumerable<List<object>> Below(object step, JsonNode node) =>
        Paths(node).Select(rest => (List<object>)[step, .. rest]).Prepend([step]);

    private sealed class Scripted(Dictionary<string, string> answers) : HttpMessageHandler
    {
        public Func<string, string>? Notifications { get; init; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Content is not null)
                await request.Content.CopyToAsync(Stream.Null, cancellationToken);
            var method = request.RequestUri!.AbsolutePath.Split('.')[^1];
            var body = method == "listNotifications" && Notifications is not null ? Notifications(request.RequestUri.Query) : answers.GetValueOrDefault(method, "{}");
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        }
    }
}

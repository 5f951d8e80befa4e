using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Countersign.Channels.Mastodon;
using Countersign.Channels.Tests.Fakes;

namespace Countersign.Channels.Tests.Mastodon;

/// <summary>The published description of the Mastodon API: what is held against it, and that we take whatever it lets a server answer.</summary>
public sealed class MastodonDescriptionTests : IDisposable
{
    private static readonly DateTimeOffset now = new(2026, 11, 22, 14, 0, 0, TimeSpan.Zero);

    private readonly QuickClock clock = new(now);
    private readonly StrictMastodon server;
    private readonly HttpClient http;
    private readonly MastodonChannel mastodon;

    public MastodonDescriptionTests()
    {
        server = new StrictMastodon(clock);
        http = new HttpClient(server);
        mastodon = new MastodonChannel(http, clock, (_, _, _) => Task.CompletedTask);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static MastodonDescription Published => MastodonDescription.Published;

    public static TheoryData<string, string> EveryDocumentedError =>
        new(from method in Published.Methods
            where method.NeedsUser
            from code in method.Answers.Select(answer => answer.Key).Append("429")
            where int.Parse(code, CultureInfo.InvariantCulture) >= 400
            select ($"{method.Verb} {method.Template}", code));

    public static TheoryData<string> EveryFieldOfAStatus => new(Published.FieldsOf("Status").Keys);

    public void Dispose()
    {
        http.Dispose();
        Assert.Empty(server.Violations);
    }

    [Fact]
    public void Every_call_of_the_description_names_the_page_it_is_from() =>
        Assert.All(Published.Methods, method => Assert.StartsWith("https://docs.joinmastodon.org/methods/", method.Source, StringComparison.Ordinal));

    [Theory]
    [InlineData("POST", "/api/v1/statuses", "application/json", """{"status":"x","colour":"red"}""", "colour is not known")]
    [InlineData("POST", "/api/v1/statuses", "application/json", """{"status":5}""", "status is 5, no string")]
    [InlineData("POST", "/api/v1/statuses", "application/json", """{"status":"x","sensitive":"perhaps"}""", "sensitive is")]
    [InlineData("POST", "/api/v1/statuses", "application/json", """{"status":"x","visibility":"everybody"}""", "visibility is")]
    [InlineData("POST", "/api/v1/statuses", "application/json", """{"status":"x","language":"en-GB"}""", "language is")]
    [InlineData("POST", "/api/v1/statuses", "application/json", """{"status":"x","in_reply_to_id":null}""", "in_reply_to_id is null")]
    [InlineData("POST", "/api/v1/statuses", "application/json", """{"status":"x","media_ids":[7]}""", "media_ids/0 is 7")]
    [InlineData("POST", "/api/v1/statuses", "application/json", """{"spoiler_text":"x"}""", "has none of status, media_ids")]
    [InlineData("POST", "/api/v1/statuses", "text/plain", "status=x", "cannot be read")]
    [InlineData("PUT", "/api/v1/statuses/1", "application/json", """{"status":"x","visibility":"public"}""", "visibility is not known")]
    [InlineData("POST", "/api/v1/apps", "application/x-www-form-urlencoded", "client_name=x", "redirect_uris is missing")]
    [InlineData("POST", "/oauth/token", "application/x-www-form-urlencoded", "grant_type=password&client_id=a&client_secret=b", "grant_type is")]
    [InlineData("POST", "/api/v2/media", "application/x-www-form-urlencoded", "file=x", "is sent as application/x-www-form-urlencoded")]
    [InlineData("POST", "/api/v2/media", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\nx\r\n--b--\r\n", "file is")]
    [InlineData("POST", "/api/v2/media", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\nx\r\n--b--\r\n", "file is missing")]
    [InlineData("GET", "/api/v1/accounts/1/statuses?limit=41", null, "", "limit is")]
    [InlineData("GET", "/api/v1/accounts/1/statuses?page=2", null, "", "page is not known")]
    [InlineData("PATCH", "/api/v1/statuses/1", "application/json", "{}", "is not in the description")]
    [InlineData("GET", "/api/v1/timelines/home", null, "", "is not in the description")]
    public void A_call_off_the_description_is_found(string verb, string path, string? type, string body, string wrong)
    {
        using var call = Call(verb, path, type, body);

        Assert.Contains(wrong, Published.Misfit(call, body) ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_call_without_a_token_a_name_or_the_right_to_a_key_is_found()
    {
        using var good = Call("GET", "/api/v1/statuses/1", null, "");
        using var bare = Call("GET", "/api/v1/statuses/1", null, "");
        bare.Headers.Authorization = null;
        using var nameless = Call("GET", "/api/v1/statuses/1", null, "");
        nameless.Headers.UserAgent.Clear();
        using var keyed = Call("POST", "/api/v1/statuses/1/reblog", "application/x-www-form-urlencoded", "");
        keyed.Headers.Add("Idempotency-Key", "1");

        Assert.Null(Published.Misfit(good, ""));
        Assert.Contains("shows no token", Published.Misfit(bare, ""), StringComparison.Ordinal);
        Assert.Contains("names no program", Published.Misfit(nameless, ""), StringComparison.Ordinal);
        Assert.Contains("takes no key", Published.Misfit(keyed, ""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"error":7}""", HttpStatusCode.NotFound, "error is 7")]
    [InlineData("{}", HttpStatusCode.NotFound, "error is missing")]
    [InlineData("""{"error":"x"}""", HttpStatusCode.Conflict, "is not answered 409")]
    [InlineData("""{"id":"1"}""", HttpStatusCode.OK, "is missing")]
    public void An_answer_off_the_description_is_found(string answer, HttpStatusCode status, string wrong)
    {
        using var call = Call("GET", "/api/v1/statuses/1", null, "");

        Assert.Contains(wrong, Published.Misfit(call, status, answer) ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_that_a_person_is_sent_to_is_as_described()
    {
        var ask = Assert.IsType<AuthoriseOutcome.Ask>(await mastodon.BeginAsync(Some.Asking(StrictMastodon.Address), Stop));

        using var visit = Call("GET", ask.Page.PathAndQuery, null, "");
        Assert.Null(Published.Misfit(visit, ""));
    }

    /// <summary>No error that is described leaves it open whether a post was made.</summary>
    [Theory, MemberData(nameof(EveryDocumentedError))]
    public async Task Every_error_that_is_described_is_understood(string call, string code)
    {
        var account = await ConnectedAsync();
        var under = new ChannelUnderTest(mastodon, account, _ => Task.FromResult<IReadOnlyList<StandingPost>>([]));
        var first = Assert.IsType<Outcome.Accepted>(await under.SendAsync(under.Deliver(Some.Words("The first")))).Remote;
        var delivery = under.Deliver(new PostContent("An answer", [Some.Picture()]) { ReplyTo = first });
        server.LooksBeforeReady = call.StartsWith("GET /api/v1/media", StringComparison.Ordinal) ? 1 : 0;
        var met = 0;
        server.Instead = request =>
        {
            // Only where the second version is not there is the first asked.
            if (call == "POST /api/v1/media" && request is { Method.Method: "POST", RequestUri.AbsolutePath: "/api/v2/media" })
                return Answer(HttpStatusCode.NotFound, """{"error":"Not found"}""");
            if (Published.Find(request.Method, request.RequestUri!.AbsolutePath) is not { } method || $"{method.Verb} {method.Template}" != call)
                return null;
            met++;
            return Answer((HttpStatusCode)int.Parse(code, CultureInfo.InvariantCulture), """{"error":"As described"}""");
        };
        var before = server.Standing().Count;

        List<Outcome> outcomes = [];
        switch (call)
        {
            case "GET /api/v1/accounts/verify_credentials":
                var check = await mastodon.CheckAsync(account, Stop);
                Assert.NotEqual(AccountStanding.Open, check.Standing);
                break;
            case "GET /api/v1/accounts/:id/statuses":
                Assert.IsType<PostPage.Unavailable>(await mastodon.ListAsync(account, null, Stop));
                break;
            case "GET /api/v2/search":
                Assert.IsType<FoundPost.Unavailable>(await mastodon.FindPostAsync(account, "https://elsewhere.example.test/@somebody/1", Stop));
                break;
            case "GET /api/v1/notifications":
                Assert.IsType<InboxPage.Unavailable>(await mastodon.ReadInboxAsync(account, InboxKind.Mention, null, Stop));
                break;
            case "GET /api/v1/statuses/:id" when code == "404":
                // Looked for among the account's own instead, where it stands.
                Assert.IsType<PostReading.Stands>(await mastodon.ReadAsync(account, first, Stop));
                break;
            case "PUT /api/v1/statuses/:id":
                outcomes.Add(await under.EditAsync(under.Deliver(Some.Words("Other words")), first));
                break;
            case "DELETE /api/v1/statuses/:id":
                outcomes.Add(await mastodon.DeleteAsync(account, first, Stop));
                break;
            case "POST /api/v1/statuses/:id/reblog":
                outcomes.Add(await mastodon.RepostAsync(new Repost(under.Mint(), account, first, now), Stop));
                break;
            default:
                outcomes.Add(await under.SendAsync(delivery));
                break;
        }

        Assert.True(met > 0, "The call was never made.");
        Assert.All(outcomes, outcome => Assert.True(outcome is Outcome.Rejected or Outcome.NotSent, $"{outcome}"));
        Assert.Equal(before, server.Standing().Count);
        server.Instead = _ => null;
    }

    [Theory, MemberData(nameof(EveryFieldOfAStatus))]
    public void A_post_is_read_whatever_a_field_holds_and_without_it_where_it_may_be_missing(string field)
    {
        var type = Published.FieldsOf("Status")[field];
        var whole = Whole();
        var read = Status.Read(Element(whole))!;
        Assert.Null(Published.Misfit(whole, "Status", "status"));
        foreach (var other in (JsonNode?[])[null, 7, -1.5, "", "x", true, new JsonArray(), new JsonArray(1, null), new JsonObject(), new JsonObject { ["id"] = 1 }])
        {
            var changed = Whole();
            changed[field] = other;
            if (Status.Read(Element(changed)) is not { } taken)
                Assert.True(field is "id" or "uri", $"{field} as {other?.ToJsonString() ?? "null"} made it no post.");
            else if (other is null && type.Contains('?', StringComparison.Ordinal))
                Assert.Equal(Without(field, read), Without(field, taken));
        }

        var missing = Whole();
        missing.Remove(field);
        if (type.Contains('~', StringComparison.Ordinal))
            Assert.Equal(Without(field, read), Without(field, Status.Read(Element(missing))!));
    }

    [Fact]
    public void Fields_that_no_description_knows_change_nothing()
    {
        var more = Whole();
        foreach (var name in (string[])["pleroma", "emoji_reactions", "interaction_policy", "content_type", "akkoma", "quote_id"])
            more[name] = new JsonObject { ["id"] = "7", ["uri"] = "https://elsewhere.example.test/", ["text"] = "Other words" };
        more["account"]!["pleroma"] = new JsonObject { ["id"] = "8" };
        more["media_attachments"]![0]!["pleroma"] = new JsonObject { ["description"] = "Another" };

        Assert.Equal(Without("", Status.Read(Element(Whole()))!), Without("", Status.Read(Element(more))!));
    }

    /// <summary>What servers of several makers say of their limits; each as its own code or documentation has it.</summary>
    [Theory]
    [InlineData("Mastodon 4.5", 2, """{"configuration":{"statuses":{"max_characters":500,"max_media_attachments":4,"characters_reserved_per_url":23},"media_attachments":{"image_size_limit":16777216,"description_limit":1500}}}""", 500, 23, 4, 16_777_216, 1_500)]
    [InlineData("Mastodon 4.0", 2, """{"configuration":{"statuses":{"max_characters":500,"max_media_attachments":4,"characters_reserved_per_url":23},"media_attachments":{"image_size_limit":10485760}}}""", 500, 23, 4, 10_485_760, null)]
    [InlineData("Mastodon 3.3 with longer posts", 1, """{"uri":"x","max_toot_chars":1000}""", 1_000, null, null, null, null)]
    [InlineData("GoToSocial 0.19", 2, """{"configuration":{"statuses":{"max_characters":5000,"max_media_attachments":6,"characters_reserved_per_url":25,"supported_mime_types":["text/plain","text/markdown"]},"media_attachments":{"image_size_limit":41943040,"description_limit":1500}},"pleroma":null}""", 5_000, 25, 6, 41_943_040, 1_500)]
    [InlineData("Pleroma 2.9", 2, """{"configuration":{"statuses":{"max_characters":5000,"max_media_attachments":1000,"characters_reserved_per_url":0},"media_attachments":{"image_size_limit":16000000,"supported_mime_types":["application/octet-stream"]}},"pleroma":{"metadata":{"description_limit":5000}}}""", 5_000, 0, 1_000, 16_000_000, 5_000)]
    [InlineData("Akkoma 3", 1, """{"max_toot_chars":5000,"upload_limit":16000000,"description_limit":5000,"pleroma":{"metadata":{"features":[]}}}""", 5_000, null, null, null, 5_000)]
    [InlineData("snac 2.75", 1, """{"configuration":{"statuses":{"max_characters":100000,"max_media_attachments":4,"characters_reserved_per_url":32},"media_attachments":{"image_size_limit":16777216}}}""", 100_000, 32, 4, 16_777_216, null)]
    [InlineData("one that says odd things", 2, """{"configuration":{"statuses":{"max_characters":"many","max_media_attachments":null,"characters_reserved_per_url":-1},"media_attachments":{"image_size_limit":99999999999}}}""", 400, null, null, null, null)]
    public async Task The_limits_of_every_maker_of_servers_are_read(string maker, int version, string instance, int? characters, int? perUrl, int? media, int? bytes, int? description)
    {
        server.IsOld = version == 1;
        server.Instead = request => request.RequestUri!.AbsolutePath == $"/api/v{version}/instance" ? Answer(HttpStatusCode.OK, instance) : null;

        var account = await ConnectedAsync();

        Assert.True(new ServerLimits(characters, perUrl, media, bytes, description) == account.Limits, $"{maker}: {account.Limits}");
    }

    [Theory]
    [InlineData(23, 33)]
    [InlineData(25, 35)]
    [InlineData(0, 54)]
    [InlineData(null, 54)]
    public void An_address_counts_as_its_server_counts_and_where_it_does_not_say_the_most_it_could(int? perUrl, int counted)
    {
        const string address = "https://example.test/a-page-with-a-long-name";
        Assert.Equal(44, address.Length);

        Assert.Equal(counted, Assert.Single(mastodon.Measure("Read this " + address, new ServerLimits(MaxCharacters: 5_000, CharactersPerUrl: perUrl))).Used);
    }

    [Fact]
    public async Task A_picture_whose_description_was_waived_goes_out_although_the_server_then_says_null()
    {
        var account = await ConnectedAsync();
        var under = new ChannelUnderTest(mastodon, account, _ => Task.FromResult<IReadOnlyList<StandingPost>>([]));
        var content = new PostContent("Only for the eye", [Some.Picture("") with { AltWaived = true }]);

        Assert.Null(Assert.IsType<Outcome.Accepted>(await under.SendAsync(under.Deliver(content))).Differs);
        Assert.Equal([""], Assert.Single(server.Standing()).Alts);
    }

    private async Task<ConnectedAccount> ConnectedAsync()
    {
        var ask = Assert.IsType<AuthoriseOutcome.Ask>(await mastodon.BeginAsync(Some.Asking(StrictMastodon.Address), Stop));
        var connected = Assert.IsType<ConnectOutcome.Connected>(await mastodon.CompleteAsync(ask.Kept, "the-code", Stop));
        return new ConnectedAccount("1", connected.Handle, connected.Server, connected.RemoteId, connected.Secret) { Limits = connected.Limits };
    }

    private static HttpRequestMessage Call(string verb, string path, string? type, string body)
    {
        var call = new HttpRequestMessage(new HttpMethod(verb), new Uri(StrictMastodon.Address, path));
        call.Headers.UserAgent.ParseAdd("Countersign/0.1");
        call.Headers.Authorization = new("Bearer", "a-token");
        if (type is not null)
        {
            call.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            call.Content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);
        }

        return call;
    }

    private static HttpResponseMessage Answer(HttpStatusCode status, string body) => new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    private static JsonElement Element(JsonNode node) => JsonSerializer.SerializeToElement(node);

    /// <summary>A post with every field that the description knows.</summary>
    private static JsonObject Whole() => JsonNode.Parse("""
        {"id":"103270115826048975","uri":"https://mastodon.example.test/users/newsdesk/statuses/103270115826048975","created_at":"2026-11-22T13:48:33.901Z","content":"<p>Hello</p>","visibility":"unlisted","sensitive":true,"spoiler_text":"Flashing lights",
         "account":{"id":"1","username":"newsdesk","acct":"newsdesk","url":"https://mastodon.example.test/@newsdesk","display_name":"","note":"","avatar":"https://f.example.test/a","avatar_static":"https://f.example.test/a","header":"https://f.example.test/h","header_static":"https://f.example.test/h","locked":false,"fields":[],"emojis":[],"bot":false,"group":false,"discoverable":null,"created_at":"2024-05-01T00:00:00.000Z","last_status_at":null,"statuses_count":0,"followers_count":0,"following_count":0},
         "media_attachments":[{"id":"2","type":"image","url":"https://f.example.test/2","preview_url":null,"remote_url":null,"meta":{},"description":"A bridge","blurhash":null}],
         "application":{"name":"Countersign","website":null},"mentions":[],"tags":[],"emojis":[],"reblogs_count":1,"favourites_count":2,"replies_count":3,"quotes_count":0,"url":"https://mastodon.example.test/@newsdesk/103270115826048975",
         "in_reply_to_id":"7","in_reply_to_account_id":"1","reblog":null,"poll":null,"card":null,"quote":null,"quote_approval":null,"language":"en","text":null,"edited_at":null,"favourited":false,"reblogged":false,"muted":false,"bookmarked":false,"pinned":false,"filtered":[]}
        """)!.AsObject();

    /// <summary>A post as text, without what one field says.</summary>
    private static string Without(string field, Status status) => JsonSerializer.Serialize(field switch
    {
        "url" => status with { Url = null },
        "in_reply_to_id" => status with { ReplyTo = null },
        "edited_at" => status with { EditedAt = null },
        "reblog" => status with { Shows = null },
        _ => status,
    });
}

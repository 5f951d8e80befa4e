using System.IO.Compression;
using System.Net;
using System.Text;
using Countersign.Channels.Web;

namespace Countersign.Channels.Tests.Web;

/// <summary>What a stranger's server cannot make us do.</summary>
public sealed class SafeFetcherTests : IAsyncLifetime
{
    private readonly AHostileServer open = new(IPAddress.Loopback);
    private readonly Dictionary<string, Queue<IPAddress[]>> names = new(StringComparer.Ordinal);
    private AHostileServer closed = null!;
    private SafeFetcher fetcher = null!;

    public ValueTask InitializeAsync()
    {
        closed = new AHostileServer(IPAddress.Parse("127.0.0.2"), open.Port);
        fetcher = new SafeFetcher(TimeProvider.System, ResolveAsync, address => address.Equals(IPAddress.Loopback), open.Port, (_, given, _, _) => given?.Subject == "CN=hostile.example");
        Name("news.example", open);
        Name("inside.example", closed);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        fetcher.Dispose();
        await open.DisposeAsync();
        await closed.DisposeAsync();
    }

    [Theory]
    [InlineData("93.184.215.14", true)]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:2800:21f:cb07:6820:80da:af6b:8b2c", true)]
    [InlineData("64:ff9b::808:808", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.255.255.254", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.168.178.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("192.0.2.1", false)]
    [InlineData("198.18.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::7f00:1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("64:ff9b:1::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fec0::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("2002:7f00:1::1", false)]
    [InlineData("2001:0:4136:e378:8000:63bf:3fff:fdd2", false)]
    public void Addresses_of_this_machine_its_neighbours_and_no_use_are_not_public(string address, bool isPublic) =>
        Assert.Equal(isPublic, PublicAddresses.Holds(IPAddress.Parse(address)));

    [Theory]
    [InlineData("http://news.example/", "not-https")]
    [InlineData("ftp://news.example/", "not-https")]
    [InlineData("file:///etc/passwd", "not-https")]
    [InlineData("https://me:secret@news.example/", "has-login")]
    [InlineData("https://news.example:22/", "odd-port")]
    [InlineData("https://inside.example/", "closed-address")]
    [InlineData("https://127.0.0.2/", "closed-address")]
    [InlineData("https://2130706434/", "closed-address")]
    [InlineData("https://0x7f.0.0.2/", "closed-address")]
    [InlineData("https://[::ffff:127.0.0.2]/", "closed-address")]
    [InlineData("https://[::1]/", "closed-address")]
    public async Task An_address_that_leads_inside_or_is_no_page_is_refused_before_anything_is_sent(string address, string code)
    {
        Assert.Equal(code, Assert.IsType<FetchOutcome.Refused>(await GetAsync(address)).Code);
        Assert.Equal((0, 0), (open.Connections, closed.Connections));
    }

    [Theory]
    [InlineData("https://inside.example/secret", "closed-address")]
    [InlineData("https://127.0.0.2/secret", "closed-address")]
    [InlineData("//inside.example/secret", "closed-address")]
    [InlineData("http://news.example/plain", "not-https")]
    [InlineData("https://root:root@news.example/", "has-login")]
    [InlineData("file:///etc/passwd", "not-https")]
    public async Task A_redirect_is_judged_like_the_first_address(string location, string code)
    {
        open.SendOn("/a", location.Replace(".example/", $".example:{open.Port}/", StringComparison.Ordinal).Replace("127.0.0.2/", $"127.0.0.2:{open.Port}/", StringComparison.Ordinal));

        Assert.Equal(code, Assert.IsType<FetchOutcome.Refused>(await GetAsync("https://news.example/a")).Code);
        Assert.Equal((1, 0), (open.Connections, closed.Connections));
    }

    [Fact]
    public async Task A_name_that_gets_another_address_between_two_looks_leads_nowhere()
    {
        names["turns.example"] = new Queue<IPAddress[]>([[IPAddress.Loopback], [IPAddress.Parse("127.0.0.2")]]);

        Assert.Equal("closed-address", Assert.IsType<FetchOutcome.Refused>(await GetAsync("https://turns.example/")).Code);
        Assert.Equal((0, 0), (open.Connections, closed.Connections));
        Assert.Empty(names["turns.example"]);
    }

    [Fact]
    public async Task A_name_with_one_closed_address_among_open_ones_is_refused()
    {
        names["both.example"] = new Queue<IPAddress[]>([[IPAddress.Loopback, IPAddress.Parse("127.0.0.2")]]);

        Assert.Equal("closed-address", Assert.IsType<FetchOutcome.Refused>(await GetAsync("https://both.example/")).Code);
        Assert.Equal((0, 0), (open.Connections, closed.Connections));
    }

    [Fact]
    public async Task Redirects_are_followed_so_far_and_relative_ones_from_where_they_stand()
    {
        for (var hop = 1; hop <= 6; hop++)
            open.SendOn($"/hops/{hop}", (hop + 1).ToString(System.Globalization.CultureInfo.InvariantCulture));
        open.ServePage("/hops/7", "<title>There</title>");

        Assert.Equal("too-many-redirects", Assert.IsType<FetchOutcome.Failed>(await GetAsync("https://news.example/hops/1")).Code);
        Assert.EndsWith("/hops/7", Assert.IsType<FetchOutcome.Fetched>(await GetAsync("https://news.example/hops/2")).Address.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_bytes_than_asked_for_are_refused_said_unsaid_or_packed()
    {
        open.Serve("/said", "200 OK", "Content-Type: text/html\r\nContent-Length: 5000000000\r\n", []);
        var sent = 0L;
        open.Serve("/unsaid", async (stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"u8.ToArray(), stop);
            for (; ; sent += 65536)
                await stream.WriteAsync(new byte[65536], stop);
        });
        using var packed = new MemoryStream();
        await using (var zip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            await zip.WriteAsync(new byte[50_000_000], TestContext.Current.CancellationToken);
        open.Serve("/packed", "200 OK", $"Content-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: {packed.Length}\r\n", packed.ToArray());
        Assert.True(packed.Length < 100_000, "The bomb is larger than what is asked for, so it proves nothing.");

        foreach (var path in (string[])["/said", "/unsaid", "/packed"])
            Assert.Equal("too-large", Assert.IsType<FetchOutcome.Failed>(await GetAsync($"https://news.example{path}")).Code);
        Assert.True(sent < 20_000_000, $"{sent:N0} bytes were taken.");
    }

    [Fact]
    public async Task A_server_that_drips_and_one_that_says_nothing_are_left_in_time()
    {
        open.Serve("/drips", async (stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"u8.ToArray(), stop);
            while (true)
            {
                await stream.WriteAsync("a"u8.ToArray(), stop);
                await stream.FlushAsync(stop);
                await Task.Delay(20, stop);
            }
        });
        open.Serve("/silent", (_, stop) => Task.Delay(Timeout.Infinite, stop));
        var started = TimeProvider.System.GetTimestamp();

        foreach (var path in (string[])["/drips", "/silent"])
            Assert.Equal("too-slow", Assert.IsType<FetchOutcome.Failed>(await fetcher.GetAsync(Request($"https://news.example{path}") with { Patience = TimeSpan.FromMilliseconds(600) }, default)).Code);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Whoever_asked_and_gave_up_is_told_so_and_not_that_the_server_was_slow()
    {
        open.Serve("/silent", (_, stop) => Task.Delay(Timeout.Infinite, stop));
        using var stop = new CancellationTokenSource(300);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetcher.GetAsync(Request("https://news.example/silent"), stop.Token));
    }

    [Fact]
    public async Task A_header_without_end_and_an_answer_that_breaks_off_are_no_answer()
    {
        open.Serve("/long", async (stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nX-Long: "u8.ToArray(), stop);
            for (var at = 0; at < 100; at++)
                await stream.WriteAsync(Encoding.ASCII.GetBytes(new string('a', 4096)), stop);
        });
        open.Serve("/broken", "200 OK", "Content-Type: text/html\r\nContent-Length: 1000\r\n", "<title>"u8.ToArray());
        open.Serve("/nonsense", (stream, stop) => stream.WriteAsync("SSH-2.0-OpenSSH\r\n\r\n"u8.ToArray(), stop).AsTask());

        foreach (var path in (string[])["/long", "/broken", "/nonsense"])
            Assert.Equal("no-answer", Assert.IsType<FetchOutcome.Failed>(await GetAsync($"https://news.example{path}")).Code);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_not_trusted()
    {
        open.ServePage("/", "<title>Here</title>");
        using var strict = new SafeFetcher(TimeProvider.System, ResolveAsync, address => address.Equals(IPAddress.Loopback), open.Port, null);

        Assert.Equal("no-answer", Assert.IsType<FetchOutcome.Failed>(await strict.GetAsync(Request("https://news.example/"), default)).Code);
        Assert.Empty(open.Heads);
    }

    [Fact]
    public async Task Nothing_of_ours_is_sent_along_and_no_cookie_comes_back()
    {
        open.Serve("/first", "302 Found", "Location: /second\r\nSet-Cookie: who=you; Path=/\r\nContent-Length: 0\r\n", []);
        open.ServePage("/second", "<title>Here</title>");

        Assert.IsType<FetchOutcome.Fetched>(await GetAsync("https://news.example/first#part"));

        Assert.Equal(["GET /first HTTP/1.1", "GET /second HTTP/1.1"], open.Heads.Select(head => head.Split("\r\n")[0]));
        Assert.All(open.Heads, head => Assert.Equal(["Accept", "Accept-Encoding", "Host", "User-Agent"], head.Split("\r\n").Skip(1).Where(line => line.Length > 0).Select(line => line.Split(':')[0]).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task What_is_known_already_is_not_sent_again_and_a_busy_server_says_for_how_long()
    {
        open.Serve("/feed", "304 Not Modified", "ETag: \"v7\"\r\n", []);
        open.Serve("/busy", "429 Too Many Requests", "Retry-After: 120\r\nContent-Length: 0\r\n", []);
        open.Serve("/new", "200 OK", "Content-Type: application/rss+xml; charset=\"utf-8\"\r\nETag: W/\"v8\"\r\nLast-Modified: Thu, 12 Nov 2026 09:42:00 GMT\r\nContent-Length: 6\r\n", "<rss/>"u8.ToArray());

        Assert.IsType<FetchOutcome.NotModified>(await fetcher.GetAsync(Request("https://news.example/feed") with { ETag = "\"v7\"", ModifiedSince = new DateTimeOffset(2026, 11, 12, 9, 0, 0, TimeSpan.Zero) }, default));
        Assert.Contains("If-None-Match: \"v7\"", open.Heads.First(), StringComparison.Ordinal);
        Assert.Contains("If-Modified-Since: Thu, 12 Nov 2026 09:00:00 GMT", open.Heads.First(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(120)), Assert.IsType<FetchOutcome.Failed>(await GetAsync("https://news.example/busy")) is var busy ? (busy.Status, busy.RetryAfter) : default);
        var fresh = Assert.IsType<FetchOutcome.Fetched>(await GetAsync("https://news.example/new"));
        Assert.Equal(("application/rss+xml", "utf-8", "W/\"v8\"", "<rss/>"), (fresh.ContentType, fresh.Charset, fresh.ETag, Encoding.UTF8.GetString(fresh.Body.Span)));
    }

    [Fact]
    public async Task The_card_of_a_page_is_what_it_says_of_itself()
    {
        open.ServePage("/merlin", """
            <html><head><title>Ignored</title>
            <meta property="og:title" content="Merlin F2 &amp; the winter">
            <meta name="description" content="  A flow
              meter   that keeps reading. ">
            <meta property="og:image" content="/pictures/merlin"><meta property="og:image:alt" content="A meter">
            <link rel="canonical" href="/merlin?lang=en"></head><body><script>document.title = "Run"</script></body></html>
            """);
        open.Serve("/pictures/merlin", "200 OK", "Content-Type: text/plain\r\n", [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);

        var card = await CardAsync("https://news.example/merlin");

        Assert.Equal(("Merlin F2 & the winter", "A flow meter that keeps reading."), (card.Title, card.Description));
        Assert.EndsWith("/merlin?lang=en", card.Canonical!.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal(("image/png", "A meter"), (card.Picture!.ContentType, card.Picture.Alt));
    }

    [Fact]
    public async Task A_page_cannot_have_its_picture_fetched_from_inside_nor_show_a_file_as_one()
    {
        open.ServePage("/inside", $"<title>A</title><meta property=og:image content='https://inside.example:{open.Port}/camera.jpg'>");
        open.ServePage("/file", "<title>A</title><meta property=og:image content='/passwords'>");
        open.ServePage("/data", "<title>A</title><meta property=og:image content='data:image/png;base64,iVBORw0KGgo='>");
        open.Serve("/passwords", "200 OK", "Content-Type: image/png\r\n", "root:x:0:0"u8.ToArray());

        foreach (var path in (string[])["/inside", "/file", "/data"])
            Assert.Null((await CardAsync($"https://news.example{path}")).Picture);
        Assert.Equal(0, closed.Connections);
    }

    [Fact]
    public async Task Words_of_a_page_cannot_steer_how_they_are_shown_nor_run_on()
    {
        open.ServePage("/tricks", $"<title>Pay\u202Egpj.exe\u0007 now {new string('a', 900)}</title><meta property=og:description content='one\u2028two\u200Bthree'>");
        open.ServePage("/nothing", "<p>Words</p>");

        var card = await CardAsync("https://news.example/tricks");

        Assert.StartsWith("Paygpj.exe now aaa", card.Title, StringComparison.Ordinal);
        Assert.Equal((300, "one twothree"), (card.Title.Length, card.Description));
        Assert.Equal("news.example", (await CardAsync("https://news.example/nothing")).Title);
    }

    [Fact]
    public async Task What_is_no_page_has_no_card()
    {
        open.Serve("/pdf", "200 OK", "Content-Type: application/pdf\r\n", "%PDF"u8.ToArray());

        Assert.Equal("no-page", Assert.IsType<LinkCardOutcome.NoCard>(await new LinkCards(fetcher).ReadAsync(At("https://news.example/pdf"), default)).Code);
        Assert.Equal("status", Assert.IsType<LinkCardOutcome.NoCard>(await new LinkCards(fetcher).ReadAsync(At("https://news.example/gone"), default)).Code);
        Assert.Equal("closed-address", Assert.IsType<LinkCardOutcome.NoCard>(await new LinkCards(fetcher).ReadAsync(At("https://inside.example/"), default)).Code);
    }

    private async Task<LinkCard> CardAsync(string address) => Assert.IsType<LinkCardOutcome.Read>(await new LinkCards(fetcher).ReadAsync(At(address), default)).Card;

    private Task<FetchOutcome> GetAsync(string address) => fetcher.GetAsync(Request(address), default);

    private FetchRequest Request(string address) => new(At(address), 1_000_000, "text/html");

    /// <summary>At the port that stands for the web's own, where none is named.</summary>
    private Uri At(string address) => new Uri(address) is { IsDefaultPort: true, Scheme: "https" } usual ? new UriBuilder(usual) { Port = open.Port }.Uri : new Uri(address);

    private void Name(string host, AHostileServer server) =>
        names[host] = new Queue<IPAddress[]>(Enumerable.Repeat<IPAddress[]>([server == open ? IPAddress.Loopback : IPAddress.Parse("127.0.0.2")], 100));

    private Task<IPAddress[]> ResolveAsync(string host, CancellationToken stop) => Task.FromResult(names.TryGetValue(host, out var answers) && answers.TryDequeue(out var answer) ? answer : []);
}

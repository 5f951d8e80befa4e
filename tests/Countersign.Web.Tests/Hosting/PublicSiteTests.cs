using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Html.Parser;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Hosting;

/// <summary>The program behind a server with TLS, which speaks plain HTTP to it.</summary>
public sealed class PublicSiteTests
{
    [Fact]
    public async Task With_a_public_address_of_tls_cookies_are_secure_and_other_hosts_are_refused()
    {
        await using var program = await TheProgram.StartAsync(publicAddress: new Uri("https://countersign.example/"));
        using var http = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = program.Address };

        using var page = await http.SendAsync(Asking("countersign.example"));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        var cookie = Assert.Single(page.Headers.GetValues("Set-Cookie"));
        Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);

        var token = new HtmlParser().ParseDocument(await page.Content.ReadAsStringAsync()).QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var choosing = new HttpRequestMessage(HttpMethod.Post, "/theme")
        {
            Headers = { Host = "countersign.example" },
            Content = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", token), KeyValuePair.Create("theme", "dark")]),
        };
        choosing.Headers.Add("Cookie", cookie.Split(';')[0]);
        using var chosen = await http.SendAsync(choosing);
        Assert.Contains("; secure", Assert.Single(chosen.Headers.GetValues("Set-Cookie")), StringComparison.OrdinalIgnoreCase);

        using var here = await http.SendAsync(Asking("localhost"));
        Assert.Equal(HttpStatusCode.OK, here.StatusCode);
        using var forged = await http.SendAsync(Asking("evil.example"));
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
    }

    [Fact]
    public async Task Servers_that_ask_who_this_program_is_are_told_under_its_public_address_and_under_none_of_this_machine()
    {
        await using var program = await TheProgram.StartAsync(publicAddress: new Uri("https://countersign.example/"));
        await using var local = await TheProgram.StartAsync();
        using var http = new HttpClient();

        using var answer = await http.SendAsync(Asking("countersign.example", new Uri(program.Address, "/oauth/bluesky-client.json")));
        Assert.Equal((HttpStatusCode.OK, "application/json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var document = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("https://countersign.example/oauth/bluesky-client.json", document.GetProperty("client_id").GetString());
        Assert.Equal(["https://countersign.example/accounts/connect/back"], document.GetProperty("redirect_uris").EnumerateArray().Select(back => back.GetString()));

        using var other = await http.SendAsync(Asking("countersign.example", new Uri(program.Address, "/oauth/x-client.json")));
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        using var here = await http.GetAsync(new Uri(local.Address, "/oauth/bluesky-client.json"));
        Assert.Equal(HttpStatusCode.NotFound, here.StatusCode);
    }

    private static HttpRequestMessage Asking(string host, Uri? address = null) => new(HttpMethod.Get, address ?? new Uri("/setup", UriKind.Relative)) { Headers = { Host = host } };
}

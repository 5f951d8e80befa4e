using System.Net;
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

    private static HttpRequestMessage Asking(string host) => new(HttpMethod.Get, "/setup") { Headers = { Host = host } };
}

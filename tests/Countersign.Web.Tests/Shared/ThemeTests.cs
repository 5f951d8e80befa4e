using Countersign.Web.Shared.Frame;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Countersign.Web.Tests.Shared;

public sealed class ThemeTests
{
    [Theory]
    [InlineData("/compose?id=3", "/compose?id=3")]
    [InlineData(null, "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("/\t/evil.example", "/")]
    public void Choosing_a_theme_leads_back_to_a_page_of_this_site(string? back, string expected)
    {
        var context = new DefaultHttpContext();

        var answer = Assert.IsType<RedirectHttpResult>(Theme.Choose("dark", back, context));

        Assert.Equal(expected, answer.Url);
        Assert.Contains("countersign.theme=dark", context.Response.Headers.SetCookie.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_theme_we_do_not_know_is_refused() =>
        Assert.IsType<BadRequest>(Theme.Choose("neon", null, new DefaultHttpContext()));

    [Theory]
    [InlineData("countersign.theme=dark", "dark")]
    [InlineData("countersign.theme=%22%3E", "system")]
    [InlineData("", "system")]
    public void The_cookie_is_believed_only_where_it_names_a_theme(string cookie, string expected)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Cookie = cookie;

        Assert.Equal(expected, Theme.Of(context));
    }
}

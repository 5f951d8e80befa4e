using System.Net;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Inbox;

/// <summary>The page of feeds, as it runs: its way out is the real one.</summary>
public sealed class SourcePagesTests(ADemo demo) : IClassFixture<ADemo>
{
    private const string Follow = "form[action='/feeds']";

    private const string Digest = "form[action='/feeds/digest']";

    [Theory]
    [InlineData("https://127.0.0.1/feed.xml", "closed network")]
    [InlineData("https://localhost/feed.xml", "closed network")]
    [InlineData("https://[::1]/feed.xml", "closed network")]
    [InlineData("http://www.example.org/feed.xml", "such as https://")]
    [InlineData("file:///etc/hostname", "such as https://")]
    public async Task A_feed_inside_our_own_network_is_not_followed_and_what_was_typed_stays(string address, string told)
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);

        var refused = await hannah.SubmitAsync(await hannah.OpenAsync("/feeds"), Follow, ("address", address), ("theme", "Shipping"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains(told, refused.One("#address-error").TextContent, StringComparison.Ordinal);
        Assert.Equal((address, "Shipping"), (refused.Value($"{Follow} input[name=address]"), refused.Value($"{Follow} input[name=theme]")));
    }

    [Fact]
    public async Task A_digest_of_what_was_ticked_opens_as_a_draft_with_its_sources_and_one_without_anything_ticked_says_so()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        var page = await hannah.OpenAsync("/feeds");
        var item = page.Value($"{Digest} input[name=item]");

        var refused = await hannah.SubmitAsync(page, Digest, ("title", "This week"), ("item", ""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("Choose between 1 and 25 items", refused.Text, StringComparison.Ordinal);

        var draft = await hannah.SubmitAsync(refused, Digest, ("title", "This week"), ("item", item));
        Assert.StartsWith("/compose/", draft.Path, StringComparison.Ordinal);
        var words = draft.One("textarea[name=text]").TextContent;
        Assert.StartsWith("This week\n\n", words, StringComparison.Ordinal);
        Assert.Contains("/newsroom/posts/", words, StringComparison.Ordinal);
    }
}

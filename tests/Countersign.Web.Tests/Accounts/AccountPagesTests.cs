using System.Net;
using System.Text;
using Countersign.Tests.Shared;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Accounts;

public sealed class AccountPagesTests(ADemo demo) : IClassFixture<ADemo>
{
    private const string Form = "form[action='/accounts/connect']";

    [Fact]
    public async Task An_account_is_connected_on_a_real_server_and_its_password_is_nowhere_to_be_read()
    {
        var network = await BlueskyNetwork.SharedAsync();
        using var marek = await demo.Program.SignInAsync(ADemo.Marek);
        var form = await marek.OpenAsync("/accounts/connect?network=bluesky");

        var done = await marek.SubmitAsync(form, Form, ("server", network.Server.ToString()), ("handle", network.Alice.Handle), ("secret", network.Alice.AppPassword), ("title", "Northgate on Bluesky"));
        Assert.Equal("/accounts?done=connected", done.Path);
        var account = done.Document.QuerySelectorAll("th a").Single(link => link.TextContent == "Northgate on Bluesky").GetAttribute("href")!;
        var pages = new[] { done, await marek.OpenAsync(account), await marek.OpenAsync($"{account}/disconnect"), await marek.OpenAsync("/audit"), await marek.OpenAsync("/lockdown") };

        Assert.Contains(network.Alice.Handle, pages[1].Text, StringComparison.Ordinal);
        Assert.Contains("Bluesky PDS", pages[1].Text, StringComparison.Ordinal);
        Assert.All(pages, page => Assert.DoesNotContain(network.Alice.AppPassword, page.Document.DocumentElement.OuterHtml, StringComparison.Ordinal));
        AssertNowhere(network.Alice.AppPassword);

        var another = await network.CreateAppPasswordAsync(network.Alice, "another");
        var renewed = await marek.SubmitAsync(await marek.OpenAsync($"/accounts/connect?renew={account["/accounts/".Length..]}"), Form, ("secret", another));
        Assert.Equal("/accounts?done=connected", renewed.Path);
        Assert.Single(renewed.Document.QuerySelectorAll("th a"), link => link.TextContent == "Northgate on Bluesky");
        AssertNowhere(another);
    }

    [Fact]
    public async Task An_account_is_allowed_on_a_real_server_of_the_mastodon_api_and_what_opens_it_is_nowhere_to_be_read()
    {
        var snac = await SnacServer.SharedAsync();
        using var marek = await demo.Program.SignInAsync(ADemo.Marek);
        var asked = await marek.SubmitAsync(await marek.OpenAsync("/accounts/connect?network=mastodon"), Form, ("server", snac.Server.ToString()), ("title", "Northgate on Mastodon"));
        var code = await snac.AllowAsync(new Uri(asked.One($"{Form} a[target=_blank]").GetAttribute("href")!));

        var empty = await marek.SubmitAsync(asked, Form, ("code", " "));
        Assert.Contains("Paste the code", empty.One("#code-error").TextContent, StringComparison.Ordinal);
        using (var hannah = await demo.Program.SignInAsync(ADemo.Hannah))
        {
            var stolen = await hannah.SubmitAsync(await hannah.OpenAsync("/accounts/connect?network=newsroom"), Form, ("network", "mastodon"), ("kept", asked.One("input[name=kept]").GetAttribute("value")), ("code", code));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, stolen.Status);
        }

        var done = await marek.SubmitAsync(empty, Form, ("code", code));

        Assert.Equal("/accounts?done=connected", done.Path);
        var account = await marek.OpenAsync(done.Document.QuerySelectorAll("th a").Single(link => link.TextContent == "Northgate on Mastodon").GetAttribute("href")!);
        Assert.Contains($"alice@{snac.Server.Authority}", account.Text, StringComparison.Ordinal);
        Assert.Contains("snac 2.75", account.Text, StringComparison.Ordinal);
        AssertNowhere(code.Split('&')[0]);
    }

    [Fact]
    public async Task A_wordpress_account_is_connected_on_a_real_site_and_given_another_password_later()
    {
        var site = await WordPressServer.SharedAsync();
        using var marek = await demo.Program.SignInAsync(ADemo.Marek);
        var form = await marek.OpenAsync("/accounts/connect?network=wordpress");
        var refused = await marek.SubmitAsync(form, Form, ("server", site.Server.ToString()), ("handle", "carl"), ("secret", site.PasswordOf("carl")), ("title", "Northgate’s site"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("Make it an author or an editor there", refused.Text, StringComparison.Ordinal);

        var done = await marek.SubmitAsync(refused, Form, ("handle", "edith"), ("secret", site.PasswordOf("edith")));

        Assert.Equal("/accounts?done=connected", done.Path);
        var account = done.Document.QuerySelectorAll("th a").Single(link => link.TextContent == "Northgate’s site").GetAttribute("href")!;
        var page = await marek.OpenAsync(account);
        Assert.Contains($"edith@{site.Server.Authority}", page.Text, StringComparison.Ordinal);
        Assert.Contains("WordPress 6.1.9", page.Text, StringComparison.Ordinal);
        AssertNowhere(site.PasswordOf("edith"));

        var (another, _) = await site.NewPasswordAsync("edith");
        var renewed = await marek.SubmitAsync(await marek.OpenAsync($"/accounts/connect?renew={account["/accounts/".Length..]}"), Form, ("secret", another));
        Assert.Equal("/accounts?done=connected", renewed.Path);
        Assert.Single(renewed.Document.QuerySelectorAll("th a"), link => link.TextContent == "Northgate’s site");
        AssertNowhere(another);
    }

    [Fact]
    public async Task A_code_that_opens_nothing_connects_nothing()
    {
        var snac = await SnacServer.SharedAsync();
        using var marek = await demo.Program.SignInAsync(ADemo.Marek);
        var asked = await marek.SubmitAsync(await marek.OpenAsync("/accounts/connect?network=mastodon"), Form, ("server", snac.Server.ToString()), ("title", "Nobody's"));

        var refused = await marek.SubmitAsync(asked, Form, ("code", "0123456789"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("did not take that code", refused.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Nobody's", (await marek.OpenAsync("/accounts")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_connection_keeps_what_was_typed_but_not_the_password()
    {
        const string secret = "q7vx-1111-typed-once";
        using var marek = await demo.Program.SignInAsync(ADemo.Marek);

        var page = await marek.SubmitAsync(await marek.OpenAsync("/accounts/connect"), Form, ("server", "http://127.0.0.1:9/"), ("handle", "news.northgate.example"), ("secret", secret), ("title", "Our news"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains("could not be reached", page.One("#server-error").TextContent, StringComparison.Ordinal);
        Assert.Equal("news.northgate.example", page.One("#handle").GetAttribute("value"));
        Assert.Equal("Our news", page.One("#title").GetAttribute("value"));
        Assert.True(string.IsNullOrEmpty(page.One("#secret").GetAttribute("value")));
        Assert.DoesNotContain(secret, page.Document.DocumentElement.OuterHtml, StringComparison.Ordinal);
        AssertNowhere(secret);
    }

    [Fact]
    public async Task A_site_is_opened_a_newsroom_connected_there_and_let_go_again()
    {
        using var marek = await demo.Program.SignInAsync(ADemo.Marek);
        await marek.SubmitAsync(await marek.OpenAsync("/accounts"), "form[action='/accounts/sites']", ("name", "Aberdeen"));
        var form = await marek.OpenAsync("/accounts/connect?network=newsroom");
        var site = form.Document.QuerySelectorAll("#site option").Single(option => option.TextContent == "Aberdeen").GetAttribute("value");

        var list = await marek.SubmitAsync(form, Form, ("site", site), ("handle", "aberdeen-news"), ("title", "Aberdeen news"));
        var row = list.Document.QuerySelectorAll("tbody tr").Single(line => line.TextContent.Contains("Aberdeen news", StringComparison.Ordinal));
        Assert.Contains("Not used yet", row.TextContent, StringComparison.Ordinal);
        var page = await marek.OpenAsync($"{row.QuerySelector("a")!.GetAttribute("href")}/disconnect");
        var after = await marek.SubmitAsync(page, "form[action$='/disconnect']");

        Assert.Contains("Disconnected", after.Document.QuerySelectorAll("tbody tr").Single(line => line.TextContent.Contains("Aberdeen news", StringComparison.Ordinal)).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_could_post_is_said_with_its_reason()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        var list = await hannah.OpenAsync("/accounts");
        var livingston = list.Document.QuerySelectorAll("th a").Single(link => link.TextContent == "Northgate Livingston").GetAttribute("href")!;

        var page = await hannah.OpenAsync(livingston);

        var tom = page.Document.QuerySelectorAll(".access li").Single(line => line.TextContent.Contains("Tom Ashworth", StringComparison.Ordinal));
        Assert.Contains("Author for Livingston", tom.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Helen Marsh", page.One(".access").TextContent, StringComparison.Ordinal);
    }

    /// <summary>Neither in what the program said nor in any file of its data folder.</summary>
    private void AssertNowhere(string secret)
    {
        Assert.DoesNotContain(secret, demo.Program.Said, StringComparison.Ordinal);
        var wanted = Encoding.UTF8.GetBytes(secret);
        foreach (var path in Directory.EnumerateFiles(demo.Program.Data, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) != "in-use"))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            Assert.True(bytes.AsSpan().IndexOf(wanted) < 0, $"{Path.GetFileName(path)} holds the password.");
        }
    }
}

using System.Net;
using System.Text;
using Countersign.Channels.Tests.Fakes;
using Countersign.Channels.Tests.LinkedIn;
using Countersign.Channels.Tests.X;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Accounts;

/// <summary>Connecting on a network that sends the person back here, from the first page to the last, with the program as it runs and a strict fake as the network.</summary>
public sealed class ComingBackTests
{
    private const string Form = "form[action='/accounts/connect']";
    private const string ChooseForm = "form[action='/accounts/connect/choose']";
    private const string FinishForm = "form[action='/accounts/connect/back']";

    [Fact]
    public async Task A_person_is_sent_to_X_comes_back_and_finishes_and_nobody_else_and_no_other_link_can()
    {
        var fake = new StrictX(TimeProvider.System);
        using var network = new FakeServer(fake);
        await using var program = await TheProgram.StartDemoAsync(settings: new Dictionary<string, string> { ["Networks__X__Api"] = network.Address.AbsoluteUri });
        using var marek = await program.SignInAsync(ADemo.Marek);
        var first = await marek.OpenAsync("/accounts/connect?network=x");
        Assert.Contains("Unverified against the live service", first.Text, StringComparison.Ordinal);
        Assert.Contains(program.Address + "accounts/connect/back", first.Text, StringComparison.Ordinal);

        var asked = await marek.SubmitAsync(first, Form, ("app", StrictX.AppId), ("secret", StrictX.AppSecret), ("title", "Northgate on X"));
        var back = fake.Allow(new Uri(asked.One($"{Form} a.btn-primary").GetAttribute("href")!));
        Assert.StartsWith(program.Address.AbsoluteUri, back.AbsoluteUri, StringComparison.Ordinal);

        using (var hannah = await program.SignInAsync(ADemo.Hannah))
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await hannah.OpenAsync(back.PathAndQuery)).Status);
            hannah.Cookies.Add(program.Address, new Cookie("countersign.connecting", marek.Cookies.GetAllCookies().Single(cookie => cookie.Name == "countersign.connecting").Value, "/accounts/connect"));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await hannah.OpenAsync(back.PathAndQuery)).Status);
        }

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await marek.OpenAsync(back.PathAndQuery.Replace("state=", "state=A", StringComparison.Ordinal))).Status);
        Assert.Contains("You did not allow it", (await marek.OpenAsync(back.PathAndQuery.Split("&code")[0] + "&error=access_denied")).Text, StringComparison.Ordinal);
        var returned = await marek.OpenAsync(back.PathAndQuery);
        Assert.Empty(fake.Calls);

        var done = await marek.SubmitAsync(returned, FinishForm);

        Assert.Equal("/accounts?done=connected", done.Path);
        var account = await marek.OpenAsync(done.Document.QuerySelectorAll("th a").Single(link => link.TextContent == "Northgate on X").GetAttribute("href")!);
        Assert.Contains("@northgate", account.Text, StringComparison.Ordinal);
        Assert.Contains("Unverified against the live service", account.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await marek.SubmitAsync(returned, FinishForm)).Status);
        Assert.Empty(fake.Violations);
        AssertNowhere(program, "planted-");
    }

    [Fact]
    public async Task Whoever_looks_after_several_pages_on_LinkedIn_chooses_one_and_is_told_that_the_version_retires()
    {
        var fake = new StrictLinkedIn(TimeProvider.System);
        using var network = new FakeServer(fake);
        await using var program = await TheProgram.StartDemoAsync(settings: new Dictionary<string, string>
        {
            ["Networks__LinkedIn__Api"] = network.Address.AbsoluteUri,
            ["Networks__LinkedIn__SignIn"] = network.Address.AbsoluteUri,
            ["Networks__LinkedIn__ClientId"] = StrictLinkedIn.AppId,
            ["Networks__LinkedIn__ClientSecret"] = StrictLinkedIn.AppSecret,
            ["Networks__LinkedIn__Version"] = fake.OldestVersion,
        });
        using var marek = await program.SignInAsync(ADemo.Marek);
        var first = await marek.OpenAsync("/accounts/connect?network=linkedin");
        Assert.Null(first.Document.QuerySelector("#app"));

        var asked = await marek.SubmitAsync(first, Form, ("title", "Northgate on LinkedIn"));
        var back = await marek.OpenAsync(fake.Allow(new Uri(asked.One($"{Form} a.btn-primary").GetAttribute("href")!)).PathAndQuery);
        var choice = await marek.SubmitAsync(back, FinishForm);

        Assert.Equal([StrictLinkedIn.PageId, StrictLinkedIn.OtherPageId], choice.Document.QuerySelectorAll("input[name=account]").Select(input => input.GetAttribute("value")));
        Assert.Contains("Northgate 7: you may not publish there", choice.Text, StringComparison.Ordinal);
        using (var hannah = await program.SignInAsync(ADemo.Hannah))
        {
            var stolen = await hannah.SubmitAsync(await hannah.OpenAsync("/accounts/connect?network=newsroom"), Form, ("formaction", "/accounts/connect/choose"), ("kept", choice.One("input[name=kept]").GetAttribute("value")), ("account", StrictLinkedIn.PageId));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, stolen.Status);
        }

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await marek.SubmitAsync(choice, ChooseForm, ("account", StrictLinkedIn.ReadOnlyPageId))).Status);
        var done = await marek.SubmitAsync(choice, ChooseForm, ("account", StrictLinkedIn.OtherPageId));

        Assert.Equal("/accounts?done=connected", done.Path);
        var account = await marek.OpenAsync(done.Document.QuerySelectorAll("th a").Single(link => link.TextContent == "Northgate on LinkedIn").GetAttribute("href")!);
        Assert.Contains("northgate-6", account.Text, StringComparison.Ordinal);
        Assert.Contains("stops answering this version", account.Text, StringComparison.Ordinal);
        Assert.Empty(fake.Violations);
        AssertNowhere(program, "planted-access");
        AssertNowhere(program, "planted-code");
    }

    /// <summary>Neither the app's secret, nor the code, nor what opens the account stands in the clear in any file or in what the program says.</summary>
    private static void AssertNowhere(TheProgram program, string secret)
    {
        Assert.DoesNotContain(secret, program.Said, StringComparison.Ordinal);
        var wanted = Encoding.UTF8.GetBytes(secret);
        foreach (var path in Directory.EnumerateFiles(program.Data, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) != "in-use"))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            Assert.True(bytes.AsSpan().IndexOf(wanted) < 0, $"{Path.GetFileName(path)} holds it.");
        }
    }
}

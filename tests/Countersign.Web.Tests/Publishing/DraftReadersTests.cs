using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Countersign.Tests.Shared;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Publishing;

/// <summary>Who reads a draft, asked at every door that shows one.</summary>
public sealed class DraftReadersTests(ADemo demo) : IClassFixture<ADemo>
{
    private const string Sadia = "sadia.rahman@northgate.example";
    private const string Aisha = "aisha.khan@northgate.example";
    private const string Words = "The workshop in Sheffield gets a new roof in March.";

    /// <summary>In nobody's library: what follows a picture's own end is passed over by those who show it.</summary>
    private static readonly byte[] picture = [.. File.ReadAllBytes(Path.Combine(Run.Root, "src", "Countersign.Web", "Setup", "Pictures", "crew.png")), .. Guid.NewGuid().ToByteArray()];

    [Fact]
    public async Task A_person_without_a_role_finds_no_draft_anywhere()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        var id = await SendAsync(hannah, Words, "Northgate Instruments");
        var media = await AddPictureAsync(hannah);
        await TakeRolesAsync("Sadia Rahman");
        using var sadia = await demo.Program.SignInAsync(Sadia);
        using var helen = await demo.Program.SignInAsync(ADemo.Helen);

        foreach (var path in PagesOf(id).Append(media))
            Assert.Equal((path, HttpStatusCode.NotFound), (path, (await sadia.OpenAsync(path)).Status));
        foreach (var path in PagesOf(id))
            Assert.Equal((path, HttpStatusCode.OK), (path, (await helen.OpenAsync(path)).Status));
        foreach (var list in new[] { "/", "/today", "/approvals?show=all", "/approvals/queue?show=all", "/calendar", "/calendar?view=month", "/audit", "/lockdown?scope=everything", $"/audit?object=draft/{id}" })
            Assert.DoesNotContain(Words, (await sadia.OpenAsync(list)).Text, StringComparison.Ordinal);
        Assert.Empty((await sadia.OpenAsync("/approvals/queue?show=all")).Document.QuerySelectorAll("a[href^='/approvals/']"));
        Assert.Contains(Words[..20], (await helen.OpenAsync($"/audit?object=draft/{id}")).Text, StringComparison.Ordinal);
        Assert.Contains("a draft", (await sadia.OpenAsync($"/audit?object=draft/{id}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_of_one_site_reads_that_site_and_no_other()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        using var tom = await demo.Program.SignInAsync(ADemo.Tom);
        using var aisha = await demo.Program.SignInAsync(Aisha);
        var sheffield = await SendAsync(hannah, "The Sheffield canteen has a new cook.", "Northgate Instruments");
        var livingston = await SendAsync(tom, "The Livingston canteen has a new cook.", "Northgate Livingston");

        foreach (var path in PagesOf(sheffield))
            Assert.Equal((path, HttpStatusCode.NotFound), (path, (await aisha.OpenAsync(path)).Status));
        foreach (var path in PagesOf(livingston))
            Assert.Equal((path, HttpStatusCode.OK), (path, (await aisha.OpenAsync(path)).Status));
        var queue = (await aisha.OpenAsync("/approvals/queue?show=all")).Text;
        Assert.Contains("The Livingston canteen", queue, StringComparison.Ordinal);
        Assert.DoesNotContain("The Sheffield canteen", queue, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_may_not_be_read_can_neither_be_written_over_nor_borrowed()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        using var tom = await demo.Program.SignInAsync(ADemo.Tom);
        var sheffield = await SendAsync(hannah, "The Sheffield gate opens at seven.", "Northgate Instruments");
        var media = await AddPictureAsync(hannah);
        var accounts = new[] { await AccountAsync(tom, "Northgate Livingston") };

        using var over = await tom.Http.PutAsJsonAsync($"/api/v1/drafts/{sheffield}", new { seen = 1, text = "Mine now.", accounts });
        using var borrowed = await tom.Http.PutAsJsonAsync($"/api/v1/drafts/{Guid.CreateVersion7()}", new { seen = 0, text = "Mine now.", accounts, pictures = new[] { new { sha256 = media.Split('/')[^1], alt = "Two people." } } });
        var before = (await tom.OpenAsync(media)).Status;
        await AddPictureAsync(tom);

        Assert.Equal(HttpStatusCode.NotFound, over.StatusCode);
        Assert.Contains("refusal:no-picture", await borrowed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.OK), (before, (await tom.OpenAsync(media)).Status));
    }

    private static IEnumerable<string> PagesOf(Guid draft) =>
        [$"/posts/{draft}", $"/posts/{draft}/state", $"/compose/{draft}", $"/approvals/{draft}", $"/api/v1/drafts/{draft}"];

    private static async Task<Guid> SendAsync(Visitor author, string text, string account)
    {
        var id = Guid.CreateVersion7();
        using var composed = await author.Http.PutAsJsonAsync($"/api/v1/drafts/{id}", new { seen = 0, text, accounts = new[] { await AccountAsync(author, account) } });
        Assert.Equal(HttpStatusCode.OK, composed.StatusCode);
        using var sent = await author.Http.PostAsJsonAsync($"/api/v1/drafts/{id}/send", new { seen = 1 });
        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        return id;
    }

    private static async Task<Guid> AccountAsync(Visitor author, string title) =>
        (await author.Http.GetFromJsonAsync<JsonElement>("/api/v1/accounts")).EnumerateArray().Single(account => account.GetProperty("title").GetString() == title).GetProperty("id").GetGuid();

    /// <returns>Where the picture is shown.</returns>
    private static async Task<string> AddPictureAsync(Visitor author)
    {
        var page = await author.OpenAsync("/compose");
        var added = await author.SubmitAsync(page, "form#compose", ("file", picture, "crew.png"), ("formaction", $"{page.PathOnly}/picture"), ("text", "Words beside a picture."));
        return added.One(".media-item img").GetAttribute("src")!;
    }

    private async Task TakeRolesAsync(string name)
    {
        using var marek = await demo.Program.SignInAsync(ADemo.Marek);
        var link = (await marek.OpenAsync("/people")).Document.QuerySelectorAll("th a").Single(person => person.TextContent.Contains(name, StringComparison.Ordinal)).GetAttribute("href")!;
        Assert.Contains("The roles are changed.", (await marek.SubmitAsync(await marek.OpenAsync(link), "form[action$='/roles']", ("grants", null))).Text, StringComparison.Ordinal);
    }
}

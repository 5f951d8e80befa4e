using System.Net;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Evidence;

public sealed class AuditPagesTests(ADemo demo) : IClassFixture<ADemo>
{
    [Fact]
    public async Task An_auditor_reads_every_page_and_changes_nothing()
    {
        using var helen = await demo.Program.SignInAsync(ADemo.Helen);
        var account = (await helen.OpenAsync("/accounts")).One("th a").GetAttribute("href")!;
        var person = (await helen.OpenAsync("/people")).One("th a").GetAttribute("href")!;
        foreach (var path in new[] { "/audit", "/audit/0", "/lockdown", "/lockdown/active", "/accounts", account, $"{account}/disconnect", "/accounts/connect", "/people", person, "/people/invite" })
            Assert.Equal(HttpStatusCode.OK, (await helen.OpenAsync(path)).Status);

        var form = await helen.OpenAsync("/audit");
        foreach (var (path, fields) in new (string, (string, string?)[])[]
        {
            ("/lockdown", [("scope", "Everything")]),
            ("/accounts/connect", [("network", "newsroom"), ("handle", "Auditor’s own")]),
            ("/accounts/sites", [("name", "Nowhere")]),
            ($"{account}/disconnect", []),
            ("/people/invite", [("name", "A Friend"), ("email", "friend@northgate.example")]),
            ($"{person}/roles", [("role", "Administrator"), ("place", "everywhere")]),
            ($"{person}/invitation", []),
        })
        {
            var answer = await helen.SubmitAsync(form, "form[action='/audit/verify']", [("formaction", path), .. fields]);
            Assert.True(answer.Status == HttpStatusCode.UnprocessableEntity, $"{path}: {answer.Status}");
        }

        var acts = (await helen.OpenAsync($"/audit?person={await IdAsync(helen, "Helen Marsh")}")).Document.QuerySelectorAll("tbody tr").Select(row => row.Children[3].TextContent.Trim()).ToList();
        Assert.All(acts, act => Assert.True(act is "Signed in" or "Joined" or "Exported the audit trail" || act.StartsWith("Refused", StringComparison.Ordinal), act));
        Assert.Contains(acts, act => act.StartsWith("Refused Tried to lock", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_entry_is_shown_with_what_changed_its_bytes_and_its_proof()
    {
        using var daniel = await demo.Program.SignInAsync(ADemo.Daniel);
        var list = await daniel.OpenAsync("/audit?act=draft.");
        var line = list.Document.QuerySelectorAll("tbody tr").First(row => row.Children[3].TextContent.Contains("Approved", StringComparison.Ordinal));

        var entry = await daniel.OpenAsync(line.QuerySelector("a")!.GetAttribute("href")!);

        Assert.Contains("approved", entry.One("h1").TextContent, StringComparison.Ordinal);
        Assert.Contains("Signatures", entry.One(".before-after").TextContent, StringComparison.Ordinal);
        Assert.Contains("\"act\":\"draft.approved\"", entry.Document.QuerySelectorAll(".bytes")[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("Verifies", entry.Text, StringComparison.Ordinal);
        Assert.NotNull(entry.Document.QuerySelector("svg.proof"));
    }

    [Fact]
    public async Task Sealed_words_are_shown_to_compliance_and_as_a_fingerprint_to_others()
    {
        using var daniel = await demo.Program.SignInAsync(ADemo.Daniel);
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        var path = (await daniel.OpenAsync("/audit?act=person.invited")).One("tbody a").GetAttribute("href")!;

        Assert.Contains("@northgate.example", (await daniel.OpenAsync(path)).One("main").TextContent, StringComparison.Ordinal);
        var seen = (await hannah.OpenAsync(path)).One("main").TextContent;
        Assert.DoesNotContain("@northgate.example", seen, StringComparison.Ordinal);
        Assert.Contains("sealed content", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_is_narrowed_by_its_address_and_pages_on()
    {
        using var daniel = await demo.Program.SignInAsync(ADemo.Daniel);
        var first = await daniel.OpenAsync("/audit");
        var second = await daniel.OpenAsync(first.One("a[rel=next]").GetAttribute("href")!);
        var none = await daniel.OpenAsync("/audit?from=2001-01-01&to=2001-01-02");
        var odd = await daniel.OpenAsync("/audit?from=yesterday&act=&object=");

        var shown = first.Document.QuerySelectorAll("tbody td.mono").Select(cell => cell.TextContent.Trim()).ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(second.Document.QuerySelectorAll("tbody td.mono").Select(cell => cell.TextContent.Trim()), shown.Contains);
        Assert.Contains("No entry fits", none.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, odd.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await daniel.OpenAsync("/audit/999999")).Status);
    }

    [Fact]
    public async Task Verify_now_reads_every_entry_again_and_says_how_far()
    {
        using var helen = await demo.Program.SignInAsync(ADemo.Helen);

        var page = await helen.SubmitAsync(await helen.OpenAsync("/audit"), "form[action='/audit/verify']");

        Assert.Contains("entries were read again just now. Every one is as it was signed.", page.Text, StringComparison.Ordinal);
    }

    private static async Task<string> IdAsync(Visitor visitor, string name) =>
        (await visitor.OpenAsync("/people")).Document.QuerySelectorAll("th a").Single(link => link.TextContent.Contains(name, StringComparison.Ordinal)).GetAttribute("href")!["/people/".Length..];
}

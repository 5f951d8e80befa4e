using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Evidence;

/// <summary>Asking for an erasure, confirming it, holding: with forms alone, no script.</summary>
public sealed class VaultPagesTests(ADemo demo) : IClassFixture<ADemo>
{
    [Fact]
    public async Task Two_people_erase_a_post_and_the_trail_the_post_and_the_export_say_so_in_place_of_the_words()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        using var daniel = await demo.Program.SignInAsync(ADemo.Daniel);
        using var marek = await demo.Program.SignInAsync(ADemo.Marek);
        var id = Guid.CreateVersion7();
        using (var saved = await hannah.Http.PutAsJsonAsync($"/api/v1/drafts/{id}", new { seen = 0, text = "Zaubernuss in every box", accounts = Array.Empty<Guid>() }))
            saved.EnsureSuccessStatusCode();
        (string, string?)[] asking = [("target", $"{demo.Program.Address}posts/{id}"), ("basis", "ConsentWithdrawn"), ("note", "She wrote to us.")];

        var page = await daniel.SubmitAsync(await daniel.OpenAsync("/vault"), "form[action='/vault/erasures']", asking);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains("This draft is still in use.", page.Text, StringComparison.Ordinal);
        Assert.Equal("She wrote to us.", page.One("textarea[name=note]").TextContent.Trim());

        await hannah.SubmitAsync(await hannah.OpenAsync($"/posts/{id}"), "form[action$='/withdraw']");
        page = await daniel.SubmitAsync(await daniel.OpenAsync("/vault"), "form[action='/vault/erasures']", asking);
        Assert.Contains("Asked. Somebody else must confirm.", page.Text, StringComparison.Ordinal);
        Assert.Contains("Someone else must decide on what you asked for.", page.Text, StringComparison.Ordinal);

        var pack = (await Packs.OrderAsync(daniel, $"/audit/export?draft={id}")).Path;
        await UntilAsync(daniel, pack, "Download");

        page = await marek.SubmitAsync(await marek.OpenAsync("/vault"), "form[action$='/confirm']");
        Assert.Contains("Erased for good.", page.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await hannah.OpenAsync($"/posts/{id}")).Status);
        await UntilAsync(daniel, pack, "Something was erased after this pack was begun");
        Assert.Equal(HttpStatusCode.NotFound, (await daniel.OpenAsync($"{pack}/file")).Status);
        Assert.False(Directory.Exists(Path.Combine(demo.Program.Data, "exports", Guid.Parse(pack.Split('/')[^1]).ToString("N"))));

        var trail = await daniel.OpenAsync($"/audit?object=draft/{id}");
        var entry = await daniel.OpenAsync(trail.One("tbody tr:last-child a").GetAttribute("href")!);
        Assert.Matches("erased on [0-9]+ [A-Z][a-z]+ 20[0-9]+ on the basis “consent withdrawn, UK GDPR art. 17\\(1\\)\\(b\\)”, entry [0-9,]+", entry.Text);
        Assert.DoesNotContain("Zaubernuss", entry.Text, StringComparison.Ordinal);
        Assert.Contains("Verifies", entry.Text, StringComparison.Ordinal);

        await using var zip = new ZipArchive(await Packs.TakeAsync(daniel, "/audit/export"));
        using var erased = new StreamReader(await zip.Entries.Single(file => file.Name == "erased.csv").OpenAsync());
        Assert.Contains($",draft/{id},text,", await erased.ReadToEndAsync(), StringComparison.Ordinal);

        var (code, said) = await demo.Program.CommandAsync("verify", "--state");
        Assert.True(code == 0, said);
    }

    private static async Task UntilAsync(Visitor visitor, string path, string says)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await visitor.OpenAsync(path) is var page && !page.Text.Contains(says, StringComparison.Ordinal))
        {
            Assert.False(limit.IsCancellationRequested, page.Text);
            await Task.Delay(200, CancellationToken.None);
        }
    }

    [Fact]
    public async Task Holds_and_erasures_are_shown_to_those_who_decide_on_them_and_to_the_auditor()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        using var helen = await demo.Program.SignInAsync(ADemo.Helen);

        Assert.Equal(HttpStatusCode.Forbidden, (await hannah.OpenAsync("/vault")).Status);
        var page = await helen.OpenAsync("/vault");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("Erasing takes the Compliance, Privacy or Administrator role for every account.", page.Text, StringComparison.Ordinal);
    }
}

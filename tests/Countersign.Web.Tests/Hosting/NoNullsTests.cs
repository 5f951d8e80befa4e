using System.Net;
using Countersign.Tests.Shared;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Hosting;

public sealed class NoNullsTests
{
    private const string Nul = "\0";

    [Fact]
    public async Task Character_number_nought_is_refused_with_a_sentence_in_forms_addresses_and_json()
    {
        await using var program = await TheProgram.StartDemoAsync(await PostgresServer.CreateDatabaseAsync());
        using var stranger = program.Visit();

        var form = await stranger.SubmitAsync(await stranger.OpenAsync("/sign-in"), "form[action='/sign-in']", ("email", $"hannah{Nul}@northgate.example"), ("password", "wrong"));
        Assert.Equal(HttpStatusCode.BadRequest, form.Status);
        Assert.Contains("number 0", form.Text, StringComparison.Ordinal);

        using var parts = new MultipartFormDataContent { { new StringContent($"hannah{Nul}@northgate.example"), "email" }, { new StringContent("wrong"), "password" } };
        using var inParts = await stranger.Http.PostAsync("/sign-in", parts);
        Assert.Equal(HttpStatusCode.BadRequest, inParts.StatusCode);
        Assert.Contains("number 0", await inParts.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var hannah = await program.SignInAsync("hannah.okafor@northgate.example");
        Assert.Equal(HttpStatusCode.BadRequest, (await hannah.OpenAsync("/audit?object=draft%00")).Status);

        using var json = await hannah.Http.PutAsync(
            $"/api/v1/drafts/{Guid.CreateVersion7()}",
            new StringContent("""{"seen":0,"text":"Hello\u0000","accounts":[]}""", System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, json.StatusCode);
    }
}

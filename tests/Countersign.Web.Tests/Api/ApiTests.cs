using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Api;

public sealed class ApiTests(ADemo demo) : IClassFixture<ADemo>
{
    private const string Author = "hannah.okafor@northgate.example";

    [Fact]
    public async Task A_program_composes_sends_and_is_refused_its_own_approval_with_a_problem_document()
    {
        var program = demo.Program;
        using var hannah = await program.SignInAsync(Author);
        var accounts = await hannah.Http.GetFromJsonAsync<JsonElement>("/api/v1/accounts");
        var newsroom = accounts.EnumerateArray().First(account => account.GetProperty("network").GetString() == "newsroom").GetProperty("id").GetGuid();
        var id = Guid.CreateVersion7();

        using var composed = await hannah.Http.PutAsJsonAsync($"/api/v1/drafts/{id}", new { seen = 0, text = "The canteen opens at seven on Monday.", accounts = new[] { newsroom } });
        Assert.Equal(HttpStatusCode.OK, composed.StatusCode);
        using var sent = await hannah.Http.PostAsJsonAsync($"/api/v1/drafts/{id}/send", new { seen = 1 });
        var seal = (await sent.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("seal").GetString();
        using var approved = await hannah.Http.PostAsJsonAsync($"/api/v1/drafts/{id}/approve", new { seen = seal });

        var problem = await ProblemAsync(approved, HttpStatusCode.UnprocessableEntity);
        Assert.Equal("urn:countersign:refusal:own-draft", problem.GetProperty("type").GetString());
        Assert.Equal("Someone else must decide on what you wrote.", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Who_signs_by_program_reads_what_each_account_will_show_and_says_so()
    {
        var program = demo.Program;
        using var fiona = await program.SignInAsync(ADemo.Fiona);
        using var hannah = await program.SignInAsync(Author);
        var newsroom = (await hannah.Http.GetFromJsonAsync<JsonElement>("/api/v1/accounts")).EnumerateArray().First(account => account.GetProperty("network").GetString() == "newsroom").GetProperty("id").GetGuid();
        var id = Guid.CreateVersion7();
        using var composed = await hannah.Http.PutAsJsonAsync($"/api/v1/drafts/{id}", new { seen = 0, text = "The canteen opens at eight on Tuesday.", accounts = new[] { newsroom } });
        using var sent = await hannah.Http.PostAsJsonAsync($"/api/v1/drafts/{id}/send", new { seen = 1 });

        var draft = await fiona.Http.GetFromJsonAsync<JsonElement>($"/api/v1/drafts/{id}");
        var seal = draft.GetProperty("seal").GetString();
        var shown = draft.GetProperty("renderings").EnumerateArray().Single();
        using var blind = await fiona.Http.PostAsJsonAsync($"/api/v1/drafts/{id}/approve", new { seen = seal });
        using var unknown = await fiona.Http.PostAsJsonAsync($"/api/v1/drafts/{id}/approve", new { seen = seal, role = "Emperor", opened = new[] { newsroom } });
        using var signed = await fiona.Http.PostAsJsonAsync($"/api/v1/drafts/{id}/approve", new { seen = seal, opened = new[] { shown.GetProperty("account").GetGuid() } });

        Assert.Equal("The canteen opens at eight on Tuesday.", shown.GetProperty("text").GetString());
        Assert.Equal("urn:countersign:refusal:not-opened", (await ProblemAsync(blind, HttpStatusCode.UnprocessableEntity)).GetProperty("type").GetString());
        Assert.Equal("urn:countersign:refusal:no-role", (await ProblemAsync(unknown, HttpStatusCode.UnprocessableEntity)).GetProperty("type").GetString());
        Assert.True((await signed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("complete").GetBoolean());
    }

    [Fact]
    public async Task A_draft_is_told_with_its_pictures_and_what_they_are_said_to_show()
    {
        using var daniel = await demo.Program.SignInAsync(ADemo.Daniel);
        var queue = await daniel.OpenAsync("/approvals?show=all");
        var kestrel = queue.Document.QuerySelectorAll(".queue-item").Single(link => link.TextContent.Trim().StartsWith("Kestrel 3: test", StringComparison.Ordinal)).GetAttribute("href")!.Split('/', '?')[2];

        var draft = await daniel.Http.GetFromJsonAsync<JsonElement>($"/api/v1/drafts/{kestrel}");

        var picture = draft.GetProperty("pictures").EnumerateArray().Single();
        Assert.NotEmpty(picture.GetProperty("alt").GetString()!);
        using var bytes = await daniel.Http.GetAsync(picture.GetProperty("address").GetString());
        Assert.Equal(HttpStatusCode.OK, bytes.StatusCode);
        Assert.Equal(3, draft.GetProperty("renderings").GetArrayLength());
    }

    [Fact]
    public async Task Every_no_of_the_API_has_a_type_of_the_one_form()
    {
        var program = demo.Program;
        using var hannah = await program.SignInAsync(Author);
        using var stranger = program.Visit();
        using var allZeros = await hannah.Http.PutAsJsonAsync($"/api/v1/drafts/{Guid.Empty}", new { seen = 0, text = "Hello", accounts = Array.Empty<Guid>() });
        using var signedOut = await stranger.Http.GetAsync("/api/v1/me");
        using var nowhere = await hannah.Http.GetAsync("/api/v1/nothing");
        using var noDraft = await hannah.Http.GetAsync($"/api/v1/drafts/{Guid.CreateVersion7()}");
        using var broken = await hannah.Http.PutAsync($"/api/v1/drafts/{Guid.CreateVersion7()}", new StringContent("{", System.Text.Encoding.UTF8, "application/json"));
        using var form = await hannah.Http.PostAsync($"/api/v1/drafts/{Guid.CreateVersion7()}/send", new FormUrlEncodedContent([]));

        foreach (var (answer, status, code) in new[]
        {
            (allZeros, HttpStatusCode.UnprocessableEntity, "no-id"),
            (signedOut, HttpStatusCode.Unauthorized, "signed-out"),
            (nowhere, HttpStatusCode.NotFound, "not-here"),
            (noDraft, HttpStatusCode.NotFound, "no-draft"),
            (broken, HttpStatusCode.BadRequest, "not-understood"),
            (form, HttpStatusCode.UnsupportedMediaType, "not-json"),
        })
        {
            Assert.Equal($"urn:countersign:refusal:{code}", (await ProblemAsync(answer, status)).GetProperty("type").GetString());
        }
    }

    [Theory]
    [InlineData("{\"seen\":0,\"text\":\"Hello\",\"accounts\":[],\"pictures\":[null]}", HttpStatusCode.UnprocessableEntity, "no-picture")]
    [InlineData("{\"seen\":0,\"text\":\"Hello\",\"accounts\":[null]}", HttpStatusCode.BadRequest, "not-understood")]
    [InlineData("{\"seen\":0,\"text\":\"Hello \\ud800\",\"accounts\":[]}", HttpStatusCode.BadRequest, "not-understood")]
    [InlineData("null", HttpStatusCode.BadRequest, "not-understood")]
    [InlineData("{\"seen\":0,\"text\":\"\",\"accounts\":[]}", HttpStatusCode.UnprocessableEntity, "empty")]
    [InlineData("{\"seen\":0,\"text\":\"Hello\",\"accounts\":[\"00000000-0000-0000-0000-000000000001\"]}", HttpStatusCode.UnprocessableEntity, "no-account")]
    [InlineData("{\"seen\":0,\"text\":\"Hello\",\"accounts\":[],\"date\":\"2020-01-01\",\"time\":\"09:00\",\"zone\":\"Europe/London\"}", HttpStatusCode.UnprocessableEntity, "past")]
    [InlineData("{\"seen\":0,\"text\":\"Hello\",\"accounts\":[],\"date\":\"2027-03-28\",\"time\":\"01:30\",\"zone\":\"Europe/London\"}", HttpStatusCode.UnprocessableEntity, "no-such-time")]
    [InlineData("{\"seen\":0,\"text\":", HttpStatusCode.BadRequest, null)]
    public async Task What_cannot_be_done_is_said_as_a_problem_document(string body, HttpStatusCode status, string? code)
    {
        var program = demo.Program;
        using var hannah = await program.SignInAsync(Author);

        using var answer = await hannah.Http.PutAsync($"/api/v1/drafts/{Guid.CreateVersion7()}", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        var problem = await ProblemAsync(answer, status);
        if (code is not null)
            Assert.Equal($"urn:countersign:refusal:{code}", problem.GetProperty("type").GetString());
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
    }

    [Fact]
    public async Task Who_is_not_signed_in_or_sends_a_form_is_told_so()
    {
        var program = demo.Program;
        using var stranger = program.Visit();
        using var hannah = await program.SignInAsync(Author);

        using var unknown = await stranger.Http.GetAsync("/api/v1/me");
        using var form = await hannah.Http.PostAsync($"/api/v1/drafts/{Guid.CreateVersion7()}/send", new FormUrlEncodedContent([]));

        await ProblemAsync(unknown, HttpStatusCode.Unauthorized);
        await ProblemAsync(form, HttpStatusCode.UnsupportedMediaType);
    }

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{answer.StatusCode}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return JsonDocument.Parse(text).RootElement;
    }
}

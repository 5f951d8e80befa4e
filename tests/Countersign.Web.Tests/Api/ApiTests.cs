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

    [Theory]
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

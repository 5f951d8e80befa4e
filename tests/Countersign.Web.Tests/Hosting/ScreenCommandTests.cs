using System.Diagnostics;
using System.Text.Json;
using Countersign.Web.Hosting;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Hosting;

public sealed class ScreenCommandTests : IDisposable
{
    private const string Clean = """{"id":"a","direction":"outbound","kind":"post","text":"The library in Whitby opens at nine."}""";
    private const string Bold = """{"id":"b","direction":"outbound","kind":"post","text":"Guaranteed 9% a year with our new income fund."}""";

    private readonly string folder = Directory.CreateTempSubdirectory("countersign-screen-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Each_line_is_answered_in_its_order_with_what_was_found()
    {
        await WriteAsync([Clean, "", Bold]);
        var (code, said) = await TypeAsync("screen", "--input", Input, "--output", Output);
        var answers = await AnswersAsync();

        Assert.Equal((0, ""), (code, said));
        Assert.Equal(["a", "b"], answers.Select(answer => answer.GetProperty("id").GetString()));
        Assert.False(answers[0].GetProperty("flag").GetBoolean());
        Assert.True(answers[1].GetProperty("flag").GetBoolean());
        Assert.Equal("block", answers[1].GetProperty("route").GetString());
        var finding = answers[1].GetProperty("findings").EnumerateArray().First(one => one.GetProperty("rule").GetString() == "FP-01");
        Assert.Equal(("financial-promotion", "S1"), (finding.GetProperty("category").GetString(), finding.GetProperty("severity").GetString()));
        Assert.Equal((0, 10), (finding.GetProperty("start").GetInt32(), finding.GetProperty("end").GetInt32()));
        Assert.True(finding.GetProperty("message").GetString()!.Length > 0);
        Assert.True(finding.GetProperty("basis").GetString()!.Length > 0);
        Assert.InRange(finding.GetProperty("confidence").GetDouble(), 0.1, 1);
    }

    [Fact]
    public async Task What_a_safe_harbour_stopped_stands_apart_with_its_reason()
    {
        var (_, _, answers) = await ScreenAsync(["""{"id":1,"direction":"outbound","kind":"post","text":"Returns are not guaranteed."}"""]);

        var cleared = answers[0].GetProperty("cleared").EnumerateArray().First(one => one.GetProperty("rule").GetString() == "FP-01");
        Assert.Equal("The promise is denied in the same clause.", cleared.GetProperty("because").GetString());
    }

    [Fact]
    public async Task Direction_kind_quoted_words_and_context_are_taken_into_account()
    {
        var (code, said, answers) = await ScreenAsync(
        [
            """{"id":"in","direction":"inbound","kind":"message","text":"I don't want to be alive anymore"}""",
            """{"id":"quoted","direction":"outbound","kind":"repost","text":"Interesting","quoted":"Brocklow's CFO is a crook and everyone knows it"}""",
            """{"id":"alt","direction":"outbound","kind":"post","text":"New hours","context":{"image.alt":"none"}}""",
            """{"id":"number","direction":"outbound","kind":"post","text":"A long update","context":{"platform":"x","weighted_len":291,"limit":280}}""",
        ]);

        Assert.Equal((0, ""), (code, said));
        Assert.Equal(["CRI-02", "DEF-04", "CHN-03", "CHN-06"], answers.Select((answer, at) => answer.GetProperty("findings").EnumerateArray()
            .Select(finding => finding.GetProperty("rule").GetString()!).First(rule => rule == new[] { "CRI-02", "DEF-04", "CHN-03", "CHN-06" }[at])));
    }

    [Theory]
    [InlineData("{\"id\":", "posts.jsonl, line 2: this is not JSON.")]
    [InlineData("[]", "posts.jsonl, line 2: expected a JSON object.")]
    [InlineData("""{"id":"c","direction":"outbound","kind":"post","text":"x","context":{"shoe_size":"9"}}""", "posts.jsonl, line 2: the context key \"shoe_size\" is not known.")]
    [InlineData("""{"id":"c","direction":"sideways","kind":"post","text":"x"}""", "posts.jsonl, line 2: \"direction\" is \"sideways\", not one of outbound, inbound.")]
    [InlineData("""{"id":"c","direction":"outbound","kind":"post"}""", "posts.jsonl, line 2: \"text\" is missing.")]
    [InlineData("""{"id":"c","direction":"outbound","kind":"post","text":7}""", "posts.jsonl, line 2: \"text\" should be a text.")]
    [InlineData("""{"direction":"outbound","kind":"post","text":"x"}""", "posts.jsonl, line 2: \"id\" is missing.")]
    [InlineData("""{"id":"c","direction":"outbound","kind":"post","text":"x","colour":"red"}""", "posts.jsonl, line 2: \"colour\" is not one of id, direction, kind, text, quoted, context.")]
    public async Task A_line_that_cannot_be_read_is_named_and_nothing_is_written(string line, string sentence)
    {
        var (code, said, _) = await ScreenAsync([Clean, line, Bold]);

        Assert.Equal((1, sentence), (code, said));
        Assert.Equal([Input], Directory.GetFiles(folder));
    }

    [Fact]
    public async Task What_stood_in_the_output_before_stays_when_a_line_is_wrong()
    {
        await File.WriteAllTextAsync(Output, "before", TestContext.Current.CancellationToken);

        await ScreenAsync(["nonsense"]);

        Assert.Equal("before", await File.ReadAllTextAsync(Output, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_profile_turns_on_the_packs_of_its_kind_of_firm()
    {
        var (code, said, answers) = await ScreenAsync([Bold], "business");

        Assert.Equal((0, ""), (code, said));
        Assert.DoesNotContain(answers[0].GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("rule").GetString()!.StartsWith("FP-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unknown_profile_is_answered_with_those_there_are()
    {
        var (code, said, _) = await ScreenAsync([Clean], "bakery");

        Assert.Equal((1, "There is no profile \"bakery\". There are: business, cfd-crypto, fca-investments, fca-lender, listed-company, public-body."), (code, said));
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        var (code, said) = await RunAsync(profile: null);

        Assert.Equal((1, $"There is no file {Input}."), (code, said));
    }

    private string Input => Path.Combine(folder, "posts.jsonl");

    private string Output => Path.Combine(folder, "findings.jsonl");

    private async Task<(int Code, string Said, IReadOnlyList<JsonElement> Answers)> ScreenAsync(string[] lines, string? profile = null)
    {
        await WriteAsync(lines);
        var (code, said) = await RunAsync(profile);
        return (code, said, code == 0 ? await AnswersAsync() : []);
    }

    private Task WriteAsync(string[] lines) => File.WriteAllLinesAsync(Input, lines, TestContext.Current.CancellationToken);

    private async Task<IReadOnlyList<JsonElement>> AnswersAsync() =>
        [.. (await File.ReadAllLinesAsync(Output, TestContext.Current.CancellationToken)).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];

    private async Task<(int Code, string Said)> RunAsync(string? profile)
    {
        await using var errors = new StringWriter();
        var code = await ScreenCommand.RunAsync(new FileInfo(Input), new FileInfo(Output), profile, TimeProvider.System, errors, TestContext.Current.CancellationToken);
        return (code, errors.ToString().Trim());
    }

    /// <summary>As typed at a prompt, in a process of its own.</summary>
    private static async Task<(int Code, string Said)> TypeAsync(params string[] args)
    {
        using var program = Process.Start(new ProcessStartInfo("dotnet", [TheProgram.Program, .. args]) { UseShellExecute = false, RedirectStandardError = true })!;
        var said = await program.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (program.ExitCode, said.Trim());
    }
}

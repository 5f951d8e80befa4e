using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Text;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Evidence;

/// <summary>What an examiner does with the bundle, with our program switched off.</summary>
public sealed class EvidenceBundleTests : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("countersign-bundle-").FullName;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_bundle_verifies_with_the_program_stopped_and_no_longer_after_one_byte(bool withWords)
    {
        await using var program = await TheProgram.StartDemoAsync();
        using var helen = await program.SignInAsync(ADemo.Helen);
        var page = await helen.OpenAsync("/audit");
        var key = page.One("#log-key").GetAttribute("value")!;
        var zip = await ExportAsync(helen, page, withWords);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(program.Data, "exports")));
        await program.StopAsync();
        await using (var stream = new MemoryStream(zip))
            await ZipFile.ExtractToDirectoryAsync(stream, folder, TestContext.Current.CancellationToken);

        Assert.Equal(["README.txt", "erased.csv", "log"], Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(withWords, Directory.Exists(Path.Combine(folder, "log", "content")));
        Assert.Contains($"countersign-verify full log --key \"{key}\"", await File.ReadAllTextAsync(Path.Combine(folder, "README.txt"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var (code, said) = await VerifyAsync(key);
        Assert.True(code == 0, said);

        var entries = Directory.EnumerateFiles(Path.Combine(folder, "log", "tile", "entries"), "*", SearchOption.AllDirectories).First();
        var bytes = await File.ReadAllBytesAsync(entries, TestContext.Current.CancellationToken);
        bytes[bytes.AsSpan().IndexOf("\"ok\":true"u8) + 5] = (byte)'T';
        await File.WriteAllBytesAsync(entries, bytes, TestContext.Current.CancellationToken);

        (code, said) = await VerifyAsync(key);
        Assert.True(code == 1, said);
    }

    [Fact]
    public async Task Only_auditor_and_compliance_take_it_away()
    {
        await using var program = await TheProgram.StartDemoAsync();
        using var hannah = await program.SignInAsync(ADemo.Hannah);

        var page = await hannah.SubmitAsync(await hannah.OpenAsync("/audit"), "form[action='/audit/export']");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains("Exporting the audit trail takes the Auditor or Compliance role.", page.Text, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static async Task<byte[]> ExportAsync(Visitor visitor, Page page, bool withWords)
    {
        var token = page.One("form[action='/audit/export'] input[name=__RequestVerificationToken]").GetAttribute("value")!;
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", token), .. withWords ? [KeyValuePair.Create("words", "true")] : (KeyValuePair<string, string>[])[]]);
        using var answer = await visitor.Http.PostAsync(new Uri("/audit/export", UriKind.Relative), form, TestContext.Current.CancellationToken);
        Assert.Equal("application/zip", answer.Content.Headers.ContentType?.MediaType);
        return await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>As the bundle's README says it, in a process that knows nothing of ours.</summary>
    private async Task<(int Code, string Said)> VerifyAsync(string key)
    {
        var tests = new DirectoryInfo(AppContext.BaseDirectory);
        var verifier = Path.Combine(tests.Parent!.Parent!.FullName, "Countersign.Verify", tests.Name, "countersign-verify.dll");
        var start = new ProcessStartInfo("dotnet", [verifier, "full", "log", "--key", key]) { UseShellExecute = false, WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var said = new StringBuilder(await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Append(await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, said.ToString());
    }
}

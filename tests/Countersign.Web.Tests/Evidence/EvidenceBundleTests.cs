using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Countersign.Tests.Shared;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Evidence;

/// <summary>What an examiner does with a pack, with our program switched off or far away.</summary>
public sealed class EvidenceBundleTests(ADemo demo) : IClassFixture<ADemo>, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("countersign-pack-").FullName;

    [Fact]
    public async Task The_pack_verifies_here_in_Go_and_in_OpenSSL_and_no_longer_after_one_byte()
    {
        using var helen = await demo.Program.SignInAsync(ADemo.Helen);
        var key = (await helen.OpenAsync("/audit")).Value("#log-key");
        await ExportAsync(helen, "pack", "/audit/export");

        Assert.Equal(
            ["README.txt", "erased.csv", "index.csv", "index.html", "items", "log", "log-key.pem", "manifest.json", "manifest.note", "people.csv", "policy", "verifier"],
            Directory.EnumerateFileSystemEntries(Of("pack")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains($"countersign-verify full . --key \"{key}\"", await TextAsync("pack/README.txt"), StringComparison.Ordinal);
        Assert.Contains("Never anchored outside", await TextAsync("pack/index.html"), StringComparison.Ordinal);
        Assert.Contains("Helen Marsh", await TextAsync("pack/people.csv"), StringComparison.Ordinal);
        Assert.True(File.Exists(Of("pack/verifier/src/Countersign.Verify/Program.cs")) && File.Exists(Of("pack/verifier/src/Countersign.Ledger/TreeHash.cs")));
        var (code, said) = await VerifyAsync("pack", key);
        Assert.True(code == 0, said);
        (code, said) = await VerifyAsync("pack", key, "full", Of("pack"));
        Assert.True(code == 0, said);
        Assert.Contains("files of the pack are as they were when it was written", said, StringComparison.Ordinal);
        await OpenSslVerifiesAsync("pack", key.Split('+')[0]);
        await EveryFileIsAsTheManifestSaysAsync("pack", true);
        await GoVerifiesAsync("pack", key, true);

        var entries = Directory.EnumerateFiles(Of("pack/log/tile/entries"), "*", SearchOption.AllDirectories).First();
        var bytes = await File.ReadAllBytesAsync(entries, TestContext.Current.CancellationToken);
        bytes[bytes.AsSpan().IndexOf("\"ok\":true"u8) + 5] = (byte)'T';
        await File.WriteAllBytesAsync(entries, bytes, TestContext.Current.CancellationToken);
        (code, said) = await VerifyAsync("pack", key);
        Assert.True(code == 1, said);
        await GoVerifiesAsync("pack", key, false);
        await EveryFileIsAsTheManifestSaysAsync("pack", false);
    }

    /// <summary>As its README says, with nothing but the SDK.</summary>
    [Fact]
    public async Task The_enclosed_program_builds_beside_the_pack_and_verifies_it()
    {
        using var helen = await demo.Program.SignInAsync(ADemo.Helen);
        var key = (await helen.OpenAsync("/audit")).Value("#log-key");
        await ExportAsync(helen, "built/pack", "/audit/export?act=site.");
        var lines = (await TextAsync("built/pack/README.txt")).Split('\n').Select(line => line.Trim()).ToList();
        var copy = lines.IndexOf("cp -r verifier ../verifier");

        var said = await Installed.RunAsync("env", ["--chdir", Of("built/pack"), "MSBUILDDISABLENODEREUSE=1", "UseSharedCompilation=false", "sh", "-c", $"{lines[copy]} && {lines[copy + 1]}"], TestContext.Current.CancellationToken);

        Assert.Contains($"--key \"{key}\"", lines[copy + 1], StringComparison.Ordinal);
        Assert.Contains("of the pack are as they were when it was written, and no other is there.", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_takes_what_it_asks_for_each_with_its_proof_and_the_whole_trail_beside_it()
    {
        using var helen = await demo.Program.SignInAsync(ADemo.Helen);
        var key = (await helen.OpenAsync("/audit")).Value("#log-key");
        var page = await helen.OpenAsync("/audit/export?act=draft.&q=eleanor");
        await ExportAsync(helen, "some", "/audit/export?act=draft.&q=eleanor");

        var rows = (await TextAsync("some/index.csv")).TrimEnd().Split("\r\n").Skip(1).ToList();
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Contains(",draft.", row, StringComparison.Ordinal));
        Assert.Contains($"{rows.Count} of", page.Text, StringComparison.Ordinal);
        foreach (var number in rows.Select(row => row.Split(',')[0]))
        {
            var (code, said) = await VerifyAsync("some", key, "check", Of($"some/entries/{number}.tlog-proof"), Of($"some/entries/{number}.json"));
            Assert.True(code == 0, said);
        }

        Assert.Equal(rows.Count * 2, Directory.GetFiles(Of("some/entries")).Length);
        foreach (var item in Directory.GetDirectories(Of("some/items")))
        {
            using var record = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(item, "record.json"), TestContext.Current.CancellationToken));
            foreach (var entry in record.RootElement.GetProperty("entries").EnumerateArray())
            {
                Assert.Contains(rows, row => row.StartsWith($"{entry.GetProperty("entry").GetInt64()},", StringComparison.Ordinal));
                Assert.True(File.Exists(Path.Combine(item, entry.GetProperty("file").GetString()!)));
                Assert.All(entry.GetProperty("words").EnumerateArray(), words => Assert.NotEqual(0, new FileInfo(Path.Combine(item, words.GetString()!)).Length));
            }

            Assert.All(record.RootElement.GetProperty("media").EnumerateArray(), picture => Assert.StartsWith($"media/{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(item, picture.GetString()!))))}", picture.GetString()!, StringComparison.Ordinal));
            Assert.Contains(Path.GetFileName(item)[6..], await File.ReadAllTextAsync(Path.Combine(item, "render", "item.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        Assert.Equal(rows.Select(row => row.Split(',')[5]).Where(thing => thing.StartsWith("draft/", StringComparison.Ordinal)).Distinct().Count(), Directory.GetDirectories(Of("some/items")).Length);
        Assert.NotEmpty(Directory.GetFiles(Of("some/policy"), "*.yaml", SearchOption.AllDirectories));
        Assert.Equal(0, (await VerifyAsync("some", key)).Code);
        using var manifest = JsonDocument.Parse(await TextAsync("some/manifest.json"));
        foreach (var file in manifest.RootElement.GetProperty("files").EnumerateObject())
            Assert.Equal(file.Value.GetString(), Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Of($"some/{file.Name}"), TestContext.Current.CancellationToken))));
    }

    [Fact]
    public async Task Two_packs_of_one_state_are_the_same_but_for_the_time_and_the_signature()
    {
        using var helen = await demo.Program.SignInAsync(ADemo.Helen);
        await ExportAsync(helen, "first", "/audit/export");
        using var manifest = JsonDocument.Parse(await TextAsync("first/manifest.json"));
        var size = manifest.RootElement.GetProperty("checkpoint").GetInt64();
        await ExportAsync(helen, "one", $"/audit/export?at={size}&act=draft.");
        await ExportAsync(helen, "two", $"/audit/export?at={size}&act=draft.");

        var files = Files("one");
        Assert.Equal(files, Files("two"));
        Assert.True(files.Count > 100);
        var different = new List<string>();
        foreach (var file in files)
        {
            var (left, right) = (await File.ReadAllBytesAsync(Of($"one/{file}"), TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(Of($"two/{file}"), TestContext.Current.CancellationToken));
            if (!left.AsSpan().SequenceEqual(right))
                different.Add(file);
        }

        Assert.Equal(["manifest.json", "manifest.note"], different);
        var (one, two) = ((await TextAsync("one/manifest.json")).Split('\n'), (await TextAsync("two/manifest.json")).Split('\n'));
        Assert.All(one.Zip(two).Where(pair => pair.First != pair.Second), pair => Assert.Contains("\"exportedAt\"", pair.First, StringComparison.Ordinal));
        Assert.Contains("No checkpoint of exactly", (await Packs.OrderAsync(helen, "/audit/export?at=1000000")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_withheld_is_listed_with_its_reason_and_the_rest_verifies()
    {
        using var helen = await demo.Program.SignInAsync(ADemo.Helen);
        var key = (await helen.OpenAsync("/audit")).Value("#log-key");
        var page = await helen.OpenAsync("/audit/export?act=draft.");
        var all = page.Document.QuerySelectorAll("input[name=withhold]").Select(box => box.GetAttribute("value")!).ToList();
        var picture = all.First(hash => page.One($"input[value='{hash}']").ParentElement!.TextContent.Contains("Picture of media", StringComparison.Ordinal));
        all.RemoveAll(hash => page.One($"input[value='{hash}']").ParentElement!.TextContent.Contains("of media", StringComparison.Ordinal));
        Assert.True(all.Count > 2);
        var refused = await helen.SubmitAsync(page, "form[action='/audit/export'][method=post]", ("withhold", all[0]));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("Say why the ticked content is withheld", refused.Text, StringComparison.Ordinal);

        await ExportAsync(helen, "whole", "/audit/export?act=draft.");
        var index = await TextAsync("whole/index.csv");
        var (named, called) = all.ConvertAll(commitment => (commitment, FirstLine(commitment))).First(one => one.Item2.Length is > 12 and <= 40 && index.Contains(one.Item2, StringComparison.Ordinal));
        (all[0], all[all.IndexOf(named)]) = (named, all[0]);
        await ExportAsync(helen, "less", "/audit/export?act=draft.", ("withhold", all[0]), ("withhold", picture), ("reason", "Another person's matter, \"sealed\""));

        Assert.DoesNotContain(called, await TextAsync("less/index.csv") + await TextAsync("less/index.html"), StringComparison.Ordinal);

        Assert.True(Directory.GetFiles(Of("whole/items"), "*.txt", SearchOption.AllDirectories).Length > Directory.GetFiles(Of("less/items"), "*.txt", SearchOption.AllDirectories).Length);
        Assert.True(File.Exists(Of($"whole/log/content/{all[0]}.json")));
        Assert.False(File.Exists(Of($"less/log/content/{all[0]}.json")));
        Assert.True(File.Exists(Of($"less/log/content/{all[1]}.json")));
        Assert.NotEmpty(Directory.GetFiles(Of("whole/items"), $"{picture}.*", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(Of("less/items"), $"{picture}.*", SearchOption.AllDirectories));
        Assert.Contains($"media/{picture},picture,{picture},", await TextAsync("less/withheld.csv"), StringComparison.Ordinal);
        Assert.False(File.Exists(Of("whole/withheld.csv")));
        Assert.Contains($"{all[0]},\"Another person's matter, \"\"sealed\"\"\"", await TextAsync("less/withheld.csv"), StringComparison.Ordinal);
        Assert.Equal(0, (await VerifyAsync("less", key)).Code);
    }

    [Fact]
    public async Task A_name_that_is_withheld_stands_nowhere_in_the_pack()
    {
        using var helen = await demo.Program.SignInAsync(ADemo.Helen);
        var page = await helen.OpenAsync("/audit/export?act=person.");
        var name = page.Document.QuerySelectorAll("label.check").Single(label => label.TextContent.Contains("Person of person", StringComparison.Ordinal) && label.TextContent.Contains("Hannah Okafor", StringComparison.Ordinal)).QuerySelector("input")!.GetAttribute("value")!;

        await ExportAsync(helen, "nameless", "/audit/export?act=person.", ("withhold", name), ("reason", "Not party to this"));

        foreach (var file in Files("nameless").Where(file => !file.StartsWith("verifier", StringComparison.Ordinal)))
            Assert.DoesNotContain("Hannah Okafor", await TextAsync($"nameless/{file}"), StringComparison.Ordinal);
        Assert.Contains("Eleanor Whitcombe", await TextAsync("nameless/index.html"), StringComparison.Ordinal);
    }

    /// <summary>What was added to a post later is not in a pack of the time before.</summary>
    [Fact]
    public async Task A_pack_holds_the_pictures_of_the_versions_that_were_asked_for_and_no_later_one()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        using var helen = await demo.Program.SignInAsync(ADemo.Helen);
        var id = Guid.CreateVersion7();
        var library = (await hannah.OpenAsync("/library")).Document.QuerySelectorAll("img[src^='/media/']").Select(image => image.GetAttribute("src")!.Split('/')[2]).ToList();
        var (first, later) = (library[0], library[1]);
        await SaveAsync(hannah, id, 0, first);
        await ExportAsync(helen, "first", $"/audit/export?draft={id}");
        using var manifest = JsonDocument.Parse(await TextAsync("first/manifest.json"));
        await SaveAsync(hannah, id, 1, later);

        await ExportAsync(helen, "then", $"/audit/export?draft={id}&at={manifest.RootElement.GetProperty("checkpoint").GetInt64()}");
        await ExportAsync(helen, "now", $"/audit/export?draft={id}");

        Assert.Equal([first], Pictures("then", id));
        Assert.Equal(new[] { first, later }.Order(StringComparer.Ordinal), Pictures("now", id));
    }

    /// <summary>Whoever mistypes must not give away what they meant to keep.</summary>
    [Theory]
    [InlineData("act=draft.approved", "0000000000000000000000000000000000000000000000000000000000000000", "Nothing here has the commitment")]
    [InlineData("act=site.", null, "is not among what was asked for")]
    public async Task Withholding_what_is_not_there_writes_nothing(string query, string? commitment, string says)
    {
        using var helen = await demo.Program.SignInAsync(ADemo.Helen);
        commitment ??= (await helen.OpenAsync("/audit/export?act=draft.")).Value("input[name=withhold]");
        await File.WriteAllTextAsync(Of("withhold.csv"), $"{commitment},Not ours to show\n", TestContext.Current.CancellationToken);

        var said = await RunAsync(Path.Combine(Beside("Countersign.Web"), "Countersign.Web.dll"), "export", "--data", demo.Program.Data, "--query", query, "--withhold", Of("withhold.csv"), "--output", Of($"kept-{query}"));

        Assert.Equal(1, said.Code);
        Assert.Contains(says, said.Said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Of($"kept-{query}")));
    }

    /// <summary>Half an order, understood, would be a larger one.</summary>
    [Theory]
    [InlineData("acount=0192", "\"acount\" is nothing that entries can be chosen by.")]
    [InlineData("act=draft.&act=post.", "\"act\" is given more than once.")]
    [InlineData("person=Helen", "What \"person\" is given cannot be read.")]
    [InlineData("from=yesterday", "What \"from\" is given cannot be read.")]
    public async Task A_query_that_is_not_understood_whole_writes_nothing(string query, string says)
    {
        var said = await RunAsync(Path.Combine(Beside("Countersign.Web"), "Countersign.Web.dll"), "export", "--data", demo.Program.Data, "--query", query, "--output", Of("half"));

        Assert.Equal(1, said.Code);
        Assert.Contains(says, said.Said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Of("half")));
    }

    [Fact]
    public async Task The_command_writes_the_same_with_the_program_stopped()
    {
        await using var program = await TheProgram.StartDemoAsync();
        string key;
        using (var helen = await program.SignInAsync(ADemo.Helen))
            key = (await helen.OpenAsync("/audit")).Value("#log-key");
        await program.StopAsync();

        var said = await RunAsync(Path.Combine(Beside("Countersign.Web"), "Countersign.Web.dll"), "export", "--data", program.Data, "--query", "act=account.", "--no-words", "--output", Of("out"));

        Assert.Equal(0, said.Code);
        Assert.Contains(",account.connected,", await TextAsync("out/index.csv"), StringComparison.Ordinal);
        Assert.False(File.Exists(Of("out/people.csv")) || Directory.Exists(Of("out/log/content")));
        Assert.DoesNotContain("Marek Nowak", await TextAsync("out/index.csv") + await TextAsync("out/index.html"), StringComparison.Ordinal);
        Assert.Equal(0, (await VerifyAsync("out", key)).Code);
    }

    [Fact]
    public async Task Only_auditor_and_compliance_take_it_away_and_nobody_takes_anothers()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        using var helen = await demo.Program.SignInAsync(ADemo.Helen);

        var page = await Packs.OrderAsync(hannah, "/audit/export");
        var job = (await Packs.OrderAsync(helen, "/audit/export?act=session.")).Path;

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains("Exporting the audit trail takes the Auditor or Compliance role.", page.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await helen.OpenAsync(job)).Status);
        foreach (var path in new[] { job, $"{job}/state", $"{job}/file" })
            Assert.Equal(HttpStatusCode.NotFound, (await hannah.OpenAsync(path)).Status);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string Beside(string product)
    {
        var tests = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(tests.Parent!.Parent!.FullName, product, tests.Name);
    }

    private async Task ExportAsync(Visitor visitor, string to, string path, params (string Name, string? Value)[] changes)
    {
        using var zip = await Packs.TakeAsync(visitor, path, changes);
        await ZipFile.ExtractToDirectoryAsync(zip, Directory.CreateDirectory(Of(to)).FullName, TestContext.Current.CancellationToken);
    }

    private string Of(string path) => Path.Combine(folder, path);

    private Task<string> TextAsync(string path) => File.ReadAllTextAsync(Of(path), TestContext.Current.CancellationToken);

    private List<string> Files(string pack) => [.. Directory.EnumerateFiles(Of(pack), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Of(pack), file)).Order(StringComparer.Ordinal)];

    /// <summary>As the pack's README says it, in a process that knows nothing of ours.</summary>
    private Task<(int Code, string Said)> VerifyAsync(string pack, string key, params string[] question) =>
        RunAsync([Path.Combine(Beside("Countersign.Verify"), "countersign-verify.dll"), .. question.Length > 0 ? question : ["full", Of($"{pack}/log")], "--key", key]);

    private async Task<(int Code, string Said)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { UseShellExecute = false, WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var said = new StringBuilder(await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Append(await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, said.ToString());
    }

    /// <summary>The three lines of the README.</summary>
    private async Task OpenSslVerifiesAsync(string pack, string origin)
    {
        if (Installed.Find(["openssl"]) is null)
            return;
        var script = $"head -n 3 log/checkpoint > ../text && grep '^— {origin} ' log/checkpoint | head -n 1 | cut -d ' ' -f 3 | base64 -d | tail -c 64 > ../signature && openssl pkeyutl -verify -pubin -inkey log-key.pem -rawin -in ../text -sigfile ../signature";
        Assert.Contains("Signature Verified Successfully", await Installed.RunAsync("env", ["--chdir", Of(pack), "sh", "-c", script], TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    /// <summary>The README's own line.</summary>
    private async Task EveryFileIsAsTheManifestSaysAsync(string pack, bool passes)
    {
        var line = (await TextAsync($"{pack}/README.txt")).Split('\n').Single(one => one.Contains("sha256sum", StringComparison.Ordinal)).Trim();
        Task<string> run() => Installed.RunAsync("env", ["--chdir", Of(pack), "sh", "-c", line], TestContext.Current.CancellationToken);
        if (passes)
            Assert.Empty(await run());
        else
            await Assert.ThrowsAsync<InvalidOperationException>(run);
        Assert.Equal((await TextAsync($"{pack}/manifest.note")).Split('\n')[2], Convert.ToBase64String(SHA256.HashData(await File.ReadAllBytesAsync(Of($"{pack}/manifest.json"), TestContext.Current.CancellationToken))));
    }

    private static async Task SaveAsync(Visitor visitor, Guid id, int seen, string picture)
    {
        using var saved = await visitor.Http.PutAsJsonAsync($"/api/v1/drafts/{id}", new { seen, text = "With a picture", accounts = Array.Empty<Guid>(), pictures = new[] { new { sha256 = picture, alt = "A path in a wood" } } }, TestContext.Current.CancellationToken);
        Assert.True(saved.IsSuccessStatusCode, await saved.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private IEnumerable<string?> Pictures(string pack, Guid draft) => Directory.GetFiles(Of($"{pack}/items/draft-{draft}/media")).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    private string FirstLine(string commitment) => JsonDocument.Parse(File.ReadAllText(Of($"whole/log/content/{commitment}.json"))).RootElement.GetProperty("content").GetString()!.Split('\n')[0];

    private async Task GoVerifiesAsync(string pack, string key, bool passes)
    {
        const string packages = "/usr/share/gocode";
        if (Installed.Find(["go"]) is not { } go || !Directory.Exists(Path.Combine(packages, "src/golang.org/x/mod/sumdb")))
            return;
        Task<string> run() => Installed.RunAsync(
            "env",
            ["GO111MODULE=off", "CGO_ENABLED=0", $"GOPATH={packages}", $"GOCACHE={Path.Combine(Run.Work, "go", "cache")}", go, "run", Of($"{pack}/verifier/go/main.go"), Of($"{pack}/log"), key],
            TestContext.Current.CancellationToken);
        if (passes)
            Assert.Contains("entries are as signed by", await run(), StringComparison.Ordinal);
        else
            await Assert.ThrowsAsync<InvalidOperationException>(run);
    }
}

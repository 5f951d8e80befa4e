using System.Net;
using System.Security.Cryptography;
using System.Text;
using Countersign.Ledger;
using Countersign.Web.Tests.Browser;
using Countersign.Web.Tests.Shared;
using Microsoft.Data.Sqlite;
using Microsoft.Playwright;

namespace Countersign.Web.Tests.Evidence;

/// <summary>What somebody does who believes neither the page nor the program behind it.</summary>
public sealed class AuditChecksTests(ADemo demo, TheBrowser browser) : IClassFixture<ADemo>
{
    [Fact]
    public async Task Words_and_names_are_searched_for_in_what_entries_say()
    {
        using var helen = await demo.Program.SignInAsync(ADemo.Helen);
        var page = await helen.OpenAsync("/audit?q=eleanor+approved");
        var refused = await helen.OpenAsync("/audit?q=nobody-ever-said-this");

        var rows = page.Document.QuerySelectorAll("tbody tr");
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Contains("Eleanor Whitcombe", row.TextContent, StringComparison.Ordinal));
        Assert.Equal("eleanor approved", page.Value("input[name=q][type=search]"));
        Assert.Contains("No entry fits", refused.Text, StringComparison.Ordinal);
        foreach (var odd in new[] { "%22", "'", "*", "a%00b", "((((", new string('x', 3000) })
            Assert.True((await helen.OpenAsync($"/audit?q={odd}")).Status is HttpStatusCode.OK or HttpStatusCode.BadRequest, odd);
    }

    [Fact]
    public async Task The_proof_that_is_downloaded_verifies_with_the_bytes_that_are()
    {
        using var helen = await demo.Program.SignInAsync(ADemo.Helen);
        var page = await helen.OpenAsync("/audit/3");
        var leaf = await helen.Http.GetByteArrayAsync(Local(page.One("a[href$='/entry']").GetAttribute("href")!));
        var proof = Encoding.UTF8.GetString(await helen.Http.GetByteArrayAsync(Local(page.One("a[href$='/proof']").GetAttribute("href")!)));

        var (head, note) = (proof[..proof.IndexOf("\n\n", StringComparison.Ordinal)].Split('\n'), proof[(proof.IndexOf("\n\n", StringComparison.Ordinal) + 2)..]);
        Assert.Equal(["c2sp.org/tlog-proof@v1", "index 3"], head[..2]);
        Assert.True(SignedNote.TryParse(note, out var signed) && NoteVerifier.Parse(page.One("[data-verify]").GetAttribute("data-key")!).Verifies(signed));
        Assert.True(Checkpoint.TryParse(signed.Text, out var checkpoint));
        var hashes = head[2..].Select(line => TreeHash.TryParse(line, out var hash) ? hash : throw new FormatException(line)).ToList();
        Assert.True(new InclusionProof(3, checkpoint.Size, hashes).Verifies(TreeHash.OfLeaf(leaf), checkpoint.Root));
    }

    [Fact]
    public async Task The_log_is_served_in_the_files_of_tlog_tiles_and_nothing_else_is()
    {
        using var helen = await demo.Program.SignInAsync(ADemo.Helen);
        var note = await helen.Http.GetStringAsync(Local("/audit/log/checkpoint"));
        var size = int.Parse(note.Split('\n')[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(size, 30, 255);

        var entries = await helen.Http.GetByteArrayAsync(Local($"/audit/log/tile/entries/000.p/{size}"));
        var hashes = await helen.Http.GetByteArrayAsync(Local($"/audit/log/tile/0/000.p/{size}"));

        var first = entries.AsSpan(2, (entries[0] << 8) + entries[1]);
        Assert.Equal(SHA256.HashData([0, .. first]), hashes[..32]);
        Assert.Equal(size * 32, hashes.Length);
        foreach (var path in new[] { "", "tile/entries/000", $"tile/0/000.p/{size + 100}", "tile/0/001", "tile/9/000", "tile/0/x999/x999/x999/x999/x999/999", "keys", "../../etc/passwd", "tile/entries/000.p/0" })
            Assert.Equal(HttpStatusCode.NotFound, (await helen.OpenAsync($"/audit/log/{path}")).Status);
    }

    [Fact]
    public async Task The_browser_hashes_every_entry_itself_and_finds_the_one_that_was_changed()
    {
        await using var program = await TheProgram.StartDemoAsync();
        await using var helen = await browser.SeatAsync(program.Address);
        await helen.SignInAsync(ADemo.Helen, back: "/audit/4");
        await helen.PressAsync("Check it in this browser");
        await helen.SeesAsync("This browser hashed the entry itself");
        await helen.SeesAsync("carries the signature of the key shown here");
        await helen.OpenAsync("/audit");
        await helen.PressAsync("Check it in this browser");
        await helen.SeesAsync("This browser read and hashed all");
        await helen.PressAsync("Check it in this browser");
        await helen.SeesAsync("it saw before");

        // What it saw stays when another key signs from now on.
        var (code, said) = await program.CommandAsync("keys", "rotate");
        Assert.True(code == 0, said);
        await helen.OpenAsync("/audit");
        await helen.PressAsync("Check it in this browser");
        await helen.SeesAsync("it saw before, which another key had signed");

        await TamperAsync(program, "update ledger_event set leaf = cast(replace(cast(leaf as text), '\"v\":1', '\"v\":2') as blob) where seq = (select first_seq + 4 - first_index from ledger_run where first_index <= 4 order by first_index desc limit 1)");

        await helen.PressAsync("Check it in this browser");
        await helen.SeesAsync("Does not verify.");
        await helen.OpenAsync("/audit/4");
        await Assertions.Expect(helen.Page.GetByText("Does not verify").First).ToBeVisibleAsync();
        Assert.Empty(helen.Complaints);
    }

    [Fact]
    public async Task Bytes_that_are_no_entry_have_a_page_that_says_so()
    {
        await using var program = await TheProgram.StartDemoAsync();
        using var helen = await program.SignInAsync(ADemo.Helen);
        Assert.Equal(HttpStatusCode.OK, (await helen.OpenAsync("/audit/2")).Status);

        await TamperAsync(program, "update ledger_event set leaf = x'ff00fe' where seq = (select first_seq + 2 - first_index from ledger_run where first_index <= 2 order by first_index desc limit 1)");

        var list = await helen.OpenAsync("/audit?before=5");
        var entry = await helen.OpenAsync("/audit/2");
        Assert.Contains("Its bytes are not an entry", list.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, entry.Status);
        Assert.Contains("These bytes are not an entry.", entry.Text, StringComparison.Ordinal);
        Assert.Contains("ff 00 fe", entry.One(".bytes").TextContent, StringComparison.Ordinal);
        Assert.Contains("were changed after the log was signed", entry.Text, StringComparison.Ordinal);
    }

    private static async Task TamperAsync(TheProgram program, string sql)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(program.Data, "countersign.db"), DefaultTimeout = 15, Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    private static Uri Local(string path) => new(path, UriKind.Relative);
}

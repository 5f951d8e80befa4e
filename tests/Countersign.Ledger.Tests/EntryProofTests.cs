using System.Text;

namespace Countersign.Ledger.Tests;

/// <summary>A proof that is handed on as a file, in the format of C2SP tlog-proof, and checked without the log.</summary>
public sealed class EntryProofTests
{
    private const int Number = 412;

    [Fact]
    public async Task A_proof_read_from_its_file_says_what_it_said_when_it_was_written()
    {
        using var log = await AnExportedLog.WriteAsync();
        var written = EntryProof.Find(log.Folder, Number, [log.Key]).Proof!;
        foreach (var proof in new[] { written, written with { Extra = [1, 2, 3] }, written with { Extra = [] } })
        {
            Assert.True(EntryProof.TryParse(Encoding.UTF8.GetBytes(proof.ToText()), AnExportedLog.Entry(Number), out var read));
            Assert.True(read.Verifies);
            Assert.True(log.Key.Verifies(read.Note));
            Assert.Equal(proof.ToText(), read.ToText());
            Assert.Equal(proof.Extra, read.Extra);
        }

        Assert.True(EntryProof.TryParse(Encoding.UTF8.GetBytes(written.ToText()), AnExportedLog.Entry(Number + 1), out var other));
        Assert.False(other.Verifies);
    }

    [Fact]
    public async Task A_proof_with_a_flipped_bit_is_false_or_is_no_proof()
    {
        using var log = await AnExportedLog.WriteAsync();
        var text = Encoding.UTF8.GetBytes(EntryProof.Find(log.Folder, Number, [log.Key]).Proof!.ToText());
        for (var bit = 0; bit < text.Length * 8; bit++)
        {
            text[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(EntryProof.TryParse(text, AnExportedLog.Entry(Number), out var read) && read.Verifies && log.Key.Verifies(read.Note), $"bit {bit}");
            text[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory]
    [InlineData("index 412", "index 0412")]
    [InlineData("index 412", "index -412")]
    [InlineData("index 412\n", "")]
    [InlineData("index 412", "Index 412")]
    [InlineData("@v1\n", "@v1\nextra\n")]
    [InlineData("@v1\n", "@v1\nextra !\n")]
    [InlineData("@v1\n", "@v1\nextra AQID\nextra AQID\n")]
    [InlineData("@v1", "@v2")]
    [InlineData("\n\n", "\n")]
    [InlineData("\n\n", "\r\n\r\n")]
    public async Task Any_other_spelling_is_no_proof(string from, string to)
    {
        using var log = await AnExportedLog.WriteAsync();
        var text = EntryProof.Find(log.Folder, Number, [log.Key]).Proof!.ToText();
        var at = text.IndexOf(from, StringComparison.Ordinal);
        Assert.False(EntryProof.TryParse(Encoding.UTF8.GetBytes(text[..at] + to + text[(at + from.Length)..]), [], out _));
        Assert.False(EntryProof.TryParse(new byte[EntryProof.LargestProof + 1], [], out _));
    }
}

namespace Countersign.Ledger.Tests;

/// <summary>What a witness says of a checkpoint, in the format of C2SP tlog-cosignature.</summary>
public sealed class CosignatureTests
{
    // The example of C2SP tlog-cosignature; it publishes no keys.
    private const string Example = """
        example.com/behind-the-sofa
        20852163
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
        — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==

        """;

    private static readonly DateTimeOffset noon = new(2026, 11, 12, 12, 0, 0, TimeSpan.Zero);

    private readonly CosignatureSigner witness = CosignatureSigner.Create("witness.example.com/w1");
    private readonly SignedNote checkpoint = Ed25519NoteSigner.Create("log.example/acme").Sign(new Checkpoint("log.example/acme", 3, TreeHash.Empty));

    [Fact]
    public void The_published_example_is_read_and_written_back_as_it_was()
    {
        Assert.True(SignedNote.TryParse(Example, out var note));
        Assert.Equal(Example, note.ToString());
        Assert.Equal(0x8d66cf3fu, note.Signatures[1].KeyId);
        Assert.Equal(8 + 64, note.Signatures[1].Signature.Length);
        Assert.Equal("cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"u8, CosignatureVerifier.Message(1679315147, note.Text));
    }

    [Fact]
    public void A_witness_key_of_the_public_network_is_read()
    {
        // The key id is the first four bytes of SHA-256 of name, end of line, 4 and the key: computed by hand here, not by the reader.
        var key = new byte[32];
        var id = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData([.. "witness.example/w"u8, (byte)'\n', 4, .. key])[..4]);
        var vkey = $"witness.example/w+{id}+{Convert.ToBase64String([4, .. key])}";
        Assert.Equal(vkey, CosignatureVerifier.Parse(vkey).ToString());
        Assert.False(CosignatureVerifier.TryParse(vkey.Replace("/w+", "/v+", StringComparison.Ordinal), out _));
        Assert.False(NoteVerifier.TryParse(vkey, out _));
        Assert.False(CosignatureVerifier.TryParse(Ed25519NoteSigner.Create("log").VerifierKey, out _));
    }

    [Fact]
    public void A_cosignature_tells_when_the_witness_saw_the_checkpoint()
    {
        var cosigned = checkpoint.With(witness.Sign(checkpoint, noon));
        Assert.True(CosignatureVerifier.Parse(witness.VerifierKey).Verifies(cosigned, out var at));
        Assert.Equal(noon, at);
        Assert.False(CosignatureVerifier.Parse(witness.VerifierKey).Verifies(checkpoint, out _));
        Assert.False(CosignatureVerifier.Parse(CosignatureSigner.Create(witness.Name).VerifierKey).Verifies(cosigned, out _));
        Assert.Equal(witness.VerifierKey, CosignatureSigner.Import(witness.Export()).VerifierKey);
        Assert.Throws<FormatException>(() => Ed25519NoteSigner.Import(witness.Export()));
    }

    [Fact]
    public void Of_two_true_lines_the_earlier_counts_and_one_false_line_spoils_both()
    {
        var twice = checkpoint.With(witness.Sign(checkpoint, noon.AddDays(1))).With(witness.Sign(checkpoint, noon));
        Assert.True(CosignatureVerifier.Parse(witness.VerifierKey).Verifies(twice, out var at));
        Assert.Equal(noon, at);
        var other = SignedNote.Of("log.example/acme\n4\n" + TreeHash.Empty.ToBase64() + "\n", checkpoint.Signatures);
        Assert.False(CosignatureVerifier.Parse(witness.VerifierKey).Verifies(twice.With(witness.Sign(other, noon)), out _));
    }

    [Fact]
    public void A_flipped_bit_anywhere_in_a_cosignature_is_found()
    {
        var verifier = CosignatureVerifier.Parse(witness.VerifierKey);
        var line = witness.Sign(checkpoint, noon);
        for (var bit = 0; bit < line.Signature.Length * 8; bit++)
        {
            var flipped = line.Signature.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(verifier.Verifies(checkpoint.With(line with { Signature = flipped }), out _), $"bit {bit}");
        }
    }

    [Fact]
    public void Nothing_but_checkpoints_is_cosigned()
    {
        var note = SignedNote.Of("Pay the bearer.\n", checkpoint.Signatures);
        Assert.Throws<ArgumentException>(() => witness.Sign(note, noon));
        Assert.Throws<ArgumentOutOfRangeException>(() => witness.Sign(checkpoint, DateTimeOffset.UnixEpoch));
    }
}

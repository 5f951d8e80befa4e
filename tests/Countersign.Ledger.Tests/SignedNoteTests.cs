using System.Text;

namespace Countersign.Ledger.Tests;

public class SignedNoteTests
{
    // The example of C2SP signed-note, section "Verifier keys".
    private const string ExampleKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    private const string ExampleNote =
        "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

    // The example in the documentation of Go's golang.org/x/mod/sumdb/note.
    private const string GoPrivateKey = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    private const string GoKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    private const string GoText = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    private const string GoSignature = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    [Fact]
    public void The_published_example_verifies_and_is_written_back_as_it_was()
    {
        Assert.True(SignedNote.TryParse(ExampleNote, out var note));
        Assert.True(NoteVerifier.Parse(ExampleKey).Verifies(note));
        Assert.Equal("This is an example message.\n", note.Text);
        Assert.Equal(ExampleNote, note.ToString());
        Assert.Equal(ExampleKey, NoteVerifier.Parse(ExampleKey).ToString());
    }

    [Fact]
    public void We_sign_byte_for_byte_what_Go_signs()
    {
        var signer = Ed25519NoteSigner.Import(GoPrivateKey);
        Assert.Equal(GoKey, signer.VerifierKey);
        Assert.Equal(GoPrivateKey, signer.Export());
        Assert.Equal($"{GoText}\n{GoSignature}", signer.Sign(GoText).ToString());
    }

    [Fact]
    public void A_new_key_signs_what_only_its_own_verifier_accepts()
    {
        var signer = Ed25519NoteSigner.Create("log.example/acme");
        var other = Ed25519NoteSigner.Create("log.example/acme");
        var note = signer.Sign(new Checkpoint("log.example/acme", 0, TreeHash.Empty));
        Assert.True(NoteVerifier.Parse(signer.VerifierKey).Verifies(note));
        Assert.False(NoteVerifier.Parse(other.VerifierKey).Verifies(note));
        Assert.True(NoteVerifier.Parse(Ed25519NoteSigner.Import(signer.Export()).VerifierKey).Verifies(note));
    }

    [Fact]
    public void Lines_of_strangers_are_ignored_and_a_false_line_of_the_key_spoils_the_note()
    {
        var (signer, witness) = (Ed25519NoteSigner.Create("log"), Ed25519NoteSigner.Create("witness"));
        var note = signer.Sign("text\n").With(witness.Sign("text\n").Signatures[0]).With(new NoteSignature("log", 7, new byte[2420]));
        Assert.True(NoteVerifier.Parse(signer.VerifierKey).Verifies(note));
        Assert.True(NoteVerifier.Parse(witness.VerifierKey).Verifies(note));
        Assert.False(NoteVerifier.Parse(signer.VerifierKey).Verifies(note.With(signer.Sign("other\n").Signatures[0])));
        Assert.False(NoteVerifier.Parse(signer.VerifierKey).Verifies(note.With(new NoteSignature("log", signer.KeyId, [1]))));
    }

    [Fact]
    public void A_flipped_bit_anywhere_in_a_note_is_found()
    {
        var verifier = NoteVerifier.Parse(ExampleKey);
        var bytes = Encoding.UTF8.GetBytes(ExampleNote);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(SignedNote.TryParse(bytes, out var note) && verifier.Verifies(note), $"bit {bit}");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("text\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n— log AAAAAAA=\n")]
    [InlineData("text\n\n— log AAAAAAA=")]
    [InlineData("text\n\n- log AAAAAAA=\n")]
    [InlineData("text\n\n— log  AAAAAAA=\n")]
    [InlineData("text\n\n— lo+g AAAAAAA=\n")]
    [InlineData("text\n\n— log AAAA\n")]
    [InlineData("text\n\n— log AAAAAAB=\n")]
    [InlineData("te\txt\n\n— log AAAAAAA=\n")]
    [InlineData("te\r\nxt\n\n— log AAAAAAA=\n")]
    public void What_is_not_exactly_a_note_is_not_read_as_one(string text) => Assert.False(SignedNote.TryParse(text, out _));

    [Fact]
    public void Text_that_is_not_well_formed_and_endless_notes_are_not_read()
    {
        Assert.True(SignedNote.TryParse("text\n\n— log AAAAAAA=\n", out _));
        Assert.False(SignedNote.TryParse("te\ud800xt\n\n— log AAAAAAA=\n", out _));
        Assert.False(SignedNote.TryParse([0xff, .. "text\n\n— log AAAAAAA=\n"u8], out _));
        Assert.False(SignedNote.TryParse(new byte[SignedNote.LargestNote + 1], out _));
        Assert.False(SignedNote.TryParse("text\n\n" + string.Concat(Enumerable.Repeat("— log AAAAAAA=\n", 101)), out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("example.com/foo")]
    [InlineData("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/bar+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U")]
    public void A_damaged_key_is_not_read(string vkey) => Assert.False(NoteVerifier.TryParse(vkey, out _));

    [Theory]
    [InlineData("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    public void Ed25519_signs_as_RFC_8032_section_7_1_does(string seed, string publicKey, string message, string signature)
    {
        var (secret, open, text) = (Convert.FromHexString(seed), Convert.FromHexString(publicKey), Convert.FromHexString(message));
        Assert.Equal(open, Ed25519Signature.PublicKeyOf(secret));
        Assert.Equal(signature, Convert.ToHexStringLower(Ed25519Signature.Sign(secret, open, text)));
        Assert.True(Ed25519Signature.Verifies(open, text, Convert.FromHexString(signature)));
        Assert.False(Ed25519Signature.Verifies(open, [.. text, 0], Convert.FromHexString(signature)));
    }
}

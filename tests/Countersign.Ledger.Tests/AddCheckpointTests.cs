using System.Text;

namespace Countersign.Ledger.Tests;

/// <summary>What a witness cosigns and what it refuses, with the statuses of C2SP tlog-witness.</summary>
public sealed class AddCheckpointTests
{
    // The example of C2SP tlog-witness.
    private const string Example = """
        old 20852014
        PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
        jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
        5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
        /6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

        example.com/behind-the-sofa
        20852163
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
        — example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=

        """;

    private static readonly TreeHash[] leaves = ReferenceTree.Hashes(40);
    private readonly Ed25519NoteSigner log = Ed25519NoteSigner.Create("log.example/acme");

    [Fact]
    public void The_published_request_is_read_and_written_back_as_it_was()
    {
        Assert.True(AddCheckpoint.TryParse(Encoding.UTF8.GetBytes(Example), out var request));
        Assert.Equal((20852014, 4, "example.com/behind-the-sofa", 2), (request.OldSize, request.Proof.Count, request.Origin, request.Note.Signatures.Count));
        Assert.Equal(Example, request.ToText());
    }

    [Theory]
    [InlineData("old 20852014", "old 020852014")]
    [InlineData("old 20852014", "old -1")]
    [InlineData("old 20852014", "Old 20852014")]
    [InlineData("old 20852014", "old 20852014 ")]
    [InlineData("old 20852014", "old 99999999999999999999")]
    [InlineData("PlRNCrwH", "PlRNCrw")]
    [InlineData("pkaw=\n", "pkax=\n")]
    [InlineData("j/0=\n\n", "j/0=\n")]
    [InlineData("old 20852014\n", "old 20852014\r\n")]
    public void Any_other_spelling_is_no_request(string from, string to) =>
        Assert.False(AddCheckpoint.TryParse(Encoding.UTF8.GetBytes(Example.Replace(from, to, StringComparison.Ordinal)), out _));

    [Fact]
    public void A_proof_of_more_than_63_lines_is_no_request()
    {
        const string line = "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n";
        string With(int lines) => Example.Replace(line, string.Concat(Enumerable.Repeat(line, lines - 3)), StringComparison.Ordinal);
        Assert.True(AddCheckpoint.TryParse(Encoding.UTF8.GetBytes(With(63)), out _));
        Assert.False(AddCheckpoint.TryParse(Encoding.UTF8.GetBytes(With(64)), out _));
        Assert.False(AddCheckpoint.TryParse(new byte[AddCheckpoint.LargestRequest + 1], out _));
        Assert.False(AddCheckpoint.TryParse([], out _));
    }

    [Fact]
    public void A_checkpoint_that_continues_the_last_one_is_cosigned()
    {
        for (var from = 0; from <= leaves.Length; from++)
        {
            var answer = Ask(from, leaves.Length).Decide(Known(from));
            Assert.Equal((200, leaves.Length), (answer.Status, (int)answer.Checkpoint!.Size));
        }

        Assert.Equal(200, Ask(0, 0).Decide(Known(null)).Status);
    }

    [Fact]
    public void Every_refusal_has_the_status_of_the_protocol()
    {
        var request = Ask(10, 40);
        var stranger = Ed25519NoteSigner.Create(log.Name);
        Assert.Equal(404, request.Decide(null).Status);
        Assert.Equal(404, request.Decide(Known(10) with { Origin = "log.example/other" }).Status);
        Assert.Equal(403, request.Decide(Known(10) with { Keys = [NoteVerifier.Parse(stranger.VerifierKey)] }).Status);
        Assert.Equal(403, (request with { Note = request.Note.With(request.Note.Signatures[0] with { Signature = new byte[64] }) }).Decide(Known(10)).Status);
        Assert.Equal(400, (request with { Note = log.Sign("not a checkpoint\n") }).Decide(Known(10)).Status);
        Assert.Equal(400, (request with { OldSize = 41 }).Decide(Known(10)).Status);
        Assert.Equal((409, 12), (request.Decide(Known(12)).Status, (int)request.Decide(Known(12)).Size!));
        Assert.Equal((409, 0), (request.Decide(Known(null)).Status, (int)request.Decide(Known(null)).Size!));
        Assert.Equal(422, (request with { Proof = [] }).Decide(Known(10)).Status);
        Assert.Equal(422, (request with { Proof = [.. request.Proof.Reverse()] }).Decide(Known(10)).Status);
        Assert.Equal(422, (Ask(0, 40) with { Proof = request.Proof }).Decide(Known(null)).Status);
        Assert.Equal(422, (Ask(40, 40) with { Proof = request.Proof }).Decide(Known(40)).Status);
    }

    [Fact]
    public void A_second_history_is_refused_at_the_same_size_and_at_a_larger_one()
    {
        TreeHash[] forged = [.. leaves.Select((leaf, at) => at == 5 ? TreeHash.Empty : leaf)];
        var sameSize = new AddCheckpoint(40, [], log.Sign(new Checkpoint(log.Name, 40, ReferenceTree.Root(forged))));
        Assert.Equal((409, null), (sameSize.Decide(Known(40)).Status, sameSize.Decide(Known(40)).Size));
        var (_, tiles) = StoredTiles.Of(forged);
        var larger = new AddCheckpoint(10, ConsistencyProof.Build(10, 40, tiles.Read).Hashes, log.Sign(new Checkpoint(log.Name, 40, ReferenceTree.Root(forged))));
        Assert.Equal(422, larger.Decide(Known(10)).Status);
        Assert.All(new[] { sameSize.Decide(Known(40)), larger.Decide(Known(10)) }, answer => Assert.Null(answer.Checkpoint));
    }

    [Fact]
    public void The_consent_is_taken_from_witnesses_relied_on_and_from_nobody_else()
    {
        var (witness, other) = (CosignatureSigner.Create("witness.example/w1"), CosignatureSigner.Create("witness.example/w2"));
        var note = Ask(0, 40).Note;
        var body = Encoding.UTF8.GetBytes(AddCheckpoint.Consent(other.Sign(note, DateTimeOffset.UnixEpoch.AddDays(1)), witness.Sign(note, DateTimeOffset.UnixEpoch.AddDays(1))));
        CosignatureVerifier[] relied = [CosignatureVerifier.Parse(witness.VerifierKey)];
        Assert.True(AddCheckpoint.TryTakeConsent(note, body, relied, out var cosigned));
        Assert.Equal([log.Name, witness.Name], cosigned.Signatures.Select(line => line.Name));
        Assert.True(relied[0].Verifies(cosigned, out _));
        Assert.False(AddCheckpoint.TryTakeConsent(Ask(0, 39).Note, body, relied, out _));
        Assert.False(AddCheckpoint.TryTakeConsent(note, "\nlog.example/acme\n"u8, relied, out _));
        Assert.False(AddCheckpoint.TryTakeConsent(note, [], relied, out _));
    }

    [Theory]
    [InlineData("0\n", 0L)]
    [InlineData("50\n", 50L)]
    [InlineData("50", null)]
    [InlineData("050\n", null)]
    [InlineData("\n", null)]
    [InlineData("5 \n", null)]
    public void The_size_of_a_conflict_is_one_line(string body, long? size) =>
        Assert.Equal(size, AddCheckpoint.TryReadSize(body, out var read) ? read : null);

    private AddCheckpoint Ask(int from, int to)
    {
        var (_, tiles) = StoredTiles.Of(leaves);
        var request = new AddCheckpoint(from, ConsistencyProof.Build(from, to, tiles.Read).Hashes, log.Sign(At(to)));
        Assert.True(AddCheckpoint.TryParse(Encoding.UTF8.GetBytes(request.ToText()), out var sent));
        return sent;
    }

    private WitnessedLog Known(int? size) => new(log.Name, [NoteVerifier.Parse(log.VerifierKey)], size is { } last ? At(last) : null);

    private Checkpoint At(int size) => new(log.Name, size, size == 0 ? TreeHash.Empty : ReferenceTree.Root(leaves.AsSpan(0, size)));
}

using System.Text;

namespace Countersign.Ledger.Tests;

/// <summary>How many of whose cosignatures are enough, in the syntax of C2SP tlog-policy.</summary>
public sealed class TrustPolicyTests
{
    private static readonly DateTimeOffset noon = new(2026, 11, 12, 12, 0, 0, TimeSpan.Zero);

    private readonly Ed25519NoteSigner log = Ed25519NoteSigner.Create("log.example/acme");
    private readonly CosignatureSigner[] witnesses = [.. Enumerable.Range(1, 6).Select(number => CosignatureSigner.Create($"witness.example/w{number}"))];

    private SignedNote Note => log.Sign(new Checkpoint(log.Name, 0, TreeHash.Empty));

    /// <summary>The example of the specification: two of three X and one of three Y.</summary>
    private string Example => $"""
        log {log.VerifierKey}

        witness X1 {witnesses[0].VerifierKey}
        witness X2 {witnesses[1].VerifierKey}
        witness X3 {witnesses[2].VerifierKey}
        group X-witnesses 2 X1 X2 X3

        witness Y1 {witnesses[3].VerifierKey} https://witness.example/
        witness Y2 {witnesses[4].VerifierKey}
        witness Y3 {witnesses[5].VerifierKey}
        group Y-witnesses any Y1 Y2 Y3

        group X-and-Y all X-witnesses Y-witnesses
        quorum X-and-Y

        """;

    [Fact]
    public void The_published_example_holds_for_exactly_the_sets_of_witnesses_that_it_describes()
    {
        var policy = Read(Example);
        for (var set = 0; set < 64; set++)
        {
            var note = Note;
            foreach (var witness in witnesses.Where((_, at) => (set >> at & 1) == 1))
                note = note.With(witness.Sign(note, noon));
            var verdict = policy.Judge(note);
            Assert.Equal(int.PopCount(set & 7) >= 2 && (set & 56) != 0, verdict.Holds);
            Assert.Equal(int.PopCount(set), verdict.Witnessed.Count);
            Assert.All(verdict.Witnessed, seen => Assert.Equal(noon, seen.At));
        }

        Assert.Equal(3, policy.Fewest);
        Assert.Equal(("X-and-Y", "https://witness.example/", null), (policy.Quorum, policy.Witnesses[3].Url, policy.Witnesses[0].Url));
    }

    [Fact]
    public void Witnesses_alone_do_not_make_a_checkpoint_of_a_log_that_is_not_listed()
    {
        var stranger = Ed25519NoteSigner.Create(log.Name).Sign(new Checkpoint(log.Name, 0, TreeHash.Empty));
        var verdict = Read($"log {log.VerifierKey}\nwitness w {witnesses[0].VerifierKey}\nquorum w\n").Judge(stranger.With(witnesses[0].Sign(stranger, noon)));
        Assert.True(verdict.QuorumMet);
        Assert.False(verdict.Holds);
    }

    [Fact]
    public void A_policy_may_ask_for_no_witness_and_names_need_not_be_ASCII()
    {
        Assert.True(Read($"# none\n  \t\nlog\t{log.VerifierKey} https://log.example/ \nquorum none").Judge(Note).Holds);
        var policy = Read($"log {log.VerifierKey}\nwitness Prüfer {witnesses[0].VerifierKey}\nquorum Prüfer\n");
        Assert.Equal("Prüfer", policy.Quorum);
        Assert.Equal("Prüfer", Assert.Single(policy.Judge(Note.With(witnesses[0].Sign(Note, noon))).Witnessed).Witness);
    }

    /// <summary>Each level is a call within a call.</summary>
    [Fact]
    public void Groups_within_groups_without_end_are_refused()
    {
        string Nested(int deep) => $"witness g0 {witnesses[0].VerifierKey}\n{string.Concat(Enumerable.Range(1, deep).Select(at => $"group g{at} all g{at - 1}\n"))}quorum g{deep}\n";
        Assert.True(Read(Nested(16)).Judge(Note.With(witnesses[0].Sign(Note, noon))).QuorumMet);
        Assert.False(TrustPolicy.TryParse(Encoding.UTF8.GetBytes(Nested(30_000)), out _, out var fault));
        Assert.Equal("Line 18 of the policy puts groups into groups more than 16 deep.", fault);
    }

    [Theory]
    [InlineData("", "The policy names no quorum.")]
    [InlineData("quorum w\n", "Line 1 of the policy names a quorum that is not defined above it: w.")]
    [InlineData("quorum none\nquorum none\n", "Line 2 of the policy names a second quorum.")]
    [InlineData("witness none W0\nquorum none\n", "Line 1 of the policy gives a name that is taken: none.")]
    [InlineData("witness a W0\nwitness a W1\nquorum a\n", "Line 2 of the policy gives a name that is taken: a.")]
    [InlineData("witness a W0\nwitness b W0\nquorum a\n", "Line 2 of the policy gives the key of a witness a second time.")]
    [InlineData("log L\nlog L\nquorum none\n", "Line 2 of the policy gives the key of a log a second time.")]
    [InlineData("log W0\nquorum none\n", "Line 1 of the policy does not give the key of a log (Ed25519, name+id+key).")]
    [InlineData("witness a L\nquorum a\n", "Line 1 of the policy does not give the key of a witness that can be verified here (Ed25519 cosignatures, name+id+key).")]
    [InlineData("witness a W0\ngroup g 2 a\nquorum g\n", "Line 2 of the policy does not need any, all or a number of its members.")]
    [InlineData("witness a W0\ngroup g 0 a\nquorum g\n", "Line 2 of the policy does not need any, all or a number of its members.")]
    [InlineData("group g any\nquorum none\n", "Line 1 of the policy is not a log, a witness, a group or a quorum.")]
    [InlineData("group g any g\nquorum none\n", "Line 1 of the policy has a member that is not defined above it: g.")]
    [InlineData("group g any none\nquorum none\n", "Line 1 of the policy has a member that is not defined above it: none.")]
    [InlineData("witness a W0\nwitness b W1\ngroup g any a b\ngroup h any a\nquorum h\n", "Line 4 of the policy has a member that is already in a group: a.")]
    [InlineData("witness a W0\ngroup g all a a\nquorum g\n", "Line 2 of the policy has a member that is already in a group: a.")]
    [InlineData("witnesses a W0\nquorum none\n", "Line 1 of the policy is not a log, a witness, a group or a quorum.")]
    [InlineData("quorum none\r\n", "The policy holds characters that are not text.")]
    public void What_is_wrong_with_a_policy_is_said_with_its_line(string text, string fault)
    {
        var words = text.Replace("W0", witnesses[0].VerifierKey, StringComparison.Ordinal).Replace("W1", witnesses[1].VerifierKey, StringComparison.Ordinal).Replace(" L\n", $" {log.VerifierKey}\n", StringComparison.Ordinal);
        Assert.False(TrustPolicy.TryParse(Encoding.UTF8.GetBytes(words), out _, out var said));
        Assert.Equal(fault, said);
    }

    [Fact]
    public void An_endless_policy_is_not_read()
    {
        Assert.False(TrustPolicy.TryParse(new byte[TrustPolicy.LargestFile + 1], out _, out var fault));
        Assert.Equal("The policy is too long.", fault);
    }

    private static TrustPolicy Read(string text)
    {
        Assert.True(TrustPolicy.TryParse(Encoding.UTF8.GetBytes(text), out var policy, out var fault), fault);
        return policy;
    }
}

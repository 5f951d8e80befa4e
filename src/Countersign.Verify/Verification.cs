using Countersign.Ledger;

namespace Countersign.Verify;

/// <summary>Answers a question with sentences and an exit code.</summary>
internal static class Verification
{
    private const int AsItShouldBe = 0;
    private const int NotAsItShouldBe = 1;
    private const int NotUnderstood = 2;

    private const string NotAsSigned = "This log is not as it was signed, or not whole:";

    public static int Run(IReadOnlyList<string> arguments, TextWriter answer, TextWriter trouble)
    {
        if (!Question.TryParse(arguments, out var question, out var misunderstanding))
        {
            trouble.WriteLine(misunderstanding);
            return NotUnderstood;
        }
        if (question.KeyIsFromFolder)
            answer.WriteLine("Caution: the key you gave lies in the folder itself. Whoever changed the folder could have changed the key as well.");
        return question.Verb == "prove" ? Prove(question, answer) : Audit(question, answer);
    }

    private static int Audit(Question question, TextWriter answer)
    {
        SignedNote[] outside = question.Kept is { } kept ? [kept] : [];
        var report = LogAudit.Run(question.Folder, question.Keys, outside);
        if (!report.Passed)
            return Refuse(report.EntriesAreAsSigned ? "The entries are as signed, but not everything else is as it should be:" : NotAsSigned, report.Findings, answer);
        foreach (var sentence in Sentences.Of(report))
            answer.WriteLine(sentence);
        answer.WriteLine(question.Kept is not null && Checkpoint.TryParse(question.Kept.Text, out var begins)
            ? $"The log begins with the {Sentences.Count(begins.Size, "entry", "entries")} of the checkpoint you kept: nothing in them was changed, removed or put in another order."
            : "Whoever holds the log's private key could have signed another log instead. To rule that out, compare with a checkpoint kept elsewhere: countersign-verify extend.");
        return AsItShouldBe;
    }

    private static int Prove(Question question, TextWriter answer)
    {
        var (proof, finding) = EntryProof.Find(question.Folder, question.Number, question.Keys);
        if (proof is null)
            return Refuse("This entry cannot be shown to be in the log:", finding is null ? [] : [finding], answer);
        answer.WriteLine($"Entry {question.Number:N0} of the log, exactly as it was signed:");
        answer.WriteLine(Sentences.Show(proof.Entry));
        answer.WriteLine();
        answer.WriteLine($"Its hash is {TreeHash.OfLeaf(proof.Entry).ToHex()}.");
        answer.WriteLine("The proof, which anybody can check without this folder, by the format C2SP tlog-proof:");
        answer.WriteLine();
        answer.WriteLine(proof.ToText());
        answer.WriteLine($"The proof verifies: entry {question.Number:N0} is one of the {proof.Inclusion.Size:N0} entries that were signed.");
        return AsItShouldBe;
    }

    private static int Refuse(string verdict, IReadOnlyList<Finding> findings, TextWriter answer)
    {
        answer.WriteLine(verdict);
        foreach (var finding in findings)
            answer.WriteLine($"- {finding.Sentence}");
        if (findings.Count >= LogAudit.MostFindings)
            answer.WriteLine($"There may be more: the check stops after {LogAudit.MostFindings}.");
        return NotAsItShouldBe;
    }
}

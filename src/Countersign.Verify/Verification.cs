using Countersign.Ledger;

namespace Countersign.Verify;

/// <summary>Answers a question with sentences and an exit code.</summary>
internal static class Verification
{
    private const int AsItShouldBe = 0;
    private const int NotAsItShouldBe = 1;

    private const string NotAsSigned = "This log is not as it was signed, or not whole:";

    public static int Run(IReadOnlyList<string> arguments, TextWriter answer, TextWriter trouble)
    {
        try
        {
            if (Question.TryParse(arguments, out var question, out var misunderstanding))
                return Answer(question, answer);
            trouble.WriteLine(misunderstanding);
        }
        catch (Exception unforeseen)
        {
            // Whoever reads this is no programmer: what could not be finished is not verified, and that is all there is to say.
            trouble.WriteLine($"The check could not be finished, so nothing is verified. The machine says: {unforeseen.Message}");
        }

        return NotAsItShouldBe;
    }

    private static int Answer(Question question, TextWriter answer)
    {
        if (question.KeyIsFromFolder)
            answer.WriteLine("Caution: the key you gave lies in the folder itself. Whoever changed the folder could have changed the key as well.");
        return question.Verb switch
        {
            "prove" => Prove(question, answer),
            "check" => Check(question, answer),
            _ => Audit(question, answer),
        };
    }

    private static int Audit(Question question, TextWriter answer)
    {
        var report = LogAudit.Run(question.Place, question.Trust);
        var pack = question.Pack is { } folder && report.Checkpoint is not null ? PackAudit.Run(folder, report) : null;
        if (!report.Passed)
            return Refuse(report.EntriesAreAsSigned ? "The entries are as signed, but not everything else is as it should be:" : NotAsSigned, [.. report.Findings, .. pack?.Findings ?? []], answer);
        if (pack is { Findings.Count: > 0 })
            return Refuse("The log in this pack is as it was signed, but the pack around it is not as it was written:", pack.Findings, answer);
        foreach (var sentence in Sentences.Of(report).Concat(Sentences.OfAnchors(report)))
            answer.WriteLine(sentence);
        if (pack is not null)
            answer.WriteLine($"{Sentences.Count(pack.Files, "file", "files")} of the pack are as they were when it was written, and no other is there.");
        return AsItShouldBe;
    }

    private static int Prove(Question question, TextWriter answer)
    {
        var (proof, finding) = EntryProof.Find(question.Place, question.Number, question.Trust.Keys);
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

    private static int Check(Question question, TextWriter answer)
    {
        const string verdict = "This proof shows nothing:";
        if (!Brought.TryRead(question.Place, EntryProof.LargestProof, out var text, out var why))
            return Refuse(verdict, [new Finding("proof-missing", $"The file {question.Place} {why}.")], answer);
        if (!Brought.TryRead(question.Entry, ushort.MaxValue, out var entry, out why))
            return Refuse(verdict, [new Finding("entry-missing", $"The file {question.Entry} {why}.")], answer);
        if (!EntryProof.TryParse(text, entry, out var proof))
            return Refuse(verdict, [new Finding("no-proof", $"The file {question.Place} is not a proof by the format C2SP tlog-proof.")], answer);
        var findings = proof.Judge(question.Trust, out var anchors);
        if (findings.Count > 0)
            return Refuse(verdict, findings, answer);
        answer.WriteLine($"The proof verifies: these bytes are entry {proof.Inclusion.Index:N0}, one of the {proof.Inclusion.Size:N0} entries that were signed by {proof.Note.Text.Split('\n')[0]}.");
        foreach (var anchor in anchors)
            answer.WriteLine(Sentences.Of(anchor));
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

using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Ledger;
using Countersign.Storage;
using Countersign.Tests.Shared;

namespace Countersign.Web.Tests.Delivery;

/// <summary>What an examiner does with the installation's audit trail.</summary>
internal static class TheTrail
{
    /// <summary>Exported, it verifies with its public key alone; and the database is what it says.</summary>
    public static async Task AssertVerifiesAsync(AnInstallation here)
    {
        await here.SequenceAsync();
        var state = await here.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default));
        Assert.True(state.Fits, string.Join("\n", state.Deviations.Select(deviation => deviation.Sentence)));
        var folder = Path.Combine(TheProgramOn.Folder(here), "export");
        AnInstallation.Taken(await here.UseAsync<ExportEvidence, Decision<EvidenceExported>>(export => export.RunAsync(folder, withWords: true, Actor.Automation, default)));
        var report = await here.UseAsync<LedgerKey, AuditReport>(key => Task.FromResult(LogAudit.Run(folder, [NoteVerifier.Parse(key.VerifierKey)])));
        Assert.True(report.Passed, string.Join("\n", report.Findings));
    }
}

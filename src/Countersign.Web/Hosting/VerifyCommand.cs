using Countersign.Evidence;
using Countersign.Storage;
using Countersign.Web.Shared;

namespace Countersign.Web.Hosting;

/// <summary>`countersign verify [--state]`: for whoever runs the machine, with the server on or off. Changes nothing in the database.</summary>
public static class VerifyCommand
{
    /// <returns>0 if everything fits, 1 if anything does not or cannot be read.</returns>
    public static Task<int> RunAsync(string dataFolder, string? database, bool withState, CancellationToken cancellationToken) =>
        InstallationCommand.RunAsync(dataFolder, database, async services =>
        {
            var fits = await VerifyLogAsync(services, cancellationToken);
            return (!withState || await VerifyStateAsync(services, cancellationToken)) && fits ? 0 : 1;
        });

    private static async Task<bool> VerifyLogAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var verified = services.GetRequiredService<VerifiedLog>();
        await verified.CheckAsync(services.GetRequiredService<CountersignDb>(), fromTheStart: true, services.GetRequiredService<TimeProvider>().GetUtcNow(), cancellationToken, follows: false);
        Console.WriteLine(verified.State switch
        {
            { Problem: { } problem } => $"LOG   {problem}",
            { Size: { } size } => $"LOG   All {size:N0} signed entries are as they were signed.",
            _ => "LOG   Nothing is signed yet.",
        });
        return verified.State.Problem is null;
    }

    private static async Task<bool> VerifyStateAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var report = await services.GetRequiredService<StateCheck>().RunAsync(cancellationToken);
        foreach (var deviation in report.Deviations)
            Console.WriteLine($"STATE {deviation.Sentence}");
        Console.WriteLine(report.Fits
            ? $"STATE All {report.Rows:N0} governed rows and {report.Contents:N0} pieces of sealed content are what {report.Entries:N0} entries say."
            : $"STATE {(report.IsCut ? "At least " : "")}{English.Count(report.Deviations.Count, "thing in the database is", "things in the database are")} not what the entries say.");
        return report.Fits;
    }
}

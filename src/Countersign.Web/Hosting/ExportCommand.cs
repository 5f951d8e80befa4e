using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Storage;
using Countersign.Web.Evidence;
using Microsoft.AspNetCore.WebUtilities;

namespace Countersign.Web.Hosting;

/// <summary>`countersign export --output DIR`: for whoever runs the machine, with the server on or off.</summary>
public static class ExportCommand
{
    public static async Task<int> RunAsync(string dataFolder, string? database, DirectoryInfo output, string? query, FileInfo? withhold, bool withWords, CancellationToken cancellationToken)
    {
        var asked = QueryHelpers.ParseQuery(query);
        if (ExportForm.WhyNot(asked) is { } why)
        {
            await Console.Error.WriteLineAsync(why);
            return 1;
        }

        var order = ExportForm.Read(asked).Order with { WithWords = withWords };
        if (withhold is not null)
        {
            var reasons = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var line in await File.ReadAllLinesAsync(withhold.FullName, cancellationToken))
            {
                if (line.Split(',', 2) is not [{ Length: 64 } commitment, { Length: > 0 } reason])
                {
                    await Console.Error.WriteLineAsync($"This line of {withhold.Name} is not \"commitment,reason\": {line}");
                    return 1;
                }

                reasons[commitment] = reason;
            }

            order = order with { Withheld = reasons };
        }

        return await InstallationCommand.RunAsync(dataFolder, database, services => WriteAsync(services, output, order, cancellationToken), parts => parts.AddScoped<EvidencePack>().AddScoped<Withholding>());
    }

    private static async Task<int> WriteAsync(IServiceProvider services, DirectoryInfo output, EvidenceOrder order, CancellationToken cancellationToken)
    {
        var exported = await services.GetRequiredService<EvidencePack>().WriteAsync(output.FullName, order, Actor.Automation, null, cancellationToken);
        if (!exported.IsTaken)
        {
            await Console.Error.WriteLineAsync(exported.Refusal.Sentence);
            return 1;
        }

        Console.WriteLine($"{exported.Taken.Chosen} entries, and the trail of {exported.Taken.Size} that proves them, are in {output.FullName}");
        Console.WriteLine($"Verify them with: countersign-verify full {output.FullName} --key {services.GetRequiredService<LedgerKey>().VerifierKey}");
        return 0;
    }
}

using System.Net;
using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Storage;

namespace Countersign.Web.Hosting;

/// <summary>`countersign export --output DIR`: for whoever runs the machine, with the server on or off.</summary>
public static class ExportCommand
{
    public static async Task<int> RunAsync(string dataFolder, string? database, DirectoryInfo output, CancellationToken cancellationToken)
    {
        var origin = LedgerKey.NameIn(dataFolder);
        if (origin is null)
        {
            await Console.Error.WriteLineAsync($"There is no Countersign in {dataFolder}: the key of its log is missing.");
            return 1;
        }

        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        var installation = Databases.Locate(dataFolder, origin, database);
        builder.Services.AddCountersign(installation, builder.Configuration).AddNetworks(new Uri($"http://{Dns.GetHostName()}/"));
        using var host = builder.Build();
        await using var scope = host.Services.CreateAsyncScope();
        var exported = await scope.ServiceProvider.GetRequiredService<ExportEvidence>().RunAsync(output.FullName, withWords: true, Actor.Automation, cancellationToken);
        if (!exported.IsTaken)
        {
            await Console.Error.WriteLineAsync(exported.Refusal.Sentence);
            return 1;
        }

        Console.WriteLine($"{exported.Taken.Size} entries are in {output.FullName}");
        Console.WriteLine($"Verify them with: countersign-verify full {output.FullName} --key {scope.ServiceProvider.GetRequiredService<LedgerKey>().VerifierKey}");
        return 0;
    }
}

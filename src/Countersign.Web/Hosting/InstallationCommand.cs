using System.Net;
using Countersign.Storage;

namespace Countersign.Web.Hosting;

/// <summary>A command on an installation that is there: its parts without its server and its jobs.</summary>
internal static class InstallationCommand
{
    /// <returns>What the work returns; 1 where there is no installation or its database cannot be read.</returns>
    public static async Task<int> RunAsync(string dataFolder, string? database, Func<IServiceProvider, Task<int>> work)
    {
        var settings = Located.Settings();
        var (installation, refusal) = Located.Existing(dataFolder, database, settings);
        if (installation is null)
        {
            await Console.Error.WriteLineAsync(refusal);
            return 1;
        }

        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        builder.Services.AddCountersign(installation, settings).AddNetworks(new Uri($"http://{Dns.GetHostName()}/"));
        using var host = builder.Build();
        await using var scope = host.Services.CreateAsyncScope();
        try
        {
            return await work(scope.ServiceProvider);
        }
        catch (Exception failure) when (failure is System.Data.Common.DbException or InvalidOperationException or IOException or LogDamagedException)
        {
            await Console.Error.WriteLineAsync($"It could not be done: {failure.Message}");
            return 1;
        }
    }
}

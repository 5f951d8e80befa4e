using System.Net;
using Countersign.Storage;

namespace Countersign.Web.Hosting;

/// <summary>A command on an installation that is there: its parts without its server and its jobs.</summary>
internal static class InstallationCommand
{
    /// <returns>What the work returns; 1 where there is no installation or its database cannot be read.</returns>
    /// <param name="more">Parts that only this work needs.</param>
    public static async Task<int> RunAsync(string dataFolder, string? database, Func<IServiceProvider, Task<int>> work, Action<IServiceCollection>? more = null)
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
        more?.Invoke(builder.Services);
        using var host = builder.Build();
        await using var scope = host.Services.CreateAsyncScope();
        try
        {
            if ((await scope.ServiceProvider.GetRequiredService<Migrator>().WaitingAsync(CancellationToken.None)).Count > 0)
            {
                await Console.Error.WriteLineAsync("This database was last used by an older version of Countersign. Start this version on it once, which brings it up to date, or use the version that it was last used by.");
                return 1;
            }

            return await work(scope.ServiceProvider);
        }
        catch (Exception failure) when (failure is System.Data.Common.DbException or InvalidOperationException or IOException or LogDamagedException)
        {
            await Console.Error.WriteLineAsync($"It could not be done: {failure.Message}");
            return 1;
        }
    }
}

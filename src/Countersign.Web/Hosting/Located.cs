using System.Net;
using Countersign.Storage;

namespace Countersign.Web.Hosting;

/// <summary>Which installation a command line means, by its data folder and the settings.</summary>
internal static class Located
{
    /// <summary>The settings of a program that does not serve: those of the one that does.</summary>
    public static IConfiguration Settings() => new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
        .AddEnvironmentVariables()
        .Build();

    /// <exception cref="InvalidOperationException">The key of the log cannot be used; the message says why.</exception>
    public static Installation ToServe(string dataFolder, string? database, IConfiguration settings) =>
        Databases.Locate(dataFolder, NameIn(dataFolder, settings) ?? $"{Dns.GetHostName().ToLowerInvariant()}/countersign", database);

    /// <returns>Null where there is none yet, and the refusal says so.</returns>
    public static (Installation? Installation, string Refusal) Existing(string dataFolder, string? database, IConfiguration settings)
    {
        try
        {
            return NameIn(dataFolder, settings) is { } origin
                ? (Databases.Locate(dataFolder, origin, database), "")
                : (null, $"There is no Countersign in {dataFolder}: the key of its log is missing.");
        }
        catch (InvalidOperationException unusable)
        {
            return (null, unusable.Message);
        }
    }

    private static string? NameIn(string dataFolder, IConfiguration settings) =>
        LedgerKey.NameIn(dataFolder, settings.GetSection("Ledger:Key").Get<LedgerKeySettings>() ?? new LedgerKeySettings());
}

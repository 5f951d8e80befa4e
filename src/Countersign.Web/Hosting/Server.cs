using Countersign.Storage;
using Countersign.Web.Accounts;
using Countersign.Web.Evidence;
using Countersign.Web.Inbox;
using Countersign.Web.Notices;
using Countersign.Web.People;
using Countersign.Web.Publishing;
using Countersign.Web.Setup;
using Countersign.Web.Shared;
using Countersign.Web.Standing;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Countersign.Web.Hosting;

/// <param name="DataFolder">Absolute path.</param>
/// <param name="Database">PostgreSQL connection string, or null for SQLite.</param>
public sealed record ServerOptions(string DataFolder, string? Database, Uri Listen, Uri? PublicAddress);

/// <summary>Puts the program together and serves.</summary>
public static class Server
{
    /// <summary>The largest request taken, in bytes: one picture and its form.</summary>
    public const long MaxRequest = 12 * 1024 * 1024;

    public static async Task<int> RunAsync(ServerOptions options, CancellationToken cancellationToken)
    {
        using var folder = DataFolder.Open(options.DataFolder, options.Database is null);
        if (folder.Refusal is { } refusal)
        {
            await Console.Error.WriteLineAsync(refusal);
            return 1;
        }

        WebApplication built;
        try
        {
            built = Build(options);
        }
        catch (InvalidOperationException unusable)
        {
            await Console.Error.WriteLineAsync($"Countersign could not start: {unusable.Message}");
            return 1;
        }

        await using var app = built;
        try
        {
            await using (var scope = app.Services.CreateAsyncScope())
            {
                await scope.ServiceProvider.GetRequiredService<Migrator>().MigrateAsync(cancellationToken);
                await LookBackAsync(scope.ServiceProvider, cancellationToken);
            }

            await app.StartAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException or System.Data.Common.DbException)
        {
            await Console.Error.WriteLineAsync($"Countersign could not start: {failure.Message}");
            return 1;
        }

        var listening = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Console.WriteLine($"Countersign is at {listening}");
        var end = app.WaitForShutdownAsync(cancellationToken);

        // The work of starting leaves garbage that a quiet program would keep for hours.
        if (await Task.WhenAny(end, Task.Delay(TimeSpan.FromSeconds(2), CancellationToken.None)) != end)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        await end;
        return 0;
    }

    /// <summary>Before anybody can change anything: a database that is older than what was signed is only read.</summary>
    private static async Task LookBackAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        try
        {
            await services.GetRequiredService<Sequencer>().StepAsync(cancellationToken);
        }
        catch (LogDamagedException damage)
        {
            await Console.Error.WriteLineAsync($"The audit trail cannot be continued: {damage.Message}");
        }
    }

    public static WebApplication Build(ServerOptions options)
    {
        // The files of the site lie with the program, wherever it is started from.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "Countersign.Web", ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls(options.Listen.ToString());
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequest;
        });
        // What the database refuses is thrown, and logged once by whoever catches it. That a stranger was asked to sign in is no news.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Critical).AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)
            .AddFilter(typeof(SessionHandler).FullName, LogLevel.Warning);

        var installation = Located.ToServe(options.DataFolder, options.Database, builder.Configuration);
        builder.Services.AddCountersign(installation, builder.Configuration)
            .AddNetworks(options.PublicAddress ?? options.Listen)
            .AddCountersignJobs(installation);
        builder.AddPublicSite(options.PublicAddress);
        builder.AddPages();
        builder.AddSessions();
        builder.AddStrangers();
        builder.AddWitnessing();
        builder.Services.AddProblemDetails();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new TextWithoutNulls()));
        builder.Services.AddScoped<LockPages>().AddScoped<AccountPages>().AddScoped<ConnectPages>().AddScoped<IncidentPages>().AddScoped<SourcePages>().AddScoped<InboxPages>().AddScoped<ResponseTimesPages>().AddScoped<ReplyLibraryPages>().AddScoped<ReplyUsePages>().AddScoped<RulePages>().AddScoped<PeoplePages>().AddScoped<NoticePages>();
        builder.Services.AddScoped<AuditPages>().AddScoped<WitnessPages>().AddScoped<StatementPages>().AddScoped<VaultPages>().AddSingleton<VerifyNow>().AddScoped<EvidencePack>().AddScoped<Withholding>().AddScoped<ExportPages>().AddSingleton<ExportJobs>().AddHostedService(parts => parts.GetRequiredService<ExportJobs>());
        builder.Services.AddScoped<ApprovalsPages>().AddScoped<TodayReader>();
        builder.Services.AddScoped<ComposeReader>().AddScoped<ComposeChanges>().AddScoped<LibraryPages>().AddScoped<CampaignPages>().AddScoped<PostReader>().AddScoped<CalendarReader>().AddScoped<PlanPages>().AddScoped<FeedPages>().AddScoped<CalendarExport>().AddSingleton<ImportJobs>();
        builder.Services.AddScoped<ShellReader>().AddSingleton<LiveEvents>().AddScoped<DemoOrganisation>().AddScoped<DemoPeople>().AddScoped<DemoPosts>().AddScoped<DemoLibrary>().AddScoped<DemoReplies>().AddScoped<DemoRules>();

        var app = builder.Build();
        app.UsePublicSite(options.PublicAddress);
        app.UsePageHeaders();
        app.UseMiddleware<ErrorPages>();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseMiddleware<FirstRun>();
        app.UseMiddleware<NoNulls>();
        app.UseAuthorization();
        app.UsePages();
        app.MapSite();
        return app;
    }
}

using System.Data.Common;
using System.Globalization;
using Countersign.Accounts;
using Countersign.Bench.Measures;
using Countersign.Decisions;
using Countersign.Jobs;
using Countersign.People;
using Countersign.Publishing;
using Countersign.Screening;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Countersign.Bench.Deliveries;

/// <summary>An organisation with accounts, an author and somebody who signs, on the shipped packs; its jobs run when told to.</summary>
internal sealed class AnOffice : IAsyncDisposable
{
    private const string Password = "four ordinary words do well";

    private readonly ServiceProvider services;
    private readonly string folder;
    private List<IHostedService> running = [];

    private AnOffice(ServiceProvider services, string folder, ShiftedClock clock) => (this.services, this.folder, Clock) = (services, folder, clock);

    public ShiftedClock Clock { get; }

    public static async Task<AnOffice> OpenAsync(DatabaseKind kind)
    {
        var folder = Directory.CreateTempSubdirectory("countersign-bench-").FullName;
        var installation = Databases.Locate(folder, "bench.example/log", kind == DatabaseKind.Postgres ? await PostgresServer.CreateDatabaseAsync() : null);
        var (services, clock) = (new ServiceCollection(), new ShiftedClock());
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.EntityFrameworkCore", LogLevel.None).AddConsole());
        services.AddSingleton<TimeProvider>(clock);
        services.AddCountersign(installation, new ConfigurationBuilder().Build()).AddNetworks(new Uri("http://127.0.0.1:5080/"));
        services.AddCountersignJobs(installation);
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = 1);
        var here = new AnOffice(services.BuildServiceProvider(), folder, clock);
        await here.UseAsync<Migrator, IReadOnlyList<int>>(migrator => migrator.MigrateAsync(default));
        var packs = PolicyRelease.Load(Path.Combine(Checkout.Root, "packs")).Files;
        Taken(await here.UseAsync<SetUpOrganisation, Decision<OrganisationSetUp>>(setUp => setUp.RunAsync(new SettingUp("Northgate Instruments", "Sheffield", "Europe/London", "Ada Byrne", "ada@bench.example", Password, IsDemo: false), packs, default)));
        await here.JoinAsync("Bea Brand", Role.Brand);
        return here;
    }

    public async Task<IReadOnlyList<Guid>> ConnectAsync(int count)
    {
        var (ada, ids) = (await WhoAsync("Ada"), new List<Guid>());
        var site = await UseAsync<CountersignDb, Guid>(db => db.Sites.Select(row => row.Id).FirstAsync());
        for (var number = 0; number < count; number++)
        {
            var connecting = new Connecting("sandbox", site, string.Create(CultureInfo.InvariantCulture, $"desk-{number}"), string.Create(CultureInfo.InvariantCulture, $"Desk {number}"), null, null);
            ids.Add(Taken(await UseAsync<ConnectAccount, Decision<AccountConnected>>(connect => connect.RunAsync(connecting, ada, default))).Subject);
        }

        return ids;
    }

    /// <summary>Composed, sent and signed, each by its own request as people do it.</summary>
    public async Task ApproveAsync(string text, Guid account, Slot slot)
    {
        var (ada, bea, id) = (await WhoAsync("Ada"), await WhoAsync("Bea"), Guid.CreateVersion7());
        var form = new DraftForm(0, text, [], [account], slot.Local.Split('T')[0], slot.Local.Split('T')[1], slot.Zone);
        Taken(await UseAsync<ComposeDraft, Decision<DraftComposed>>(compose => compose.RunAsync(id, form, ada, default)));
        var sent = Taken(await UseAsync<SendForApproval, Decision<DraftSent>>(send => send.RunAsync(id, 1, ada, default)));
        Taken(await UseAsync<ApproveDraft, Decision<DraftApproved>>(approve => approve.RunAsync(id, sent.Seal, [account], null, null, bea, default)));
    }

    /// <summary>Starts what runs by itself in the program, but for checks of the whole log.</summary>
    public async Task StartJobsAsync()
    {
        running = [.. services.GetServices<IHostedService>().Where(job => job is SequencerLoop or DeliveryWorker or DeliveryWatch or OtherNodes or SearchLoop)];
        foreach (var job in running)
            await job.StartAsync(default);
    }

    public async Task SequenceAsync()
    {
        while (await UseAsync<Sequencer, int>(sequencer => sequencer.StepAsync(default)) > 0)
        {
        }
    }

    /// <summary>A row of the business and its entry, in one transaction: the smallest thing that the program ever commits.</summary>
    public Task CommitAsync() => UseAsync<CountersignDb, bool>(async db =>
    {
        var opened = new SiteOpened { Subject = Guid.CreateVersion7(), By = Guid.NewGuid(), At = Clock.GetUtcNow() };
        return (await db.CommitAsync<SiteOpened>(opened, _ => db.Add(new Site { Id = opened.Subject, Name = $"Site {opened.Subject}" }), default)).IsTaken;
    });

    /// <summary>SQL past every rule of the program, to put there what would take people years.</summary>
    public async Task SqlAsync(string sql)
    {
        var installation = services.GetRequiredService<Installation>();
        await using DbConnection connection = installation.Database == DatabaseKind.Sqlite ? new SqliteConnection(installation.ConnectionString) : new NpgsqlConnection(installation.ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandTimeout = 600;
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    public async Task<TAnswer> UseAsync<TSlice, TAnswer>(Func<TSlice, Task<TAnswer>> use)
        where TSlice : notnull
    {
        await using var scope = services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<TSlice>());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var job in running)
            await job.StopAsync(default);
        await services.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    private async Task JoinAsync(string name, Role role)
    {
        var ada = await WhoAsync("Ada");
        var invited = Taken(await UseAsync<InvitePerson, Decision<PersonInvited>>(invite => invite.RunAsync(name, "bea@bench.example", "", [new RoleGrant(role)], ada, default)));
        Taken(await UseAsync<AcceptInvitation, Decision<PersonJoined>>(accept => accept.RunAsync(invited.Token, Password, default)));
    }

    private Task<Actor> WhoAsync(string name) => UseAsync<CountersignDb, Actor>(async db =>
    {
        var person = await db.People.AsNoTracking().SingleAsync(candidate => candidate.Name.StartsWith(name));
        return new Actor(person.Id, person.Name, person.Grants);
    });

    private static T Taken<T>(Decision<T> decision)
        where T : class => decision.Taken ?? throw new InvalidOperationException(decision.Refusal?.Sentence);
}

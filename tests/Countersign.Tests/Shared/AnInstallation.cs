using System.Collections.Concurrent;
using System.Data.Common;
using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Policies;
using Countersign.Publishing;
using Countersign.Screening;
using Countersign.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Countersign.Tests.Shared;

/// <summary>A whole installation without its pages: real database, real packs, real slices, a clock that stands still. Jobs run when a test says so.</summary>
public sealed class AnInstallation : IAsyncDisposable
{
    public const string Password = "four ordinary words do well";

    private static readonly Lazy<IReadOnlyList<PolicyFile>> packs = new(() => PolicyRelease.Load(Path.Combine(Run.Root, "packs")).Files);

    /// <summary>Compiled once for all installations of this run.</summary>
    private static readonly LoadedReleases releases = new();

    private static readonly ConcurrentDictionary<DatabaseKind, Lazy<Task<(string Folder, string? Database)>>> northgates = [];

    private readonly ServiceProvider services;
    private readonly Installation installation;
    private readonly string folder;
    private readonly bool ownsFolder;

    private AnInstallation(ServiceProvider services, Installation installation, string folder, StoppedClock clock, bool ownsFolder) =>
        (this.services, this.installation, this.folder, Clock, this.ownsFolder) = (services, installation, folder, clock, ownsFolder);

    public StoppedClock Clock { get; }

    public IServiceProvider Services => services;

    public static async Task<AnInstallation> EmptyAsync(DatabaseKind kind, Action<IServiceCollection>? adjust = null)
    {
        var folder = Directory.CreateTempSubdirectory("countersign-").FullName;
        var database = kind == DatabaseKind.Postgres ? await PostgresServer.CreateDatabaseAsync() : null;
        return await OpenAsync(Databases.Locate(folder, "test.example/northgate", database), folder, adjust);
    }

    /// <summary>A new installation on a database that a test made for itself.</summary>
    public static async Task<AnInstallation> EmptyOnAsync(string database)
    {
        var folder = Directory.CreateTempSubdirectory("countersign-").FullName;
        return await OpenAsync(Databases.Locate(folder, "test.example/northgate", database), folder, null);
    }

    /// <summary>A second node, or a restarted program, on the same database and keys. Dispose of it before the first.</summary>
    public Task<AnInstallation> AnotherNodeAsync(Action<IServiceCollection>? adjust = null) =>
        OpenAsync(new Installation(LedgerKey.NameIn(installation.DataFolder, Services.GetRequiredService<IOptions<LedgerKeySettings>>().Value) ?? installation.Origin, installation.DataFolder, installation.Database, installation.ConnectionString), folder, adjust, Clock);

    /// <summary>A node in this process on an installation that another process made.</summary>
    public static Task<AnInstallation> NodeOnAsync(Installation there) => OpenAsync(there, there.DataFolder, null, new StoppedClock());

    /// <summary>SQL past every rule of the program: to look at what is really stored, or to tamper with it.</summary>
    public async Task<List<object?[]>> SqlAsync(string sql)
    {
        await using DbConnection connection = installation.Database == DatabaseKind.Sqlite ? new SqliteConnection(installation.ConnectionString) : new NpgsqlConnection(installation.ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object?[]>();
        while (await reader.ReadAsync())
        {
            var row = new object?[reader.FieldCount];
            reader.GetValues(row!);
            rows.Add([.. row.Select(value => value is DBNull ? null : value)]);
        }

        return rows;
    }

    /// <summary>Northgate: Ada administers and writes, Hannah writes, Daniel signs for Compliance, Eleanor for Legal, Bea for Brand, Ruth is head of communications.</summary>
    /// <remarks>Set up once per database in a test run; each test has a copy of its own.</remarks>
    public static async Task<AnInstallation> NorthgateAsync(DatabaseKind kind, Action<IServiceCollection>? adjust = null)
    {
        var (original, database) = await northgates.GetOrAdd(kind, made => new(() => SetUpNorthgateAsync(made))).Value;
        var folder = Directory.CreateTempSubdirectory("countersign-").FullName;
        foreach (var file in Directory.GetFiles(original, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(original, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var connection = database is null ? null : await PostgresServer.CreateDatabaseAsync(template: database);
        return await OpenAsync(Databases.Locate(folder, "test.example/northgate", connection), folder, adjust);
    }

    public static T Taken<T>(Decision<T> decision)
        where T : class
    {
        Assert.True(decision.IsTaken, decision.Refusal?.Sentence);
        return decision.Taken;
    }

    public static void Refused<T>(string code, Decision<T> decision)
        where T : class
    {
        Assert.False(decision.IsTaken, $"This should have been refused as {code}.");
        Assert.Equal(code, decision.Refusal.Code);
    }

    /// <summary>Runs one slice in a scope of its own, as one request would.</summary>
    public async Task<TAnswer> UseAsync<TSlice, TAnswer>(Func<TSlice, Task<TAnswer>> use)
        where TSlice : notnull
    {
        await using var scope = services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<TSlice>());
    }

    public Task<T> ReadAsync<T>(Func<CountersignDb, Task<T>> read) => UseAsync<CountersignDb, T>(read);

    public async Task<Actor> WhoAsync(string name)
    {
        var person = await ReadAsync(db => db.People.AsNoTracking().SingleAsync(candidate => candidate.Name.StartsWith(name)));
        return new Actor(person.Id, person.Name, person.Grants);
    }

    public Task<Account> AccountAsync(string network) => ReadAsync(db => db.Accounts.AsNoTracking().FirstAsync(account => account.Network == network));

    public async Task<Actor> JoinAsync(string name, IReadOnlyList<RoleGrant> grants)
    {
        var ada = await WhoAsync("Ada");
        var invited = Taken(await UseAsync<InvitePerson, Decision<PersonInvited>>(invite => invite.RunAsync(name, $"{name.Split(' ')[0].ToLowerInvariant()}@northgate.example", "", grants, ada, default)));
        Taken(await UseAsync<AcceptInvitation, Decision<PersonJoined>>(accept => accept.RunAsync(invited.Token, Password, default)));
        return await WhoAsync(name);
    }

    /// <summary>Gives every committed event its place and signs.</summary>
    public async Task SequenceAsync()
    {
        while (await UseAsync<Sequencer, int>(sequencer => sequencer.StepAsync(default)) > 0)
        {
        }
    }

    /// <summary>What a worker of this node claims now, of every network.</summary>
    public async Task<IReadOnlyList<Claim>> ClaimAsync(int most = 10)
    {
        var claims = new List<Claim>();
        foreach (var network in services.GetRequiredService<Networks>().All)
            claims.AddRange(await UseAsync<JobQueue, IReadOnlyList<Claim>>(queue => queue.ClaimAsync(MovePublication.JobKind, network.Name, most, TimeSpan.FromSeconds(90), default)));
        return claims;
    }

    public Task FinishAsync(Claim claim, NextStep? next) => UseAsync<JobQueue, bool>(async queue =>
    {
        await queue.FinishAsync(claim, next, default);
        return true;
    });

    /// <summary>One step of one publication, as a worker takes it, whatever its job says.</summary>
    public Task<NextStep?> MoveAsync(Guid publication) => UseAsync<MovePublication, NextStep?>(move => move.RunAsync(publication, default));

    /// <summary>Signs, then moves every publication that is due, until none is due at this instant any more.</summary>
    public async Task DeliverAsync()
    {
        await SequenceAsync();
        while (await ClaimAsync() is { Count: > 0 } due)
        {
            foreach (var claim in due)
                await FinishAsync(claim, await MoveAsync(claim.Id));
            await SequenceAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        if (!ownsFolder)
            return;
        if (installation.Database == DatabaseKind.Sqlite)
            SqliteConnection.ClearPool(new SqliteConnection(installation.ConnectionString));
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<(string Folder, string? Database)> SetUpNorthgateAsync(DatabaseKind kind)
    {
        var here = await EmptyAsync(kind);
        Taken(await here.UseAsync<SetUpOrganisation, Decision<OrganisationSetUp>>(setUp => setUp.RunAsync(new SettingUp("Northgate Instruments", "Sheffield", "Europe/London", "Ada Byrne", "ada@northgate.example", Password, IsDemo: false), packs.Value, default)));
        foreach (var (name, roles) in new (string, Role[])[]
        {
            ("Hannah Okafor", [Role.Author]),
            ("Daniel Mensah", [Role.Compliance]),
            ("Eleanor Whitcombe", [Role.Legal]),
            ("Bea Brand", [Role.Brand, Role.Author]),
            ("Ruth Fenwick", [Role.Comms]),
            ("Ned Nobody", []),
            ("Faisal Aziz", [Role.FinancialPromotions, Role.Manager]),
            ("Carol Second", [Role.Comms, Role.Administrator]),
        })
        {
            await here.JoinAsync(name, [.. roles.Select(role => new RoleGrant(role))]);
        }

        await here.SequenceAsync();
        await here.services.DisposeAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(here.folder, recursive: true);

        // A database that somebody is connected to cannot be copied.
        var installation = here.installation;
        if (kind == DatabaseKind.Sqlite)
        {
            SqliteConnection.ClearPool(new SqliteConnection(installation.ConnectionString));
            return (here.folder, null);
        }

        NpgsqlConnection.ClearPool(new NpgsqlConnection(installation.ConnectionString));
        return (here.folder, new NpgsqlConnectionStringBuilder(installation.ConnectionString).Database);
    }

    private static async Task<AnInstallation> OpenAsync(Installation installation, string folder, Action<IServiceCollection>? adjust, StoppedClock? sharedClock = null)
    {
        var clock = sharedClock ?? new StoppedClock();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error).AddFilter("Microsoft.EntityFrameworkCore", LogLevel.None).AddConsole());
        services.AddSingleton<TimeProvider>(clock);
        services.AddCountersign(installation, new ConfigurationBuilder().Build()).AddNetworks(new Uri("http://127.0.0.1:5080/"));
        services.AddSingleton(releases);
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = 1);
        adjust?.Invoke(services);
        var here = new AnInstallation(services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true }), installation, folder, clock, ownsFolder: sharedClock is null);
        await here.UseAsync<Migrator, IReadOnlyList<int>>(migrator => migrator.MigrateAsync(default));
        return here;
    }
}

/// <summary>Runs a test on both databases.</summary>
public sealed class BothDatabases : TheoryData<DatabaseKind>
{
    public BothDatabases()
    {
        Add(DatabaseKind.Sqlite);
        Add(DatabaseKind.Postgres);
    }
}

using System.Diagnostics;
using System.Globalization;

namespace Countersign.Tests.Shared;

/// <summary>
/// A real PostgreSQL of our own, thrown away afterwards: one for each test process, started by the first test that asks.
/// It listens on 127.0.0.1 only. It ends with the test process, also when that is killed: see <see cref="Keeper"/>.
/// </summary>
public sealed partial class PostgresServer : IAsyncDisposable
{
    private const string Owner = "countersign";

    /// <summary>
    /// A shell that starts the server, again for every line of its own input, and then waits for that to end. The other end of that input is held by
    /// the test process alone, so it ends however that process ends; then the server is stopped and its folder removed.
    /// </summary>
    private const string Keeper = """
        folder=$1; shift
        "$@" > "$folder/log" 2>&1 &
        server=$!
        while read -r again
        do
            wait $server
            "$@" >> "$folder/log" 2>&1 &
            server=$!
        done
        kill -INT $server 2> /dev/null
        wait $server
        rm -rf "$folder"
        """;

    private static readonly SemaphoreSlim starting = new(1, 1);
    private static PostgresServer? started;
    private static int databases;

    private readonly string programs;
    private readonly string folder = Path.Combine(Path.GetTempPath(), "countersign-pg-" + Path.GetRandomFileName());

    /// <summary>The server refuses to run as root; Debian's package brings a user for it.</summary>
    private readonly string[] asUser = Environment.IsPrivilegedProcess
        ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]
        : [];

    private Process? keeper;

    private PostgresServer(string programs) => this.programs = programs;

    /// <summary>On 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary>Makes a database and gives its Npgsql connection string. Skips the test where PostgreSQL is not installed.</summary>
    /// <param name="name">Letters, digits and underscores; a new name is made up when it is left out.</param>
    /// <param name="template">A database to copy, to which nobody is connected.</param>
    public static async Task<string> CreateDatabaseAsync(string? name = null, string? template = null)
    {
        var server = await StartedAsync();
        name ??= string.Create(CultureInfo.InvariantCulture, $"db_{Interlocked.Increment(ref databases)}");
        await server.SqlAsync($"create database \"{name}\"{(template is null ? "" : $" template \"{template}\"")}");

        return server.ConnectionTo(name);
    }

    /// <summary>Many small databases share one server: idle connections must not pile up in a pool for each of them.</summary>
    private string ConnectionTo(string name) =>
        $"Host=127.0.0.1;Port={Port};Username={Owner};Database={name};Include Error Detail=true;Connection Idle Lifetime=5;Connection Pruning Interval=1";

    /// <summary>A server for one test alone, which waits for the disk as a real one does and may be made to fail. Dispose of it.</summary>
    public static Task<PostgresServer> DurableAsync() => StartAsync(durable: true);

    /// <summary>Where a new database of this server is reached.</summary>
    public async Task<string> CreateAsync(string name)
    {
        await SqlAsync($"create database \"{name}\"");
        return ConnectionTo(name);
    }

    /// <summary>The processes that serve now, without the one that starts them anew when they fail.</summary>
    public IReadOnlyList<int> Workers()
    {
        var postmaster = Postmaster();
        return [.. File.ReadAllText($"/proc/{postmaster}/task/{postmaster}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pid => int.Parse(pid, CultureInfo.InvariantCulture))];
    }

    /// <summary>The process that starts the others.</summary>
    private int Postmaster() => int.Parse(File.ReadLines($"{folder}/data/postmaster.pid").First().Trim(), CultureInfo.InvariantCulture);

    /// <summary>From now on no file that these processes write grows beyond this many bytes. Only its own user may say so.</summary>
    public async Task LimitFilesAsync(IEnumerable<int> workers, long bytes)
    {
        foreach (var worker in workers)
        {
            string[] limit = [.. asUser, "prlimit", "--pid", worker.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"--fsize={bytes}")];
            try
            {
                await Installed.RunAsync(limit[0], limit[1..], default);
            }
            catch (InvalidOperationException) when (!Directory.Exists($"/proc/{worker}"))
            {
                // It had done its work.
            }
        }
    }

    /// <summary>Where in its file the journal is written next, in bytes.</summary>
    public async Task<long> JournalAtAsync() =>
        long.Parse(await SqlAsync("select file_offset from pg_walfile_name_offset(pg_current_wal_lsn())"), CultureInfo.InvariantCulture);

    /// <summary>How often its log says this.</summary>
    public int Says(string what) => File.ReadLines($"{folder}/log").Count(line => line.Contains(what, StringComparison.Ordinal));

    /// <summary>Waits until it serves, again perhaps.</summary>
    public async Task ReadyAsync()
    {
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            try
            {
                await SqlAsync("select 1");
                return;
            }
            catch (InvalidOperationException) when (waited.Elapsed < TimeSpan.FromMinutes(2))
            {
                // It recovers from what befell it.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        keeper!.StandardInput.Close();
        await keeper.WaitForExitAsync();
        keeper.Dispose();
    }

    /// <summary>Removes a database, ending the connections to it.</summary>
    public static async Task DropDatabaseAsync(string name) =>
        await (await StartedAsync()).SqlAsync($"drop database if exists \"{name}\" with (force)");

    /// <summary>The folder that holds all of PostgreSQL's own programs, or null where there is none.</summary>
    public static string? FindPrograms()
    {
        // Debian keeps them off the path, one folder for each major version: the newest goes first.
        var debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(MajorVersion).Select(version => Path.Combine(version, "bin"))
            : [];
        string[] homebrew = ["/opt/homebrew/opt/postgresql/bin", "/usr/local/opt/postgresql/bin"];
        return debian.Concat(Installed.Folders).Concat(homebrew).FirstOrDefault(HoldsAll);

        static bool HoldsAll(string bin) => ((string[])["initdb", "postgres", "pg_isready", "psql"]).All(program => File.Exists(Path.Combine(bin, program)));

        static int MajorVersion(string path) =>
            int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    /// <summary>The same, for a test that cannot do without: it ends as skipped where there is none.</summary>
    public static string Require()
    {
        var found = OperatingSystem.IsWindows() ? null : FindPrograms();
        if (found is null)
        {
            Run.Lacks("PostgreSQL is not installed (no folder with initdb, postgres, pg_isready and psql on the path or in the usual places).");
        }

        return found;
    }

    private static async Task<PostgresServer> StartedAsync()
    {
        await starting.WaitAsync();
        try
        {
            return started ??= await StartAsync();
        }
        finally
        {
            starting.Release();
        }
    }

    private static async Task<PostgresServer> StartAsync(bool durable = false)
    {
        var found = Require();
        for (var attempt = 1; ; attempt++)
        {
            var server = new PostgresServer(found);
            await server.MakeFolderAsync();
            await server.RunAsUserAsync("initdb", ["-D", $"{server.folder}/data", "-U", Owner, "--auth=trust", "--locale=C", "--encoding=UTF8", "--no-sync", "--no-instructions"]);
            if (await server.ListensAsync(durable))
            {
                return server;
            }

            // Somebody may have taken the port in the meantime.
            var log = await File.ReadAllTextAsync($"{server.folder}/log");
            server.keeper?.StandardInput.Close();
            if (attempt == 3)
            {
                throw new InvalidOperationException($"PostgreSQL did not start: {log}");
            }
        }
    }

    private async Task MakeFolderAsync()
    {
        if (asUser.Length > 0)
        {
            await Installed.RunAsync("install", ["-d", "-m", "700", "-o", "postgres", "-g", "postgres", folder], default);
        }
        else
        {
            Directory.CreateDirectory(folder);
        }
    }

    /// <summary>Starts the server on a port that was free a moment ago, and waits until it answers.</summary>
    private async Task<bool> ListensAsync(bool durable)
    {
        Port = Ports.Free();
        string[] settings =
        [
            "listen_addresses=127.0.0.1", "unix_socket_directories=", $"port={Port}",
            .. durable ? (string[])["fsync=on", "synchronous_commit=on"] : ["fsync=off", "synchronous_commit=off", "full_page_writes=off"], "wal_level=minimal", "max_wal_senders=0",
            "max_connections=300", "shared_buffers=64MB", "timezone=UTC", "log_timezone=UTC",
        ];
        List<string> command = [.. asUser, "sh", "-c", Keeper, "keeper", folder, Path.Combine(programs, "postgres"), "-D", $"{folder}/data"];
        command.AddRange(settings.SelectMany(setting => (string[])["-c", setting]));
        if (Installed.Find(["setsid"]) is { } setsid)
        {
            // Its own session: whoever ends the whole group of the test process leaves the keeper alive to tidy up.
            command.Insert(0, setsid);
        }

        keeper = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { UseShellExecute = false, RedirectStandardInput = true, WorkingDirectory = "/" });
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromMinutes(1); await Task.Delay(50))
        {
            try
            {
                await Installed.RunAsync(Path.Combine(programs, "pg_isready"), ["-q", "-h", "127.0.0.1", "-p", $"{Port}"], default);
                return true;
            }
            catch (InvalidOperationException) when (File.Exists($"{folder}/data/postmaster.pid") || waited.Elapsed < TimeSpan.FromSeconds(10))
            {
                // Still on its way up.
            }
            catch (InvalidOperationException)
            {
                break;
            }
        }

        return false;
    }

    private async Task<string> SqlAsync(string sql) =>
        await Installed.RunAsync(
            Path.Combine(programs, "psql"),
            ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", $"{Port}", "-U", Owner, "-d", "postgres", "-c", sql],
            default);

    private async Task RunAsUserAsync(string program, string[] arguments)
    {
        string[] command = [.. asUser, Path.Combine(programs, program), .. arguments];
        await Installed.RunAsync(command[0], command[1..], default);
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Countersign.Tests.Shared;

public sealed class PostgresServerTests
{
    [Fact]
    public async Task A_new_database_is_empty_sorts_by_code_point_and_lives_on_this_machine_only()
    {
        var name = "sorting_" + Guid.NewGuid().ToString("N");
        await using var connection = new NpgsqlConnection(await PostgresServer.CreateDatabaseAsync(name));
        await connection.OpenAsync(TestContext.Current.CancellationToken);

        Assert.Equal(name, connection.Database);
        Assert.Equal("UTF8", await AskAsync(connection, "show server_encoding"));
        Assert.Equal("C", await AskAsync(connection, "select datcollate from pg_database where datname = current_database()"));
        Assert.Equal("127.0.0.1", await AskAsync(connection, "show listen_addresses"));
        Assert.Equal(0L, await AskAsync(connection, "select count(*) from pg_tables where schemaname = 'public'"));

        await connection.CloseAsync();
        await PostgresServer.DropDatabaseAsync(name);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<PostgresException>(() => AskAsync(connection, "select 1"));
    }

    [Fact]
    public async Task Two_databases_share_one_server_and_nothing_else()
    {
        await using var one = new NpgsqlConnection(await PostgresServer.CreateDatabaseAsync());
        await using var other = new NpgsqlConnection(await PostgresServer.CreateDatabaseAsync());
        await one.OpenAsync(TestContext.Current.CancellationToken);
        await other.OpenAsync(TestContext.Current.CancellationToken);

        await AskAsync(one, "create table note (words text)");

        Assert.Equal(one.Port, other.Port);
        await Assert.ThrowsAsync<PostgresException>(() => AskAsync(other, "select count(*) from note"));
    }

    /// <summary>The second process is this same program, told to run only <see cref="Waits_to_be_killed"/>.</summary>
    [Fact]
    public async Task A_test_run_that_is_killed_takes_its_server_with_it()
    {
        PostgresServer.Require();
        var folder = Directory.CreateTempSubdirectory("countersign-killed-");
        var told = Path.Combine(folder.FullName, "port");
        try
        {
            var start = new ProcessStartInfo(
                Environment.ProcessPath!,
                ["--filter-method", $"*.{nameof(Waits_to_be_killed)}", "--explicit", "only", "--results-directory", folder.FullName])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                Environment = { ["COUNTERSIGN_TELL_PORT"] = told },
            };
            using var other = Process.Start(start)!;
            await UntilAsync(() => File.Exists(told) || other.HasExited);
            var port = int.Parse(await File.ReadAllTextAsync(told, TestContext.Current.CancellationToken), CultureInfo.InvariantCulture);
            Assert.True(Answers(port));

            other.Kill();

            await UntilAsync(() => !Answers(port));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact(Explicit = true)]
    public async Task Waits_to_be_killed()
    {
        var made = new NpgsqlConnectionStringBuilder(await PostgresServer.CreateDatabaseAsync());
        var told = Environment.GetEnvironmentVariable("COUNTERSIGN_TELL_PORT")!;
        await File.WriteAllTextAsync(told + ".new", made.Port.ToString(CultureInfo.InvariantCulture), TestContext.Current.CancellationToken);
        File.Move(told + ".new", told);
        await Task.Delay(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
    }

    private static bool Answers(int port)
    {
        using var client = new TcpClient();
        try
        {
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task UntilAsync(Func<bool> so)
    {
        for (var waited = Stopwatch.StartNew(); !so(); await Task.Delay(50))
        {
            Assert.True(waited.Elapsed < TimeSpan.FromMinutes(1), "Not so after a minute.");
        }
    }

    private static async Task<object?> AskAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}

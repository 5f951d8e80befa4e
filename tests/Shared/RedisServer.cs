using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Countersign.Tests.Shared;

/// <summary>A Redis for the public views of the Bluesky network. It listens on 127.0.0.1 only, keeps nothing, and ends with the test process, because its input ends.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private const string Keeper = "\"$1\" --bind 127.0.0.1 --port \"$2\" --save '' --appendonly no > /dev/null 2>&1 & pid=$!; cat > /dev/null; kill $pid; wait";

    private readonly Process keeper;

    private RedisServer(Process keeper, int port) => (this.keeper, Port) = (keeper, port);

    public int Port { get; }

    /// <summary>Skips the test where Redis is not installed.</summary>
    public static async Task<RedisServer> StartAsync()
    {
        if (Installed.Find(["redis-server"]) is not { } program)
        {
            Run.Lacks("Redis is not installed: apt-get install redis-server.");
            return null;
        }

        var port = Ports.Free();
        var start = new ProcessStartInfo("/bin/sh", ["-c", Keeper, "sh", program, $"{port}"]) { UseShellExecute = false, RedirectStandardInput = true, WorkingDirectory = Path.GetTempPath() };
        var server = new RedisServer(Process.Start(start) ?? throw new InvalidOperationException("sh did not start."), port);
        await server.ReadyAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        keeper.StandardInput.Close();
        await keeper.WaitForExitAsync();
        keeper.Dispose();
    }

    private async Task ReadyAsync()
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException) when (tries < 100 && !keeper.HasExited)
            {
                await Task.Delay(50);
            }
        }
    }
}

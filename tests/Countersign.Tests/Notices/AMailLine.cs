using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Countersign.Tests.Notices;

/// <summary>What a mail server, or the line to it, does wrong.</summary>
public enum MailFault
{
    /// <summary>It says no before anything was said to it.</summary>
    Refuses,

    /// <summary>It takes the call and says nothing.</summary>
    Silent,

    /// <summary>The line is cut while the mail is handed over.</summary>
    CutInside,

    /// <summary>The server takes the mail, and the line is cut before it says so.</summary>
    CutBeforeItsAnswer,
}

/// <summary>A line to the real mail server on which things go wrong.</summary>
internal sealed class AMailLine : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly int upstream;
    private readonly Task running;

    public AMailLine(int upstream)
    {
        this.upstream = upstream;
        listener.Start();
        running = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Null lets calls through.</summary>
    public MailFault? Fault { get; set; }

    /// <summary>How many called.</summary>
    public int Calls { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await running;
        listener.Stop();
        ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var caller = await listener.AcceptTcpClientAsync(ending.Token);
                Calls++;
                _ = ServeAsync(caller, Fault);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient caller, MailFault? fault)
    {
        using var owned = caller;
        try
        {
            var stream = caller.GetStream();
            if (fault == MailFault.Refuses)
            {
                await stream.WriteAsync("554 5.7.1 Not from you\r\n"u8.ToArray(), ending.Token);
                return;
            }

            if (fault == MailFault.Silent)
            {
                await Task.Delay(Timeout.Infinite, ending.Token);
                return;
            }

            using var server = new TcpClient();
            await server.ConnectAsync(IPAddress.Loopback, upstream, ending.Token);
            using var cut = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
            var mute = false;
            var back = PassAsync(server.GetStream(), stream, _ => mute, cut);
            var said = new StringBuilder();
            await PassAsync(stream, server.GetStream(), bytes =>
            {
                said.Append(Encoding.ASCII.GetString(bytes));
                var inside = said.ToString().Contains("DATA\r\n", StringComparison.OrdinalIgnoreCase) && said.ToString().Contains("Subject:", StringComparison.OrdinalIgnoreCase);
                if (fault == MailFault.CutInside && inside)
                {
                    cut.Cancel();
                    return true;
                }

                if (fault == MailFault.CutBeforeItsAnswer && inside && said.ToString().EndsWith("\r\n.\r\n", StringComparison.Ordinal))
                {
                    mute = true;
                    cut.CancelAfter(TimeSpan.FromSeconds(1));
                }

                return false;
            }, cut);
            await back;
        }
        catch (Exception over) when (over is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One of the two hung up.
        }
    }

    /// <param name="swallow">True for bytes that do not arrive.</param>
    private static async Task PassAsync(NetworkStream from, NetworkStream to, Func<byte[], bool> swallow, CancellationTokenSource until)
    {
        var buffer = new byte[8192];
        try
        {
            while (await from.ReadAsync(buffer, until.Token) is > 0 and var count)
            {
                if (!swallow(buffer[..count]))
                    await to.WriteAsync(buffer.AsMemory(0, count), until.Token);
            }
        }
        finally
        {
            await until.CancelAsync();
        }
    }
}

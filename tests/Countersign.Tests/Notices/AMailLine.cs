using System.Net;
using System.Net.Sockets;
using System.Text;
using Countersign.Tests.Shared;

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
    private readonly Callers callers;
    private readonly int upstream;

    public AMailLine(int upstream)
    {
        this.upstream = upstream;
        callers = new Callers((caller, stop) => ServeAsync(caller, Fault, stop));
    }

    public int Port => callers.Port;

    /// <summary>Null lets calls through.</summary>
    public MailFault? Fault { get; set; }

    /// <summary>How many called.</summary>
    public int Calls => callers.Count;

    public ValueTask DisposeAsync() => callers.DisposeAsync();

    private async Task ServeAsync(TcpClient caller, MailFault? fault, CancellationToken stop)
    {
        var stream = caller.GetStream();
        if (fault == MailFault.Refuses)
        {
            await stream.WriteAsync("554 5.7.1 Not from you\r\n"u8.ToArray(), stop);
            return;
        }

        if (fault == MailFault.Silent)
        {
            await Task.Delay(Timeout.Infinite, stop);
            return;
        }

        using var server = new TcpClient();
        await server.ConnectAsync(IPAddress.Loopback, upstream, stop);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(stop);
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

using System.Net;
using System.Net.Sockets;

namespace Countersign.Tests.Shared;

/// <summary>Listens on this machine alone and gives each who calls to the test's own answer, all at once; whoever is still there in the end is let go.</summary>
public sealed class Callers : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly CancellationTokenSource ending = new();
    private readonly Func<TcpClient, CancellationToken, Task> answer;
    private readonly Task accepting;

    private int count;

    /// <param name="answer">Its token ends with the test. That the far side hangs up is no fault.</param>
    public Callers(Func<TcpClient, CancellationToken, Task> answer, IPAddress? address = null, int port = 0)
    {
        this.answer = answer;
        listener = new TcpListener(address ?? IPAddress.Loopback, port);
        listener.Start();
        accepting = AcceptAsync(ending.Token);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>How many called, whether they said anything or not.</summary>
    public int Count => count;

    public async ValueTask DisposeAsync()
    {
        if (ending.IsCancellationRequested)
            return;

        // One that was just let in has it ask for the next, which a listener that is stopped does not take.
        await ending.CancelAsync();
        await accepting;
        listener.Stop();
        ending.Dispose();
    }

    private async Task AcceptAsync(CancellationToken stop)
    {
        var talks = new List<Task>();
        try
        {
            while (true)
            {
                var caller = await listener.AcceptTcpClientAsync(stop);
                Interlocked.Increment(ref count);
                talks.Add(TalkAsync(caller, stop));
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(talks);
        }
    }

    private async Task TalkAsync(TcpClient caller, CancellationToken stop)
    {
        using var owned = caller;
        try
        {
            await answer(caller, stop);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One of the two hung up.
        }
    }
}

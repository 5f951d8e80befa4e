using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Countersign.Tests.Shared;

/// <summary>A line to the real server on which things go wrong, byte by byte as they do in the world. Counts the calls that passed.</summary>
public sealed class FaultyLine : IAsyncDisposable
{
    private readonly Callers callers;
    private readonly Uri upstream;

    public FaultyLine(Uri upstream)
    {
        this.upstream = upstream;
        callers = new Callers(ServeAsync);
    }

    public Uri Address => new($"http://127.0.0.1:{callers.Port}/");

    /// <summary>What becomes of a call, by the method's last word ("putRecord"); null lets it through.</summary>
    public Func<string, Fault?> Strikes { get; set; } = _ => null;

    /// <summary>The same for one who has to see all of the call; asked where <see cref="Strikes"/> lets it through.</summary>
    public Func<LineCall, Fault?> Meets { get; set; } = _ => null;

    /// <summary>The methods called, in order of arrival.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<string> Calls { get; } = new();

    public int CountOf(string method) => Calls.Count(c => c == method);

    public ValueTask DisposeAsync() => callers.DisposeAsync();

    private async Task ServeAsync(TcpClient caller, CancellationToken stop)
    {
        var (request, method, writes) = await ReadRequestAsync(caller.GetStream(), stop);
        Calls.Enqueue(method);
        var fault = Strikes(method) ?? Meets(new LineCall(method, writes, Encoding.UTF8.GetString(request)));
        if (await IsBeforeAsync(fault, caller, request, stop))
            return;
        await AnswerAsync(fault, caller, await CallAsync(request, stop), stop);
    }

    /// <summary>What happens before the network has all of the request.</summary>
    /// <returns>True where the call ends with it.</returns>
    private async Task<bool> IsBeforeAsync(Fault? fault, TcpClient caller, byte[] request, CancellationToken stop)
    {
        switch (fault)
        {
            case Fault.Says says:
                await caller.GetStream().WriteAsync(Encoding.UTF8.GetBytes(says.Answer), stop);
                return true;
            case Fault.Drops:
                return true;
            case Fault.Resets:
                Reset(caller);
                return true;
            case Fault.CutsTheRequest:
                using (var far = await ConnectAsync(stop))
                    await far.GetStream().WriteAsync(request.AsMemory(0, request.Length - 20), stop);
                Reset(caller);
                return true;
            case Fault.Delays delays:
                await Task.Delay(delays.Request, stop);
                return false;
            case Fault.Repeats:
                _ = await CallAsync(request, stop);
                return false;
            case Fault.ResetsMeanwhile:
                var call = CallAsync(request, stop);
                Reset(caller);
                caller.Close();
                _ = await call;
                return true;
            default:
                return false;
        }
    }

    /// <summary>What happens to the answer of a network that has acted.</summary>
    private async Task AnswerAsync(Fault? fault, TcpClient caller, byte[] answer, CancellationToken stop)
    {
        var near = caller.GetStream();
        switch (fault)
        {
            case Fault.LosesTheAnswer:
                Reset(caller);
                break;
            case Fault.HoldsTheAnswer:
                await Task.Delay(Timeout.Infinite, stop);
                break;
            case Fault.BreaksInTheMiddle:
                await near.WriteAsync(answer.AsMemory(0, answer.Length - 20), stop);
                Reset(caller);
                break;
            case Fault.Replaces replaces:
                await near.WriteAsync(Encoding.UTF8.GetBytes(replaces.Answer), stop);
                break;
            default:
                if (fault is Fault.Delays delays)
                    await Task.Delay(delays.Answer, stop);
                await near.WriteAsync(answer, stop);
                break;
        }
    }

    private async Task<TcpClient> ConnectAsync(CancellationToken stop)
    {
        var far = new TcpClient();
        await far.ConnectAsync(upstream.Host, upstream.Port, stop);
        return far;
    }

    private async Task<byte[]> CallAsync(byte[] request, CancellationToken stop)
    {
        using var far = await ConnectAsync(stop);
        var stream = far.GetStream();
        await stream.WriteAsync(request, stop);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer, stop);
        return answer.ToArray();
    }

    /// <summary>Reads one whole request, and asks the far side to close after its answer so that the answer's end is plain.</summary>
    private static async Task<(byte[] Request, string Method, bool Writes)> ReadRequestAsync(NetworkStream near, CancellationToken stop)
    {
        using var read = new MemoryStream();
        var buffer = new byte[16384];
        var headEnd = -1;
        var length = 0;
        var head = "";
        while (headEnd < 0 || read.Length < headEnd + length)
        {
            if (await near.ReadAsync(buffer, stop) is not (> 0 and var count))
                throw new IOException("The caller hung up.");
            read.Write(buffer, 0, count);
            if (headEnd < 0 && read.GetBuffer().AsSpan(0, (int)read.Length).IndexOf("\r\n\r\n"u8) is >= 0 and var end)
            {
                headEnd = end + 4;
                head = Encoding.ASCII.GetString(read.GetBuffer(), 0, headEnd);
                length = head.Split("\r\n").Where(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                    .Select(l => int.Parse(l[15..], CultureInfo.InvariantCulture)).FirstOrDefault();
            }
        }

        var method = head.Split(' ')[1].Split('?')[0].Split('.')[^1];
        var writes = !head.StartsWith("GET ", StringComparison.Ordinal) && !head.StartsWith("HEAD ", StringComparison.Ordinal);
        return ([.. Encoding.ASCII.GetBytes(head.Insert(headEnd - 2, "Connection: close\r\n")), .. read.GetBuffer().AsSpan(headEnd, length)], method, writes);
    }

    /// <summary>A lingering time of nought makes the close a reset.</summary>
    private static void Reset(TcpClient caller) => caller.LingerState = new LingerOption(true, 0);
}

/// <param name="Method">The last word of the method or of its path: "putRecord", "/api/v1/statuses".</param>
/// <param name="Writes">It asks for more than to be told something.</param>
/// <param name="Request">All of it, head and body.</param>
public sealed record LineCall(string Method, bool Writes, string Request);

public abstract record Fault
{
    /// <summary>The call is taken and the line closed; the server never hears of it.</summary>
    public sealed record Drops : Fault;

    /// <summary>The same, with a reset.</summary>
    public sealed record Resets : Fault;

    /// <summary>The server gets all but the end of the call, and then nothing.</summary>
    public sealed record CutsTheRequest : Fault;

    /// <summary>Everything arrives, later.</summary>
    public sealed record Delays(TimeSpan Request, TimeSpan Answer) : Fault;

    /// <summary>The server gets the call twice, and the second answer arrives.</summary>
    public sealed record Repeats : Fault;

    /// <summary>The line is reset while the server acts.</summary>
    public sealed record ResetsMeanwhile : Fault;

    /// <summary>The server acts; its answer never arrives.</summary>
    public sealed record LosesTheAnswer : Fault;

    /// <summary>The server acts; its answer never comes, and the line stays open.</summary>
    public sealed record HoldsTheAnswer : Fault;

    /// <summary>The server acts; its answer breaks off.</summary>
    public sealed record BreaksInTheMiddle : Fault;

    /// <summary>The server acts; something in between answers in its place.</summary>
    public sealed record Replaces(string Answer) : Fault;

    /// <summary>Something in between answers and the server never hears of it.</summary>
    public sealed record Says(string Answer) : Fault;

    public static string Http(string status, string body, params string[] headers) =>
        $"HTTP/1.1 {status}\r\n{string.Concat(headers.Select(h => h + "\r\n"))}Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";
}

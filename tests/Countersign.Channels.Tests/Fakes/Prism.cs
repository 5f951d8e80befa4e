using System.Diagnostics;
using Countersign.Tests.Shared;

namespace Countersign.Channels.Tests.Fakes;

/// <summary>A program that we did not write, between a connector and a fake: it refuses a request, and breaks an answer, that is not in the contract.</summary>
internal sealed class Prism : IDisposable
{
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(1);

    private readonly Process process;

    private Prism(Process process, Uri address) => (this.process, Address) = (process, address);

    public Uri Address { get; }

    /// <param name="contract">A file of tests/servers/prism.</param>
    public static async Task<Prism> StartAsync(string contract, Uri fake)
    {
        var home = Path.Combine(Run.Work, "prism");
        var node = Installed.Find(["node"]);
        if (node is null || !File.Exists(Path.Combine(home, "installed")))
            Run.Lacks("Prism is not installed (Node.js, and npm ci of tests/servers/prism into the prism folder of the work folder).");
        var folder = Path.Combine(Run.Root, "tests", "servers", "prism");
        var port = FakeServer.FreePort();
        var start = new ProcessStartInfo(node, [Path.Combine(folder, "proxy.cjs"), home, Path.Combine(folder, contract), port.ToString(System.Globalization.CultureInfo.InvariantCulture), fake.AbsoluteUri.TrimEnd('/')])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("node did not start.");
        var ready = new TaskCompletionSource();
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException("Prism ended."));
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await ready.Task.WaitAsync(patience);
        return new Prism(process, new Uri($"http://127.0.0.1:{port}/"));

        void Hear(string? line)
        {
            if (line?.Contains("Prism is listening", StringComparison.Ordinal) == true)
                ready.TrySetResult();
        }
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(5)))
            process.Kill();
        process.Dispose();
    }
}

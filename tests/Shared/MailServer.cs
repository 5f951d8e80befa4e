using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Countersign.Tests.Shared;

/// <summary>
/// A real mail server (MailDev of npm) that keeps what it is given and shows it by HTTP. It listens on 127.0.0.1 only and ends with the test
/// process, because its input ends.
/// </summary>
public sealed class MailServer : IAsyncDisposable
{
    private const string Keeper = "\"$@\" > /dev/null 2>&1 & pid=$!; cat > /dev/null; kill $pid; wait";

    private readonly Process keeper;
    private readonly HttpClient http;

    private MailServer(Process keeper, int port, int webPort) =>
        (this.keeper, Port, http) = (keeper, port, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{webPort}/") });

    /// <summary>Where it takes mail.</summary>
    public int Port { get; }

    /// <summary>Skips the test where it is not installed.</summary>
    /// <param name="port">Where it takes mail; a free port if left out.</param>
    public static async Task<MailServer> StartAsync(int? port = null)
    {
        var program = Path.Combine(Run.Work, "maildev", "node_modules", "maildev", "bin", "maildev");
        if (OperatingSystem.IsWindows() || Installed.Find(["node"]) is not { } node || !File.Exists(program))
        {
            Run.Lacks("MailDev is not installed (Node.js, and npm ci of tests/servers/maildev into the maildev folder of the work folder).");
            return null;
        }

        var (smtp, web) = (port ?? Ports.Free(), Ports.Free());
        var start = new ProcessStartInfo("/bin/sh", ["-c", Keeper, "sh", node, program, "--ip", "127.0.0.1", "--smtp", $"{smtp}", "--web-ip", "127.0.0.1", "--web", $"{web}", "--silent"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        var server = new MailServer(Process.Start(start) ?? throw new InvalidOperationException("sh did not start."), smtp, web);
        await server.ReadyAsync();
        return server;
    }

    /// <summary>What came in, as the server tells it: "subject", "text", "to", "headers", "attachments".</summary>
    /// <param name="least">Waited for, up to half a minute: the server says that it has a mail before it shows it.</param>
    public async Task<IReadOnlyList<JsonElement>> ReadAsync(int least)
    {
        for (var tries = 0; ; tries++)
        {
            var mails = (await http.GetFromJsonAsync<JsonElement>("email")).EnumerateArray().ToList();
            if (mails.Count >= least || tries == 300)
                return mails;
            await Task.Delay(100);
        }
    }

    public Task<byte[]> AttachmentAsync(JsonElement mail) =>
        http.GetByteArrayAsync(new Uri($"email/{mail.GetProperty("id").GetString()}/attachment/{mail.GetProperty("attachments")[0].GetProperty("generatedFileName").GetString()}", UriKind.Relative));

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
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
                await ReadAsync(0);
                return;
            }
            catch (HttpRequestException) when (tries < 600 && !keeper.HasExited)
            {
                await Task.Delay(100);
            }
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text;
using Countersign.Tests.Shared;

namespace Countersign.Web.Tests.Shared;

/// <summary>The real program in a process of its own, on a data folder that is thrown away. It listens on 127.0.0.1 only and ends with its test.</summary>
public sealed class TheProgram : IAsyncDisposable
{
    /// <summary>Long enough for a machine that builds something else meanwhile.</summary>
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(2);

    /// <summary>Posts that the demo has on its newsrooms.</summary>
    private const int PublishedByDemo = 2;

    /// <summary>Calls after which a method is compiled again, in hexadecimal: a test's program does not live long enough to win that time back.</summary>
    private const string Optimise = "400";

    private static readonly Lazy<Task<string>> demoFolder = new(SetUpFolderAsync);

    private readonly StringBuilder said = new();
    private readonly string? database;
    private readonly IReadOnlyDictionary<string, string> settings;
    private readonly Uri? publicAddress;
    private Process? process;

    private TheProgram(string? database, IReadOnlyDictionary<string, string> settings, Uri? publicAddress) =>
        (this.database, this.settings, this.publicAddress) = (database, settings, publicAddress);

    /// <summary>Such as http://127.0.0.1:41249/; the same after it was started again.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>The data folder: database, keys.</summary>
    public string Data { get; } = Directory.CreateTempSubdirectory("countersign-web-").FullName;

    /// <summary>Everything it wrote to its console.</summary>
    public string Said
    {
        get
        {
            lock (said)
                return said.ToString();
        }
    }

    /// <summary>What it has used of all processors together since it started.</summary>
    public TimeSpan ProcessorTime => Now().TotalProcessorTime;

    /// <summary>Its memory that is not swapped out.</summary>
    public long ResidentBytes => Now().WorkingSet64;

    /// <summary>A fresh installation that nobody has set up.</summary>
    /// <param name="database">A PostgreSQL connection string; null for SQLite in the data folder.</param>
    /// <param name="settings">As environment: ("Delivery__Settle", "00:00:01").</param>
    /// <param name="publicAddress">Where people are said to reach it.</param>
    public static async Task<TheProgram> StartAsync(string? database = null, IReadOnlyDictionary<string, string>? settings = null, Uri? publicAddress = null)
    {
        var program = new TheProgram(database, settings ?? new Dictionary<string, string>(), publicAddress);
        program.Address = Somewhere();
        await program.StartAgainAsync();
        return program;
    }

    /// <summary>
    /// With the demo organisation, its approved posts gone out. On SQLite it begins on a copy of a folder that was set up once for
    /// all tests; <see cref="SetUpDemoAsync"/> goes through the page.
    /// </summary>
    public static async Task<TheProgram> StartDemoAsync(string? database = null, IReadOnlyDictionary<string, string>? settings = null)
    {
        if (database is not null)
            return await SetUpDemoAsync(database, settings);
        var folder = await demoFolder.Value;
        var program = new TheProgram(database, settings ?? new Dictionary<string, string>(), publicAddress: null) { Address = Somewhere() };
        await CopyFolderAsync(folder, program.Data);
        await program.StartAgainAsync();
        return program;
    }

    /// <summary>A fresh installation where somebody presses "Open the demo organisation".</summary>
    public static async Task<TheProgram> SetUpDemoAsync(string? database = null, IReadOnlyDictionary<string, string>? settings = null)
    {
        var program = await StartAsync(database, settings);
        using var visitor = program.Visit();
        var made = await visitor.SubmitAsync(await visitor.OpenAsync("/setup"), "form[action='/setup/demo']");
        Assert.Equal("/sign-in", made.Path);
        return program;
    }

    /// <summary>Somebody who is not signed in.</summary>
    public Visitor Visit() => new(Address);

    /// <param name="password">That of the demo's people when left out.</param>
    public async Task<Visitor> SignInAsync(string email, string? password = null)
    {
        var visitor = Visit();
        var page = await visitor.SubmitAsync(await visitor.OpenAsync("/sign-in?back=/strip"), "form[action='/sign-in']", ("email", email), ("password", password ?? Countersign.Web.Setup.DemoOrganisation.Password));
        Assert.Equal("/strip", page.Path);
        return visitor;
    }

    /// <summary>After <see cref="KillAsync"/> or <see cref="StopAsync"/>: the same folder, the same address.</summary>
    public async Task StartAgainAsync()
    {
        var start = new ProcessStartInfo("dotnet", [Program, "--data", Data, "--urls", Address.ToString(), .. database is null ? (string[])[] : ["--database", database], .. publicAddress is null ? (string[])[] : ["--public-address", publicAddress.ToString()]])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Data,
        };
        // All the people of a test run sign in from this one machine.
        start.Environment["Strangers__FormsPerMinute"] = "100000";
        start.Environment["DOTNET_TC_CallCountThreshold"] = Optimise;
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        var listening = new TaskCompletionSource();
        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Hear(line.Data, listening);
        process.ErrorDataReceived += (_, line) => Hear(line.Data, listening);
        process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException("The program ended."));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await listening.Task.WaitAsync(patience);
        }
        catch (Exception failure) when (failure is TimeoutException or InvalidOperationException)
        {
            await KillAsync();
            throw new InvalidOperationException($"The program did not start: {Said}", failure);
        }
    }

    /// <summary>As `kill -9` does: nothing is finished, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        if (process is not { } running)
            return;
        process = null;
        running.Kill();
        await running.WaitForExitAsync();
        running.Dispose();
    }

    /// <summary>Asks it to end, as a service manager would, and waits until it has.</summary>
    public async Task StopAsync()
    {
        if (process is not { } running)
            return;
        process = null;
        using (var kill = Process.Start("kill", ["-TERM", running.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        await running.WaitForExitAsync().WaitAsync(patience);
        running.Dispose();
    }

    /// <summary>The same program with a command, on the same data, beside the one that serves or without it.</summary>
    public Task<(int Code, string Said)> CommandAsync(params string[] words) => TypeAsync([], words);

    /// <summary>The same, with lines for what it asks.</summary>
    public async Task<(int Code, string Said)> TypeAsync(IReadOnlyList<string> lines, params string[] words)
    {
        using var command = Process.Start(new ProcessStartInfo("dotnet", [Program, .. words, "--data", Data, .. database is null ? (string[])[] : ["--database", database]])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Data,
        })!;
        foreach (var line in lines)
            await command.StandardInput.WriteLineAsync(line);
        command.StandardInput.Close();
        var (output, errors) = (command.StandardOutput.ReadToEndAsync(), command.StandardError.ReadToEndAsync());
        await command.WaitForExitAsync().WaitAsync(patience);
        return (command.ExitCode, await output + await errors);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(Data, recursive: true);
    }

    /// <summary>Built beside the tests, in the same configuration.</summary>
    internal static string Program
    {
        get
        {
            var tests = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.Combine(tests.Parent!.Parent!.FullName, "Countersign.Web", tests.Name, "Countersign.Web.dll");
        }
    }

    private static Uri Somewhere() => new($"http://127.0.0.1:{Ports.Free()}/");

    /// <returns>The data folder of a demo that has ended in order; it is removed with the test process.</returns>
    private static async Task<string> SetUpFolderAsync()
    {
        var folder = Directory.CreateTempSubdirectory("countersign-demo-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        await using var program = await SetUpDemoAsync();
        using var reader = program.Visit();
        using var limit = new CancellationTokenSource(patience);
        while ((await reader.OpenAsync("/newsroom")).Document.QuerySelectorAll(".news-post").Length < PublishedByDemo)
            await Task.Delay(TimeSpan.FromMilliseconds(200), limit.Token);
        await program.StopAsync();
        await CopyFolderAsync(program.Data, folder);
        return folder;
    }

    /// <summary>With the permissions of its files: the keys are their owner's alone.</summary>
    private static async Task CopyFolderAsync(string from, string to)
    {
        using var copying = Process.Start("cp", ["-a", Path.Combine(from, "."), to]);
        await copying.WaitForExitAsync();
        Assert.Equal(0, copying.ExitCode);
    }

    private Process Now()
    {
        var running = process ?? throw new InvalidOperationException("The program does not run.");
        running.Refresh();
        return running;
    }

    private void Hear(string? line, TaskCompletionSource listening)
    {
        if (line is null)
            return;
        lock (said)
            said.AppendLine(line);
        if (line.StartsWith("Countersign is at", StringComparison.Ordinal))
            listening.TrySetResult();
    }
}

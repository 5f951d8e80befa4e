using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Countersign.Checks;

/// <summary>How a child process ended and what it said, both streams in the order they came.</summary>
/// <param name="ExitCode">Null when it ran out of time and was ended.</param>
public sealed record Ended(int? ExitCode, TimeSpan Took, IReadOnlyList<string> Lines)
{
    public bool Well => ExitCode == 0;

    /// <summary>Its last words; where it crashed, the first of them, because the reason stands above the stack.</summary>
    public string Last(int lines)
    {
        var said = Lines.Where(line => line.Trim().Length > 0).ToList();
        var crash = said.FindIndex(line => line.StartsWith("Unhandled exception", StringComparison.Ordinal) || line.StartsWith("Process terminated", StringComparison.Ordinal));
        return string.Join('\n', crash < 0 ? said.TakeLast(lines) : said.Skip(crash).Take(lines));
    }
}

/// <summary>
/// Runs programs with a time limit. On Unix each gets a process group of its own, and the whole group is ended with it,
/// so nothing that a test started and forgot outlives the run.
/// </summary>
public static partial class Child
{
    private const int KillSignal = 9;

    private static readonly ConcurrentDictionary<int, Process> running = new();

    private static readonly string? setsid = OperatingSystem.IsWindows() ? null : Programs.Find("setsid");

    private static readonly Lock ending = new();
    private static bool ended;

    public static async Task<Ended> RunAsync(
        string program,
        IEnumerable<string> arguments,
        string folder,
        TimeSpan limit,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = setsid is null ? new ProcessStartInfo(program, arguments) : new ProcessStartInfo(setsid, [program, .. arguments]);
        start.UseShellExecute = false;
        start.WorkingDirectory = folder;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var lines = new ConcurrentQueue<string>();
        var exit = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.Exited += (_, _) => exit.TrySetResult();
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);

        var clock = Stopwatch.StartNew();
        lock (ending)
        {
            if (ended)
            {
                return new Ended(null, TimeSpan.Zero, ["Not started: the run was interrupted."]);
            }

            process.Start();
            running[process.Id] = process;
        }

        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        var inTime = await Task.WhenAny(exit.Task, Task.Delay(limit)) == exit.Task;
        EndGroup(process);
        await exit.Task;

        // A grandchild outside the group may hold the pipe open for ever: its words are not waited for.
        await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(TimeSpan.FromSeconds(5)));
        running.TryRemove(process.Id, out _);
        return new Ended(inTime ? process.ExitCode : null, clock.Elapsed, [.. lines]);

        void Keep(string? line)
        {
            if (line is not null)
            {
                lines.Enqueue(line);
            }
        }
    }

    /// <summary>Ends every child that still runs and starts no more: for Ctrl+C.</summary>
    public static void EndAll()
    {
        lock (ending)
        {
            ended = true;
        }

        foreach (var process in running.Values)
        {
            EndGroup(process);
        }
    }

    private static void EndGroup(Process process)
    {
        try
        {
            if (setsid is not null)
            {
                // The leader's id is the group's id, and stays so for as long as any member lives.
                _ = Kill(-process.Id, KillSignal);
            }

            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        catch (InvalidOperationException)
        {
            // It ended by itself in the meantime.
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Kill(int id, int signal);
}

using System.Diagnostics;

namespace Countersign.Tests.Shared;

/// <summary>Programs of the machine: where they are, and what they answer.</summary>
public static class Installed
{
    /// <summary>The folders of PATH, in its order.</summary>
    public static IReadOnlyList<string> Folders { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The full path of the first of these programs that PATH or one of <paramref name="alsoIn"/> holds.</summary>
    public static string? Find(IEnumerable<string> names, IEnumerable<string>? alsoIn = null)
    {
        var suffix = OperatingSystem.IsWindows() ? ".exe" : "";
        return names
            .SelectMany(name => Folders.Concat(alsoIn ?? []).Select(folder => Path.Combine(folder, name + suffix)))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>Runs a short command to its end and gives what it printed; throws with its own words when it fails.</summary>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{Path.GetFileName(program)} ended with {process.ExitCode}: {await error}{await output}");
    }
}

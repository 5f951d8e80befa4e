using System.Diagnostics;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace Countersign.Web.Tests.Delivery;

/// <summary>The real program, started on an installation that a test prepared, in a hurry: short waits, so that a run takes minutes and not hours.</summary>
internal static class TheProgramOn
{
    public static string Folder(AnInstallation here) => here.Services.GetRequiredService<Installation>().DataFolder;

    public static Process Start(AnInstallation here)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Countersign.Web.dll"), "--data", Folder(here), "--urls", "http://127.0.0.1:0"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder(here),
            Environment =
            {
                ["Delivery__AnswerWithin"] = "00:00:02",
                ["Delivery__Lease"] = "00:00:06",
                ["Delivery__LookAfter__0"] = "00:00:01",
                ["Delivery__Settle"] = "00:00:05",
                ["Delivery__AtOnce"] = "2",
                ["Delivery__Patience"] = "00:00:00",
            },
        };
        var installation = here.Services.GetRequiredService<Installation>();
        if (installation.Database == DatabaseKind.Postgres)
        {
            start.ArgumentList.Add("--database");
            start.ArgumentList.Add(installation.ConnectionString);
        }

        var program = Process.Start(start)!;
        program.OutputDataReceived += (_, _) => { };
        program.ErrorDataReceived += (_, _) => { };
        program.BeginOutputReadLine();
        program.BeginErrorReadLine();
        return program;
    }

    /// <summary>Started, and listening: on a machine that is busy that takes its time, and a run that kills before it tests nothing.</summary>
    public static async Task<Process> ListeningAsync(AnInstallation here)
    {
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var program = Start(here);
        program.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("http://127.0.0.1:", StringComparison.Ordinal) == true)
                listening.TrySetResult();
        };
        await Task.WhenAny(listening.Task, Task.Delay(TimeSpan.FromMinutes(1)));
        return program;
    }

    /// <summary>As `kill -9` does.</summary>
    public static async Task KillAsync(Process program)
    {
        program.Kill();
        await program.WaitForExitAsync();
        program.Dispose();
    }
}

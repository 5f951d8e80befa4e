using System.Diagnostics;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace Countersign.Web.Tests.Delivery;

/// <summary>The real program, started on an installation that a test prepared, in a hurry: short waits, so that a run takes minutes and not hours.</summary>
internal static class TheProgramOn
{
    public static string Folder(AnInstallation here) => here.Services.GetRequiredService<Installation>().DataFolder;

    /// <param name="more">Settings beside these, or in their place.</param>
    public static Process Start(AnInstallation here, IReadOnlyDictionary<string, string>? more = null)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Countersign.Web.dll"), "--data", Folder(here), "--urls", "http://127.0.0.1:0"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder(here),
            Environment =
            {
                ["Delivery__AnswerWithin"] = "00:00:04",
                ["Delivery__Lease"] = "00:00:12",
                ["Delivery__LookAfter__0"] = "00:00:01",
                ["Delivery__LookAfter__1"] = "00:00:02",
                ["Delivery__LookAfter__2"] = "00:00:02",
                ["Delivery__LookAfter__3"] = "00:00:02",
                ["Delivery__LookAfter__4"] = "00:00:02",
                ["Delivery__TryAgainAfter"] = "00:00:00.5",
                ["Delivery__Settle"] = "00:00:08",
                ["Delivery__AtOnce"] = "2",
                ["Delivery__Patience"] = "00:00:00",
            },
        };
        foreach (var (name, value) in more ?? new Dictionary<string, string>())
            start.Environment[name] = value;
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

    /// <summary>As `kill -9` does.</summary>
    public static async Task KillAsync(Process program)
    {
        program.Kill();
        await program.WaitForExitAsync();
        program.Dispose();
    }
}

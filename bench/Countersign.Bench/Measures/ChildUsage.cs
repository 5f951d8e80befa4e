using System.Runtime.InteropServices;

namespace Countersign.Bench.Measures;

/// <summary>What child processes that have ended used, by the kernel's own account (getrusage; Linux only).</summary>
/// <param name="Seconds">Processor time of all of them together.</param>
internal readonly record struct ChildUsage(double Seconds)
{
    private const int Children = -1;

    public static ChildUsage Now()
    {
        // Two times of seconds and microseconds, then numbers that are not asked for.
        var usage = new long[18];
        return GetUsage(Children, usage) == 0
            ? new ChildUsage(usage[0] + usage[2] + ((usage[1] + usage[3]) / 1e6))
            : throw new InvalidOperationException("getrusage failed.");
    }

    [DllImport("libc", EntryPoint = "getrusage")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int GetUsage(int who, [In, Out] long[] usage);
}

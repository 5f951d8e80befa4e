using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Countersign.Bench.Measures;

/// <summary>The processor time of the calling thread: what the work itself took, whatever else the machine did meanwhile.</summary>
internal static class ThreadTime
{
    /// <summary>CLOCK_THREAD_CPUTIME_ID of Linux.</summary>
    private const int OfThisThread = 3;

    public static double Of(Action work)
    {
        var start = Seconds();
        work();
        return Seconds() - start;
    }

    /// <summary>Processor time on Linux; elsewhere the time on the wall.</summary>
    public static double Seconds()
    {
        if (!OperatingSystem.IsLinux())
            return Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;
        return clock_gettime(OfThisThread, out var time) == 0
            ? time.Seconds + (time.Nanoseconds / 1e9)
            : throw new InvalidOperationException("The processor time of a thread cannot be read here.");
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int clock_gettime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}

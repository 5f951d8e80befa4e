using Countersign.Bench.Deliveries;
using Countersign.Storage;

namespace Countersign.Bench;

/// <summary>Whether posts leave on time, and what looking for them costs.</summary>
internal static class Delivery
{
    /// <param name="args">A part to measure alone: minute or scan; a database alone: sqlite or postgres.</param>
    public static int Run(string[] args)
    {
        foreach (var kind in Enum.GetValues<DatabaseKind>().Where(kind => Wants(kind.ToString().ToLowerInvariant(), "sqlite", "postgres")))
        {
            if (Wants("minute", "minute", "scan"))
                SameMinute.RunAsync(kind).GetAwaiter().GetResult();
            if (Wants("scan", "minute", "scan"))
                DueScan.RunAsync(kind).GetAwaiter().GetResult();
        }

        return 0;

        bool Wants(string part, params string[] choice) => !args.Intersect(choice).Any() || args.Contains(part);
    }
}

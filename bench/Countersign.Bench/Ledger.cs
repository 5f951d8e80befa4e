using Countersign.Bench.Ledgers;
using Countersign.Storage;

namespace Countersign.Bench;

/// <summary>What the audit trail costs.</summary>
internal static class Ledger
{
    /// <param name="args">A part to measure alone: hashing, export, sqlite or postgres; of these two also ratio, cost, storage or latency alone.</param>
    public static int Run(string[] args)
    {
        if (Wants("hashing"))
            Hashing.Run();
        if (Wants("export"))
            Export.RunAsync().GetAwaiter().GetResult();
        if (Wants("sqlite"))
            Committing.RunAsync(DatabaseKind.Sqlite, WantsPart).GetAwaiter().GetResult();
        if (Wants("postgres"))
            Committing.RunAsync(DatabaseKind.Postgres, WantsPart).GetAwaiter().GetResult();
        return 0;

        bool Wants(string part) => args.Length == 0 || args.Contains(part);

        bool WantsPart(string part) => !args.Intersect(["ratio", "cost", "storage", "latency"]).Any() || args.Contains(part);
    }
}

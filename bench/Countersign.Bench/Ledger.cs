using Countersign.Bench.Ledgers;
using Countersign.Storage;

namespace Countersign.Bench;

/// <summary>What the audit trail costs.</summary>
internal static class Ledger
{
    /// <param name="args">A part to measure alone: hashing, export, sqlite or postgres.</param>
    public static int Run(string[] args)
    {
        if (Wants("hashing"))
            Hashing.Run();
        if (Wants("export"))
            Export.RunAsync().GetAwaiter().GetResult();
        if (Wants("sqlite"))
            Committing.RunAsync(DatabaseKind.Sqlite).GetAwaiter().GetResult();
        if (Wants("postgres"))
            Committing.RunAsync(DatabaseKind.Postgres).GetAwaiter().GetResult();
        return 0;

        bool Wants(string part) => args.Length == 0 || args.Contains(part);
    }
}

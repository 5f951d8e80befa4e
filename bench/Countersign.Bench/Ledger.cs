using Countersign.Bench.Ledgers;

namespace Countersign.Bench;

/// <summary>What the audit trail costs.</summary>
internal static class Ledger
{
    public static int Run(string[] args)
    {
        Hashing.Run();
        Export.RunAsync().GetAwaiter().GetResult();
        return 0;
    }
}

namespace Countersign.Bench.Ledgers;

/// <summary>What the server that is shared with the tests calls when it finds no PostgreSQL.</summary>
internal static class Missing
{
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    public static void Lacks(string what) => throw new InvalidOperationException(what);
}

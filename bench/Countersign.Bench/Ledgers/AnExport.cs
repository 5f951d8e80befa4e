namespace Countersign.Bench.Ledgers;

/// <summary>What a usual export is like.</summary>
internal static class AnExport
{
    /// <summary>The length in bytes of a usual entry; the targets are stated for it.</summary>
    public const int EntryLength = 334;
}

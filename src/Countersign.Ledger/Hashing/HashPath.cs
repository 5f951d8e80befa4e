namespace Countersign.Ledger.Hashing;

/// <summary>By which code hashes are computed. All give the same.</summary>
internal enum HashPath
{
    /// <summary>The framework's SHA-256, one message after the other.</summary>
    Framework,

    /// <summary>Our own, one message after the other: only to be sure of the framework's.</summary>
    OneLane,

    /// <summary>Our own, eight at once, where the processor has AVX2.</summary>
    EightLanes,

    /// <summary>Our own, sixteen at once, where the processor has AVX-512.</summary>
    SixteenLanes,
}

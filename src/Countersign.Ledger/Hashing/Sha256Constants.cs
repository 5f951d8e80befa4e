namespace Countersign.Ledger.Hashing;

/// <summary>Computed as the standard defines them rather than typed in.</summary>
internal static class Sha256Constants
{
    /// <summary>The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, section 4.2.2).</summary>
    public static readonly uint[] Rounds = FractionsOfRoots(64, Math.Cbrt);

    /// <summary>The same of the square roots of the first 8 primes (FIPS 180-4, section 5.3.3).</summary>
    public static readonly uint[] InitialState = FractionsOfRoots(8, Math.Sqrt);

    /// <summary>A double holds 52 bits after the point less the few before it: more than the 32 wanted.</summary>
    private static uint[] FractionsOfRoots(int count, Func<double, double> root) =>
    [
        .. Enumerable.Range(2, 400)
            .Where(n => Enumerable.Range(2, n - 2).All(divisor => n % divisor != 0))
            .Take(count)
            .Select(prime => root(prime))
            .Select(value => (uint)((value - Math.Floor(value)) * 4294967296.0)),
    ];
}

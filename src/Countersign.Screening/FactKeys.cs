using System.Collections.Frozen;
using System.Reflection;

namespace Countersign.Screening;

/// <summary>The facts that may be stated about an item; the list is `Data/fact-keys.txt`.</summary>
public static class FactKeys
{
    public static readonly FrozenSet<string> Known = Read();

    /// <exception cref="ArgumentException">A key is not known; it is named.</exception>
    public static void Check(IReadOnlyDictionary<string, string> facts)
    {
        if (facts.Count == 0)
            return;
        // The usual dictionary is walked without an enumerator on the heap.
        if (facts is Dictionary<string, string> usual)
        {
            foreach (var fact in usual)
                Check(fact.Key);
        }
        else
        {
            foreach (var fact in facts)
                Check(fact.Key);
        }

    }

    private static void Check(string key)
    {
        if (!Known.Contains(key))
            throw new ArgumentException($"The engine knows no fact '{key}'.", nameof(key));
    }

    private static FrozenSet<string> Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Countersign.Screening.Data.fact-keys.txt")
            ?? throw new InvalidOperationException("The list of fact keys is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !line.StartsWith('#'))
            .ToFrozenSet(StringComparer.Ordinal);
    }
}

using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Countersign.Screening;

namespace Countersign.Publishing;

/// <summary>
/// What was found in items lately, so that words are not read once more at the moment they are due. Reading is a function of the item and
/// the release and of nothing else, so what is known is what would be found. An item on which a rule failed is read again each time.
/// </summary>
/// <param name="most">Items of one generation; the last two are kept. A signed post is among them from its last signature on.</param>
public sealed class KnownAssessments(int most)
{
    private readonly Lock turning = new();
    private ConcurrentDictionary<string, Assessment> young = new(StringComparer.Ordinal);
    private ConcurrentDictionary<string, Assessment> old = new(StringComparer.Ordinal);

    public KnownAssessments()
        : this(4_096)
    {
    }

    public Assessment Screen(ScreeningItem item, PolicyRelease release)
    {
        var key = KeyOf(item, release);
        if (young.TryGetValue(key, out var known))
            return known;
        if (!old.TryGetValue(key, out known))
        {
            known = Screener.Screen(item, release);
            if (known.Failed.Count > 0 || known.Faults.Count > 0)
                return known;
        }

        Keep(key, known);
        return known;
    }

    /// <summary>Everything that is read, each part behind its length: no two items share a key.</summary>
    private static string KeyOf(ScreeningItem item, PolicyRelease release)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string part)
        {
            AddNumber(part.Length);
            hash.AppendData(MemoryMarshal.AsBytes(part.AsSpan()));
        }

        void AddNumber(int value)
        {
            var bytes = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(bytes, value);
            hash.AppendData(bytes);
        }

        Add(release.Digest);
        AddNumber((int)item.Direction);
        AddNumber((int)item.Kind);
        AddNumber(item.Segments.Count);
        foreach (var segment in item.Segments)
        {
            AddNumber((int)segment.Kind);
            AddNumber(segment.Index);
            Add(segment.Text);
        }

        AddNumber(item.Facts.Count);
        foreach (var (name, value) in item.Facts.OrderBy(fact => fact.Key, StringComparer.Ordinal))
        {
            Add(name);
            Add(value);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private void Keep(string key, Assessment assessment)
    {
        if (young.Count >= most)
        {
            lock (turning)
            {
                if (young.Count >= most)
                    (old, young) = (young, new ConcurrentDictionary<string, Assessment>(StringComparer.Ordinal));
            }
        }

        young[key] = assessment;
    }
}

using System.Security.Cryptography;
using Countersign.Ledger.Hashing;

namespace Countersign.Ledger.Tests;

/// <summary>Every way to hash gives what the framework's SHA-256 gives.</summary>
public sealed class HasherTests
{
    private const int Longest = 1_100;

    /// <summary>By name, those that this processor has; on a reference machine all four.</summary>
    public static TheoryData<string> Paths => [.. Enum.GetValues<HashPath>().Where(Hasher.IsSupported).Select(path => path.ToString())];

    [Theory, MemberData(nameof(Paths))]
    public void Leaves_of_every_length_hash_alike(string path)
    {
        var hasher = Open(path);
        for (var round = 0; round < 3; round++)
        {
            var random = new Random(round);
            var entries = Enumerable.Range(0, Longest + 1).Select(length => RandomBytes(random, length)).ToArray();
            random.Shuffle(entries);
            AssertAlike(hasher, entries);
        }
    }

    [Theory, MemberData(nameof(Paths))]
    public void Groups_of_every_size_hash_alike(string path)
    {
        var hasher = Open(path);
        var random = new Random(3);
        foreach (var length in new[] { 0, 1, 53, 54, 55, 63, 64, 117, 118, 119, 334, 5_000, 65_535 })
        {
            for (var count = 1; count <= 35; count++)
                AssertAlike(hasher, [.. Enumerable.Range(0, count).Select(_ => RandomBytes(random, length))]);
        }
    }

    [Theory, MemberData(nameof(Paths))]
    public void Nodes_hash_alike(string path)
    {
        var hasher = Open(path);
        var random = new Random(4);
        for (var count = 0; count <= 130; count++)
        {
            var children = RandomBytes(random, count * 64);
            var parents = new byte[count * 32];
            hasher.Nodes(children, parents);
            Assert.Equal(Enumerable.Range(0, count).SelectMany(at => SHA256.HashData([1, .. children.AsSpan(at * 64, 64)])), parents);
        }
    }

    [Fact]
    public void Attack_17_a_second_opinion_never_asks_the_framework_and_agrees_with_it()
    {
        var random = new Random(5);
        for (var count = 0; count < 40; count++)
        {
            byte[][] entries = [.. Enumerable.Range(0, count).Select(_ => RandomBytes(random, random.Next(2_000)))];
            Assert.Equal(entries.Select(entry => TreeHash.OfLeaf(entry)), SecondOpinion.OfLeaves(entries));
        }
    }

    [Fact]
    public void The_constants_are_those_of_the_standard()
    {
        Assert.Equal([0x428a2f98u, 0x71374491u, 0xc67178f2u], new[] { Sha256Constants.Rounds[0], Sha256Constants.Rounds[1], Sha256Constants.Rounds[63] });
        Assert.Equal([0x6a09e667u, 0x5be0cd19u], new[] { Sha256Constants.InitialState[0], Sha256Constants.InitialState[7] });
    }

    private static Hasher Open(string name) => new(Enum.Parse<HashPath>(name));

    private static void AssertAlike(Hasher hasher, byte[][] entries)
    {
        var stretches = new Stretch[entries.Length];
        var data = new byte[entries.Sum(entry => entry.Length + 2)];
        var at = 0;
        for (var number = 0; number < entries.Length; number++)
        {
            entries[number].CopyTo(data, at + 2);
            stretches[number] = new Stretch(at + 2, entries[number].Length);
            at += entries[number].Length + 2;
        }

        var digests = new byte[entries.Length * 32];
        hasher.Leaves(data, stretches, digests);
        for (var number = 0; number < entries.Length; number++)
            Assert.Equal(SHA256.HashData([0, .. entries[number]]), digests.AsSpan(number * 32, 32));
    }

    private static byte[] RandomBytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    [Fact]
    public void A_batch_gives_back_its_leaves_and_their_hashes_however_many_and_however_long()
    {
        var random = new Random(5);
        foreach (var count in new[] { 0, 1, 17, 256, 257, 3_000 })
        {
            using var batch = new LeafBatch();
            var leaves = Enumerable.Range(0, count).Select(_ => new byte[random.Next(0, 900)]).ToList();
            foreach (var leaf in leaves)
            {
                random.NextBytes(leaf);
                batch.Add(leaf);
            }

            Assert.True(batch.TryHash(out var hashes));
            Assert.Equal(count, batch.Count);
            Assert.Equal(count, hashes.Length);
            for (var at = 0; at < count; at++)
            {
                Assert.True(batch[at].SequenceEqual(leaves[at]));
                Assert.Equal(TreeHash.OfLeaf(leaves[at]), hashes[at]);
            }
        }
    }
}

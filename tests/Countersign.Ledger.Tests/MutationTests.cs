using System.Collections.Concurrent;
using Countersign.Tests.Shared;

namespace Countersign.Ledger.Tests;

/// <summary>Thousands of random edits to an exported log: each must be found, or be shown to have changed nothing that was signed.</summary>
public sealed class MutationTests(ITestOutputHelper output)
{
    private static readonly int Edits = Run.Long ? 50_000 : 3_000;

    private enum Verdict
    {
        Found,

        /// <summary>The file says byte for byte what it said before.</summary>
        SameBytes,

        /// <summary>A checkpoint or piece of content that need not be there is gone: one fewer is counted, and the rest still verifies.</summary>
        OneFewer,

        /// <summary>A part of a time stamp that is not signed differs, and it still says the same: the same authority, the same time.</summary>
        SaysTheSame,

        Missed,
    }

    [Fact]
    public async Task Attack_20_every_edit_of_an_export_is_found()
    {
        using var authority = await ATimeStampAuthority.OpenAsync();
        using var log = await AnExportedLog.WriteAsync();
        var trust = await VouchAsync(log, authority);
        var files = log.Files().ToDictionary(file => file, file => File.ReadAllBytes(log.PathOf(file)), StringComparer.Ordinal);
        var verdicts = new ConcurrentDictionary<Verdict, int>();
        var missed = new ConcurrentBag<string>();
        Parallel.ForEach(Partitioner.Create(0, Edits, Edits / Environment.ProcessorCount), range =>
        {
            var copy = new Copy(files, trust);
            for (var seed = range.Item1; seed < range.Item2; seed++)
            {
                var (verdict, edit) = copy.TryEdit(new Random(seed));
                verdicts.AddOrUpdate(verdict, 1, (_, count) => count + 1);
                if (verdict == Verdict.Missed)
                    missed.Add($"seed {seed}: {edit}");
            }
            copy.Delete();
        });
        output.WriteLine(string.Join(", ", verdicts.Select(verdict => $"{verdict.Key}: {verdict.Value}")));
        Assert.Empty(missed);
        Assert.Equal(Edits, verdicts.Values.Sum());
        Assert.True(verdicts[Verdict.Found] > Edits * 9 / 10, "Most edits change something.");
    }

    /// <summary>A witness cosigns the checkpoint at half the size, and an authority stamps the whole.</summary>
    private static async Task<LogTrust> VouchAsync(AnExportedLog log, ATimeStampAuthority authority)
    {
        var witness = CosignatureSigner.Create("witness.example/w1");
        Assert.True(SignedNote.TryParse(await File.ReadAllBytesAsync(log.PathOf("checkpoints/300"), TestContext.Current.CancellationToken), out var half));
        await File.WriteAllBytesAsync(log.PathOf("checkpoints/300"), half.With(witness.Sign(half, new DateTimeOffset(2026, 11, 12, 12, 0, 0, TimeSpan.Zero))).ToBytes(), TestContext.Current.CancellationToken);
        Assert.True(SignedNote.TryParse(await File.ReadAllBytesAsync(log.PathOf("checkpoint"), TestContext.Current.CancellationToken), out var whole));
        var request = TimeStamp.Request(whole);
        Assert.True(TimeStamp.TryTake(request, await authority.AnswerAsync(request), whole, authority.Roots, out var stamp, out _));
        await LogFolder.WriteTimeStampAsync(log.Folder, 600, stamp.Token, TestContext.Current.CancellationToken);
        return new LogTrust([log.Key]) { Witnesses = [CosignatureVerifier.Parse(witness.VerifierKey)], Authorities = authority.Roots };
    }

    /// <summary>A copy of the export that is mended after each edit.</summary>
    private sealed class Copy
    {
        private readonly Dictionary<string, byte[]> files;
        private readonly string[] names;
        private readonly LogTrust trust;
        private readonly string folder = Directory.CreateTempSubdirectory("countersign-edits-").FullName;
        private readonly HashSet<string> touched = new(StringComparer.Ordinal);
        private readonly AuditReport before;

        public Copy(Dictionary<string, byte[]> files, LogTrust trust)
        {
            (this.files, this.trust, names) = (files, trust, [.. files.Keys.Order(StringComparer.Ordinal)]);
            foreach (var (name, bytes) in files)
                Write(name, bytes);
            before = LogAudit.Run(folder, trust);
            Assert.True(before.Passed);
        }

        public (Verdict Verdict, string Edit) TryEdit(Random random)
        {
            touched.Clear();
            var edit = Edit(random);
            var verdict = Judge(LogAudit.Run(folder, trust));
            foreach (var name in touched)
            {
                if (files.TryGetValue(name, out var bytes))
                    Write(name, bytes);
                else
                    File.Delete(Path.Combine(folder, name));
            }
            return (verdict, edit);
        }

        public void Delete() => Directory.Delete(folder, recursive: true);

        private Verdict Judge(AuditReport after)
        {
            if (!after.Passed)
                return after.Findings.Count > 0 ? Verdict.Found : Verdict.Missed;
            if (touched.All(name => files.TryGetValue(name, out var bytes) && File.Exists(Path.Combine(folder, name)) && bytes.AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(folder, name)))))
                return Verdict.SameBytes;
            if (touched.Count == 1 && touched.Single().EndsWith(".tst", StringComparison.Ordinal) && after.Anchors.SequenceEqual(before.Anchors))
                return Verdict.SaysTheSame;
            var isGone = touched.Count == 1 && !File.Exists(Path.Combine(folder, touched.Single()));
            var fewer = (before.KeptCheckpoints - after.KeptCheckpoints, before.ContentsShown - after.ContentsShown, before.Anchors.Count - after.Anchors.Count);
            return isGone && fewer is (1, 0, 0) or (0, 1, 0) or (0, 0, 1) ? Verdict.OneFewer : Verdict.Missed;
        }

        private string Edit(Random random)
        {
            var name = names[random.Next(names.Length)];
            var other = names[random.Next(names.Length)];
            var bytes = files[name];
            var at = random.Next(bytes.Length);
            switch (random.Next(10))
            {
                case 0:
                    Put(name, bytes[..at]);
                    return $"{name} cut off at {at}";
                case 1:
                    touched.Add(name);
                    File.Delete(Path.Combine(folder, name));
                    return $"{name} deleted";
                case 2:
                    Put(name, files[other]);
                    Put(other, bytes);
                    return $"{name} and {other} swapped";
                case 3:
                    var elsewhere = $"{Path.GetDirectoryName(name)}/{random.Next(1000)}".TrimStart('/');
                    Put(files.ContainsKey(elsewhere) ? elsewhere + "x" : elsewhere, bytes);
                    return $"{name} copied to {elsewhere}";
                case 4:
                    Put(name, [.. bytes[..at], .. bytes]);
                    return $"{name} begun again at {at}";
                case 5:
                    Put(name, [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]]);
                    return $"{name} with a byte more at {at}";
                default:
                    var bit = 1 << random.Next(8);
                    Put(name, [.. bytes[..at], (byte)(bytes[at] ^ bit), .. bytes[(at + 1)..]]);
                    return $"{name} with bit {bit} flipped at {at}";
            }
        }

        private void Put(string name, byte[] bytes)
        {
            touched.Add(name);
            Write(name, bytes);
        }

        private void Write(string name, byte[] bytes)
        {
            var path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, bytes);
        }
    }
}

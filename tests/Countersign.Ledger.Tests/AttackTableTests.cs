using System.Text.RegularExpressions;
using Countersign.Tests.Shared;

namespace Countersign.Ledger.Tests;

/// <summary>Whoever reads docs/attacks.md reads of tests that are there.</summary>
public sealed partial class AttackTableTests
{
    private const int Attacks = 20;

    [Fact]
    public void Each_of_the_twenty_attacks_has_a_test_that_names_its_number()
    {
        var rows = File.ReadAllLines(Path.Combine(Run.Root, "docs", "attacks.md")).Where(line => char.IsAsciiDigit(line.ElementAtOrDefault(2))).ToList();
        Assert.Equal(Enumerable.Range(1, Attacks), rows.Select(row => int.Parse(row.Split('|')[1])));
        var sources = Directory.EnumerateFiles(Path.Combine(Run.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories).ToLookup(Path.GetFileNameWithoutExtension, File.ReadAllText, StringComparer.Ordinal);
        foreach (var (number, row) in rows.Select((row, at) => (at + 1, row)))
        {
            var named = Named().Matches(row);
            Assert.NotEmpty(named);
            foreach (Match test in named)
            {
                Assert.Contains(sources[test.Groups[1].Value], source => source.Contains($" {test.Groups[2].Value}(", StringComparison.Ordinal));
                Assert.Contains($"{number:00}", test.Groups[2].Value, StringComparison.Ordinal);
            }
        }
    }

    [GeneratedRegex("`([A-Za-z]+Tests)\\.([A-Za-z0-9_]+)`", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Named();
}

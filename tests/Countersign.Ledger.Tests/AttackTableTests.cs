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
                Assert.Contains(sources[test.Groups["file"].Value], source => source.Contains($" {test.Groups["test"].Value}(", StringComparison.Ordinal));
                Assert.Contains($"{number:00}", test.Groups["test"].Value, StringComparison.Ordinal);
            }
        }
    }

    [GeneratedRegex("`(?<file>[A-Za-z]+Tests)\\.(?<test>[A-Za-z0-9_]+)`", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Named();
}

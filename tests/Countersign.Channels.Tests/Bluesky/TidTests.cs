using Countersign.Channels.Bluesky;

namespace Countersign.Channels.Tests.Bluesky;

public sealed class TidTests
{
    private static readonly DateTimeOffset at = new(2026, 11, 12, 9, 42, 0, TimeSpan.Zero);

    [Fact]
    public void Nought_is_all_twos() => Assert.Equal("2222222222222", Tid.Mint(DateTimeOffset.UnixEpoch, 0));

    /// <summary>Both made with the network's own library (TID.fromTime of @atproto/common-web).</summary>
    [Theory]
    [InlineData(1_700_000_000, 5, "3ke6kg3wk2227")]
    [InlineData(1_763_113_320, 1023, "3m5lfbmaek2zz")]
    public void A_moment_has_the_key_that_the_networks_own_library_gives_it(long epochSeconds, int random, string key) =>
        Assert.Equal(key, Tid.Mint(DateTimeOffset.FromUnixTimeSeconds(epochSeconds), random));

    [Fact]
    public void Later_keys_sort_after_earlier_ones()
    {
        var keys = Enumerable.Range(0, 100).Select(i => Tid.Mint(at.AddMilliseconds(i))).ToList();

        Assert.Equal(keys.Order(StringComparer.Ordinal), keys);
    }

    [Theory]
    [InlineData("3jzfcijpj2z2a", true)]
    [InlineData("7777777777777", true)]
    [InlineData("zzzzzzzzzzzzz", false)]
    [InlineData("3jzfcijpj2z21", false)]
    [InlineData("3jzfcijpj2z2", false)]
    [InlineData("3JZFCIJPJ2Z2A", false)]
    [InlineData("", false)]
    public void Only_the_protocols_form_is_a_key(string key, bool valid) => Assert.Equal(valid, Tid.IsValid(key));
}

using System.Text;
using System.Text.Json;
using Countersign.Tests.Shared;

namespace Countersign.Channels.Tests.Bluesky;

/// <summary>Our count against the real server's verdict, in both directions, and what becomes a link there.</summary>
public sealed class BlueskyTextTests : IAsyncLifetime
{
    private BlueskyNetwork network = null!;

    public async ValueTask InitializeAsync() => network = await BlueskyNetwork.SharedAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public static TheoryData<string, string, int, bool> Boundaries => new()
    {
        { "300 letters", "a", 300, true },
        { "301 letters", "a", 301, false },
        { "300 Chinese letters", "漢", 300, true },
        { "301 Chinese letters", "漢", 301, false },
        { "120 families, 3,000 bytes", "👨‍👩‍👧‍👦", 120, true },
        { "121 families, 3,025 bytes", "👨‍👩‍👧‍👦", 121, false },
        { "300 flags, 2,400 bytes", "🇨🇭", 300, true },
        { "301 flags", "🇨🇭", 301, false },
        { "300 letters with an accent of their own", "e\u0301", 300, true },
        { "301 letters with an accent of their own", "e\u0301", 301, false },
        { "300 letters with four accents each, 2,700 bytes", "a\u0301\u0302\u0303\u0304", 300, true },
        { "One letter with 1,499 accents, 2,999 bytes", "a" + Repeat("\u0301", 1499), 1, true },
        { "One letter with 1,500 accents, 3,001 bytes", "a" + Repeat("\u0301", 1500), 1, false },
        { "300 hands in a skin colour, 2,400 bytes", "👍🏽", 300, true },
        { "301 hands in a skin colour", "👍🏽", 301, false },
        { "300 Korean syllables in parts, 2,700 bytes", "\u1112\u1161\u11ab", 300, true },
        { "301 Korean syllables in parts", "\u1112\u1161\u11ab", 301, false },
        { "150 letters and 150 line ends of two characters", "a\r\n", 150, true },
        { "151 letters and 151 line ends of two characters", "a\r\n", 151, false },
        { "150 Arabic letters and 150 direction marks", "ب\u200f", 150, true },
        { "151 Arabic letters and 151 direction marks", "ب\u200f", 151, false },
        { "300 Hindi syllables joined by a virama, 2,700 bytes", "क्ष", 300, true },
        { "301 Hindi syllables joined by a virama", "क्ष", 301, false },
        { "200 Bengali syllables of three consonants, 3,000 bytes", "ক্ষ্ম", 200, true },
        { "201 Bengali syllables of three consonants, 3,015 bytes", "ক্ষ্ম", 201, false },
    };

    [Theory]
    [MemberData(nameof(Boundaries))]
    public async Task Our_count_agrees_with_the_servers_verdict(string name, string unit, int times, bool fits)
    {
        var bluesky = OnBluesky.Open(network, network.Bob, network.Server);
        var delivery = bluesky.Deliver(Some.Words(Repeat(unit, times)));

        Assert.True(fits == !bluesky.Measures.Measure(delivery.Content.Text).Any(c => c.Over), $"{name}: our count");
        var outcome = await bluesky.SendAsync(delivery);
        Assert.True(fits == outcome is Outcome.Accepted, $"{name}: the server's verdict was {outcome}");
        if (!fits)
            Assert.Equal(RejectKind.TextTooLong, Assert.IsType<Outcome.Rejected>(outcome).Kind);
    }

    [Fact]
    public async Task Our_limit_on_pictures_agrees_with_the_servers_verdict()
    {
        var bluesky = OnBluesky.Open(network, network.Bob, network.Server);
        var limits = bluesky.Channel.Describe();
        Task<Outcome> Send(params PostMedia[] media) => bluesky.SendAsync(bluesky.Deliver(new PostContent("Pictures at the limit", media)));

        Assert.IsType<Outcome.Accepted>(await Send(Some.Picture(bytes: limits.MaxMediaBytes)));
        Assert.Equal(RejectKind.MediaInvalid, Assert.IsType<Outcome.Rejected>(await Send(Some.Picture(bytes: limits.MaxMediaBytes + 1))).Kind);
        Assert.Equal(RejectKind.MediaInvalid, Assert.IsType<Outcome.Rejected>(await Send([.. Enumerable.Range(0, limits.MaxMedia + 1).Select(_ => Some.Picture())])).Kind);
    }

    [Fact]
    public async Task Links_and_mentions_keep_their_place_in_bytes_and_name_the_right_account()
    {
        var bluesky = OnBluesky.Open(network, network.Bob, network.Server);
        const string text = "👨‍👩‍👧‍👦 Grüße @Alice.test, siehe https://example.test/ä und example.com. @nobody.test";
        var delivery = bluesky.Deliver(Some.Words(text));

        Assert.IsType<Outcome.Accepted>(await bluesky.SendAsync(delivery));

        var post = (await network.GetRecordAsync(network.Bob.Did, delivery.Key))!.Value.GetProperty("value");
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.Equal(
            [("@Alice.test", network.Alice.Did), ("https://example.test/ä", "https://example.test/ä"), ("example.com", "https://example.com")],
            post.GetProperty("facets").EnumerateArray().Select(f => (Words(f), Target(f))));
        Assert.Equal(text, post.GetProperty("text").GetString());

        string Words(JsonElement facet)
        {
            var index = facet.GetProperty("index");
            return Encoding.UTF8.GetString(bytes[index.GetProperty("byteStart").GetInt32()..index.GetProperty("byteEnd").GetInt32()]);
        }

        static string Target(JsonElement facet)
        {
            var feature = facet.GetProperty("features")[0];
            return (feature.TryGetProperty("did", out var did) ? did : feature.GetProperty("uri")).GetString()!;
        }
    }

    [Fact]
    public void A_rendering_shows_mentions_and_addresses_but_not_mail()
    {
        var rendering = ((IRender)OnBluesky.Open(network, network.Bob, network.Server).Channel).Render(Some.Words("@bob.test or desk@example.com or (@news.example.com)."));

        Assert.Equal(["https://bsky.app/profile/bob.test", "https://bsky.app/profile/news.example.com"], rendering.Links.Select(l => l.Target));
        Assert.Null(rendering.FoldAt);
    }

    [Fact]
    public void A_mention_inside_an_address_stays_part_of_the_address()
    {
        var rendering = ((IRender)OnBluesky.Open(network, network.Bob, network.Server).Channel).Render(Some.Words("https://example.test/?by=@bob.test"));

        Assert.Equal("https://example.test/?by=@bob.test", Assert.Single(rendering.Links).Target);
    }

    [Fact]
    public async Task The_language_the_time_and_the_pictures_stand_on_the_network_as_approved()
    {
        var bluesky = OnBluesky.Open(network, network.Bob, network.Server);
        var picture = Some.Picture("A harbour at night");
        var delivery = bluesky.Deliver(new PostContent("Bonsoir", [picture], "fr"));

        Assert.IsType<Outcome.Accepted>(await bluesky.SendAsync(delivery));

        var post = (await network.GetRecordAsync(network.Bob.Did, delivery.Key))!.Value.GetProperty("value");
        Assert.Equal("fr", post.GetProperty("langs")[0].GetString());
        Assert.Equal("2026-11-12T09:42:00.000Z", post.GetProperty("createdAt").GetString());
        var image = post.GetProperty("embed").GetProperty("images")[0];
        Assert.Equal(1, image.GetProperty("aspectRatio").GetProperty("width").GetInt32());
        Assert.Equal(picture.Bytes.ToArray(), await network.GetBlobAsync(network.Bob.Did, image.GetProperty("image").GetProperty("ref").GetProperty("$link").GetString()!));
    }

    private static string Repeat(string unit, int times) => string.Concat(Enumerable.Repeat(unit, times));
}

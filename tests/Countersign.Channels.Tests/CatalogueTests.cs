using Countersign.Channels.Http;
using Countersign.Channels.Tests.Shelf;

namespace Countersign.Channels.Tests;

public sealed class CatalogueTests
{
    private static readonly IReadOnlyList<IChannel> networks = Catalogue.Open(new ChannelParts(
        new HttpClient(Transport.NewHandler()), TimeProvider.System, (_, _, _) => Task.CompletedTask,
        new MemoryShelf(), new Uri("https://news.example.test/newsroom/"), new MemoryShelf(), new Uri("https://news.example.test/sandbox/")));

    [Fact]
    public void Every_network_has_a_name_of_its_own_fit_for_an_address()
    {
        Assert.Equal(["bluesky", "mastodon", "x", "facebook", "linkedin", "wordpress", "newsroom", "sandbox"], networks.Select(n => n.Describe().Name));
        Assert.All(networks, n => Assert.Matches("^[a-z]+$", n.Describe().Name));
    }

    [Fact]
    public void Whoever_can_publish_can_also_look_up_measure_validate_and_mint_keys() =>
        Assert.All(networks.OfType<IPublish>(), n => Assert.True(n is IFind and IMeasure and IValidate and IRender and IMintKeys));
}

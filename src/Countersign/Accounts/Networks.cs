using System.Text.Json.Nodes;
using Countersign.Channels;
using Microsoft.AspNetCore.DataProtection;

namespace Countersign.Accounts;

/// <summary>A network that accounts can be connected on, as the accounts page shows it.</summary>
/// <param name="Name">As accounts carry it: "bluesky".</param>
/// <param name="VerifiedAgainst">What its connector was proven on, in words.</param>
/// <param name="MaxPictures">Of one post.</param>
/// <param name="IsUnverified">True where the connector was never tried on the network itself.</param>
public sealed record NetworkOffer(string Name, string Title, string VerifiedAgainst, int MaxPictures, bool IsUnverified)
{
    /// <summary>True where the person allows it on the account's server and brings back a code.</summary>
    public bool AsksCode { get; init; }

    /// <summary>True where the person allows it on the network, which sends them back here.</summary>
    public bool ComesBack { get; init; }

    public bool AsksServer { get; init; }

    /// <summary>True where the organisation's own app on the network must be named, because the settings name none.</summary>
    public bool AsksApp { get; init; }

    /// <summary>How long what is allowed holds at most; null where the network sets no end, or says it each time.</summary>
    public TimeSpan? AllowedFor { get; init; }

    /// <summary>True where an account opens by being allowed on its server, or with a password made for programs.</summary>
    public bool HasTwoWays { get; init; }

    /// <summary>When the network may stop answering the version that the connector asks for; null where it names none.</summary>
    public DateOnly? Sunset { get; init; }

    public bool IsAllowed => AsksCode || ComesBack;

    /// <summary>True in the last 60 days before that, and after it.</summary>
    public bool IsRetiring(DateTimeOffset now) => Sunset is { } end && DateOnly.FromDateTime(now.UtcDateTime) >= end.AddDays(-60);
}

public sealed record NetworkActs(bool Replies, bool Quotes, bool Reposts);

/// <summary>Every network this installation can talk to, by the name accounts carry.</summary>
public sealed class Networks(IEnumerable<IChannel> channels)
{
    private readonly Dictionary<string, IChannel> byName = channels.ToDictionary(channel => channel.Describe().Name, StringComparer.Ordinal);

    public IReadOnlyList<ChannelDescription> All => [.. byName.Values.Select(channel => channel.Describe())];

    /// <summary>The networks that an account can be connected on.</summary>
    public IReadOnlyList<NetworkOffer> Offers =>
        [
            .. All.Where(channel => Can<IConnect>(channel.Name) || Can<IAuthorise>(channel.Name))
                .Select(OfferOf),
        ];

    /// <summary>How often an account there is read: as often as is wanted, or as its network allows.</summary>
    public TimeSpan ReadEvery(string network, TimeSpan wanted) => Describe(network).ReadEvery is { } least && least > wanted ? least : wanted;

    /// <summary>What can be done there with a post that stands.</summary>
    public NetworkActs Acts(string network) => new(
        Describe(network).Takes.HasFlag(PostFeatures.Replies),
        Describe(network).Takes.HasFlag(PostFeatures.Quotes),
        Can<IRepost>(network) && Can<IFindRepost>(network));

    /// <summary>What a network's servers fetch to know this program.</summary>
    /// <param name="back">Our page that they send the browser to.</param>
    /// <returns>Null where there is no such network or document.</returns>
    public JsonObject? DocumentFor(string network, Uri back) => (byName.GetValueOrDefault(network) as IPublishDocument)?.DocumentFor(back);

    public bool Knows(string network) => byName.ContainsKey(network);

    public ChannelDescription Describe(string network) => Find(network).Describe();

    /// <exception cref="InvalidOperationException">The network is unknown, or cannot do that: a page offered what the channel does not have.</exception>
    public TCapability Get<TCapability>(string network)
        where TCapability : class =>
        Find(network) as TCapability ?? throw new InvalidOperationException($"{network} has no {typeof(TCapability).Name}.");

    /// <summary>Nothing has to stand there before a post: what leaves at the same moment may leave in one go.</summary>
    public bool TakesAtOnce(string network) => !Can<IPrepare>(network);

    public bool Can<TCapability>(string network)
        where TCapability : class => Find(network) is TCapability;

    private NetworkOffer OfferOf(ChannelDescription channel)
    {
        var allowing = (Find(channel.Name) as IAuthorise)?.Allowing;
        return new NetworkOffer(channel.Name, channel.Title, channel.VerifiedAgainst, channel.MaxMedia, channel.IsUnverified)
        {
            AsksCode = allowing is { ComesBack: false },
            ComesBack = allowing is { ComesBack: true },
            AsksServer = allowing is { AsksServer: true },
            AsksApp = allowing is { AsksApp: true },
            AllowedFor = allowing?.Lasts,
            HasTwoWays = allowing is not null && Can<IConnect>(channel.Name),
            Sunset = channel.Sunset,
        };
    }

    private IChannel Find(string network) =>
        byName.GetValueOrDefault(network) ?? throw new InvalidOperationException($"There is no network called {network} here. Known are {string.Join(", ", byName.Keys.Order())}.");
}

/// <summary>What opens accounts, locked with the installation's own keys. Opened only to hand it to a connector.</summary>
public sealed class Credentials(IDataProtectionProvider protection)
{
    private readonly IDataProtector protector = protection.CreateProtector("Countersign.Accounts.Credentials.v1");

    public string Lock(string secret) => protector.Protect(secret);

    /// <summary>For a connector, for the length of one call.</summary>
    public ConnectedAccount Open(Account account) => new(
        account.Id.ToString(),
        account.Handle,
        account.Server is null ? null : new Uri(account.Server),
        account.RemoteId,
        account.SecretCipher is null ? null : protector.Unprotect(account.SecretCipher))
    {
        Limits = account.Limits,
    };
}

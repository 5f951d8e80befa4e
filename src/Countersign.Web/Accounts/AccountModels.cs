using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Standing;
using Countersign.Web.Shared.Controls;

namespace Countersign.Web.Accounts;

/// <param name="OffBecause">Why this person cannot set accounts up, or null.</param>
/// <param name="NewSite">As typed, where the site was refused.</param>
/// <param name="Notice">What was done a moment ago.</param>
/// <param name="Conditions">How each account is, by its identifier.</param>
public sealed record AccountsModel(IReadOnlyList<AccountHealth> Accounts, IReadOnlyDictionary<Guid, AccountCondition> Conditions, IReadOnlyList<string> Sites, string? OffBecause, DateTimeOffset Now, string? NewSite = null, Refusal? Refusal = null, string? Notice = null);

/// <param name="People">Who could answer for it.</param>
/// <param name="OwnerOff">Why this person cannot name who answers for it, or null.</param>
public sealed record AccountModel(AccountHealth Account, AccountCondition Condition, NetworkOffer Offer, IReadOnlyList<Option> People, string? OffBecause, string? OwnerOff, DateTimeOffset Now)
{
    public Refusal? Refusal { get; init; }

    /// <summary>What the hub knows of this newsroom; null where it is none, or no hub is named in the settings.</summary>
    public HubTopic? Hub { get; init; }
}

/// <summary>What was typed, all but the secret: that never comes back to a page.</summary>
/// <param name="App">The name of the organisation's own app on the network.</param>
/// <param name="Way">How it is opened, where the network has two ways.</param>
public sealed record ConnectForm(string Network, string Site, string Server, string Handle, string Title, string App = "", string Way = "")
{
    /// <summary>The way of those who allow it on the account's server.</summary>
    public const string Allow = "allow";

    /// <summary>The way of those who have a password made for programs.</summary>
    public const string Password = "password";

    /// <summary>Where most accounts of the network are.</summary>
    public const string BlueskyServer = "https://bsky.social";

    /// <summary>An account that is connected already and is given something new to open it.</summary>
    public Guid? Renew { get; init; }

    public bool AsksPassword => Passwords is not null;

    /// <summary>What is asked for where an account opens with a password made for programs; null where it opens otherwise.</summary>
    public PasswordForm? Passwords => Network switch
    {
        "bluesky" when Way != Allow => new("Server", "Where the account lives. Most are on https://bsky.social.", "Handle", "Such as newsdesk.bsky.social.", "App password", "Made on Bluesky under Settings, Privacy and security, App passwords. Not the account’s own password: that one is refused."),
        "wordpress" => new("Web address", "Of the site’s front page, such as https://news.example.org.", "User name", "What the account signs in with there. It must be an author or an editor.", "Application password", "Made on the site under Users, Profile, Application Passwords. Not the password the account signs in with: that one is refused."),
        _ => null,
    };
}

/// <summary>The words around three fields.</summary>
public sealed record PasswordForm(string Server, string ServerHint, string Handle, string HandleHint, string Secret, string SecretHint);

/// <param name="Back">Our page that a network sends the browser to.</param>
/// <param name="Asked">The second step, on the account's server or network; null before.</param>
public sealed record ConnectModel(ConnectForm Form, IReadOnlyList<NetworkOffer> Networks, IReadOnlyList<Option> Sites, string? OffBecause, Uri Back, Refusal? Refusal = null, AskedToAllow? Asked = null)
{
    public NetworkOffer Offer => Networks.First(offer => offer.Name == Form.Network);

    /// <summary>True where this form leads to the account's server or network, which is asked to let us in.</summary>
    public bool IsAllowed => !Form.AsksPassword && Offer.IsAllowed;

    /// <summary>The field a refusal is about; null where it is about the whole.</summary>
    public string? Mistake(string field) => Refusal is { } refusal && field == FieldOf(refusal.Code) ? refusal.Sentence : null;

    public string? OtherMistake => Refusal is { } refusal && FieldOf(refusal.Code) is null ? refusal.Sentence : null;

    private static string? FieldOf(string code) => code switch
    {
        "bad-server" or "unreachable" or "not-offered" or "not-bluesky" or "not-mastodon" or "not-wordpress" or "no-app-passwords" or "moved" => "server",
        "no-code" or "wrong-code" => "code",
        "no-handle" or "bad-name" or "connected" => "handle",
        "no-password" or "wrong-password" or "main-password" => "secret",
        "no-app" => "app",
        "no-site" => "site",
        _ => null,
    };
}

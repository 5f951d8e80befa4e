using System.ComponentModel.DataAnnotations;
using Countersign.Channels.Http;

namespace Countersign.Channels;

/// <summary>The organisation's own app on a network, and where that network is. A part of the section "Networks" of the settings.</summary>
public abstract class AppSettings(Uri api, Uri signIn) : IValidatableObject
{
    /// <summary>Longer than any app's name or secret seen.</summary>
    private const int MaxKeyLength = 500;

    /// <summary>The address of the network's interface. Another one only for a proxy of the organisation's own, or for tests.</summary>
    public Uri Api { get; set; } = api;

    /// <summary>The site on which people sign in and allow the app.</summary>
    public Uri SignIn { get; set; } = signIn;

    /// <summary>The app's name on the network. Empty: whoever connects an account types it.</summary>
    [MaxLength(MaxKeyLength)]
    public string? ClientId { get; set; }

    /// <summary>What proves that it is the app. Given with the name or not at all.</summary>
    [MaxLength(MaxKeyLength)]
    public string? ClientSecret { get; set; }

    internal AppKey? Key => ClientId is { Length: > 0 } id && ClientSecret is { Length: > 0 } secret ? new AppKey(id, secret) : null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(ClientId) != string.IsNullOrEmpty(ClientSecret))
            yield return new ValidationResult("Give ClientId and ClientSecret together, or neither.", [nameof(ClientId), nameof(ClientSecret)]);
        foreach (var (address, name) in ((Uri, string)[])[(Api, nameof(Api)), (SignIn, nameof(SignIn))])
        {
            if (!Servers.MayBeTrusted(address))
                yield return new ValidationResult($"{name} must be an https address.", [name]);
        }
    }

    public override string ToString() => Api.Host;
}

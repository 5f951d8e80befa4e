using System.Text.Json;

namespace Countersign.Channels.Http;

/// <summary>What must be kept between asking a person to allow the organisation's app and the code they come back with. A secret.</summary>
internal sealed record AllowedApp(Uri Api, AppKey App, string Verifier, Uri Back)
{
    public static readonly ConnectOutcome.Refused BeginAgain = new("begin-again", "This connection was not begun here, or too long ago. Begin again.");

    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    public static AllowedApp? Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<AllowedApp>(json, JsonSerializerOptions.Web) is { Api: not null, App: { Id: not null, Secret: not null }, Verifier: not null, Back: not null } kept && Servers.MayBeTrusted(kept.Api) ? kept : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The page on which the person allows it.</summary>
    public static Uri Page(Uri signIn, string path, params ReadOnlySpan<(string Name, string Value)> question)
    {
        var query = new List<string>(question.Length);
        foreach (var (name, value) in question)
            query.Add(name + "=" + Uri.EscapeDataString(value));
        return new Uri(signIn, path + "?" + string.Join('&', query));
    }

    public override string ToString() => Api.Host;
}

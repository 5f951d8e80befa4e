using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Countersign.Channels.WordPress;

/// <summary>What opens an account on a site, kept as one secret. Shows nothing of it.</summary>
/// <param name="User">The name the person signs in with.</param>
/// <param name="Root">Where the site's interface is: ".../wp-json/" or, on a site without speaking addresses, "...?rest_route=/".</param>
internal sealed record WordPressSecret(string User, string Password, Uri Root)
{
    public AuthenticationHeaderValue Header => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")));

    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    /// <returns>Null for anything that is no such secret.</returns>
    public static WordPressSecret? Parse(string? json)
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize<WordPressSecret>(json, JsonSerializerOptions.Web) is { User.Length: > 0, Password.Length: > 0, Root: not null } secret ? secret : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public override string ToString() => nameof(WordPressSecret);
}

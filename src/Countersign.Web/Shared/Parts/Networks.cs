namespace Countersign.Web.Shared.Parts;

/// <summary>How each network is drawn and called on a page. A network we do not know is a globe with its own name.</summary>
public static class Networks
{
    public static (string Name, string Icon) Look(string network) => network switch
    {
        "bluesky" => ("Bluesky", "n-bs"),
        "newsroom" => ("Newsroom", "n-rss"),
        "sandbox" => ("Sandbox", "n-sb"),
        "mastodon" => ("Mastodon", "n-ma"),
        "wordpress" => ("WordPress", "n-wp"),
        "x" => ("X", "n-x"),
        "linkedin" => ("LinkedIn", "n-li"),
        "facebook" => ("Facebook", "n-fb"),
        "instagram" => ("Instagram", "n-ig"),
        "youtube" => ("YouTube", "n-yt"),
        "rss" => ("RSS", "n-rss"),
        _ => (English.Capital(network), "globe"),
    };
}

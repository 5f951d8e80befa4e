namespace Countersign.Web.Shared;

public static class LocalAddress
{
    /// <summary>A path of this site: an address that starts with two slashes, or a slash and a backslash, names another one.</summary>
    public static bool IsHere(string? address) =>
        address is ['/', ..] and not ['/', '/' or '\\', ..] && !address.Any(char.IsControl);
}

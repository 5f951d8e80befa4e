using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Web.Shared.Controls;

namespace Countersign.Web.People;

/// <summary>Where a role can hold: everywhere, for a site, on an account.</summary>
/// <param name="Value">As the form sends it.</param>
public sealed record RolePlace(string Value, string Words)
{
    public static readonly RolePlace Everywhere = new("everywhere", "everywhere");

    public static RolePlace Of(Site site) => new($"site/{site.Id}", $"for {site.Name}");

    public static RolePlace Of(Account account) => new($"account/{account.Id}", $"on {account.Title}");

    public static RolePlace Of(RoleGrant grant, IReadOnlyList<RolePlace> known)
    {
        var value = grant switch
        {
            { AccountId: { } account } => $"account/{account}",
            { SiteId: { } site } => $"site/{site}",
            _ => Everywhere.Value,
        };
        return known.FirstOrDefault(place => place.Value == value) ?? new RolePlace(value, "on what is gone");
    }
}

/// <summary>Roles as a form shows and sends them: those held, each with a box to untick, and rows for new ones.</summary>
public static class RoleForm
{
    /// <summary>New roles that one form takes; the page comes back with as many again.</summary>
    public const int Rows = 3;

    public static readonly IReadOnlyList<Option> Roles = [new("", "No further role"), .. Enum.GetValues<Role>().Select(role => new Option(role.ToString(), role.Name()))];

    public static string Write(RoleGrant grant) => $"{grant.Role}|{RolePlace.Of(grant, []).Value}";

    /// <summary>What the form asks for. Places that are not known here are left out.</summary>
    public static IReadOnlyList<RoleGrant> Read(IFormCollection form, IReadOnlyList<RolePlace> known)
    {
        var kept = form["grants"].Select(text => text?.Split('|', 2) is [var role, var place] ? (role, place) : ("", ""));
        var added = form["role"].Zip(form["place"], (role, place) => (role ?? "", place ?? ""));
        return [.. kept.Concat(added).Select(pair => Read(pair.Item1, pair.Item2, known)).OfType<RoleGrant>().Distinct()];
    }

    private static RoleGrant? Read(string role, string place, IReadOnlyList<RolePlace> known)
    {
        if (!Enum.TryParse<Role>(role, out var given) || !Enum.IsDefined(given) || !known.Any(candidate => candidate.Value == place))
            return null;
        return place.Split('/', 2) switch
        {
            ["site", var site] => new RoleGrant(given, SiteId: Guid.Parse(site)),
            ["account", var account] => new RoleGrant(given, AccountId: Guid.Parse(account)),
            _ => new RoleGrant(given),
        };
    }
}

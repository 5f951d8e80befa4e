using Countersign.Decisions;

namespace Countersign.Web.Publishing;

/// <summary>The role a signature is given for, as a form or a program names it.</summary>
public static class SignedFor
{
    /// <param name="role">Null where none was named: whether that will do depends on the draft.</param>
    public static Refusal? Refuse(string? name, out Role? role)
    {
        role = null;
        if (string.IsNullOrEmpty(name))
            return null;
        if (!RoleNames.TryParse(name, out var named))
            return new Refusal("no-role", $"There is no role called {name}.");
        role = named;
        return null;
    }
}

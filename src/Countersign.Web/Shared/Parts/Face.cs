namespace Countersign.Web.Shared.Parts;

/// <summary>A person (or the program itself) as pages show them.</summary>
/// <param name="Line">What stands under the name: a role, a team, a site.</param>
public sealed record Face(string Name, string? Line = null)
{
    /// <summary>First letters of the first and the last word.</summary>
    public string Initials
    {
        get
        {
            var words = Name.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return words switch
            {
                [] => "?",
                [var only] => only[..1].ToUpperInvariant(),
                [var first, .., var last] => $"{first[0]}{last[0]}".ToUpperInvariant(),
            };
        }
    }

    /// <summary>One of five quiet colours, always the same for the same name.</summary>
    public int Tone => Name.Aggregate(0, (sum, letter) => (sum * 31 + letter) % 4096) % 5 + 1;

    /// <summary>"E. Whitcombe", where there is no room for more.</summary>
    public string ShortName => Name.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var first, .., var last] ? $"{first[0]}. {last}" : Name;

    public string FirstName => Name.Split(' ', 2)[0];
}

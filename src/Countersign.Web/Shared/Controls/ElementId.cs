using System.Text;

namespace Countersign.Web.Shared.Controls;

/// <summary>Element ids that follow from the words, so that the same page is the same bytes every time.</summary>
public static class ElementId
{
    private const int Longest = 48; // characters; enough to tell apart what stands on one page

    public static string From(string prefix, string words)
    {
        var id = new StringBuilder(prefix);
        foreach (var letter in words)
        {
            if (id.Length >= Longest)
                break;
            if (char.IsAsciiLetterOrDigit(letter))
                id.Append(char.ToLowerInvariant(letter));
            else if (id[^1] != '-')
                id.Append('-');
        }
        return id.ToString().TrimEnd('-');
    }
}

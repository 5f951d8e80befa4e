using Countersign.Channels.Text;

namespace Countersign.Channels.Shelf.Feeds;

/// <summary>A title for a post that has none.</summary>
public static class Headline
{
    /// <summary>Characters a title may have; readers cut longer ones themselves.</summary>
    private const int Longest = 100;

    /// <summary>The first line; where that is long, its first sentence; where that is long too, the words that fit and an ellipsis.</summary>
    public static string Of(string text)
    {
        var line = text.Trim().Split('\n', 2)[0].Trim();
        if (Graphemes.EndOf(line, Longest) is not { } fits)
            return line;
        if (EndOfSentence(line[..fits]) is > 0 and var sentence)
            return line[..sentence];
        var word = line[..fits].LastIndexOf(' ');
        return line[..(word > 0 ? word : fits)].TrimEnd() + "…";
    }

    private static int EndOfSentence(string line)
    {
        for (var i = 1; i < line.Length; i++)
        {
            if (line[i] is '。' or '！' or '？')
                return i + 1;
            if (line[i] == ' ' && line[i - 1] is '.' or '!' or '?')
                return i;
        }

        return 0;
    }
}

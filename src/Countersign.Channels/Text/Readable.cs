namespace Countersign.Channels.Text;

/// <summary>What strangers write, made fit to be kept, without moving a character: places in the text stay where they are.</summary>
public static class Readable
{
    private const char Unreadable = '\ufffd';

    /// <summary>Halves of characters and the sign 0, which databases refuse, become the sign for what cannot be read. Everything else stays, right-to-left marks too.</summary>
    public static string Of(string written)
    {
        if (!HasHalves(written) && !written.Contains('\0', StringComparison.Ordinal))
            return written;
        return string.Create(written.Length, written, (made, from) =>
        {
            for (var i = 0; i < from.Length; i++)
            {
                var pair = i + 1 < from.Length && char.IsSurrogatePair(from[i], from[i + 1]);
                made[i] = from[i] == '\0' || (char.IsSurrogate(from[i]) && !pair) ? Unreadable : from[i];
                if (pair)
                    made[++i] = from[i];
            }
        });
    }

    private static bool HasHalves(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return true;
            i++;
        }

        return false;
    }
}

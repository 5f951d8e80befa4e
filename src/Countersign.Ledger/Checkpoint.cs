using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Countersign.Ledger;

/// <summary>How long a log is and what it holds, as C2SP tlog-checkpoint writes it before it is signed.</summary>
/// <param name="Origin">The name of the log; one line, and the name of the key that signs it.</param>
/// <param name="Size">In entries.</param>
public sealed record Checkpoint(string Origin, long Size, TreeHash Root)
{
    /// <summary>The text that is signed: three lines, each with its end.</summary>
    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Root.ToBase64()}\n");

    public override string ToString() => ToText();

    /// <summary>Reads the text of a note. Further lines are extensions: they are signed, but say nothing here.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Checkpoint? checkpoint)
    {
        checkpoint = null;
        if (text is null || !text.EndsWith('\n'))
            return false;
        var lines = text[..^1].Split('\n');
        if (lines.Length < 3 || lines.Any(line => line.Length == 0))
            return false;
        if (!long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || lines[1] != size.ToString(CultureInfo.InvariantCulture))
            return false;
        if (lines[2].Length != 44 || !TreeHash.TryParse(lines[2], out var root))
            return false;
        checkpoint = new Checkpoint(lines[0], size, root);
        return true;
    }
}

using System.Runtime.CompilerServices;
using System.Text;

namespace Countersign.Screening.Rules;

/// <summary>
/// Reads the plain part of YAML in which packs are written: keys and values, lists, quoted and unquoted texts of one line, lists and maps
/// in brackets, and JSON. It is many times quicker than a reader of all of YAML, which is asked wherever this one meets anything else:
/// it never guesses, and what it reads a test compares with the other's answer.
/// </summary>
internal sealed class PlainYaml
{
    private const int Deepest = 40;

    private readonly string text;
    private int at;
    private int line = 1;
    private int depth;

    private PlainYaml(string text) => this.text = text;

    private char Here => at < text.Length ? text[at] : '\0';

    private bool AtLineEnd => at >= text.Length || text[at] == '\n';

    /// <returns>Null where the text holds anything but the plain part.</returns>
    public static PackTree? Read(string text)
    {
        // To YAML these end a line, a remark too.
        if (text.AsSpan().ContainsAny('\u0085', '\u2028', '\u2029'))
            return null;
        try
        {
            var reader = new PlainYaml(text);
            reader.PassEmptyLines();
            var tree = reader.Here is '{' or '[' ? reader.Bracketed(overLines: true) : reader.Block(reader.Column());
            reader.PassEmptyLines();
            return reader.at >= text.Length ? tree : null;
        }
        catch (NotPlainException)
        {
            return null;
        }
    }

    private static NotPlainException NotPlain() => new();

    /// <summary>A map or a list whose lines begin at this column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private PackTree Block(int column)
    {
        if (++depth > Deepest)
            throw NotPlain();
        var tree = IsItem() ? (PackTree)Items(column) : Entries(column);
        depth--;
        return tree;
    }

    private PackList Items(int column)
    {
        var first = line;
        var items = new List<PackTree>();
        do
        {
            at++;
            PassSpaces();
            if (AtLineEnd || Here == '#' || IsItem())
                throw NotPlain();
            items.Add(StartsEntry() ? Block(Column()) : Inline());
        }
        while (NextLineAt(column) && IsItem());
        return new PackList(first, items);
    }

    private PackMap Entries(int column)
    {
        var first = line;
        var entries = new List<(PackTree, PackTree)>();
        do
        {
            if (IsItem() || !StartsEntry())
                throw NotPlain();
            var key = Key();
            if (entries.Exists(entry => ((PackScalar)entry.Item1).Text == key.Text))
                throw NotPlain();
            PassSpaces();
            entries.Add((key, AtLineEnd || Here == '#' ? Below(column) : Inline()));
        }
        while (NextLineAt(column));
        return new PackMap(first, entries);
    }

    /// <summary>What stands under a key: deeper, or, for a list, as deep.</summary>
    private PackTree Below(int column)
    {
        PassEmptyLines();
        if (at >= text.Length)
            throw NotPlain();
        var below = Column();
        return below > column || (below == column && IsItem()) ? Block(below) : throw NotPlain();
    }

    /// <summary>A value on the line of its key; nothing may follow it but a remark.</summary>
    private PackTree Inline()
    {
        var value = Here switch
        {
            '"' or '\'' => Quoted(),
            '[' or '{' => Bracketed(overLines: false),
            _ => Plain(),
        };
        PassSpaces();
        if (!AtLineEnd && !(Here == '#' && text[at - 1] == ' '))
            throw NotPlain();
        return value;
    }

    /// <summary>Goes on to the next line that says something, if it begins at this column; deeper, it would go on with a text.</summary>
    private bool NextLineAt(int column)
    {
        PassEmptyLines();
        if (at >= text.Length)
            return false;
        var next = Column();
        return next <= column ? next == column : throw NotPlain();
    }

    private bool IsItem() => Here == '-' && (at + 1 >= text.Length || text[at + 1] is ' ' or '\n');

    /// <summary>Whether a key and a colon stand here.</summary>
    /// <param name="several">The key may be several words.</param>
    private bool StartsEntry(bool several = false)
    {
        var end = at;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '-' or '_' or '.' || (several && end > at && text[end] == ' ' && char.IsAsciiLetterOrDigit(text[end - 1]))))
            end++;
        return end > at && end < text.Length && text[end] == ':' && text[end - 1] != ' ' && (end + 1 == text.Length || text[end + 1] is ' ' or '\n');
    }

    private PackScalar Key()
    {
        var start = at;
        while (Here != ':')
            at++;
        return new PackScalar(line, text[start..at++]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private PackScalar Plain()
    {
        if (Here is ']' or '}' or ',' or '#' or '&' or '*' or '!' or '|' or '>' or '%' or '@' or '`' or '?' or ':' or '-' or '=' or '~')
            throw NotPlain();
        var start = at;
        while (!AtLineEnd && !(Here == '#' && text[at - 1] == ' '))
        {
            if (Here == ':' && (at + 1 >= text.Length || text[at + 1] is ' ' or '\n'))
                throw NotPlain();
            at++;
        }

        var end = at;
        while (end > start && text[end - 1] == ' ')
            end--;
        return Printable(text[start..end]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private PackScalar Quoted()
    {
        var quote = text[at++];
        var start = at;
        StringBuilder? made = null;
        for (; ; at++)
        {
            if (AtLineEnd)
                throw NotPlain();
            if (Here == quote && quote == '\'' && at + 1 < text.Length && text[at + 1] == '\'')
            {
                (made ??= new StringBuilder()).Append(text, start, at - start).Append('\'');
                start = ++at + 1;
            }
            else if (Here == quote)
            {
                var rest = text[start..at++];
                return Printable(made is null ? rest : made.Append(rest).ToString());
            }
            else if (Here == '\\' && quote == '"')
            {
                (made ??= new StringBuilder()).Append(text, start, at - start).Append(Escaped());
                start = at + 1;
            }
        }
    }

    /// <summary>The character that an escape stands for; the reader is left on its last.</summary>
    private char Escaped()
    {
        at++;
        if (Here == 'u' && at + 4 < text.Length && ushort.TryParse(text.AsSpan(at + 1, 4), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var unit) && !char.IsSurrogate((char)unit))
        {
            at += 4;
            return (char)unit;
        }

        return Here switch { '"' => '"', '\\' => '\\', 'n' => '\n', '/' => '/', _ => throw NotPlain() };
    }

    private PackTree Bracketed(bool overLines)
    {
        if (++depth > Deepest)
            throw NotPlain();
        var (first, isMap) = (line, Here == '{');
        var closing = isMap ? '}' : ']';
        var items = new List<PackTree>();
        var entries = new List<(PackTree, PackTree)>();
        at++;
        for (PassGap(overLines); Here != closing; PassGap(overLines))
        {
            if (isMap)
                entries.Add(BracketedEntry(entries, overLines));
            else
                items.Add(BracketedValue(overLines));
            PassGap(overLines);
            if (Here == ',')
                at++;
            else if (Here != closing)
                throw NotPlain();
        }

        at++;
        depth--;
        return isMap ? new PackMap(first, entries) : new PackList(first, items);
    }

    private (PackTree, PackTree) BracketedEntry(List<(PackTree Key, PackTree Value)> entries, bool overLines)
    {
        var quoted = Here is '"';
        if (!quoted && !StartsEntry(several: true))
            throw NotPlain();
        var key = quoted ? Quoted() : Key();
        if (quoted && text[at++] != ':')
            throw NotPlain();
        if (Here != ' ' || entries.Exists(entry => ((PackScalar)entry.Key).Text == key.Text))
            throw NotPlain();
        PassSpaces();
        return (key, BracketedValue(overLines));
    }

    private PackTree BracketedValue(bool overLines)
    {
        if (Here is '"' or '\'')
            return Quoted();
        if (Here is '[' or '{')
            return Bracketed(overLines);
        var start = at;
        while (!AtLineEnd && Here is not (',' or ']' or '}'))
        {
            // Brackets, colons and the like mean something else in here than on a line of their own.
            if (Here is '[' or '{' or ':' or '#')
                throw NotPlain();
            at++;
        }

        if (AtLineEnd && !overLines)
            throw NotPlain();
        var end = at;
        while (end > start && text[end - 1] == ' ')
            end--;
        return end == start || text[start] is '?' or '-' or '*' or '|' or '=' or '~' or '&' or '!' or '%' or '@' or '`' or '>' ? throw NotPlain() : Printable(text[start..end]);
    }

    private PackScalar Printable(string scalar)
    {
        foreach (var unit in scalar)
        {
            if (unit is < ' ' and not '\n' or '\u007F' or '\u0085' or '\u2028' or '\u2029' or '\uFEFF')
                throw NotPlain();
        }

        return new PackScalar(line, scalar);
    }

    private void PassGap(bool overLines)
    {
        PassSpaces();
        while (overLines && Here == '\n')
        {
            at++;
            line++;
            PassSpaces();
        }
    }

    private void PassSpaces()
    {
        while (Here == ' ')
            at++;
    }

    /// <summary>Over the rest of this line, empty lines and remarks to the first character of the next that says something.</summary>
    private void PassEmptyLines()
    {
        while (at < text.Length)
        {
            PassSpaces();
            if (Here == '#')
            {
                while (!AtLineEnd)
                    at++;
            }

            if (Here == '\n')
            {
                at++;
                line++;
            }
            else if (at < text.Length)
            {
                // Marks of documents and anything else at the beginning of a line that is no entry is for the other reader.
                return;
            }
        }
    }

    private int Column() => at - (text.LastIndexOf('\n', Math.Max(0, at - 1)) + 1);

    private sealed class NotPlainException : Exception;
}

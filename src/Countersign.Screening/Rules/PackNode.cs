using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Countersign.Screening.Rules;

/// <summary>A place in a pack file; every complaint about it names file, line and what was expected.</summary>
internal sealed class PackNode(string file, PackTree node)
{
    public int Line => node.Line;

    public static PackNode Open(string file, string yaml) =>
        (PlainYaml.Read(yaml) ?? AnyYaml(file, yaml)) is PackMap root
            ? new PackNode(file, root)
            : throw new PolicyFileException(file, 1, "one YAML document of keys and values");

    /// <summary>Reads all of YAML.</summary>
    internal static PackTree? AnyYaml(string file, string yaml)
    {
        var stream = new YamlStream();
        var parser = new Parser(new StringReader(yaml));
        try
        {
            stream.Load(parser);
        }
        catch (YamlException fault)
        {
            throw new PolicyFileException(file, (int)Math.Max(1, fault.Start.Line), $"YAML ({fault.Message.TrimEnd('.')})");
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException)
        {
            throw new PolicyFileException(file, (int)Math.Max(1, parser.Current?.End.Line ?? 1), "YAML that can be read to its end");
        }

        return stream.Documents.Count == 1 ? Tree(file, stream.Documents[0].RootNode) : null;
    }

    private static PackTree Tree(string file, YamlNode node)
    {
        var line = (int)node.Start.Line;
        // With anchors, a short file could stand for an endless one.
        if (!node.Anchor.IsEmpty)
            throw new PolicyFileException(file, Math.Max(1, line), "a value without an anchor");
        return node switch
        {
            YamlScalarNode scalar => new PackScalar(line, scalar.Value ?? ""),
            YamlSequenceNode sequence => new PackList(line, [.. sequence.Children.Select(child => Tree(file, child))]),
            YamlMappingNode map => new PackMap(line, [.. map.Children.Select(child => (Tree(file, child.Key), Tree(file, child.Value)))]),
            _ => new PackScalar(line, ""),
        };
    }

    public PolicyFileException Expected(string what) => new(file, Line, what);

    /// <summary>Turns a complaint about a text into one that names the place.</summary>
    public T Read<T>(Func<string, T> reader)
    {
        var text = Text();
        try
        {
            return reader(text);
        }
        catch (FormatException fault)
        {
            throw Expected(fault.Message);
        }
    }

    public string Text() => node is PackScalar scalar ? scalar.Text : throw Expected("a text");

    /// <summary>A list, or a single value that stands for a list of one.</summary>
    public IEnumerable<PackNode> Items() => node switch
    {
        PackList list => list.Items.Select(child => new PackNode(file, child)),
        PackMap => throw Expected("a list"),
        _ => [this],
    };

    public bool IsMap => node is PackMap;

    public IEnumerable<(PackNode Key, PackNode Value)> Entries() => node is PackMap map
        ? map.Entries.Select(entry => (new PackNode(file, entry.Key), new PackNode(file, entry.Value)))
        : throw Expected("keys and values");

    public bool Has(string key) => Find(key) is not null;

    public PackNode? Find(string key)
    {
        if (node is PackMap map)
        {
            foreach (var (name, value) in map.Entries)
            {
                if (name is PackScalar scalar && scalar.Text == key)
                    return new PackNode(file, value);
            }
        }

        return null;
    }

    public PackNode Required(string key) => Find(key) ?? throw Expected($"the key '{key}'");

    public void Allow(params ReadOnlySpan<string> keys)
    {
        foreach (var (key, _) in Entries())
        {
            if (!keys.Contains(key.Text()))
                throw key.Expected($"one of {string.Join(", ", keys.ToArray())} instead of '{key.Text()}'");
        }
    }

    /// <summary>A word of an enumeration as packs write it: `media-text` for MediaText.</summary>
    public T Word<T>()
        where T : struct, Enum
    {
        var text = Text();
        foreach (var value in Enum.GetValues<T>())
        {
            if (Spelt(value) == text)
                return value;
        }

        throw Expected($"one of {string.Join(", ", Enum.GetValues<T>().Select(Spelt))} instead of '{text}'");
    }

    /// <summary>All words of an enumeration as packs write them.</summary>
    public static IEnumerable<string> Spellings<T>()
        where T : struct, Enum => Enum.GetValues<T>().Select(Spelt);

    private static string Spelt<T>(T value)
        where T : struct, Enum
    {
        var name = value.ToString();
        return typeof(T) == typeof(Severity) ? name : string.Concat(name.Select((c, at) => char.IsUpper(c) ? (at > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));
    }
}

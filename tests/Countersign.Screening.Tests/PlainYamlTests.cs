using System.Text;
using Countersign.Screening.Rules;
using FsCheck;
using FsCheck.Fluent;

namespace Countersign.Screening.Tests;

/// <summary>The quick reader of pack files against the one that reads all of YAML.</summary>
public class PlainYamlTests
{
    private static readonly string[] Files =
    [
        .. Directory.EnumerateFiles(Packs.Folder, "*.yaml", SearchOption.AllDirectories).Select(path => File.ReadAllText(path).ReplaceLineEndings("\n")),
        Packs.Tarnwell.ToFile(),
        "a: {b: [x, 'it''s', \"q\\\"\\u0041\"], c: d}\nlist:\n- a: 1\n  b: 2\n# remark\n- can't # remark\n",
    ];

    [Fact]
    public void Every_shipped_file_is_read_the_quick_way() =>
        Assert.All(Files, file => Assert.True(PlainYaml.Read(file) is not null, file[..Math.Min(200, file.Length)]));

    [Fact]
    public void Both_read_the_same_in_every_shipped_file() => Assert.All(Files, file => Assert.Equal(Written(PackNode.AnyYaml("x", file)), Written(PlainYaml.Read(file))));

    [Fact]
    public void Where_the_quick_one_reads_a_damaged_file_the_other_reads_the_same_in_it() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(3000),
        Prop.ForAll(
            Gen.Elements(Files).Zip(Gen.Choose(0, 100_000).Zip(Gen.Elements("", " ", "\n", "  ", ":", ": ", "#", " #", "-", "- ", "[", "]", "{", "}", ",", "'", "\"", "\\", "|", ">", "&a ", "*", "!", "?", "\t", "x", "\n\n", "\n  ", "~", "é", "\u2028", "---\n")).ListOf(2)).ToArbitrary(),
            drawn =>
            {
                var text = Beginning(drawn.Item1);
                foreach (var (place, piece) in drawn.Item2)
                {
                    var at = place % (text.Length + 1);
                    text = piece.Length == 0 && at < text.Length ? text.Remove(at, 1) : text.Insert(at, piece);
                }

                if (PlainYaml.Read(text) is { } read)
                    Assert.Equal(Written(PackNode.AnyYaml("x", text)), Written(read));
            }));

    [Fact]
    public void A_file_with_an_anchor_is_refused() =>
        Assert.Contains("anchor", Assert.Throws<PolicyFileException>(() => PackNode.Open("x.yaml", "lists: &a\n  b: [*a]")).Message, StringComparison.Ordinal);

    /// <summary>Whole lines, so that most damage falls where a reader is still in the middle of something.</summary>
    private static string Beginning(string file) => file.Length < 1500 ? file : file[..(file.IndexOf('\n', 1200) + 1)];

    private static string Written(PackTree? tree)
    {
        var written = new StringBuilder();
        Write(tree, written);
        return written.ToString();
    }

    private static void Write(PackTree? tree, StringBuilder into)
    {
        into.Append(tree?.Line).Append(' ');
        switch (tree)
        {
            case PackScalar scalar:
                into.Append('<').Append(scalar.Text).Append('>');
                break;
            case PackList list:
                into.Append('[');
                foreach (var item in list.Items)
                    Write(item, into);
                into.Append(']');
                break;
            case PackMap map:
                into.Append('{');
                foreach (var (key, value) in map.Entries)
                {
                    Write(key, into);
                    Write(value, into);
                }

                into.Append('}');
                break;
        }
    }
}

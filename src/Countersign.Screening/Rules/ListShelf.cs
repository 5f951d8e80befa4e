using Countersign.Screening.Reading;

namespace Countersign.Screening.Rules;

/// <summary>The word lists that patterns may name: those of all packs, and in front of them those of one rule.</summary>
internal sealed class ListShelf(Lexicon lexicon, ListShelf? behind = null)
{
    private readonly Dictionary<string, (WordList List, PackNode? Place)> lists = new(StringComparer.Ordinal);

    /// <summary>Puts the lists of a file on the shelf; they are filled once all are known.</summary>
    public void Place(PackNode node)
    {
        foreach (var (key, value) in node.Entries())
        {
            if (!lists.TryAdd(key.Text(), (lexicon.NewList(key.Text(), value), value)))
                throw key.Expected($"another name: the list '{key.Text()}' stands elsewhere already");
        }
    }

    /// <summary>Makes room for a list of the organisation, unless a pack has it.</summary>
    public void Place(string name) => lists.TryAdd(name, (lexicon.NewList(name, null), null));

    /// <summary>Adds terms that the organisation supplies, such as a hate lexicon, to a list.</summary>
    /// <exception cref="PolicyFileException">A term cannot be read.</exception>
    public void Extend(string name, IEnumerable<string> terms)
    {
        var list = Named(name);
        foreach (var term in terms)
        {
            try
            {
                list.Add(new PatternReader(term, masked: true, lexicon, Named).Read());
            }
            catch (FormatException refusal)
            {
                throw new PolicyFileException(PolicyProfile.FileName, 1, $"in the lexicon {name}, {refusal.Message}");
            }
        }
    }

    public void Fill()
    {
        foreach (var (list, place) in lists.Values)
        {
            if (place is not null)
                Fill(list, place);
        }
    }

    public ListShelf For(PackNode? local)
    {
        var shelf = new ListShelf(lexicon, this);
        if (local is not null)
        {
            shelf.Place(local);
            shelf.Fill();
        }

        return shelf;
    }

    /// <summary>Patterns that stand in the rule itself.</summary>
    public WordList Words(PackNode node)
    {
        var list = lexicon.NewList($"line {node.Line}", node);
        Fill(list, node);
        return list;
    }

    /// <summary>Each three words in a row of a text.</summary>
    public WordList Rows(PackNode node)
    {
        var list = lexicon.NewList($"line {node.Line}", node);
        Place[] words = [.. Wording.Of(node.Text()).Select(word => new Literal(lexicon.Number(new Symbol(word.Text, Prefix: false, Masked: false, word.Kind == TokenKind.Hashtag))))];
        for (var at = 0; at + 2 < words.Length; at++)
            list.Add(new Pattern(words[at..(at + 3)]));
        return list;
    }

    private void Fill(WordList list, PackNode place)
    {
        // Profanity is written with stars for letters; other words are not.
        var masked = list.Name.EndsWith("-masked", StringComparison.Ordinal);
        foreach (var item in place.Items())
            list.Add(item.Read(pattern => new PatternReader(pattern, masked, lexicon, Named).Read()));
    }

    private WordList Named(string name) =>
        lists.TryGetValue(name, out var entry) ? entry.List
        : behind?.Named(name) ?? throw new FormatException($"a list that stands in a pack instead of {{{name}}}");
}

namespace Countersign.Screening.Reading;

internal enum TokenKind : byte
{
    Word,
    Number,
    Hashtag,
    Handle,
    Link,
    Email,
    Emoji,
    Symbol,
}

/// <summary>How a token stands in its text.</summary>
[Flags]
internal enum TokenMarks : byte
{
    None = 0,
    Capital = 1,
    AllCapitals = 2,

    /// <summary>First word of a sentence, a quotation or a list item: a capital says nothing there.</summary>
    Opens = 4,

    InQuotes = 8,

    /// <summary>No mark stands between this token and the one before it.</summary>
    Follows = 16,

    /// <summary>Letters that stood apart (`s c a m`), joined.</summary>
    Joined = 32,
}

/// <summary>What is known of a word wherever it stands.</summary>
[Flags]
internal enum WordTraits : ushort
{
    None = 0,
    Ordinary = 1,
    FirstName = 2,
    Place = 4,
    Title = 8,
    Organisation = 16,
    Own = 32,
    Competitor = 64,
    Negator = 128,

    /// <summary>Opens a clause by itself: but, because, unless.</summary>
    OpensClause = 256,

    /// <summary>Opens a clause behind a joining word: and we, so they.</summary>
    Subject = 512,

    Joining = 1024,

    /// <summary>A full stop behind it ends no sentence: Mr., approx.</summary>
    Abbreviation = 2048,

    /// <summary>With some word behind it, it is looked up as a pair.</summary>
    PairFirst = 4096,

    /// <summary>With some word in front of it, it is looked up as a pair.</summary>
    PairSecond = 8192,
}

/// <summary>One word, number, emoji or address of a text. Its characters are <see cref="SegmentText.Word(in Token)"/>.</summary>
internal struct Token
{
    /// <summary>First character in the folded text; for a hashtag, the sign.</summary>
    public int Start;

    /// <summary>The index after the last.</summary>
    public int End;

    public int Sentence;

    /// <summary>Counts up through the whole text, so that equal means the same clause.</summary>
    public int Clause;

    /// <summary>Of the folded lower-case characters without the sign of a hashtag; the same on every machine.</summary>
    public ulong Hash;

    /// <summary>Where the symbols of the word stand: in the release's table, or, where negative, the complement of a place in the text's own.</summary>
    public int FirstSymbol;

    public ushort Symbols;

    public WordTraits Traits;

    public TokenKind Kind;

    public TokenMarks Marks;

    public readonly int Letters => Kind == TokenKind.Hashtag ? Start + 1 : Start;

    public readonly bool Has(TokenMarks mark) => (Marks & mark) != TokenMarks.None;

    public readonly bool Has(WordTraits trait) => (Traits & trait) != WordTraits.None;
}

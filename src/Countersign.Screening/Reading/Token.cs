namespace Countersign.Screening.Reading;

internal enum TokenKind
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

/// <summary>One word, number, emoji or address of a text.</summary>
/// <param name="Text">Folded and in lower case; a hashtag without its sign, a handle with it.</param>
/// <param name="Start">First character in the folded text.</param>
/// <param name="End">The index after the last.</param>
/// <param name="Clause">Counts up through the whole text, so that equal means the same clause.</param>
internal sealed record Token(string Text, TokenKind Kind, int Start, int End, int Sentence, int Clause)
{
    public bool Capital { get; init; }

    public bool AllCapitals { get; init; }

    /// <summary>First word of a sentence, a quotation or a list item: a capital says nothing there.</summary>
    public bool Opens { get; init; }

    public bool InQuotes { get; init; }

    /// <summary>No mark stands between this token and the one before it.</summary>
    public bool Follows { get; init; }

    /// <summary>Other readings of a disguised spelling: digits as letters, repeats collapsed, spaced letters joined.</summary>
    public IReadOnlyList<string> Readings { get; init; } = [];

    public bool Reads(string word) => Text == word || Readings.Contains(word);
}

using Countersign.Screening.Heads;
using Countersign.Screening.Recognisers;
using Countersign.Screening.Rules;

namespace Countersign.Screening.Reading;

/// <summary>
/// One segment, folded and cut into tokens once, in buffers that are kept and used again from text to text.
/// For whoever looks at words: <see cref="Tokens"/> in order, each with the 64-bit hash of its folded lower-case word, its kind, marks and traits;
/// <see cref="Word(in Token)"/> gives the characters, <see cref="Lower"/> and <see cref="Text"/> the whole folded text that <see cref="Token.Start"/> and
/// <see cref="Token.End"/> count in, and <see cref="Original(Hit)"/> the way back. All spans hold until the next text is read.
/// What any list or recogniser finds in it is looked up once and kept.
/// </summary>
internal sealed partial class SegmentText
{
    /// <summary>How many single letters in a row are taken for a word pulled apart.</summary>
    public const int FewestSpacedLetters = 4;

    private const int WorthKeeping = 1 << 14;

    private readonly Plan plan;
    private readonly ulong[] awake;
    private readonly HitList?[] found;
    private readonly int[] foundFor;
    private readonly HitList wording = new();
    private readonly List<DigitRun> digitRuns = [];
    private Token[] tokens = new Token[64];
    private int[] sentenceStarts = new int[16];
    private int[] ownSymbols = new int[16];
    private int ownSymbolCount;
    private int tokenCount;
    private int reading;
    private bool digitRunsRead;
    private int shortened;
    private bool scored;
    private HeadScores scores;
    private (int Sentence, string? Figure, bool Same) stated;

    public SegmentText(Plan plan)
    {
        this.plan = plan;
        awake = new ulong[plan.Words.Wakes.Width];
        found = new HitList?[plan.Lists + TokenClass.Count];
        foundFor = new int[found.Length];
        (firstPlaces, placesFor) = (new int[plan.Lists], new int[plan.Lists]);
    }

    public Segment Segment { get; private set; } = null!;

    public FoldedText Folded { get; } = new();

    public Plan Plan => plan;

    public WordTable Words => plan.Words;

    /// <summary>Set to look for every pattern at every token, without anchors: slow, and what the anchors are tested against.</summary>
    public bool Exhaustive { get; set; }

    public bool IsVisible => Segment.Kind is SegmentKind.Own or SegmentKind.MediaText;

    /// <summary>The folded text, with capitals.</summary>
    public ReadOnlySpan<char> Text => Folded.Text;

    /// <summary>The folded text in lower case, unit for unit.</summary>
    public ReadOnlySpan<char> Lower => Folded.Lower;

    public ReadOnlySpan<Token> Tokens => tokens.AsSpan(0, tokenCount);

    public int Sentences { get; private set; }

    /// <summary>Tokens that are words, rather than numbers, signs or addresses.</summary>
    public int WordCount
    {
        get
        {
            var words = 0;
            foreach (ref readonly var token in Tokens)
                words += token.Kind == TokenKind.Word ? 1 : 0;
            return words;
        }
    }

    public bool HasSpacedLetters { get; set; }

    /// <summary>Whether a word stands in it with letters swapped or missing.</summary>
    public bool Repaired { get; set; }

    /// <summary>Called for each word that may lack a letter: whether it stands behind another such.</summary>
    public bool FollowsShortened()
    {
        var follows = shortened == tokenCount - 1;
        shortened = tokenCount;
        return follows;
    }

    /// <summary>Whether three equal letters stand in a row somewhere.</summary>
    public bool HasTriples { get; private set; }

    /// <summary>The longest stretch without white space, in characters.</summary>
    public int LongestStretch { get; set; }

    /// <summary>The parts of firings that have a reason to be looked for in this text.</summary>
    public Span<ulong> Awake => awake;

    /// <summary>What the heads make of the segment.</summary>
    public ref readonly HeadScores Scores
    {
        get
        {
            if (!scored)
                scores = HeadModel.Shipped.Score(Text);
            scored = true;
            return ref scores;
        }
    }

    /// <summary>Runs of digits with single spaces, dashes or dots between them.</summary>
    public List<DigitRun> DigitRuns
    {
        get
        {
            if (!digitRunsRead)
                Digits.Collect(Text, digitRuns);
            digitRunsRead = true;
            return digitRuns;
        }
    }

    public void Read(Segment segment)
    {
        if (tokens.Length > WorthKeeping)
            tokens = new Token[64];
        Segment = segment;
        reading++;
        tokenCount = 0;
        Sentences = 0;
        ownSymbolCount = 0;
        LongestStretch = 0;
        HasSpacedLetters = false;
        Repaired = false;
        shortened = -1;
        placed = false;
        pairCount = 0;
        digitRunsRead = false;
        scored = false;
        stated = (-1, null, false);
        awake.AsSpan().Clear();
        Folded.Read(segment.Text);
        HasTriples = Spelling.HasTriple(Lower);
        Tokeniser.Read(this);
    }

    /// <summary>The characters of a token, folded and in lower case, without the sign of a hashtag.</summary>
    public ReadOnlySpan<char> Word(in Token token) => Folded.Lower[token.Letters..token.End];

    public bool Reads(int at, int symbol) => SymbolsOf(tokens[at]).Contains(symbol);

    /// <summary>What the token stands for in patterns, under any of its readings.</summary>
    public ReadOnlySpan<int> SymbolsOf(in Token token) =>
        token.FirstSymbol < 0 ? ownSymbols.AsSpan(~token.FirstSymbol, token.Symbols) : Words.Symbols(token.FirstSymbol, token.Symbols);

    public HitList Find(WordList list)
    {
        var (hits, ready) = Kept(list.Number);
        if (!ready)
            list.FindIn(this, hits);
        return hits;
    }

    public HitList Find(TokenClass tokenClass)
    {
        var (hits, ready) = Kept(plan.Lists + tokenClass.Number);
        if (!ready)
        {
            tokenClass.FindIn(this, hits);
            hits.Settle();
        }

        return hits;
    }

    /// <summary>The tokens that a stretch of the folded text touches; a stretch of marks only gives null.</summary>
    public Hit? TokensIn(int start, int end)
    {
        var low = 0;
        var high = tokenCount;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (tokens[middle].End <= start)
                low = middle + 1;
            else
                high = middle;
        }

        var next = low;
        while (next < tokenCount && tokens[next].Start < end)
            next++;
        return next == low ? null : new Hit(low, next);
    }

    /// <summary>The first token of a sentence; the number of tokens behind the last.</summary>
    public int SentenceStart(int sentence) => sentence < Sentences ? sentenceStarts[sentence] : tokenCount;

    /// <summary>The index after the last token of the sentence that a token stands in.</summary>
    public int SentenceEnd(int token) => SentenceStart(tokens[token].Sentence + 1);

    /// <summary>The first token of a clause.</summary>
    public int ClauseStart(int clause)
    {
        var low = 0;
        var high = tokenCount;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (tokens[middle].Clause < clause)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    public Span Original(Hit hit) => Folded.ToOriginal(tokens[hit.First].Start, tokens[hit.Next - 1].End);

    public ref Token NewToken()
    {
        if (tokenCount == tokens.Length)
            Array.Resize(ref tokens, tokenCount * 2);
        return ref tokens[tokenCount++];
    }

    /// <summary>Adds to what the token being read stands for.</summary>
    public void AddSymbol(ref Token token, int symbol)
    {
        if (token.FirstSymbol >= 0)
        {
            var known = SymbolsOf(token);
            token.FirstSymbol = ~ownSymbolCount;
            token.Symbols = 0;
            foreach (var one in known)
                Append(ref token, one);
        }

        if (SymbolsOf(token).Contains(symbol) || (plan.IsForTags(symbol) && token.Kind != TokenKind.Hashtag))
            return;
        Append(ref token, symbol);
        token.Traits |= Words.Wakes.Pairing(symbol);
        Words.Wakes.WakeSymbol(symbol, awake);
    }

    /// <summary>Called once when all tokens are there.</summary>
    public void Finish(int kinds, TokenMarks marks, WordTraits traits)
    {
        if (HasSpacedLetters)
            JoinSpacedLetters();
        if (Repaired)
            RepairShort();
        Words.Wakes.WakeSigns(TextSigns.Of(this, kinds, marks, traits), awake);
    }

    public void StartSentence(int firstToken)
    {
        if (Sentences == sentenceStarts.Length)
            Array.Resize(ref sentenceStarts, Sentences * 2);
        sentenceStarts[Sentences++] = firstToken;
    }

    /// <summary>Joins letters that were pulled apart (`s c a m`, `s.c.a.m`) into the words a reader sees.</summary>
    private void JoinSpacedLetters()
    {
        var kept = 0;
        Span<char> letters = stackalloc char[SpacedLetters.Most];
        Span<char> written = stackalloc char[SpacedLetters.Most];
        Span<int> ends = stackalloc int[SpacedLetters.Most];
        for (var start = 0; start < tokenCount;)
        {
            var end = start;
            while (end < tokenCount && end - start < letters.Length && tokens[end] is { Kind: TokenKind.Word } letter && letter.End - letter.Start == 1
                && (end == start || (letter.Start - tokens[end - 1].End == 1 && Text[letter.Start - 1] == Text[tokens[start].End])))
                end++;
            if (end - start < FewestSpacedLetters)
            {
                tokens[kept++] = tokens[start++];
                continue;
            }

            for (var at = start; at < end; at++)
                (letters[at - start], written[at - start]) = (Lower[tokens[at].Start], Text[tokens[at].Start]);
            var from = 0;
            foreach (var to in ends[..SpacedLetters.Cut(letters[..(end - start)], written, Words, ends)])
            {
                tokens[kept++] = to - from == 1 ? tokens[start + from] : Joined(start + from, start + to, letters[from..to]);
                from = to;
            }

            start = end;
        }

        tokenCount = kept;
        Sentences = 0;
        for (var at = 0; at < kept; at++)
        {
            while (Sentences <= tokens[at].Sentence)
                StartSentence(at);
        }

        WakePairs();
    }

    private void RepairShort()
    {
        for (var at = 0; at < tokenCount; at++)
            Words.RepairShort(ref tokens[at], this);
        WakePairs();
    }

    private Token Joined(int first, int next, ReadOnlySpan<char> letters)
    {
        var joined = tokens[first];
        joined.End = tokens[next - 1].End;
        joined.Hash = WordHash.Of(Lower[joined.Start..joined.End]);
        joined.FirstSymbol = 0;
        joined.Symbols = 0;
        joined.Traits = WordTraits.None;
        joined.Marks |= TokenMarks.Joined;
        Words.ResolveReading(letters, ref joined, this);
        Words.ReadOtherwise(letters, ref joined, this);
        return joined;
    }

    private void Append(ref Token token, int symbol)
    {
        if (ownSymbolCount == ownSymbols.Length)
            Array.Resize(ref ownSymbols, ownSymbolCount * 2);
        ownSymbols[ownSymbolCount++] = symbol;
        token.Symbols++;
    }

    private (HitList Hits, bool Ready) Kept(int number)
    {
        var hits = found[number] ??= new HitList();
        if (foundFor[number] == reading)
            return (hits, true);
        foundFor[number] = reading;
        hits.Clear();
        return (hits, false);
    }
}

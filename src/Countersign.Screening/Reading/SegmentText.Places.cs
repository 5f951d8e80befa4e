using Countersign.Screening.Rules;

namespace Countersign.Screening.Reading;

/// <summary>Where in a segment the anchors of patterns stand, by list.</summary>
internal sealed partial class SegmentText
{
    private readonly int[] firstPlaces;
    private readonly int[] placesFor;
    private (int Anchored, int Token, int Next)[] places = new (int, int, int)[64];
    private int placeCount;
    private (int First, int Next, int Token)[] pairs = new (int, int, int)[16];
    private int pairCount;
    private bool placed;

    /// <summary>Keeps where two words stand in a row that anchor patterns.</summary>
    public void NotePair(in AnchorPair pair, int first)
    {
        if (pairCount == pairs.Length)
            Array.Resize(ref pairs, pairCount * 2);
        pairs[pairCount++] = (pair.First, pair.Next, first);
    }

    /// <summary>The latest place at which a pattern of a list may stand; -1 where there is none.</summary>
    public int FirstPlace(int list)
    {
        if (!placed)
            FindPlaces();
        return placesFor[list] == reading ? firstPlaces[list] : -1;
    }

    /// <summary>A pattern under its anchor, the token at which the anchor stands, and the next place of the same list.</summary>
    public (int Anchored, int Token, int Next) PlaceAt(int place) => places[place];

    /// <summary>Looks up all words in a row anew, once they are no longer what they were when they were read.</summary>
    private void WakePairs()
    {
        pairCount = 0;
        for (var at = 1; at < tokenCount; at++)
            Words.WakePair(tokens[at - 1], tokens[at], at - 1, this);
    }

    /// <summary>Tells every list where an anchor of one of its patterns stands.</summary>
    private void FindPlaces()
    {
        placed = true;
        placeCount = 0;
        var anchors = plan.Anchors;
        for (var at = 0; at < tokenCount; at++)
        {
            foreach (var symbol in SymbolsOf(tokens[at]))
                AddPlaces(anchors.OfSymbol(symbol), at);
        }

        foreach (var (first, next, token) in pairs.AsSpan(0, pairCount))
            AddPlaces((first, next), token);
    }

    private void AddPlaces((int First, int Next) range, int token)
    {
        for (var anchored = range.First; anchored < range.Next; anchored++)
        {
            var list = plan.Anchors.ListOf(anchored);
            if (placeCount == places.Length)
                Array.Resize(ref places, placeCount * 2);
            places[placeCount] = (anchored, token, placesFor[list] == reading ? firstPlaces[list] : -1);
            placesFor[list] = reading;
            firstPlaces[list] = placeCount++;
        }
    }
}

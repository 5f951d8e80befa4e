using System.Collections.Frozen;

namespace Countersign.Screening.Reading;

/// <summary>Whether the words are denied in their own clause.</summary>
internal static class Negation
{
    /// <summary>How far before the words a "not" still reaches, in tokens.</summary>
    private const int Reach = 7;

    private static readonly FrozenSet<string> Negators = new[]
    {
        "not", "no", "never", "without", "cannot", "nobody", "neither", "nor", "none", "isn't", "aren't", "wasn't", "weren't", "don't",
        "doesn't", "didn't", "won't", "wouldn't", "can't", "couldn't", "shouldn't", "haven't", "hasn't", "hadn't", "ain't", "untrue", "false",
        "deny", "denies", "denied", "denying", "refutes", "isnt", "dont", "wont", "cant", "doesnt", "nothing", "hardly",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What makes a "no" say yes: "no doubt", "not only", "can't wait".</summary>
    private static readonly FrozenSet<(string, string)> NotNegations = new[]
    {
        ("no", "doubt"), ("no", "wonder"), ("no", "question"), ("no", "matter"), ("no", "brainer"), ("no", "catch"), ("no", "surprise"),
        ("no", "kidding"), ("no", "joke"), ("no", "strings"), ("no", "ifs"), ("no", "nonsense"), ("no", "hassle"), ("no", "fuss"), ("no", "longer"), ("no", "1"),
        ("not", "only"), ("not", "just"), ("not", "to"), ("not", "a"), ("don't", "miss"), ("don't", "wait"), ("don't", "worry"), ("don't", "delay"), ("can't", "wait"),
        ("can't", "believe"), ("cannot", "wait"), ("cannot", "believe"), ("won't", "believe"), ("won't", "regret"), ("can't", "lose"), ("can't", "go"),
        ("never", "been"), ("never", "worry"), ("nothing", "beats"), ("nothing", "says"), ("nothing", "like"), ("never", "before"),
    }.ToFrozenSet();

    public static bool IsNegator(string word) => Negators.Contains(word);

    public static bool Denies(IReadOnlyList<Token> tokens, Hit hit)
    {
        for (var at = hit.First - 1; at >= 0 && hit.First - at <= Reach && tokens[at].Clause == tokens[hit.First].Clause; at--)
        {
            if (!Negators.Contains(tokens[at].Text))
                continue;
            // "Why not …" is an invitation.
            if (at > 0 && tokens[at].Text == "not" && tokens[at - 1].Text == "why")
                continue;
            if (at + 1 < tokens.Count && NotNegations.Contains((tokens[at].Text, tokens[at + 1].Text)) && !(tokens[at].Text == "not" && tokens[at + 1].Text == "a" && at + 1 >= hit.First - 1))
                continue;
            return true;
        }

        return false;
    }
}

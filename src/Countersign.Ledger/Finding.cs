namespace Countersign.Ledger;

/// <summary>Something that is not as it should be, said so that a reader without technical knowledge understands what and where.</summary>
/// <param name="Code">Stays the same when the wording changes.</param>
/// <param name="File">Within the folder, with forward slashes.</param>
/// <param name="Entry">The number of the entry, from 0.</param>
public sealed record Finding(string Code, string Sentence, string? File = null, long? Entry = null);

/// <summary>What was found, up to a bound, so that a hostile folder cannot keep a verifier busy for ever.</summary>
internal sealed class Findings
{
    public const int Most = 100;

    private readonly List<Finding> found = [];

    public IReadOnlyList<Finding> All => found;

    public bool IsFull => found.Count >= Most;

    /// <summary>File names in it may come from a stranger, so nothing in it can steer a terminal.</summary>
    public void Add(string code, string sentence, string? file = null, long? entry = null)
    {
        if (!IsFull)
            found.Add(new Finding(code, Printable(sentence), file is null ? null : Printable(file), entry));
    }

    public void AddRange(Findings others)
    {
        foreach (var other in others.found)
            Add(other.Code, other.Sentence, other.File, other.Entry);
    }

    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) || char.IsSurrogate(c) || TurnsText(c) ? '?' : c));

    /// <summary>Marks that end a line or change the direction of the text after them.</summary>
    private static bool TurnsText(char c) => c is (>= '\u2028' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u200e' or '\u200f' or '\u061c';
}

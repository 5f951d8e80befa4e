using System.Collections.Concurrent;
using Countersign.Screening;

namespace Countersign.Inbox.Rules;

/// <summary>Finds the words of rules as policies find theirs: capitals, accents, look-alikes and letters pulled apart do not count.</summary>
internal static class RuleWords
{
    private const string List = "rule-words";

    private const string Pack = """
        id: RULE-01
        version: 1.0.0
        title: Words of a rule of the inbox
        category: confidential
        owner: Inbox
        basis: A rule of the inbox
        severity: S4
        decision: warn
        applies:
          directions: [inbound]
          segments: [own]
        fires:
          - find: ["{rule-words}"]
        message: The words of a rule.
        fix: None.
        cases:
          must: []
          must-not: []
        """;

    /// <summary>Made once for each set of words; a rule's words never change.</summary>
    private static readonly ConcurrentDictionary<string, PolicyRelease?> made = new(StringComparer.Ordinal);

    /// <summary>Why these cannot be read, in a sentence; null where they can.</summary>
    public static string? WhyNot(IReadOnlyList<string> words) => words.Count == 0 || TryMake(words, out var why) is not null ? null : why;

    /// <returns>Null for no words.</returns>
    public static Func<string, bool>? Of(IReadOnlyList<string> words)
    {
        if (words.Count == 0)
            return null;

        // What a newer version of the program cannot read any more finds nothing, and keeps no message from being taken in.
        if (made.GetOrAdd(string.Join('\n', words), _ => TryMake(words, out string? _)) is not { } release)
            return _ => false;
        return text => Screener.Screen(new ScreeningItem(Direction.Inbound, ItemKind.Reply, [new Segment(SegmentKind.Own, 0, text)], new Dictionary<string, string>(StringComparer.Ordinal)), release).Findings.Count > 0;
    }

    private static PolicyRelease? TryMake(IReadOnlyList<string> words, out string? why)
    {
        try
        {
            why = null;
            return Make(words);
        }
        catch (PolicyFileException fault)
        {
            why = $"These words cannot be read: {fault.Expected} was expected. Write a word or words in a row on each line.";
            return null;
        }
    }

    private static PolicyRelease Make(IReadOnlyList<string> words) => PolicyRelease.FromFiles([
        new PolicyFile("RULE/RULE-01.yaml", Pack),
        new PolicyFile(PolicyProfile.FileName, new PolicyProfile().WithLexicon(List, words).ToFile()),
    ]);
}

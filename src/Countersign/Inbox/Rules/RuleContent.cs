using System.Globalization;
using System.IO.Enumeration;
using System.Text.Json;
using System.Text.Json.Serialization;
using Countersign.Decisions;
using Countersign.Storage;

namespace Countersign.Inbox.Rules;

/// <summary>When, by the office hours of the settings and the organisation's clock.</summary>
public enum RuleHours
{
    Always,
    Office,
    OutOfOffice,
}

/// <summary>What a message has to be: all of what is said here, and of each list any one. An empty list says nothing.</summary>
/// <param name="Labels">What triage says it is about.</param>
/// <param name="Authors">Handles on the network, without the @; a star stands for any run of characters.</param>
/// <param name="From">Time of day, "18:00", by the organisation's clock; empty where any will do. Later than <paramref name="Until"/>: over midnight.</param>
/// <param name="Until">Not in it.</param>
/// <param name="Words">Patterns of the policies' own language, read by the same reader.</param>
public sealed record RuleWhen(
    IReadOnlyList<string> Labels,
    IReadOnlyList<string> Authors,
    IReadOnlyList<Guid> Accounts,
    IReadOnlyList<string> Networks,
    IReadOnlyList<MessageKind> Kinds,
    RuleHours Hours,
    string From,
    string Until,
    IReadOnlyList<string> Words)
{
    public static readonly RuleWhen Anything = new([], [], [], [], [], RuleHours.Always, "", "", []);

    [JsonIgnore]
    public bool IsAnything => this is { Labels.Count: 0, Authors.Count: 0, Accounts.Count: 0, Networks.Count: 0, Kinds.Count: 0, Hours: RuleHours.Always, From: "", Words.Count: 0 };

    /// <param name="words">What the policies' reader finds of <see cref="Words"/>; null where there are none.</param>
    internal bool Matches(RuleFacts facts, Func<string, bool>? words) =>
        (Labels.Count == 0 || Labels.Any(facts.Labels.Contains))
        && (Accounts.Count == 0 || Accounts.Contains(facts.Account.Id))
        && (Networks.Count == 0 || Networks.Contains(facts.Network))
        && (Kinds.Count == 0 || Kinds.Contains(facts.Kind))
        && (Authors.Count == 0 || (facts.Handle is { Length: > 0 } handle && Authors.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, handle))))
        && (Hours == RuleHours.Always || facts.InOffice == (Hours == RuleHours.Office))
        && (From.Length == 0 || IsBetween(facts.TimeOfDay))
        && (words is null || words(facts.Text));

    private bool IsBetween(TimeOnly time) => time.IsBetween(Time(From)!.Value, Time(Until)!.Value);

    internal static TimeOnly? Time(string text) => TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
}

/// <summary>What a rule does.</summary>
/// <param name="Priority">Null where it sets none.</param>
/// <param name="To">Who is given the conversation, where nobody has it.</param>
/// <param name="Reply">A text of the library that is laid ready; a person fills it and sends it on the road of every answer.</param>
/// <param name="Tell">Who is told.</param>
public sealed record RuleThen(IReadOnlyList<string> Labels, Priority? Priority, Guid? To, Guid? Reply, IReadOnlyList<Guid> Tell)
{
    public static readonly RuleThen Nothing = new([], null, null, null, []);

    [JsonIgnore]
    public bool IsNothing => this is { Labels.Count: 0, Priority: null, To: null, Reply: null, Tell.Count: 0 };
}

/// <summary>A rule of the inbox as somebody wrote it once.</summary>
public sealed record RuleContent(string Name, RuleWhen When, RuleThen Then)
{
    public const int LongestName = 80;

    /// <summary>Of each list.</summary>
    public const int Most = 50;

    public const int MostTold = 20;

    /// <summary>UTF-16 units of a handle or a pattern.</summary>
    public const int Longest = 200;

    /// <summary>What was typed, in the form it is kept.</summary>
    public RuleContent Tidy() => new(
        Name.Trim(),
        When with
        {
            Labels = Sorted(When.Labels),
            Authors = Sorted(When.Authors.Select(handle => handle.Trim().TrimStart('@'))),
            Accounts = [.. When.Accounts.Distinct().Order()],
            Networks = Sorted(When.Networks),
            Kinds = [.. When.Kinds.Distinct().Order()],
            From = When.From.Trim(),
            Until = When.Until.Trim(),
            Words = [.. When.Words.Select(words => words.Trim()).Where(words => words.Length > 0).Distinct(StringComparer.Ordinal)],
        },
        Then with { Labels = Sorted(Then.Labels), Tell = [.. Then.Tell.Distinct().Order()] });

    /// <summary>What is wrong with it; null where nothing is.</summary>
    public Refusal? Check() => this switch
    {
        _ when Name.Length is 0 or > LongestName => new Refusal("no-name", $"Give the rule a name of {LongestName} characters at most, so that others know what it is for."),
        _ when When.IsAnything => new Refusal("no-when", "Say when the rule applies: with nothing chosen it would act on every message."),
        _ when Then.IsNothing => new Refusal("no-then", "Say what the rule does."),
        _ when When.Labels.Concat(Then.Labels).Any(label => !Priorities.Labels.Contains(label)) => new Refusal("no-label", "Choose labels from the list."),
        _ when When.Kinds.Any(kind => !Enum.IsDefined(kind)) || !Enum.IsDefined(When.Hours) || Then.Priority is { } priority && !Enum.IsDefined(priority) => new Refusal("no-choice", "Choose from what the form offers."),
        _ when new[] { When.Authors.Count, When.Accounts.Count, When.Networks.Count, When.Words.Count }.Max() > Most => new Refusal("too-many", $"Each list takes {Most} entries at most. Make two rules of it."),
        _ when When.Authors.Any(handle => handle.Length > Longest || handle.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter))) => new Refusal("bad-author", "Write one handle on each line, without spaces. A star stands for any characters: *.press.example"),
        _ when When.Authors.Any(handle => handle.All(letter => letter is '*' or '?')) => new Refusal("bad-author", "A star alone is everybody. Write more of the handle, or leave the list empty."),
        _ when (When.From.Length == 0) != (When.Until.Length == 0) => new Refusal("bad-time", "Give both times, or neither."),
        _ when When.From.Length > 0 && (RuleWhen.Time(When.From) is not { } from || RuleWhen.Time(When.Until) is not { } until || from == until) => new Refusal("bad-time", "Write the times as 18:00 and 08:00; they must differ."),
        _ when When.Words.Any(words => words.Length > Longest) => new Refusal("bad-words", $"A line of words has {Longest} characters at most."),
        _ when RuleWords.WhyNot(When.Words) is { } why => new Refusal("bad-words", why),
        _ when Then.Tell.Count > MostTold => new Refusal("too-many", $"A rule tells {MostTold} people at most."),
        _ => null,
    };

    internal string Write() => JsonSerializer.Serialize(this, JsonColumn.Options);

    private static IReadOnlyList<string> Sorted(IEnumerable<string> many) => [.. many.Where(one => one.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}

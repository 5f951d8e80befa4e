using System.Globalization;

namespace Countersign.Screening.Rules;

/// <summary>What a rule asks of a fact: `relationship in [paid, gifted]`, `approval absent`, `weighted_len > limit`, `rate_5m > 4 times baseline`.</summary>
internal sealed record FactCondition(string Key, string Operator, IReadOnlyList<string> Values)
{
    public static readonly string[] Operators = RuleLanguage.Keys(RuleLanguage.Operators);

    /// <exception cref="FormatException">Says what was expected.</exception>
    public static FactCondition Read(string source)
    {
        var parts = source.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length < 2 || !Operators.Contains(parts[1]))
            throw new FormatException($"a condition '<fact> <operator> <value>' with one of {string.Join(", ", Operators)} instead of '{source}'");
        if (!FactKeys.Known.Contains(parts[0]))
            throw new FormatException($"a fact that the engine knows instead of '{parts[0]}'");
        var needsValue = parts[1] is not ("present" or "absent" or "unknown" or "none");
        if (needsValue != (parts.Length == 3))
            throw new FormatException(needsValue ? $"a value behind '{parts[1]}' in '{source}'" : $"nothing behind '{parts[1]}' in '{source}'");
        if (needsValue && Multiple(parts[2]) is { } multiple && !FactKeys.Known.Contains(multiple.Key))
            throw new FormatException($"a fact that the engine knows behind 'times' instead of '{multiple.Key}'");
        return new FactCondition(parts[0], parts[1], needsValue ? [.. parts[2].Trim('[', ']').Split(',', StringSplitOptions.TrimEntries)] : []);
    }

    /// <summary>Whether it is false of every item that does not state the fact.</summary>
    public bool NeedsKey => Operator is not ("absent" or "unknown");

    /// <summary>False where nothing that is ever stated could make it true.</summary>
    /// <param name="stated">Every key that is ever stated.</param>
    public bool CanHold(IReadOnlySet<string> stated) =>
        Operator is "absent" or "unknown"
        || (stated.Contains(Key) && (Operator is not (">" or "<" or ">=" or "same-as") || OtherKey is not { } other || stated.Contains(other)));

    /// <exception cref="RuleFailure">The fact is not of a kind that can be compared.</exception>
    public bool Holds(IReadOnlyDictionary<string, string> facts)
    {
        var given = facts.TryGetValue(Key, out var value);
        var nothing = !given || value is "none" or "" or "false";
        return Operator switch
        {
            "present" => !nothing,
            "absent" => nothing,
            "unknown" => !given,
            "none" => given && nothing,
            "is" or "in" => given && Values.Contains(value!),
            "is-not" => given && !Values.Contains(value!),
            "contains" => given && AnyStandsIn(value!),
            "starts-with" => given && AnyBegins(value!),
            _ => given && Other(facts) is { } other && Compares(value!, other),
        };
    }

    // Methods of their own: written in place, what they capture would be allocated for every condition, whatever its operator.
    private bool AnyStandsIn(string value) => Values.Any(part => value.Contains(part, StringComparison.Ordinal));

    private bool AnyBegins(string value) => Values.Any(start => value.StartsWith(start, StringComparison.Ordinal));

    /// <summary>The fact to compare with, where it is one.</summary>
    private string? OtherKey => FactKeys.Known.Contains(Values[0]) ? Values[0] : Multiple(Values[0])?.Key;

    /// <summary>The value to compare with: another fact where it is the name of one, so many times a fact, otherwise itself.</summary>
    private string? Other(IReadOnlyDictionary<string, string> facts)
    {
        if (OtherKey is not { } key)
            return Values[0];
        if (facts.GetValueOrDefault(key) is not { } value || Multiple(Values[0]) is not { } multiple)
            return facts.GetValueOrDefault(key);
        return (multiple.Times * Ordered(value)).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>`4 times baseline` as 4 and `baseline`; null for anything else.</summary>
    private static (double Times, string Key)? Multiple(string value) =>
        value.Split(' ') is [var number, "times", var key] && double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var times) ? (times, key) : null;

    private bool Compares(string left, string right)
    {
        if (Operator == "same-as")
            return left == right;
        var order = Ordered(left).CompareTo(Ordered(right));
        return Operator switch { ">" => order > 0, "<" => order < 0, _ => order >= 0 };
    }

    /// <summary>Numbers as they are; dates and times as days.</summary>
    private double Ordered(string value)
    {
        if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return number;
        if (DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
            return date.UtcTicks / (double)TimeSpan.TicksPerDay;
        throw new RuleFailure($"the fact {Key} is '{value}', which is neither a number nor a date");
    }
}

/// <summary>A rule cannot be evaluated on this item: the item is held until a person has looked.</summary>
internal sealed class RuleFailure(string message) : Exception(message);

using System.Globalization;
using Countersign.Decisions;

namespace Countersign.Inbox.Rules;

/// <summary>What a rule looks at.</summary>
/// <param name="Labels">What triage saw, without what people said and what rules gave: rules do not set each other off.</param>
/// <param name="Handle">Null where the network has none, or the message was erased.</param>
/// <param name="InOffice">Written while the office was open.</param>
/// <param name="TimeOfDay">When it was written, by the organisation's clock.</param>
public sealed record RuleFacts(AccountRef Account, string Network, MessageKind Kind, string? Handle, IReadOnlyCollection<string> Labels, bool InOffice, TimeOnly TimeOfDay, string Text);

/// <summary>A rule as it is applied.</summary>
/// <param name="Site">Only on accounts of this site; null for all.</param>
public sealed record AppliedRule(Guid Id, int Version, Guid? Site, RuleContent Content)
{
    public Func<string, bool>? Words { get; } = RuleWords.Of(Content.When.Words);

    public bool Matches(RuleFacts facts) => (Site is null || Site == facts.Account.SiteId) && Content.When.Matches(facts, Words);
}

/// <summary>That a rule matched a message, what it did about it, and what it would have done.</summary>
/// <param name="Labels">Those that it gave.</param>
/// <param name="Not">What it asked for and did not get, with the reason: "priority:first", "owner:taken".</param>
public sealed record RuleMark(Guid Rule, int Version, IReadOnlyList<string> Labels, Priority? Priority, Guid? To, Guid? Reply, IReadOnlyList<Guid> Told, IReadOnlyList<string> Not)
{
    /// <summary>Who said that it was wrong here; null where nobody did.</summary>
    public Guid? By { get; init; }

    internal string Describe() => string.Create(CultureInfo.InvariantCulture, $"{Rule} v{Version} labels:{string.Join(',', Labels)} priority:{Priority} to:{To} reply:{Reply} told:{string.Join(',', Told)} not:{string.Join(',', Not)} wrong:{By}");
}

/// <summary>What rules come to for one message.</summary>
/// <param name="Marks">All of its marks, those from before first.</param>
/// <param name="To">Who is given the conversation now; null where nobody is.</param>
/// <param name="Tell">Who is told now.</param>
public sealed record Ruled(Triage Triage, IReadOnlyList<RuleMark> Marks, Guid? To, IReadOnlyList<Guid> Tell)
{
    public static Ruled Nothing(Triage triage, IReadOnlyList<RuleMark> before) => new(RuleBook.Judge(triage, before), before, null, []);
}

/// <summary>Applies rules in their order. Pure: the same message, rules and marks give the same.</summary>
public static class RuleBook
{
    public const string Reason = "A rule of the inbox set it.";

    /// <summary>Labels of every rule that matches add up. Of priority, owner and reply, the first rule in order that asks has it. A rule that acted on a message once does not act on it again.</summary>
    /// <param name="before">Marks that the message has.</param>
    /// <param name="owner">Who has the conversation; null where nobody does.</param>
    /// <param name="mayHave">True for whom the conversation can be given to.</param>
    public static Ruled Decide(IEnumerable<AppliedRule> rules, RuleFacts facts, Triage triage, IReadOnlyList<RuleMark> before, Guid? owner, Func<Guid, bool> mayHave)
    {
        var matching = rules.Where(rule => before.All(mark => mark.Rule != rule.Id) && rule.Matches(facts)).ToList();
        if (matching.Count == 0)
            return Ruled.Nothing(triage, before);
        List<MessageLabel> labels = [.. triage.Labels];
        var given = new Dictionary<Guid, List<string>>();
        foreach (var rule in matching)
        {
            given[rule.Id] = [.. rule.Content.Then.Labels.Where(name => labels.TrueForAll(label => label.Name != name))];
            labels.AddRange(given[rule.Id].Select(name => new MessageLabel(name, MessageLabel.ByRule, "A rule of the inbox says so", 0, 0)));
        }

        var own = Priorities.Of(labels).Priority;
        List<RuleMark> marks = [.. before];
        Guid? to = null;
        List<Guid> tell = [];
        foreach (var rule in matching)
        {
            var then = rule.Content.Then;
            List<string> not = [.. then.Labels.Where(name => triage.Labels.Any(label => label.Name == name && label.Denied)).Select(name => $"label:denied:{name}")];
            var standing = marks.Where(mark => mark.By is null).ToList();
            var priority = Allow(then.Priority, "priority", standing.Exists(mark => mark.Priority is not null) ? "first" : then.Priority > own && own <= Priority.P2 ? "graver" : null, not);
            var person = Allow(then.To, "owner", standing.Exists(mark => mark.To is not null) ? "first" : owner is not null ? "taken" : then.To is { } one && !mayHave(one) ? "cannot" : null, not);
            var reply = Allow(then.Reply, "reply", standing.Exists(mark => mark.Reply is not null) ? "first" : null, not);
            to ??= person;
            IReadOnlyList<Guid> told = [.. then.Tell.Except(standing.SelectMany(mark => mark.Told))];
            tell.AddRange(told);
            marks.Add(new RuleMark(rule.Id, rule.Version, given[rule.Id], priority, person, reply, told, not));
        }

        return new Ruled(Judge(triage with { Labels = labels }, marks), marks, to, tell);
    }

    /// <summary>A rule may make a message more urgent, and less only where its labels want no person.</summary>
    public static (Priority Priority, string Reason) Judge(IReadOnlyCollection<MessageLabel> labels, IReadOnlyList<RuleMark> marks)
    {
        var own = Priorities.Of(labels);
        return marks.FirstOrDefault(mark => mark is { By: null, Priority: not null })?.Priority is { } set && set != own.Priority && (set < own.Priority || own.Priority > Priority.P2) ? (set, Reason) : own;
    }

    public static Triage Judge(Triage triage, IReadOnlyList<RuleMark> marks)
    {
        if (triage.Release is null || marks.Count == 0)
            return triage;
        var (priority, reason) = Judge(triage.Labels, marks);
        return triage with { Priority = priority, Reason = reason };
    }

    private static T? Allow<T>(T? asked, string what, string? why, List<string> not)
        where T : struct
    {
        if (asked is null || why is null)
            return asked;
        not.Add($"{what}:{why}");
        return null;
    }
}

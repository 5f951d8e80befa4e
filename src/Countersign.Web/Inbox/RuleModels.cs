using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Inbox.Rules;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Controls;
using Countersign.Web.Shared.Frame;
using Countersign.Web.Shared.Parts;

namespace Countersign.Web.Inbox;

/// <param name="Version">The one that is live; of one that is not, the newest.</param>
public sealed record ListedRule(InboxRule Rule, InboxRuleVersion Version, bool MayKeep);

/// <param name="Locked">Why rules do not act now, in a sentence; null where they do.</param>
public sealed record RulesModel(ShellModel Shell, IReadOnlyList<ListedRule> Rules, IReadOnlyDictionary<Guid, string> Names, string? Locked, bool MayWrite, Refusal? Refusal, string? Done);

/// <param name="Versions">The newest first.</param>
public sealed record RuleModel(ShellModel Shell, InboxRule Rule, IReadOnlyList<InboxRuleVersion> Versions, IReadOnlyList<ShownExample> Examples, IReadOnlyDictionary<Guid, string> Names, string? Locked, bool MayKeep, DateTimeOffset Now, Refusal? Refusal, string? Done)
{
    public InboxRuleVersion Newest => Versions[0];
}

/// <summary>A message that a dry run matched.</summary>
public sealed record ShownExample(RuleExample Example, Message Message, Account Account);

/// <param name="Seen">The newest version that was on the screen; 0 for a new rule.</param>
/// <param name="Places">Where a new rule may hold.</param>
public sealed record RuleEditModel(ShellModel Shell, Guid Id, int Seen, Guid? Site, RuleContent Form, IReadOnlyList<Account> Accounts, IReadOnlyList<Option> People, IReadOnlyList<Option> Replies, IReadOnlyList<Option> Places, Refusal? Refusal)
{
    public string? ErrorOf(params string[] codes) => Refusal is { } refusal && codes.Contains(refusal.Code) ? refusal.Sentence : null;
}

/// <summary>Rules in words.</summary>
public static class RuleSay
{
    public static (string Word, Tone Tone, string Icon) Look(InboxRule rule) => rule switch
    {
        { Live: { } live } => ($"Live, version {live}", Tone.Ok, "check"),
        _ => ("Off", Tone.Neutral, "s-draft"),
    };

    /// <summary>When it applies, from "When" on.</summary>
    public static string When(RuleWhen when, IReadOnlyDictionary<Guid, string> names) => English.List([.. Parts(when, names)]);

    public static string Then(RuleThen then, IReadOnlyDictionary<Guid, string> names) => English.List([.. Parts(then, names)]);

    /// <summary>What became of it on one message.</summary>
    public static string Did(RuleMark mark, IReadOnlyDictionary<Guid, string> names)
    {
        var did = Parts(new RuleThen(mark.Labels, mark.Priority, mark.To, null, mark.Told), names).ToList();
        return did.Count == 0 ? "Did nothing." : $"{English.Capital(English.List(did))}.";
    }

    /// <summary>Why it did not do what it says.</summary>
    public static string Not(string not) => not.Split(':') switch
    {
        ["priority", "first"] => "Its priority did not count: a rule before it set one.",
        ["priority", _] => "It makes nothing less urgent that wants a person.",
        ["owner", "first"] => "It gave it to nobody: a rule before it did.",
        ["owner", "taken"] => "It gave it to nobody: somebody had it.",
        ["owner", _] => "It gave it to nobody: whoever it names cannot answer here now.",
        ["reply", _] => "Its reply was not laid ready: a rule before it had one.",
        ["label", _, var label] => $"It did not label it {InboxWords.Label(label)}: somebody had taken that away.",
        _ => not,
    };

    public static string Against(string against) => against switch
    {
        "label" => "Somebody took that label away",
        "priority" => "It was handled with another urgency",
        "owner" => "Somebody else dealt with it",
        _ => "It was answered otherwise",
    };

    private static IEnumerable<string> Parts(RuleWhen when, IReadOnlyDictionary<Guid, string> names)
    {
        if (when.Labels.Count > 0)
            yield return $"it is about {Or(when.Labels.Select(InboxWords.Label))}";
        if (when.Authors.Count > 0)
            yield return $"its author is {Or(when.Authors.Select(handle => $"@{PlainText.Of(handle)}"))}";
        if (when.Accounts.Count > 0)
            yield return $"it is to {Or(when.Accounts.Select(id => names.GetValueOrDefault(id, "an account that is gone")))}";
        if (when.Networks.Count > 0)
            yield return $"it is on {Or(when.Networks.Select(network => Shared.Parts.Networks.Look(network).Name))}";
        if (when.Kinds.Count > 0)
            yield return $"it is a {Or(when.Kinds.Select(kind => kind.Say().ToLowerInvariant()))}";
        if (when.Hours != RuleHours.Always)
            yield return when.Hours == RuleHours.Office ? "the office is open" : "the office is shut";
        if (when.From.Length > 0)
            yield return $"it was written between {when.From} and {when.Until}";
        if (when.Words.Count > 0)
            yield return $"it says {Or(when.Words.Select(words => $"“{words}”"))}";
    }

    private static IEnumerable<string> Parts(RuleThen then, IReadOnlyDictionary<Guid, string> names)
    {
        if (then.Labels.Count > 0)
            yield return $"label it {English.List([.. then.Labels.Select(InboxWords.Label)])}";
        if (then.Priority is { } priority)
            yield return $"set {priority}";
        if (then.To is { } to)
            yield return $"give it to {names.GetValueOrDefault(to, "somebody who is gone")}";
        if (then.Reply is { } reply)
            yield return $"lay “{names.GetValueOrDefault(reply, "a reply that is gone")}” ready";
        if (then.Tell.Count > 0)
            yield return $"tell {English.List([.. then.Tell.Select(id => names.GetValueOrDefault(id, "somebody who is gone"))])}";
    }

    private static string Or(IEnumerable<string> many)
    {
        var all = many.ToList();
        return all.Count > 4 ? $"{string.Join(", ", all.Take(3))} or {all.Count - 3} others" : string.Join(" or ", all);
    }
}

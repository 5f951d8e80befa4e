using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Inbox.Clocks;
using Countersign.People;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Inbox.Rules;

/// <summary>Applies the live rules to a message that comes in or is read anew. Writes nothing: what they come to is part of the commit that takes the message in.</summary>
public sealed class RunRules(CountersignDb db, ReadTargets targets, TimeProvider clock)
{
    /// <param name="seen">What triage saw now, without what was kept from before.</param>
    /// <param name="triage">All labels that stand.</param>
    /// <param name="before">Marks that the message has.</param>
    /// <param name="conversation">Null where the message begins one.</param>
    internal async Task<Ruled> RunAsync(Account account, MessageKind kind, MessageSource source, string text, DateTimeOffset written, Triage seen, Triage triage, IReadOnlyList<RuleMark> before, Conversation? conversation, CancellationToken cancellationToken)
    {
        var rules = await LiveAsync(cancellationToken);
        if (rules.Count == 0 || await AreOffAsync(account.Ref, cancellationToken))
            return Ruled.Nothing(triage, before);
        var facts = FactsOf(account, kind, source, text, written, seen.Labels, await targets.RunAsync(cancellationToken));
        var able = await AbleAsync(rules.Select(rule => rule.Content.Then.To), account.Ref, cancellationToken);
        return RuleBook.Decide(rules, facts, triage, before, conversation?.OwnerAt(clock.GetUtcNow()), able.Contains);
    }

    internal static RuleFacts FactsOf(Account account, MessageKind kind, MessageSource source, string text, DateTimeOffset written, IReadOnlyList<MessageLabel> labels, ResponseTargets targets) => new(
        account.Ref,
        account.Network,
        kind,
        source.AuthorHandle,
        labels.Where(label => label.Rule is not (MessageLabel.Person or MessageLabel.ByRule)).Select(label => label.Name).ToHashSet(StringComparer.Ordinal),
        targets.IsOpen(written),
        targets.TimeOfDay(written),
        text);

    /// <summary>While a lock is in force on an account, its site or everything, no rule acts there.</summary>
    private async Task<bool> AreOffAsync(AccountRef account, CancellationToken cancellationToken) =>
        (await db.OrdersInForce.ToListAsync(cancellationToken)).Exists(order => order.Stops([], account));

    private async Task<List<AppliedRule>> LiveAsync(CancellationToken cancellationToken) =>
        (await db.InboxRules.AsNoTracking()
            .Join(db.InboxRuleVersions.AsNoTracking(), rule => new { rule.Id, Version = rule.Live }, version => new { Id = version.RuleId, Version = (int?)version.Version }, (rule, version) => new { rule.Id, rule.SiteId, rule.Place, version.Version, version.Content })
            .ToListAsync(cancellationToken))
            .OrderBy(rule => rule.Place).ThenBy(rule => rule.Id).Select(rule => new AppliedRule(rule.Id, rule.Version, rule.SiteId, rule.Content)).ToList();

    /// <summary>Those of these people who can have conversations of the account now: not who left, is locked or lost the role.</summary>
    private async Task<HashSet<Guid>> AbleAsync(IEnumerable<Guid?> people, AccountRef account, CancellationToken cancellationToken)
    {
        var ids = people.OfType<Guid>().Distinct().ToList();
        if (ids.Count == 0)
            return [];
        var locked = await db.OrdersInForce.Where(order => order.Scope == LockScope.Person).Select(order => order.TargetId).ToListAsync(cancellationToken);
        return [.. (await db.People.AsNoTracking().Where(person => ids.Contains(person.Id) && person.PasswordHash != null).ToListAsync(cancellationToken))
            .Where(person => !locked.Contains(person.Id) && InboxRights.WhyNotHandle(new Actor(person.Id, person.Name, person.Grants), account) is null)
            .Select(person => person.Id)];
    }
}

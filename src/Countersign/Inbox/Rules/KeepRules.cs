using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Publishing.Replies;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Inbox.Rules;

/// <summary>Writing rules, putting them live and in order, each step in one commit.</summary>
public sealed class KeepRules(CountersignDb db, TryRule trials, TimeProvider clock)
{
    private static readonly Refusal none = new("no-rule", "That rule is not here.");

    /// <param name="id">A new one is made when there is none of that id, so that a form sent twice makes one.</param>
    /// <param name="site">Of a new rule: only for accounts of this site; null for the whole organisation.</param>
    /// <param name="seen">The newest version that was on the screen; 0 for a new rule.</param>
    public async Task<Decision<RuleComposed>> ComposeAsync(Guid id, Guid? site, RuleContent typed, int seen, Actor by, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        if (id == Guid.Empty)
            return new Refusal("no-id", "Load the page again.");
        var (content, now) = (typed.Tidy(), clock.GetUtcNow());
        var known = await db.InboxRules.FindAsync([id], cancellationToken);
        if (known is null && site is { } place && !await db.Sites.AnyAsync(row => row.Id == place, cancellationToken))
            return new Refusal("no-site", "Choose the whole organisation, or a site.");
        var places = await db.InboxRules.AsNoTracking().Select(row => row.Place).ToListAsync(cancellationToken);
        var rule = known ?? new InboxRule { Id = id, SiteId = site, CreatedBy = by.Id, CreatedAt = now, Place = places.DefaultIfEmpty().Max() + 1 };
        return await db.CommitAsync(
            rule.Compose(content, seen, places.Count, await UnknownAsync(rule.SiteId, content, cancellationToken), by, now),
            composed =>
            {
                if (known is null)
                    db.InboxRules.Add(rule);
                rule.Apply(composed);
                db.InboxRuleVersions.Add(new InboxRuleVersion { RuleId = id, Version = composed.Version, Content = composed.Content, ContentCommitment = composed.Words.Commitment, EditorId = by.Id, At = now });
            },
            cancellationToken);
    }

    public async Task<Decision<RuleTried>> TryAsync(Guid id, Actor by, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not var (seen, tried))
            return none;

        // Whoever may not is told before anything is read.
        if (!InboxRule.MayKeep(by, seen.SiteId))
            return await db.CommitAsync(seen.Try(tried, RuleTrial.None, by, clock.GetUtcNow()), _ => { }, cancellationToken);
        var trial = await trials.RunAsync(new AppliedRule(seen.Id, tried.Version, seen.SiteId, tried.Content), by, cancellationToken);
        return await FindAsync(id, cancellationToken) is var (rule, version) && version.Version == tried.Version
            ? await db.CommitAsync(rule.Try(version, trial, by, clock.GetUtcNow()), happened => version.Trial = happened.Trial, cancellationToken)
            : CountersignDb.ChangedMeanwhile;
    }

    /// <param name="seen">The version that was on the screen.</param>
    public async Task<Decision<RulePutLive>> PutLiveAsync(Guid id, int seen, Actor by, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) is var (rule, version)
            ? await db.CommitAsync(rule.PutLive(version, seen, await UnknownAsync(rule.SiteId, version.Content, cancellationToken), by, clock.GetUtcNow()), rule.Apply, cancellationToken)
            : none;

    public async Task<Decision<RuleSwitchedOff>> SwitchOffAsync(Guid id, Actor by, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) is var (rule, _) ? await db.CommitAsync(rule.SwitchOff(by, clock.GetUtcNow()), rule.Apply, cancellationToken) : none;

    /// <param name="earlier">True to change places with the one before it, false with the one behind.</param>
    public async Task<Decision<RuleMoved>> MoveAsync(Guid id, bool earlier, Actor by, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not var (rule, _))
            return none;
        var beside = (await db.InboxRules.AsNoTracking().Select(row => new { row.Id, row.Place }).ToListAsync(cancellationToken)).OrderBy(row => row.Place).ThenBy(row => row.Id).Select(row => row.Id).ToList();
        var at = beside.IndexOf(id) + (earlier ? -1 : 1);
        var other = at < 0 || at >= beside.Count ? null : await db.InboxRules.FindAsync([beside[at]], cancellationToken);
        return await db.CommitAsync(rule.Move(other, by, clock.GetUtcNow()), _ => rule.Swap(other!), cancellationToken);
    }

    private async Task<(InboxRule Rule, InboxRuleVersion Newest)?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        return await db.InboxRules.FindAsync([id], cancellationToken) is { } rule
            ? (rule, await db.InboxRuleVersions.SingleAsync(row => row.RuleId == id && row.Version == rule.Latest, cancellationToken))
            : null;
    }

    /// <summary>What it names that is not there, or cannot be used for it.</summary>
    private async Task<string?> UnknownAsync(Guid? site, RuleContent content, CancellationToken cancellationToken)
    {
        var accounts = (await db.Accounts.AsNoTracking().Where(account => account.State != AccountState.Disconnected && (site == null || account.SiteId == site)).ToListAsync(cancellationToken))
            .FindAll(account => content.When.Accounts.Count == 0 || content.When.Accounts.Contains(account.Id));
        if (content.When.Accounts.Except(accounts.ConvertAll(account => account.Id)).Any())
            return "One of the accounts is not connected, or not of this site. Choose from the list.";
        var named = content.Then.Tell.Concat(new[] { content.Then.To }.OfType<Guid>()).ToHashSet();
        var people = await db.People.AsNoTracking().Where(person => named.Contains(person.Id) && person.PasswordHash != null).ToListAsync(cancellationToken);
        foreach (var id in named)
        {
            if (people.Find(person => person.Id == id) is not { } person)
                return "Somebody whom the rule names cannot sign in here. Choose somebody else.";
            if (!accounts.Exists(account => InboxRights.WhyNotHandle(new Actor(person.Id, person.Name, person.Grants), account.Ref) is null))
                return $"{person.Name} does not answer for any account of this rule. Choose somebody who holds Author, Care lead or Comms there.";
        }

        return content.Then.Reply is { } reply && !await db.ReplyTemplates.AnyAsync(row => row.Id == reply && row.Live != null && row.WithdrawnAt == null, cancellationToken)
            ? "The reply is not in use in the library. Choose one that is."
            : null;
    }
}

using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Inbox.Rules;
using Countersign.People;
using Countersign.Publishing.Replies;
using Countersign.Storage;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Controls;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Inbox;

/// <summary>Reads what the pages of rules show.</summary>
public sealed class RulePages(CountersignDb db, ReplyLibrary library, ShellReader shell, Actor actor, TimeProvider clock)
{
    public async Task<IResult> ShowListAsync(Refusal? refusal, string? done, CancellationToken stop)
    {
        if (!InboxRule.MayRead(actor))
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        var rules = (await db.InboxRules.AsNoTracking().ToListAsync(stop)).OrderBy(rule => rule.Place).ThenBy(rule => rule.Id).ToList();
        var versions = (await db.InboxRuleVersions.AsNoTracking().ToListAsync(stop)).ToLookup(version => version.RuleId);
        return Pages.Show<RuleListPage>(
            new
            {
                Model = new RulesModel(
                    await shell.ReadAsync(stop),
                    [.. rules.Select(rule => new ListedRule(rule, versions[rule.Id].Single(version => version.Version == (rule.Live ?? rule.Latest)), InboxRule.MayKeep(actor, rule.SiteId)))],
                    await NamesAsync(stop),
                    await LockedAsync(stop),
                    InboxRule.MayKeepSome(actor),
                    refusal,
                    done),
            },
            Pages.StatusOf(refusal));
    }

    public async Task<IResult> ShowOneAsync(Guid id, Refusal? refusal, string? done, CancellationToken stop)
    {
        if (!InboxRule.MayRead(actor) || await db.InboxRules.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, stop) is not { } rule)
            return Results.NotFound();
        var versions = await db.InboxRuleVersions.AsNoTracking().Where(row => row.RuleId == id).OrderByDescending(row => row.Version).ToListAsync(stop);
        return Pages.Show<RuleRecordPage>(
            new { Model = new RuleModel(await shell.ReadAsync(stop), rule, versions, await ExamplesAsync(versions[0].Trial, stop), await NamesAsync(stop), await LockedAsync(stop), InboxRule.MayKeep(actor, rule.SiteId), clock.GetUtcNow(), refusal, done) },
            Pages.StatusOf(refusal));
    }

    /// <param name="seen">Null for the newest version that there is.</param>
    /// <param name="typed">As it was sent, where it comes back with a mistake.</param>
    public async Task<IResult> ShowEditAsync(Guid id, int? seen, Guid? place, RuleContent? typed, Refusal? refusal, CancellationToken stop)
    {
        if (!InboxRule.MayKeepSome(actor))
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        var known = await db.InboxRules.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, stop);
        if (known is null && seen is null)
            return Results.NotFound();
        if (known is not null && !InboxRule.MayKeep(actor, known.SiteId))
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        var saved = known is null ? null : await db.InboxRuleVersions.AsNoTracking().SingleAsync(row => row.RuleId == id && row.Version == known.Latest, stop);
        var accounts = (await db.Accounts.AsNoTracking().Where(account => account.State != AccountState.Disconnected).OrderBy(account => account.Title).ToListAsync(stop)).FindAll(account => known?.SiteId is not { } site || account.SiteId == site);
        var people = (await db.People.AsNoTracking().Where(person => person.PasswordHash != null).OrderBy(person => person.Name).ToListAsync(stop))
            .Where(person => accounts.Exists(account => InboxRights.WhyNotHandle(new Actor(person.Id, person.Name, person.Grants), account.Ref) is null)).Select(person => new Option(person.Id.ToString(), person.Name));
        var replies = (await library.ListAsync(stop)).Where(reply => reply.State == ReplyState.Approved).Select(reply => new Option(reply.Template.Id.ToString(), reply.Version.Content.Name));
        var sites = (await db.Sites.AsNoTracking().OrderBy(site => site.Name).ToListAsync(stop)).Where(site => InboxRule.MayKeep(actor, site.Id)).Select(site => new Option(site.Id.ToString(), site.Name));
        return Pages.Show<RuleEditPage>(
            new
            {
                Model = new RuleEditModel(
                    await shell.ReadAsync(stop),
                    id,
                    refusal?.Code == "version-changed" ? known!.Latest : seen ?? known!.Latest,
                    known is null ? place : known.SiteId,
                    typed ?? saved?.Content ?? new RuleContent("", RuleWhen.Anything, RuleThen.Nothing),
                    accounts,
                    [.. people],
                    [.. replies],
                    [.. InboxRule.MayKeep(actor, null) ? [new Option("", "The whole organisation")] : Array.Empty<Option>(), .. sites],
                    refusal),
            },
            Pages.StatusOf(refusal));
    }

    public Task<IResult> AfterAsync(Guid id, Refusal? refusal, string done, CancellationToken stop) =>
        refusal is null ? Task.FromResult(Results.LocalRedirect($"/inbox/rules/{id}?done={done}")) : ShowOneAsync(id, refusal, null, stop);

    /// <summary>Where no rule acts now; null where nothing is locked.</summary>
    private async Task<string?> LockedAsync(CancellationToken stop)
    {
        var orders = (await db.OrdersInForce.ToListAsync(stop)).FindAll(order => order.Scope != LockScope.Person);
        return orders switch
        {
            [] => null,
            _ when orders.Exists(order => order.Scope == LockScope.Everything) => "Everything is locked, so no rule acts. What comes in meanwhile is read and labelled as always, and is not gone over later.",
            _ => "On accounts and sites that are locked no rule acts. What comes in there meanwhile is read and labelled as always, and is not gone over later.",
        };
    }

    /// <summary>Those that whoever asks may read.</summary>
    private async Task<IReadOnlyList<ShownExample>> ExamplesAsync(RuleTrial? trial, CancellationToken stop)
    {
        if (trial is null)
            return [];
        var ids = trial.Examples.Select(example => example.Message).ToList();
        var messages = await db.Messages.AsNoTracking().Where(message => ids.Contains(message.Id)).ToDictionaryAsync(message => message.Id, stop);
        var accounts = await db.Accounts.AsNoTracking().ToDictionaryAsync(account => account.Id, stop);
        return [.. trial.Examples.Where(example => messages.TryGetValue(example.Message, out var message) && InboxRights.MayRead(actor, accounts[message.AccountId].Ref)).Select(example => new ShownExample(example, messages[example.Message], accounts[messages[example.Message].AccountId]))];
    }

    /// <summary>People, accounts, sites and replies that rules name.</summary>
    private async Task<IReadOnlyDictionary<Guid, string>> NamesAsync(CancellationToken stop)
    {
        var names = await db.People.AsNoTracking().ToDictionaryAsync(person => person.Id, person => person.Name, stop);
        foreach (var account in await db.Accounts.AsNoTracking().Select(account => new { account.Id, account.Title }).ToListAsync(stop))
            names[account.Id] = account.Title;
        foreach (var site in await db.Sites.AsNoTracking().Select(site => new { site.Id, site.Name }).ToListAsync(stop))
            names[site.Id] = site.Name;
        foreach (var reply in await library.ListAsync(stop))
            names[reply.Template.Id] = reply.Version.Content.Name;
        return names;
    }
}

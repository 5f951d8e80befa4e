using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Policies;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing.Replies;

/// <summary>Who writes for the library and who signs it, each step in one commit.</summary>
public sealed class KeepReplies(CountersignDb db, ReplyLibrary library, DraftReader people, PolicyInForce policy, TimeProvider clock)
{
    private static readonly Refusal none = new("no-template", "That reply is not in the library.");

    /// <param name="id">Of the reply; a new one is made when there is none of that id, so that a form sent twice makes one.</param>
    /// <param name="seen">The newest version that was on the screen; 0 for a new reply.</param>
    public async Task<Decision<ReplyComposed>> ComposeAsync(Guid id, ReplyContent typed, int seen, Actor by, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        if (id == Guid.Empty)
            return new Refusal("no-id", "Load the page again.");
        var (content, now) = (typed.Tidy(), clock.GetUtcNow());
        var known = await db.ReplyTemplates.FindAsync([id], cancellationToken);
        var before = known is null ? null : await db.ReplyTemplateVersions.SingleAsync(row => row.TemplateId == id && row.Version == known.Latest, cancellationToken);
        var template = known ?? new ReplyTemplate { Id = id, OwnerId = by.Id, CreatedBy = by.Id, CreatedAt = now };
        return await db.CommitAsync(
            template.Compose(content, seen, Refs(await library.AccountsAsync(content, cancellationToken)), before is null ? [] : Refs(await library.AccountsAsync(before.Content, cancellationToken)), await library.TodayAsync(cancellationToken), by, now),
            composed =>
            {
                if (known is null)
                    db.ReplyTemplates.Add(template);
                template.Apply(composed);
                if (before is { Stage: not TemplateStage.Approved })
                    before.GiveWay();
                db.ReplyTemplateVersions.Add(new ReplyTemplateVersion { TemplateId = id, Version = composed.Version, Content = content, ContentCommitment = composed.Words.Commitment, EditorId = by.Id, At = now });
            },
            cancellationToken);
    }

    public Task<Decision<ReplySent>> SendAsync(Guid id, int seen, Actor by, CancellationToken cancellationToken) =>
        DecideAsync(
            id,
            null,
            async (template, version, accounts, today, now) =>
            {
                var (found, objections) = await library.ScreenAsync(version.Content, accounts, cancellationToken);
                var unfillable = await people.UnfillableAsync(ReplySigning.Asked(found, version.Content.Labels), Refs(accounts), [.. template.Editors, by.Id], cancellationToken);
                return template.Send(version, seen, found, objections, unfillable, Refs(accounts), today, by, now);
            },
            (template, version, sent) =>
            {
                template.Apply(sent);
                version.Apply(sent);
            },
            cancellationToken);

    /// <param name="seen">The digest that was on the signer's screen.</param>
    /// <param name="role">Null where only one is open to the signer.</param>
    public Task<Decision<ReplyApproved>> ApproveAsync(Guid id, int number, string seen, Role? role, string? reason, Actor by, CancellationToken cancellationToken)
    {
        ReplyTemplateVersion? before = null;
        return DecideAsync(
            id,
            number,
            async (template, version, accounts, today, now) =>
            {
                before = template.Live is { } live ? await db.ReplyTemplateVersions.SingleAsync(row => row.TemplateId == id && row.Version == live, cancellationToken) : null;
                return template.Approve(version, seen, (await policy.GetAsync(cancellationToken)).Release.Digest, role, reason, Refs(accounts), today, by, now);
            },
            (template, version, approved) =>
            {
                template.Apply(approved);
                version.Apply(approved);
                if (approved.IsComplete)
                    before?.GiveWay();
            },
            cancellationToken);
    }

    public Task<Decision<ReplyReturned>> ReturnAsync(Guid id, int number, string remark, Actor by, CancellationToken cancellationToken) =>
        DecideAsync<ReplyReturned>(id, number, (template, version, accounts, _, now) => Task.FromResult(template.Return(version, remark, Refs(accounts), by, now)), (_, version, returned) => version.Apply(returned), cancellationToken);

    public Task<Decision<ReplyWithdrawn>> WithdrawAsync(Guid id, Actor by, CancellationToken cancellationToken) =>
        DecideAsync<ReplyWithdrawn>(id, null, (template, _, accounts, _, now) => Task.FromResult(template.Withdraw(Refs(accounts), by, now)), (template, _, gone) => template.Apply(gone), cancellationToken);

    public async Task<Decision<ReplyGiven>> GiveAsync(Guid id, Guid to, Actor by, CancellationToken cancellationToken)
    {
        if (await db.People.AsNoTracking().SingleOrDefaultAsync(person => person.Id == to && person.PasswordHash != null, cancellationToken) is not { } person)
            return new Refusal("no-person", "Choose who answers for it.");
        var actor = new Actor(person.Id, person.Name, person.Grants);
        return await DecideAsync<ReplyGiven>(id, null, (template, _, accounts, _, now) => Task.FromResult(template.Give(actor, Refs(accounts), by, now)), (template, _, given) => template.Apply(given), cancellationToken);
    }

    /// <param name="number">The version it is about; null for the newest.</param>
    private async Task<Decision<T>> DecideAsync<T>(
        Guid id, int? number, Func<ReplyTemplate, ReplyTemplateVersion, IReadOnlyList<Account>, DateOnly, DateTimeOffset, Task<Decision<T>>> decide, Action<ReplyTemplate, ReplyTemplateVersion, T> apply, CancellationToken cancellationToken)
        where T : DomainEvent
    {
        db.ChangeTracker.Clear();
        if (await db.ReplyTemplates.FindAsync([id], cancellationToken) is not { } template
            || await db.ReplyTemplateVersions.SingleOrDefaultAsync(row => row.TemplateId == id && row.Version == (number ?? template.Latest), cancellationToken) is not { } version)
            return none;
        var accounts = await library.AccountsAsync(version.Content, cancellationToken);
        var decision = await decide(template, version, accounts, await library.TodayAsync(cancellationToken), clock.GetUtcNow());
        return await db.CommitAsync(decision, happened => apply(template, version, happened), cancellationToken);
    }

    private static IReadOnlyList<AccountRef> Refs(IEnumerable<Account> accounts) => [.. accounts.Select(account => account.Ref)];
}

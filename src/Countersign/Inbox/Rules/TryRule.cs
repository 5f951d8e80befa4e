using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Inbox.Rules;

/// <summary>Holds a rule against what came in over the last 90 days, and against what people decided then. Changes nothing.</summary>
public sealed class TryRule(CountersignDb db, ReadTargets targets, TimeProvider clock)
{
    public const int Days = 90;

    /// <summary>Messages that are looked at; of more, the newest.</summary>
    public const int Most = 100_000;

    private const int AtOnce = 500;

    private const int MostExamples = 10;

    internal async Task<RuleTrial> RunAsync(AppliedRule rule, Actor by, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        var now = clock.GetUtcNow();
        var from = now.AddDays(-Days);
        var accounts = (await db.Accounts.AsNoTracking().ToListAsync(cancellationToken)).Where(account => rule.Site is null || account.SiteId == rule.Site).ToDictionary(account => account.Id);
        var limits = await targets.RunAsync(cancellationToken);
        var of = accounts.Keys.ToList();
        var ids = await db.Messages.AsNoTracking().Where(message => message.SeenAt >= from && !message.IsOurs && message.Release != null && of.Contains(message.AccountId))
            .OrderByDescending(message => message.SeenAt).ThenByDescending(message => message.Id).Select(message => message.Id).Take(Most + 1).ToListAsync(cancellationToken);
        var (matched, against) = (0, 0);
        List<RuleExample> examples = [];
        foreach (var some in ids.Take(Most).Chunk(AtOnce))
        {
            var messages = await db.Messages.AsNoTracking().Where(message => some.Contains(message.Id)).OrderByDescending(message => message.SeenAt).ThenByDescending(message => message.Id).ToListAsync(cancellationToken);
            var found = messages.FindAll(message => rule.Matches(RunRules.FactsOf(accounts[message.AccountId], message.Kind, message.Source, message.Text, message.WrittenAt, message.Labels, limits)));
            var compared = await CompareAsync(rule.Content.Then, found, cancellationToken);
            matched += compared.Count;
            against += compared.Count(example => example.Against is not null);
            examples = [.. examples.Concat(compared).OrderBy(example => example.Against is null).Take(MostExamples)];
        }

        return new RuleTrial(now, by.Id, from, Math.Min(ids.Count, Most), matched, against, ids.Count > Most, examples);
    }

    private async Task<IReadOnlyList<RuleExample>> CompareAsync(RuleThen then, List<Message> found, CancellationToken cancellationToken)
    {
        var ids = found.Select(message => message.ConversationId).Distinct().ToList();
        var conversations = await db.Conversations.AsNoTracking().Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, cancellationToken);
        var messages = found.ConvertAll(message => message.Id);
        var answers = (await (
            from reply in db.ConversationReplies.AsNoTracking()
            where messages.Contains(reply.MessageId) && reply.TurnedAt == null
            join draft in db.Drafts.AsNoTracking() on reply.DraftId equals draft.Id
            select new { reply.MessageId, reply.ById, draft.TemplateId }).ToListAsync(cancellationToken)).ToLookup(answer => answer.MessageId);
        return [.. found.Select(message => new RuleExample(message.Id, message.ConversationId, Otherwise(then, message, conversations[message.ConversationId], [.. answers[message.Id].Select(answer => new Answered(answer.ById, answer.TemplateId))])))];
    }

    /// <summary>Somebody's answer.</summary>
    /// <param name="Template">Null where it was written freely.</param>
    internal sealed record Answered(Guid By, Guid? Template);

    /// <summary>What people decided by hand that is the opposite of what the rule would have done.</summary>
    internal static string? Otherwise(RuleThen then, Message message, Conversation conversation, IReadOnlyList<Answered> answers)
    {
        if (then.Labels.Any(name => message.Labels.Any(label => label.Name == name && label.Denied)))
            return "label";
        var needless = conversation.Outcome is ConversationOutcome.NoAnswerNeeded or ConversationOutcome.Spam or ConversationOutcome.Abuse;
        if (then.Priority is <= Priority.P2 && needless || then.Priority is Priority.P4 && answers.Count > 0)
            return "priority";
        if (then.To is { } to && (answers.Count > 0 ? answers.All(answer => answer.By != to) : conversation.ClosedBy is { } closed && closed != to))
            return "owner";
        return then.Reply is { } reply && answers.Count > 0 && answers.All(answer => answer.Template != reply) ? "reply" : null;
    }
}

using Countersign.Decisions;
using Countersign.Inbox.Clocks;

namespace Countersign.Inbox;

public sealed partial class Conversation
{
    /// <summary>Periods that its labels started, also those that ended. They run whatever becomes of the conversation, until somebody says what was done.</summary>
    public IReadOnlyList<RegulatoryRun> Regulatory { get; set; } = [];

    /// <summary>Somebody says that what a period asks for was done.</summary>
    public Decision<PeriodKept> Keep(RegulatoryClock clock, Actor by, AccountRef account, DateTimeOffset now) => this switch
    {
        _ when Refuse("keep-period", by, account, now) is { } refusal => refusal,
        _ when !Runs(clock) => notRunning,
        _ => new PeriodKept { Subject = Id, By = by.Id, At = now, Clock = clock },
    };

    /// <summary>Somebody who leads, or Compliance, says that a period does not apply, and why.</summary>
    public Decision<PeriodDenied> Deny(RegulatoryClock clock, string reason, Actor by, AccountRef account, DateTimeOffset now) => this switch
    {
        _ when !InboxRights.MayDeny(by, account) => new Refusal("not-entitled", "Saying that a period does not apply takes the Care lead, Comms or Compliance role for the account.") { Attempt = new Attempt("conversation.deny-period", Object, by.Id, now) },
        _ when !Runs(clock) => notRunning,
        _ when reason.Trim().Length == 0 => new Refusal("no-reason", "Say why it does not apply."),
        _ when reason.Trim().Length > ConversationNote.MaxText => ConversationNote.TooLong,
        _ => new PeriodDenied { Subject = Id, By = by.Id, At = now, Clock = clock, Reason = Sealed.New("note", reason.Trim()) },
    };

    /// <summary>It was not done, or applies after all: it runs on, and with it what the same act had ended.</summary>
    public Decision<PeriodResumed> Resume(RegulatoryClock clock, Actor by, AccountRef account, DateTimeOffset now) => this switch
    {
        _ when !InboxRights.MayDeny(by, account) => new Refusal("not-entitled", "Letting a period run on takes the Care lead, Comms or Compliance role for the account.") { Attempt = new Attempt("conversation.resume-period", Object, by.Id, now) },
        _ when Ended(clock) is null => new Refusal("no-period", "That period was not ended by anybody here, or runs already."),
        _ => new PeriodResumed { Subject = Id, By = by.Id, At = now, Clock = clock },
    };

    public void Apply(PeriodResumed resumed)
    {
        var ended = Ended(resumed.Clock)!;
        Regulatory = [.. Regulatory.Select(run => run.EndedAt == ended.EndedAt && run.By == ended.By ? run with { EndedAt = null, How = null, By = null } : run)];
        FindNext();
        TellBy(resumed.At);
    }

    public void Apply(PeriodKept kept) => End(
        run => RegulatoryPeriod.SettledBy(kept.Clock).Contains(run.Clock),
        run => run with { EndedAt = kept.At, By = kept.By, How = run.Clock == RegulatoryClock.ComplaintSummary && kept.Clock == RegulatoryClock.ComplaintFinal ? RegulatoryEnd.NotNeeded : RegulatoryEnd.Done });

    public void Apply(PeriodDenied denied) => End(run => run.Clock == denied.Clock, run => run with { EndedAt = denied.At, By = denied.By, How = RegulatoryEnd.DoesNotApply });

    /// <summary>Starts what the labels of these messages start, from the first that has the label. What was written after everything of a label had ended is a new matter.</summary>
    /// <param name="gone">When it was seen that these are all of theirs: what has no label any more ends. Null where they are not all.</param>
    private void Follow(IReadOnlyCollection<Message> messages, DateTimeOffset? gone, ResponseTargets targets)
    {
        foreach (var periods in RegulatoryPeriod.All.GroupBy(period => period.Label))
        {
            var about = messages.Where(message => message.Standing.Any(label => label.Name == periods.Key)).ToList();
            var runs = Regulatory.Where(run => periods.Any(period => period.Clock == run.Clock)).ToList();
            if (about.Count == 0 && gone is { } at)
                End(runs.Contains, run => run with { EndedAt = at, How = RegulatoryEnd.LabelRemoved });
            if (about.Count == 0 || runs.Exists(run => run.EndedAt is null))
                continue;
            var settled = runs.Where(run => run.How != RegulatoryEnd.LabelRemoved).Max(run => run.EndedAt);
            if (about.Where(message => settled is null || message.WrittenAt > settled).MinBy(message => message.WrittenAt) is { } first)
                Regulatory = [.. Regulatory, .. periods.Select(period => RegulatoryRun.Begin(period.Clock, period.FromSeen ? first.SeenAt : first.WrittenAt, targets))];
        }

        FindNext();
        if (Regulatory.Any(run => run.EndedAt is null))
            TellBy(Regulatory.Where(run => run.EndedAt is null).Min(run => run.Warn));
    }

    private void End(Func<RegulatoryRun, bool> which, Func<RegulatoryRun, RegulatoryRun> end)
    {
        Regulatory = [.. Regulatory.Select(run => run.EndedAt is null && which(run) ? end(run) : run)];
        FindNext();
    }

    private bool Runs(RegulatoryClock clock) => Regulatory.Any(run => run.Clock == clock && run.EndedAt is null);

    /// <summary>The last of its kind, where somebody ended it and none runs.</summary>
    private RegulatoryRun? Ended(RegulatoryClock clock) => Regulatory.LastOrDefault(run => run.Clock == clock) is { EndedAt: not null, By: not null } ended ? ended : null;

    private static readonly Refusal notRunning = new("no-period", "That period does not run here.");
}

using System.Globalization;
using Countersign.Evidence;
using Countersign.Publishing;
using Countersign.Standing;
using Countersign.Web.Accounts;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Parts;
using Countersign.Web.Shared.Planning;
using Countersign.Web.Shared.Signing;

namespace Countersign.Web.Publishing;

/// <summary>What needs the reader, what goes out today, and the state of control.</summary>
/// <param name="Plan">Today's posts, planned and gone.</param>
public sealed record TodayModel(MorningView Morning, IReadOnlyList<PlannedDelivery> Plan, Verified Log, DeliveryState Deliveries, bool Writes, DateTimeOffset Now)
{
    /// <summary>Open incidents that wait for the reader.</summary>
    public IReadOnlyList<IncidentRow> Incidents { get; init; } = [];

    /// <summary>Accounts whose access ends soon, or is over, that the reader can do something about.</summary>
    public IReadOnlyList<AccountCondition> ToRenew { get; init; } = [];

    /// <summary>Posts whose pictures may not be shown any more when they go out, of the reader or where the reader is head of communications; soonest first.</summary>
    public IReadOnlyList<PlannedDelivery> Expiring { get; init; } = [];

    public bool NeedsNothing => Morning.NeedsNothing && Incidents.Count == 0 && ToRenew.Count == 0 && Expiring.Count == 0;

    /// <summary>Rows of one card; the rest is counted below it.</summary>
    public const int MostRows = 5;

    private static readonly CultureInfo British = CultureInfo.GetCultureInfo("en-GB");

    /// <summary>"Thursday 12 November"</summary>
    public string Title => LocalTime.At(Now).ToString("dddd d MMMM", British);

    public string Facts
    {
        get
        {
            var facts = new List<string>();
            if (Morning.Mine.Count > 0)
                facts.Add(DueToday > 0 ? $"{English.Count(DueToday, "decision", "decisions")} due today" : $"{English.Count(Morning.Mine.Count, "decision", "decisions")}, none due today");
            if (Morning.ToChange.Count > 0)
                facts.Add($"{English.Count(Morning.ToChange.Count, "post", "posts")} of yours to change");
            if (Morning.Unsettled.Count > 0)
                facts.Add($"{English.Count(Morning.Unsettled.Count, "post", "posts")} not settled");
            if (Expiring.Count > 0)
                facts.Add($"{English.Count(Expiring.Count, "post", "posts")} with a picture that ends before");
            if (Incidents.Count > 0)
                facts.Add($"{English.Count(Incidents.Count, "incident", "incidents")} open");
            return facts.Count == 0 ? "Nothing needs you now." : $"{string.Join(", ", facts)}.";
        }
    }

    public int DueToday => Morning.Mine.Count(draft => draft.Draft.ApproveBy is { } until && LocalTime.At(until).Date == LocalTime.At(Now).Date);

    /// <summary>"2 more."</summary>
    public string? MoreMine => Morning.Mine.Count > MostRows ? $"{Morning.Mine.Count - MostRows} more." : null;

    public TimeLeft? ClockOf(WaitingDraft waiting) => waiting.Draft is { ApproveBy: { } until, SentAt: { } sent } ? new TimeLeft(until - Now, until - sent) : null;

    /// <summary>"for 11:00", "for tomorrow, 09:00"; null where it goes out as soon as it is signed.</summary>
    public string? SlotOf(Draft draft) => draft.Slot is not { } slot
        ? null
        : LocalTime.At(slot.Instant).Date == LocalTime.At(Now).Date ? $"for {LocalTime.TimeOfDay(slot.Instant)}" : $"for {LocalTime.Moment(slot.Instant, Now)}";

    /// <summary>The severest finding: its severity and what it says.</summary>
    public static (int Severity, string Title)? WorstOf(Draft draft) =>
        AssessmentFacts.Read(draft.Assessment)?.Findings.MinBy(finding => finding.Severity) is { } worst ? ((int)worst.Severity, worst.Title) : null;

    /// <summary>Why it came back, or what it waits for.</summary>
    public static string WhyToChange(Draft draft) => draft.Stage switch
    {
        DraftStage.Returned when draft.Remarks is [.., var last] => last.Text,
        DraftStage.Held => PostStates.WhyHeld(draft.HeldBecause),
        _ => PublicationState.Missed.Sentence(),
    };

    public static string NextStep(Draft draft) => draft.Stage == DraftStage.Returned ? "Change it" : PostStates.WayOut(draft.HeldBecause);

    public string Say(LockInForce held) => $"Locked since {LocalTime.TimeOfDay(held.Order.LockedAt)} by {held.LockedBy}: {LockWords.Say(held)}.";

    public IReadOnlyList<TimelineEntry> Day
    {
        get
        {
            var posts = Plan.Where(post => post.At is not null).GroupBy(post => (post.DraftId, post.At)).Select(group => (At: group.Key.At!.Value, Entry: Entry([.. group]))).ToList();
            var now = (At: Now, Entry: new TimelineEntry(LocalTime.TimeOfDay(Now), Moment.Now, "Now"));
            return [.. posts.Append(now).OrderBy(line => line.At).Select(line => line.Entry)];
        }
    }

    public IReadOnlyList<ReasonView> Control
    {
        get
        {
            var lines = new List<ReasonView>
            {
                Morning.Locks.Count == 0
                    ? new(ReasonKind.Ok, "Publishing is open, nothing is locked")
                    : new(ReasonKind.No, $"{English.Count(Morning.Locks.Count, "lock", "locks")} in force"),
                Log switch
                {
                    { Problem: { } problem } => new(ReasonKind.No, "The audit trail does not verify", problem),
                    { Size: { } size } => new(ReasonKind.Ok, $"Audit trail verified, {English.Count(size, "entry", "entries")}"),
                    _ => new(ReasonKind.Pending, "The audit trail is being checked"),
                },
                Morning.Release is { } release
                    ? new(ReasonKind.Ok, $"Policy release {release} is in force")
                    : new(ReasonKind.No, "No policy is in force"),
                DeliveryLine(Deliveries),
                Morning.NeedReconnect.Count == 0
                    ? new(ReasonKind.Ok, $"{English.Count(Morning.AccountsConnected, "account", "accounts")} connected")
                    : new(ReasonKind.No, $"{English.List([.. Morning.NeedReconnect.Select(account => account.Title)])} must be connected again"),
            };
            return lines;
        }
    }

    /// <summary>Whether posts leave when they should, in a line.</summary>
    public static ReasonView DeliveryLine(DeliveryState state) => state switch
    {
        { Moves: false } => new(ReasonKind.No, "Nothing looks for posts that are due", "Ask an administrator to start the program again."),
        { IsLate: true, Overdue: { } overdue } => new(ReasonKind.No, $"The oldest post that is due waits for {Ago(overdue)}"),
        { SendingBeyondLease: > 0 and var stuck } => new(ReasonKind.Pending, $"{English.Count(stuck, "post", "posts")} handed over without an answer"),
        { OldestUnknown: { } unknown } => new(ReasonKind.Pending, $"A post of {Ago(unknown)} ago is being looked up"),
        _ => new(ReasonKind.Ok, "Posts leave on time"),
    };

    private static string Ago(TimeSpan time) => time.TotalMinutes < 2 ? $"{time.TotalSeconds:0} seconds" : time.TotalHours < 2 ? $"{time.TotalMinutes:0} minutes" : $"{time.TotalHours:0} hours";

    private TimelineEntry Entry(List<PlannedDelivery> posts)
    {
        var first = posts[0];
        var mine = Morning.Mine.Any(draft => draft.Draft.Id == first.DraftId);
        var accounts = English.Count(posts.Count, "account", "accounts");
        var (moment, note, warns) = (first.State, first.Stage) switch
        {
            (PublicationState.Accepted or PublicationState.Confirmed, _) => (Moment.Ok, $"Published, {accounts}", false),
            (PublicationState.Approved or PublicationState.Waiting, _) => (Moment.ToCome, $"Scheduled, {accounts}", false),
            (null, DraftStage.AwaitingApproval) => (Moment.ToCome, mine ? "Waits for you. Held if not signed by then" : "Waits for signatures", true),
            (null, DraftStage.Draft) => (Moment.ToCome, "Not sent for approval yet", false),
            (null, DraftStage.Returned) => (Moment.Warn, "Returned to its author", true),
            (null, _) => (Moment.Warn, "Held", true),
            ({ } state, _) => (Moment.Warn, state.Sentence(), true),
        };
        return new TimelineEntry(LocalTime.TimeOfDay(first.At!.Value), moment, first.Title, note, warns, Address(first));
    }

    public string Address(PlannedDelivery post) => post switch
    {
        { State: null, Stage: DraftStage.AwaitingApproval } => $"/approvals/{post.DraftId}",
        { State: null } when Writes => $"/compose/{post.DraftId}",
        _ => $"/posts/{post.DraftId}",
    };
}

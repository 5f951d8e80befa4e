using System.Globalization;
using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Inbox.Clocks;
using Countersign.Planning;
using Countersign.Publishing;
using Countersign.Web.Publishing;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Parts;

namespace Countersign.Web.Inbox;

/// <summary>What conversations are, in words.</summary>
public static class InboxWords
{
    public static string Say(this InboxView view) => view switch
    {
        InboxView.Mine => "Mine",
        InboxView.Unclaimed => "Not claimed",
        InboxView.Waiting => "Waiting for them",
        InboxView.Snoozed => "Put off",
        InboxView.Done => "Done",
        InboxView.All => "Everything",
        _ => "All open",
    };

    public static string Icon(this InboxView view) => view switch
    {
        InboxView.Mine => "user",
        InboxView.Unclaimed => "hand",
        InboxView.Waiting => "pause",
        InboxView.Snoozed => "clock",
        InboxView.Done => "check",
        InboxView.All => "search",
        _ => "inbox",
    };

    public static string Label(string label) => label switch
    {
        "self-harm" => "Self-harm",
        "data-breach" => "Data breach",
        "legal-threat" => "Legal threat",
        "vulnerable-customer" => "Extra care",
        "press-enquiry" => "Press",
        RegulatoryPeriod.DataRequest => "Request for data",
        "personal-data" => "Personal data",
        Priorities.Unread => "Could not be read",
        _ => English.Capital(label.Replace('-', ' ')),
    };

    public static string LabelIcon(string label) => label switch
    {
        "complaint" or "legal-threat" or "data-breach" => "alert",
        "press-enquiry" => "note",
        "self-harm" or "threat" or "vulnerable-customer" => "flag",
        "harassment" or "hate" => "eye-off",
        _ => "tag",
    };

    public static string Say(this MessageKind kind) => kind switch
    {
        MessageKind.Direct => "Direct message",
        _ => kind.ToString(),
    };

    public static string Say(this ConversationOutcome outcome) => outcome switch
    {
        ConversationOutcome.Settled => "Answered and settled",
        ConversationOutcome.NoAnswerNeeded => "Needs no answer",
        ConversationOutcome.Spam => "Spam",
        ConversationOutcome.Abuse => "Abuse, not answered",
        ConversationOutcome.PassedOn => "Passed on outside this inbox",
        _ => "From before the account was connected",
    };

    public static string Author(Message? message) => message switch
    {
        null => "Nobody",
        { IsErased: true } => "Somebody, erased",
        { Source.AuthorName: { Length: > 0 } name } => PlainText.Of(name),
        { Source.AuthorHandle: { Length: > 0 } handle } => PlainText.Of($"@{handle}"),
        _ => "Somebody",
    };

    /// <summary>How the network addresses them: a name can be anybody's. Null where it says no more than the name.</summary>
    public static string? Handle(Message message) => message.Source is { AuthorHandle: { Length: > 0 } handle, AuthorName.Length: > 0 } ? PlainText.Of($"@{handle}") : null;

    public static string Say(this ConversationState state) => state switch
    {
        ConversationState.Waiting => "Waits for them",
        ConversationState.Snoozed => "Put off",
        ConversationState.Resolved => "Done",
        _ => "Open",
    };

    /// <summary>Whose words were found, where they are not those of the person whom the list names.</summary>
    public static string? Where(FoundWords found, Message? latest) => found switch
    {
        { Note: true } => "Note",
        { Message: null } => "Our answer",
        { Message: { } message } when message.IsOurs => "Written on the network itself",
        { Message: { } message } when Author(message) != Author(latest) => Author(message),
        _ => null,
    };

    /// <summary>How the network has it, where that is worth saying.</summary>
    public static string? State(Message message) => message.State switch
    {
        MessageState.Held => "waits on the network to be let through",
        MessageState.Spam => "taken for spam by the network",
        MessageState.Gone => "gone from the network",
        _ => message.EditedAt is null ? null : "edited",
    };

    /// <summary>Where an answer is on its road.</summary>
    public static (string Text, Tone Tone, string? Icon) State(ReplyView reply) => reply switch
    {
        { Publication: { State: PublicationState.Accepted or PublicationState.Confirmed } } => ("Published", Tone.Ok, "shield"),
        { Publication: { } post } => (post.State.Sentence(), post.State is PublicationState.Approved or PublicationState.Claimed or PublicationState.Sending or PublicationState.Waiting ? Tone.Accent : Tone.Bad, "clock"),
        { Draft.Stage: DraftStage.AwaitingApproval, Draft: var draft } => ($"Waits for {English.List([.. draft.Missing.Select(need => Decisions.RoleNames.Name(need.Role))])}", Tone.Accent, "s-review"),
        { Draft.Stage: DraftStage.Draft } => ("Not sent", Tone.Warn, "s-draft"),
        { Draft.Stage: DraftStage.Returned } => ("Returned", Tone.Warn, "s-returned"),
        { Draft.Stage: DraftStage.Held } => ("Held", Tone.Bad, "s-held"),
        { Draft.Stage: DraftStage.Refused or DraftStage.Withdrawn } => ("Given up", Tone.Neutral, "x"),
        _ => ("Approved", Tone.Accent, "s-approved"),
    };

    /// <summary>The nearest of what is due.</summary>
    public static TimeLeft? Clock(Conversation conversation, ResponseTargets targets, DateTimeOffset now) => conversation switch
    {
        { State: ConversationState.Snoozed, SnoozedUntil: { } until } => new TimeLeft(until - now, TimeSpan.Zero, $"to {LocalTime.Moment(until, now)}"),
        _ when Nearest(conversation) is { } limit => new TimeLeft(limit.Due - now, ClockOf(limit) is { } clock ? targets.Of(clock, conversation.Priority) : PeriodOf(conversation, limit) is { } run ? run.Due - run.Since : TimeSpan.Zero),
        _ => null,
    };

    /// <summary>What the nearest limit is for, where that is not an answer.</summary>
    public static string? ClockFor(Conversation conversation) => conversation.State != ConversationState.Snoozed && Nearest(conversation) is { } limit
        ? ClockOf(limit) == ServiceClock.Resolution ? "to resolve" : PeriodOf(conversation, limit) is { } run ? For(run.Clock) : null
        : null;

    private static string For(RegulatoryClock clock) => clock switch
    {
        RegulatoryClock.ComplaintAcknowledged or RegulatoryClock.DataComplaint => "to acknowledge",
        RegulatoryClock.ComplaintSummary => "for a summary",
        RegulatoryClock.ComplaintFinal => "to the final response",
        RegulatoryClock.DefamationNotice => "to act on a notice",
        RegulatoryClock.BreachReport => "to report",
        _ => "to hand over data",
    };

    public static string Say(this ServiceClock clock) => clock switch
    {
        ServiceClock.FirstResponse => "First response",
        ServiceClock.NextResponse => "Next response",
        _ => "Resolution",
    };

    public static (string Text, Tone Tone, string? Icon) Mark(ClockStanding standing) => standing switch
    {
        ClockStanding.Running => ("Runs", Tone.Accent, "clock"),
        ClockStanding.Late => ("Late", Tone.Bad, "alert"),
        ClockStanding.Paused => ("Paused", Tone.Neutral, "pause"),
        ClockStanding.Met => ("In time", Tone.Ok, "check"),
        ClockStanding.Missed => ("Missed", Tone.Bad, "x"),
        _ => ("No answer", Tone.Warn, "x"),
    };

    public static string Say(ClockView view, DateTimeOffset now) => view switch
    {
        { Standing: ClockStanding.Running, Due: { } due } => $"Due {LocalTime.Moment(due, now)}",
        { Standing: ClockStanding.Late, Due: { } due } => $"Was due {LocalTime.Moment(due, now)}",
        { Standing: ClockStanding.Paused, Until: { } since, Due: var due } => $"Stands since {LocalTime.Moment(since, now)}: we answered, and wait for them{(due is { } was ? $". It was due {LocalTime.Moment(was, now)}" : "")}",
        { Standing: ClockStanding.Unanswered, Until: { } until } => $"Resolved without an answer {LocalTime.Moment(until, now)}",
        { Until: { } until, Due: { } due } => $"{(view.Clock == ServiceClock.Resolution ? "Resolved" : "Answered")} {LocalTime.Moment(until, now)}, due {LocalTime.Moment(due, now)}",
        { Until: { } until } => $"Resolved {LocalTime.Moment(until, now)}",
        _ => "",
    };

    /// <summary>"5 h 12 min passed, 2 h counted of 8 h".</summary>
    public static string Times(ClockView view) => $"{English.Span(view.Elapsed)} passed, {Hours(view.Counted)} counted of {Hours(view.Limit)}";

    public static (string Text, Tone Tone, string? Icon) Mark(RegulatoryRun run, DateTimeOffset now) => run switch
    {
        { How: RegulatoryEnd.DoesNotApply } => ("Does not apply", Tone.Neutral, "x"),
        { How: RegulatoryEnd.LabelRemoved or RegulatoryEnd.NotNeeded } => ("Not needed", Tone.Neutral, null),
        { EndedAt: { } ended } => ended <= run.Due ? ("In time", Tone.Ok, "check") : ("Missed", Tone.Bad, "x"),
        _ when run.Due < now => ("Late", Tone.Bad, "alert"),
        _ when run.Warn <= now => ("Close", Tone.Warn, "clock"),
        _ => ("Runs", Tone.Accent, "clock"),
    };

    public static string Say(RegulatoryRun run, IReadOnlyDictionary<Guid, string> names, DateTimeOffset now)
    {
        var who = run.By is { } by ? $", {names.GetValueOrDefault(by, "somebody")}" : "";
        return run switch
        {
            { How: RegulatoryEnd.DoesNotApply, EndedAt: { } at } => $"Said {LocalTime.Moment(at, now)}{who}; why is in the notes",
            { How: RegulatoryEnd.LabelRemoved, EndedAt: { } at } => $"The label was taken away {LocalTime.Moment(at, now)}",
            { How: RegulatoryEnd.NotNeeded, EndedAt: { } at } => $"Not needed since {LocalTime.Moment(at, now)}{who}",
            { EndedAt: { } at } => $"Done {LocalTime.Moment(at, now)}{who}; due {LocalTime.Moment(run.Due, now)}",
            _ => $"{(run.Due < now ? "Was due" : "Due")} {LocalTime.Moment(run.Due, now)}",
        };
    }

    /// <summary>What passed by the clock, and beside it what passed of business.</summary>
    public static string Times(RegulatoryRun run, ResponseTargets targets, DateTimeOffset now)
    {
        var until = run.EndedAt ?? now;
        var passed = $"{English.Span(until > run.Since ? until - run.Since : TimeSpan.Zero)} passed";
        return run.Clock == RegulatoryClock.DefamationNotice
            ? $"{passed}, {Hours(RegulatoryCalendar.NoticeTime(run.Since, until))} counted of 48 h"
            : $"{passed}, {Hours(targets.OfficeTime(run.Since, until))} of it in office hours";
    }

    /// <summary>In hours, also where they are more than a day has: office hours make no days.</summary>
    public static string Hours(TimeSpan span)
    {
        var minutes = (long)Math.Floor(span.TotalMinutes);
        return minutes < 60 ? $"{minutes} min" : minutes % 60 == 0 ? $"{minutes / 60} h" : $"{minutes / 60} h {minutes % 60} min";
    }

    /// <summary>"2 days 3 h" where it is more than two days, otherwise hours.</summary>
    public static string Days(TimeSpan span) => span < TimeSpan.FromDays(2) ? Hours(span) : $"{span.Days} days{(span.Hours > 0 ? $" {span.Hours} h" : "")}";

    private static Limit? Nearest(Conversation conversation)
    {
        var limits = conversation.Limits.Take(1).ToList();
        return limits.Count == 0 ? null : limits[0];
    }

    private static RegulatoryRun? PeriodOf(Conversation conversation, Limit limit) => conversation.Regulatory.FirstOrDefault(run => run.EndedAt is null && run.Clock.ToString() == limit.Clock);

    private static ServiceClock? ClockOf(Limit limit) => Enum.TryParse<ServiceClock>(limit.Clock, out var clock) ? clock : null;

    /// <summary>"Counted in office hours: Monday to Friday, 09:00 to 17:30, without bank holidays."</summary>
    public static string Counted(Priority priority, InboxSettings settings)
    {
        if (ResponseTargets.CountsAlways(priority))
            return "Counted day and night; resolution stands while we wait for them.";
        var days = settings.OfficeDays is [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday]
            ? "Monday to Friday" : English.List([.. settings.OfficeDays.Select(day => day.ToString())]);
        return string.Create(CultureInfo.InvariantCulture, $"Counted in office hours: {days}, {settings.OfficeFrom:HH:mm} to {settings.OfficeUntil:HH:mm}{(settings.Holidays == Nation.None ? "" : ", without bank holidays")}. Resolution stands while we wait for them.");
    }

    public static string Reading(ReadingView view, DateTimeOffset now) => view switch
    {
        { IsConnected: false } => "Is not read: the account has to be connected again.",
        { IsLate: true, Reading: { Trouble: null, ReadUntil: { } until } } => $"Has not been read since {LocalTime.Moment(until, now)}. Ask whoever runs the server.",
        _ => Reading(view.Reading, now),
    };

    private static string Reading(InboxReading reading, DateTimeOffset now) => reading switch
    {
        { GapSince: { } gap } => $"May miss messages since {LocalTime.Moment(gap, now)}. {reading.Trouble}",
        { Trouble: { } trouble, TroubleSince: { } since } => $"Has not answered since {LocalTime.Moment(since, now)}: {trouble}",
        { IsBehind: true } => "Is still being read; more is to come.",
        { ReadUntil: { } until, ReadFrom: { } from } => $"Everything from {LocalTime.Moment(from, now)} to {LocalTime.Moment(until, now)} is here{(reading.Refused.Count > 0 ? $", but for {English.Count(reading.Refused.Count, "message", "messages")} that could not be kept" : "")}.",
        _ => "Has not been read yet.",
    };
}

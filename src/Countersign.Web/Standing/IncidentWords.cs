using Countersign.Accounts;
using Countersign.Publishing;
using Countersign.Standing;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Parts;

using Drawn = Countersign.Web.Shared.Parts.Networks;

namespace Countersign.Web.Standing;

/// <summary>Incidents in words.</summary>
public static class IncidentWords
{
    public static string Say(IncidentKind kind) => kind switch
    {
        IncidentKind.NotOurs => "Post not ours",
        IncidentKind.Edited => "Edited on the network",
        IncidentKind.Deleted => "Deleted on the network",
        IncidentKind.Differs => "Not as approved",
        _ => "Must come down",
    };

    /// <summary>"Someone posted on Bluesky Northgate without Countersign".</summary>
    public static string Title(IncidentKind kind, Account account) => kind switch
    {
        IncidentKind.NotOurs => $"Someone posted on {Place(account)} without Countersign",
        IncidentKind.Edited => $"A post on {Place(account)} was edited on the network",
        IncidentKind.Deleted => $"A post on {Place(account)} was deleted on the network",
        IncidentKind.Differs => $"A post on {Place(account)} does not stand as it was approved",
        _ => $"A post on {Place(account)} must come down",
    };

    /// <summary>What it means, in a sentence or two.</summary>
    public static string Lead(IncidentRow row) => row.Incident.Kind switch
    {
        IncidentKind.NotOurs => $"It left by the network’s own door, or by another program with the account’s password: no delivery of Countersign put it there.{Would(row.Incident)}",
        IncidentKind.Edited when row.Incident.Differences == Disparity.None => "Somebody changed it there. It shows what was approved, or nobody here ever approved it; what stood before is kept.",
        IncidentKind.Edited => $"Somebody changed it there, past Countersign. It differs from what was approved in {Say(row.Incident.Differences)}.{Would(row.Incident)}",
        IncidentKind.Deleted => "A list of the account’s posts lacked it, and the network says that it is not there. Nobody here asked for that. What stood there is kept.",
        IncidentKind.Differs => $"The network shows something else than what was signed: it differs in {Say(row.Incident.Differences)}.",
        _ when row.Incident.Rules.Count > 0 => $"Under policy release {row.Incident.Release} these words would be stopped by {English.List(row.Incident.Rules)}. The clock runs until the network shows the post no more.",
        _ => "Somebody asks that it come down. The clock runs until the network shows the post no more.",
    };

    public static string Say(Disparity differences)
    {
        var parts = new List<string>();
        void Add(Disparity one, string words)
        {
            if (differences.HasFlag(one))
                parts.Add(words);
        }

        Add(Disparity.Words, "its words");
        Add(Disparity.Pictures, "its pictures");
        Add(Disparity.Descriptions, "what its pictures are said to show");
        Add(Disparity.ContentWarning, "its content warning");
        Add(Disparity.Audience, "who is shown it");
        Add(Disparity.ReplyTarget, "the post it answers");
        Add(Disparity.Quote, "the post it quotes");
        Add(Disparity.Link, "its link");
        return parts.Count == 0 ? "nothing that is shown" : English.List(parts);
    }

    public static (string Word, Tone Tone, string Icon) State(IncidentRow row) => row switch
    {
        { Incident.Outcome: IncidentOutcome.TakenDown } => ("Taken down", Tone.Ok, "check"),
        { Incident.Outcome: IncidentOutcome.Gone } => ("Gone", Tone.Ok, "check"),
        { Incident.Outcome: IncidentOutcome.Accepted } => ("Left as it is", Tone.Neutral, "check"),
        { Incident.Outcome: IncidentOutcome.Ours } => ("It is ours", Tone.Neutral, "link"),
        { Order.State: TakeDownState.Failed } => ("Could not be taken down", Tone.Bad, "alert"),
        { Order.IsUnderWay: true } => ("Being taken down", Tone.Warn, "clock"),
        _ => ("Open", Tone.Bad, "alert"),
    };

    /// <summary>What became of the last order, for whoever waits for it; null where there was none, or the post is gone.</summary>
    public static (Tone Tone, string Title, string Words)? Order(IncidentRow row) => row.Order switch
    {
        null => null,
        { State: TakeDownState.Ordered, Attempts: 0 } => (Tone.Accent, "It is being taken down.", "The network is asked in a moment."),
        { State: TakeDownState.Ordered } order => (Tone.Warn, "It is not down yet.", $"{order.Note} It is tried again by itself, {TakeDown.MaxAttempts} times in all."),
        { State: TakeDownState.Sending } => (Tone.Accent, "It is being taken down.", "The network was asked."),
        { State: TakeDownState.Down } => (Tone.Accent, "The network says that it took it down.", "It is read back until the network shows it no more."),
        { State: TakeDownState.Failed } order => (Tone.Bad, "It could not be taken down from here.", $"{order.Note} If you take it down on the network’s own page, the next reading sees that and closes this."),
        _ => null,
    };

    /// <summary>"11 h 28 min", "42 s".</summary>
    public static string Took(TimeSpan span) => span < TimeSpan.FromMinutes(1) ? $"{Math.Max(0, (int)span.TotalSeconds)} s" : English.Span(span);

    public static string Place(Account account) => $"{Drawn.Look(account.Network).Name} {account.Title}";

    private static string Would(Incident incident) => incident.Rules.Count == 0 ? "" : $" The words would have been stopped by {English.List(incident.Rules)}.";
}

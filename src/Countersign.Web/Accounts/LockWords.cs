using Countersign.Accounts;
using Countersign.Publishing;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Controls;
using Countersign.Web.Shared.Stopping;

using Drawn = Countersign.Web.Shared.Parts.Networks;

namespace Countersign.Web.Accounts;

/// <summary>Locks in words.</summary>
public static class LockWords
{
    public static readonly IReadOnlyList<Choice> Reasons = [.. Enum.GetValues<LockReason>().Select(reason => new Choice(reason.ToString(), Say(reason)))];

    public static string Say(LockReason reason) => reason switch
    {
        LockReason.HarmfulPost => "Wrong or harmful post",
        LockReason.AccountTakenOver => "Account taken over",
        LockReason.PersonAtRisk => "Person at risk of posting",
        LockReason.Incident => "Incident or tragedy",
        _ => "Legal request",
    };

    /// <summary>"2 accounts", "everything"; without a count where nothing is chosen yet.</summary>
    public static string Say(LockScope scope, int count) => (scope, count) switch
    {
        (LockScope.Everything, _) => "everything",
        (LockScope.Person, 1) => "1 person",
        (LockScope.Person, _) => $"{count} people",
        (LockScope.Account, _) => English.Count(count, "account", "accounts"),
        _ => English.Count(count, "site", "sites"),
    };

    /// <summary>"Bluesky Northgate Instruments", "everything Hannah Okafor writes".</summary>
    public static string Say(LockInForce held) => held.Order.Scope switch
    {
        LockScope.Everything => "Everything",
        LockScope.Account => $"{Drawn.Look(held.Network ?? "").Name} {held.Target}",
        LockScope.Site => $"{held.Target}, the whole site",
        _ => $"{held.Target}, everything they can do",
    };

    /// <summary>0.31 s; below a hundredth of a second "under 0.01 s".</summary>
    public static string Took(int milliseconds) => milliseconds < 10 ? "under 0.01 s" : $"{milliseconds / 1000m:0.00} s";

    public static IReadOnlyList<EffectLine> Stops(WouldStop counted, LockScope scope, DateTimeOffset now)
    {
        var lines = new List<EffectLine>
        {
            new(counted.Held, counted.Held == 1 ? "scheduled post, held in place" : "scheduled posts, held in place", counted.Next is { } next ? $"Next: {Cut(next.Title)}, {LocalTime.Moment(next.DueAt, now)}" : null),
        };
        if (counted.OnTheirWay.Count > 0)
        {
            lines.Add(new(
                counted.OnTheirWay.Count,
                $"{(counted.OnTheirWay.Count == 1 ? "post" : "posts")} on their way to {English.List([.. counted.OnTheirWay.Distinct().Select(network => Drawn.Look(network).Name)])}",
                "Stopped unless the network has accepted it. If so, it is shown as published."));
        }

        lines.Add(scope == LockScope.Person
            ? new(counted.SignIns, counted.SignIns == 1 ? "open sign-in, ended at once" : "open sign-ins, ended at once", "Signing in is refused until the release.")
            : new(counted.People.Count, counted.People.Count == 1 ? "person who can post" : "people who can post", Names(counted.People)));
        lines.Add(new(counted.WaitingForApproval, counted.WaitingForApproval == 1 ? "draft waiting for approval: can be signed, then waits" : "drafts waiting for approval: can be signed, then wait"));
        return lines;
    }

    public static string GoesOn(WouldStop counted, LockScope scope) => scope switch
    {
        LockScope.Everything => "drafts, remarks, signatures, the audit trail.",
        _ when counted.OtherAccounts == 0 => "drafts, remarks, signatures, the audit trail.",
        LockScope.Person => "everybody else on every account, drafts, signatures, the audit trail.",
        _ => $"{English.Count(counted.OtherAccounts, "other account", "other accounts")}, drafts, remarks, signatures, the audit trail.",
    };

    public static IReadOnlyList<string> Gaps(WouldStop counted)
    {
        var gaps = new List<string>();
        if (counted.Gaps.Count > 0)
            gaps.Add($"People with {English.List([.. counted.Gaps.Select(network => Drawn.Look(network).Name)])}’s own password can still post there.");
        if (!counted.CanBeReleased)
            gaps.Add("Nobody would be left to release it: that takes one person with the Comms role and another with Comms or Compliance, each for every account. An administrator can give these roles.");
        return gaps;
    }

    /// <summary>Titles in a list, cut at a length that fits one line of the side column.</summary>
    private static string Cut(string title) => title.Length <= 40 ? title : $"{title.AsSpan(0, 39).TrimEnd()}…";

    private static string? Names(IReadOnlyList<string> people) => people.Count switch
    {
        0 => null,
        <= 4 => English.List(people),
        _ => $"{string.Join(", ", people.Take(3))} and {people.Count - 3} more",
    };
}

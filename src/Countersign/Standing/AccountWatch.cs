using Countersign.Channels;
using Countersign.Decisions;

namespace Countersign.Standing;

/// <summary>How an account is and how far it was read. Health, not governed: what it leads to (incidents, refusals, warnings) are entries of their own.</summary>
public sealed class AccountWatch
{
    public required Guid AccountId { get; init; }

    /// <summary>Posts dated from here on must be ours. Set with the first reading after the account was connected.</summary>
    public DateTimeOffset? WatchedFrom { get; set; }

    /// <summary>The oldest post that was read when watching began, where the account had more than were read; older ones are not judged.</summary>
    public DateTimeOffset? HistoryFrom { get; set; }

    /// <summary>When everything from <see cref="WatchedFrom"/> on was last read through.</summary>
    public DateTimeOffset? WholeAt { get; set; }

    /// <summary>When the newest posts were last read without a gap.</summary>
    public DateTimeOffset? ReadAt { get; set; }

    /// <summary>The newest post that was read; the next reading begins before it, by the overlap.</summary>
    public DateTimeOffset? ReadUntil { get; set; }

    /// <summary>More posts came between two readings than one reading takes: the next reads everything.</summary>
    public bool HasGap { get; set; }

    /// <summary>Why the last reading failed; null where it did not.</summary>
    public string? Trouble { get; set; }

    /// <summary>Since when no reading succeeded.</summary>
    public DateTimeOffset? TroubleSince { get; set; }

    /// <summary>Readings that failed in a row.</summary>
    public int Failures { get; set; }

    public DateTimeOffset? CheckedAt { get; set; }

    public AccountStanding? Standing { get; set; }

    /// <summary>What the network said of it, in one sentence; null where all is well.</summary>
    public string? Note { get; set; }

    /// <summary>When what opens it ends; null where it does not, or the network does not say.</summary>
    public DateTimeOffset? EndsAt { get; set; }

    /// <summary>What it may not do any more, in the network's words.</summary>
    public IReadOnlyList<string> Missing { get; set; } = [];

    public long? QuotaLimit { get; set; }

    public long? QuotaLeft { get; set; }

    /// <summary>When the network last answered a check.</summary>
    public DateTimeOffset? AnsweredAt { get; set; }

    /// <summary>The smallest number of days before <see cref="WarnedFor"/> at which its end was announced.</summary>
    public int? WarnedDays { get; set; }

    public DateTimeOffset? WarnedFor { get; set; }

    /// <summary>The account was let go: what happens there until it is connected again is not ours to judge.</summary>
    public void Rest() => (WatchedFrom, HistoryFrom, WholeAt, ReadUntil, HasGap, Trouble, TroubleSince, Failures) = (null, null, null, null, false, null, null, 0);

    /// <summary>The announcement that is due now; null where there is none, or it was made already.</summary>
    /// <param name="connectedAt">When what opens it now was given.</param>
    public int? DueWarning(DateTimeOffset connectedAt, DateTimeOffset now)
    {
        if (EndsAt is not { } ends || ends <= now)
            return null;
        var due = WarningsFor(connectedAt, ends).Where(days => ends - now <= TimeSpan.FromDays(days)).Cast<int?>().Min();
        return due is { } days && (WarnedFor != ends || WarnedDays > days) ? days : null;
    }

    private static readonly int[] warnings = [14, 7, 1];

    /// <summary>Days before its access ends at which it is said, the earliest first. What was only given for so many days is not said to end on the first of them.</summary>
    public static IReadOnlyList<int> WarningsFor(DateTimeOffset connectedAt, DateTimeOffset endsAt) =>
        warnings.Where(days => TimeSpan.FromDays(days) < endsAt - connectedAt).ToList() is { Count: > 0 } some ? some : [warnings[^1]];
}

/// <summary>What opens an account ends soon; the posts that would not leave then are counted.</summary>
/// <param name="Days">At most this many days before.</param>
public sealed record AccessEnding(int Days, int Posts) : DomainEvent
{
    public override string Act => "account.access-ending";

    public override System.Text.Json.Nodes.JsonObject Facts => new() { ["days"] = Days, ["posts"] = Posts };
}

using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Standing;
using Countersign.Web.Publishing;
using Countersign.Web.Shared.Planning;

namespace Countersign.Web.Standing;

/// <param name="Accounts">Those with incidents the reader may read, for the filter.</param>
public sealed record IncidentsModel(
    IncidentQuestion Question,
    IReadOnlyList<IncidentRow> Rows,
    int Open,
    TakeDownTimes? Times,
    StandingReview? Review,
    IReadOnlyList<Account> Accounts,
    DateTimeOffset Now);

/// <param name="DecidedBy">By name.</param>
/// <param name="TakeDownOff">Why this person cannot have it taken down; null where they can.</param>
/// <param name="DecideOff">Why this person cannot decide at all; null where they can.</param>
public sealed record IncidentModel(
    IncidentDetail Detail,
    FindingViews Findings,
    IReadOnlyList<TimelineEntry> History,
    string? DecidedBy,
    string? TakeDownOff,
    string? DecideOff,
    DateTimeOffset Now)
{
    public Refusal? Refusal { get; init; }

    /// <summary>As typed, where the decision was refused.</summary>
    public string? Reason { get; init; }

    public IncidentRow Row => Detail.Row;

    /// <summary>True where the words shown here are the archive copy of something that stands there no more.</summary>
    public bool IsGone => Row.Post.State == StandingState.Gone;
}

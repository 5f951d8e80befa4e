using Countersign.Publishing;
using Countersign.Web.Shared.Controls;
using Countersign.Web.Shared.Frame;
using Countersign.Web.Shared.Planning;

namespace Countersign.Web.Publishing;

/// <param name="From">A day of the week or month that is shown.</param>
/// <param name="Lanes">One per account.</param>
public sealed record CalendarModel(ShellModel Shell, CalendarQuery Query, DateOnly From, DateOnly Today, IReadOnlyList<Lane> Lanes)
{
    public CalendarView View => Query.View;

    /// <summary>Posts that have a day but no account yet, or an account that is gone.</summary>
    public IReadOnlyList<PlannedPost> Loose { get; init; } = [];

    public IReadOnlyList<UnplannedDraft> WithoutTime { get; init; } = [];

    /// <summary>What holds now or in the time shown: a lock, a blackout.</summary>
    public IReadOnlyList<string> Bands { get; init; } = [];

    /// <summary>Holidays of the nations that the plans keep, by day.</summary>
    public IReadOnlyDictionary<DateOnly, string> Notes { get; init; } = new Dictionary<DateOnly, string>();

    /// <summary>Days with a blackout.</summary>
    public IReadOnlySet<DateOnly> Closed { get; init; } = new HashSet<DateOnly>();

    public IReadOnlyList<PlanGap> Gaps { get; init; } = [];

    /// <summary>By lane name: the account a new post in that lane is for.</summary>
    public IReadOnlyDictionary<string, Guid> AccountOf { get; init; } = new Dictionary<string, Guid>();

    public IReadOnlyList<Option> Accounts { get; init; } = [];

    public IReadOnlyList<Option> Sites { get; init; } = [];

    public IReadOnlyList<Option> Authors { get; init; } = [];

    public bool MayWrite { get; init; }

    /// <summary>What was just moved; null where nothing was.</summary>
    public MovedPost? Moved { get; init; }

    public IReadOnlyList<PlannedPost> Posts => [.. Lanes.SelectMany(lane => lane.Posts), .. Loose];

    public DateOnly Monday => MondayOf(From);

    public DateOnly Previous => View == CalendarView.Week ? Monday.AddDays(-7) : FirstOfMonth.AddMonths(-1);

    public DateOnly Following => View == CalendarView.Week ? Monday.AddDays(7) : FirstOfMonth.AddMonths(1);

    private DateOnly FirstOfMonth => new(From.Year, From.Month, 1);

    public static DateOnly MondayOf(DateOnly day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
}

public sealed record UnplannedDraft(string Href, string Title, Shared.Parts.ShownStatus Status, string Edited)
{
    public string? MoveHref { get; init; }
}

/// <summary>A post that stands at another time now.</summary>
/// <param name="Undo">The time it had; null where it had none, or it changed since.</param>
public sealed record MovedPost(Guid Id, string Title, string Time, int Version, Slot? Undo, bool UndoLater);

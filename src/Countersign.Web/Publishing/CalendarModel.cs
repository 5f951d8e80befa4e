using Countersign.Web.Shared.Frame;
using Countersign.Web.Shared.Planning;

namespace Countersign.Web.Publishing;

public enum CalendarView
{
    Week,
    Month,
}

/// <param name="From">A day of the week or month that is shown.</param>
/// <param name="Lanes">One per account.</param>
public sealed record CalendarModel(ShellModel Shell, CalendarView View, DateOnly From, DateOnly Today, IReadOnlyList<Lane> Lanes)
{
    /// <summary>Posts that have a day but no account yet, or an account that is gone.</summary>
    public IReadOnlyList<PlannedPost> Loose { get; init; } = [];

    public IReadOnlyList<UnplannedDraft> WithoutTime { get; init; } = [];

    /// <summary>What holds now: a lock.</summary>
    public IReadOnlyList<string> Bands { get; init; } = [];

    /// <summary>By lane name: the account a new post in that lane is for.</summary>
    public IReadOnlyDictionary<string, Guid> AccountOf { get; init; } = new Dictionary<string, Guid>();

    public bool MayWrite { get; init; }

    public IReadOnlyList<PlannedPost> Posts => [.. Lanes.SelectMany(lane => lane.Posts), .. Loose];

    public DateOnly Monday => MondayOf(From);

    public DateOnly Previous => View == CalendarView.Week ? Monday.AddDays(-7) : FirstOfMonth.AddMonths(-1);

    public DateOnly Following => View == CalendarView.Week ? Monday.AddDays(7) : FirstOfMonth.AddMonths(1);

    private DateOnly FirstOfMonth => new(From.Year, From.Month, 1);

    public static DateOnly MondayOf(DateOnly day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
}

public sealed record UnplannedDraft(string Href, string Title, Shared.Parts.ShownStatus Status, string Edited);

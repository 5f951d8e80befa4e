using Countersign.Web.Shared.Parts;

namespace Countersign.Web.Shared.Planning;

/// <summary>A post in the calendar.</summary>
/// <param name="Day">In the reader's time zone.</param>
/// <param name="Time">"11:00", in the same zone.</param>
/// <param name="Note">At the right of the time: "to 24 Nov", "v1".</param>
public sealed record PlannedPost(string Href, string Title, ShownStatus Status, DateOnly Day, string Time, string Network, string? Note = null)
{
    public string Account { get; init; } = "";

    public string Author { get; init; } = "";

    /// <summary>Where its time is changed; null where it cannot be, by this reader or any more.</summary>
    public string? MoveHref { get; init; }

    /// <summary>What would hold it at its time, in a sentence; null where nothing is known that would.</summary>
    public string? Warning { get; init; }

    /// <summary>It will not go out as planned, so it fills no gap.</summary>
    public bool IsOff { get; init; }

    /// <summary>The name by which the style sheet knows the status.</summary>
    internal string Css => Status switch
    {
        ShownStatus.Published => "live",
        ShownStatus.Draft => "draft",
        ShownStatus.Held or ShownStatus.Unconfirmed => "held",
        ShownStatus.Returned or ShownStatus.Refused => "returned",
        ShownStatus.InReview => "review",
        ShownStatus.Approved => "approved",
        _ => "scheduled",
    };
}

/// <summary>A post that the plan asks for and nobody has written.</summary>
public sealed record PlanGap(string Account, string Network, DateOnly Day, string? Href);

/// <summary>One account's row of the week.</summary>
/// <param name="Planned">How many posts the plan asks for, or null where there is no plan.</param>
public sealed record Lane(string Network, string Name, IReadOnlyList<PlannedPost> Posts, int? Planned = null)
{
    /// <summary>Posts that count for the plan, those that a filter hides included.</summary>
    public int Placed { get; init; } = Posts.Count(post => !post.IsOff);

    /// <summary>Days on which a post could still be written for the plan.</summary>
    public IReadOnlyCollection<DateOnly> Gaps { get; init; } = [];

    public int Short => Math.Max(0, (Planned ?? 0) - Placed);

    public int Percent => Planned is > 0 ? Math.Min(100, 100 * Placed / Planned.Value) : 100;
}

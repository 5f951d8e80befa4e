using Countersign.Web.Shared.Parts;

namespace Countersign.Web.Shared.Planning;

/// <summary>A post in the calendar.</summary>
/// <param name="Day">In the reader's time zone.</param>
/// <param name="Time">"11:00", in the same zone.</param>
/// <param name="Note">At the right of the time: "to 24 Nov", "v1".</param>
public sealed record PlannedPost(string Href, string Title, ShownStatus Status, DateOnly Day, string Time, string Network, string? Note = null)
{
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

/// <summary>One account's row of the week.</summary>
/// <param name="Planned">How many posts the plan asks for, or null where there is no plan.</param>
public sealed record Lane(string Network, string Name, IReadOnlyList<PlannedPost> Posts, int? Planned = null)
{
    public int Short => Math.Max(0, (Planned ?? 0) - Posts.Count);

    public int Percent => Planned is > 0 ? Math.Min(100, 100 * Posts.Count / Planned.Value) : 100;
}

using Countersign.Decisions;
using Countersign.Publishing;

namespace Countersign.Evidence;

/// <summary>How long a kind of record is kept at least, and why.</summary>
/// <param name="Years">Counted from <paramref name="From"/>.</param>
/// <param name="From">What starts the clock, in words.</param>
/// <param name="Basis">The rule it rests on, to be checked by the firm's own counsel.</param>
public sealed record RetentionClass(string Title, int Years, string From, string Basis)
{
    /// <summary>The longest definite period for promotions: which product a promotion was for is not known here.</summary>
    public static readonly RetentionClass Promotion = new("Financial promotion", 5, "its last publication", "COBS 4.11.1R(3)(c)");

    /// <summary>A claim over a published statement can be brought for a year.</summary>
    public static readonly RetentionClass Published = new("Published post", 1, "its last publication", "Limitation Act 1980, section 4A");

    /// <summary>Who approved must stay known as long as the longest promotion that relied on them.</summary>
    public static readonly RetentionClass Approver = new("Person who signed promotions", 5, "their last signature", "COBS 4.11.1R(2B)");
}

/// <summary>Why something is still kept.</summary>
public sealed record Minimum(RetentionClass Class, DateTimeOffset Until)
{
    /// <returns>Null where nothing was published: then no minimum holds.</returns>
    public static Minimum? Of(Draft draft, DateTimeOffset? lastPublished) => lastPublished is not { } at ? null
        : draft.Requirements.Any(need => need.Role == Role.FinancialPromotions) ? Of(RetentionClass.Promotion, at)
        : Of(RetentionClass.Published, at);

    public static Minimum Of(RetentionClass kept, DateTimeOffset from) => new(kept, from.AddYears(kept.Years));

    public string Say() => $"{Class.Title}: kept for {Class.Years} {(Class.Years == 1 ? "year" : "years")} from {Class.From} ({Class.Basis})";
}

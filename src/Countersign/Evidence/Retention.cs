using Countersign.Decisions;
using Countersign.Publishing;

namespace Countersign.Evidence;

/// <summary>What starts the clock of a retention period.</summary>
public enum RetentionStart
{
    LastPublication,
    LastSignature,
}

/// <summary>How long a kind of record is kept at least, and why.</summary>
/// <param name="Years">Null: for ever.</param>
/// <param name="Basis">The rule it rests on, to be checked by the firm's own counsel.</param>
/// <param name="Packs">Rules of these policies, where one of them found something in the words, say that they are of this kind. Empty: told by what the record is.</param>
public sealed record RetentionClass(string Title, int? Years, RetentionStart Start, string Basis, params IReadOnlyList<string> Packs)
{
    /// <summary>In words, after "from".</summary>
    public string From => Start == RetentionStart.LastSignature ? "their last signature" : "its last publication";

    public DateTimeOffset Until(DateTimeOffset from) => Years is { } years ? from.AddYears(years) : DateTimeOffset.MaxValue;

    public string Say() => Years is { } years ? $"{Title}: kept for {years} {(years == 1 ? "year" : "years")} from {From} ({Basis})" : $"{Title}: kept for ever ({Basis})";
}

/// <summary>
/// The classes that this version can tell a record to be of. Which product a promotion was for is nowhere stated, so it is told by the
/// policies that spoke and by the words used; where several fit, the longest holds.
/// </summary>
public static class RetentionMatrix
{
    private const string LastUse = "COBS 4.11.1R(3)";

    /// <summary>Of promotions, from the narrowest. The last holds for any.</summary>
    private static readonly (RetentionClass Class, string[] Words)[] promotions =
    [
        (new("Promotion of a pension transfer, conversion, opt-out or FSAVC", null, RetentionStart.LastPublication, LastUse + "(a)"), ["pension transfer", "pension conversion", "opt out of", "opt-out", "fsavc", "transfer your pension", "transfer out"]),
        (new("Promotion of a life policy or pension", 6, RetentionStart.LastPublication, LastUse + "(b)"), ["pension", "annuit", "life policy", "life insurance", "life cover", "sipp", "ssas", "stakeholder"]),
        (new("Promotion of consumer credit", 6, RetentionStart.LastPublication, "no CONC period found; Limitation Act 1980, section 5", "CON"), []),
        (new("Promotion of MiFID business", 5, RetentionStart.LastPublication, LastUse + "(c)", "CFD"), []),
        (new("Promotion of another designated investment", 3, RetentionStart.LastPublication, LastUse + "(d)", "CRY"), []),
        (new("Promotion of a mortgage", 1, RetentionStart.LastPublication, "MCOB 3.10.1R"), ["mortgage"]),
    ];

    /// <summary>A promotion of no product that could be told: the longest definite period that any could have under MiFID.</summary>
    private static readonly RetentionClass anyPromotion = new("Financial promotion", 5, RetentionStart.LastPublication, LastUse + "(c)");

    private static readonly RetentionClass[] others =
    [
        new("Advertising claim", 6, RetentionStart.LastPublication, "CAP Code 3.7; Limitation Act 1980, section 5", "ADV"),
        new("Statement that somebody may call defamatory", 6, RetentionStart.LastPublication, "Limitation Act 1980, section 4A, and room for late claims", "DEF"),
    ];

    /// <summary>A claim over a published statement can be brought for a year.</summary>
    public static readonly RetentionClass Published = new("Published post", 1, RetentionStart.LastPublication, "Limitation Act 1980, section 4A");

    private static readonly RetentionClass approver = new("Person who signed promotions", 5, RetentionStart.LastSignature, "COBS 4.11.1R(2B)");

    /// <summary>Every class there is, in the order of the matrix.</summary>
    public static IReadOnlyList<RetentionClass> All { get; } = [.. promotions.Select(one => one.Class), anyPromotion, .. others, Published, approver];

    /// <summary>The classes of a published post: at least one.</summary>
    public static IReadOnlyList<RetentionClass> Of(Draft draft)
    {
        var rules = AssessmentFacts.Read(draft.Assessment) is { } assessment ? assessment.Findings.Concat(assessment.Cleared).Select(finding => finding.Rule.Split('-')[0]).ToHashSet(StringComparer.Ordinal) : [];
        var isPromotion = draft.Requirements.Any(need => need.Role == Role.FinancialPromotions) || rules.Overlaps(["FP", "CFD", "CRY", "CON"]);
        var told = promotions.Where(one => isPromotion && (one.Class.Packs.Any(rules.Contains) || one.Words.Any(word => draft.Text.Contains(word, StringComparison.OrdinalIgnoreCase)))).Select(one => one.Class).ToList();
        if (isPromotion && !told.Exists(one => one.Packs.Count > 0 || one.Years != 1))
            told.Add(anyPromotion);
        return [.. told, .. others.Where(one => one.Packs.Any(rules.Contains)), Published];
    }

    /// <summary>Who approved must stay known as long as the longest promotion that relied on them.</summary>
    /// <param name="signed">Drafts that carry this person's signature.</param>
    public static RetentionClass OfApprover(IEnumerable<Draft> signed)
    {
        var relied = signed.SelectMany(Of).Append(approver).ToList();
        return relied.Exists(one => one.Years is null) ? approver with { Years = null } : approver with { Years = relied.Max(one => one.Years) };
    }
}

/// <summary>Why something is still kept.</summary>
public sealed record Minimum(RetentionClass Class, DateTimeOffset Until)
{
    /// <returns>The longest that holds; null where nothing was published: then none does.</returns>
    public static Minimum? Of(Draft draft, DateTimeOffset? lastPublished) => lastPublished is not { } at
        ? null
        : RetentionMatrix.Of(draft).Select(one => Of(one, at)).MaxBy(minimum => minimum.Until);

    public static Minimum Of(RetentionClass kept, DateTimeOffset from) => new(kept, kept.Until(from));

    public string Say() => Class.Years is null ? Class.Say() : $"{Class.Say()}, until {Until:d MMMM yyyy}";
}

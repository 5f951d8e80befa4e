using Countersign.Screening.Reading;

namespace Countersign.Screening.Rules;

/// <summary>Reads one rule file of a pack.</summary>
internal sealed class RuleReader(string file, ListShelf lists)
{
    /// <summary>The firings of a rule are kept as bits.</summary>
    private const int MostFirings = 64;

    public static readonly string[] Categories =
    [
        "defamation", "financial-promotion", "crypto-promotion", "credit-promotion", "advertising-disclosure", "green-claim", "market-abuse",
        "personal-data", "secret", "confidential", "hate", "harassment", "profanity", "threat", "self-harm", "vulnerable-customer", "complaint",
        "legal-threat", "press-enquiry", "data-breach", "employment", "election", "spam", "brand", "channel",
    ];

    public static readonly string[] Roles = ["Legal", "Compliance", "FP-Approver", "Brand", "Care lead", "Manager", "Privacy", "Security", "Comms"];

    public Rule Read(PackNode rule)
    {
        rule.Allow(RuleLanguage.Keys(RuleLanguage.Rule));
        var applies = rule.Required("applies");
        applies.Allow(RuleLanguage.Keys(RuleLanguage.Applies));
        var local = lists.For(rule.Find("lists"));
        return new Rule
        {
            Listing = Listing(rule),
            Directions = applies.Find("directions") is { } directions ? Words<Direction>(directions) : [Direction.Outbound],
            Kinds = applies.Find("kinds") is { } kinds ? Words<ItemKind>(kinds) : Enum.GetValues<ItemKind>(),
            Segments = Words<SegmentKind>(applies.Required("segments")),
            Inbound = rule.Find("inbound")?.Word<Strength>() ?? Strength.Warn,
            Fires = Firings(rule.Required("fires"), local),
            Cleared = [.. rule.Find("cleared")?.Items().Select(harbour => Harbour(harbour, local)) ?? []],
        };
    }

    public static IReadOnlyList<RoleCount> Approvals(PackNode node) =>
    [
        .. node.Entries().Select(entry => new RoleCount(
            entry.Key.Read(role => Roles.Contains(role) ? role : throw new FormatException($"one of the roles {string.Join(", ", Roles)} instead of '{role}'")),
            entry.Value.Read(count => int.TryParse(count, out var people) && people is > 0 and < 10 ? people : throw new FormatException("a number of people from 1 to 9")))),
    ];

    private RuleListing Listing(PackNode rule) => new(
        file.Contains('/', StringComparison.Ordinal) ? file[..file.IndexOf('/', StringComparison.Ordinal)] : "",
        rule.Required("id").Text(),
        rule.Required("version").Read(v => Version.TryParse(v, out var version) && version.Build >= 0 ? v : throw new FormatException("a version such as 1.0.0")),
        rule.Required("title").Text(),
        rule.Required("category").Read(c => Categories.Contains(c) ? c : throw new FormatException($"one of {string.Join(", ", Categories)} instead of '{c}'")),
        rule.Required("severity").Word<Severity>(),
        rule.Required("decision").Word<Strength>(),
        rule.Find("approvals") is { } approvals ? Approvals(approvals) : [],
        rule.Required("owner").Text(),
        rule.Required("basis").Text(),
        rule.Required("message").Text(),
        rule.Required("fix").Text(),
        Cases(rule.Required("cases")));

    private static List<RuleCase> Cases(PackNode cases)
    {
        cases.Allow(RuleLanguage.Keys(RuleLanguage.Cases));
        return [.. Cases(cases.Required("must"), true), .. Cases(cases.Required("must-not"), false)];
    }

    private static IEnumerable<RuleCase> Cases(PackNode cases, bool fires) => cases.Items().Select(one =>
    {
        if (!one.IsMap)
            return new RuleCase(fires, "", one.Text());
        one.Allow(RuleLanguage.Keys(RuleLanguage.Case));
        return new RuleCase(fires, one.Required("context").Text(), one.Required("text").Text());
    });

    private static List<Firing> Firings(PackNode node, ListShelf lists)
    {
        List<Firing> firings = [.. node.Items().Select(firing => Firing(firing, lists))];
        return firings.Count <= MostFirings ? firings : throw node.Expected($"at most {MostFirings} entries");
    }

    private static Firing Firing(PackNode node, ListShelf lists)
    {
        node.Allow(RuleLanguage.Keys(RuleLanguage.Fires));
        var within = node.Find("within")?.Read(Window.Read) ?? new Window(Reach.Sentence);
        return new Firing
        {
            Find = node.Find("find") is { } find ? lists.Words(find) : null,
            With = Nearby(node.Find("with"), within, lists),
            Without = Nearby(node.Find("without"), within, lists),
            Facts = Facts(node.Find("facts")),
            Kinds = node.Find("kinds") is { } kinds ? Words<ItemKind>(kinds) : [],
            Likes = [.. node.Find("likes")?.Items().Select(like => like.Text()) ?? []],
            MoreThan = node.Find("more-than")?.Read(Number) ?? 0,
            FewerWordsThan = node.Find("fewer-words-than")?.Read(Number),
            TermsOf = node.Find("terms-of")?.Read(Fact),
            Lacks = node.Find("lacks")?.Read(Fact),
            FigureDiffersFrom = node.Find("figure-differs-from")?.Read(Fact),
            Scores = [.. node.Find("score")?.Entries().Select(entry => new HeadCondition(entry.Key.Read(HeadCondition.Head), entry.Value.Read(HeadCondition.Probability))) ?? []],
            PercentDiffersFrom = node.Find("percent-differs-from")?.Read(Fact),
            Alters = node.Find("alters")?.Read(wording => new PrescribedWording(wording)),
            AlteredRows = node.Find("alters") is { } altered ? lists.Rows(altered) : null,
            Decision = node.Find("decision")?.Word<Strength>(),
            Approvals = node.Find("approvals") is { } approvals ? Approvals(approvals) : null,
            Message = node.Find("message")?.Text(),
            Confidence = node.Find("confidence")?.Read(c => double.TryParse(c, System.Globalization.CultureInfo.InvariantCulture, out var value) && value is > 0 and <= 1 ? value : throw new FormatException("a number from 0 to 1")) ?? 0.8,
        };
    }

    private static SafeHarbour Harbour(PackNode node, ListShelf lists)
    {
        node.Allow(RuleLanguage.Keys(RuleLanguage.Cleared));
        var within = node.Find("within")?.Read(Window.Read) ?? new Window(Reach.Sentence);
        return new SafeHarbour(node.Required("because").Text())
        {
            Negated = node.Find("negated")?.Read(v => v == "true" ? true : throw new FormatException("true")) ?? false,
            With = Nearby(node.Find("with"), within, lists),
            Facts = Facts(node.Find("facts")),
            LowersTo = node.Find("lowers-to")?.Word<Strength>(),
        };
    }

    private static Nearby[] Nearby(PackNode? node, Window within, ListShelf lists) =>
    [
        .. node?.Items().Select(one =>
        {
            if (!one.IsMap)
                return new Nearby(lists.Words(one), within);
            one.Allow(RuleLanguage.Keys(RuleLanguage.Near));
            return new Nearby(lists.Words(one.Required("any")), one.Required("within").Read(Window.Read));
        }) ?? [],
    ];

    private static FactCondition[] Facts(PackNode? node) => [.. node?.Items().Select(fact => fact.Read(FactCondition.Read)) ?? []];

    private static T[] Words<T>(PackNode node)
        where T : struct, Enum => [.. node.Items().Select(item => item.Word<T>())];

    private static string Fact(string text) => FactKeys.Known.Contains(text) ? text : throw new FormatException($"a fact that the engine knows instead of '{text}'");

    private static int Number(string text) => int.TryParse(text, out var number) && number > 0 ? number : throw new FormatException("a whole number above 0");
}

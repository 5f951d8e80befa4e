using System.Text.Encodings.Web;
using System.Text.Json;
using Countersign.Screening.Rules;

namespace Countersign.Screening;

/// <summary>What an organisation sets about its policies: which packs are on, its names, its floor.</summary>
public sealed record PolicyProfile
{
    public const string FileName = "profile.yaml";

    /// <summary>Within the packs folder: the profiles that ship, one for each kind of firm.</summary>
    internal const string Folder = "profiles/";

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    /// <summary>The number by which people speak of the release; null for one that was never issued.</summary>
    public int? Number { get; init; }

    public DateTimeOffset? EffectiveFrom { get; init; }

    /// <summary>Folders of the packs that are on, or ids of single rules; empty means all.</summary>
    public IReadOnlyList<string> Packs { get; init; } = [];

    /// <summary>Who must agree to any outbound item, whatever it says. Empty for nobody.</summary>
    public IReadOnlyList<RoleCount> Floor { get; init; } = [new("Brand", 1)];

    /// <summary>Names, products and handles of the organisation: never taken for somebody else.</summary>
    public IReadOnlyList<string> OwnNames { get; init; } = [];

    public IReadOnlyList<string> Competitors { get; init; } = [];

    /// <summary>Terms added to the lists of the packs, by list: `hate-terms`, `retired-names`.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Lexicons { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The names of the profiles that ship, in order.</summary>
    public static IReadOnlyList<string> Shipped(string packsFolder) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(packsFolder, Folder), "*.yaml").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal),
    ];

    /// <param name="name">One of <see cref="Shipped"/>.</param>
    public static PolicyProfile Named(string packsFolder, string name) =>
        Read($"{Folder}{name}.yaml", File.ReadAllText(Path.Combine(packsFolder, Folder, $"{name}.yaml")));

    public bool TurnsOn(RuleListing rule) => Packs.Count == 0 || Packs.Contains(rule.Pack) || Packs.Contains(rule.Id);

    /// <summary>Adds a lexicon that is kept outside the packs: a term a line, `#` for remarks.</summary>
    public PolicyProfile WithLexicon(string list, string path) =>
        WithLexicon(list, [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')]);

    public PolicyProfile WithLexicon(string list, IReadOnlyList<string> terms) =>
        this with { Lexicons = new Dictionary<string, IReadOnlyList<string>>(Lexicons) { [list] = terms } };

    /// <summary>The profile as the file that a release keeps. JSON is YAML, too.</summary>
    public string ToFile() => JsonSerializer.Serialize(
        new SortedDictionary<string, object?>(StringComparer.Ordinal)
        {
            ["number"] = Number,
            ["effective-from"] = EffectiveFrom?.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ"),
            ["packs"] = Packs,
            ["floor"] = new SortedDictionary<string, int>(Floor.ToDictionary(f => f.Role, f => f.Count), StringComparer.Ordinal),
            ["own-names"] = OwnNames,
            ["competitors"] = Competitors,
            ["lexicons"] = new SortedDictionary<string, IReadOnlyList<string>>(Lexicons.ToDictionary(), StringComparer.Ordinal),
        },
        Json) + "\n";

    internal static PolicyProfile Read(string file, string yaml)
    {
        var node = PackNode.Open(file, yaml);
        node.Allow(RuleLanguage.Keys(RuleLanguage.Profile));
        var defaults = new PolicyProfile();
        return new PolicyProfile
        {
            Number = node.Find("number")?.Read(v => v is "" or "null" ? (int?)null : int.TryParse(v, out var number) && number > 0 ? number : throw new FormatException("a whole number above 0")),
            EffectiveFrom = node.Find("effective-from")?.Read(When),
            Packs = Texts(node.Find("packs")),
            Floor = node.Find("floor") is { } floor ? RuleReader.Approvals(floor) : defaults.Floor,
            OwnNames = Texts(node.Find("own-names")),
            Competitors = Texts(node.Find("competitors")),
            Lexicons = node.Find("lexicons")?.Entries().ToDictionary(entry => entry.Key.Text(), entry => (IReadOnlyList<string>)Texts(entry.Value)) ?? [],
        };
    }

    private static DateTimeOffset? When(string text) =>
        text is "" or "null" ? null
        : DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var when) ? when
        : throw new FormatException("a date and time such as 2026-11-12T09:00:00Z");

    private static List<string> Texts(PackNode? node) => [.. node?.Items().Select(item => item.Text()) ?? []];
}

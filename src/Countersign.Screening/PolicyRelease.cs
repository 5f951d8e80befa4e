using System.Security.Cryptography;
using System.Text;
using Countersign.Screening.Reading;
using Countersign.Screening.Rules;

namespace Countersign.Screening;

/// <summary>One file of a release.</summary>
/// <param name="Path">Within the packs folder, with forward slashes: `DEF/DEF-01.yaml`.</param>
public sealed record PolicyFile(string Path, string Yaml);

/// <summary>An immutable set of rules, word lists and parameters. The digest names it: same digest, same judgement.</summary>
public sealed partial class PolicyRelease
{
    private readonly Dictionary<string, Rule> byId;
    private readonly Lexicon lexicon = new();
    private readonly Assessment[] clean;

    private PolicyRelease(IReadOnlyList<PolicyFile> files)
    {
        Files = files;
        Digest = DigestOf(files);
        Profile = files.FirstOrDefault(file => file.Path == PolicyProfile.FileName) is { } profile
            ? PolicyProfile.Read(profile.Path, profile.Yaml)
            : new PolicyProfile();
        byId = ReadRules();
        Compiled = [.. byId.Values.Where(rule => Profile.TurnsOn(rule.Listing)).OrderBy(rule => rule.Listing.Id, StringComparer.Ordinal)];
        Rules = [.. Compiled.Select(rule => rule.Listing)];
        Plan = new Plan(lexicon, new Vocabulary(Profile.OwnNames, Profile.Competitors).Traits(), byId.Values, Compiled);
        RuleByName = RuleNamed;
        clean = [.. Enum.GetValues<Direction>().Select(direction => new Assessment(Digest, [], [], [], RouteMerge.Of([], [], direction, Profile.Floor)))];
    }

    /// <summary>SHA-256 over paths and contents of all files, lower-case hex; line endings and byte-order marks do not count.</summary>
    public string Digest { get; }

    public PolicyProfile Profile { get; }

    public int? Number => Profile.Number;

    public DateTimeOffset? EffectiveFrom => Profile.EffectiveFrom;

    /// <summary>The rules that are on, by id.</summary>
    public IReadOnlyList<RuleListing> Rules { get; }

    /// <summary>Everything the release is made of: built from these, it is the same release again.</summary>
    public IReadOnlyList<PolicyFile> Files { get; }

    internal Plan Plan { get; }

    internal Func<string, Rule> RuleByName { get; }

    internal IReadOnlyList<Rule> Compiled { get; }

    /// <param name="profile">What the organisation sets; without it, the `profile.yaml` of the folder counts.</param>
    /// <exception cref="PolicyFileException">A file cannot be read: it is named, with line and expectation.</exception>
    public static PolicyRelease Load(string packsFolder, PolicyProfile? profile = null)
    {
        var files = Directory.EnumerateFiles(packsFolder, "*.yaml", SearchOption.AllDirectories)
            .Select(path => new PolicyFile(Path.GetRelativePath(packsFolder, path).Replace('\\', '/'), File.ReadAllText(path)))
            .Where(file => !file.Path.StartsWith(PolicyProfile.Folder, StringComparison.Ordinal) && (profile is null || file.Path != PolicyProfile.FileName));
        return FromFiles(profile is null ? files : files.Append(new PolicyFile(PolicyProfile.FileName, profile.ToFile())));
    }

    /// <exception cref="PolicyFileException">A file cannot be read: it is named, with line and expectation.</exception>
    public static PolicyRelease FromFiles(IEnumerable<PolicyFile> files) =>
        new([.. files.Select(file => file with { Yaml = Canonical(file.Yaml) }).OrderBy(file => file.Path, StringComparer.Ordinal)]);

    /// <inheritdoc cref="FromFiles(IEnumerable{PolicyFile})"/>
    public static PolicyRelease FromFiles(IEnumerable<(string Path, string Yaml)> files) =>
        FromFiles(files.Select(file => new PolicyFile(file.Path, file.Yaml)));

    internal Rule RuleNamed(string id) => byId.GetValueOrDefault(id) ?? throw new RuleFailure($"there is no rule {id}");

    /// <summary>What is said of an item in which nothing was found.</summary>
    internal Assessment Clean(Direction direction) => clean[(int)direction];

    private static string Canonical(string yaml) => yaml.TrimStart('\uFEFF').ReplaceLineEndings("\n");

    private static string DigestOf(IEnumerable<PolicyFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            // Lengths stand in front, so that no two sets of files share their bytes.
            var path = Encoding.UTF8.GetBytes(file.Path);
            var content = Encoding.UTF8.GetBytes(file.Yaml);
            hash.AppendData(Encoding.ASCII.GetBytes($"{path.Length} {content.Length}\n"));
            hash.AppendData(path);
            hash.AppendData(content);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private Dictionary<string, Rule> ReadRules()
    {
        var nodes = Files.Where(file => file.Path != PolicyProfile.FileName).Select(file => (file.Path, Node: PackNode.Open(file.Path, file.Yaml))).ToList();
        var shelf = new ListShelf(lexicon);
        foreach (var (_, node) in nodes.Where(file => !file.Node.Has("id")))
        {
            node.Allow("lists");
            shelf.Place(node.Required("lists"));
        }

        foreach (var list in Profile.Lexicons.Keys)
            shelf.Place(list);
        shelf.Fill();
        foreach (var (list, terms) in Profile.Lexicons)
            shelf.Extend(list, terms);

        var rules = new Dictionary<string, Rule>(StringComparer.Ordinal);
        foreach (var (path, node) in nodes.Where(file => file.Node.Has("id")))
        {
            var rule = new RuleReader(path, shelf).Read(node);
            if (!rules.TryAdd(rule.Listing.Id, rule))
                throw node.Required("id").Expected($"an id of its own: {rule.Listing.Id} stands in another file already");
        }

        return rules;
    }
}

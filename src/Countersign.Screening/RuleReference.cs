using System.Text;
using Countersign.Screening.Heads;
using Countersign.Screening.Rules;

namespace Countersign.Screening;

/// <summary>The reference page of the rule language, made from the tables by which packs are read.</summary>
public static class RuleReference
{
    public static string Page()
    {
        var page = new StringBuilder();
        page.Append("# The rule language\n\n");
        page.Append("Made from the code by a test, which also fails where this page is not what the code says. `packs/README.md` is the introduction.\n\n");
        page.Append("A pack is a folder of YAML files. A file with an `id` is a rule; `profile.yaml` is what the organisation sets; any other file holds `lists` of words that all rules may name. ");
        page.Append("A key that stands in no table here, or a value that is none of those allowed, is refused with file, line and what was expected.\n");
        Table(page, "A rule", RuleLanguage.Rule);
        Table(page, "`applies`", RuleLanguage.Applies);
        Table(page, "An entry of `fires`", RuleLanguage.Fires);
        Table(page, "An entry of `cleared`", RuleLanguage.Cleared, "All that stands in it must hold.");
        Table(page, "An entry of `with` or `without` with a reach of its own", RuleLanguage.Near);
        Table(page, "`within`", RuleLanguage.Reaches);
        Table(page, "`cases`", RuleLanguage.Cases);
        Table(page, "A case that is more than a text", RuleLanguage.Case);
        Table(page, "A pattern", RuleLanguage.Patterns);
        Table(page, "Classes", TokenClass.Names.Select(name => ($"<{name}>", TokenClass.Named(name)!.Says)));
        Table(page, "A condition on a fact", RuleLanguage.Operators, "`fact operator value`, as in `relationship in [paid, gifted]`.");
        Table(page, "`profile.yaml`", RuleLanguage.Profile);
        Words(page, "Categories", RuleReader.Categories);
        Words(page, "Roles", RuleReader.Roles);
        Words(page, "Severities", Enum.GetNames<Severity>());
        Words(page, "Decisions, weakest first", PackNode.Spellings<Strength>());
        Words(page, "Directions", PackNode.Spellings<Direction>());
        Words(page, "Kinds of item", PackNode.Spellings<ItemKind>());
        Words(page, "Segments", PackNode.Spellings<SegmentKind>());
        Words(page, "Heads", HeadScores.Names);
        Words(page, "Facts", FactKeys.Known.Order(StringComparer.Ordinal));
        return page.ToString();
    }

    private static void Table(StringBuilder page, string title, IEnumerable<(string Key, string Says)> rows, string? remark = null)
    {
        page.Append($"\n## {title}\n\n");
        if (remark is not null)
            page.Append($"{remark}\n\n");
        page.Append("| | |\n|---|---|\n");
        foreach (var (key, says) in rows)
            page.Append($"| `{key.Replace("|", "\\|", StringComparison.Ordinal)}` | {says.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
    }

    private static void Words(StringBuilder page, string title, IEnumerable<string> words) =>
        page.Append($"\n## {title}\n\n{string.Join(", ", words.Select(word => $"`{word}`"))}\n");
}

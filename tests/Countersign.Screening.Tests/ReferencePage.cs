using Countersign.Screening.Rules;

namespace Countersign.Screening.Tests;

/// <summary>docs/rules.md against the code that reads packs.</summary>
public class ReferencePage
{
    /// <summary>Set to write the page anew where the language has changed.</summary>
    private const string Write = "COUNTERSIGN_WRITE_REFERENCE";

    private static readonly string File = Path.Combine(Packs.Folder, "..", "docs", "rules.md");

    [Fact]
    public void The_page_says_what_the_code_says()
    {
        if (Environment.GetEnvironmentVariable(Write) is not null)
            System.IO.File.WriteAllText(File, RuleReference.Page());

        Assert.Equal(RuleReference.Page(), System.IO.File.ReadAllText(File).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Every_reach_and_every_operator_of_the_page_is_one_that_the_reader_takes()
    {
        foreach (var (reach, _) in RuleLanguage.Reaches)
            Window.Read(reach);
        foreach (var (name, _) in RuleLanguage.Operators)
            FactCondition.Read(name is "present" or "absent" or "unknown" or "none" ? $"consent {name}" : $"consent {name} 1");
        Assert.Throws<FormatException>(() => FactCondition.Read("consent resembles 1"));
    }

    [Fact]
    public void Every_form_of_pattern_on_the_page_can_be_read()
    {
        foreach (var (form, _) in RuleLanguage.Patterns)
        {
            var pattern = form.Replace("<class>", "<money>", StringComparison.Ordinal).Replace("..3", "one ..3 two", StringComparison.Ordinal).Replace("(left out)?", "(left out)? of", StringComparison.Ordinal);
            PolicyRelease.FromFiles([("words.yaml", $"lists:\n  list: [x]\n  other: ['{pattern}']")]);
        }
    }
}

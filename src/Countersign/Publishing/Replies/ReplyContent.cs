using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Countersign.Decisions;
using Countersign.Ledger;
using Countersign.Storage;

namespace Countersign.Publishing.Replies;

/// <summary>An approved text with the values in its gaps.</summary>
/// <param name="Values">Where they stand in it.</param>
public sealed record FilledReply(string Text, IReadOnlyList<(int Start, int End)> Values);

/// <summary>All that those who sign a reply for the library agree to.</summary>
/// <param name="Name">What it is called here.</param>
/// <param name="Text">With its variables between braces: "Hello {name}".</param>
/// <param name="Language">BCP 47: "en-GB".</param>
/// <param name="Labels">What messages it answers are about.</param>
/// <param name="Sites">Every account of these.</param>
/// <param name="Accounts">And these.</param>
/// <param name="LastDay">On which it may be used, "2027-01-31" where the organisation is.</param>
public sealed record ReplyContent(string Name, string Text, IReadOnlyList<ReplyVariable> Variables, string Language, IReadOnlyList<string> Labels, IReadOnlyList<Guid> Sites, IReadOnlyList<Guid> Accounts, string LastDay)
{
    public const int MostVariables = 6;

    public const int LongestName = 80;

    public static readonly IReadOnlyList<string> Languages = ["en-GB", "cy", "gd", "ga", "fr", "de", "es", "it", "nl", "pl", "pt", "ro", "ur", "pa", "bn", "ar", "zh", "uk"];

    /// <summary>What was typed, in the form it is kept and signed.</summary>
    public ReplyContent Tidy() => this with
    {
        Name = Name.Trim(),
        Text = Text.ReplaceLineEndings("\n").Trim(),
        Variables = [.. Variables.Select(variable => variable with { Name = variable.Name.Trim(), Example = ReplyVariable.Clean(variable.Example), Hosts = variable.Kind == VariableKind.Link ? [.. variable.Hosts.Select(host => host.Trim().ToLowerInvariant()).Where(host => host.Length > 0)] : [] })],
        Labels = [.. Labels.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        Sites = [.. Sites.Distinct().Order()],
        Accounts = [.. Accounts.Distinct().Order()],
    };

    public bool Covers(AccountRef account) => Accounts.Contains(account.Id) || Sites.Contains(account.SiteId);

    /// <summary>What is wrong with it; null where nothing is.</summary>
    /// <param name="today">Where the organisation is.</param>
    public Refusal? Check(DateOnly today) => this switch
    {
        _ when Name.Length is 0 or > LongestName => new Refusal("no-name", $"Give it a name of {LongestName} characters at most, so that others find it."),
        _ when Text.Length == 0 => new Refusal("empty", "Write the text first."),
        _ when Text.Length > Draft.MaxText => new Refusal("too-long", $"The text has {Text.Length:N0} characters; {Draft.MaxText:N0} is the most that is kept. Nothing was cut."),
        _ when Text.EnumerateRunes().Any(rune => rune.Value is not ('\n' or 0x200D or 0xFE0F) && ReplyVariable.IsHidden(rune)) => new Refusal("hidden", "The text holds a character that nobody sees or that turns it about, and those who sign could not see it. Type that place anew."),
        _ when Variables.Count > MostVariables => new Refusal("many-variables", $"A text has {MostVariables} variables at most."),
        _ when Variables.Select(variable => variable.Name).Distinct(StringComparer.Ordinal).Count() != Variables.Count => new Refusal("twice", "Two variables have the same name."),
        _ when Variables.Select(variable => variable.Check()).OfType<Refusal>().FirstOrDefault() is { } unfit => unfit,
        _ when CheckGaps() is { } wrong => wrong,
        _ when !Languages.Contains(Language) => new Refusal("no-language", "Choose the language it is written in."),
        _ when Labels.Any(label => label.Length is 0 or > 40 || !label.All(letter => char.IsAsciiLetterLower(letter) || letter == '-')) => new Refusal("no-label", "Choose labels from the list."),
        _ when Sites.Count + Accounts.Count == 0 => new Refusal("no-account", "Choose the sites or accounts that may use it."),
        _ => CheckEnd(today),
    };

    /// <summary>The text with every value in its gap, in one pass: what a value holds is never read as a gap.</summary>
    /// <returns>A refusal where a value is missing or does not fit.</returns>
    public Decision<FilledReply> Fill(IReadOnlyDictionary<string, string> values)
    {
        foreach (var variable in Variables)
        {
            if (variable.WhyNot(ReplyVariable.Clean(values.GetValueOrDefault(variable.Name))) is { } wrong)
                return wrong;
        }

        var text = new StringBuilder();
        var places = new List<(int Start, int End)>();
        for (var at = 0; at < Text.Length; at++)
        {
            if (Text[at] != '{')
            {
                text.Append(Text[at]);
                continue;
            }

            var end = Text.IndexOf('}', at);
            var value = ReplyVariable.Clean(values[Text[(at + 1)..end]]);
            places.Add((text.Length, text.Length + value.Length));
            text.Append(value);
            at = end;
        }

        return new FilledReply(text.ToString(), places);
    }

    /// <summary>As it is screened and shown before it is signed.</summary>
    internal FilledReply WithExamples() => Fill(Examples).Taken ?? throw new InvalidOperationException("Examples were checked when the text was saved.");

    [JsonIgnore]
    public IReadOnlyDictionary<string, string> Examples => Variables.ToDictionary(variable => variable.Name, variable => variable.Example, StringComparer.Ordinal);

    internal string Write() => JsonSerializer.Serialize(this, JsonColumn.Options);

    /// <summary>
    /// What signatures are bound to: SHA-256 of the canonical JSON of every word and bound, where and until when it may be used, and of what screening saw in it.
    /// </summary>
    /// <param name="assessment">As it is kept.</param>
    /// <returns>Lower-case hex, 64 characters.</returns>
    public string DigestOf(Guid template, int version, string? assessment) => Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Encode(new JsonObject
    {
        ["v"] = 1,
        ["template"] = template.ToString(),
        ["version"] = version,
        ["name"] = Name,
        ["text"] = Text,
        ["variables"] = new JsonArray([.. Variables.Select(variable => (JsonNode)new JsonObject
        {
            ["name"] = variable.Name,
            ["kind"] = variable.Kind.ToString(),
            ["most"] = variable.Most,
            ["hosts"] = new JsonArray([.. variable.Hosts.Select(host => (JsonNode)host)]),
            ["example"] = variable.Example,
        })]),
        ["language"] = Language,
        ["labels"] = new JsonArray([.. Labels.Select(label => (JsonNode)label)]),
        ["sites"] = new JsonArray([.. Sites.Select(site => (JsonNode)site.ToString())]),
        ["accounts"] = new JsonArray([.. Accounts.Select(account => (JsonNode)account.ToString())]),
        ["lastDay"] = LastDay,
        ["assessment"] = Fingerprint.Of(assessment),
    })));

    private Refusal? CheckEnd(DateOnly today)
    {
        if (LibraryPicture.Day(LastDay) is not { } last)
            return new Refusal("no-end", "Give the last day on which it may be used.");
        return last < today || last > today.AddYears(1) ? new Refusal("bad-end", "The last day lies between today and a year from now: then somebody reads it again.") : null;
    }

    private Refusal? CheckGaps()
    {
        if (Gaps() is not { } gaps)
            return new Refusal("braces", "Braces stand around the name of a variable and nowhere else, as in “Hello {name}”.");
        var names = Variables.Select(variable => variable.Name).ToList();
        if (gaps.Except(names).FirstOrDefault() is { } unknown)
            return new Refusal("no-variable", $"The text has {{{unknown}}}, and nothing says what may go there.");
        return names.Except(gaps).FirstOrDefault() is { } unused ? new Refusal("unused", $"“{unused}” stands nowhere in the text. Write {{{unused}}} where it goes, or empty its row.") : null;
    }

    /// <returns>The names between braces; null where braces stand otherwise.</returns>
    private List<string>? Gaps()
    {
        var names = new List<string>();
        for (var at = Text.IndexOfAny(['{', '}']); at >= 0; at = Text.IndexOfAny(['{', '}'], at))
        {
            var end = Text.IndexOf('}', at);
            if (Text[at] == '}' || end < 0 || !ReplyVariable.IsName(Text[(at + 1)..end]))
                return null;
            names.Add(Text[(at + 1)..end]);
            at = end + 1;
        }

        return names;
    }
}

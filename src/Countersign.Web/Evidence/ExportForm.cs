using System.Globalization;
using Countersign.Evidence;
using Microsoft.Extensions.Primitives;

namespace Countersign.Web.Evidence;

/// <summary>An order as it stands in the page's address, in its form, and after --query.</summary>
/// <param name="Filter">What the audit page narrows by, too.</param>
/// <param name="At">Size of the checkpoint to export at.</param>
/// <param name="Reason">Why the ticked content is withheld.</param>
public sealed record ExportForm(AuditFilter Filter, Guid? Account, Guid? Draft, long? At, bool WithWords, IReadOnlyList<string> Withhold, string Reason)
{
    private static readonly string[] known = ["object", "person", "act", "refused", "from", "to", "q", "account", "draft", "at", "words", "withhold", "reason"];

    /// <returns>A sentence where a query names or says what no order knows: it would ask for more than was meant.</returns>
    public static string? WhyNot(IReadOnlyCollection<KeyValuePair<string, StringValues>> fields)
    {
        if (fields.Select(field => field.Key).Except(known, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            return $"\"{unknown}\" is nothing that entries can be chosen by. There are {string.Join(", ", known)}.";
        if (fields.FirstOrDefault(field => field.Value.Count > 1 && field.Key != "withhold").Key is { } twice)
            return $"\"{twice}\" is given more than once. Give one value, or export twice.";
        var form = Read(fields);
        (string Name, bool IsRead)[] values = [("person", form.Filter.Person is not null), ("account", form.Account is not null), ("draft", form.Draft is not null), ("at", form.At is not null), ("from", form.Order.From is not null), ("to", form.Order.To is not null)];
        return values.FirstOrDefault(value => !value.IsRead && fields.Any(field => field.Key == value.Name && !StringValues.IsNullOrEmpty(field.Value))).Name is { } name
            ? $"What \"{name}\" is given cannot be read. A person, an account and a draft have identifiers, \"at\" is a size of the log, \"from\" and \"to\" are days as 2026-11-30."
            : null;
    }

    public static ExportForm Read(IEnumerable<KeyValuePair<string, StringValues>> fields)
    {
        var given = fields.ToDictionary(field => field.Key, field => field.Value, StringComparer.Ordinal);
        string? One(string name) => given.GetValueOrDefault(name).FirstOrDefault() is { Length: > 0 } text ? text : null;
        Guid? Id(string name) => Guid.TryParse(One(name)?.Trim().TrimEnd('/').Split('/')[^1], out var id) ? id : null;
        return new ExportForm(
            AuditFilter.Read(One("object"), Id("person"), One("act"), One("refused") == "true", One("from"), One("to"), One("q"), null),
            Id("account"),
            Id("draft"),
            long.TryParse(One("at"), NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : null,
            One("words") == "true",
            [.. given.GetValueOrDefault("withhold").OfType<string>()],
            One("reason")?.Trim() ?? "");
    }

    public EvidenceOrder Order
    {
        get
        {
            var question = Filter.Question;
            return new EvidenceOrder
            {
                From = question.From,
                To = question.To,
                Person = Filter.Person,
                Account = Account,
                Draft = Draft,
                Object = Filter.Object,
                Act = Filter.Act,
                RefusedOnly = Filter.Refused,
                Text = Filter.Text,
                At = At,
                WithWords = WithWords,
                Withheld = Withhold.Distinct(StringComparer.Ordinal).ToDictionary(commitment => commitment, _ => Reason, StringComparer.Ordinal),
            };
        }
    }

    /// <summary>The fields that say which entries, for the form that orders them.</summary>
    public IEnumerable<(string Name, string Value)> Chosen => new (string Name, string? Value)[]
    {
        ("object", Filter.Object), ("person", Filter.Person?.ToString()), ("act", Filter.Act), ("refused", Filter.Refused ? "true" : null), ("from", Filter.From), ("to", Filter.To),
        ("q", Filter.Text), ("account", Account?.ToString()), ("draft", Draft?.ToString()), ("at", At?.ToString(CultureInfo.InvariantCulture)),
    }.Where(part => part.Value is not null).Select(part => (part.Name, part.Value!));
}

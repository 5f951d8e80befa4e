using System.Globalization;
using System.Net;
using System.Text;
using Countersign.Evidence;
using Countersign.Ledger;
using Countersign.Storage;

namespace Countersign.Web.Evidence;

/// <summary>The chosen entries as tables: for a spreadsheet, and as a page to read and print.</summary>
internal sealed class PackTables(PackFiles files, EvidenceOrder order, Withheld withheld, LedgerCheckpoint checkpoint, string origin, string anchor)
{
    /// <summary>Rows of the page; the spreadsheet has all.</summary>
    private const int MostRows = 5_000;

    /// <summary>Of its own, because the page opens anywhere, from a folder, with nothing of ours running.</summary>
    public const string Style = """
        body { font: 14px/1.5 system-ui, sans-serif; color: #191e28; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
        table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: 4px 8px; border-bottom: 1px solid #c9c7c2; overflow-wrap: anywhere; }
        code { font-size: 12px; } .refused { color: #a71a1b; } thead { display: table-header-group; } tr { break-inside: avoid; }
        @page { margin: 16mm; } @media print { body { margin: 0; max-width: none; font-size: 10pt; } a { color: inherit; text-decoration: none; } }
        """;

    private readonly List<string[]> rows = [];
    private readonly SortedDictionary<string, string> people = new(StringComparer.Ordinal);
    private readonly StringBuilder page = new();

    /// <summary>The earliest and the latest time that the entries state.</summary>
    public DateTimeOffset? First { get; private set; }

    public DateTimeOffset? Last { get; private set; }

    public void Add(AuditEntry entry, IReadOnlyDictionary<Guid, string> names)
    {
        if (entry.IsReadable)
        {
            First = First is null || entry.At < First ? entry.At : First;
            Last = Last is null || entry.At > Last ? entry.At : Last;
        }

        var who = withheld.Who(entry, order.WithWords);
        var thing = EntryReading.Ids(entry.Object).Select(id => names.GetValueOrDefault(id)).FirstOrDefault(name => name is not null);
        var why = entry.Read()["why"]?.GetValue<string>();
        AddPerson(entry);
        rows.Add([
            entry.Index!.Value.ToString(CultureInfo.InvariantCulture), Instant(entry.At), entry.ActorId.ToString(), who, entry.Act, entry.Object, thing ?? "",
            entry.IsReadable ? entry.Ok ? "done" : "refused" : "not readable", why ?? "", TreeHash.OfLeaf(entry.Leaf).ToHex(),
        ]);
        if (rows.Count <= MostRows)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr{(entry.Ok ? "" : " class=\"refused\"")}><td>{entry.Index}</td><td>{Instant(entry.At)}</td><td>{Safe(who)}</td>");
            page.Append(CultureInfo.InvariantCulture, $"<td>{Safe(entry.IsReadable ? $"{AuditWords.Verb(entry.Act)} {thing}" : "bytes that are no entry")}</td><td>{Safe(why is null ? "" : AuditWords.Why(why))}</td></tr>\n");
        }
    }

    /// <summary>Who did it, also where the entry itself is in no table.</summary>
    public void AddPerson(AuditEntry entry)
    {
        if (order.WithWords && entry.ActorId != Guid.Empty && entry.IsReadable)
            people[entry.ActorId.ToString()] = withheld.Nameless.Contains(entry.ActorId) ? "withheld" : entry.Actor;
    }

    /// <param name="kept">Pieces of content that are withheld.</param>
    public async Task FinishAsync(int kept)
    {
        await files.WriteAsync("index.csv", Csv([["entry", "time_utc", "person", "name", "act", "object", "called", "outcome", "reason", "leaf_sha256"], .. rows]));
        if (order.WithWords)
            await files.WriteAsync("people.csv", Csv([["person", "name"], .. people.Select(pair => (string[])[pair.Key, pair.Value])]));
        await files.WriteAsync("index.html", Page(kept));
    }

    /// <summary>RFC 4180. A cell that a spreadsheet would take for a formula begins with an apostrophe.</summary>
    public static string Csv(IEnumerable<string[]> lines) => string.Concat(lines.Select(line => string.Join(',', line.Select(Cell)) + "\r\n"));

    public static string Instant(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";

    private static string Cell(string text)
    {
        var safe = text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? $"'{text}" : text;
        return safe.AsSpan().ContainsAny(",\"\r\n") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }

    private static string Safe(string text) => WebUtility.HtmlEncode(text);

    private string Page(int kept) => $"""
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Evidence from {Safe(origin)}</title><style>
        {Style}
        </style></head>
        <body>
        <h1>Evidence from the audit trail of {Safe(origin)}</h1>
        <p>{rows.Count.ToString("N0", CultureInfo.InvariantCulture)} entries were asked for, of {checkpoint.Size.ToString("N0", CultureInfo.InvariantCulture)} that the trail had when its checkpoint was signed, {Instant(checkpoint.At)}.{(rows.Count > MostRows ? $" This page shows the first {MostRows.ToString("N0", CultureInfo.InvariantCulture)}; index.csv has all." : "")}</p>
        <p>{Safe(anchor)}</p>
        <p>{(kept > 0 ? $"{kept} pieces of content are withheld; withheld.csv lists each with the reason. " : "")}{(order.WithWords ? "Names and words are personal data." : "Names and words were left out on request.")} How to verify all of this without the program that wrote it: README.txt.</p>
        <table>
        <thead><tr><th scope="col">Entry</th><th scope="col">Time</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">Why</th></tr></thead>
        <tbody>
        {page}</tbody>
        </table>
        <h2>The signed checkpoint</h2>
        <pre><code>{Safe(checkpoint.Note)}</code></pre>
        </body>
        </html>

        """;
}

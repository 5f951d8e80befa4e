using System.Globalization;
using System.Text;
using Countersign.Decisions;
using CsvHelper;
using CsvHelper.Configuration;

namespace Countersign.Publishing;

/// <summary>Something wrong, or worth knowing, about one row of a file.</summary>
/// <param name="Line">Of the file, from 1, where the row begins; a cell may hold several lines.</param>
/// <param name="Column">As the file's first line calls it; empty where the whole row is meant.</param>
/// <param name="Expected">What would be right; empty where nothing has to be done.</param>
/// <param name="Stops">Nothing is saved while it is there.</param>
public sealed record ImportProblem(int Line, string Column, string What, string Expected, bool Stops = true);

/// <summary>A row as it stands in the file.</summary>
public sealed record ImportCells(int Line, IReadOnlyDictionary<string, string> Cells)
{
    /// <summary>Empty where the file has no such column.</summary>
    public string this[string column] => Cells.GetValueOrDefault(column, "");
}

/// <summary>A file of posts, read as far as its form goes: encoding, separator, columns, rows. What the cells mean is judged later.</summary>
public sealed record ImportFile(string Encoding, string Separator, IReadOnlyList<ImportCells> Rows, IReadOnlyList<ImportProblem> Problems)
{
    public const int MostRows = 5_000;

    /// <summary>Bytes: 5,000 long posts in UTF-16.</summary>
    public const int MostBytes = 10 * 1024 * 1024;

    public const string Text = "text";
    public const string Accounts = "accounts";
    public const string Date = "date";
    public const string Time = "time";
    public const string Zone = "zone";
    public const string Pictures = "pictures";
    public const string AltTexts = "alt texts";

    public static readonly IReadOnlyList<string> Columns = [Text, Accounts, Date, Time, Zone, Pictures, AltTexts];

    private static readonly string[] separators = [",", ";", "\t"];

    public static Decision<ImportFile> Read(byte[] bytes)
    {
        if (bytes.Length == 0)
            return new Refusal("empty-file", "That file is empty.");
        if (bytes.Length > MostBytes)
            return new Refusal("too-large", $"That file has {bytes.Length / 1048576.0:0.0} MB; {MostBytes / 1048576} MB is the most.");
        var (text, encoding) = Decode(bytes);
        if (text.AsSpan().IndexOf('\0') >= 0)
            return new Refusal("not-text", "That is no text file. Save the sheet as CSV first.");
        var separator = SeparatorOf(text);
        var problems = new List<ImportProblem>();
        var rows = ReadRows(text, separator, problems, out var refusal);
        return refusal is not null ? refusal : new ImportFile(encoding, separator == "\t" ? "tab" : separator, rows, problems);
    }

    /// <summary>By its mark; without one UTF-16 shows by its zeros, and what is no UTF-8 is taken for the code page of Windows in western Europe.</summary>
    private static (string Text, string Name) Decode(byte[] bytes)
    {
        ReadOnlySpan<byte> all = bytes;
        if (all.StartsWith(System.Text.Encoding.UTF8.Preamble))
            return (System.Text.Encoding.UTF8.GetString(all[3..]), "UTF-8, marked");
        if (all.StartsWith(System.Text.Encoding.Unicode.Preamble))
            return (System.Text.Encoding.Unicode.GetString(all[2..]), "UTF-16");
        if (all.StartsWith(System.Text.Encoding.BigEndianUnicode.Preamble))
            return (System.Text.Encoding.BigEndianUnicode.GetString(all[2..]), "UTF-16, big end first");
        var head = all[..Math.Min(all.Length, 512)];
        var (even, odd) = (0, 0);
        for (var at = 0; at < head.Length; at++)
        {
            if (head[at] == 0)
                _ = at % 2 == 0 ? even++ : odd++;
        }

        if (odd > head.Length / 4)
            return (System.Text.Encoding.Unicode.GetString(all), "UTF-16, by its zeros");
        if (even > head.Length / 4)
            return (System.Text.Encoding.BigEndianUnicode.GetString(all), "UTF-16, big end first, by its zeros");
        try
        {
            return (new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(all), "UTF-8");
        }
        catch (DecoderFallbackException)
        {
            return (CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetString(all), "Windows-1252");
        }
    }

    /// <summary>The one that the first line has most of; quoted cells do not count.</summary>
    private static string SeparatorOf(string text)
    {
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        var head = end < 0 ? text : text[..end];
        var outside = string.Concat(head.Split('"').Where((_, at) => at % 2 == 0));
        return separators.MaxBy(separator => outside.Split(separator).Length)!;
    }

    private static List<ImportCells> ReadRows(string text, string separator, List<ImportProblem> problems, out Refusal? refusal)
    {
        refusal = null;
        var rows = new List<ImportCells>();
        var broken = new HashSet<int>();
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = separator,
            DetectDelimiter = false,
            IgnoreBlankLines = false,
            BadDataFound = bad => broken.Add(bad.Context.Parser!.Row),
        };
        using var parser = new CsvParser(new StringReader(text), configuration);
        if (!parser.Read())
        {
            refusal = new Refusal("empty-file", "That file is empty.");
            return rows;
        }

        var header = parser.Record!.Select(Fold).ToList();
        if (Wrong(header) is { } wrong)
        {
            refusal = wrong;
            return rows;
        }

        while (true)
        {
            // The parser counts the lines it has read; the next row begins on the one after.
            var line = parser.RawRow + 1;
            if (!parser.Read())
                return rows;
            var cells = parser.Record!;
            if (cells.All(string.IsNullOrWhiteSpace))
                continue;
            if (rows.Count == MostRows)
            {
                refusal = new Refusal("too-many-rows", $"The file has more than {MostRows:N0} rows. Split it.");
                return rows;
            }

            if (broken.Contains(parser.Row))
                problems.Add(new ImportProblem(line, "", "A quotation mark stands in the middle of a cell.", "Put the whole cell in quotation marks, and double those inside."));
            else if (cells.Length > header.Count)
                problems.Add(new ImportProblem(line, "", $"The row has {cells.Length} cells, the first line names {header.Count}.", "Put cells that hold the separator in quotation marks."));
            rows.Add(new ImportCells(line, header.Zip(cells).Where(pair => pair.First.Length > 0).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal)));
        }
    }

    private static Refusal? Wrong(List<string> header)
    {
        if (header.FirstOrDefault(name => name.Length > 0 && !Columns.Contains(name)) is { } unknown)
            return new Refusal("unknown-column", $"The first line names “{unknown}”, which is no column here. Known are: {string.Join(", ", Columns)}.");
        if (header.Where(name => name.Length > 0).GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { Key: var twice })
            return new Refusal("column-twice", $"The first line names “{twice}” twice.");
        return ((string[])[Text, Accounts]).FirstOrDefault(name => !header.Contains(name)) is { } missing
            ? new Refusal("no-column", $"The first line does not name “{missing}”. Take the template as a start.")
            : null;
    }

    private static string Fold(string name) => name.Trim().ToLowerInvariant();
}

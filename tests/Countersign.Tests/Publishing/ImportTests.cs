using System.Globalization;
using System.Text;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Publishing;

public sealed class ImportTests
{
    private const string London = "Europe/London";
    private const string Head = "text,accounts,date,time,zone";

    public static TheoryData<string, string> Encodings => new()
    {
        { "utf-8", "UTF-8" },
        { "utf-8 marked", "UTF-8, marked" },
        { "utf-16", "UTF-16" },
        { "utf-16 unmarked", "UTF-16, by its zeros" },
        { "utf-16be", "UTF-16, big end first" },
        { "windows-1252", "Windows-1252" },
    };

    [Theory, MemberData(nameof(Encodings))]
    public void Each_encoding_a_spreadsheet_writes_is_read_and_named(string written, string named)
    {
        const string Sheet = "text;accounts\r\nCafé “crème”, £5;Leeds\r\n";
        byte[] bytes = written switch
        {
            "utf-8" => Encoding.UTF8.GetBytes(Sheet),
            "utf-8 marked" => [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(Sheet)],
            "utf-16" => [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Sheet)],
            "utf-16 unmarked" => Encoding.Unicode.GetBytes(Sheet),
            "utf-16be" => [.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes(Sheet)],
            _ => CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetBytes(Sheet),
        };

        var file = Taken(ImportFile.Read(bytes));

        Assert.Equal((named, ";"), (file.Encoding, file.Separator));
        Assert.Equal("Café “crème”, £5", Assert.Single(file.Rows)[ImportFile.Text]);
    }

    [Theory]
    [InlineData(",", ",")]
    [InlineData(";", ";")]
    [InlineData("\t", "tab")]
    public void Cells_hold_separators_quotation_marks_and_line_breaks_and_lines_are_counted_as_an_editor_does(string separator, string named)
    {
        var file = Read(string.Join(separator, "Text", "ACCOUNTS") + "\r\n" + string.Join(separator, $"\"One{separator} \"\"two\"\"\r\nthree\"", "Leeds") + "\r\n\r\n" + string.Join(separator, "Last", "York"));

        Assert.Equal(named, file.Separator);
        Assert.Equal([2, 5], file.Rows.Select(row => row.Line));
        Assert.Equal($"One{separator} \"two\"\r\nthree", file.Rows[0][ImportFile.Text]);
        Assert.Empty(file.Problems);
    }

    [Theory]
    [InlineData("words,accounts\na,b", "unknown-column")]
    [InlineData("text,accounts,text\na,b,c", "column-twice")]
    [InlineData("text,date\na,b", "no-column")]
    [InlineData("", "empty-file")]
    public void A_file_whose_first_line_makes_no_sense_is_refused_by_name(string sheet, string code) =>
        Refused(code, ImportFile.Read(Encoding.UTF8.GetBytes(sheet)));

    [Fact]
    public void What_is_no_text_and_what_is_too_long_is_refused()
    {
        Refused("not-text", ImportFile.Read([.. "PK"u8, 3, 4, 0, 0, 1, 2, .. Encoding.UTF8.GetBytes(new string('x', 100))]));
        Refused("too-large", ImportFile.Read(new byte[ImportFile.MostBytes + 1]));
        Refused("too-many-rows", ImportFile.Read(Encoding.UTF8.GetBytes("text,accounts\n" + string.Concat(Enumerable.Repeat("a,b\n", ImportFile.MostRows + 1)))));
        Assert.Equal(ImportFile.MostRows, Read("text,accounts\n" + string.Concat(Enumerable.Repeat("a,b\n", ImportFile.MostRows))).Rows.Count);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Every_problem_of_every_row_is_listed_with_its_line_and_column_and_nothing_is_saved(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (hannah, sandbox) = (await here.WhoAsync("Hannah"), await here.AccountAsync("sandbox"));
        var day = DayIn(here, 30);

        var seen = await CheckAsync(here, hannah,
            $",{sandbox.Title},,,",
            "No such place,Leeds,,,",
            $"Nowhere,,{day},09:00,",
            $"Half a time,{sandbox.Title},{day},,",
            $"Bad date,{sandbox.Title},30/11/2026,9am,",
            $"Bad zone,{sandbox.Title},{day},09:00,Europe/Leeds",
            $"In the gap,{sandbox.Title},2027-03-28,01:30,",
            $"Twice that night,{sandbox.Title},2027-10-31,01:30,",
            $"Past,{sandbox.Title},2020-01-01,09:00,",
            $"Same,{sandbox.Title},{day},10:00,",
            $"same ,{sandbox.Title},{day},10:00,",
            $"Cut \"off\" here,{sandbox.Title},,,",
            $"Too many,{sandbox.Title},,,,extra",
            $"Fine,{sandbox.Title},{day},11:00,Asia/Tokyo");

        Assert.False(seen.MaySave);
        Assert.Equal(
            [
                (2, "text"), (3, "accounts"), (4, "accounts"), (5, "time"), (6, "date"), (7, "zone"), (8, "time"), (9, "time"), (10, "date"), (12, ""), (14, ""),
            ],
            seen.Problems.Where(problem => problem.Stops && problem.Line != 13).Select(problem => (problem.Line, problem.Column)));
        Assert.Contains("line 11", seen.Problems.Single(problem => problem.Line == 12).What, StringComparison.Ordinal);
        Assert.All(seen.Problems.Where(problem => problem.Stops), problem => Assert.NotEmpty(problem.Expected));
        Assert.Equal(0, await here.ReadAsync(db => db.Drafts.CountAsync()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Findings_and_what_stands_already_are_told_and_stop_nothing(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (hannah, sandbox) = (await here.WhoAsync("Hannah"), await here.AccountAsync("sandbox"));
        var day = DayIn(here, 30);
        Taken(await here.ComposeAsync(Guid.CreateVersion7(), hannah, "Standing already", [sandbox.Id], slot: (day, "09:00", London)));

        var seen = await CheckAsync(here, hannah, $"Standing   already,{sandbox.Title},{day},9:00:00,", $"Harcastle heaters catch fire. Obviously guilty.,{sandbox.Title},,,");

        Assert.True(seen.MaySave);
        Assert.Contains(seen.Problems, problem => problem is { Line: 2, Stops: false } && problem.What.Contains("already", StringComparison.Ordinal));
        Assert.Contains(seen.Problems, problem => problem is { Line: 3, Column: "text", Stops: false });
        Assert.Equal((day, "09:00", London), (seen.Rows[0].Form.Date, seen.Rows[0].Form.Time, seen.Rows[0].Form.Zone));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Rows_become_drafts_of_their_own_author_once_however_often_it_is_asked(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (hannah, sandbox) = (await here.WhoAsync("Hannah"), await here.AccountAsync("sandbox"));
        var rows = Enumerable.Range(1, (2 * ImportDrafts.BatchSize) + 3).Select(number => $"Post {number},{sandbox.Title},{DayIn(here, 30 + number)},09:00,").ToArray();
        var bytes = Encoding.UTF8.GetBytes(string.Join("\n", [Head, .. rows]));
        var import = Taken(await here.UseAsync<ImportDrafts, Decision<DraftImport>>(slice => slice.BringAsync("posts.csv", bytes, hannah, default)));
        var seen = await CheckAsync(here, hannah, rows);

        Taken(await here.UseAsync<ImportDrafts, Decision<ImportConfirmed>>(slice => slice.ConfirmAsync(import.Id, seen, hannah, default)));
        Refused("confirmed", await here.UseAsync<ImportDrafts, Decision<ImportConfirmed>>(slice => slice.ConfirmAsync(import.Id, seen, hannah, default)));
        for (var time = 0; time < 2; time++)
            Assert.Null(await here.UseAsync<ImportDrafts, Refusal?>(slice => slice.SaveAsync(import.Id, seen, hannah, null, default)));

        var drafts = await here.ReadAsync(db => db.Drafts.AsNoTracking().ToListAsync());
        Assert.Equal(rows.Length, drafts.Count);
        Assert.All(drafts, draft => Assert.Equal((hannah.Id, DraftStage.Draft, 1), (draft.AuthorId, draft.Stage, draft.Version)));
        Assert.Equal(rows.Length, (await here.SqlAsync("select 1 from ledger_event where act = 'draft.composed'")).Count);
        Assert.Single(await here.SqlAsync("select 1 from ledger_event where act = 'import.confirmed'"));
        Assert.Equal((ImportState.Saved, rows.Length, 0), await here.ReadAsync(async db => await db.DraftImports.AsNoTracking().SingleAsync() is var row ? (row.State, row.Saved, row.Bytes.Length) : default));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_row_that_is_refused_at_the_last_moment_takes_all_of_it_back(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (hannah, ada, sandbox) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Ada"), await here.AccountAsync("sandbox"));
        var newsroom = await here.AccountAsync("newsroom");
        string[] rows = [.. Enumerable.Range(1, ImportDrafts.BatchSize + 2).Select(number => $"Post {number},{sandbox.Title},,,"), $"The last,{newsroom.Title},,,"];
        var import = Taken(await here.UseAsync<ImportDrafts, Decision<DraftImport>>(slice => slice.BringAsync("posts.csv", Encoding.UTF8.GetBytes(string.Join("\n", [Head, .. rows])), hannah, default)));
        var seen = await CheckAsync(here, hannah, rows);
        Taken(await here.UseAsync<ImportDrafts, Decision<ImportConfirmed>>(slice => slice.ConfirmAsync(import.Id, seen, hannah, default)));
        Taken(await here.UseAsync<Countersign.Accounts.DisconnectAccount, Decision<Countersign.Accounts.AccountDisconnected>>(slice => slice.RunAsync(newsroom.Id, ada, default)));

        var refusal = await here.UseAsync<ImportDrafts, Refusal?>(slice => slice.SaveAsync(import.Id, seen, hannah, null, default));

        Assert.Equal("no-account", refusal!.Code);
        Assert.Contains($"Line {rows.Length + 1}:", refusal.Sentence, StringComparison.Ordinal);
        Assert.All(await here.ReadAsync(db => db.Drafts.AsNoTracking().ToListAsync()), draft => Assert.Equal(DraftStage.Withdrawn, draft.Stage));
        Assert.Equal(ImportState.TakenBack, await here.ReadAsync(db => db.DraftImports.Select(row => row.State).SingleAsync()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Nobody_brings_rows_who_does_not_write_or_sees_those_of_another(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (hannah, bea, ned, sandbox) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"), await here.WhoAsync("Ned"), await here.AccountAsync("sandbox"));
        var bytes = Encoding.UTF8.GetBytes($"{Head}\nWords,{sandbox.Title},,,");
        Refused("not-entitled", await here.UseAsync<ImportDrafts, Decision<DraftImport>>(slice => slice.BringAsync("posts.csv", bytes, ned, default)));
        var import = Taken(await here.UseAsync<ImportDrafts, Decision<DraftImport>>(slice => slice.BringAsync("posts.csv", bytes, hannah, default)));

        Assert.Null(await here.UseAsync<ImportDrafts, DraftImport?>(slice => slice.FindAsync(import.Id, bea, default)));
        Refused("no-import", await here.UseAsync<ImportDrafts, Decision<ImportConfirmed>>(async slice => await slice.ConfirmAsync(import.Id, await CheckAsync(here, bea, $"Words,{sandbox.Title},,,"), bea, default)));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Pictures_of_rows_are_asked_for_their_licences_at_the_rows_time_as_in_the_composer(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (hannah, sandbox) = (await here.WhoAsync("Hannah"), await here.AccountAsync("sandbox"));
        var known = Taken(await here.UseAsync<AddPicture, Decision<Media>>(add => add.RunAsync(SomePicture.Png(), hannah, default)));
        var stray = Taken(await here.UseAsync<AddPicture, Decision<Media>>(add => add.RunAsync(SomePicture.TakenAtAPlace(), hannah, default)));
        Taken(await here.UseAsync<KeepPicture, Decision<LibraryPicture>>(keep => keep.RunAsync(known.Sha256, LibraryTests.ARecord() with { LicenceUntil = DayIn(here, 2) }, hannah, default)));
        var sheet = Read(string.Join("\n", Head + ",pictures,alt texts", $"In time,{sandbox.Title},{DayIn(here, 1)},09:00,,{known.Sha256},A dot", $"Too late,{sandbox.Title},{DayIn(here, 3)},09:00,,{known.Sha256},A dot", $"Of nobody,{sandbox.Title},{DayIn(here, 3)},10:00,,{stray.Sha256},A dot"));

        var check = await here.UseAsync<CheckImport, CheckedImport>(import => import.RunAsync(sheet, London, hannah, null, default));

        var said = check.Problems.Where(problem => problem.Column == ImportFile.Pictures).ToList();
        Assert.Equal([2, 3, 4], said.Select(problem => problem.Line));
        Assert.Contains("may be shown until", said[0].What, StringComparison.Ordinal);
        Assert.Matches("^The licence of .* ends on .* It cannot be sent until that is mended.$", said[1].What);
        Assert.Contains("Nothing is recorded", said[2].What, StringComparison.Ordinal);
        Assert.All(said, problem => Assert.False(problem.Stops));
        Assert.Equal(3, check.Rows.Count);
    }

    /// <summary>How long the largest file takes is written to the test's output; with --long it is the largest.</summary>
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_file_of_the_most_rows_is_judged_and_saved_whole(DatabaseKind kind)
    {
        var rows = Run.Long ? ImportFile.MostRows : 200;
        await using var here = await NorthgateAsync(kind, RecordingNetwork.Instead(new RecordingNetwork()));
        var hannah = await here.WhoAsync("Hannah");
        var newsroom = await here.AccountAsync("newsroom");
        var begin = here.Clock.GetUtcNow().AddDays(1);
        var sheet = string.Join("\n", Enumerable.Range(0, rows).Select(row => begin.AddMinutes(30 * row)).Select((at, row) => $"We measure flow with no moving parts: note {row} of our winter series on calibration.,{newsroom.Handle},{at:yyyy-MM-dd},{at:HH:mm},UTC").Prepend(Head));
        var import = Taken(await here.UseAsync<ImportDrafts, Decision<DraftImport>>(slice => slice.BringAsync("winter.csv", Encoding.UTF8.GetBytes(sheet), hannah, default)));

        var judging = System.Diagnostics.Stopwatch.StartNew();
        var seen = await here.UseAsync<CheckImport, CheckedImport>(check => check.RunAsync(Read(sheet), London, hannah, null, default));
        var judged = judging.Elapsed;
        Assert.True(seen.MaySave, string.Join(" ", seen.Problems.Where(problem => problem.Stops).Take(3).Select(problem => problem.What)));
        Taken(await here.UseAsync<ImportDrafts, Decision<ImportConfirmed>>(slice => slice.ConfirmAsync(import.Id, seen, hannah, default)));
        var saving = System.Diagnostics.Stopwatch.StartNew();
        Assert.Null(await here.UseAsync<ImportDrafts, Refusal?>(slice => slice.SaveAsync(import.Id, seen, hannah, null, default)));
        TestContext.Current.TestOutputHelper!.WriteLine($"{kind}: {rows} rows judged in {judged.TotalSeconds:0.0} s, saved in {saving.Elapsed.TotalSeconds:0.0} s");

        Assert.Equal(rows, await here.ReadAsync(db => db.Drafts.CountAsync()));
        var saved = await here.ReadAsync(db => db.DraftImports.AsNoTracking().SingleAsync());
        Assert.Equal((ImportState.Saved, rows), (saved.State, saved.Saved));
    }

    private static string DayIn(AnInstallation here, int days) => here.Clock.GetUtcNow().AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static ImportFile Read(string sheet) => Taken(ImportFile.Read(Encoding.UTF8.GetBytes(sheet)));

    private static Task<CheckedImport> CheckAsync(AnInstallation here, Actor by, params string[] rows) =>
        here.UseAsync<CheckImport, CheckedImport>(check => check.RunAsync(Read(string.Join("\n", [Head, .. rows])), London, by, null, default));
}

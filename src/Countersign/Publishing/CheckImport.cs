using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Planning;
using Countersign.Screening;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>How far a long piece of work is.</summary>
public sealed record ImportProgress(string Step, int Done, int Of);

/// <summary>A row that could become a draft.</summary>
public sealed record ImportRow(int Line, DraftForm Form, IReadOnlyList<string> Accounts, DateTimeOffset? At);

/// <summary>A file judged, row by row. Nothing of it is saved.</summary>
public sealed record CheckedImport(ImportFile File, IReadOnlyList<ImportRow> Rows, IReadOnlyList<ImportProblem> Problems)
{
    public int Stopping => Problems.Count(problem => problem.Stops);

    public bool MaySave => Stopping == 0 && Rows.Count > 0;
}

/// <summary>Judges every row of a file as composing would, and lists all that is wrong at once.</summary>
public sealed class CheckImport(CountersignDb db, DraftScreening screening, Renderings renderings, PictureRights rights, PlanningReader planning, TimeProvider clock)
{
    private const int ReportEvery = 20;
    private static readonly char[] between = ['|', ';', '\n'];
    private static readonly DraftStage[] open = [DraftStage.Draft, DraftStage.AwaitingApproval, DraftStage.Returned, DraftStage.Held, DraftStage.Approved];

    private sealed record Context(IReadOnlyList<Account> Accounts, PlanningCalendar Calendar, HashSet<(string Text, Guid Account, DateTimeOffset? At)> Standing, Actor By, DateTimeOffset Now, string Zone);

    /// <param name="zone">IANA name: for rows that name none.</param>
    public async Task<CheckedImport> RunAsync(ImportFile file, string zone, Actor by, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        var standing = await db.Drafts.AsNoTracking().Where(draft => open.Contains(draft.Stage)).Select(draft => new { draft.Text, draft.AccountIds, draft.Slot }).ToListAsync(cancellationToken);
        var context = new Context(
            await db.Accounts.AsNoTracking().Where(account => account.State != AccountState.Disconnected).ToListAsync(cancellationToken),
            await planning.ReadAsync(cancellationToken),
            [.. standing.SelectMany(draft => draft.AccountIds.Select(account => (Same(draft.Text), account, draft.Slot?.Instant)))],
            by,
            clock.GetUtcNow(),
            zone);
        var problems = new List<ImportProblem>(file.Problems);
        var rows = new List<ImportRow>();
        var seen = new Dictionary<(string Text, Guid Account, DateTimeOffset? At), int>();
        var broken = file.Problems.Select(problem => problem.Line).ToHashSet();
        for (var at = 0; at < file.Rows.Count; at++)
        {
            if (at % ReportEvery == 0)
                progress?.Report(new ImportProgress("Reading rows", at, file.Rows.Count));
            if (!broken.Contains(file.Rows[at].Line) && await JudgeAsync(file.Rows[at], context, seen, problems, cancellationToken) is { } row)
                rows.Add(row);
        }

        if (file.Rows.Count == 0)
            problems.Add(new ImportProblem(1, "", "There is no row below the first line.", "One row for each post."));
        return new CheckedImport(file, rows, [.. problems.OrderBy(problem => problem.Line).ThenByDescending(problem => problem.Stops)]);
    }

    private async Task<ImportRow?> JudgeAsync(ImportCells cells, Context context, Dictionary<(string, Guid, DateTimeOffset?), int> seen, List<ImportProblem> problems, CancellationToken cancellationToken)
    {
        var before = problems.Count(problem => problem.Stops);
        void Stop(string column, string what, string expected) => problems.Add(new ImportProblem(cells.Line, column, what, expected));
        void Tell(string column, string what) => problems.Add(new ImportProblem(cells.Line, column, what, "", Stops: false));

        var text = cells[ImportFile.Text].ReplaceLineEndings("\n").Trim();
        if (text.Length == 0)
            Stop(ImportFile.Text, "The post has no words.", "What the post says");
        else if (text.Length > Draft.MaxText)
            Stop(ImportFile.Text, $"The text has {text.Length:N0} characters.", $"{Draft.MaxText:N0} characters at most");
        var accounts = AccountsOf(cells, context, Stop);
        var slot = SlotOf(cells, context, Stop);
        var pictures = await PicturesOfAsync(cells, context, Stop, cancellationToken);
        if (slot is not null)
            JudgeTime(slot, accounts, context, Stop, Tell);
        foreach (var account in accounts)
        {
            var key = (Same(text), account.Id, slot?.Instant);
            if (!seen.TryAdd(key, cells.Line))
                Stop("", $"It says the same as line {seen[key]}, on {account.Title} at the same time.", "One row for each post");
            else if (context.Standing.Contains(key))
                Tell("", $"The same words stand on {account.Title} at the same time already.");
        }

        if (problems.Count(problem => problem.Stops) > before)
            return null;
        // Without a time it would go out as soon as it is signed, so what holds now counts.
        var shownAt = slot?.Instant ?? context.Now;
        foreach (var obstacle in await rights.AgainstAsync(pictures, shownAt, cancellationToken))
            Tell(ImportFile.Pictures, $"{obstacle.Sentence} It cannot be sent until that is mended.");
        foreach (var warning in await rights.WarningsAsync(pictures, shownAt, cancellationToken))
            Tell(ImportFile.Pictures, warning.Sentence);
        var body = new Composition(text, pictures, PostShape.Plain);
        var (assessment, _) = await screening.ScreenAsync(body, accounts, cancellationToken);
        foreach (var finding in assessment.Findings.OrderByDescending(finding => finding.Decision))
            Tell(ImportFile.Text, $"{finding.Rule}, {finding.Title}: {(finding.Words.Length is > 0 and <= 80 ? $"“{finding.Words}”. " : "")}{finding.Why}{(finding.Decision == Strength.Block ? " It cannot be sent until that is mended." : "")}");
        foreach (var rendering in await renderings.OfAsync(body, accounts, cancellationToken))
        {
            foreach (var objection in rendering.Objections)
                Tell(ImportFile.Text, $"{rendering.Title}: {objection}");
        }

        return new ImportRow(
            cells.Line,
            new DraftForm(0, text, [.. pictures.Select(picture => (picture.Sha256, picture.Alt))], [.. accounts.Select(account => account.Id)], slot?.Local[..10], slot?.Local[11..16], slot?.Zone),
            [.. accounts.Select(account => account.Title)],
            slot?.Instant);
    }

    private static List<Account> AccountsOf(ImportCells cells, Context context, Action<string, string, string> stop)
    {
        var chosen = new List<Account>();
        foreach (var name in cells[ImportFile.Accounts].Split(between, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var found = context.Accounts.Where(account => Is(account.Title, name) || Is(account.Handle, name) || Is($"{account.Network}:{account.Handle}", name)).ToList();
            if (found.Count == 0)
                stop(ImportFile.Accounts, $"There is no account “{name}”.", $"One of: {string.Join(", ", context.Accounts.Where(account => context.By.Holds(Role.Author, account.Ref)).Select(account => account.Title).Take(8))}");
            else if (found.Count > 1)
                stop(ImportFile.Accounts, $"“{name}” is the name of {found.Count} accounts.", $"One of: {string.Join(", ", found.Select(account => $"{account.Network}:{account.Handle}"))}");
            else if (!context.By.Holds(Role.Author, found[0].Ref))
                stop(ImportFile.Accounts, $"You do not write for “{name}”.", "An account you hold the Author role for");
            else if (!chosen.Contains(found[0]))
                chosen.Add(found[0]);
        }

        if (cells[ImportFile.Accounts].Trim().Length == 0)
            stop(ImportFile.Accounts, "No account is named.", "The account’s name; several with | between");
        return chosen;
    }

    private static Slot? SlotOf(ImportCells cells, Context context, Action<string, string, string> stop)
    {
        var (date, time, zone) = (cells[ImportFile.Date].Trim(), cells[ImportFile.Time].Trim(), cells[ImportFile.Zone].Trim());
        if (date.Length == 0 && time.Length == 0)
            return null;
        if (date.Length == 0 || time.Length == 0)
        {
            stop(date.Length == 0 ? ImportFile.Date : ImportFile.Time, "A time takes both its date and its time of day.", "Both, or neither: then it goes out once it is approved");
            return null;
        }

        // Spreadsheets write seconds, and leave out the nought before nine.
        var clock = time.Count(letter => letter == ':') == 2 && time.EndsWith(":00", StringComparison.Ordinal) ? time[..^3] : time;
        var resolved = Slots.Resolve(date, clock.Length == 4 ? $"0{clock}" : clock, zone.Length == 0 ? context.Zone : zone, later: null);
        if (resolved.IsTaken)
            return resolved.Taken;
        var (column, expected) = resolved.Refusal.Code switch
        {
            "no-zone" => (ImportFile.Zone, "A name such as Europe/London; empty for the organisation’s own"),
            "no-such-time" => (ImportFile.Time, "A time that the clocks show that day"),
            Slots.WhichOne => (ImportFile.Time, "A time that comes once that day"),
            _ => (ImportFile.Date, "2027-06-15 and 09:00"),
        };
        stop(column, resolved.Refusal.Code == "no-zone" ? $"There is no time zone “{zone}”." : resolved.Refusal.Code == "bad-time" ? $"“{date} {time}” is no date and time." : resolved.Refusal.Sentence, expected);
        return null;
    }

    private static void JudgeTime(Slot slot, List<Account> accounts, Context context, Action<string, string, string> stop, Action<string, string> tell)
    {
        AccountRef[] refs = [.. accounts.Select(account => account.Ref)];
        if (slot.Instant <= context.Now)
            stop(ImportFile.Date, "That time has passed.", "A time to come");
        if (context.Calendar.Forbids(slot.Instant, refs, slot.Zone) is { } forbidden)
            stop(ImportFile.Date, forbidden.Sentence, "A time outside the blackout");
        foreach (var blackout in context.Calendar.BlackoutsAt(slot.Instant, refs).Where(blackout => blackout.Force == BlackoutForce.Warn))
            tell(ImportFile.Date, $"It falls into a blackout: {blackout.Reason}");
        foreach (var account in accounts)
        {
            if (context.Calendar.Plans.GetValueOrDefault(account.Id) is not { } plan)
                continue;
            var there = Slots.At(slot.Instant, plan.Zone);
            if (context.Calendar.DayOff(DateOnly.FromDateTime(there.ToDateTimeUnspecified()), plan.Holidays) is { } holiday)
                tell(ImportFile.Date, $"{account.Title}: that day is {holiday}.");
            if (plan.IsQuietAt(there.TimeOfDay))
                tell(ImportFile.Time, $"{account.Title} is quiet from {plan.QuietFrom} to {plan.QuietUntil}.");
        }
    }

    private async Task<IReadOnlyList<DraftPicture>> PicturesOfAsync(ImportCells cells, Context context, Action<string, string, string> stop, CancellationToken cancellationToken)
    {
        var hashes = cells[ImportFile.Pictures].Split(between, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var alts = cells[ImportFile.AltTexts].Split('|', StringSplitOptions.TrimEntries);
        var pictures = new List<DraftPicture>();
        if (hashes.Length > Draft.MaxPictures)
            stop(ImportFile.Pictures, $"The row names {hashes.Length} pictures.", $"{Draft.MaxPictures} at most");
        foreach (var (hash, at) in hashes.Take(Draft.MaxPictures).Select((hash, at) => (hash, at)))
        {
            if (hash.Length != 64 || !hash.All(char.IsAsciiHexDigit) || !await DraftAccess.MayReadPictureAsync(db, hash.ToLowerInvariant(), context.By, cancellationToken))
                stop(ImportFile.Pictures, $"There is no picture “{(hash.Length > 12 ? hash[..12] + "…" : hash)}” here.", "The library’s reference of a picture: its SHA-256");
            else
                pictures.AddRange(await DraftPictures.FindAsync(db, [(hash.ToLowerInvariant(), at < alts.Length ? alts[at] : "")], cancellationToken));
        }

        if (pictures.Exists(picture => picture.Alt.Length > Draft.MaxNote))
            stop(ImportFile.AltTexts, "An alternative text is too long.", $"{Draft.MaxNote:N0} characters at most");
        return pictures;
    }

    private static bool Is(string name, string typed) => string.Equals(name, typed, StringComparison.OrdinalIgnoreCase);

    /// <summary>Words that a reader takes for the same.</summary>
    private static string Same(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant();
}

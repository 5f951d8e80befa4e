using System.Globalization;
using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Parts;
using CsvHelper;
using CsvHelper.Configuration;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Publishing;

/// <summary>Writes the plan for other programs: as RFC 4180 rows, and as RFC 5545 events. No more than its reader may read.</summary>
public sealed class CalendarExport(CountersignDb db, PlanReader plan, Installation installation, PublicAddress site, TimeProvider clock)
{
    private static readonly CsvConfiguration csv = new(CultureInfo.InvariantCulture)
    {
        NewLine = "\r\n",
        // A cell that a spreadsheet would run as a formula is shown as text instead.
        InjectionOptions = InjectionOptions.Escape,
        InjectionEscapeCharacter = '\'',
    };

    private static readonly string[] columns = ["Date", "Time", "Zone", "Account", "Network", "Site", "State", "Text", "Author", "Signatures", "Address", "Id"];

    public async Task<string> CsvAsync(CalendarQuery query, Actor reader, CancellationToken cancellationToken)
    {
        var (from, until) = RangeOf(query);
        var rows = await ReadAsync(query, from, until, withEnded: false, reader, cancellationToken);
        await using var text = new StringWriter(CultureInfo.InvariantCulture);
        await using var writer = new CsvWriter(text, csv);
        foreach (var column in columns)
            writer.WriteField(column);
        await writer.NextRecordAsync();
        foreach (var row in rows)
        {
            foreach (var cell in Cells(row))
                writer.WriteField(cell);
            await writer.NextRecordAsync();
        }

        await writer.FlushAsync();
        return text.ToString();
    }

    /// <summary>What the page shows.</summary>
    public Task<string> IcsAsync(CalendarQuery query, Actor reader, CancellationToken cancellationToken)
    {
        var (from, until) = RangeOf(query);
        return IcsAsync(query, from, until, reader, cancellationToken);
    }

    public async Task<string> IcsAsync(CalendarQuery query, DateTimeOffset from, DateTimeOffset until, Actor reader, CancellationToken cancellationToken)
    {
        var organisation = await db.Organisations.AsNoTracking().Select(row => row.Name).SingleAsync(cancellationToken);
        var rows = await ReadAsync(query, from, until, withEnded: true, reader, cancellationToken);
        return ICalendar.Write($"{organisation}: posts", [.. rows.Select(EventOf)]);
    }

    /// <summary>From the first day the page shows to its last.</summary>
    private (DateTimeOffset From, DateTimeOffset Until) RangeOf(CalendarQuery query)
    {
        var day = query.From ?? DateOnly.FromDateTime(LocalTime.At(clock.GetUtcNow()));
        var first = query.View == CalendarView.Week ? CalendarModel.MondayOf(day) : new DateOnly(day.Year, day.Month, 1);
        var end = query.View == CalendarView.Week ? first.AddDays(7) : first.AddMonths(1);
        return (Slots.StartOf(first, LocalTime.Zone), Slots.StartOf(end, LocalTime.Zone));
    }

    private async Task<IReadOnlyList<Row>> ReadAsync(CalendarQuery query, DateTimeOffset from, DateTimeOffset until, bool withEnded, Actor reader, CancellationToken cancellationToken)
    {
        var posts = await plan.BetweenAsync(from, until, withEnded, reader, cancellationToken);
        var accounts = await db.Accounts.AsNoTracking().ToDictionaryAsync(account => account.Id, cancellationToken);
        var sites = await db.Sites.AsNoTracking().ToDictionaryAsync(row => row.Id, row => row.Name, cancellationToken);
        var people = await db.People.AsNoTracking().ToDictionaryAsync(person => person.Id, person => person.Name, cancellationToken);
        var siteOf = accounts.ToDictionary(account => account.Key, account => account.Value.SiteId);
        return [.. posts.Where(post => query.Covers(post, siteOf)).OrderBy(post => post.At).ThenBy(post => post.DraftId).ThenBy(post => post.AccountId)
            .Select(post => new Row(post, post.AccountId is { } id ? accounts.GetValueOrDefault(id) : null, sites, people.GetValueOrDefault(post.AuthorId, "")))];
    }

    private IEnumerable<string> Cells(Row row)
    {
        var at = LocalTime.At(row.Post.At!.Value);
        return
        [
            at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), at.ToString("HH:mm", CultureInfo.InvariantCulture), LocalTime.Zone,
            row.Account?.Title ?? "", row.Account is { } account ? Shared.Parts.Networks.Look(account.Network).Name : "", row.Site,
            StateOf(row.Post), row.Post.Text, row.Author, row.Post.Signatures.ToString(CultureInfo.InvariantCulture), AddressOf(row.Post), row.Post.DraftId.ToString(),
        ];
    }

    private CalendarEvent EventOf(Row row)
    {
        var post = row.Post;
        // The name of the log stays with the installation; its address may change.
        var uid = $"{post.DraftId}.{post.AccountId?.ToString() ?? "none"}@{installation.Origin.Replace('/', '.')}";
        var there = post.Slot is { } slot && slot.Zone != LocalTime.Zone ? $"\nPlanned for {slot.Local.Replace('T', ' ')}, {Zones.City(slot.Zone)} time" : "";
        return new CalendarEvent(uid, post.At!.Value, post.At.Value + Draft.Tolerance, post.EditedAt, post.Revision, $"{(row.Account is { } account ? $"{account.Title}: " : "")}{CalendarReader.Title(post.Title)}")
        {
            Description = $"{StateOf(post)}, by {row.Author}{there}\n\n{post.Text}",
            Address = AddressOf(post),
            Standing = post.IsOff ? EventStanding.Cancelled : post.State is null ? EventStanding.Tentative : EventStanding.Confirmed,
        };
    }

    private string AddressOf(PlannedDelivery post) => new Uri(site.Root, $"posts/{post.DraftId}").ToString();

    private static string StateOf(PlannedDelivery post) => post.Stage == DraftStage.Withdrawn ? "Withdrawn" : CalendarReader.StatusOf(post).Look().Word;

    private sealed record Row(PlannedDelivery Post, Account? Account, IReadOnlyDictionary<Guid, string> Sites, string Author)
    {
        public string Site => Account is null ? "" : Sites.GetValueOrDefault(Account.SiteId, "");
    }
}

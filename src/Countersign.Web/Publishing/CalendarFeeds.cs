using System.Text;
using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Frame;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Publishing;

/// <param name="What">The filters it was made with, in words.</param>
/// <param name="Owner">Null where it is the reader's own.</param>
public sealed record FeedRow(CalendarFeed Feed, string What, string? Owner);

/// <param name="Address">Of the one that was just opened: it is shown this once.</param>
/// <param name="Filter">What a new one would be made with, as a query string.</param>
public sealed record FeedsModel(ShellModel Shell, IReadOnlyList<FeedRow> Rows, string Filter, string What, string? Address, DateTimeOffset Now, Refusal? Refusal);

/// <summary>The calendar taken away: as a file, or at a private address that other calendars read again and again.</summary>
public static class CalendarFeeds
{
    private const string Csv = "text/csv; charset=utf-8";
    private const string Ics = "text/calendar; charset=utf-8";

    /// <summary>What a subscription holds around now.</summary>
    private static readonly TimeSpan behind = TimeSpan.FromDays(60);
    private static readonly TimeSpan ahead = TimeSpan.FromDays(400);

    public static void MapFeeds(this IEndpointRouteBuilder site)
    {
        site.MapGet("/calendar/export.csv", async (HttpRequest http, CalendarExport export, Actor actor, CancellationToken stop) =>
            File(await export.CsvAsync(CalendarQuery.Read(http.Query), actor, stop), Csv, "csv", withMark: true));
        site.MapGet("/calendar/export.ics", async (HttpRequest http, CalendarExport export, Actor actor, CancellationToken stop) =>
            File(await export.IcsAsync(CalendarQuery.Read(http.Query), actor, stop), Ics, "ics", withMark: false));
        site.MapGet("/calendar/feeds", (HttpRequest http, FeedPages pages, CancellationToken stop) => pages.ShowAsync(CalendarQuery.Read(http.Query), null, null, stop));
        site.MapPost("/calendar/feeds", OpenAsync);
        site.MapPost("/calendar/feeds/{id:guid}/revoke", async (Guid id, IFormCollection _, SubscribeToCalendar feeds, FeedPages pages, Actor actor, CancellationToken stop) =>
            (await feeds.RevokeAsync(id, actor, stop)).Refusal is { } refusal ? await pages.ShowAsync(CalendarQuery.Everything, null, refusal, stop) : Results.LocalRedirect("/calendar/feeds"));
        site.MapGet("/calendar/feeds/{token}.ics", ReadAsync).ForStrangers();
    }

    private static async Task<IResult> OpenAsync(IFormCollection sent, SubscribeToCalendar feeds, FeedPages pages, PublicAddress site, Actor actor, CancellationToken stop)
    {
        var query = Parse(sent["filter"].ToString());
        var opened = await feeds.OpenAsync(query.Filter, actor, stop);
        return await pages.ShowAsync(query, opened.Taken is { } feed ? new Uri(site.Root, $"calendar/feeds/{feed.Token}.ics").ToString() : null, opened.Refusal, stop);
    }

    /// <summary>Whoever has the address has the key: what it shows follows what its owner may read now, and nothing is kept on the way.</summary>
    private static async Task<IResult> ReadAsync(string token, HttpResponse answer, SubscribeToCalendar feeds, CalendarExport export, TimeProvider clock, CancellationToken stop)
    {
        answer.Headers.CacheControl = "private, no-store";
        answer.Headers["X-Robots-Tag"] = "noindex";
        if (await feeds.FindAsync(token, stop) is not var (feed, reader))
            return Results.NotFound();
        var now = clock.GetUtcNow();
        return Results.Text(await export.IcsAsync(Parse(feed.Filter), now - behind, now + ahead, reader, stop), Ics, Encoding.UTF8);
    }

    internal static CalendarQuery Parse(string filter) => CalendarQuery.Read(new QueryCollection(QueryHelpers.ParseQuery(filter)));

    /// <param name="withMark">Spreadsheets take UTF-8 for UTF-8 only with the mark before it.</param>
    private static IResult File(string text, string type, string ending, bool withMark) =>
        Results.File([.. withMark ? Encoding.UTF8.GetPreamble() : [], .. Encoding.UTF8.GetBytes(text)], type, $"calendar.{ending}");
}

/// <summary>Shows the private addresses a person has opened; to an administrator, everybody's.</summary>
public sealed class FeedPages(CountersignDb db, ShellReader shell, Actor actor, TimeProvider clock)
{
    public async Task<IResult> ShowAsync(CalendarQuery query, string? address, Refusal? refusal, CancellationToken stop)
    {
        var all = actor.HoldsEverywhere(Role.Administrator);
        var feeds = await db.CalendarFeeds.AsNoTracking().Where(feed => feed.RevokedAt == null && (all || feed.PersonId == actor.Id)).OrderByDescending(feed => feed.CreatedAt).ToListAsync(stop);
        var people = await db.People.AsNoTracking().ToDictionaryAsync(person => person.Id, person => person.Name, stop);
        var names = await NamesAsync(stop);
        var rows = feeds.ConvertAll(feed => new FeedRow(feed, Say(CalendarFeeds.Parse(feed.Filter), names, people), feed.PersonId == actor.Id ? null : people.GetValueOrDefault(feed.PersonId)));
        return Pages.Show<FeedsPage>(new { Model = new FeedsModel(await shell.ReadAsync(stop), rows, query.Filter, Say(query, names, people), address, clock.GetUtcNow(), refusal) }, refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private async Task<Dictionary<Guid, string>> NamesAsync(CancellationToken stop) =>
        (await db.Accounts.AsNoTracking().Select(account => new { account.Id, Name = account.Title }).ToListAsync(stop))
        .Concat(await db.Sites.AsNoTracking().Select(site => new { site.Id, site.Name }).ToListAsync(stop))
        .ToDictionary(one => one.Id, one => one.Name);

    private static string Say(CalendarQuery query, Dictionary<Guid, string> names, Dictionary<Guid, string> people)
    {
        List<string> parts =
        [
            .. ((Guid?[])[query.Site, query.Account]).OfType<Guid>().Select(id => names.GetValueOrDefault(id, "what is gone")),
            .. query.Status is { } status ? [status.ToString()] : Array.Empty<string>(),
            .. query.Author is { } author ? [$"by {people.GetValueOrDefault(author, "somebody")}"] : Array.Empty<string>(),
            .. query.Words.Length > 0 ? [$"with “{query.Words}”"] : Array.Empty<string>(),
        ];
        return parts.Count == 0 ? "Everything you may read" : string.Join(", ", parts);
    }
}

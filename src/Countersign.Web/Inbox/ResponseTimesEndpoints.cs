using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Inbox.Clocks;
using Countersign.Storage;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Inbox;

/// <summary>How long people waited for us.</summary>
public static class ResponseTimesEndpoints
{
    public static void MapResponseTimes(this IEndpointRouteBuilder site) =>
        site.MapGet("/inbox/times", async ([AsParameters] InboxQuery asked, ResponseTimesPages pages, CancellationToken stop) => await pages.ShowAsync(asked.Read(), stop));
}

/// <param name="Until">Midnight after the last day.</param>
/// <param name="Sites">Those of accounts that whoever asks may read.</param>
public sealed record ResponseTimesModel(DateTimeOffset From, DateTimeOffset Until, Guid? Site, IReadOnlyList<(Guid Id, string Name)> Sites, IReadOnlyList<ClockFigures> Figures);

/// <summary>Reads what the page of response times shows.</summary>
public sealed class ResponseTimesPages(CountersignDb db, InboxReader inbox, ReadResponseTimes times, ShellReader shell, Actor actor, TimeProvider clock)
{
    private const int UsualDays = 30;

    /// <summary>The last 30 days, where no period is given that can be.</summary>
    public async Task<IResult> ShowAsync(InboxQuestion asked, CancellationToken stop)
    {
        var tomorrow = new InboxQuery(null, null, null, null, null, null, null, InboxQuery.Day(clock.GetUtcNow(), 0), null, null).Read().To!.Value;
        var until = asked.To ?? tomorrow;
        var earliest = until.AddDays(-ReadResponseTimes.MostDays);
        var from = asked.From is { } begin && begin < until ? begin < earliest ? earliest : begin : until.AddDays(-UsualDays);
        var sites = (await inbox.AccountsAsync(actor, stop)).Select(account => account.SiteId).ToHashSet();
        var named = (await db.Sites.AsNoTracking().Where(site => sites.Contains(site.Id)).OrderBy(site => site.Name).ToListAsync(stop)).ConvertAll(site => (site.Id, site.Name));
        return Pages.Show<ResponseTimesPage>(new
        {
            Shell = await shell.ReadAsync(stop),
            Model = new ResponseTimesModel(from, until, asked.Site, named, await times.RunAsync(from, until, asked.Site, actor, stop)),
        });
    }
}

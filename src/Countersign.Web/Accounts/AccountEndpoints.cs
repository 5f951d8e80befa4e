using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Publishing;
using Countersign.Standing;
using Countersign.Storage;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Controls;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Countersign.Web.Accounts;

/// <summary>The organisation's public voices: seeing how they are, connecting them, letting them go.</summary>
public static class AccountEndpoints
{
    public static void MapAccounts(this IEndpointRouteBuilder site)
    {
        site.MapGet("/accounts", async (string? done, AccountPages pages, CancellationToken stop) => await pages.ShowListAsync(stop, notice: done));
        site.MapGet("/accounts/{id:guid}", async (Guid id, AccountPages pages, CancellationToken stop) => await pages.ShowOneAsync(id, confirm: false, stop));
        site.MapGet("/accounts/connect", async (string? network, Guid? renew, string? way, AccountPages pages, CancellationToken stop) => await pages.ShowConnectAsync(network ?? "bluesky", renew, way ?? "", stop));
        site.MapPost("/accounts/connect", ConnectAsync);
        site.MapConnecting();
        site.MapGet("/accounts/{id:guid}/disconnect", async (Guid id, AccountPages pages, CancellationToken stop) => await pages.ShowOneAsync(id, confirm: true, stop));
        site.MapPost("/accounts/{id:guid}/disconnect", async (Guid id, IFormCollection _, DisconnectAccount disconnect, Actor actor, AccountPages pages, CancellationToken stop) =>
            await disconnect.RunAsync(id, actor, stop) is { IsTaken: false, Refusal: var refusal }
                ? await pages.ShowListAsync(stop, refusal)
                : Results.LocalRedirect("/accounts?done=disconnected"));
        site.MapPost("/accounts/{id:guid}/owner", async (Guid id, [FromForm] string? owner, NameOwner name, Actor actor, AccountPages pages, CancellationToken stop) =>
            await name.RunAsync(id, Guid.TryParse(owner, out var person) ? person : null, actor, stop) is { IsTaken: false, Refusal: { Code: not "unchanged" } refusal }
                ? await pages.ShowOneAsync(id, confirm: false, stop, refusal)
                : Results.LocalRedirect($"/accounts/{id}"));
        site.MapPost("/accounts/sites", async ([FromForm] string? name, OpenSite open, Actor actor, AccountPages pages, CancellationToken stop) =>
            await open.RunAsync(name ?? "", actor, stop) is { IsTaken: false, Refusal: var refusal }
                ? await pages.ShowListAsync(stop, refusal, name)
                : Results.LocalRedirect("/accounts?done=site"));
    }

    private static async Task<IResult> ConnectAsync(
        [FromForm] string? network, [FromForm] string? site, [FromForm] string? server, [FromForm] string? handle, [FromForm] string? title, [FromForm] string? app, [FromForm] string? way, [FromForm] string? secret, [FromForm] string? kept, [FromForm] string? page, [FromForm] string? code,
        HttpContext context, PublicAddress address, ConnectAccount connect, AuthoriseAccount authorise, Networks networks, Actor actor, AccountPages pages, CancellationToken stop)
    {
        var form = new ConnectForm(network ?? "", site ?? "", server ?? "", handle ?? "", title ?? "", app ?? "", way ?? "");
        var offer = networks.Offers.FirstOrDefault(offer => offer.Name == form.Network);
        var connecting = new Connecting(
            form.Network, Guid.TryParse(form.Site, out var siteId) ? siteId : Guid.Empty, form.Handle, form.Title,
            form.AsksPassword || offer is { AsksServer: true } ? form.Server : null, form.AsksPassword || offer is { AsksApp: true } ? secret?.Trim() : null)
        {
            AppId = offer is { AsksApp: true } ? form.App : null,
        };
        if ((offer is { ComesBack: true } && !form.AsksPassword) || (offer is { AsksCode: true } && string.IsNullOrEmpty(kept)))
        {
            var begun = await authorise.BeginAsync(connecting, ConnectEndpoints.Back(address), actor, stop);
            if (begun.IsTaken && offer.ComesBack)
                ConnectEndpoints.Begin(context, begun.Taken);
            return await pages.ShowConnectAsync(form, begun.Refusal, stop, begun.Taken);
        }

        if (offer is { AsksCode: true })
        {
            var completed = await authorise.CompleteAsync(kept!, code ?? "", actor, stop);
            return completed.IsTaken
                ? Results.LocalRedirect("/accounts?done=connected")
                : await pages.ShowConnectAsync(form, completed.Refusal, stop, Again(form, page, kept!, completed.Refusal));
        }

        var decision = await connect.RunAsync(connecting, actor, stop);
        return decision.IsTaken ? Results.LocalRedirect("/accounts?done=connected") : await pages.ShowConnectAsync(form, decision.Refusal, stop);
    }

    /// <summary>The second step once more, where a code was left out; a code that was refused is spent, and so is what it belonged to.</summary>
    private static AskedToAllow? Again(ConnectForm form, string? page, string kept, Refusal refusal) =>
        refusal.Code == "no-code" && Uri.TryCreate(page, UriKind.Absolute, out var there) && Uri.TryCreate(form.Server, UriKind.Absolute, out var server) && there.Authority == server.Authority && there.Scheme == server.Scheme
            ? new AskedToAllow(there, kept) : null;
}

/// <summary>Reads what the accounts pages show.</summary>
public sealed class AccountPages(CountersignDb db, AccountsOverview overview, AccountsHealth health, Networks networks, PublicAddress address, IOptions<NewsroomSettings> newsroom, ShellReader shell, Actor actor, TimeProvider clock)
{
    /// <param name="notice">"connected", "disconnected" or "site": what the last press did.</param>
    public async Task<IResult> ShowListAsync(CancellationToken stop, Refusal? refusal = null, string? newSite = null, string? notice = null)
    {
        var model = new AccountsModel(
            await overview.ListAsync(stop),
            await health.AllAsync(stop),
            await db.Sites.AsNoTracking().OrderBy(site => site.Name).Select(site => site.Name).ToListAsync(stop),
            ConnectAccount.WhyNot(actor),
            clock.GetUtcNow(),
            newSite,
            refusal,
            notice switch
            {
                "connected" => "Connected. The network was asked, and answered.",
                "disconnected" => "Disconnected. What opened it is destroyed.",
                "site" => "The site is open. Connect an account for it, and give people roles there.",
                _ => null,
            });
        return Pages.Show<AccountsPage>(new { Shell = await shell.ReadAsync(stop), Model = model }, refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    public async Task<IResult> ShowOneAsync(Guid id, bool confirm, CancellationToken stop, Refusal? refusal = null)
    {
        if ((await overview.ListAsync(stop)).FirstOrDefault(account => account.Id == id) is not { } account)
            return Results.NotFound();
        var people = await db.People.AsNoTracking().Where(person => person.PasswordHash != null).OrderBy(person => person.Name).Select(person => new Option(person.Id.ToString(), person.Name)).ToListAsync(stop);
        var model = new AccountModel(
            account, (await health.AllAsync(stop))[id], networks.Offers.First(offer => offer.Name == account.Network), people, ConnectAccount.WhyNot(actor),
            actor.Holds(Role.Administrator, account.Ref) ? null : "Naming who answers for it takes the Administrator role.", clock.GetUtcNow())
        {
            Refusal = refusal,
            Hub = newsroom.Value.Hub is null ? null : await db.HubTopics.AsNoTracking().SingleOrDefaultAsync(topic => topic.AccountId == id, stop),
        };
        return confirm
            ? Pages.Show<DisconnectPage>(new { Shell = await shell.ReadAsync(stop), Model = model })
            : Pages.Show<AccountPage>(new { Shell = await shell.ReadAsync(stop), Model = model }, refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    /// <param name="renew">An account that is connected already, to give it another password.</param>
    public async Task<IResult> ShowConnectAsync(string network, Guid? renew, string way, CancellationToken stop)
    {
        var standing = await db.Accounts.AsNoTracking().SingleOrDefaultAsync(account => account.Id == renew, stop);
        return await ShowConnectAsync(
            standing is null
                ? new ConnectForm(network, "", network == "bluesky" ? ConnectForm.BlueskyServer : "", "", "", Way: way)
                : new ConnectForm(standing.Network, standing.SiteId.ToString(), standing.Server ?? ConnectForm.BlueskyServer, standing.Handle, standing.Title, Way: way) { Renew = standing.Id },
            null,
            stop);
    }

    public async Task<IResult> ShowConnectAsync(ConnectForm form, Refusal? refusal, CancellationToken stop, AskedToAllow? asked = null)
    {
        var sites = await db.Sites.AsNoTracking().OrderBy(site => site.Name).Select(site => new Option(site.Id.ToString(), site.Name)).ToListAsync(stop);
        var offers = networks.Offers;
        var known = offers.Any(offer => offer.Name == form.Network) ? form : form with { Network = offers[0].Name };
        var model = new ConnectModel(known, offers, sites, ConnectAccount.WhyNot(actor), ConnectEndpoints.Back(address), refusal, asked);
        return Pages.Show<ConnectPage>(new { Shell = await shell.ReadAsync(stop), Model = model }, refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}

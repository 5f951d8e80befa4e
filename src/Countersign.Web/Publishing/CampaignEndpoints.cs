using System.Globalization;
using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Controls;
using Countersign.Web.Shared.Frame;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Publishing;

/// <summary>Campaigns: what they are for, when they run, their tags and their posts.</summary>
public static class CampaignEndpoints
{
    public static void MapCampaigns(this IEndpointRouteBuilder site)
    {
        site.MapGet("/campaigns", (CampaignPages pages, CancellationToken stop) => pages.ShowListAsync(stop));
        site.MapGet("/campaigns/new", (HttpContext _, TimeProvider clock) => Results.LocalRedirect($"/campaigns/{Guid.CreateVersion7(clock.GetUtcNow())}/plan"));
        site.MapGet("/campaigns/{id:guid}", (Guid id, string? done, CampaignPages pages, CancellationToken stop) => pages.ShowOneAsync(id, stop, done));
        site.MapGet("/campaigns/{id:guid}/plan", (Guid id, CampaignPages pages, CancellationToken stop) => pages.ShowPlanAsync(id, null, null, null, stop));
        site.MapPost("/campaigns/{id:guid}/plan", async (Guid id, IFormCollection sent, PlanCampaign plan, Actor actor, CampaignPages pages, CancellationToken stop) =>
        {
            var (typed, seen) = CampaignForm.Read(sent, actor.Id);
            var planned = await plan.RunAsync(id, typed, seen, actor, stop);
            return planned.IsTaken ? Results.LocalRedirect($"/campaigns/{id}?done=saved") : await pages.ShowPlanAsync(id, typed, seen, planned.Refusal, stop);
        });
        site.MapPost("/campaigns/{id:guid}/close", async (Guid id, IFormCollection _, PlanCampaign plan, Actor actor, CampaignPages pages, CancellationToken stop) =>
            await plan.CloseAsync(id, actor, stop) is { IsTaken: false, Refusal: var refusal } ? await pages.ShowOneAsync(id, stop, null, refusal) : Results.LocalRedirect($"/campaigns/{id}?done=closed"));
    }
}

public static class CampaignForm
{
    public static (CampaignPlan Plan, int Seen) Read(IFormCollection sent, Guid actor)
    {
        string One(string name) => sent[name].ToString().ReplaceLineEndings("\n").Trim();
        string? Day(string name) => One(name) is { Length: > 0 } day ? day : null;
        return (
            new CampaignPlan(
                new CampaignDetails(One("name"), One("objective")), Day("begins"), Day("ends"),
                new UtmTags(One("utm-source"), One("utm-medium"), One("utm-campaign")),
                [.. sent["sites"].Where(id => Guid.TryParse(id, out _)).Select(id => Guid.Parse(id!)).Distinct()],
                Guid.TryParse(One("owner"), out var owner) ? owner : actor),
            int.TryParse(One("seen"), CultureInfo.InvariantCulture, out var seen) ? seen : 0);
    }
}

public sealed record CampaignsModel(ShellModel Shell, IReadOnlyList<CampaignView> Campaigns, bool MayPlan);

public sealed record CampaignModel(ShellModel Shell, CampaignView View, DateTimeOffset Now, bool MayPlan, string? Done = null, Refusal? Refusal = null)
{
    public Campaign Campaign => View.Campaign;
}

public sealed record CampaignPlanModel(ShellModel Shell, Guid Id, CampaignPlan Form, int Seen, bool IsNew, IReadOnlyList<Option> People, IReadOnlyList<Option> Sites, bool MayPlan, Refusal? Refusal = null)
{
    public string? ErrorOf(params ReadOnlySpan<string> codes) => Refusal is { } refusal && codes.Contains(refusal.Code) ? refusal.Sentence : null;

    /// <summary>A refusal that belongs to no field.</summary>
    public string? OtherError => Refusal is { } refusal && refusal.Code is not ("no-name" or "long-words" or "bad-begin" or "bad-end" or "bad-utm-source" or "bad-utm-medium" or "bad-utm-campaign" or "no-owner") ? refusal.Sentence : null;
}

/// <summary>Reads what the pages of campaigns show.</summary>
public sealed class CampaignPages(CountersignDb db, CampaignReader campaigns, ShellReader shell, Actor actor, TimeProvider clock)
{
    public async Task<IResult> ShowListAsync(CancellationToken stop) =>
        Pages.Show<CampaignListPage>(new { Model = new CampaignsModel(await shell.ReadAsync(stop), await campaigns.ListAsync(actor, stop), Campaign.Plans(actor)) });

    public async Task<IResult> ShowOneAsync(Guid id, CancellationToken stop, string? done = null, Refusal? refusal = null) =>
        await campaigns.FindAsync(id, actor, stop) is { } view
            ? Pages.Show<CampaignPage>(new { Model = new CampaignModel(await shell.ReadAsync(stop), view, clock.GetUtcNow(), Campaign.Plans(actor), done, refusal) }, Pages.StatusOf(refusal))
            : Results.NotFound();

    /// <param name="typed">As it came back with a mistake; null shows what is saved, or the beginning.</param>
    public async Task<IResult> ShowPlanAsync(Guid id, CampaignPlan? typed, int? seen, Refusal? refusal, CancellationToken stop)
    {
        var known = await db.Campaigns.AsNoTracking().SingleOrDefaultAsync(campaign => campaign.Id == id, stop);
        // Identifiers become words here: a database writes them in letters of its own.
        var people = (await db.People.AsNoTracking().Where(person => person.PasswordHash != null).OrderBy(person => person.Name).ToListAsync(stop)).ConvertAll(person => new Option(person.Id.ToString(), person.Name));
        var sites = (await db.Sites.AsNoTracking().OrderBy(place => place.Name).ToListAsync(stop)).ConvertAll(place => new Option(place.Id.ToString(), place.Name));
        var form = typed ?? known?.Plan ?? new CampaignPlan(new CampaignDetails("", ""), null, null, new UtmTags("", "social", ""), [], actor.Id);
        return Pages.Show<CampaignPlanPage>(new { Model = new CampaignPlanModel(await shell.ReadAsync(stop), id, form, seen ?? known?.Revision ?? 0, known is null, people, sites, Campaign.Plans(actor), refusal) }, Pages.StatusOf(refusal));
    }
}

/// <summary>What pages say of a campaign.</summary>
public static class CampaignWords
{
    /// <summary>"12 Nov to 31 Jan 2027", "from 12 Nov 2026", "no dates".</summary>
    public static string When(Campaign campaign) => (Day(campaign.Begins), Day(campaign.Ends)) switch
    {
        ({ } begins, { } ends) => $"{begins.ToString(begins.Year == ends.Year ? "d MMM" : "d MMM yyyy", English.Culture)} to {ends.ToString("d MMM yyyy", English.Culture)}",
        ({ } begins, null) => $"from {begins.ToString("d MMM yyyy", English.Culture)}",
        (null, { } ends) => $"until {ends.ToString("d MMM yyyy", English.Culture)}",
        _ => "no dates",
    };

    public static string Tags(UtmTags tags) => $"utm_source={(tags.Source.Length > 0 ? tags.Source : "the account’s network")} · utm_medium={tags.Medium} · utm_campaign={tags.Campaign}";

    private static DateOnly? Day(string? said) => DateOnly.TryParseExact(said, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}

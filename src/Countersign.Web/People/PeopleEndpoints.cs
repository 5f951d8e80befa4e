using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.People;

/// <summary>Who is here, who may do what, asking somebody in.</summary>
public static class PeopleEndpoints
{
    public static void MapPeople(this IEndpointRouteBuilder site)
    {
        site.MapGet("/people", async (Guid? account, PeoplePages pages, CancellationToken stop) => await pages.ShowListAsync(account, stop));
        site.MapGet("/people/{id:guid}", async (Guid id, bool? saved, PeoplePages pages, CancellationToken stop) => await pages.ShowOneAsync(id, stop, saved: saved == true));
        site.MapGet("/people/invite", async (PeoplePages pages, CancellationToken stop) => await pages.ShowInviteAsync("", "", "", [], null, stop));
        site.MapPost("/people/invite", InviteAsync);
        site.MapPost("/people/{id:guid}/roles", ChangeAsync);
        site.MapPost("/people/{id:guid}/invitation", AgainAsync);
    }

    private static async Task<IResult> InviteAsync(IFormCollection form, InvitePerson invite, Actor actor, PeoplePages pages, HttpRequest request, CancellationToken stop)
    {
        var (name, email, title) = (form["name"].ToString(), form["email"].ToString(), form["title"].ToString());
        var grants = RoleForm.Read(form, await pages.PlacesAsync(stop));
        var decision = await invite.RunAsync(name, email, title, grants, actor, stop);
        return decision.IsTaken
            ? await pages.ShowOneAsync(decision.Taken.Subject, stop, link: Link(request, decision.Taken.Token))
            : await pages.ShowInviteAsync(name, email, title, grants, decision.Refusal, stop);
    }

    private static async Task<IResult> ChangeAsync(Guid id, IFormCollection form, ChangeRoles change, Actor actor, PeoplePages pages, CancellationToken stop)
    {
        var grants = RoleForm.Read(form, await pages.PlacesAsync(stop));
        var decision = await change.RunAsync(id, grants, actor, stop);
        return decision.IsTaken ? Results.LocalRedirect($"/people/{id}?saved=true") : await pages.ShowOneAsync(id, stop, refusal: decision.Refusal, typed: grants);
    }

    private static async Task<IResult> AgainAsync(Guid id, IFormCollection _, InviteAgain again, Actor actor, PeoplePages pages, HttpRequest request, CancellationToken stop)
    {
        var decision = await again.RunAsync(id, actor, stop);
        return decision.IsTaken
            ? await pages.ShowOneAsync(id, stop, link: Link(request, decision.Taken.Token))
            : await pages.ShowOneAsync(id, stop, refusal: decision.Refusal);
    }

    private static string Link(HttpRequest request, string token) => $"{request.Scheme}://{request.Host}/invitation/{token}";
}

/// <summary>Reads what the people pages show.</summary>
public sealed class PeoplePages(CountersignDb db, WhoIsHere people, AccountsOverview accounts, ShellReader shell, Actor actor, TimeProvider clock)
{
    public async Task<IReadOnlyList<RolePlace>> PlacesAsync(CancellationToken stop)
    {
        var sites = await db.Sites.AsNoTracking().OrderBy(site => site.Name).ToListAsync(stop);
        var voices = await db.Accounts.AsNoTracking().Where(account => account.State != AccountState.Disconnected).OrderBy(account => account.Title).ToListAsync(stop);
        return [RolePlace.Everywhere, .. sites.Select(RolePlace.Of), .. voices.Select(RolePlace.Of)];
    }

    public async Task<IResult> ShowListAsync(Guid? account, CancellationToken stop)
    {
        var connected = (await accounts.ListAsync(stop)).Where(candidate => candidate.State != AccountState.Disconnected).ToList();
        var model = new PeopleModel(await people.ListAsync(stop), connected, connected.Find(candidate => candidate.Id == account) ?? connected.FirstOrDefault(), InvitePerson.WhyNot(actor), clock.GetUtcNow());
        return Pages.Show<PeoplePage>(new { Shell = await shell.ReadAsync(stop), Model = model });
    }

    /// <param name="typed">What the refused form asked for.</param>
    /// <param name="link">Shown on this answer and never again.</param>
    public async Task<IResult> ShowOneAsync(Guid id, CancellationToken stop, bool saved = false, Refusal? refusal = null, IReadOnlyList<RoleGrant>? typed = null, string? link = null)
    {
        if ((await people.ListAsync(stop)).FirstOrDefault(person => person.Id == id) is not { } person)
            return Results.NotFound();
        var model = new PersonModel(person, typed ?? person.Grants, await PlacesAsync(stop), ChangeRoles.WhyNot(actor), clock.GetUtcNow(), saved, refusal, link);
        return Pages.Show<PersonPage>(new { Shell = await shell.ReadAsync(stop), Model = model }, refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    public async Task<IResult> ShowInviteAsync(string name, string email, string title, IReadOnlyList<RoleGrant> grants, Refusal? refusal, CancellationToken stop)
    {
        var model = new InviteModel(name, email, title, grants, await PlacesAsync(stop), InvitePerson.WhyNot(actor), refusal);
        return Pages.Show<InvitePage>(new { Shell = await shell.ReadAsync(stop), Model = model }, refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}

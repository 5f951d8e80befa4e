using Countersign.Decisions;
using Countersign.People;
using Countersign.Storage;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.People;

/// <summary>Signing in and out, and accepting an invitation.</summary>
public static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder site)
    {
        site.MapGet("/sign-in", (string? back, CountersignDb db, CancellationToken stop) => ShowAsync(new SignInModel(back ?? "/", ""), db, stop)).AllowAnonymous();
        site.MapPost("/sign-in", SignInAsync).ForStrangers();
        site.MapPost("/sign-out", async (HttpContext context, SignOut signOut, CancellationToken stop) =>
        {
            if (SessionHandler.SessionOf(context) is { } session)
                await signOut.RunAsync(session, stop);
            context.Response.Cookies.Delete(SessionHandler.Cookie);
            return Results.LocalRedirect("/sign-in");
        }).AllowAnonymous();
        site.MapGet("/invitation/{token}", async (string token, AcceptInvitation accept, CancellationToken stop) =>
            Pages.Show<InvitationPage>(new { Model = new InvitationModel(token, (await accept.FindAsync(token, stop))?.Name) })).AllowAnonymous();
        site.MapPost("/invitation/{token}", AcceptAsync).ForStrangers();
    }

    private static async Task<IResult> SignInAsync([FromForm] string? email, [FromForm] string? password, [FromForm] string? back, SignIn signIn, CountersignDb db, HttpContext context, CancellationToken stop)
    {
        var decision = await signIn.RunAsync(email ?? "", password ?? "", stop);
        if (!decision.IsTaken)
            return await ShowAsync(new SignInModel(back ?? "/", email ?? "", decision.Refusal), db, stop);
        SessionHandler.Start(context, decision.Taken.Subject);
        return Results.LocalRedirect(LocalAddress.IsHere(back) ? back! : "/");
    }

    private static async Task<IResult> AcceptAsync(string token, [FromForm] string? password, AcceptInvitation accept, CancellationToken stop)
    {
        var decision = await accept.RunAsync(token, password ?? "", stop);
        return decision.IsTaken
            ? Results.LocalRedirect("/sign-in")
            : Pages.Show<InvitationPage>(new { Model = new InvitationModel(token, (await accept.FindAsync(token, stop))?.Name, decision.Refusal) }, StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> ShowAsync(SignInModel model, CountersignDb db, CancellationToken stop)
    {
        var organisation = await db.Organisations.AsNoTracking().SingleAsync(stop);
        IReadOnlyList<DemoPerson> demo = organisation.IsDemo
            ? [.. (await db.People.AsNoTracking().Where(person => Setup.DemoPeople.Addresses.Contains(person.Email)).OrderBy(person => person.JoinedAt).ToListAsync(stop)).Select(DemoPerson.Of)]
            : [];
        return Pages.Show<SignInPage>(new { Model = model with { Organisation = organisation.Name, DemoPeople = demo } }, model.Refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}

/// <param name="Back">The page asked for before.</param>
/// <param name="Email">As typed.</param>
public sealed record SignInModel(string Back, string Email, Refusal? Refusal = null)
{
    public string Organisation { get; init; } = "";

    /// <summary>Of the demo organisation only: the people to look around as.</summary>
    public IReadOnlyList<DemoPerson> DemoPeople { get; init; } = [];
}

/// <param name="Roles">"Compliance, Author".</param>
public sealed record DemoPerson(string Name, string Title, string Email, string Roles)
{
    public static DemoPerson Of(Person person) => new(person.Name, person.Title, person.Email, string.Join(", ", person.Grants.Select(grant => grant.Role.Name()).Distinct()));
}

/// <param name="Name">Null when the invitation is unknown, used or too old.</param>
public sealed record InvitationModel(string Token, string? Name, Refusal? Refusal = null);

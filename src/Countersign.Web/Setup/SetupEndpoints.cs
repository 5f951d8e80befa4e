using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Screening;
using Countersign.Storage;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Setup;

/// <summary>The first page of a new installation: set it up, or look around.</summary>
public static class SetupEndpoints
{
    public static void MapSetup(this IEndpointRouteBuilder site)
    {
        site.MapGet("/setup", (CountersignDb db, CancellationToken stop) => ShowAsync(new SetupModel(), db, stop)).AllowAnonymous();
        site.MapPost("/setup", SetUpAsync).ForStrangers();
        site.MapPost("/setup/demo", async (DemoOrganisation demo, CancellationToken stop) =>
        {
            var done = await demo.MakeAsync(stop);
            return done.IsTaken ? Results.LocalRedirect("/sign-in") : Pages.Show<SetupPage>(new { Model = new SetupModel(Refusal: done.Refusal) }, StatusCodes.Status422UnprocessableEntity);
        }).ForStrangers();
    }

    private static async Task<IResult> SetUpAsync(
        [FromForm] string? organisation, [FromForm] string? place, [FromForm] string? zone, [FromForm] string? name, [FromForm] string? email, [FromForm] string? password,
        SetUpOrganisation setUp, CountersignDb db, CancellationToken stop)
    {
        var decision = await setUp.RunAsync(new SettingUp(organisation ?? "", place ?? "", zone ?? "", name ?? "", email ?? "", password ?? "", IsDemo: false), ShippedPacks.Read(), stop);
        return decision.IsTaken
            ? Results.LocalRedirect("/sign-in")
            : await ShowAsync(new SetupModel(organisation, place, zone, name, email, decision.Refusal), db, stop);
    }

    private static async Task<IResult> ShowAsync(SetupModel model, CountersignDb db, CancellationToken stop) =>
        await db.Organisations.AnyAsync(stop)
            ? Results.LocalRedirect("/sign-in")
            : Pages.Show<SetupPage>(new { Model = model }, model.Refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
}

/// <summary>What was typed, so that a mistake loses nothing; the password is asked again.</summary>
public sealed record SetupModel(string? Organisation = null, string? Place = null, string? Zone = null, string? Name = null, string? Email = null, Refusal? Refusal = null);

/// <summary>The policy packs that come with the program.</summary>
public static class ShippedPacks
{
    public static IReadOnlyList<PolicyFile> Read() => PolicyRelease.Load(Path.Combine(AppContext.BaseDirectory, "packs")).Files;
}

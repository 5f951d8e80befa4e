using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Screening;
using Countersign.Storage;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Controls;
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
        [FromForm] string? organisation, [FromForm] string? place, [FromForm] string? zone, [FromForm] string? kind, [FromForm] string? name, [FromForm] string? email, [FromForm] string? password,
        SetUpOrganisation setUp, CountersignDb db, CancellationToken stop)
    {
        var decision = await setUp.RunAsync(new SettingUp(organisation ?? "", place ?? "", zone ?? "", name ?? "", email ?? "", password ?? "", IsDemo: false), ShippedPacks.For(kind, organisation), stop);
        return decision.IsTaken
            ? Results.LocalRedirect("/sign-in")
            : await ShowAsync(new SetupModel(organisation, place, zone, kind, name, email, decision.Refusal), db, stop);
    }

    private static async Task<IResult> ShowAsync(SetupModel model, CountersignDb db, CancellationToken stop) =>
        await db.Organisations.AnyAsync(stop)
            ? Results.LocalRedirect("/sign-in")
            : Pages.Show<SetupPage>(new { Model = model }, model.Refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
}

/// <summary>What was typed, so that a mistake loses nothing; the password is asked again.</summary>
public sealed record SetupModel(string? Organisation = null, string? Place = null, string? Zone = null, string? Kind = null, string? Name = null, string? Email = null, Refusal? Refusal = null);

/// <summary>The policy packs that come with the program.</summary>
public static class ShippedPacks
{
    /// <summary>The kinds of firm to choose from, in words, and "all" for every pack.</summary>
    public static readonly IReadOnlyList<Option> Kinds =
    [
        new("all", "Not sure yet: every policy is on"),
        new("business", "A business outside financial services"),
        new("fca-investments", "Investments, a platform or advice, under the FCA"),
        new("fca-lender", "Lending, under the FCA"),
        new("cfd-crypto", "CFDs or crypto"),
        new("listed-company", "A listed company"),
        new("public-body", "A public body"),
    ];

    private static readonly string folder = Path.Combine(AppContext.BaseDirectory, "packs");

    public static IReadOnlyList<PolicyFile> Read() => PolicyRelease.Load(folder).Files;

    /// <param name="kind">One of <see cref="Kinds"/>; every pack where it is none.</param>
    /// <param name="organisation">Its name is its own in every text, never somebody else's.</param>
    public static IReadOnlyList<PolicyFile> For(string? kind, string? organisation)
    {
        var profile = PolicyProfile.Shipped(folder).Contains(kind, StringComparer.Ordinal) ? PolicyProfile.Named(folder, kind!) : new PolicyProfile();
        return PolicyRelease.Load(folder, profile with { OwnNames = [.. profile.OwnNames, .. string.IsNullOrWhiteSpace(organisation) ? [] : (string[])[organisation.Trim()]] }).Files;
    }
}

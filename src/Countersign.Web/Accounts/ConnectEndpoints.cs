using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Microsoft.AspNetCore.Mvc;

namespace Countersign.Web.Accounts;

/// <summary>Connecting an account on a network that sends the browser back here: the way back, and saying which account.</summary>
public static class ConnectEndpoints
{
    /// <summary>Holds, locked, what the way back needs. Only for the person who began, and only for these pages.</summary>
    private const string Cookie = "countersign.connecting";

    private const string Path = "/accounts/connect";

    public static void MapConnecting(this IEndpointRouteBuilder site)
    {
        site.MapGet(Path + "/back", ShowBackAsync);
        site.MapPost(Path + "/back", FinishAsync);
        site.MapPost(Path + "/choose", ChooseAsync);
        site.MapGet("/oauth/{network}-client.json", (string network, PublicAddress address, Networks networks) => networks.DocumentFor(network, Back(address)) is { } document ? Results.Json(document) : Results.NotFound()).AllowAnonymous();
    }

    /// <summary>Our page that networks send the browser to; it is registered with the organisation's app there.</summary>
    public static Uri Back(PublicAddress address) => new(address.Root, "accounts/connect/back");

    /// <summary>Keeps in the browser what the way back needs.</summary>
    public static void Begin(HttpContext context, AskedToAllow asked) =>
        context.Response.Cookies.Append(Cookie, asked.Kept, new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,

            // Lax: the network itself sends the browser back.
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            Path = Path,
            MaxAge = AuthoriseAccount.Patience,
        });

    /// <summary>Nothing happens by being sent here: the person presses a button. A link that somebody else made is not recognised.</summary>
    private static async Task<IResult> ShowBackAsync(string? state, string? code, string? iss, string? error, HttpContext context, AuthoriseAccount authorise, Actor actor, ConnectPages pages, CancellationToken stop)
    {
        var recognised = authorise.Recognise(context.Request.Cookies[Cookie], state, iss, actor);
        return recognised.IsTaken && (error is not null || string.IsNullOrEmpty(code))
            ? await pages.ShowBackAsync(recognised.Taken, null, new Refusal("not-allowed", "You did not allow it there, or the network refused. Nothing was connected."), stop)
            : await pages.ShowBackAsync(recognised.IsTaken ? recognised.Taken : null, new BroughtBack(state ?? "", code ?? "", iss), recognised.IsTaken ? null : recognised.Refusal, stop);
    }

    private static async Task<IResult> FinishAsync([FromForm] string? state, [FromForm] string? code, [FromForm] string? iss, HttpContext context, AuthoriseAccount authorise, Actor actor, ConnectPages pages, CancellationToken stop)
    {
        var kept = context.Request.Cookies[Cookie];
        var recognised = authorise.Recognise(kept, state, iss, actor);
        if (!recognised.IsTaken)
            return await pages.ShowBackAsync(null, null, recognised.Refusal, stop);

        // What the code belonged to is spent with it, whatever comes of it.
        context.Response.Cookies.Delete(Cookie, new CookieOptions { Path = Path });
        return await ShowAsync(await authorise.CompleteAsync(kept!, code ?? "", actor, stop), recognised.Taken, pages, stop);
    }

    private static async Task<IResult> ChooseAsync([FromForm] string? kept, [FromForm] string? account, AuthoriseAccount authorise, Actor actor, ConnectPages pages, CancellationToken stop) =>
        await ShowAsync(await authorise.ChooseAsync(kept ?? "", account ?? "", actor, stop), null, pages, stop);

    private static async Task<IResult> ShowAsync(Decision<Allowed> decision, Returning? returning, ConnectPages pages, CancellationToken stop) => decision switch
    {
        { IsTaken: false } => await pages.ShowBackAsync(returning, null, decision.Refusal, stop),
        { Taken.ToChoose: { } choice } => await pages.ShowChoiceAsync(choice, stop),
        _ => Results.LocalRedirect("/accounts?done=connected"),
    };
}

/// <param name="Code">As the network gave it to the browser.</param>
/// <param name="Issuer">Who says to have given it; null where the network does not say.</param>
public sealed record BroughtBack(string State, string Code, string? Issuer)
{
    public override string ToString() => nameof(BroughtBack);
}

/// <param name="Returning">Null where it is not known who comes back from where.</param>
/// <param name="Brought">What the button sends on; null where there is nothing to send.</param>
public sealed record BackModel(Returning? Returning, NetworkOffer? Offer, BroughtBack? Brought, ToChoose? Choice, string? OffBecause, Refusal? Refusal);

/// <summary>Shows the way back.</summary>
public sealed class ConnectPages(Networks networks, ShellReader shell, Actor actor)
{
    public async Task<IResult> ShowBackAsync(Returning? returning, BroughtBack? brought, Refusal? refusal, CancellationToken stop) =>
        Pages.Show<ConnectBackPage>(
            new { Shell = await shell.ReadAsync(stop), Model = ModelOf(returning) with { Brought = refusal is null ? brought : null, Refusal = refusal } },
            refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);

    public async Task<IResult> ShowChoiceAsync(ToChoose choice, CancellationToken stop) =>
        Pages.Show<ConnectBackPage>(new { Shell = await shell.ReadAsync(stop), Model = ModelOf(choice.Returning) with { Choice = choice } });

    private BackModel ModelOf(Returning? returning) =>
        new(returning, returning is null ? null : networks.Offers.FirstOrDefault(offer => offer.Name == returning.Network), null, null, ConnectAccount.WhyNot(actor), null);
}

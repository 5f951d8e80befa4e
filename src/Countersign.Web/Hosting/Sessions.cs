using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Web.Api;
using Countersign.Web.Shared;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace Countersign.Web.Hosting;

/// <summary>A signed-in browser: a protected cookie that names a session, which is asked for on every request.</summary>
public sealed class SessionHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    WhoActs whoActs)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "session";
    public const string Cookie = "countersign.session";

    /// <summary>The session the browser's cookie names, live or not; null when there is none or it was tampered with.</summary>
    public static Guid? SessionOf(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is not { } cookie)
            return null;
        try
        {
            return Guid.Parse(Protector(context).Unprotect(cookie));
        }
        catch (Exception tampered) when (tampered is CryptographicException or FormatException)
        {
            return null;
        }
    }

    public static void Start(HttpContext context, Guid session)
    {
        context.Response.Cookies.Append(Cookie, Protector(context).Protect(session.ToString()), new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            // Longer than the session itself: a form sent too late still says whose it was, and is kept for them.
            MaxAge = TimeSpan.FromDays(14),
        });
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (SessionOf(Context) is not { } session)
            return AuthenticateResult.NoResult();
        if (await whoActs.FindAsync(session, IsUse(Request), Context.RequestAborted) is not { } actor)
            return AuthenticateResult.Fail("The session has ended.");
        Context.Features.Set(actor);
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, actor.Id.ToString()), new Claim(ClaimTypes.Name, actor.Name)], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (Request.Path.StartsWithSegments("/api") || Request.Headers.ContainsKey("HX-Request"))
        {
            // htmx follows this header to the sign-in page; what it brought of a form is kept, and shown again from there.
            // A page with a form in it is not taken away by something that only looks for news: the next word brings the form.
            var page = PageOf(Request);
            if (await LateForms.KeepAsync(Context) is { } kept)
                Response.Headers["HX-Redirect"] = SignInAddress(kept);
            else if (!page.StartsWith("/compose", StringComparison.Ordinal))
                Response.Headers["HX-Redirect"] = SignInAddress(page);
            await Results.Problem("Sign in first.", statusCode: StatusCodes.Status401Unauthorized, title: "Signed out", type: ApiEndpoints.TypeOf("signed-out")).ExecuteAsync(Context);
            return;
        }

        var back = HttpMethods.IsGet(Request.Method) ? Request.Path + Request.QueryString : await LateForms.KeepAsync(Context) ?? "/";
        Response.Redirect(SignInAddress(back));
    }

    /// <summary>False for what an open page asks without anybody touching it (live.js says so): colleagues at work must not keep an unattended desk signed in.</summary>
    private static bool IsUse(HttpRequest request) => request.Path != LiveEvents.Path && !request.Headers.ContainsKey("X-By-Itself");

    /// <summary>The page that asks, as a path of this site.</summary>
    private static string PageOf(HttpRequest request) =>
        Uri.TryCreate(request.Headers["HX-Current-URL"], UriKind.Absolute, out var page) && LocalAddress.IsHere(page.PathAndQuery) ? page.PathAndQuery : "/";

    private static IDataProtector Protector(HttpContext context) =>
        context.RequestServices.GetRequiredService<IDataProtectionProvider>().CreateProtector("Countersign.Web.Session.v1");

    private static string SignInAddress(string back) => back == "/" ? "/sign-in" : $"/sign-in?back={Uri.EscapeDataString(back)}";
}

public static class Sessions
{
    public static WebApplicationBuilder AddSessions(this WebApplicationBuilder builder)
    {
        builder.Services.AddAuthentication(SessionHandler.SchemeName).AddScheme<AuthenticationSchemeOptions, SessionHandler>(SessionHandler.SchemeName, null);

        // Everything needs a person who is signed in, unless it says otherwise.
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        builder.Services.AddHttpContextAccessor();

        // An endpoint takes an Actor parameter and has the person who acts.
        builder.Services.AddScoped(provider => provider.GetRequiredService<IHttpContextAccessor>().HttpContext?.Features.Get<Actor>()
            ?? throw new InvalidOperationException("Nobody is signed in here: this endpoint must not allow anonymous requests."));
        return builder;
    }
}

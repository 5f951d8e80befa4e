using Countersign.Decisions;
using Countersign.Web.Shared.Frame;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Countersign.Web.Shared;

/// <summary>What the host needs so that pages render, post back and find their files.</summary>
public static class Pages
{
    /// <summary>Scripts, styles and fonts come from here and nowhere else; nothing is inline and nobody may frame us.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; " +
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    public static WebApplicationBuilder AddPages(this WebApplicationBuilder builder)
    {
        // Without this a build that was not published serves its compressed files empty in Production.
        builder.WebHost.UseStaticWebAssets();
        builder.Services.AddRazorComponents();
        builder.Services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "countersign.form";
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.SuppressXFrameOptionsHeader = true; // frame-ancestors says it, and more strictly
        });
        return builder;
    }

    /// <summary>First in the pipeline, so that a refusal or an error page carries the headers too.</summary>
    public static WebApplication UsePageHeaders(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            SetHeaders(context.Response.Headers);
            return next(context);
        });
        return app;
    }

    /// <summary>Also for an answer that replaces one that failed half-way.</summary>
    public static void SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }

    /// <summary>After sign-in has been settled (UseAuthentication, UseAuthorization) and before the pages are mapped.</summary>
    public static WebApplication UsePages(this WebApplication app)
    {
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymous();
        app.MapPost("/theme", Theme.Choose).AllowAnonymous();
        return app;
    }

    /// <summary>What a page with a form answers with: 422 where what was sent comes back with a mistake.</summary>
    public static int StatusOf(Refusal? refusal) => refusal?.Code switch
    {
        null => StatusCodes.Status200OK,
        "not-entitled" => StatusCodes.Status403Forbidden,
        _ => StatusCodes.Status422UnprocessableEntity,
    };

    /// <summary>A page whose only parameter is its model: <c>Pages.Show&lt;ComposePage&gt;(new { Model })</c>.</summary>
    public static RazorComponentResult<TPage> Show<TPage>(object parameters, int status = StatusCodes.Status200OK)
        where TPage : IComponent => new(parameters) { StatusCode = status, PreventStreamingRendering = true };
}

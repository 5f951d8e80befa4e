using Microsoft.AspNetCore.Mvc;

namespace Countersign.Web.Shared.Frame;

/// <summary>Light, dark, or what the reader's system says. Kept in a cookie, so that the first paint is already right.</summary>
public static class Theme
{
    public const string Cookie = "countersign.theme";
    public const string System = "system";

    public static readonly IReadOnlyList<string> All = ["light", "dark", System];

    public static string Of(HttpContext? context) =>
        context?.Request.Cookies[Cookie] is { } chosen && All.Contains(chosen) ? chosen : System;

    /// <param name="back">The page to return to, as a path of this site.</param>
    public static IResult Choose([FromForm] string theme, [FromForm] string? back, HttpContext context)
    {
        if (!All.Contains(theme))
            return Results.BadRequest();
        context.Response.Cookies.Append(Cookie, theme, new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = TimeSpan.FromDays(365),
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
        });
        return Results.LocalRedirect(LocalAddress.IsHere(back) ? back! : "/");
    }
}

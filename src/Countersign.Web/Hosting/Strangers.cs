using System.ComponentModel.DataAnnotations;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Countersign.Web.Hosting;

/// <summary>What somebody may try who has not signed in. Section "Strangers" of the settings; checked at start.</summary>
public sealed class StrangerSettings
{
    /// <summary>Forms taken in one minute from one client address: sign-ins, invitations accepted, set-ups. An office behind one address shares them.</summary>
    [Range(5, 1_000_000)]
    public int FormsPerMinute { get; set; } = 60;
}

/// <summary>Slows down whoever tries passwords or invitations one after the other; the pause after wrong passwords is each person's own.</summary>
public static class Strangers
{
    private const string Policy = "strangers";

    public static void AddStrangers(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<StrangerSettings>().Bind(builder.Configuration.GetSection("Strangers")).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddRateLimiter(limiter =>
        {
            limiter.AddPolicy(Policy, context => RateLimitPartition.GetFixedWindowLimiter(
                context.Connection.RemoteIpAddress?.ToString() ?? "",
                _ => new FixedWindowRateLimiterOptions
                {
                    Window = TimeSpan.FromMinutes(1),
                    PermitLimit = context.RequestServices.GetRequiredService<IOptions<StrangerSettings>>().Value.FormsPerMinute,
                }));
            limiter.OnRejected = async (refused, _) => await ErrorPages.ShowAsync(
                refused.HttpContext, StatusCodes.Status429TooManyRequests, "too-many", "Too many attempts", "Too many forms came from your address within a minute. Wait a minute, then try again.");
        });
    }

    /// <summary>This form is for strangers, and so many of them.</summary>
    public static RouteHandlerBuilder ForStrangers(this RouteHandlerBuilder form) => form.AllowAnonymous().RequireRateLimiting(Policy);
}

using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.HttpOverrides;

namespace Countersign.Web.Hosting;

/// <summary>
/// A server with TLS stands in front and speaks plain HTTP to us: where --public-address says so, every request counts as made to that
/// address. Cookies become Secure with it, links name it, and requests for any other host are refused, save from this machine.
/// </summary>
public static class PublicSite
{
    private static readonly string[] thisMachine = ["localhost", "127.0.0.1", "[::1]"];

    public static void AddPublicSite(this WebApplicationBuilder builder, Uri? address)
    {
        if (address is null)
            return;
        builder.Services.Configure<HostFilteringOptions>(options => options.AllowedHosts = [address.Host, .. thisMachine]);

        // Believed from this machine alone: whoever else connects says nothing about where a request came from.
        builder.Services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.XForwardedFor);
    }

    /// <summary>Before everything that asks how a request was made.</summary>
    public static void UsePublicSite(this WebApplication app, Uri? address)
    {
        if (address is null)
            return;
        app.UseForwardedHeaders();
        app.Use((context, next) =>
        {
            context.Request.Scheme = address.Scheme;
            context.Request.Host = HostString.FromUriComponent(address);
            return next(context);
        });
    }
}

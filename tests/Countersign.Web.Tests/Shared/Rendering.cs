using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Countersign.Web.Tests.Shared;

/// <summary>Renders a component as a page would and reads it as a browser would.</summary>
internal static class Rendering
{
    public static string Markup<TComponent>(params (string Name, object? Value)[] parameters)
        where TComponent : IComponent
    {
        using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<AntiforgeryStateProvider, FixedToken>()
            .BuildServiceProvider();
        using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        return renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync<TComponent>(
                ParameterView.FromDictionary(parameters.ToDictionary(x => x.Name, x => x.Value)));
            return root.ToHtmlString();
        }).GetAwaiter().GetResult();
    }

    /// <summary>What stands in the page's body.</summary>
    public static IElement Body<TComponent>(params (string Name, object? Value)[] parameters)
        where TComponent : IComponent => Document<TComponent>(parameters).Body!;

    public static IDocument Document<TComponent>(params (string Name, object? Value)[] parameters)
        where TComponent : IComponent => new HtmlParser().ParseDocument(Markup<TComponent>(parameters));

    public static RenderFragment Text(string text) => builder => builder.AddContent(0, text);

    private sealed class FixedToken : AntiforgeryStateProvider
    {
        public override AntiforgeryRequestToken GetAntiforgeryToken() => new("token", "__RequestVerificationToken");
    }
}

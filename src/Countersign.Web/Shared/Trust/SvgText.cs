using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Countersign.Web.Shared.Trust;

/// <summary>A word in a drawing. Razor keeps the element's name for itself, so it cannot be written in a page.</summary>
public sealed class SvgText : ComponentBase
{
    [Parameter, EditorRequired] public int X { get; set; }

    [Parameter, EditorRequired] public int Y { get; set; }

    [Parameter, EditorRequired] public string Words { get; set; } = "";

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "text");
        builder.AddAttribute(1, "x", X);
        builder.AddAttribute(2, "y", Y);
        builder.AddContent(3, Words);
        builder.CloseElement();
    }
}

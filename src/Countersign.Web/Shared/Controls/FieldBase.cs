using Microsoft.AspNetCore.Components;

namespace Countersign.Web.Shared.Controls;

/// <summary>What text boxes, text areas and lists have in common: a bound label, a hint, and the mistake in what was typed.</summary>
public abstract class FieldBase : ComponentBase
{
    [Parameter, EditorRequired] public string Label { get; set; } = "";

    [Parameter, EditorRequired] public string Name { get; set; } = "";

    /// <summary>Defaults to the name; needed where a page has two fields of one name.</summary>
    [Parameter] public string? Id { get; set; }

    /// <summary>What was typed; a form that comes back with a mistake keeps it.</summary>
    [Parameter] public string? Value { get; set; }

    [Parameter] public string? Hint { get; set; }

    /// <summary>What is wrong and what to do, or null.</summary>
    [Parameter] public string? Error { get; set; }

    [Parameter] public bool Required { get; set; }

    [Parameter(CaptureUnmatchedValues = true)] public IReadOnlyDictionary<string, object>? Attributes { get; set; }

    protected string FieldId => Id ?? Name;

    protected string? Invalid => Error is null ? null : "true";

    protected string? DescribedBy => (Error, Hint) switch
    {
        (null, null) => null,
        (not null, null) => $"{FieldId}-error",
        (null, not null) => $"{FieldId}-hint",
        _ => $"{FieldId}-error {FieldId}-hint",
    };
}

namespace Countersign.Web.Shared.Stopping;

/// <summary>Something that can be locked: a person, an account, a site.</summary>
/// <param name="Network">Of an account.</param>
/// <param name="Waiting">What would stop there: "4 posts".</param>
/// <param name="Alert">What is wrong with it now.</param>
public sealed record LockTarget(string Id, string Name, string? Network = null, string? Site = null, string? Waiting = null, string? Alert = null, bool Chosen = false);

/// <summary>One thing that a lock stops, and how many of it.</summary>
public sealed record EffectLine(long Count, string What, string? Note = null);

public enum StageState
{
    Done,
    Now,
    ToDo,
}

/// <summary>One step of the way back.</summary>
public sealed record ReleaseStage(string Title, StageState State, string What)
{
    /// <summary>What the reader can do about it now.</summary>
    public Microsoft.AspNetCore.Components.RenderFragment? Action { get; init; }
}

using Countersign.Web.Shared.Parts;

namespace Countersign.Web.Shared.Signing;

/// <summary>One draft in the queue.</summary>
public sealed record QueueItem(string Href, string Title, string By, IReadOnlyList<string> Networks)
{
    public TimeLeft? Time { get; init; }

    /// <summary>In place of a clock: "Yours".</summary>
    public string? Tag { get; init; }

    /// <summary>Of the severest finding, 1 to 4, or null where nothing was found.</summary>
    public int? Severity { get; init; }

    /// <summary>Roles that have signed.</summary>
    public IReadOnlyList<string> Signed { get; init; } = [];

    /// <summary>Said instead of signatures: "Held to 24 Nov".</summary>
    public string? Note { get; init; }

    public bool Current { get; init; }
}

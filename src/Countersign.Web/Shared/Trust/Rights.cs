using Countersign.Web.Shared.Parts;

namespace Countersign.Web.Shared.Trust;

/// <summary>What somebody may do on one account, as the table shows it.</summary>
public enum ShownRight
{
    None,
    Write,
    Publish,
    Approve,
}

/// <param name="OffBecause">Why the right does not count now, or null.</param>
public sealed record RightCell(IReadOnlyList<ShownRight> Rights, string? OffBecause = null);

public sealed record RightsRow(Face Who, string? Href, string? Team, IReadOnlyList<RightCell> Cells, string? Note = null, Tone NoteTone = Tone.Neutral);

public sealed record RightsColumn(string Network, string Name);

using Countersign.Evidence;
using Countersign.Storage;

namespace Countersign.Web.Evidence;

/// <summary>Somebody whom our policy names.</summary>
/// <param name="Cosigned">Entries of the longest checkpoint that they cosigned; null before the first.</param>
/// <param name="Behind">Signed entries that they have not seen.</param>
public sealed record WitnessRow(string Name, string? Address, long? Cosigned, DateTimeOffset? At, long Behind, WitnessState? State);

/// <summary>Somebody whose log we cosign.</summary>
public sealed record ServedRow(string Origin, long? Size, DateTimeOffset? At);

/// <summary>How far others vouch for the trail, for every page and report that shows it.</summary>
/// <param name="IsAsked">Somebody is named in the settings.</param>
public sealed record OutsideModel(bool IsAsked, Anchored Witnessed, Anchored Stamped, DateTimeOffset Now)
{
    /// <summary>When somebody outside last vouched for it, and who; null where nobody ever did.</summary>
    public (DateTimeOffset At, string By, long Size)? Last => new[] { Witnessed, Stamped }
        .Where(anchor => anchor.At is not null)
        .OrderByDescending(anchor => anchor.At)
        .Select(anchor => ((DateTimeOffset, string, long)?)(anchor.At!.Value, Shared.English.List(anchor.By), anchor.Size!.Value))
        .FirstOrDefault();

    /// <summary>Alarms that stand.</summary>
    public IReadOnlyList<WitnessAlarm> Alarms { get; init; } = [];
}

/// <param name="Key">What others put into their policy so that we witness for them.</param>
/// <param name="LogLine">What a witness of ours puts into its file.</param>
public sealed record WitnessesModel(
    OutsideModel Outside,
    IReadOnlyList<WitnessRow> Witnesses,
    string? Quorum,
    bool Required,
    string? StampAuthority,
    WitnessState? StampState,
    IReadOnlyList<ServedRow> Served,
    IReadOnlyList<WitnessAlarm> Alarms,
    string Key,
    string LogLine);

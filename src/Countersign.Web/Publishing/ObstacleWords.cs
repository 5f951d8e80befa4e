using Countersign.Accounts;
using Countersign.Publishing;
using Countersign.Web.Shared;

namespace Countersign.Web.Publishing;

/// <summary>What stands in the way of a post, in words.</summary>
public static class ObstacleWords
{
    /// <summary>What becomes of it on that account; null where nothing stands in its way.</summary>
    public static string? Sentence(this Obstacle obstacle) => obstacle switch
    {
        Obstacle.Locked => "Locked: it waits for the release, and is not sent late.",
        Obstacle.Disconnected => "The account is disconnected: at its time it would be held, not sent.",
        Obstacle.NeedsReconnect => "The account must be connected again: at its time it would be held, not sent.",
        _ => null,
    };

    /// <summary>"Northgate Livingston is disconnected: at its time it would be held, not sent."; null where nothing stands in the way.</summary>
    public static string? Say(IReadOnlyList<(Account Account, Obstacle Obstacle)> met) => met.Count == 0
        ? null
        : string.Join(' ', met.GroupBy(one => one.Obstacle, one => one.Account.Title).Select(group => $"{English.List([.. group])} {(group.Key, group.Count()) switch
        {
            (Obstacle.Locked, 1) => "is locked: it waits there for the release, and is not sent late.",
            (Obstacle.Locked, _) => "are locked: it waits there for the release, and is not sent late.",
            (Obstacle.Disconnected, 1) => "is disconnected: at its time it would be held, not sent.",
            (Obstacle.Disconnected, _) => "are disconnected: at its time it would be held, not sent.",
            _ => "must be connected again: at its time it would be held, not sent.",
        }}"));
}

namespace Countersign.Inbox;

/// <summary>Something a network gave that could not be kept.</summary>
public sealed record RefusedItem(string Remote, string Why, DateTimeOffset At);

/// <summary>
/// How far one kind of what others write to one account has been read: from when to when everything is here, and what is in the way.
/// Health, not governed: the messages themselves are entries.
/// </summary>
public sealed class InboxReading
{
    public required Guid Id { get; init; }

    public required Guid AccountId { get; init; }

    public required MessageKind Kind { get; init; }

    /// <summary>As the network gave it; null from the beginning.</summary>
    public string? Cursor { get; set; }

    /// <summary>The oldest that was there when everything was first read; null before that.</summary>
    public DateTimeOffset? ReadFrom { get; set; }

    /// <summary>When a reading began that left nothing unread: everything from before is here.</summary>
    public DateTimeOffset? ReadUntil { get; set; }

    /// <summary>Since when something may be missing: the network led round in a circle. It is read from the beginning again until it does not.</summary>
    public DateTimeOffset? GapSince { get; set; }

    /// <summary>There was more than one turn reads.</summary>
    public bool IsBehind { get; set; }

    /// <summary>What is being read began at the beginning, so that nothing is missing when it ends.</summary>
    public bool IsWhole { get; set; }

    /// <summary>Turns since everything was read.</summary>
    public int Turns { get; set; }

    /// <summary>When everything was last asked for again because of what could not be kept.</summary>
    public DateTimeOffset? AskedAgainAt { get; set; }

    public string? Trouble { get; set; }

    public DateTimeOffset? TroubleSince { get; set; }

    /// <summary>Readings in a row that did not succeed.</summary>
    public int Failures { get; set; }

    /// <summary>The last that could not be kept.</summary>
    public IReadOnlyList<RefusedItem> Refused { get; set; } = [];

    /// <summary>Everything was read, and nothing is in the way. Whether that was lately, <see cref="ReadUntil"/> says.</summary>
    public bool IsComplete => ReadUntil is not null && GapSince is null && Trouble is null && !IsBehind && Refused.Count == 0;

    internal void Fail(string trouble, DateTimeOffset now)
    {
        Trouble = trouble;
        TroubleSince ??= now;
        Failures = Math.Min(Failures + 1, 100);
    }

    /// <param name="from">The oldest message that is here.</param>
    internal void Finish(string cursor, DateTimeOffset began, DateTimeOffset? from)
    {
        (Cursor, ReadUntil, IsBehind, Trouble, TroubleSince, Failures, Turns) = (cursor, began, false, null, null, 0, 0);
        if (IsWhole)
            GapSince = null;
        IsWhole = false;
        ReadFrom ??= from < began ? from : began;

        // What could not be kept is asked for once more every day; what the network no longer gives is let go after a week.
        Refused = [.. Refused.Where(item => began - item.At < forgetRefused)];
        if ((GapSince is not null || Refused.Any(item => began - item.At >= askRefusedAgain)) && (AskedAgainAt is not { } asked || began - asked >= askRefusedAgain))
        {
            AskedAgainAt = began;
            StartOver();
        }
    }

    /// <summary>Reads from the beginning again.</summary>
    internal void StartOver() => (Cursor, IsWhole) = (null, true);

    /// <summary>Past what is kept by name, something may be missing.</summary>
    internal void Refuse(string remote, string why, DateTimeOffset now)
    {
        var others = Refused.Where(item => item.Remote != remote).ToList();
        if (others.Count >= MostRefused)
            (GapSince, IsWhole) = (GapSince ?? ReadUntil ?? now, false);
        Refused = [.. others.TakeLast(MostRefused - 1), new RefusedItem(remote, why, now)];
    }

    internal void Accept(string remote)
    {
        if (Refused.Any(item => item.Remote == remote))
            Refused = [.. Refused.Where(item => item.Remote != remote)];
    }

    private const int MostRefused = 20;

    private static readonly TimeSpan askRefusedAgain = TimeSpan.FromDays(1);

    private static readonly TimeSpan forgetRefused = TimeSpan.FromDays(7);
}

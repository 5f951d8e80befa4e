using System.ComponentModel.DataAnnotations;

namespace Countersign.Inbox;

/// <summary>How closely inboxes are read, and how long a claim lasts. Section "Inbox" of the settings; checked at start.</summary>
public sealed class InboxSettings
{
    /// <summary>How often each kind of each account is read, where its network allows it.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Every { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Pages of one turn; the rest is read in the next, at once.</summary>
    [Range(1, 1000)]
    public int Pages { get; set; } = 20;

    /// <summary>How long a network may take for one page.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Kinds and accounts read at the same time.</summary>
    [Range(1, 32)]
    public int AtOnce { get; set; } = 4;

    /// <summary>How long somebody has a conversation without doing anything about it.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan ClaimFor { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long before an account was connected a message may be written and still wait for an answer.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "90.00:00:00")]
    public TimeSpan AnswerFrom { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long one turn may take: its pages, and what is done with them.</summary>
    public TimeSpan Lease => (AnswerWithin * Pages) + TimeSpan.FromMinutes(5);
}

using System.ComponentModel.DataAnnotations;

namespace Countersign.Standing;

/// <summary>How closely accounts are watched. Section "Standing" of the settings; checked at start.</summary>
public sealed class StandingSettings
{
    /// <summary>How often each account's newest posts are compared with the ledger: a post that is not ours is shown within this time.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Every { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>How far before the newest known post each reading begins: edits and deletions of posts this young are seen at once, those of older ones with the next whole reading.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "60.00:00:00")]
    public TimeSpan Overlap { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How often all posts of an account are read again.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan WholeEvery { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Pages of one ordinary reading.</summary>
    [Range(1, 100)]
    public int Pages { get; set; } = 10;

    /// <summary>Pages of a whole reading; an account with more posts is judged as far as these go.</summary>
    [Range(1, 1000)]
    public int WholePages { get; set; } = 100;

    /// <summary>How often each account is asked how it is.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan CheckEvery { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How often what others did with a post is counted again, where the network counts it.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan CountEvery { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>For how long after it was first seen standing.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "365.00:00:00")]
    public TimeSpan CountFor { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How often everything that stands is screened again though no policy changed.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan ReviewEvery { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How often it is asked whether a policy took effect.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan LookEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a network may take for one reading of an account, all its pages together.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Accounts read at the same time.</summary>
    [Range(1, 32)]
    public int AtOnce { get; set; } = 4;

    /// <summary>How long a worker keeps an account before another may take it over.</summary>
    public TimeSpan Lease => (AnswerWithin * 2) + TimeSpan.FromMinutes(1);
}

using System.ComponentModel.DataAnnotations;
using Countersign.Inbox.Clocks;
using Countersign.Planning;

namespace Countersign.Inbox;

/// <summary>How closely inboxes are read, and how long a claim lasts. Section "Inbox" of the settings; checked at start.</summary>
public sealed class InboxSettings : IValidatableObject
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

    /// <summary>How often some of the messages that still wait are read again, for edits and removals that show in no list.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan RecheckEvery { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Kinds and accounts read at the same time.</summary>
    [Range(1, 32)]
    public int AtOnce { get; set; } = 4;

    /// <summary>How long somebody has a conversation without doing anything about it.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan ClaimFor { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long before an account was connected a message may be written and still wait for an answer.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "90.00:00:00")]
    public TimeSpan AnswerFrom { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long the first answer may take: hours by the clock for P1, office hours for the others.</summary>
    public PriorityLimits FirstResponse { get; set; } = PriorityLimits.Hours(1, 4, 8, 24);

    /// <summary>How long each further answer may take.</summary>
    public PriorityLimits NextResponse { get; set; } = PriorityLimits.Hours(1, 4, 8, 24);

    /// <summary>How long it may take until a conversation is resolved, without the time in which we wait for them.</summary>
    public PriorityLimits Resolution { get; set; } = PriorityLimits.Hours(8, 16, 24, 40);

    /// <summary>When the office opens and shuts, by the organisation's clock: what is not most urgent is counted in these hours.</summary>
    public TimeOnly OfficeFrom { get; set; } = new(9, 0);

    public TimeOnly OfficeUntil { get; set; } = new(17, 30);

    /// <summary>Days on which it opens; null for Monday to Friday.</summary>
    public DayOfWeek[]? OpenOn { get; set; }

    /// <summary>Whose bank holidays it keeps.</summary>
    public Nation Holidays { get; set; } = Nation.EnglandAndWales;

    public IReadOnlyList<DayOfWeek> OfficeDays => OpenOn is { Length: > 0 } days ? days : [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];

    /// <summary>How long one turn may take: its pages, and what is done with them.</summary>
    public TimeSpan Lease => (AnswerWithin * Pages) + TimeSpan.FromMinutes(5);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (OfficeUntil <= OfficeFrom)
            yield return new ValidationResult("Inbox:OfficeUntil must be later than Inbox:OfficeFrom: the office is open within one day.", [nameof(OfficeUntil)]);
        foreach (var (name, limits) in new[] { (nameof(FirstResponse), FirstResponse), (nameof(NextResponse), NextResponse), (nameof(Resolution), Resolution) })
        {
            if (!limits.IsWithinBounds)
                yield return new ValidationResult($"Inbox:{name} takes times from one minute to {PriorityLimits.Most.Days} days, for P1, P2, P3 and P4.", [name]);
        }
    }
}

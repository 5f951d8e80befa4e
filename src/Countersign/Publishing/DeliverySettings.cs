using System.ComponentModel.DataAnnotations;

namespace Countersign.Publishing;

/// <summary>How patiently posts are delivered. Section "Delivery" of the settings; checked at start.</summary>
public sealed class DeliverySettings : IValidatableObject
{
    /// <summary>How long a network may take to answer a write before the outcome counts as unknown.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a worker keeps a publication before another may take it over. At least three times <see cref="AnswerWithin"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>After an unknown outcome: when to look it up, counted from the last look.</summary>
    [MinLength(1)]
    public IReadOnlyList<TimeSpan> LookAfter { get; set; } =
        [TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(90), TimeSpan.FromMinutes(8), TimeSpan.FromMinutes(20)];

    /// <summary>Before this much time after a write, "not found" proves nothing: reads lag writes. At least twice <see cref="AnswerWithin"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Settle { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often the worker looks by itself, besides being woken.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:01:00")]
    public TimeSpan LookEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Publications on their way at the same time.</summary>
    [Range(1, 64)]
    public int AtOnce { get; set; } = 8;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Settle < AnswerWithin * 2)
            yield return new ValidationResult("Delivery:Settle must be at least twice Delivery:AnswerWithin: a write may still be on its way when its answer is given up.", [nameof(Settle)]);
        if (Lease < AnswerWithin * 3)
            yield return new ValidationResult("Delivery:Lease must be at least three times Delivery:AnswerWithin: two for the pictures, one for the post.", [nameof(Lease)]);
    }
}

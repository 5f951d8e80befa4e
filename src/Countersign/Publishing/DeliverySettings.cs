using System.ComponentModel.DataAnnotations;

namespace Countersign.Publishing;

/// <summary>How patiently posts are delivered. Section "Delivery" of the settings; checked at start.</summary>
public sealed class DeliverySettings : IValidatableObject
{
    private static readonly TimeSpan[] usual = [TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(90), TimeSpan.FromMinutes(8), TimeSpan.FromMinutes(20)];

    private const int MostAtOnce = 64;

    private static readonly string[] ours = ["newsroom", "sandbox"];

    private static readonly TimeSpan longestLook = TimeSpan.FromDays(1);

    /// <summary>How long a network may take to answer a write before the outcome counts as unknown.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a worker keeps a publication before another may take it over. At least three times <see cref="AnswerWithin"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>After an unknown outcome: when to look it up, counted from the last look. Those of <see cref="usual"/> where none are given.</summary>
    /// <remarks>Empty at first: what the settings give is put behind what is there already.</remarks>
    public IReadOnlyList<TimeSpan> LookAfter { get; set; } = [];

    /// <summary>The waits in force.</summary>
    public IReadOnlyList<TimeSpan> Looks => LookAfter.Count > 0 ? LookAfter : usual;

    /// <summary>Before this much time after a write, "not found" proves nothing: reads lag writes. At least twice <see cref="AnswerWithin"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Settle { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often the worker looks by itself, besides being woken.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:01:00")]
    public TimeSpan LookEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>What is overdue by more than this, because the program did not run or a lock was in force, is held and a person is asked.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "00:30:00")]
    public TimeSpan HoldAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Publications of one network on their way at the same time, of this node.</summary>
    [Range(1, MostAtOnce)]
    public int AtOnce { get; set; } = 8;

    /// <summary>The same for single networks, by their names: "Delivery:AtOnceOn:bluesky". From 1 to 64. Our own networks, whose server is this program, have room for 64 unless told.</summary>
    public IDictionary<string, int> AtOnceOn { get; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>How long what was certainly not sent waits for its second try; each wait after that is twice as long, an hour at most.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan TryAgainAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>A post that has to be tried again within this time keeps its place before the later ones of its account; for a longer wait they pass it.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(5);

    public int RoomOn(string network) => AtOnceOn.TryGetValue(network, out var room) ? room : ours.Contains(network, StringComparer.Ordinal) ? MostAtOnce : AtOnce;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (network, room) in AtOnceOn.Where(network => network.Value is < 1 or > MostAtOnce))
            yield return new ValidationResult($"Delivery:AtOnceOn:{network} is {room}; it must be from 1 to {MostAtOnce}.", [nameof(AtOnceOn)]);
        if (LookAfter.Any(wait => wait <= TimeSpan.Zero || wait > longestLook))
            yield return new ValidationResult("Each of Delivery:LookAfter must be longer than nothing and at most a day.", [nameof(LookAfter)]);
        if (Settle < AnswerWithin * 2)
            yield return new ValidationResult("Delivery:Settle must be at least twice Delivery:AnswerWithin: a write may still be on its way when its answer is given up.", [nameof(Settle)]);
        if (Lease < AnswerWithin * 3)
            yield return new ValidationResult("Delivery:Lease must be at least three times Delivery:AnswerWithin: two for the pictures, one for the post.", [nameof(Lease)]);
    }
}

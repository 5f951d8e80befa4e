namespace Countersign.Screening.Reading;

/// <summary>Where a pattern was found: tokens from <paramref name="First"/> up to, not including, <paramref name="Next"/>.</summary>
internal readonly record struct Hit(int First, int Next)
{
    public bool Covers(Hit other) => First <= other.First && other.Next <= Next;

    public bool Overlaps(Hit other) => First < other.Next && other.First < Next;
}

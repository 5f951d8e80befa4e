using System.Diagnostics.CodeAnalysis;

namespace Countersign.Channels;

/// <summary>A step towards the post: what it made, or the outcome that stops the delivery here.</summary>
internal readonly record struct Step<T>
    where T : class
{
    public T? Made { get; private init; }

    public Outcome? Why { get; private init; }

    [MemberNotNullWhen(true, nameof(Made))]
    [MemberNotNullWhen(false, nameof(Why))]
    public bool Done => Made is not null;

    public static implicit operator Step<T>(T made) => new() { Made = made };

    public static implicit operator Step<T>(Outcome why) => new() { Why = why };
}

using System.Diagnostics.CodeAnalysis;

namespace Countersign.Decisions;

/// <summary>What a pure method of an entity answers: an event that may now be committed, or a refusal.</summary>
public sealed class Decision<T>
    where T : class
{
    private Decision(T? taken, Refusal? refusal)
    {
        Taken = taken;
        Refusal = refusal;
    }

    public T? Taken { get; }

    public Refusal? Refusal { get; }

    [MemberNotNullWhen(true, nameof(Taken))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsTaken => Taken is not null;

    public static implicit operator Decision<T>(T taken) => new(taken, null);

    public static implicit operator Decision<T>(Refusal refusal) => new(null, refusal);

    public TAnswer Match<TAnswer>(Func<T, TAnswer> taken, Func<Refusal, TAnswer> refused) =>
        IsTaken ? taken(Taken) : refused(Refusal);
}

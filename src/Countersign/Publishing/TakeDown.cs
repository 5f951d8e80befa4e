using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Publishing;

public enum TakeDownState
{
    /// <summary>Waits for a worker, or for its next attempt.</summary>
    Ordered,

    /// <summary>The intent is committed; the network may have it from here on.</summary>
    Sending,

    /// <summary>The network said that it does not stand there any more.</summary>
    Down,

    /// <summary>The network was read, and had it no more.</summary>
    Confirmed,

    /// <summary>The network did not do it; a person has to look.</summary>
    Failed,
}

/// <summary>An order to take one post down from a network. A lock does not stop it: it is what a lock is followed by.</summary>
public sealed class TakeDown : IGoverned
{
    /// <summary>Calls of the network; a deletion may be repeated, so what was lost is asked again.</summary>
    public const int MaxAttempts = 5;

    public const string JobKind = "take-down";

    public required Guid Id { get; init; }

    public required Guid AccountId { get; init; }

    public required string RemoteId { get; init; }

    public string? Address { get; init; }

    /// <summary>What the network called this version when it was ordered.</summary>
    public string? RemoteVersion { get; init; }

    public required Guid OrderedBy { get; init; }

    public required DateTimeOffset OrderedAt { get; init; }

    public TakeDownState State { get; set; }

    public int Attempts { get; set; }

    /// <summary>One sentence on why it is where it is.</summary>
    public string? Note { get; set; }

    public DateTimeOffset? SettledAt { get; set; }

    public int Revision { get; set; }

    public string Object => $"takedown/{Id}";

    public bool IsUnderWay => State is TakeDownState.Ordered or TakeDownState.Sending or TakeDownState.Down;

    /// <summary>True once the network may have acted on it: that the post is gone is then our doing.</summary>
    public bool MayHaveActed => State is TakeDownState.Sending or TakeDownState.Down or TakeDownState.Confirmed || Attempts > 0;

    public static string? WhyNot(Actor by, AccountRef account) =>
        by.Holds(Role.Comms, account) ? null : "Taking a post down takes the Comms role for its account.";

    JsonObject IGoverned.State() => new()
    {
        ["account"] = AccountId.ToString(),
        ["remote"] = RemoteId,
        ["address"] = Address,
        ["remoteVersion"] = RemoteVersion,
        ["orderedBy"] = OrderedBy.ToString(),
        ["orderedAt"] = OrderedAt.ToUnixTimeMilliseconds(),
        ["state"] = State.ToString(),
        ["attempts"] = Attempts,
        ["noteDigest"] = Fingerprint.Of(Note),
        ["settledAt"] = SettledAt?.ToUnixTimeMilliseconds(),
    };

    public Decision<TakeDownMoved> Move(TakeDownState to, DateTimeOffset now, string? why = null, string? note = null, DateTimeOffset? notBefore = null) =>
        (State, to) switch
        {
            (TakeDownState.Ordered, TakeDownState.Sending or TakeDownState.Failed)
                or (TakeDownState.Sending, TakeDownState.Sending or TakeDownState.Ordered or TakeDownState.Down or TakeDownState.Failed)
                or (TakeDownState.Down, TakeDownState.Confirmed or TakeDownState.Failed) =>
                new TakeDownMoved(to) { Subject = Id, By = Actor.Automation.Id, At = now, Code = why, Note = note, NotBefore = notBefore },
            _ => new Refusal("no-such-step", $"An order that is {State} does not become {to}."),
        };

    public void Apply(TakeDownMoved moved)
    {
        (State, Note) = (moved.To, moved.Note);
        if (moved.To == TakeDownState.Sending)
            Attempts++;
        SettledAt = moved.To is TakeDownState.Confirmed or TakeDownState.Failed ? moved.At : null;
    }
}

public sealed record TakeDownOrdered : DomainEvent
{
    public override string Act => "takedown.ordered";

    public required Guid Incident { get; init; }

    public required Sealed Reason { get; init; }

    public override JsonObject Facts => new() { ["incident"] = Incident.ToString() };

    public override IEnumerable<Sealed> Seals => [Reason];
}

public sealed record TakeDownMoved(TakeDownState To) : DomainEvent
{
    public override string Act => $"takedown.{char.ToLowerInvariant(To.ToString()[0])}{To.ToString()[1..]}";

    public string? Code { get; init; }

    public string? Note { get; init; }

    /// <summary>The network asked not to be tried again earlier.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    public override string? Why => Code;
}

internal sealed class TakeDownMapping : IEntityTypeConfiguration<TakeDown>
{
    public void Configure(EntityTypeBuilder<TakeDown> entity)
    {
        entity.ToTable("take_down").HasKey(order => order.Id);
        entity.Ignore(order => order.Object).Ignore(order => order.IsUnderWay).Ignore(order => order.MayHaveActed);
    }
}

public static class TakeDownTable
{
    extension(CountersignDb db)
    {
        public DbSet<TakeDown> TakeDowns => db.Set<TakeDown>();
    }
}

using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Ledger;

namespace Countersign.Storage;

/// <summary>The log's tree as this process last saw it, so that a step need not read its edge again.</summary>
public sealed class GrowingLog
{
    public GrowingTree? Tree { get; private set; }

    /// <summary>The clock stands before the last checkpoint, and an entry says so.</summary>
    internal bool Regressed { get; set; }

    internal GrowingTree? At(long size) => Tree?.Size == size ? Tree : null;

    internal GrowingTree Keep(GrowingTree tree) => Tree = tree;

    internal void Forget() => Tree = null;
}

/// <summary>This machine's clock was found before the time of the last checkpoint.</summary>
public sealed record ClockRegressed : DomainEvent
{
    public override string Act => "clock.regressed";

    /// <summary>When the last checkpoint was signed.</summary>
    public required DateTimeOffset Last { get; init; }

    public override JsonObject Facts => new() { ["last"] = Last.ToUnixTimeMilliseconds(), ["now"] = At.ToUnixTimeMilliseconds() };
}

/// <summary>The log cannot be continued: what is stored is not what was signed, or cannot be read. Publishing stops by itself, because nothing new is signed.</summary>
public sealed class LogDamagedException(string message, Exception? inner = null) : Exception(message, inner);

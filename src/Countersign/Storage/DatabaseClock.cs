using System.Diagnostics;
using Npgsql;

namespace Countersign.Storage;

/// <summary>
/// Tells the time as the database does. Where several nodes share one, leases, due times and windows are judged by its clock: a node
/// whose own is wrong takes nothing over early and sends nothing late.
/// </summary>
/// <param name="own">This machine's clock.</param>
public sealed class DatabaseClock(TimeProvider own) : TimeProvider
{
    /// <summary>Clocks that are this close are the same for everything that is decided by them; the way to the database is not exact to less on a busy machine.</summary>
    private static readonly TimeSpan same = TimeSpan.FromMilliseconds(250);

    /// <summary>The shortest way there and back tells best.</summary>
    private const int Samples = 3;

    private long ahead;

    /// <summary>How far the database's clock is ahead of this machine's; nothing where they agree, and before it was measured.</summary>
    public TimeSpan Ahead => new(Volatile.Read(ref ahead));

    public override DateTimeOffset GetUtcNow() => own.GetUtcNow() + Ahead;

    public override long GetTimestamp() => own.GetTimestamp();

    public override long TimestampFrequency => own.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => own.LocalTimeZone;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => own.CreateTimer(callback, state, dueTime, period);

    public async Task MeasureAsync(Installation installation, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(installation.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var ask = new NpgsqlCommand("select clock_timestamp()", connection);
        var (best, shortest) = (TimeSpan.Zero, TimeSpan.MaxValue);
        for (var sample = 0; sample < Samples; sample++)
        {
            var (began, before) = (Stopwatch.GetTimestamp(), own.GetUtcNow());
            var there = new DateTimeOffset((DateTime)(await ask.ExecuteScalarAsync(cancellationToken))!, TimeSpan.Zero);
            var way = Stopwatch.GetElapsedTime(began);
            if (way < shortest)
                (best, shortest) = (there - before - (way / 2), way);
        }

        Volatile.Write(ref ahead, best.Duration() <= same + (shortest / 2) ? 0 : best.Ticks);
    }
}

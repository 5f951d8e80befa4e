using System.Diagnostics;
using System.Globalization;
using Countersign.Bench.Measures;
using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Bench.Deliveries;

/// <summary>Looking for what is due, among a million posts that are planned.</summary>
internal static class DueScan
{
    private const int Planned = 1_000_000;
    private const int Lanes = 50;
    private const int Due = 100;
    private const int Rounds = 101;

    public static async Task RunAsync(DatabaseKind kind)
    {
        await using var office = await AnOffice.OpenAsync(kind);
        await FillAsync(office, kind);
        var ask = await MedianAsync(office, (db, _) => db.Jobs.Where(job => job.Id == Guid.Empty).AnyAsync());
        var scan = await MedianAsync(office, (_, queue) => queue.ClaimAsync(MovePublication.JobKind, "sandbox", 8, TimeSpan.FromSeconds(90), default));
        var next = await MedianAsync(office, (_, queue) => queue.LookAsync([new JobPool(MovePublication.JobKind, "sandbox")], default));
        await office.SqlAsync($"update job set due_at = {Instant(kind, -60)}, place = {Instant(kind, -60)} where id in (select id from job limit {Due})");
        var claim = await MedianAsync(office, async (_, queue) =>
        {
            foreach (var one in await queue.ClaimAsync(MovePublication.JobKind, "sandbox", 8, TimeSpan.FromSeconds(90), default))
                await queue.FinishAsync(one, new NextStep(TimeProvider.System.GetUtcNow(), LanePlace.GivesUp), default);
        });
        Print(kind, "claim, none due", scan, ask);
        Print(kind, "look: anything to claim, and when the next is due", next, ask);
        Paired.Print($"{kind}: claim of 8 of {Due} due, and finishing them", string.Create(CultureInfo.InvariantCulture, $"{claim:F2} ms"), "-");
    }

    private static void Print(DatabaseKind kind, string what, double figure, double ask) =>
        Paired.Print($"{kind}: {what}, among {Planned:N0} planned, median", string.Create(CultureInfo.InvariantCulture, $"{figure:F2} ms (one row by its key {ask:F2} ms)"), "≤ 5 ms");

    private static async Task<double> MedianAsync(AnOffice office, Func<CountersignDb, JobQueue, Task> work)
    {
        var times = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            times.Add(await office.UseAsync<JobQueue, double>(async queue => await office.UseAsync<CountersignDb, double>(async db =>
            {
                var began = Stopwatch.GetTimestamp();
                await work(db, queue);
                return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            })));
        }

        return Paired.Median(times.Skip(1));
    }

    private static Task FillAsync(AnOffice office, DatabaseKind kind) => office.SqlAsync(
        kind == DatabaseKind.Sqlite
            ? $"""
               with recursive n(i) as (select 1 union all select i + 1 from n where i < {Planned})
               insert into job (id, kind, pool, lane, place, due_at, claims)
               select upper(substr(hex(randomblob(16)), 1, 8) || '-' || substr(hex(randomblob(2)), 1, 4) || '-7' || substr(hex(randomblob(2)), 1, 3) || '-8' || substr(hex(randomblob(2)), 1, 3) || '-' || substr(hex(randomblob(6)), 1, 12)),
                 'publish', 'sandbox', printf('00000000-0000-7000-8000-%012d', i % {Lanes}), {Instant(kind, 3600)} + i * 1000000, {Instant(kind, 3600)} + i * 1000000, 0 from n;
               analyze
               """
            : $"""
               insert into job (id, kind, pool, lane, place, due_at, claims)
               select gen_random_uuid(), 'publish', 'sandbox', ('00000000-0000-7000-8000-' || lpad((i % {Lanes})::text, 12, '0'))::uuid, now() + interval '1 hour' + i * interval '1 second', now() + interval '1 hour' + i * interval '1 second', 0
               from generate_series(1, {Planned}) i;
               analyze job
               """);

    private static string Instant(DatabaseKind kind, int seconds) => kind == DatabaseKind.Sqlite
        ? string.Create(CultureInfo.InvariantCulture, $"{(TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond + (seconds * 1_000_000L)}")
        : string.Create(CultureInfo.InvariantCulture, $"now() + interval '{seconds} seconds'");
}

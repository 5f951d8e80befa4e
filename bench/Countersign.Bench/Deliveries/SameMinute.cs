using System.Diagnostics;
using System.Globalization;
using Countersign.Bench.Measures;
using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Bench.Deliveries;

/// <summary>A thousand posts due at the same minute on fifty accounts: how late each is in the network's hands, with everything the door checks.</summary>
internal static class SameMinute
{
    private const int Posts = 1_000;
    private const int Accounts = 50;
    private const int Baseline = 400;

    /// <summary>Posts of the hour before: a program that has just been started has not run its code once.</summary>
    private const int Before = 100;

    private static readonly TimeSpan longest = TimeSpan.FromMinutes(10);

    public static async Task RunAsync(DatabaseKind kind)
    {
        await using var office = await AnOffice.OpenAsync(kind);
        var accounts = await office.ConnectAsync(Accounts);
        var (early, slot) = (Slots.Resolve("2031-03-05", "08:00", "Europe/London").Taken!, Slots.Resolve("2031-03-05", "09:00", "Europe/London").Taken!);
        for (var number = 0; number < Before; number++)
            await office.ApproveAsync(string.Create(CultureInfo.InvariantCulture, $"Notice {number} of the early morning: the works canteen opens at seven."), accounts[number % Accounts], early);
        for (var number = 0; number < Posts; number++)
            await office.ApproveAsync(string.Create(CultureInfo.InvariantCulture, $"Notice {number}: the works canteen opens at seven tomorrow, and closes at three."), accounts[number % Accounts], slot);
        await office.SequenceAsync();

        var bare = await BareAsync(office);
        office.Clock.SetTo(early.Instant - TimeSpan.FromSeconds(5));
        await office.StartJobsAsync();
        await LeaveAsync(office, Before);
        office.Clock.SetTo(slot.Instant - TimeSpan.FromSeconds(5));
        var spent = Environment.CpuUsage.TotalTime;
        await LeaveAsync(office, Before + Posts);
        var cpu = (Environment.CpuUsage.TotalTime - spent).TotalMilliseconds / Posts;

        var accepted = await office.UseAsync<CountersignDb, List<DateTimeOffset>>(db => db.Set<LedgerEvent>().AsNoTracking().Where(row => row.Act == "publication.accepted" && row.At >= slot.Instant).Select(row => row.At).ToListAsync());
        var late = accepted.ConvertAll(at => (at - slot.Instant).TotalSeconds);
        late.Sort();
        if (late.Count < Posts)
            throw new InvalidOperationException($"Only {late.Count} of {Posts} left.");
        Paired.Print($"{kind}: {Posts} posts of one minute on {Accounts} accounts, p99 late", string.Create(CultureInfo.InvariantCulture, $"{late[(int)(Posts * 0.99) - 1]:F2} s (p50 {late[Posts / 2]:F2} s, last {late[^1]:F2} s)"), "≤ 2 s on two cores");
        Paired.Print($"{kind}: posts/s ÷ bare commits/s of the same run", string.Create(CultureInfo.InvariantCulture, $"{Posts / late[^1] / bare:F2} ({Posts / late[^1]:F0}/s, {bare:F0}/s)"), "-");
        Paired.Print($"{kind}: processor time of a post", string.Create(CultureInfo.InvariantCulture, $"{cpu:F1} ms"), "-");
    }

    private static async Task LeaveAsync(AnOffice office, int count)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < longest && await office.UseAsync<CountersignDb, int>(db => db.Publications.CountAsync(post => post.State == PublicationState.Accepted || post.State == PublicationState.Confirmed)) < count)
            await Task.Delay(200);
    }

    /// <summary>Sixteen at once commit the smallest thing there is.</summary>
    private static async Task<double> BareAsync(AnOffice office)
    {
        await office.CommitAsync();
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(client => Task.Run(async () =>
        {
            for (var number = client; number < Baseline; number += 16)
                await office.CommitAsync();
        })));
        return Baseline / watch.Elapsed.TotalSeconds;
    }
}

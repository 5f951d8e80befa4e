using Countersign.Evidence;
using Countersign.Storage;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Evidence;

/// <summary>Reads what pages show of those outside.</summary>
public sealed class WitnessPages(CountersignDb db, SignedLog log, OutsideCopies outside, WitnessPolicies policies, OutsideStates states, LedgerKey logKey, WitnessKey key, ShellReader shell, TimeProvider clock)
{
    private const int MostAlarms = 20;

    public async Task<OutsideModel> ReadAsync(CancellationToken stop) => new(
        policies.Ours is not null || policies.Settings.StampAuthority is not null,
        await outside.WitnessedAsync(stop),
        await outside.StampedAsync(stop),
        clock.GetUtcNow())
    {
        Alarms = await db.Set<WitnessAlarm>().AsNoTracking().Where(alarm => alarm.EndedAt == null).OrderByDescending(alarm => alarm.At).Take(MostAlarms).ToListAsync(stop),
    };

    public async Task<IResult> ShowAsync(CancellationToken stop)
    {
        var size = (await log.LatestAsync(stop))?.Size ?? 0;
        var witnesses = new List<WitnessRow>();
        foreach (var witness in policies.Ours?.Witnesses ?? [])
        {
            var last = await db.Set<Cosignature>().AsNoTracking().Where(line => line.Witness == witness.Key.Name).OrderByDescending(line => line.Size).FirstOrDefaultAsync(stop);
            witnesses.Add(new WitnessRow(witness.Name, witness.Url, last?.Size, last?.At, size - (last?.Size ?? 0), states.Of(witness.Name)));
        }

        var books = await db.Set<WitnessedLogRow>().AsNoTracking().ToDictionaryAsync(row => row.Origin, stop);
        var served = (policies.Served?.Logs ?? []).Select(known => books.GetValueOrDefault(known.Key.Name) is { Note.Length: > 0 } row
            ? new ServedRow(row.Origin, row.Size, row.At)
            : new ServedRow(known.Key.Name, null, null));
        var model = new WitnessesModel(
            await ReadAsync(stop),
            witnesses,
            policies.Ours?.Quorum,
            policies.Settings.RequiredToPublish,
            policies.Settings.StampAuthority?.ToString(),
            states.Of(StampCheckpoint.Name),
            [.. served],
            await db.Set<WitnessAlarm>().AsNoTracking().OrderByDescending(alarm => alarm.At).Take(MostAlarms).ToListAsync(stop),
            key.VerifierKey,
            $"log {logKey.VerifierKey}");
        return Pages.Show<WitnessesPage>(new { Shell = await shell.ReadAsync(stop), Model = model });
    }
}
